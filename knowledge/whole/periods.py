"""Months and years as a question or a file's name writes them."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

_NAMES = (
    "january januar janvier enero",
    "february februar février febrero",
    "march märz mars marzo",
    "april avril abril",
    "may mai mayo",
    "june juni juin junio",
    "july juli juillet julio",
    "august août agosto",
    "september septembre septiembre",
    "october oktober octobre octubre",
    "november novembre noviembre",
    "december dezember décembre diciembre",
)
_MONTHS = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}
_CHINESE_MONTHS = {f"{numeral}月": n for n, numeral in enumerate("一 二 三 四 五 六 七 八 九 十 十一 十二".split(), 1)}
_YEAR = r"(?:19|20)\d\d"
# `may` and `march` are words too: a preposition before or a year after makes them months.
_SURE = "|".join(sorted(_MONTHS.keys() - {"may", "march"}, key=len, reverse=True))
_PERIOD = re.compile(
    rf"(?<!\d)(?P<iso_year>{_YEAR})[-/_.](?P<iso_month>0[1-9]|1[0-2])(?:[-/_.][0-3]\d)?(?!\d)"
    rf"|(?P<year_cn>{_YEAR})年(?:(?P<month_cn>\d{{1,2}})月)?|(?<!\d)(?P<month_alone>\d{{1,2}})月"
    rf"|(?P<numeral>十[一二]?月|[一二三四五六七八九]月)"
    rf"|(?<![^\W_])(?P<name>(?:{_SURE})|(?:(?<=in )|(?<=of )|(?<=from )|(?<=and )|(?<=for ))(?:may|march)"
    rf"|(?:may|march)(?=[\s_-]+{_YEAR}))(?![^\W_])"
    rf"(?:[\s_-]+(?:(?:of|de|del)\s+)?(?P<year_after>{_YEAR})(?!\d))?"
    rf"|(?<![\d.,])(?P<year_alone>{_YEAR})(?![\d,]|\.\d)"
)


@dataclass(frozen=True, slots=True)
class Period:
    """A month of a year, a month of any year (`year` None), or a whole year (`month` None)."""

    year: int | None
    month: int | None

    def holds(self, day: date) -> bool:
        """Whether a day is within it."""
        return self.year in (None, day.year) and self.month in (None, day.month)

    def meets(self, other: "Period") -> bool:
        """Whether the two can mean the same time: neither's year or month is another than the other's."""
        years, months = {self.year, other.year} - {None}, {self.month, other.month} - {None}
        return len(years) < 2 and len(months) < 2

    def __str__(self) -> str:
        """As `May 2024`, `May` or `2024`."""
        month = "" if self.month is None else _NAMES[self.month - 1].split()[0].capitalize()
        return f"{month} {self.year or ''}".strip() or "any time"


def take_periods(text: str) -> tuple[list[Period], str]:
    """The periods in a text, in order, and the text, folded, without them."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return list(_periods(folded)), _PERIOD.sub(" ", folded)


def _periods(folded: str) -> Iterator[Period]:
    for match in _PERIOD.finditer(folded):
        part = match.groupdict()
        year = part["iso_year"] or part["year_cn"] or part["year_after"] or part["year_alone"]
        month = part["iso_month"] or part["month_cn"] or part["month_alone"]
        named = _MONTHS.get(part["name"] or "") or _CHINESE_MONTHS.get(part["numeral"] or "")
        yield Period(int(year) if year else None, int(month) if month else named)

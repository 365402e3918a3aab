"""Times in questions and names: a day, a month, a quarter or a year, and the stretches between them."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

_NAMES = (
    "january januar janvier enero gennaio jan janv ene gen",
    "february februar février febrero febbraio feb févr",
    "march märz mars marzo mar",
    "april avril abril aprile apr avr abr",
    "may mai mayo maggio",
    "june juni juin junio giugno jun giu",
    "july juli juillet julio luglio jul juil lug",
    "august août agosto aug ago",
    "september septembre septiembre settembre sep sept set",
    "october oktober octobre octubre ottobre oct okt ott",
    "november novembre noviembre nov",
    "december dezember décembre diciembre dicembre dec dez déc dic",
)
_MONTHS = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}
_CHINESE_MONTHS = {f"{numeral}月": n for n, numeral in enumerate("一 二 三 四 五 六 七 八 九 十 十一 十二".split(), 1)}
_YEAR = r"(?:19|20)\d\d"
# Words of their own too, or parts of others: a preposition before or a year after makes them months.
_UNSURE = frozenset("may march mars mar gen set ago ene dec nov jan feb apr jun jul aug sep oct abr".split())
_SURE = "|".join(sorted(_MONTHS.keys() - _UNSURE, key=len, reverse=True))
_ANY = "|".join(sorted(_MONTHS, key=len, reverse=True))
_BEFORE_MONTH = (
    "in of from and for to between since until before after till through en entre et de à depuis avant après"
)
_LED = "|".join(f"(?<={word} )" for word in _BEFORE_MONTH.split())
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_QUARTER_WORDS = r"(?:quarter|quartal|trimestre|분기|季度|四半期)"
_ORDINAL_WORDS = (
    "first erste[ns]? premier primer primo 第一 第1",
    "second zweite[ns]? deuxième segundo secondo 第二 第2",
    "third dritte[ns]? troisième tercer terzo 第三 第3",
    "fourth vierte[ns]? quatrième cuarto quarto 第四 第4",
)
_ORDINALS = "|".join(f"(?P<ordinal_{n}>{words.replace(' ', '|')})" for n, words in enumerate(_ORDINAL_WORDS, 1))
_PERIOD = re.compile(
    rf"(?<!\d)(?P<iso_year>{_YEAR})[-/_.](?P<iso_month>0[1-9]|1[0-2])(?:[-/_.](?P<iso_day>[0-3]\d))?(?!\d)"
    rf"|(?<!\d)(?P<dotted_day>{_DAY})\.(?P<dotted_month>0?[1-9]|1[0-2])\.(?P<dotted_year>{_YEAR})(?!\d)"
    rf"|(?P<year_cn>{_YEAR}) ?[年년](?: ?(?P<month_cn>\d{{1,2}}) ?[月월](?: ?(?P<day_cn>\d{{1,2}}) ?[日일])?)?(?!度)"
    rf"|(?<!\d)(?P<month_alone>\d{{1,2}}) ?(?:月份?|월)(?: ?(?P<day_alone>\d{{1,2}}) ?[日일])?"
    r"|(?P<numeral>十[一二]?月|[一二三四五六七八九]月)"
    rf"|(?<![^\W_])q(?P<quarter>[1-4])(?:[\s/-]+(?P<quarter_year>{_YEAR}))?(?!\d)"
    rf"|(?<![^\W_])(?:(?P<ordinal>[1-4])(?:st|nd|rd|th|er|e|º|°|\.)?|{_ORDINALS}) ?{_QUARTER_WORDS}"
    rf"(?: (?:of |de |del )?(?P<ordinal_year>{_YEAR}))?"
    rf"|(?<![^\W_])(?:(?P<day_before>{_DAY})(?:st|nd|rd|th|er|\.)?(?: of| de)? (?P<day_name>{_ANY})\.?"
    rf"|(?P<name>(?:{_SURE})|(?:{_LED})(?:{_ANY})|(?:{_ANY})(?=[\s_-]+(?:de |of |del )?{_YEAR}|"
    rf" {_DAY}(?:st|nd|rd|th)?,? {_YEAR}))"
    rf"(?: (?P<day_after>{_DAY})(?:st|nd|rd|th)?(?!\d))?)(?![^\W_])"
    rf"(?:,?[\s_-]+(?:(?:of|de|del)\s+)?(?P<year_after>{_YEAR})(?!\d))?"
    rf"|(?<![\d.,])(?P<year_alone>{_YEAR})(?![\d,]|\.\d)"
)
_MONTHS_OF_A_QUARTER = 3


@dataclass(frozen=True, slots=True)
class Period:
    """A year, a month, a day; each None where the text leaves it open. `months`: how many, from `month` on."""

    year: int | None
    month: int | None
    day: int | None = None
    months: int = 1

    def holds(self, day: date) -> bool:
        """True for a day within the period."""
        inside = self.month is None or self.month <= day.month < self.month + self.months
        return self.year in (None, day.year) and inside and self.day in (None, day.day)

    def overlaps(self, other: Period) -> bool:
        """True when both can mean the same time: neither their years nor their months differ."""
        years, months = {self.year, other.year} - {None}, {self.month, other.month} - {None}
        return len(years) < 2 and len(months) < 2

    def first(self, year: int) -> date:
        """Its first day; in `year` where it leaves the year open."""
        return date(self.year or year, self.month or 1, self.day or 1)

    def last(self, year: int) -> date:
        """Its last day; in `year` where it leaves the year open."""
        of, month = self.year or year, (self.month or 1) + self.months - 1 if self.month else 12
        return date(of, month, self.day or monthrange(of, month)[1])

    def __str__(self) -> str:
        """Format as `3 May 2024`, `May 2024`, `May` or `2024`."""
        if self.months == _MONTHS_OF_A_QUARTER and self.month:
            return f"Q{(self.month + 2) // _MONTHS_OF_A_QUARTER} {self.year or ''}".strip()
        month = "" if self.month is None else month_name(self.month)
        return f"{self.day or ''} {month} {self.year or ''}".strip() or "any time"


def month_name(month: int) -> str:
    """The English name of a month, from 1."""
    return _NAMES[month - 1].split()[0].capitalize()


def extract_periods(text: str) -> tuple[list[Period], str]:
    """Return the periods in a text, in order, and the folded text without them."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return [period_of(match) for match in _PERIOD.finditer(folded)], _PERIOD.sub(" ", folded)


def find_periods(folded: str) -> list[tuple[int, int, Period]]:
    """The periods in a folded text, each with its beginning and end."""
    return [(*match.span(), period_of(match)) for match in _PERIOD.finditer(folded)]


def period_of(match: re.Match[str]) -> Period:
    """Read a match of the pattern."""
    part = match.groupdict()

    def number(*names: str) -> int | None:
        return next((int(part[name]) for name in names if part[name]), None)

    year = number("iso_year", "dotted_year", "year_cn", "quarter_year", "ordinal_year", "year_after", "year_alone")
    worded = next((n for n in range(1, 5) if part[f"ordinal_{n}"]), None)
    if quarter := number("quarter", "ordinal") or worded:
        return Period(year, _MONTHS_OF_A_QUARTER * (quarter - 1) + 1, months=_MONTHS_OF_A_QUARTER)
    month = number("iso_month", "dotted_month", "month_cn", "month_alone")
    named = _MONTHS.get(part["name"] or part["day_name"] or "") or _CHINESE_MONTHS.get(part["numeral"] or "")
    day = number("iso_day", "dotted_day", "day_cn", "day_alone", "day_before", "day_after")
    return Period(year, month or named, day if month or named else None)

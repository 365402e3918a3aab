"""Dates in the many ways that they are written, each as one term: `2024-01-05`, `January 5th, 2024`, `5. Januar`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

# The beginnings of the months' names, lower-case, in some thirty languages; the longest that fits is taken.
_MONTHS = (
    "jan ene gen gennaio янв січ sty led leden oca ocak ιαν يناير ינואר जन tammi ian janvāris 1月",
    "feb fév fev фев лют lut úno şub φεβ فبراير פברואר फ़र फर helmi febr",
    "mar mär mrt maalis мар берез březen bře mart μάρ μαρ مارس מרץ मार्च márc",
    "apr avr abr ápr апр квіт kwi dub nis απρ أبريل ابريل אפריל अप्रैल huhti",
    "may mai mag maj mei mayo maio май мая трав kvě mayıs μάι μαΐ μαι مايو מאי मई touko máj",
    "jun juin giu июн черв czer červen haz ιούν ιουν يونيو יוני जून kesä jún",
    "jul juil lug июл лип lip červenec tem ιούλ ιουλ يوليو יולי जुलाई heinä júl",
    "aug aoû ago авг серп sie srp ağu αύγ αυγ أغسطس اغسطس אוגוסט अगस्त elo",
    "sep set сен верес wrz zář eyl σεπ سبتمبر ספטמבר सित syys szep",
    "oct okt out ott окт жовт paź říj eki οκτ أكتوبر اكتوبر אוקטובר अक्टू loka",
    "nov noi ноя листоп lis kas νοέ νοε نوفمبر נובמבר नव marras",
    "dec dez dic déc дек груд gru pro ara δεκ ديسمبر דצמבר दिस joulu",
)
_BEGINNINGS = sorted(
    ((name, n) for n, names in enumerate(_MONTHS, 1) for name in names.split()), key=lambda m: -len(m[0])
)
_NAME = r"[^\W\d_][\w\u0900-\u097f]*"
_ISO = re.compile(r"(?<!\d)(\d{4})([-/._ ]?)(0?[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01]|[1-9])(?!\d)")
_CJK = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]?")
_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?!\d)")
_DAY_FIRST = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th|er|º|\.|-го)?(?:\s+(?:de|of|di|ta'))?\s+({_NAME})\.?,?(?:\s+de[l]?)?\s+(\d{{4}})"
)
_MONTH_FIRST = re.compile(rf"({_NAME})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})")
_PREFIX = "date:"


def dates_in(text: str) -> Iterator[str]:
    """Yield a term for each date in a lower-case text; two where day and month may be either way round."""
    for year, month, day in _found(text):
        try:
            yield f"{_PREFIX}{date(int(year), int(month), int(day)).isoformat()}"
        except ValueError:
            continue


def _found(text: str) -> Iterator[tuple[str, str | int, str]]:
    for match in _ISO.finditer(text):
        yield match[1], match[3], match[4]
    for match in _CJK.finditer(text):
        yield match[1], match[2], match[3]
    for match in _NUMBERS.finditer(text):
        yield match[4], match[3], match[1]
        if match[2] == "/":
            yield match[4], match[1], match[3]
    for match in _DAY_FIRST.finditer(text):
        yield match[3], _month(match[2]), match[1]
    for match in _MONTH_FIRST.finditer(text):
        yield match[3], _month(match[1]), match[2]


def _month(name: str) -> int:
    """Return 1 to 12, or 0 for another word."""
    return next((month for beginning, month in _BEGINNINGS if name.startswith(beginning)), 0)


def is_date(term: str) -> bool:
    """Tell if the term is of `dates_in`."""
    return term.startswith(_PREFIX)

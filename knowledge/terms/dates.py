"""Dates in the many ways that they are written, each as one term: `2024-01-05`, `January 5th, 2024`, `5. Januar`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

# The months' names in some thirty languages, lower-case, with what follows the last letters that all forms share: of
# `jan(uary)` the text has `jan` or `january`, of `январ-` any ending.
_MONTHS = (
    "jan january januar janvier januari jänner enero ene gennaio gen janeiro январ- янв січ- stycz- led leden"
    " ledn- ocak oca ιανουαρ- يناير ינואר जनवरी tammikuu- ianuarie január มกราคม",
    "feb february februar februari février févr fév febrero febbraio fevereiro феврал- фев лют- lut- únor-"
    " şubat φεβρουαρ- فبراير פברואר फ़रवरी फरवरी helmikuu- februarie február กุมภาพันธ์",
    "mar march märz mrz mars marzo março maart mrt март- берез- marc- marz- březen březn- mart μαρτ- مارس מרץ"
    " मार्च maaliskuu- martie március มีนาคม",
    "apr april avril avr abril abr aprile апрел- квіт- kwie- duben dubn- nisan απριλ- أبريل ابريل אפריל"
    " अप्रैल huhtikuu- aprilie április เมษายน",
    "may mai mayo maggio maio mei maj maja май мая трав- květen květn- mayıs μαΐ- μαϊ- μάι- مايو מאי मई"
    " toukokuu- május พฤษภาคม",
    "jun june juni juin junio giugno junho июн- черв- czerw- červen června haziran ιουν- ιούν- يونيو יוני जून"
    " kesäkuu- iunie június มิถุนายน",
    "jul july juli juillet julio luglio julho июл- лип- lipiec lipc- července červenec temmuz ιουλ- ιούλ-"
    " يوليو יולי जुलाई heinäkuu- iulie július กรกฎาคม",
    "aug august août agosto ago augustus augusti август- серп- sierp- srpen srpn- ağustos αυγ- αύγ- أغسطس"
    " اغسطس אוגוסט अगस्त elokuu- augusztus สิงหาคม",
    "sep sept september septembre septiembre settembre setembro сентябр- верес- wrzes- wrześ- září eylül"
    " σεπτ- سبتمبر ספטמבר सितंबर सितम्बर syyskuu- septembrie szeptember กันยายน",
    "oct okt october oktober octobre octubre ottobre outubro октябр- жовт- paździer- říjen říjn- ekim οκτ-"
    " أكتوبر اكتوبر אוקטובר अक्टूबर अक्तूबर lokakuu- octombrie október ตุลาคม",
    "nov november novembre noviembre novembro ноябр- листоп- listopad- kasım νοεμ- نوفمبر נובמבר नवंबर नवम्बर"
    " marraskuu- noiembrie พฤศจิกายน",
    "dec dez december dezember décembre diciembre dicembre dezembro декабр- груд- grud- prosin- aralık δεκ-"
    " ديسمبر דצמבר दिसंबर दिसम्बर joulukuu- decembrie ธันวาคม",
)
_WHOLE = {name: n for n, names in enumerate(_MONTHS, 1) for name in names.split() if not name.endswith("-")}
_BEGINNINGS = {name[:-1]: n for n, names in enumerate(_MONTHS, 1) for name in names.split() if name.endswith("-")}
_NAME = r"(?<!\w)[^\W\d_][\w\u0900-\u097f]{1,20}+"
_ISO = re.compile(r"(?<!\d)((?:19|20)\d{2})(?:([-/._ ])(\d{1,2})\2(\d{1,2})|(\d{2})(\d{2}))(?!\d)")
_CJK = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]?")
_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?!\d)")
_DAY_FIRST = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|º|\.|-го)?(?:\s{1,3}(?:de|of|di|ta'))?\s{1,3}"
    rf"({_NAME})\.?,?(?:\s{{1,3}}de[l]?)?\s{{1,3}}(\d{{4}})"
)
_MONTH_FIRST = re.compile(rf"({_NAME})\.?\s{{1,3}}(\d{{1,2}})(?:st|nd|rd|th)?,?\s{{1,3}}(\d{{4}})")
_YEAR = re.compile(r"\d{4}")
_PREFIX = "date:"


def dates_in(text: str) -> Iterator[str]:
    """Yield a term for each date in a lower-case text; two where day and month may be either way round."""
    if not _YEAR.search(text):
        return
    for year, month, day in _found(text):
        try:
            yield f"{_PREFIX}{date(int(year), int(month), int(day)).isoformat()}"
        except ValueError:
            continue


def _found(text: str) -> Iterator[tuple[str, str | int, str]]:
    for match in _ISO.finditer(text):
        yield match[1], match[3] or match[5], match[4] or match[6]
    for match in _CJK.finditer(text):
        yield match[1], match[2], match[3]
    for match in _NUMBERS.finditer(text):
        yield match[4], match[3], match[1]
        if match[2] == "/":
            yield match[4], match[1], match[3]
    for match in _DAY_FIRST.finditer(text):
        yield match[3], month_of(match[2]), match[1]
    for match in _MONTH_FIRST.finditer(text):
        yield match[3], month_of(match[1]), match[2]


def month_of(name: str) -> int:
    """Return the month of a name in lower case, 1 to 12, or 0 for another word."""
    bare = name.removeprefix("ב")  # Hebrew writes `in` as a part of the word
    endings = (n for beginning, n in _BEGINNINGS.items() if name.startswith(beginning))
    return _WHOLE.get(bare) or next(endings, 0)


def is_date(term: str) -> bool:
    """Tell if the term is of `dates_in`."""
    return term.startswith(_PREFIX)

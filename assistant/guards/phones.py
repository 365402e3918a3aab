"""Telephone numbers: international anywhere, after a word as Tel., and national where a likely country has them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

import phonenumbers

from assistant.guards.data_labels import DataLabel
from assistant.guards.identity import is_of_a_thing
from assistant.guards.normal import BEGINS, ENDS

Span = tuple[str, int, int]

_INTERNATIONAL = re.compile(
    r"(?:(?<![\d+])\+ ?|(?<![\w.,+-])(?:00|011 ))\(?[1-9](?:[ ./()-]{0,3}\d){6,13}(?:[ /-]{1,3}\d{1,4})?(?![\w]|\.\d)"
)
_NATIONAL = re.compile(
    rf"{BEGINS}(?<![.,+/:=#$€£-])(?:\(0\d{{1,4}}\)|\(\d{{2,3}}\)|0 ?\(\d{{2,4}}\)|8 ?\(\d{{3}}\)|0\d{{1,4}}|1-\d{{3}}"
    r"|8(?=[ -]\d{3}[ -]\d{3}[ -]\d\d[ -]\d\d)|\d{3}(?=(?:-\d{3}-|\.\d{3}\.| \d{3}[ -])\d{4}(?!\d))"
    r"|1[3-9]\d(?=[ -]?\d{4}[ -]?\d{4}(?!\d)))"
    rf"(?:[ .-]|[ ]?/[ ]?)?\(?\d(?:[ ./()-]?\d){{4,10}}(?![.,:/-]\d){ENDS}"
)
_AFTER_LABEL = re.compile(
    r"(?i)[\"']?(?:[^\w\n+(]{0,5}(?:no|nr|num|number|nummer|numéro|número|numero|n|is|ist|lautet|est|es|at|on|unter|me|:)"
    r"(?!\w))?[^\w\n+(]{0,5}(?:号码|号|號碼|番号|は|는|은|是|为|：)*\s?([+(]?\(?\d(?:[ ./()-]{0,3}\d){5,14})(?![.,]\d)"
    + ENDS
)
_DIGITS = range(6, 16)  # the most that E.164 allows is 15
_DATE = re.compile(
    r"[0-3]?\d[./-][0-3]?\d[./-](?:19|20)?\d\d\b|(?:19|20)\d\d[./-][01]?\d[./-][0-3]?\d|\d{1,2}\.\d{1,2}\.\d{4}.*"
)
_CHECKED = 1000  # numbers of one text that a library checks, 70 µs each; from there on the form alone decides

_BY_SCRIPT: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[\u3040-\u30ff]"), "JP"),
    (re.compile(r"[\uac00-\ud7af]"), "KR"),
    (re.compile(r"[\u4e00-\u9fff]"), "CN TW HK"),
    (re.compile(r"[\u0400-\u04ff]"), "RU UA BG KZ RS"),
    (re.compile(r"[\u0590-\u05ff]"), "IL"),
    (re.compile(r"[\u0600-\u06ff]"), "SA AE EG MA IR PK"),
    (re.compile(r"[\u0900-\u097f]"), "IN"),
    (re.compile(r"[\u0e00-\u0e7f]"), "TH"),
    (re.compile(r"[\u0370-\u03ff]"), "GR CY"),
    (re.compile(r"[ğışİ]"), "TR"),
    (re.compile(r"[ąęłńśźż]"), "PL"),
)
_LIKELY = "US GB DE FR CH AT IT ES NL BE SE DK NO FI PL PT IE AU NZ BR MX IN TR RU CN JP KR ZA".split()


def find_phones(text: str, labels: Sequence[DataLabel]) -> Iterator[Span]:
    """The telephone numbers in a normalised text."""
    for label in labels:
        found = _AFTER_LABEL.match(text, label.end) if label.kind == "PHONE" else None
        if found and _digits(found[1]) in _DIGITS and not _DATE.fullmatch(found[1]):
            yield "PHONE", *found.span(1)
    checks = _CHECKED
    for found in _INTERNATIONAL.finditer(text):
        checks -= 1
        if end := _international_end(found[0], check=checks > 0):
            yield "PHONE", found.start(), found.start() + end
    regions = _regions(text)
    known: dict[str, bool] = {}
    for found in _NATIONAL.finditer(text):
        counting = found[0] in "01234567890"
        if _digits(found[0]) < 8 or counting or _DATE.fullmatch(found[0]) or is_of_a_thing(text, found.start()):
            continue
        number = re.sub(r"\s", " ", found[0])
        if number in known:
            if known[number]:
                yield "PHONE", *found.span()
            continue
        likely = [region for region in regions if _looks_national(found[0], region)]
        checks -= len(likely)
        known[number] = bool(likely) and (checks <= 0 or any(_is_national(number, region) for region in likely))
        if known[number]:
            yield "PHONE", *found.span()


def _international_end(number: str, *, check: bool) -> int:
    """The length of the longest beginning of a length that its country has, else of any; 0 for none."""
    ends = sorted({len(number), *(at.start() for at in re.finditer(r"[ /.-]", number))}, reverse=True)
    parts = [number[:end].rstrip(" ./(-") for end in ends]
    parts = [part for part in parts if 8 <= _digits(part) <= 17]
    fits = (part for part in parts if not check or _is_possible(part))
    whole = (part for part in parts if _digits(part) <= max(_DIGITS) and _has_country(part))
    return len(max(next(fits, ""), next(whole, ""), key=len))


def _has_country(number: str) -> bool:
    try:
        return phonenumbers.parse(_plus(number)).country_code is not None
    except phonenumbers.NumberParseException:
        return False


def _is_possible(number: str) -> bool:
    return _has_country(number) and phonenumbers.is_possible_number(phonenumbers.parse(_plus(number)))


def _plus(number: str) -> str:
    return "+" + re.sub(r"^(?:\+ ?|00|011 )", "", number).replace("(0)", "")


def _looks_national(number: str, region: str) -> bool:
    """True if the digits without a trunk prefix may be a number of the region; takes a microsecond."""
    digits = re.sub(r"\D", "", number)
    pattern = _pattern(region)
    return _is_fictional(number) or any(pattern.fullmatch(one) for one in (digits, digits.lstrip("0"), digits[1:]))


@cache
def _pattern(region: str) -> re.Pattern[str]:
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
    form = metadata and metadata.general_desc and metadata.general_desc.national_number_pattern
    return re.compile(form or r"\d{6,14}")


def _is_national(number: str, region: str) -> bool:
    """True if the region has the number; without separators, if it is a mobile one."""
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return False
    if not phonenumbers.is_valid_number_for_region(parsed, region):
        return _digits(number) in (9, 10, 11) and _is_fictional(number)
    mobile = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    return not number.isdigit() or (number[0] in "01" and phonenumbers.number_type(parsed) in mobile)


def _is_fictional(number: str) -> bool:
    """True for a North American number with a separator, of an exchange or area that is kept free, as 555."""
    return re.fullmatch(r"(?:1-)?\(?[2-9]\d\d\)?[ .-]\d{3}[.-]\d{4}", number) is not None


def _regions(text: str) -> list[str]:
    written = [region for script, regions in _BY_SCRIPT if script.search(text) for region in regions.split()]
    return list(dict.fromkeys([*written, *_LIKELY]))


def _digits(text: str) -> int:
    return sum(map(str.isdigit, text))

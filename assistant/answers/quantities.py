"""Numbers in a text, in digits and in words, with their units: `1.000 €`, `three months`, `5 million`, `三个月`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isclose

from assistant.answers.claim_words import ABOUT, HALF, NUMBER_WORDS, PART, SCALES, UNITS
from knowledge import signs_of

_LETTER = "A-Za-z\u00c0-\u052f"  # of the scripts that put spaces between words and numbers
# Not within a word or a code, as v44, BCL-2, OCT3/4 and 3T3; the unit may follow without a space.
_NUMBER = re.compile(
    rf"(?<![{_LETTER}0-9_.,])(?<![A-Z][-/.])(?<![A-Z]\d[-/.])(?:(?<!\S)[-−])?"
    r"(?:\d{1,3}(?:[,.'’\u00a0\u202f]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?)"
    rf"(?![.,]?\d|[{_LETTER}]+\d)"
)
_WORD = re.compile(r"[^\W\d_]+")
_SIGN_BEFORE = re.compile(r"(?:[€$£¥₩]|\b(?:EUR|USD|GBP|JPY|CNY|RMB|KRW))\s?$")
_NEXT = re.compile(r"[-\s\u00a0\u202f]{0,2}([%€$£¥₩]|[^\W\d_]{1,20})")
_NUMERALS = re.compile(
    "(?![万萬亿億])[〇零一二两三四五六七八九十百千万萬亿億]{1,12}+"
    "(?=[个個名人年月日天条條周週星小次元件种種倍岁歲分时時本台位家点點円匹度杯])"
)
_DIGITS = {"两": 2, "零": 0} | {numeral: n for n, numeral in enumerate("〇一二三四五六七八九")}
_SMALL = {"十": 10, "십": 10, "百": 100, "백": 100, "千": 1000, "천": 1000}
_LARGE = dict.fromkeys("万萬만", 1e4) | dict.fromkeys("亿億억", 1e8) | dict.fromkeys("兆조", 1e12)
# 4만 5천, 2万5000, 3.5亿: digits with the scales of Chinese, Japanese and Korean between them.
_SCALED = re.compile(
    r"(?<![\d.,])\d[\d,]{0,15}+(?:\.\d{1,9}+)?[십백천만억조十百千万萬亿億兆]{1,6}+"
    r"(?:\s?\d[\d,]{0,9}+[십백천만억조十百千万萬亿億兆]{1,6}+){0,4}(?:\d{1,4}(?![\d.,]))?"
)
_TOKEN = re.compile(r"\d[\d,]*(?:\.\d+)?|\D")
# Korean counts things with numerals of its own, which are other words where nothing counted follows.
_KOREAN = re.compile(
    r"(?<![가-힣])(열|스물|서른|마흔|쉰)?(한|두|세|네|다섯|여섯|일곱|여덟|아홉)?(?<=[가-힣])\s?"
    r"(?=마리|살|명|개|번|병|권|시|달|주|잔|대|모|장|층|켤레|채|포기|큰술|송이|그루|통|쪽|가지|군데|사람|분|곳|차례|배|해|끼)"
)
_KOREAN_TENS = {word: 10 * n for n, word in enumerate("열 스물 서른 마흔 쉰".split(), 1)}
_KOREAN_ONES = {word: n for n, word in enumerate("한 두 세 네 다섯 여섯 일곱 여덟 아홉".split(), 1)}
# A date in numbers: its year and its day are numbers of the text, months are compared by name.
_DATE = re.compile(
    r"(?<!\d)(\d{4})([-/.])\d{1,2}\2(\d{1,2})(?!\d)|(?<!\d)(\d{1,2})([-/.])(\d{1,2})\5(\d{4})(?!\d)"
    r"|(?<!\d)(\d{4})\s?[年년]\s?\d{1,2}\s?[月월]\s?(\d{1,2})(?=\s?[日일])"
)
_CLOCK = re.compile(
    r"(?<![\d.,:/-])(\d{1,2})(?:[:.]([0-5]\d))?\s?(?:([ap])\.?m\b\.?|uhr\b)|(?<![\d.,:/-])(\d{1,2}):([0-5]\d)(?![\d:])(?:\s?uhr\b)?",
    re.IGNORECASE,
)
_OF_HUNDRED = re.compile("百分之([〇零一二两三四五六七八九十百]{1,6}+|\\d{1,9}+(?:\\.\\d{1,9}+)?)")
_OF_PARTS = re.compile(
    r"(?<![\d一二两三四五六七八九十])([一二两三四五六七八九十]{1,4}+|\d{1,9}+)\s?(?:分之|分の|분의)\s?([一二两三四五六七八九十]{1,4}+|\d{1,9}+)"
)
_SLASHED = re.compile(r"(?<![A-Za-z\d./-])([1-9])/([2-9]|10)(?![A-Za-z\d/])")
_PART_WORDS = {
    "two": 2,
    "zwei": 2,
    "deux": 2,
    "dos": 2,
    "due": 2,
    "three": 3,
    "drei": 3,
    "trois": 3,
    "tres": 3,
    "tre": 3,
}
_READ = "\0"  # stands for what was read, so that nothing reads it again
_LONGEST_UNIT = 3  # characters, in scripts without spaces
_ROUNDED = 0.1  # "about 5,000" of 4,987
_ALIKE = 0.6  # of the signs of the words behind two numbers: forms of one word


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as it is written, what it may be (1.000 is 1 or 1,000), its unit and the word behind it.

    `unit`: "" where none is known. `step`: of its last digit. `is_rounded`: it is said to be near.
    """

    text: str
    values: frozenset[float]
    unit: str = ""
    noun: str = ""
    step: float = 1.0
    is_rounded: bool = False

    def agrees(self, other: Quantity) -> bool:
        """True where the other may be the same number, of no other unit."""
        if self.unit and other.unit and self.unit != other.unit:
            return False
        return any(self._is_near(own, value) for own in self.values for value in other.values)

    def counts_like(self, other: Quantity) -> bool:
        """True where both have the same word behind them."""
        own, signs = signs_of(self.noun), signs_of(other.noun)
        return bool(own) and len(own & signs) >= _ALIKE * max(len(own), len(signs))

    def _is_near(self, own: float, other: float) -> bool:
        if isclose(own, other) or (self.unit == "percent" and isclose(own, other * 100)):
            return True
        is_rounder = _significant(own) < _significant(other)
        if self.is_rounded and is_rounder:
            return abs(own - other) <= abs(other) * _ROUNDED
        return is_rounder and self.step < 1 and abs(own - other) <= self.step / 2


def missing_numbers(claim: Sequence[Quantity], near: Sequence[Quantity], passage: Sequence[Quantity]) -> list[str]:
    """The numbers of a claim that its source does not have, as they are written.

    `near`: of the sentences around it. A number that only the rest of the passage has is missing where these have
    another of its unit in its place, or of the same thing.
    """
    spare = [one for one in near if not any(own.agrees(one) for own in claim)]
    missing = []
    for own in claim:
        agreeing = [one for one in near if own.agrees(one)]
        if not agreeing:
            is_replaced = any(not own.unit or own.unit == one.unit for one in spare)
            is_missing = is_replaced or not any(own.agrees(one) for one in passage)
        else:
            of_it = [one for one in near if own.counts_like(one)]
            is_missing = (
                bool(of_it) and not any(own.agrees(one) for one in of_it) and any(one in spare for one in of_it)
            )
        if is_missing:
            missing.append(own.text)
    return missing


_Found = tuple[tuple[int, int], Quantity]


def quantities_in(text: str, language: str) -> Iterator[Quantity]:
    """The numbers of a text. `language`: the analyzer's name for its own."""
    for find in (_dates, _clocks, _fractions, _in_scales):
        found = [*find(text)]
        yield from (quantity for _, quantity in found)
        for start, end in (span for span, _ in found):
            text = f"{text[:start]}{_READ * (end - start)}{text[end:]}"
    for number in _NUMBER.finditer(text):
        yield _in_digits(text, number)
    words = NUMBER_WORDS.get(language, {})
    for word in _WORD.finditer(text) if words else ():
        if value := words.get(word.group().lower()):
            yield _counted(text, word.end(), word.group(), value)
    for numerals in _NUMERALS.finditer(text):
        yield _counted(text, numerals.end(), numerals.group(), _scaled(numerals.group()))
    for korean in _KOREAN.finditer(text):
        value = _KOREAN_TENS.get(korean[1], 0) + _KOREAN_ONES.get(korean[2], 0)
        yield _counted(text, korean.end(), korean.group().strip(), value)


def _in_digits(text: str, found: re.Match[str]) -> Quantity:
    digits = found.group()
    scale, unit, noun = _behind(text, found.end())
    if sign := _SIGN_BEFORE.search(text, max(found.start() - 5, 0), found.start()):
        unit, scale = UNITS[sign.group().strip().lower()], 1e6 if noun == "m" else scale  # $1.2m
    about = bool(ABOUT.search(text[max(found.start() - 20, 0) : found.start()]))
    decimals = len(digits) - 1 - max(digits.rfind("."), digits.rfind(",")) if re.search("[.,]", digits) else 0
    values = frozenset(value * scale for value in _values(digits))
    return Quantity(_shown(digits, noun), values, unit, noun, 10.0**-decimals * scale, about)


def _counted(text: str, end: int, written: str, value: float) -> Quantity:
    scale, unit, noun = _behind(text, end)
    return Quantity(_shown(written, noun), frozenset((value * scale,)), unit, noun)


def _dates(text: str) -> Iterator[_Found]:
    for found in _DATE.finditer(text):
        year = found[1] or found[7] or found[8]
        yield found.span(), Quantity(year, frozenset((float(year),)))
        days = {found[3] or found[9] or found[4], found[6] if found[5] == "/" else None} - {None}
        yield found.span(), Quantity(found.group(), frozenset(float(day) for day in days if day))


def _clocks(text: str) -> Iterator[_Found]:
    for found in _CLOCK.finditer(text):
        hour, minutes = int(found[1] or found[4]), int(found[2] or found[5] or 0)
        half = (found[3] or "").lower()
        hours = {hour % 12 + 12 * (half == "p")} if half else {hour, hour + 12} if hour <= 12 else {hour}
        yield found.span(), Quantity(found.group(), frozenset(one % 24 + minutes / 60 for one in hours), "hour")


def _in_scales(text: str) -> Iterator[_Found]:
    for found in _SCALED.finditer(text):
        yield found.span(), _counted(text, found.end(), found.group(), _scaled(found.group()))


def _fractions(text: str) -> Iterator[_Found]:
    for found in _OF_HUNDRED.finditer(text):
        yield found.span(), _share(found.group(), _numeral(found[1]), 100)
    for found in _OF_PARTS.finditer(text):
        if found[1] != "百" and (parts := _numeral(found[1])):
            yield found.span(), _share(found.group(), _numeral(found[2]), parts)
    for found in _SLASHED.finditer(text):
        yield found.span(), _share(found.group(), float(found[1]), float(found[2]))
    yield from ((found.span(), _share(found.group(), 1, 2)) for found in HALF.finditer(text))
    for n, pattern in PART.items():
        for found in pattern.finditer(text):
            yield found.span(), _share(found.group(), _PART_WORDS.get(found[1].lower(), 1), n)


def _share(written: str, counted: float, parts: float) -> Quantity:
    percent = 100 * counted / parts
    return Quantity(written, frozenset((percent, round(percent), round(percent, 1))), "percent")


def _shown(number: str, noun: str) -> str:
    return f"{number} {noun}" if noun in UNITS else number


def _significant(value: float) -> int:
    return len(f"{value:.10g}".replace(".", "").replace("-", "").strip("0"))


def _values(digits: str) -> Iterator[float]:
    """What the digits may mean: a single mark before three of them is of thousands, or the decimal one."""
    plain = re.sub(r"['’\u00a0\u202f]", "", digits.replace("−", "-"))
    last = max(plain.rfind("."), plain.rfind(","))
    if last < 0:
        yield float(plain)
        return
    whole, fraction = re.sub(r"[.,]", "", plain[:last]), plain[last + 1 :]
    if len(fraction) == 3:
        yield float(whole + fraction)
    if len(fraction) != 3 or plain.count(plain[last]) == 1:
        yield float(f"{whole}.{fraction}")


def _behind(text: str, at: int) -> tuple[float, str, str]:
    """The scale, the unit and the word behind a number that ends at `at`."""
    scale = 1.0
    while (found := _NEXT.match(text, at)) and (size := _known(found[1].lower(), SCALES)):
        scale, at = scale * SCALES[found[1][:size].lower()], found.start(1) + size
    if not found:
        return scale, "", ""
    word = found[1].lower()
    return scale, UNITS.get(word[: _known(word, UNITS)], ""), word


def _known(word: str, names: Mapping[str, object]) -> int:
    """The characters of a name that a word is, or without spaces between words begins with; 0 for none."""
    if word in names:
        return len(word)
    lengths = range(_LONGEST_UNIT, 0, -1) if ord(word[0]) > 0x0E00 else ()
    return next((length for length in lengths if word[:length] in names), 0)


def _numeral(numerals: str) -> float:
    return float(numerals) if numerals[0].isdecimal() else _scaled(numerals)


def _scaled(written: str) -> float:
    """The number that 4만 5천, 3.5亿, 二十一 or 两万 is."""
    total = section = 0.0
    digit: float | None = None
    for token in _TOKEN.findall(written):
        if token[0].isdecimal():
            digit = float(token.replace(",", ""))
        elif token in _DIGITS:
            digit = (digit or 0) * 10 + _DIGITS[token]
        elif token in _SMALL:
            section, digit = section + (1 if digit is None else digit) * _SMALL[token], None
        elif token in _LARGE:
            total, section, digit = total + (section + (digit or 0) or 1) * _LARGE[token], 0.0, None
    return total + section + (digit or 0)

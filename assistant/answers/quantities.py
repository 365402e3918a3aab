"""Numbers in a text, in digits and in words, with their units: `1.000 €`, `three months`, `5 million`, `三个月`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isclose

from assistant.answers.claim_words import ABOUT, NUMBER_WORDS, SCALES, UNITS
from knowledge import signs_of

_LETTER = "A-Za-z\u00c0-\u052f"  # of the scripts that put spaces between words and numbers
# Not within a word or a code, as v44, BCL-2, OCT3/4 and 3T3; the unit may follow without a space.
_NUMBER = re.compile(
    rf"(?<![{_LETTER}0-9_.,])(?<![A-Z][-/.])(?<![A-Z]\d[-/.])(?:(?<!\S)[-−])?"
    r"(?:\d{1,3}(?:[,.'’\u00a0\u202f]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?)"
    rf"(?![.,]?\d|[{_LETTER}]+\d)"
)
_WORD = re.compile(r"[^\W\d_]+")
_SIGN_BEFORE = re.compile(r"[€$£¥₩]\s?$")
_NEXT = re.compile(r"[-\s\u00a0\u202f]{0,2}([%€$£¥₩]|[^\W\d_]{1,20})")
_NUMERALS = re.compile(
    "[一二两三四五六七八九十百千]{1,9}+(?=[个個名人年月日天条條周週星小次元万萬亿億件种種倍岁歲分时時本台位家])"
)
_DIGITS = {"两": 2} | {numeral: n for n, numeral in enumerate("〇一二三四五六七八九")}
_TENS = {"十": 10, "百": 100, "千": 1000}
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


def quantities_in(text: str, language: str) -> Iterator[Quantity]:
    """The numbers of a text. `language`: the analyzer's name for its own."""
    for found in _NUMBER.finditer(text):
        digits = found.group()
        scale, unit, noun = _behind(text, found.end())
        if not unit and (sign := _SIGN_BEFORE.search(text, max(found.start() - 2, 0), found.start())):
            unit = UNITS[sign.group().strip()]
        about = bool(ABOUT.search(text[max(found.start() - 20, 0) : found.start()]))
        decimals = len(digits) - 1 - max(digits.rfind("."), digits.rfind(",")) if re.search("[.,]", digits) else 0
        values = frozenset(value * scale for value in _values(digits))
        yield Quantity(_shown(digits, noun), values, unit, noun, 10.0**-decimals * scale, about)
    words = NUMBER_WORDS.get(language, {})
    for word in _WORD.finditer(text) if words else ():
        if value := words.get(word.group().lower()):
            scale, unit, noun = _behind(text, word.end())
            yield Quantity(_shown(word.group(), noun), frozenset((value * scale,)), unit, noun)
    for numerals in _NUMERALS.finditer(text):
        scale, unit, noun = _behind(text, numerals.end())
        yield Quantity(_shown(numerals.group(), noun), frozenset((_numeral(numerals.group()) * scale,)), unit, noun)


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
    total, digit = 0, 0
    for numeral in numerals:
        if numeral in _TENS:
            total, digit = total + (digit or 1) * _TENS[numeral], 0
        else:
            digit = _DIGITS[numeral]
    return float(total + digit)

"""Bounds on an amount as a question writes them: `over 1000`, `between 5 and 9`, `1000以上`."""

import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from knowledge.whole.cells import number_of

_BEFORE = {
    "≥": r"at least|no less than|mindestens|au moins|al menos|como mínimo|至少|不少于|不低于",
    "≤": r"at most|up to|no more than|höchstens|bis zu|au plus|como máximo|至多|最多|不超过|不高于",
    ">": r"over|above|more than|greater than|exceeding|higher than|larger than|über|mehr als|größer als|höher als"
    r"|plus de|supérieure?s? à|más de|mayor(?:es)? (?:de|que|a)|超过|大于|高于|多于|>",
    "<": r"under|below|less than|fewer than|lower than|smaller than|unter|weniger als|kleiner als|moins de"
    r"|inférieure?s? à|menos de|menor(?:es)? (?:de|que|a)|低于|小于|少于|不到|<",
}
_AFTER = {
    "≥": r"or more|以上",
    "≤": r"or less|or fewer|以下",
    "<": r"未満|より少ない|より小さい",
    ">": r"を超える|より多い|より大きい",
}
_AMOUNT = r"[€$£¥]?\s*(\d[\d.,'’]*\d|\d)\s*(k\b)?"
_BEFORE_RULES = [
    (sign, re.compile(rf"(?:(?<!\w)|(?<=[^\x00-\x7f]))(?:{words})\s*{_AMOUNT}")) for sign, words in _BEFORE.items()
]
_AFTER_RULES = [(sign, re.compile(rf"{_AMOUNT}\s*(?:{words})")) for sign, words in _AFTER.items()]
_BETWEEN = re.compile(rf"\b(?:between|zwischen|entre)\s+{_AMOUNT}\s+(?:and|und|et|y)\s+{_AMOUNT}")
_AMBIGUOUS = re.compile(r"^\d{1,3}\.\d{3}$")  # a thousand in German, a fraction in English
_HOLDS: dict[str, Callable[[float, float], bool]] = {
    "≥": operator.ge,
    "≤": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}


@dataclass(frozen=True, slots=True)
class Bound:
    """`sign` is one of > ≥ < ≤."""

    sign: str
    amount: float

    def holds(self, value: float | None) -> bool:
        """Whether a value keeps to it; a missing one never does."""
        return value is not None and _HOLDS[self.sign](value, self.amount)

    def __str__(self) -> str:
        """As a condition is written."""
        return f"{self.sign} {self.amount:,.10g}"


def take_bounds(folded: str) -> tuple[list[Bound], str]:
    """The bounds in a folded text, and the text without them. An amount that can be read in two ways stays in it."""
    bounds: list[Bound] = []
    while match := _BETWEEN.search(folded):
        low, high = _amount(match[1], match[2]), _amount(match[3], match[4])
        if low is None or high is None:
            break
        bounds += [Bound("≥", low), Bound("≤", high)]
        folded = f"{folded[: match.start()]} {folded[match.end() :]}"
    for sign, rule in (*_BEFORE_RULES, *_AFTER_RULES):
        found = list(_readable(rule, folded))
        bounds += [Bound(sign, amount) for _, amount in found]
        for match, _ in reversed(found):
            folded = f"{folded[: match.start()]} {folded[match.end() :]}"
    return bounds, folded


def _readable(rule: re.Pattern[str], folded: str) -> Iterator[tuple[re.Match[str], float]]:
    for match in rule.finditer(folded):
        amount = _amount(match[1], match[2])
        if amount is not None:
            yield match, amount


def _amount(digits: str, thousands: str | None) -> float | None:
    number = None if _AMBIGUOUS.match(digits) else number_of(digits)
    return None if number is None else number * (1000 if thousands else 1)

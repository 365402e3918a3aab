"""Numbers and codes in the form without signs: E-1034 is E1034, 10.000 is 10000, +49 30 123456 is 4930123456."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

# Letters and digits joined by single signs, as in E-1034, 978-3-16-148410-0, 10,000; and digits in groups: thousands,
# and telephone numbers.
_CODE = re.compile(
    r"(?<![a-z0-9])(?:\(?\d{1,5}+\)?(?:[ /-]{1,2}\(?\d{2,9}+\)?){1,8}"
    r"|(?=[a-z]{0,24}+[-./,'’–·:_]?[a-z]{0,24}+\d)[a-z0-9]{1,24}+(?:[-./,'’–·:_][a-z0-9]{1,24}+){1,12})"
)
_DIGIT = re.compile(r"\d")
_SIGNS = re.compile(r"[^a-z0-9]+")
LEAST_DIGITS_WITH_SPACES = 5  # of 10 000; fewer are mostly two numbers
MAX_CODE_CHARACTERS = 24
# In questions alone: `E 1034` for `E1034`, and the other way round.
_APART = re.compile(r"\b([a-z]{1,5}) (\d{2,})\b")
_TOGETHER = re.compile(r"\b([a-z]{1,5})(\d{3,})\b")


def joined_codes(text: str) -> Iterator[tuple[str, str]]:
    """Yield each code of a lower-case text that has signs in it, as it stands there and without them."""
    if not _DIGIT.search(text):
        return
    for match in _CODE.finditer(text):
        found = match.group()
        joined = _SIGNS.sub("", found)
        if len(joined) <= MAX_CODE_CHARACTERS and (" " not in found or len(joined) >= LEAST_DIGITS_WITH_SPACES):
            yield found, joined


def codes_by_word(question: str) -> Mapping[str, dict[str, float]]:
    """For each word of a lower-case question that is part of a code: the other forms of the code."""
    forms: dict[str, dict[str, float]] = defaultdict(dict)
    for found, joined in joined_codes(question):
        for part in filter(None, _SIGNS.split(found)):
            forms[part][joined] = 1.0
    for letters, digits in _APART.findall(question):
        for part in (letters, digits):
            forms[part][letters + digits] = 1.0
    for letters, digits in _TOGETHER.findall(question):
        forms[letters + digits][digits] = 0.5
    return forms

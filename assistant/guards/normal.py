"""A copy of a text in which look-alike digits, spaces and dashes are plain, with the way back to the original."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

# Soft hyphens, zero-width and bidirectional controls: drawn as nothing, and so able to hide in a number.
_INVISIBLE = "\u00ad\u034f\u061c\u115f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
# Letters of scripts without spaces do not run on into a number: 手机13800000000.
_RUNS_ON = r"[^\W\u2e80-\u9fff\uac00-\ud7af]"
BEGINS, ENDS = rf"(?<!{_RUNS_ON})", rf"(?!{_RUNS_ON})"
_REMOVED = re.compile(rf"[{_INVISIBLE}\r]")
# A number that goes on in the next line, in running text: a column of numbers begins its lines with them.
_BROKEN_NUMBER = re.compile(r"(?<=[^\n][^\n]\d)[ \t]*[\n\u2028]([ \t]*)(?=\d)")
_LINE_WORDS = re.compile(r"[^\W\d_]|[:+(]")
_SPACES = dict.fromkeys([0xA0, *range(0x2000, 0x200B), 0x202F, 0x3000], " ")
_DASHES = dict.fromkeys([*range(0x2010, 0x2016), 0x2212, 0x2043, 0xFE63], "-")
_FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}


@dataclass(frozen=True, slots=True)
class Normalised:
    """`text`: the plain copy. `removed`: places in the original, ascending, of the characters that it lacks."""

    text: str
    removed: tuple[int, ...] = ()

    def original(self, at: int) -> int:
        """The place in the original of the copy's character `at`."""
        if not self.removed:
            return at
        # The k-th removed character stands before the copy's place removed[k] - k.
        low, high = 0, len(self.removed)
        while low < high:
            middle = (low + high) // 2
            if self.removed[middle] - middle <= at:
                low = middle + 1
            else:
                high = middle
        return at + low

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span in the original of the copy's `text[start:end]`, which is not empty."""
        return self.original(start), self.original(end - 1) + 1


def normalise(text: str) -> Normalised:
    """The plain copy of a text: digits of any script, full-width characters, spaces and dashes become ASCII, invisible
    characters go, and a line break inside a number becomes a space. Every other character keeps its place."""
    removed: tuple[int, ...] = ()
    if not text.isascii() or "\r" in text:
        removed = tuple(found.start() for found in _REMOVED.finditer(text))
        text = _REMOVED.sub("", text).translate(_plain())
    return Normalised(_joined(text), removed)


@cache
def _plain() -> Mapping[int, str]:
    digits = {code: str(int(chr(code))) for code in range(0x660, 0x1FC00) if chr(code).isdecimal()}
    return {**digits, **_FULL_WIDTH, **_SPACES, **_DASHES}


def _joined(text: str) -> str:
    """The text, of the same length, with the line breaks inside numbers as spaces."""

    def join(found: re.Match[str]) -> str:
        begins = text.rfind("\n", max(0, found.start() - 200), found.start()) + 1
        in_words = _LINE_WORDS.search(text, begins, found.start())
        return " " * len(found[0]) if in_words else found[0]

    return _BROKEN_NUMBER.sub(join, text)

"""Arithmetic on (start, end) character spans of a text."""

import re
from collections.abc import Iterable
from itertools import pairwise

Span = tuple[int, int]


def trimmed(text: str, start: int, end: int) -> Span | None:
    """The span without the white space at its ends, or None when nothing else is in it."""
    stretch = text[start:end]
    lead = len(stretch) - len(stretch.lstrip())
    return (start + lead, start + len(stretch.rstrip())) if lead < len(stretch) else None


def cut_after(pattern: re.Pattern[str], text: str, start: int, end: int) -> list[Span]:
    """`text[start:end]` cut after each match; the spans cover it without gaps."""
    return between([start, *(m.end() for m in pattern.finditer(text, start, end)), end])


def between(cuts: Iterable[int]) -> list[Span]:
    """The non-empty spans between neighbouring cuts."""
    return [(a, b) for a, b in pairwise(cuts) if a < b]

"""Finds a quotation among the characters of a page, by its letters and digits alone.

The text as indexed has other spaces, whole words where a line ends with a hyphen, and no running titles.
"""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

_SURE_LETTERS = 8  # of a line that is looked for on the whole page; shorter ones follow the line before
_NEAR_LETTERS = 400  # from the end of a line to the beginning of the next

Span = tuple[int, int]


class QuotePlaces(NamedTuple):
    """Places of a quotation in a page's text, and what of it stands on another page."""

    spans: list[Span]
    rest: str


class _Letters(NamedTuple):
    text: str
    places: list[int]

    def span(self, at: int, length: int) -> Span:
        return self.places[at], self.places[at + length - 1] + 1


def find_quote(page: str, quote: str, before: str = "") -> QuotePlaces:
    """The spans of `quote` in `page`; of several occurrences, that which follows `before` best.

    Where it is not there in one piece, as across columns or pages, its lines are found one by one.
    """
    letters, wanted = _letters(page), _letters(quote).text
    if not wanted:
        return QuotePlaces([], "")
    places = _occurrences(letters.text, wanted)
    if places:
        lead = _letters(before).text
        best = max(places, key=lambda at: _common_end(letters.text[:at], lead))
        return QuotePlaces([letters.span(best, len(wanted))], "")
    return _find_lines(letters, quote.splitlines())


def _find_lines(page: _Letters, lines: list[str]) -> QuotePlaces:
    spans: list[Span] = []
    after, last = 0, -1
    for number, line in enumerate(lines):
        wanted = _letters(line).text
        is_sure = len(wanted) >= _SURE_LETTERS
        at = page.text.find(wanted, after, None if is_sure else after + _NEAR_LETTERS)
        if at < 0 and is_sure:
            at = page.text.find(wanted)
        if at >= 0 and wanted and (spans or is_sure):
            spans.append(page.span(at, len(wanted)))
            after, last = at + len(wanted), number
    return QuotePlaces(spans, "\n".join(lines[last + 1 :]) if spans else "")


def _occurrences(text: str, wanted: str) -> list[int]:
    found, at = [], text.find(wanted)
    while at >= 0:
        found.append(at)
        at = text.find(wanted, at + 1)
    return found


def _common_end(a: str, b: str) -> int:
    most = min(len(a), len(b))
    return next((n for n in range(most) if a[-1 - n] != b[-1 - n]), most)


def _letters(text: str) -> _Letters:
    kept = [
        (letter, place)
        for place, character in enumerate(text)
        for letter in unicodedata.normalize("NFKD", character).casefold()
        if letter.isalnum()
    ]
    return _Letters("".join(letter for letter, _ in kept), [place for _, place in kept])

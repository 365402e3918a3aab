"""Columns that a PDF draws row by row, so that PDFium's lines go across them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from knowledge.parse.pdf.hidden import Box

LINE_END = "\r\n"
_JOINTS = "\ufffe\x02"  # PDFium puts these, without a line end, where a line ends with a hyphen
_LINE = re.compile(rf"[^\r\n{_JOINTS}]+[{_JOINTS}]?")
_LOOKED_AT = 3  # lines of a page, of which most have a gap where the page has columns
_MOST_WITHOUT = 1  # of these
_LEAST_WITH_GAP = 0.6  # of all
_FEWEST_LINES = 6
_MOST_LINES = 300  # of a page; what has more is no running text
_LEAST_CHARACTERS = 20  # of a line across two columns
_LEAST_OF_COLUMN = 12  # characters of its lines on average; cells of tables are shorter
_MOST_GAPS = 4  # of a line; tables have more
_LEAST_GAP = 1.0  # of the height of a letter: spaces of justified text are half of it
_LEAST_CONTINUED = 0.4  # of a column's lines that go on with the sentence above, which cells of a table do not
_FULL = 0.8  # of the longest line of its column

Gap = tuple[float, float, int]
"""Left and right end in points, and the place of the space in the text."""
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Reordered:
    """A page's text, column by column, and where its lines stood before: their starts in either text."""

    text: str
    starts: tuple[int, ...]
    before: tuple[int, ...]

    def place_before(self, place: int) -> int:
        """The place in the text as PDFium has it of a character of this text."""
        number = bisect_right(self.starts, place) - 1
        return self.before[number] + place - self.starts[number]


def by_columns(text: str, box_at: Callable[[int], Box | None]) -> Reordered | None:
    """The text with each column of running text behind the one before; None where no line goes across columns.

    `box_at` gives the box of the character at a place. Few are looked at on a page without columns.
    """
    spans = [found.span() for found in _LINE.finditer(text)]
    wide = [span for span in spans if span[1] - span[0] >= _LEAST_CHARACTERS]
    if not _FEWEST_LINES <= len(wide) <= len(spans) <= _MOST_LINES:
        return None
    if sum(map(_continues, (text[start] for start, _ in wide))) < _LEAST_CONTINUED * len(wide):
        return None
    without = 0
    for span in wide[:: -(-len(wide) // _LOOKED_AT)]:
        found = len(_gaps(text, span, box_at))
        without += not found
        if without > _MOST_WITHOUT or found > _MOST_GAPS:
            return None
    gaps = {span: _gaps(text, span, box_at) for span in spans}
    gutters = _gutters([*gaps.values()], _LEAST_WITH_GAP * len(wide))
    order = _in_order(text, gaps, gutters, box_at) if gutters else None
    if not order:
        return None
    parts = [*_with_line_ends(text, order)]
    new = accumulate(map(len, parts[:-1]), initial=0)
    return Reordered("".join(parts), tuple(new), tuple(start for start, _ in order))


def _with_line_ends(text: str, order: Sequence[Span]) -> Iterator[str]:
    """The parts, each with a line end, but where it breaks a word: with the sign that PDFium puts there."""
    for (start, end), below in zip(order, [*order[1:], None], strict=True):
        part = text[start:end]
        if below and part[-1] == "-" and part[-2:-1].isalpha() and text[below[0]].islower():
            part = f"{part[:-1]}{_JOINTS[0]}"
        yield part if below is None or part[-1] in _JOINTS else part + LINE_END


def _gaps(text: str, span: Span, box_at: Callable[[int], Box | None]) -> list[Gap]:
    """The gaps of a line that are too wide for a space."""
    found = list[Gap]()
    at = text.find(" ", *span)
    while span[0] < at < span[1] - 1:
        before, behind = box_at(at - 1), box_at(at + 1)
        if before and behind and behind[0] - before[2] >= _LEAST_GAP * (behind[3] - behind[1]) > 0:
            found.append((before[2], behind[0], at))
        at = text.find(" ", at + 1, span[1])
    return found


def _gutters(gaps: Sequence[Sequence[Gap]], fewest: float) -> list[float]:
    """Places across the page, in points, where that many lines have a gap above each other."""
    gutters = list[float]()
    left = [gap for line in gaps for gap in line]
    while left and len(gutters) < _MOST_GAPS:
        edges = sorted(edge for a, b, _ in left for edge in ((a, 1), (b, -1)))
        counts = [*accumulate(step for _, step in edges)]
        most = max(counts)
        if most < fewest:
            break
        at = counts.index(most)
        best = (edges[at][0] + edges[at + 1][0]) / 2
        gutters.append(best)
        left = [gap for gap in left if not gap[0] < best < gap[1]]
    return sorted(gutters)


def _in_order(
    text: str, gaps: dict[Span, list[Gap]], gutters: Sequence[float], box_at: Callable[[int], Box | None]
) -> list[Span] | None:
    """The lines' parts by column, between those that go across; None where the columns are no running text."""
    order, columns = list[Span](), [list[Span]() for _ in range(len(gutters) + 1)]
    whole = [list[Span]() for _ in columns]
    for span, found in gaps.items():
        cuts = [at for a, b, at in found if any(a < x < b for x in gutters)]
        ends = pairwise([span[0] - 1, *cuts, span[1]])
        parts = [(before + 1, end) for before, end in ends if before + 1 < end]  # two spaces have nothing between
        boxes = [(box_at(start), box_at(end - 1)) for start, end in parts]
        places = [bisect_right(gutters, first[0]) if first else 0 for first, _ in boxes]
        is_across = any(
            last and bisect_right(gutters, last[2]) != at for (_, last), at in zip(boxes, places, strict=True)
        )
        if is_across:
            order += [part for column in columns for part in column]
            columns = [[] for _ in columns]
            order.append(span)
            continue
        for part, at in zip(parts, places, strict=True):
            columns[at].append(part)
            whole[at].append(part)
    order += [part for column in columns for part in column]
    return order if all(_is_running([text[a:b] for a, b in column]) for column in whole) else None


def _is_running(lines: Sequence[str]) -> bool:
    """True for lines of a text, of which many go on with the sentence of the line above."""
    if len(lines) < _FEWEST_LINES - 1 or sum(map(len, lines)) < _LEAST_OF_COLUMN * len(lines):
        return False
    longest = max(map(len, lines))
    continued = sum(
        line[0].islower() or (_continues(line[0]) and len(above) >= _FULL * longest) for above, line in pairwise(lines)
    )
    return continued >= _LEAST_CONTINUED * (len(lines) - 1)


def _continues(letter: str) -> bool:
    return letter.isalpha() and not letter.isupper()

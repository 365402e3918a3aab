"""Headings of a PDF without an outline, where the size of their letters tells them surely."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from knowledge.parse.pdf.pdf_outline import Bookmark

# Ten-point text with eleven-point headings is the closest that printers come; rounding makes up to 3 % of it.
_LARGER = 1.08
_MIN_BODY_POINTS = 5  # less means that the file scales its text in a way that sizes do not tell
_MAX_TITLE_CHARACTERS = 100
_FEWEST = 2  # characters, and a heading has more
_MAX_LINES = 3
_MAX_SHARE = 0.12  # of all lines; where more are large, as on slides and posters, size says something else
_MAX_REPEATS = 2  # a line on more pages runs along the top of them
_MAX_LEVELS = 4
_SAMPLED_LINES = 20  # one line in so many is measured to learn the size of running text
_MIN_BODY_SHARE = 0.4  # of the characters sampled; text that was recognised in a scan has a size for every line
_MIN_TEXT_CHARACTERS = 30  # of the line below a heading; labels in a drawing stand above each other
_NUMBERED = re.compile(r"[0-9]{1,2}(?:\.[0-9]{1,2})*\.? +[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]{2}")
_ENDS_NO_TITLE = ".,;:-\ufffe\x02"  # the last two are how PDFium writes a hyphen at a line's end
_NO_TITLE = re.compile(r"[@∗†‡{}=]")


class SizedLine(NamedTuple):
    """A line that was measured: its page and number from 0, the size of its first letter in points, the line below.

    `is_sample`: it was measured to learn the size of running text.
    """

    page: int
    number: int
    text: str
    points: float
    below: str
    is_sample: bool


def sized_lines(page: int, text: str, points_at: Callable[[int], float]) -> Iterator[SizedLine]:
    """Those of the page's lines that may be headings, and a few to learn the size of running text from.

    `points_at` gives the size of the character at a place in `text`. Few are measured, as each takes a microsecond.
    """
    start = 0
    lines = text.split("\r\n")
    for number, line in enumerate(lines):
        is_sample = not number % _SAMPLED_LINES and len(line) >= _MIN_TEXT_CHARACTERS
        if is_sample or (_FEWEST < len(line) <= _MAX_TITLE_CHARACTERS and _begins_title(line)):
            below = lines[number + 1] if number + 1 < len(lines) else ""
            yield SizedLine(page, number, line, round(points_at(start), 1), below, is_sample)
        start += len(line) + 2


def _begins_title(line: str) -> bool:
    return line[0].isalnum() and not line[0].islower() and line[-1] not in _ENDS_NO_TITLE


def headings_by_size(lines: Sequence[SizedLine], count: int) -> list[Bookmark]:
    """The headings among the lines of all pages, which are `count`, as an outline would name them.

    Empty where sizes are not sure.
    """
    body = _body_points(lines)
    if body < _MIN_BODY_POINTS:
        return []
    found = [group for group in _groups(lines, body * _LARGER) if _is_heading(group)]
    repeats = Counter(group[0].text for group in found)
    kept = [group for group in found if repeats[group[0].text] <= _MAX_REPEATS]
    if sum(map(len, kept)) > _MAX_SHARE * count:
        return []
    sizes = sorted({group[0].points for group in kept}, reverse=True)
    return [
        Bookmark(group[0].page, min(sizes.index(group[0].points) + 1, _MAX_LEVELS), " ".join(g.text for g in group))
        for group in kept
    ]


def _body_points(lines: Sequence[SizedLine]) -> float:
    """The size of running text; 0.0 where no size is common enough."""
    characters: Counter[float] = Counter()
    for line in lines:
        if line.is_sample:
            characters[line.points] += len(line.text)
    common = [points for points, count in characters.items() if count >= _MIN_BODY_SHARE * characters.total()]
    return max(common, default=0.0)


def _groups(lines: Sequence[SizedLine], least_points: float) -> Iterator[list[SizedLine]]:
    """Neighbouring lines of one page and one size, of at least `least_points`."""
    large = [line for line in lines if line.points >= least_points]
    place = {line: number for number, line in enumerate(large)}
    for _, group in groupby(large, key=lambda line: (line.page, line.points, line.number - place[line])):
        yield list(group)


def _is_heading(group: Sequence[SizedLine]) -> bool:
    """Whether the lines are a heading: few, in words, no sentence or address, with text or a further heading below."""
    if len(group) > _MAX_LINES or any(_NO_TITLE.search(line.text) or not _WORD.search(line.text) for line in group):
        return False
    below = group[-1].below
    return len(below) >= _MIN_TEXT_CHARACTERS or bool(_NUMBERED.match(below))

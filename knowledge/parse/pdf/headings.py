"""Headings of a PDF: by its outline, or by the size of their letters where these tell them with certainty."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import NamedTuple

from knowledge.document import Heading

# The number before a heading in the outline or on the page, often not in both: `3.1`, `A.`, `IV.`, `Chapter 3:`.
_NUMBER = (
    r"(?:(?:chapter|section|appendix|part)[ \t]+)?(?:[0-9]+(?:[.-][0-9]+)*|[A-Z](?:\.[0-9]+)*|[IVXLC]+)[.:)]?[ \t]+"
)
_NUMBERED = re.compile(rf"\A\s*{_NUMBER}(?=\S)", re.IGNORECASE)
_MAX_LINES = 4
_MAX_LINE_CHARACTERS = 150
_MAX_MISSED = 4  # entries one after another that lead to the last page and are not on it


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the outline: page from 0, level from 1, and its words."""

    page: int
    level: int
    title: str


@dataclass(frozen=True, slots=True)
class PlacedHeading:
    """A heading and its place: page from 0, characters from that page's start."""

    page: int
    start: int
    level: int
    title: str

    def at(self, page_starts: Sequence[int]) -> Heading:
        """The heading in the document's own characters."""
        return Heading(page_starts[self.page] + self.start, self.level, self.title)


def place_headings(pages: Sequence[str], bookmarks: Iterable[Bookmark]) -> tuple[list[str], list[PlacedHeading]]:
    """The pages, and the bookmarks whose words stand in lines of their own on their page, in reading order.

    A heading that the page breaks over lines becomes one line, so that its title is what the text says at its start.
    An outline is read no further once it is certain to be that of a longer file of which this is an extract.
    """
    texts = list(pages)
    lines: dict[int, _PageLines] = {}
    placed: dict[tuple[int, int], PlacedHeading] = {}
    after = (0, 0)
    missed = 0
    for bookmark in bookmarks:
        page = bookmark.page
        if page not in lines:
            lines[page] = _PageLines(texts[page])
        found = lines[page].find(_normalised(bookmark.title), after[1] if after[0] == page else 0)
        missed = 0 if found or page < len(pages) - 1 else missed + 1
        if missed > _MAX_MISSED:
            break
        if found:
            start, end = found
            title = texts[page][start:end].replace("\n", " ")
            texts[page] = texts[page][:start] + title + texts[page][end:]
            placed[page, start] = PlacedHeading(page, start, bookmark.level, title)
            after = (page, end)
    return texts, [placed[place] for place in sorted(placed)]


class _PageLines:
    """A page's lines, looked up by their first word; those too long for a heading cannot be found."""

    def __init__(self, page: str) -> None:
        self._lines = page.split("\n")
        self._starts = [0, *accumulate(len(line) + 1 for line in self._lines)]
        self._by_first_word: dict[str, list[int]] = {}
        for number, line in enumerate(self._lines):
            if line and len(line) <= _MAX_LINE_CHARACTERS:
                numbered = _NUMBERED.match(line)
                first_word = line[numbered.end() if numbered else 0 :].split(None, 1)[0].casefold()
                self._by_first_word.setdefault(first_word, []).append(number)

    def find(self, words: str, begin: int) -> tuple[int, int] | None:
        """Start and end of the lines that say `words` and nothing else: from `begin` on, or the first of all."""
        numbers = self._by_first_word.get(words.partition(" ")[0], ()) if words else ()
        found = [span for number in numbers if (span := self._span(number, words))]
        return next((span for span in found if span[0] >= begin), found[0] if found else None)

    def _span(self, first: int, words: str) -> tuple[int, int] | None:
        said = ""
        for last, line in enumerate(self._lines[first : first + _MAX_LINES], first):
            said = f"{said} {_normalised(line)}".strip()
            if said == words:
                return self._starts[first], self._starts[last] + len(self._lines[last])
            if not line or not words.startswith(said):
                return None
        return None


def _normalised(text: str) -> str:
    """The words of a heading without number, case and spacing, in which its spellings differ."""
    return " ".join(_NUMBERED.sub("", text).casefold().split())


# Ten-point text with eleven-point headings is the closest that printers come; rounding makes up to 3 % of it.
_LARGER = 1.08
_MIN_BODY_POINTS = 5  # less means that the file scales its text in a way that sizes do not tell
_MAX_TITLE_CHARACTERS = 100
_FEWEST = 2  # characters, and a heading has more
_MAX_HEADING_LINES = 3
_MAX_SHARE = 0.12  # of all lines; where more are large, as on slides and posters, size says something else
_MAX_REPEATS = 2  # a line on more pages runs along the top of them
_MAX_LEVELS = 4
_SAMPLED_LINES = 20  # one line in so many is measured to learn the size of running text
_MIN_BODY_SHARE = 0.4  # of the characters sampled; text that was recognised in a scan has a size for every line
_MIN_TEXT_CHARACTERS = 30  # of the line below a heading; labels in a drawing stand above each other
_NUMBERED_LINE = re.compile(r"[0-9]{1,2}(?:\.[0-9]{1,2})*\.? +[^\W\d_]")
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
        if is_sample or (
            _FEWEST < len(line) <= _MAX_TITLE_CHARACTERS
            and line[0].isalnum()
            and not line[0].islower()
            and line[-1] not in _ENDS_NO_TITLE
        ):
            below = lines[number + 1] if number + 1 < len(lines) else ""
            yield SizedLine(page, number, line, round(points_at(start), 1), below, is_sample)
        start += len(line) + 2


def headings_by_size(lines: Sequence[SizedLine], count: int) -> list[Bookmark]:
    """The headings among the lines of all pages, which are `count`, as an outline would name them.

    Empty where sizes do not tell with certainty.
    """
    body = _body_points(lines)
    if body < _MIN_BODY_POINTS:
        return []
    large = [line for line in lines if line.points >= body * _LARGER]
    place = {line: number for number, line in enumerate(large)}
    neighbours = groupby(large, key=lambda line: (line.page, line.points, line.number - place[line]))
    found = [group for group in map(list, (group for _, group in neighbours)) if _is_heading(group)]
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


def _is_heading(group: Sequence[SizedLine]) -> bool:
    """Tell if the lines are a heading: few, in words, no sentence or address, with text or a further heading below."""
    if len(group) > _MAX_HEADING_LINES or any(
        _NO_TITLE.search(line.text) or not _WORD.search(line.text) for line in group
    ):
        return False
    below = group[-1].below
    return len(below) >= _MIN_TEXT_CHARACTERS or bool(_NUMBERED_LINE.match(below))

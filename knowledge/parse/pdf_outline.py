"""A PDF's outline laid onto the words of its pages."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from knowledge.document import Heading

# What stands before a heading in the outline or on the page, often not in both: `3.1`, `A.`, `IV.`, `Chapter 3:`.
_NUMBER = (
    r"(?:(?:chapter|section|appendix|part)[ \t]+)?(?:[0-9]+(?:[.-][0-9]+)*|[A-Z](?:\.[0-9]+)*|[IVXLC]+)[.:)]?[ \t]+"
)
_NUMBERED = re.compile(rf"\A\s*{_NUMBER}(?=\S)", re.IGNORECASE)
_MAX_LINES = 4
_MAX_LINE_CHARACTERS = 150
_MAX_MISSED = 4  # entries one after another that lead to the last page and are not on it


class _Line(NamedTuple):
    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the outline: page from 0, level from 1, and its words."""

    page: int
    level: int
    title: str


@dataclass(frozen=True, slots=True)
class PlacedHeading:
    """A heading and where it stands: page from 0, characters from that page's start."""

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
    lines: dict[int, _Lines] = {}
    placed: dict[tuple[int, int], PlacedHeading] = {}
    after = (0, 0)
    missed = 0
    for bookmark in bookmarks:
        page = bookmark.page
        if page not in lines:
            lines[page] = _Lines(texts[page])
        found = lines[page].find(_words(bookmark.title), after[1] if after[0] == page else 0)
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


class _Lines:
    """A page's lines, by the first of their words."""

    def __init__(self, page: str) -> None:
        self._lines = list(_lines(page))
        self._by_first: dict[str, list[int]] = {}
        for number, line in enumerate(self._lines):
            if line.words:
                self._by_first.setdefault(line.words.partition(" ")[0], []).append(number)

    def find(self, words: str, begin: int) -> tuple[int, int] | None:
        """Start and end of the lines that say `words` and nothing else: from `begin` on, or the first of all."""
        numbers = self._by_first.get(words.partition(" ")[0], ())
        found = [span for number in numbers if (span := self._span(number, words))]
        return next((span for span in found if span[0] >= begin), found[0] if found else None)

    def _span(self, number: int, words: str) -> tuple[int, int] | None:
        line = self._lines[number]
        if not words.startswith(line.words):
            return None
        said = line.words
        for last in self._lines[number + 1 : number + _MAX_LINES]:
            if said == words or not last.words:
                break
            said, line = f"{said} {last.words}", last
        return (self._lines[number].start, line.end) if said == words else None


def _lines(page: str) -> Iterator[_Line]:
    """The page's lines; those too long for a heading are left without words."""
    start = 0
    for text in page.split("\n"):
        yield _Line(start, start + len(text), _words(text) if len(text) <= _MAX_LINE_CHARACTERS else "")
        start += len(text) + 1


def _words(text: str) -> str:
    """What two spellings of one heading share: its words, without number, case and spacing."""
    return " ".join(_NUMBERED.sub("", text).casefold().split())

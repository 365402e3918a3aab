"""A PDF's outline laid onto the words of its pages."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from knowledge.document import Heading

# What stands before a heading in the outline or on the page, often not in both: `3.1`, `A.`, `IV.`, `Chapter 3:`.
_NUMBER = (
    r"(?:(?:chapter|section|appendix|part)[ \t]+)?(?:[0-9]+(?:[.-][0-9]+)*|[A-Z](?:\.[0-9]+)*|[IVXLC]+)[.:)]?[ \t]+"
)
_NUMBERED = re.compile(rf"\A\s*{_NUMBER}(?=\S)", re.IGNORECASE)
_MAX_LINES = 4
_NUMBER_CHARACTERS = 30


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


def place_headings(pages: Sequence[str], bookmarks: Sequence[Bookmark]) -> tuple[list[str], list[PlacedHeading]]:
    """The pages, and the bookmarks whose words stand in lines of their own on their page, in reading order.

    A heading that the page breaks over lines becomes one line, so that its title is what the text says at its start.
    """
    texts = list(pages)
    lines = _lines_by_page(texts, bookmarks)
    placed: dict[tuple[int, int], PlacedHeading] = {}
    after = (0, 0)
    for bookmark in bookmarks:
        page = bookmark.page
        found = _find(lines[page], _words(bookmark.title), after[1] if after[0] == page else 0)
        if found:
            start, end = found
            title = texts[page][start:end].replace("\n", " ")
            texts[page] = texts[page][:start] + title + texts[page][end:]
            placed[page, start] = PlacedHeading(page, start, bookmark.level, title)
            after = (page, end)
    return texts, [placed[place] for place in sorted(placed)]


def _lines_by_page(pages: Sequence[str], bookmarks: Sequence[Bookmark]) -> dict[int, list[_Line]]:
    longest: dict[int, int] = {}
    for bookmark in bookmarks:
        longest[bookmark.page] = max(longest.get(bookmark.page, 0), len(bookmark.title) + _NUMBER_CHARACTERS)
    return {page: list(_lines(pages[page], characters)) for page, characters in longest.items()}


def _lines(page: str, longest: int) -> Iterator[_Line]:
    """The page's lines; those of more than `longest` characters cannot be a heading and are left without words."""
    start = 0
    for text in page.split("\n"):
        yield _Line(start, start + len(text), _words(text) if len(text) <= longest else "")
        start += len(text) + 1


def _words(text: str) -> str:
    """What two spellings of one heading share: its words, without number, case and spacing."""
    return " ".join(_NUMBERED.sub("", text).casefold().split())


def _find(lines: Sequence[_Line], words: str, begin: int) -> tuple[int, int] | None:
    """Start and end of the lines that say `words` and nothing else: the first from `begin` on, or the first of all."""
    found = [span for number, line in enumerate(lines) if (span := _span(lines, number, line, words))]
    return next((span for span in found if span[0] >= begin), found[0] if found else None)


def _span(lines: Sequence[_Line], number: int, line: _Line, words: str) -> tuple[int, int] | None:
    if not line.words or not words.startswith(line.words):
        return None
    said = line.words
    for last in lines[number + 1 : number + _MAX_LINES]:
        if said == words or not last.words:
            break
        said, line = f"{said} {last.words}", last
    return (lines[number].start, line.end) if said == words else None

"""A PDF's outline laid onto the words of its pages."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from knowledge.document import Heading

# What stands before a heading in the outline or on the page, often not in both: `3.1`, `A.`, `IV.`, `Chapter 3:`.
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
    """A page's lines, by the first of their words; those too long for a heading are no one's."""

    def __init__(self, page: str) -> None:
        self._lines = page.split("\n")
        self._starts = [0, *accumulate(len(line) + 1 for line in self._lines)]
        self._by_first: dict[str, list[int]] = {}
        for number, line in enumerate(self._lines):
            if line and len(line) <= _MAX_LINE_CHARACTERS:
                self._by_first.setdefault(_first_word(line), []).append(number)

    def find(self, words: str, begin: int) -> tuple[int, int] | None:
        """Start and end of the lines that say `words` and nothing else: from `begin` on, or the first of all."""
        numbers = self._by_first.get(words.partition(" ")[0], ()) if words else ()
        found = [span for number in numbers if (span := self._span(number, words))]
        return next((span for span in found if span[0] >= begin), found[0] if found else None)

    def _span(self, first: int, words: str) -> tuple[int, int] | None:
        said = ""
        for last, line in enumerate(self._lines[first : first + _MAX_LINES], first):
            said = f"{said} {_words(line)}".strip()
            if said == words:
                return self._starts[first], self._starts[last] + len(self._lines[last])
            if not line or not words.startswith(said):
                return None
        return None


def _first_word(line: str) -> str:
    numbered = _NUMBERED.match(line)
    return line[numbered.end() if numbered else 0 :].split(None, 1)[0].casefold()


def _words(text: str) -> str:
    """What two spellings of one heading share: its words, without number, case and spacing."""
    return " ".join(_NUMBERED.sub("", text).casefold().split())

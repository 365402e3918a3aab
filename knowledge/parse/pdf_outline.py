"""A PDF's outline laid onto the words of its pages."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.document import Heading

# What stands before a heading in the outline or on the page, often not in both: `3.1`, `A.`, `IV.`, `Chapter 3:`.
_NUMBER = r"(?:(?:chapter|section|appendix|part)[ \t]+)?(?:[0-9]+(?:\.[0-9]+)*|[A-Z](?:\.[0-9]+)*|[IVXLC]+)[.:)]?[ \t]+"
_NUMBERED = re.compile(rf"\A\s*{_NUMBER}(?=\S)", re.IGNORECASE)
_MAX_TITLE_CHARACTERS = 300


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
    placed: dict[tuple[int, int], PlacedHeading] = {}
    after = (0, 0)
    for bookmark in bookmarks:
        begin = after[1] if after[0] == bookmark.page else 0
        found = _find(texts[bookmark.page], bookmark.title, begin)
        if found:
            start, end = found
            title = texts[bookmark.page][start:end].replace("\n", " ")
            texts[bookmark.page] = texts[bookmark.page][:start] + title + texts[bookmark.page][end:]
            placed[bookmark.page, start] = PlacedHeading(bookmark.page, start, bookmark.level, title)
            after = (bookmark.page, end)
    return texts, [placed[place] for place in sorted(placed)]


def _find(page: str, title: str, begin: int) -> tuple[int, int] | None:
    words = _NUMBERED.sub("", title).split()
    if not words or len(title) > _MAX_TITLE_CHARACTERS or words[0].lower() not in page.lower():
        return None
    spelled = r"[ \t]*[ \t\n][ \t]*".join(map(re.escape, words))
    line = re.compile(rf"^[ \t]*((?:{_NUMBER})?{spelled})[ \t]*$", re.MULTILINE | re.IGNORECASE)
    found = line.search(page, begin) or line.search(page)
    return found.span(1) if found else None

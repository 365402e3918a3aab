"""A document's sections: stretches below one heading, numbered articles apart."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import itemgetter

from knowledge.cutting.divisions import divisions
from knowledge.cutting.place import Place, Role
from knowledge.cutting.roles import REFERENCES_LINE
from knowledge.document import Document, Heading
from knowledge.numbered import numbered

MAX_TITLE_CHARACTERS = 1_000  # of one heading; the longest of some 4,000 real files has 999

_HEADING_LINE = re.compile(r"[^\n]*\n(?:[ \t]*(=+|-+|~+|\^+|\*+|\++|#+)[ \t]*(?:\n|$))?")  # with its underline, if any


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A stretch of text below one heading path.

    `top`: where the line of its heading begins, or the text itself where that is no line of its own. `parent`: the path
    above the heading. `label`: the number of an article, as its text begins: `§ 5`. `has_heading`: it has a line of
    its own. `below_references`: it follows a line that says `References`.
    """

    top: int
    start: int
    end: int
    heading: tuple[str, ...]
    parent: tuple[str, ...] = ()
    label: tuple[str, ...] = ()
    has_heading: bool = False
    below_references: bool = False

    @property
    def path(self) -> tuple[str, ...]:
        """The headings and the label, outermost first."""
        return (*self.heading, *self.label)


def sections(document: Document) -> Iterator[Section]:
    """The sections, those with numbered articles as one for each article: articles are cited and asked for."""
    blocks = [start for start, _ in document.blocks]
    ends = [0, *(end for _, end in document.blocks)]
    found = numbered(document.text, document.body_start, len(document.text))
    articles = [article for article in found if article.start >= ends[bisect_right(blocks, article.start)]]
    starts = [article.start for article in articles]
    references = _references_start(document)
    for section in _headed(document.text, document.body_start, _headings(document, starts)):
        inside = articles[bisect_left(starts, section.start) : bisect_left(starts, section.end)]
        cuts = [section.start, *(article.start for article in inside), section.end]
        if not inside:
            yield from _cut_at(section, references)
            continue
        for (start, end), label in zip(pairwise(cuts), [(), *((a.label,) for a in inside)], strict=True):
            yield replace(section, top=start, start=start, end=end, label=label, has_heading=False)


def _headings(document: Document, articles: Sequence[int]) -> Sequence[Heading]:
    """The headings that the format marks, and of a statute whose chapters it does not mark, these."""
    marked = document.headings
    if not articles or any(heading.start > articles[0] for heading in marked):
        return marked
    below = max((heading.level for heading in marked), default=0)
    found = divisions(document.text, document.body_start, articles[0], below)
    known = {heading.start for heading in marked}
    return sorted([*marked, *(one for one in found if one.start not in known)], key=lambda one: one.start)


def _headed(text: str, first: int, headings: Sequence[Heading]) -> Iterator[Section]:
    """The text below each heading, without its line; a heading with nothing below it is a section itself."""
    yield Section(top=first, start=first, end=max(headings[0].start if headings else len(text), first), heading=())
    path: list[Heading] = []
    for heading, below in zip(headings, [*headings[1:], None], strict=False):
        end = below.start if below else len(text)
        path = [*(h for h in path if h.level < heading.level), heading]
        titles = tuple(h.title[:MAX_TITLE_CHARACTERS] for h in path if h.title)
        parent = tuple(h.title[:MAX_TITLE_CHARACTERS] for h in path[:-1] if h.title)
        line = _HEADING_LINE.match(text, heading.start, end)
        body = heading.start if heading.keeps_line else line.end() if line else end
        found = Section(
            top=heading.start, start=body, end=end, heading=titles, parent=parent, has_heading=not heading.keeps_line
        )
        if text[body:end].strip():
            yield found
        elif below is None or below.level <= heading.level:
            yield replace(found, start=heading.start, heading=parent)


def _references_start(document: Document) -> int:
    """Where the last line begins that says `References` and nothing else, in the document's second half; -1: none."""
    text = document.text
    found = [match.start() for match in REFERENCES_LINE.finditer(text, max(len(text) // 2, document.body_start))]
    return found[-1] if found else -1


def _cut_at(section: Section, place: int) -> Iterator[Section]:
    if section.start <= place < section.end:
        yield replace(section, end=place)
        yield replace(section, top=place, start=place, has_heading=False, below_references=True)
    else:
        yield section


def places(document: Document, inside: Sequence[Section], start: int, end: int) -> tuple[Place, ...]:
    """The places of `text[start:end]`, which holds text of these sections: one at least, the first at 0."""
    pages = document.page_starts[bisect_right(document.page_starts, start) : bisect_left(document.page_starts, end)]
    asides = document.asides[
        max(bisect_right(document.asides, start, key=itemgetter(0)) - 1, 0) : bisect_left(
            document.asides, end, key=itemgetter(0)
        )
    ]
    cuts = {start, *pages, *(section.top for section in inside)}
    cuts.update(cut for first, last, _ in asides for cut in (first, last))
    found: list[Place] = []
    for cut in sorted(cut for cut in cuts if start <= cut < end):
        section = next((section for section in reversed(inside) if section.top <= cut), inside[0])
        page = bisect_right(document.page_starts, cut) or None
        role: Role = next((role for first, last, role in asides if first <= cut < last), "body")
        place = Place(cut - start, section.path, page, role)
        if not found or place[1:] != found[-1][1:]:
            found.append(place)
    return tuple(found)

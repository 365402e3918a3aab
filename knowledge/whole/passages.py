"""A whole document as passages: in reading order, without gaps, cut at its sections."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from knowledge.passage import Passage
from knowledge.whole.outline import Section

PASSAGE_CHARACTERS = 2_000  # some 500 tokens: short sections share a passage, a long one is cut between lines


def whole_passages(text: str, sections: Sequence[Section], blank: Passage) -> Iterator[Passage]:
    """Passages that together are `text`; each like `blank`, with its own span and the headings its sections share."""
    held: list[Section] = []
    for section in sections:
        if held and section.span[1] - held[0].span[0] > PASSAGE_CHARACTERS:
            yield from _passages(text, held, blank)
            held = []
        held.append(section)
    if held:
        yield from _passages(text, held, blank)


def _passages(text: str, sections: Sequence[Section], blank: Passage) -> Iterator[Passage]:
    shared = zip(*(section.path for section in sections), strict=False)
    heading = tuple(titles[0] for titles in takewhile(lambda titles: len(set(titles)) == 1, shared))
    start, end = sections[0].span[0], sections[-1].span[1]
    while start < end:
        cut = _cut(text, start, end)
        yield replace(blank, text=text[start:cut], start=start, end=cut, heading=heading)
        start = cut


def _cut(text: str, start: int, end: int) -> int:
    """The end of a piece that begins at `start`: after a blank line if one is late enough, else after a line."""
    limit = start + PASSAGE_CHARACTERS
    if end <= limit:
        return end
    paragraph = text.rfind("\n\n", start + PASSAGE_CHARACTERS // 2, limit)
    line = text.rfind("\n", start + 1, limit)
    return paragraph + 2 if paragraph >= 0 else line + 1 if line >= 0 else limit

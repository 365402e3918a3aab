"""A document too long for the window, as excerpts from all of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from assistant.weights import terms_of
from knowledge.passage import Passage
from knowledge.sentences import Sentence, sentences
from knowledge.whole.outline import Section
from knowledge.whole.whole import WholeDocument

# Tokens of the shortest excerpt worth its fence, which takes some 25 of them.
_LEAST_TOKENS = 60
_JUDGED_CHARACTERS = 3_000  # of a section: what stands far down in one is no beginning, and judging takes time
_FIRST_WEIGHT = 0.5  # of a section's first sentence, on the scale where all of the question's words are 1
_HEADING_WEIGHT = 0.25


def condense(
    document: WholeDocument, question: str, tokens: int, count: Callable[[Passage], int]
) -> tuple[Passage, ...]:
    """Excerpts in reading order that take at most `tokens`: of every section, or of every few where there are too many.

    Of each the sentences that say most, by position, heading and the question's words, as many as its part of the room
    allows. `count`: tokens of a passage with what stands around it.
    """
    text, asked = document.text, terms_of(question)
    stretches = _stretches(document.sections, max(tokens // _LEAST_TOKENS, 1))
    excerpts: list[Passage] = []
    for at, section in enumerate(stretches):
        blank = replace(document.passages[0], heading=section.path)
        room = tokens // (len(stretches) - at)
        if excerpt := _excerpt(_Stretch(text, section, blank), asked, room, count):
            excerpts.append(excerpt)
            tokens -= count(excerpt)
    return tuple(excerpts)


def sections_in(passages: Sequence[Passage], sections: Sequence[Section]) -> int:
    """How many of the sections a passage has something of."""
    return sum(any(p.start < s.span[1] and s.span[0] < p.end for p in passages) for s in sections)


class _Stretch:
    """A section and its sentences; spans of `parts` count from the beginning of the text."""

    def __init__(self, text: str, section: Section, blank: Passage) -> None:
        self._text, self._blank = text, blank
        self.heading = section.path
        start, end = section.span
        self.parts = [
            Sentence(start + part.start, start + part.end, part.kind)
            for part in sentences(text[start : min(end, start + _JUDGED_CHARACTERS)])
            if part.kind not in ("heading", "rule")
        ]

    def passage(self, first: int, last: int) -> Passage:
        """Its sentences from `first` to `last`, and what is between them."""
        start, end = self.parts[first].start, self.parts[last].end
        return replace(self._blank, text=self._text[start:end], start=start, end=end)

    def score(self, at: int, asked: frozenset[str]) -> float:
        """How much a sentence says: higher is better."""
        terms = terms_of(self._text[self.parts[at].start : self.parts[at].end])
        overlap = len(terms & asked) / len(asked) if asked else 0.0
        headings = terms_of(" ".join(self.heading))
        return overlap + _FIRST_WEIGHT * (at == 0) + _HEADING_WEIGHT * bool(terms & headings)


def _stretches(sections: Sequence[Section], most: int) -> list[Section]:
    """The sections, or neighbours joined under the first one's heading where there are more than `most`."""
    if len(sections) <= most:
        return list(sections)
    borders = [round(at * len(sections) / most) for at in range(most + 1)]
    return [replace(sections[a], span=(sections[a].span[0], sections[b - 1].span[1])) for a, b in pairwise(borders)]


def _excerpt(stretch: _Stretch, asked: frozenset[str], room: int, count: Callable[[Passage], int]) -> Passage | None:
    best = sorted(range(len(stretch.parts)), key=lambda at: -stretch.score(at, asked))
    first = last = next((at for at in best if count(stretch.passage(at, at)) <= room), -1)
    if first < 0:
        return None
    while last + 1 < len(stretch.parts) and count(stretch.passage(first, last + 1)) <= room:
        last += 1
    while first and count(stretch.passage(first - 1, last)) <= room:
        first -= 1
    return stretch.passage(first, last)

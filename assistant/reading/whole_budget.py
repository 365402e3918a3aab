"""Fits whole documents into the engine's window, and where they are too long, excerpts from all of them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from assistant.answers.citations import terms_of
from assistant.reading.budget import Budget, fit_passages
from assistant.reading.prompt import counted, quotation
from assistant.values import Material, ReadWhole
from knowledge.passage import Passage
from knowledge.sentences import Sentence, sentences
from knowledge.whole.outline import Section
from knowledge.whole.tables import Fact
from knowledge.whole.whole import WholeDocument, WholeReading

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


_LISTED_ITEMS = 40  # of what was counted: more than an answer lists
_FACTS_SHARE = 4  # facts take at most this part of the room: 1 / 4
_WIDEST_NUMBER = 999  # stands for a passage's number where it is not known yet
# No tokenizer measured makes tokens of more characters than this on average, so a longer text need not be counted.
_MOST_CHARACTERS_PER_TOKEN = 8
_EXTENT_TOKENS = 40  # of the line that says how much of a document was read


def fit_whole(
    question: str, persona_prompt: str, found: Sequence[Passage], whole: WholeReading, budget: Budget
) -> Material | None:
    """The documents, whole where they fit, with what was counted in them; None where there is no use in it.

    One that is only found most, not meant, is read whole where it fits into what passages may take anyway.
    """
    room = budget.room(persona_prompt, question)
    if not all(document.meant for document in whole.documents):
        room = min(room, budget.passage_tokens, budget.window_tokens // 2)
        normal = fit_passages(question, persona_prompt, found, budget)
        if not _fits_beside(whole, normal, room, budget):
            return None
    facts = {document.path: _given_facts(document, room // _FACTS_SHARE, budget) for document in whole.documents}
    room -= sum(budget.count(counted(_WIDEST_NUMBER, fact)) for given in facts.values() for fact in given)
    taken = _taken(question, whole, room - _EXTENT_TOKENS * (len(whole.documents) + 1), budget)
    passages = [passage for excerpts in taken.values() for passage in excerpts]
    spare = room - sum(_tokens(passage, budget) for passage in passages)
    passages += _others(question, persona_prompt, found, whole, replace(budget, passage_tokens=_spare(budget, spare)))
    read = [_read(document, taken[document.path], facts[document.path]) for document in whole.documents]
    return Material(tuple(passages), tuple(read)) if passages else None


def _taken(question: str, whole: WholeReading, room: int, budget: Budget) -> dict[Path, tuple[Passage, ...]]:
    """What there is room for of each document; what a short one leaves of its part goes to the longer ones."""
    taken: dict[Path, tuple[Passage, ...]] = {document.path: () for document in whole.documents}
    by_length = sorted(whole.documents, key=lambda document: document.sections[-1].span[1])
    for left, document in zip(range(len(by_length), 0, -1), by_length, strict=True):
        fits = _fits(document, room // left, budget)
        excerpts = document.passages if fits else _excerpts(document, question, room // left, budget)
        taken[document.path] = excerpts
        room -= sum(_tokens(passage, budget) for passage in excerpts)
    return taken


def _excerpts(document: WholeDocument, question: str, room: int, budget: Budget) -> tuple[Passage, ...]:
    return condense(document, question, room, lambda passage: _tokens(passage, budget))


def _fits(document: WholeDocument, room: int, budget: Budget) -> bool:
    if document.sections[-1].span[1] > room * _MOST_CHARACTERS_PER_TOKEN:
        return False
    return sum(_tokens(passage, budget) for passage in document.passages) <= room


def _tokens(passage: Passage, budget: Budget) -> int:
    return budget.count(quotation(_WIDEST_NUMBER, passage))


def _read(document: WholeDocument, taken: Sequence[Passage], facts: Sequence[Fact]) -> ReadWhole:
    of = len(document.sections)
    characters = sum(len(passage.text) for passage in taken)
    share = characters / max(document.sections[-1].span[1], 1)
    complete = len(taken) == len(document.passages) and share == 1.0
    sections = of if complete else sections_in(taken, document.sections)
    return ReadWhole(
        path=document.path, complete=complete, sections=sections, of_sections=of, share=share, facts=tuple(facts)
    )


def _given_facts(document: WholeDocument, room: int, budget: Budget) -> list[Fact]:
    """As many as there is room for, each answer with the lines that it counted."""
    given: list[Fact] = []
    for fact in document.facts:
        for fuller in (_listed(fact, document.text), replace(fact, items=())):
            tokens = budget.count(counted(_WIDEST_NUMBER, fuller))
            if tokens <= room:
                given.append(fuller)
                room -= tokens
                break
    return given


def _listed(fact: Fact, text: str) -> Fact:
    if not fact.answers or not fact.items:
        return replace(fact, items=())
    lines = [" ".join(text[start:end].split()) for start, end in fact.items[:_LISTED_ITEMS]]
    more = len(fact.items) - len(lines)
    return replace(fact, text="\n".join([fact.text, *lines, *([f"and {more:,} more"] if more else [])]), items=())


def _fits_beside(whole: WholeReading, normal: Sequence[Passage], room: int, budget: Budget) -> bool:
    """Whether the documents fit whole without putting out any passage of another file."""
    read = {document.path for document in whole.documents}
    room -= sum(_tokens(passage, budget) for passage in normal if passage.path not in read)
    sizes = [_EXTENT_TOKENS + sum(_tokens(p, budget) for p in document.passages) for document in whole.documents]
    facts = [budget.count(fact.text) for document in whole.documents for fact in document.facts]
    return sum(sizes) + sum(facts) + _EXTENT_TOKENS <= room


def _spare(budget: Budget, room: int) -> int:
    return min(budget.passage_tokens, room)


def _others(
    question: str, persona_prompt: str, found: Sequence[Passage], whole: WholeReading, budget: Budget
) -> tuple[Passage, ...]:
    """What was found in other files for a question to count or list, as nothing says that they are not meant."""
    if whole.intent.kind not in ("count", "list") or budget.passage_tokens <= 0:
        return ()
    read = {document.path for document in whole.documents}
    return fit_passages(question, persona_prompt, [p for p in found if p.path not in read], budget)

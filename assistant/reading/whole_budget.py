"""Fits whole documents into the engine's window, and where they are too long, excerpts from all of them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from assistant.answers.citations import terms_of
from assistant.reading.budget import Budget, fit_passages
from assistant.reading.prompt import counted
from assistant.values import PromptContext, ReadWhole
from knowledge import Fact, Passage, Section, Sentence, WholeDocument, WholeReading, split_sentences

_MIN_EXCERPT_TOKENS = 60  # its fence alone takes some 25
_SCORED_CHARACTERS = 3_000  # of a section, from its beginning: scoring takes time
_FIRST_WEIGHT = 0.5  # of a section's first sentence, on the scale where all of the question's words are 1
_HEADING_WEIGHT = 0.25


def condense(
    document: WholeDocument, question: str, tokens: int, count: Callable[[Passage], int]
) -> tuple[Passage, ...]:
    """Excerpts in reading order, at most `tokens` together: from every section, or every few where there are too many.

    Each is the run of sentences around the one that scores highest by position, heading and the question's words, as
    long as its share of the tokens allows. `count`: returns the tokens of a passage with its fence.
    """
    text, asked = document.text, terms_of(question)
    runs = _runs(document.sections, max(tokens // _MIN_EXCERPT_TOKENS, 1))
    excerpts: list[Passage] = []
    for at, section in enumerate(runs):
        template = replace(document.passages[0], heading=section.path)
        room = tokens // (len(runs) - at)
        if excerpt := _SectionSentences(text, section, template).excerpt(asked, room, count):
            excerpts.append(excerpt)
            tokens -= count(excerpt)
    return tuple(excerpts)


def sections_in(passages: Sequence[Passage], sections: Sequence[Section]) -> int:
    """The number of sections that overlap any of the passages."""
    return sum(any(p.start < s.span[1] and s.span[0] < p.end for p in passages) for s in sections)


class _SectionSentences:
    """The sentences of a section; spans of `parts` count from the beginning of the text."""

    def __init__(self, text: str, section: Section, template: Passage) -> None:
        self._text, self._template = text, template
        self.heading = section.path
        start, end = section.span
        self.parts = [
            Sentence(start + part.start, start + part.end, part.kind)
            for part in split_sentences(text[start : min(end, start + _SCORED_CHARACTERS)])
            if part.kind not in ("heading", "rule")
        ]

    def passage(self, first: int, last: int) -> Passage:
        """The text from sentence `first` to sentence `last`."""
        start, end = self.parts[first].start, self.parts[last].end
        return replace(self._template, text=self._text[start:end], start=start, end=end)

    def score(self, at: int, asked: frozenset[str]) -> float:
        """The score of a sentence: higher is better."""
        terms = terms_of(self._text[self.parts[at].start : self.parts[at].end])
        overlap = len(terms & asked) / len(asked) if asked else 0.0
        headings = terms_of(" ".join(self.heading))
        return overlap + _FIRST_WEIGHT * (at == 0) + _HEADING_WEIGHT * bool(terms & headings)

    def excerpt(self, asked: frozenset[str], room: int, count: Callable[[Passage], int]) -> Passage | None:
        """The best sentence that fits into `room` tokens, with as many neighbours as fit; None where none fits."""
        best = sorted(range(len(self.parts)), key=lambda at: -self.score(at, asked))
        first = last = next((at for at in best if count(self.passage(at, at)) <= room), -1)
        if first < 0:
            return None
        while last + 1 < len(self.parts) and count(self.passage(first, last + 1)) <= room:
            last += 1
        while first and count(self.passage(first - 1, last)) <= room:
            first -= 1
        return self.passage(first, last)


def _runs(sections: Sequence[Section], most: int) -> list[Section]:
    """The sections; neighbours joined under the first one's heading where there are more than `most`."""
    if len(sections) <= most:
        return list(sections)
    borders = [round(at * len(sections) / most) for at in range(most + 1)]
    return [replace(sections[a], span=(sections[a].span[0], sections[b - 1].span[1])) for a, b in pairwise(borders)]


_MAX_LISTED_ITEMS = 40  # of what was counted: more than an answer lists
_LISTED_CHARACTERS = 2_000  # of each
_FACTS_SHARE = 4  # facts get at most 1 / 4 of the room
_WIDEST_NUMBER = 999  # placeholder for a passage's number that is not known yet
# No tokenizer measured makes tokens of more characters than this on average, so a longer text need not be counted.
_MAX_CHARACTERS_PER_TOKEN = 8
_SUMMARY_TOKENS = 40  # of the line on how much of a document was read


def fit_whole(
    question: str, persona_prompt: str, found: Sequence[Passage], whole: WholeReading, budget: Budget
) -> PromptContext | None:
    """The documents, whole where they fit, with the facts counted in them; None where passages alone serve better.

    A document that is not meant, only found most often, is read whole if it fits into the passages' own budget.
    """
    room = budget.room(persona_prompt, question)
    if not all(document.meant for document in whole.documents):
        room = min(room, budget.passage_tokens, budget.window_tokens // 2)
        normal = fit_passages(question, persona_prompt, found, budget)
        if not _fits_beside(whole, normal, room, budget):
            return None
    facts = {document.path: _fitting_facts(document, room // _FACTS_SHARE, budget) for document in whole.documents}
    if whole.total:
        first = whole.documents[0]
        facts[first.path].insert(0, Fact(f"Over all of them: {whole.total}", first.sections[0].span, answers=True))
    room -= sum(budget.count(counted(_WIDEST_NUMBER, fact)) for fitting in facts.values() for fact in fitting)
    texts = _fit_documents(question, whole, room - _SUMMARY_TOKENS * (len(whole.documents) + 1), budget)
    passages = [passage for excerpts in texts.values() for passage in excerpts]
    spare = room - sum(_tokens(passage, budget) for passage in passages)
    rest = replace(budget, passage_tokens=min(budget.passage_tokens, spare))
    if whole.intent.kind not in ("compare", "summarise") and rest.passage_tokens > 0:  # these may mean other files too
        passages += fit_passages(question, persona_prompt, [p for p in found if p.path not in texts], rest)
    read = [_read_whole(document, texts[document.path], facts[document.path]) for document in whole.documents]
    return PromptContext(tuple(passages), tuple(read)) if passages else None


def _fit_documents(question: str, whole: WholeReading, room: int, budget: Budget) -> dict[Path, tuple[Passage, ...]]:
    """The passages of each document, or excerpts; room that a short document leaves goes to the longer ones."""
    taken: dict[Path, tuple[Passage, ...]] = {document.path: () for document in whole.documents}
    by_length = sorted(whole.documents, key=lambda document: document.sections[-1].span[1])
    for left, document in zip(range(len(by_length), 0, -1), by_length, strict=True):
        own_room, passages = room // left, document.passages
        too_long = document.sections[-1].span[1] > own_room * _MAX_CHARACTERS_PER_TOKEN
        if too_long or sum(_tokens(passage, budget) for passage in passages) > own_room:
            passages = condense(document, question, own_room, lambda passage: _tokens(passage, budget))
        taken[document.path] = passages
        room -= sum(_tokens(passage, budget) for passage in passages)
    return taken


def _tokens(passage: Passage, budget: Budget) -> int:
    return budget.passage(_WIDEST_NUMBER, passage)


def _read_whole(document: WholeDocument, taken: Sequence[Passage], facts: Sequence[Fact]) -> ReadWhole:
    of = len(document.sections)
    characters = sum(len(passage.text) for passage in taken)
    share = characters / max(document.sections[-1].span[1], 1)
    complete = len(taken) == len(document.passages) and share == 1.0
    sections = of if complete else sections_in(taken, document.sections)
    return ReadWhole(
        path=document.path, complete=complete, sections=sections, of_sections=of, share=share, facts=tuple(facts)
    )


def _fitting_facts(document: WholeDocument, room: int, budget: Budget) -> list[Fact]:
    """As many facts as fit into `room` tokens, each answer with the lines that it counted."""
    fitting: list[Fact] = []
    for fact in document.facts:
        for fuller in (_with_lines(fact, document.text), replace(fact, items=())):
            tokens = budget.count(counted(_WIDEST_NUMBER, fuller))
            if tokens <= room:
                fitting.append(fuller)
                room -= tokens
                break
    return fitting


def _with_lines(fact: Fact, text: str) -> Fact:
    if not fact.answers or not fact.items:
        return replace(fact, items=())
    spans = fact.items[:_MAX_LISTED_ITEMS]
    lines = [" ".join(text[start : min(end, start + _LISTED_CHARACTERS)].split()) for start, end in spans]
    more = len(fact.items) - len(lines)
    return replace(fact, text="\n".join([fact.text, *lines, *([f"and {more:,} more"] if more else [])]), items=())


def _fits_beside(whole: WholeReading, normal: Sequence[Passage], room: int, budget: Budget) -> bool:
    """True if the documents fit whole without displacing any passage of another file."""
    read = {document.path for document in whole.documents}
    room -= sum(_tokens(passage, budget) for passage in normal if passage.path not in read)
    sizes = [_SUMMARY_TOKENS + sum(_tokens(p, budget) for p in document.passages) for document in whole.documents]
    facts = [budget.count(fact.text) for document in whole.documents for fact in document.facts]
    return sum(sizes) + sum(facts) + _SUMMARY_TOKENS <= room

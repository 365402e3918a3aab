"""Extractive answers without a model: the best sentences of the best passages, quoted and cited."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answers.citations import TermWeights, cite, terms_of
from assistant.values import Citation
from knowledge import Passage, Sentence, split_sentences

INTRODUCTION = "From your files, word for word:\n\n"
NOTHING = "Nothing in your files answers this. Try other words, or add a folder with the answer."

_MAX_QUOTES = 8
_MAX_QUOTE = 420  # characters: about three ordinary sentences
_MIN_TERMS = 2  # of a sentence
# Weights of a sentence's score beside its share of the question's words, which is 1 for all of them.
_RANK_WEIGHT = 0.5  # of the passage it stands in: 0.5 for the first, 0.25 for the second, …
_HEADING_WEIGHT = 0.25  # for the question's words that its headings have
_FIGURE_WEIGHT = 0.1  # for having a number in it
# The share of the question's words that a sentence must have: none if its passage is near in meaning; most of them
# if it is far, where a shared word is likely to mean something else.
_MIN_OVERLAP = 0.12
_MIN_OVERLAP_FAR = 0.6
# Cosines of question and passage under all-MiniLM-L6-v2. Of 240 English XQuAD questions 94 % have 0.4 with their own
# paragraph, 12 % with any of another article; 1 % have less than 0.2 with their own. `grounding_thresholds` in
# benchmarks measures it.
_NEAR_COSINE = 0.4
_FAR_COSINE = 0.2
# Of two equally good sentences the one from a file that is not quoted yet comes first.
_SAME_FILE_FACTOR = 0.7
# Of the best sentence's score: what a first quotation from another heading needs, and a second one from the same.
_OTHER_HEADING_SHARE = 0.3
_SAME_HEADING_SHARE = 0.5
_NEIGHBOUR_SHARE = 0.5  # of the best sentence's score: the score that a neighbour needs to be quoted with it

_MARKDOWN_ENDINGS = frozenset({".md", ".markdown", ".ipynb"})
_MARKDOWN_SIGNS = re.compile(r"[\\`*_\[\]<>]")
_LINKS_ONLY = re.compile(r"(?:[\s*_,;·|.–-]*!?\[[^\]]*\]\([^)]*\))+[\s.*_]*$|\s*https?://\S+\s*$")
# Code that was cut out of its block is recognised by its punctuation. In the builtin pages 2 % of the sentences have
# more of it than this, and half of the code.
_CODE_PUNCTUATION = re.compile(r"[=(){}\[\];<>|\\]")
_MAX_CODE_PUNCTUATION = 0.04  # of the characters
_FIGURE = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Quote:
    """A stretch of a passage, and how well it answers: higher is better."""

    citation: Citation
    score: float


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Sentence number `at` of passage `n`."""

    n: int
    passage: Passage
    at: int
    sentence: Sentence
    score: float

    @property
    def source(self) -> tuple[object, ...]:
        """File and heading, or file and page where there is no heading."""
        place = self.passage.place_at(self.sentence.start)
        return self.passage.path, place.heading or place.page

    def overlaps(self, other: _Candidate) -> bool:
        """True if both have a part of the file in common."""
        if self.passage.path != other.passage.path:
            return False
        start, other_start = self.passage.start, other.passage.start
        return (
            start + self.sentence.start < other_start + other.sentence.end
            and other_start + other.sentence.start < start + self.sentence.end
        )


def best_quotes(question: str, passages: Sequence[Passage]) -> list[Quote]:
    """The quotations that answer best, best first, those under one heading together; none when nothing is near.

    First the best sentence under each heading, with the neighbours that belong to it, so that an answer shows many
    sides; then second sentences under the same headings.
    """
    asked = terms_of(question)
    candidates = list(_candidates(asked, passages))
    chosen: list[list[_Candidate]] = []
    while len(chosen) < _MAX_QUOTES:
        taken = [one for group in chosen for one in group]
        free = [one for one in candidates if not any(one.overlaps(other) for other in taken)]
        if not (best := _best_next(free, taken)):
            break
        chosen.append(_with_neighbours(best, free))
    sources = list(dict.fromkeys(group[0].source for group in chosen))
    quotes = []
    for group in sorted(chosen, key=lambda group: sources.index(group[0].source)):
        first, last = group[0], group[-1]
        citation = cite(first.n, first.passage, first.sentence.start, last.sentence.end)
        quotes.append(Quote(citation, max(one.score for one in group)))
    return quotes


def quote_markdown(quote: Quote, above: Quote | None) -> str:
    """The quotation with its number, below its source's name unless the quotation above has the same source.

    Markdown stays as it is in the file; text of any other file is escaped: `__all__` is not bold.
    """
    quoted = " ".join(quote.citation.quote.split())
    if quote.citation.path.suffix.lower() not in _MARKDOWN_ENDINGS:
        quoted = _escaped(quoted)
    name = _source_name(quote.citation)
    title = "" if above and _source_name(above.citation) == name else f"**{name}**\n\n"
    return f"{title}> {quoted} [{quote.citation.n}]\n\n"


def _escaped(text: str) -> str:
    return _MARKDOWN_SIGNS.sub(r"\\\g<0>", text)


def _source_name(citation: Citation) -> str:
    name = _escaped(" › ".join((citation.path.name, *citation.heading)))
    return name if citation.page is None else f"{name} · p. {citation.page}"


def _candidates(asked: frozenset[str], passages: Sequence[Passage]) -> Iterator[_Candidate]:
    parts = [(n, p, at, part) for n, p in enumerate(passages, 1) for at, part in enumerate(split_sentences(p.text))]
    terms = [terms_of(passage.text[part.start : part.end]) for _, passage, _, part in parts]
    weights = TermWeights(terms)
    for (n, passage, at, part), own in zip(parts, terms, strict=True):
        place = passage.place_at(part.start)
        if place.role == "body" and _is_informative(passage.text[part.start : part.end], part, own):
            overlap = _overlap(weights, asked, own)
            if overlap >= _min_overlap(passage.scores.vector):
                figure = _FIGURE_WEIGHT if _FIGURE.search(passage.text, part.start, part.end) else 0.0
                heading = _HEADING_WEIGHT * _overlap(weights, asked, terms_of(" ".join(place.heading)))
                yield _Candidate(n, passage, at, part, overlap + figure + heading + _RANK_WEIGHT / n)


def _min_overlap(cosine: float | None) -> float:
    if cosine is None:
        return _MIN_OVERLAP
    return 0.0 if cosine >= _NEAR_COSINE else _MIN_OVERLAP if cosine >= _FAR_COSINE else _MIN_OVERLAP_FAR


def _overlap(weights: TermWeights, asked: frozenset[str], terms: frozenset[str]) -> float:
    return weights.of(asked & terms) / weights.of(asked) if asked else 0.0


def _is_informative(text: str, part: Sentence, terms: frozenset[str]) -> bool:
    return (
        part.kind in ("prose", "item")
        and len(terms) >= _MIN_TERMS
        and not text.rstrip("\"'”’)*_").endswith(("?", "？", ":", "："))
        and not _LINKS_ONLY.match(text)
        and len(_CODE_PUNCTUATION.findall(text)) <= _MAX_CODE_PUNCTUATION * len(text)
    )


def _best_next(free: Sequence[_Candidate], taken: Sequence[_Candidate]) -> _Candidate | None:
    sources = {one.source for one in taken}
    files = {one.passage.path for one in taken}
    best = max((one.score for one in taken), default=0.0)
    fresh = [one for one in free if one.source not in sources and one.score >= _OTHER_HEADING_SHARE * best]

    def weighted(one: _Candidate) -> float:
        return one.score * (_SAME_FILE_FACTOR if one.passage.path in files else 1.0)

    return max(fresh or [one for one in free if one.score >= _SAME_HEADING_SHARE * best], key=weighted, default=None)


def _with_neighbours(best: _Candidate, free: Sequence[_Candidate]) -> list[_Candidate]:
    own = {one.at: one for one in free if one.n == best.n and one.score >= _NEIGHBOUR_SHARE * best.score}
    group = [best]
    for step in (1, -1):
        while one := own.get(group[-1 if step > 0 else 0].at + step):
            grown = [*group, one] if step > 0 else [one, *group]
            first, second = grown[-2:] if step > 0 else grown[:2]
            between = best.passage.text[first.sentence.end : second.sentence.start]
            apart = between.strip() or between.count("\n") > 1  # a heading, a list marker, a blank line
            if apart or grown[-1].sentence.end - grown[0].sentence.start > _MAX_QUOTE:
                break
            group = grown
    return group

"""The answer when no model writes one: the best sentences of the best passages, word for word and cited."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answers.citations import Weights, cite, terms_of
from assistant.values import Citation
from knowledge.passage import Passage
from knowledge.sentences import Sentence, sentences

INTRODUCTION = "From your files, word for word:\n\n"
NOTHING = "Nothing in your files answers this. Try other words, or add a folder that does."

_MOST_QUOTES = 8
_LONGEST_QUOTE = 420  # characters; longer than three ordinary sentences nobody reads as a quotation
_SHORTEST_SENTENCE = 2  # terms
# What a sentence counts for beyond the question's words it has: on the scale where all of them are 1.
_RANK_WEIGHT = 0.5  # of the passage it stands in: 0.5 for the first, 0.25 for the second, …
_HEADING_WEIGHT = 0.25  # for the question's words that its headings have
_FIGURE_WEIGHT = 0.1  # for having a number in it
# How much of the question a sentence must have: nothing if its passage is near in meaning; most of it if far off, where
# a shared word is likely to mean something else.
_LEAST_OVERLAP = 0.12
_LEAST_OVERLAP_FAR_OFF = 0.6
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
_NEIGHBOUR_SHARE = 0.5  # of the best sentence's score: what its neighbour needs to be quoted with it

_MARKDOWN_ENDINGS = frozenset({".md", ".markdown", ".ipynb"})
_MARKDOWN_SIGNS = re.compile(r"[\\`*_\[\]<>]")
_LINKS_ONLY = re.compile(r"(?:[\s*_,;·|.–-]*!?\[[^\]]*\]\([^)]*\))+[\s.*_]*$|\s*https?://\S+\s*$")
# Code that was cut out of its block shows itself by its signs. In the builtin pages 2 % of the sentences have more of
# them than this, and half of the stretches of code.
_CODE_SIGNS = re.compile(r"[=(){}\[\];<>|\\]")
_MOST_CODE_SIGNS = 0.04
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
    terms: frozenset[str]
    score: float


def best_quotes(question: str, passages: Sequence[Passage]) -> list[Quote]:
    """The quotations that answer best, best first, those of one heading together; none when nothing is near.

    First the best sentence of each heading, so that an answer shows as many sides as there are, each with the
    neighbours that belong to it; only what is left over goes to a second sentence of the same heading.
    """
    asked = terms_of(question)
    candidates = list(_candidates(asked, passages))
    chosen: list[list[_Candidate]] = []
    while len(chosen) < _MOST_QUOTES:
        taken = [one for group in chosen for one in group]
        free = [one for one in candidates if not any(_overlaps(one, other) for other in taken)]
        if not (best := _next(free, taken)):
            break
        chosen.append(_with_neighbours(best, free))
    sources = list(dict.fromkeys(_source(group[0]) for group in chosen))
    return [_quote(group) for group in sorted(chosen, key=lambda group: sources.index(_source(group[0])))]


def quote_markdown(quote: Quote, above: Quote | None) -> str:
    """The quotation, ending with its number, below its source's name where that is another than the one above.

    Of a Markdown file it is as it stands there; of any other its signs stay signs: `__all__` is not bold.
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
    parts = [(n, p, at, part) for n, p in enumerate(passages, 1) for at, part in enumerate(sentences(p.text))]
    terms = [terms_of(passage.text[part.start : part.end]) for _, passage, _, part in parts]
    weights = Weights(terms)
    for (n, passage, at, part), held in zip(parts, terms, strict=True):
        if _informative(passage.text[part.start : part.end], part, held):
            overlap = _share(weights, asked, held)
            if overlap >= _least_overlap(passage.scores.vector):
                yield _Candidate(n, passage, at, part, held, overlap + _bonus(n, passage, part, asked, weights))


def _least_overlap(cosine: float | None) -> float:
    if cosine is None:
        return _LEAST_OVERLAP
    return 0.0 if cosine >= _NEAR_COSINE else _LEAST_OVERLAP if cosine >= _FAR_COSINE else _LEAST_OVERLAP_FAR_OFF


def _share(weights: Weights, asked: frozenset[str], held: frozenset[str]) -> float:
    return weights.of(asked & held) / weights.of(asked) if asked else 0.0


def _bonus(n: int, passage: Passage, part: Sentence, asked: frozenset[str], weights: Weights) -> float:
    figure = _FIGURE_WEIGHT if _FIGURE.search(passage.text, part.start, part.end) else 0.0
    heading = _HEADING_WEIGHT * _share(weights, asked, terms_of(" ".join(passage.heading)))
    return figure + heading + _RANK_WEIGHT / n


def _informative(text: str, part: Sentence, terms: frozenset[str]) -> bool:
    return (
        part.kind in ("prose", "item")
        and len(terms) >= _SHORTEST_SENTENCE
        and not text.rstrip("\"'”’)*_").endswith(("?", "？", ":", "："))
        and not _LINKS_ONLY.match(text)
        and len(_CODE_SIGNS.findall(text)) <= _MOST_CODE_SIGNS * len(text)
    )


def _next(free: Sequence[_Candidate], taken: Sequence[_Candidate]) -> _Candidate | None:
    headings = {_source(one) for one in taken}
    files = {one.passage.path for one in taken}
    best = max((one.score for one in taken), default=0.0)
    fresh = [one for one in free if _source(one) not in headings and one.score >= _OTHER_HEADING_SHARE * best]

    def worth(one: _Candidate) -> float:
        return one.score * (_SAME_FILE_FACTOR if one.passage.path in files else 1.0)

    return max(fresh or [one for one in free if one.score >= _SAME_HEADING_SHARE * best], key=worth, default=None)


def _source(candidate: _Candidate) -> tuple[object, ...]:
    return candidate.passage.path, candidate.passage.heading or candidate.passage.page


def _overlaps(one: _Candidate, other: _Candidate) -> bool:
    if one.passage.path != other.passage.path:
        return False
    a, b = one.passage.start + one.sentence.start, one.passage.start + one.sentence.end
    return a < other.passage.start + other.sentence.end and other.passage.start + other.sentence.start < b


def _with_neighbours(best: _Candidate, free: Sequence[_Candidate]) -> list[_Candidate]:
    own = {one.at: one for one in free if one.n == best.n and one.score >= _NEIGHBOUR_SHARE * best.score}
    group = [best]
    for step in (1, -1):
        at = best.at + step
        while (one := own.get(at)) and _length([*group, one]) <= _LONGEST_QUOTE and _joined(one, group):
            group.append(one)
            at += step
    return sorted(group, key=lambda one: one.at)


def _joined(one: _Candidate, group: Sequence[_Candidate]) -> bool:
    """Whether nothing but white space is between them: no heading, no list marker, no blank line."""
    first, second = sorted((one, min(group, key=lambda other: abs(other.at - one.at))), key=lambda each: each.at)
    between = one.passage.text[first.sentence.end : second.sentence.start]
    return not between.strip() and between.count("\n") < 2


def _length(group: Sequence[_Candidate]) -> int:
    return max(one.sentence.end for one in group) - min(one.sentence.start for one in group)


def _quote(group: Sequence[_Candidate]) -> Quote:
    first, last = group[0], group[-1]
    citation = cite(first.n, first.passage, first.sentence.start, last.sentence.end)
    return Quote(citation, max(one.score for one in group))

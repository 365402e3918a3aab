"""Finds, for what an answer says, the sentence of a passage that says it."""

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.values import Citation
from knowledge.passage import Passage
from knowledge.sentences import Sentence, sentences
from knowledge.terms import Analyzer


class Weights:
    """Inverse document frequency over the given sentences: a word that few of them have weighs more.

    idf = ln(1 + (N - n + 0.5) / (n + 0.5)), as in BM25 (Robertson and Zaragoza, 2009); always above 0.
    """

    def __init__(self, sentences: Sequence[Collection[str]]) -> None:
        self._count = len(sentences)
        self._holding = Counter(term for terms in sentences for term in set(terms))

    def of(self, terms: Iterable[str]) -> float:
        """The sum over the different terms."""
        return sum(self._of(term) for term in set(terms))

    def similarity(self, one: Collection[str], other: Collection[str]) -> float:
        """How much two texts share: the cosine of their weighted term sets. 0 nothing, 1 the same terms."""
        shared = self.of(set(one) & set(other))
        return shared / math.sqrt(self.of(one) * self.of(other)) if shared else 0.0

    def _of(self, term: str) -> float:
        holding = self._holding[term]
        return math.log1p((self._count - holding + 0.5) / (holding + 0.5))


_ANALYZER = Analyzer()


def terms_of(text: str) -> frozenset[str]:
    """The different terms of a text, stemmed; pairs of characters in scripts without spaces."""
    return frozenset(_ANALYZER.terms(text))


# An answer without any marker is given grounds only where one of its sentences and one of a passage share this much
# (cosine of weighted terms, 0 to 1). Of 251 supported training claims of SciFact 60 % reach it with their own abstract
# among six, none with five random others (benchmarks/grounding_thresholds.py).
GROUNDS_SIMILARITY = 0.3

_MARKER = re.compile(r"[\[【](\d{1,3}(?:\s*[,;、，–-]\s*\d{1,3})*)[\]】](?![(:])")
_NUMBER = re.compile(r"(\d+)(?:\s*[–-]\s*(\d+))?")
_INLINE_CODE = re.compile(r"(`+)[^`\n]+\1(?!`)")
_CITABLE = ("prose", "item", "table", "code")


@dataclass(frozen=True, slots=True)
class _Ground:
    """A sentence of passage `n`, as a citation would give it."""

    n: int
    passage: Passage
    sentence: Sentence
    terms: frozenset[str]

    @property
    def citation(self) -> Citation:
        return cite(self.n, self.passage, self.sentence.start, self.sentence.end)


@dataclass(frozen=True, slots=True)
class _Claim:
    """A sentence of the answer without its markers, and the numbers that they name."""

    terms: frozenset[str]
    numbers: tuple[int, ...]


def cite(n: int, passage: Passage, start: int, end: int) -> Citation:
    """The citation of `passage.text[start:end]`, as number `n`."""
    return Citation(
        n=n,
        path=passage.path,
        start=passage.start + start,
        end=passage.start + end,
        quote=passage.text[start:end],
        heading=passage.heading,
        page=passage.page,
    )


def check_citations(answer: str, passages: Sequence[Passage]) -> tuple[Citation, ...]:
    """The grounds of an answer, in the order in which it uses them, each once.

    For every `[n]` the sentence of passage n that shares most with the sentence carrying the marker; numbers of
    passages that are not there give nothing. An answer without valid markers is given the best sentence of any
    passage for each of its own, where they share at least GROUNDS_SIMILARITY.
    """
    grounds = list(_grounds(passages))
    weights = Weights([ground.terms for ground in grounds])
    claims = _claims(answer)
    marked = any(number in range(1, len(passages) + 1) for claim in claims for number in claim.numbers)
    found = (_marked if marked else _unmarked)(claims, grounds, weights)
    return tuple(dict.fromkeys(ground.citation for ground in found))


def passage_similarities(claim: str, passages: Sequence[Passage]) -> list[float]:
    """For each passage how much its best sentence shares with the claim: 0 nothing, 1 the same words."""
    grounds = list(_grounds(passages))
    weights = Weights([ground.terms for ground in grounds])
    terms = terms_of(claim)
    scores = [(ground.n, weights.similarity(terms, ground.terms)) for ground in grounds]
    return [max((score for n, score in scores if n == number), default=0.0) for number in range(1, len(passages) + 1)]


def _marked(claims: Iterable[_Claim], grounds: Sequence[_Ground], weights: Weights) -> Iterator[_Ground]:
    for claim in claims:
        for number in claim.numbers:
            # Where nothing is shared, as between two languages, the passage's first sentence stands for it.
            if own := [ground for ground in grounds if ground.n == number]:
                yield max(own, key=lambda ground: weights.similarity(claim.terms, ground.terms))


def _unmarked(claims: Iterable[_Claim], grounds: Sequence[_Ground], weights: Weights) -> Iterator[_Ground]:
    for claim in claims:
        scored = [(weights.similarity(claim.terms, ground.terms), -at) for at, ground in enumerate(grounds)]
        score, at = max(scored, default=(0.0, 0))
        if score >= GROUNDS_SIMILARITY:
            yield grounds[-at]


def _grounds(passages: Sequence[Passage]) -> Iterator[_Ground]:
    for n, passage in enumerate(passages, 1):
        parts = sentences(passage.text)
        for part in [part for part in parts if part.kind in _CITABLE] or parts:
            yield _Ground(n, passage, part, terms_of(passage.text[part.start : part.end]))


def _claims(answer: str) -> list[_Claim]:
    claims: list[_Claim] = []
    for part in sentences(answer):
        if part.kind in ("code", "rule"):
            continue
        text = answer[part.start : part.end]
        code = [match.span() for match in _INLINE_CODE.finditer(text)]
        markers = [m for m in _MARKER.finditer(text) if not any(a <= m.start() < b for a, b in code)]
        # A marker after the full stop stands at the beginning of what follows, but speaks of what it follows.
        leading = _leading(text, markers) if claims else 0
        if leading:
            claims[-1] = _Claim(claims[-1].terms, claims[-1].numbers + _numbers(markers[:leading]))
        terms = terms_of(_MARKER.sub(" ", text))
        if terms or markers[leading:]:
            claims.append(_Claim(terms, _numbers(markers[leading:])))
    return claims


def _leading(text: str, markers: Sequence[re.Match[str]]) -> int:
    at, count = 0, 0
    for marker in markers:
        if text[at : marker.start()].strip():
            break
        at, count = marker.end(), count + 1
    return count


def _numbers(markers: Iterable[re.Match[str]]) -> tuple[int, ...]:
    found: list[int] = []
    for marker in markers:
        for first, last in _NUMBER.findall(marker.group(1)):
            found += range(int(first), int(last or first) + 1)
    return tuple(dict.fromkeys(found))

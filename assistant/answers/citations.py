"""Citations: the sentence of a passage that supports each sentence of an answer."""

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.values import Citation
from knowledge import Analyzer, Passage, Sentence, split_sentences


class TermWeights:
    """Inverse document frequency over the given sentences: a rare word weighs more.

    idf = ln(1 + (N - n + 0.5) / (n + 0.5)), as in BM25 (Robertson and Zaragoza, 2009); always above 0.
    """

    def __init__(self, sentences: Sequence[Collection[str]]) -> None:
        self._count = len(sentences)
        self._frequency = Counter(term for terms in sentences for term in set(terms))

    def of(self, terms: Iterable[str]) -> float:
        """The sum of the weights of the different terms."""
        frequencies = [self._frequency[term] for term in set(terms)]
        return sum(math.log1p((self._count - n + 0.5) / (n + 0.5)) for n in frequencies)

    def similarity(self, one: Collection[str], other: Collection[str]) -> float:
        """The cosine of the weighted term sets: 0 for no shared term, 1 for the same terms."""
        shared = self.of(set(one) & set(other))
        return shared / math.sqrt(self.of(one) * self.of(other)) if shared else 0.0


_ANALYZER = Analyzer()


def terms_of(text: str) -> frozenset[str]:
    """The different terms of a text, stemmed; pairs of characters in scripts without spaces."""
    return frozenset(_ANALYZER.terms(text))


def is_foreign_to(question: str, passages: Sequence[Passage]) -> bool:
    """True for a question in a language that none of the passages is in."""
    spoken = {_ANALYZER.spoken(passage.text) for passage in passages}
    return _ANALYZER.is_foreign(question, spoken - {""})


# An answer without any marker is given citations only where one of its sentences and one of a passage share this much
# (cosine of weighted terms, 0 to 1). Of 251 supported training claims of SciFact 60 % reach it with their own abstract
# among six, none with five random others (benchmarks/grounding_thresholds.py).
GROUNDING_THRESHOLD = 0.3

_MARKER = re.compile(r"[\[【](\d{1,3}(?:\s*[,;、，–-]\s*\d{1,3})*)[\]】](?![(:])")
_NUMBER = re.compile(r"(\d+)(?:\s*[–-]\s*(\d+))?")
_INLINE_CODE = re.compile(r"(?<!`)(`++)[^`\n]++\1(?!`)")
_CITABLE = ("prose", "item", "table", "code")


@dataclass(frozen=True, slots=True)
class _Source:
    """A sentence of passage `n`, which a citation may quote."""

    n: int
    passage: Passage
    sentence: Sentence
    terms: frozenset[str]

    @property
    def citation(self) -> Citation:
        return cite(self.n, self.passage, self.sentence.start, self.sentence.end)


@dataclass(frozen=True, slots=True)
class _Claim:
    """A sentence of the answer without its markers, and the numbers in them."""

    terms: frozenset[str]
    numbers: tuple[int, ...]


def cite(n: int, passage: Passage, start: int, end: int) -> Citation:
    """The citation of `passage.text[start:end]` with number `n`; heading and page are those of its first word."""
    place = passage.place_at(start)
    return Citation(
        n=n,
        path=passage.path,
        start=passage.start + start,
        end=passage.start + end,
        quote=passage.text[start:end],
        heading=place.heading,
        page=place.page,
    )


def check_citations(answer: str, passages: Sequence[Passage]) -> tuple[Citation, ...]:
    """The citations of an answer, in its order, each once.

    For every `[n]`, the sentence of passage n that is most similar to the sentence with the marker; numbers without a
    passage are ignored. In an answer without valid markers, the most similar sentence of any passage for each of its
    own, where the similarity is at least GROUNDING_THRESHOLD.
    """
    sources = list(_sources(passages))
    weights = TermWeights([source.terms for source in sources])
    claims = _claims(answer)
    marked = any(number in range(1, len(passages) + 1) for claim in claims for number in claim.numbers)
    found = (_by_marker if marked else _by_similarity)(claims, sources, weights)
    return tuple(dict.fromkeys(source.citation for source in found))


def passage_similarities(claim: str, passages: Sequence[Passage]) -> list[float]:
    """For each passage, the similarity of its best sentence to the claim, from 0 to 1."""
    sources = list(_sources(passages))
    weights = TermWeights([source.terms for source in sources])
    terms = terms_of(claim)
    scores = [(source.n, weights.similarity(terms, source.terms)) for source in sources]
    return [max((score for n, score in scores if n == number), default=0.0) for number in range(1, len(passages) + 1)]


def _by_marker(claims: Iterable[_Claim], sources: Sequence[_Source], weights: TermWeights) -> Iterator[_Source]:
    for claim in claims:
        for number in claim.numbers:
            # Without a shared term, as between two languages, the passage's first sentence is cited.
            if own := [source for source in sources if source.n == number]:
                yield max(own, key=lambda source: weights.similarity(claim.terms, source.terms))


def _by_similarity(claims: Iterable[_Claim], sources: Sequence[_Source], weights: TermWeights) -> Iterator[_Source]:
    for claim in claims:
        scored = [(weights.similarity(claim.terms, source.terms), -at) for at, source in enumerate(sources)]
        score, at = max(scored, default=(0.0, 0))
        if score >= GROUNDING_THRESHOLD:
            yield sources[-at]


def _sources(passages: Sequence[Passage]) -> Iterator[_Source]:
    for n, passage in enumerate(passages, 1):
        parts = split_sentences(passage.text)
        for part in [part for part in parts if part.kind in _CITABLE] or parts:
            yield _Source(n, passage, part, terms_of(passage.text[part.start : part.end]))


def _claims(answer: str) -> list[_Claim]:
    claims: list[_Claim] = []
    for part in split_sentences(answer):
        if part.kind in ("code", "rule"):
            continue
        text = answer[part.start : part.end]
        code = [match.span() for match in _INLINE_CODE.finditer(text)]
        markers = [m for m in _MARKER.finditer(text) if not any(a <= m.start() < b for a, b in code)]
        # Markers after a full stop are split off with the next sentence, but belong to the one before.
        leading = 0
        while claims and leading < len(markers) and not _MARKER.sub("", text[: markers[leading].end()]).strip():
            leading += 1
        if leading:
            claims[-1] = _Claim(claims[-1].terms, claims[-1].numbers + _numbers(markers[:leading]))
        terms = terms_of(_MARKER.sub(" ", text))
        if terms or markers[leading:]:
            claims.append(_Claim(terms, _numbers(markers[leading:])))
    return claims


def _numbers(markers: Iterable[re.Match[str]]) -> tuple[int, ...]:
    found: list[int] = []
    for marker in markers:
        for first, last in _NUMBER.findall(marker.group(1)):
            found += range(int(first), int(last or first) + 1)
    return tuple(dict.fromkeys(found))

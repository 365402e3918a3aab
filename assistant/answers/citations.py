"""What answers and quotations cite, and the weights of terms by their rarity."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from assistant.values import Citation
from knowledge import Analyzer, Passage


def rarity(holding: int, sentences: int) -> float:
    """The inverse document frequency of a term that so many of the sentences hold; always above 0.

    ln(1 + (N - n + 0.5) / (n + 0.5)), as in BM25 (Robertson and Zaragoza, 2009).
    """
    return math.log1p((sentences - holding + 0.5) / (holding + 0.5))


class TermWeights:
    """The rarity of terms over the given sentences: a rare word weighs more."""

    def __init__(self, sentences: Sequence[Collection[str]]) -> None:
        self._count = len(sentences)
        self._frequency = Counter(term for terms in sentences for term in set(terms))

    def of(self, terms: Iterable[str]) -> float:
        """The sum of the weights of the different terms."""
        return sum(rarity(self._frequency[term], self._count) for term in set(terms))

    def similarity(self, one: Collection[str], other: Collection[str]) -> float:
        """The cosine of the weighted term sets: 0 for no shared term, 1 for the same terms."""
        shared = self.of(set(one) & set(other))
        return shared / math.sqrt(self.of(one) * self.of(other)) if shared else 0.0


ANALYZER = Analyzer()  # one for all that answers: it keeps the stems of words


def terms_of(text: str) -> frozenset[str]:
    """The different terms of a text, stemmed; pairs of characters in scripts without spaces."""
    return frozenset(ANALYZER.terms(text))


def is_foreign_to(question: str, passages: Sequence[Passage]) -> bool:
    """True for a question in a language that none of the passages is in."""
    spoken = {ANALYZER.spoken(passage.text) for passage in passages}
    return ANALYZER.is_foreign(question, spoken - {""})


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

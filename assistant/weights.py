"""How much the words of a question or claim say, among the sentences at hand."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

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

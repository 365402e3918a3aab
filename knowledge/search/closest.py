"""Compares a question with single sentences: a passage's vector says little of the one that answers."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from knowledge.embed import Embedder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

COMPARED_PASSAGES = 3  # of more, the right one of XQuAD comes first no more often
# A passage that is ahead of the next by so much stays first, whatever its sentences say: so in nine of ten questions of
# XQuAD, and with comparing those as well the right paragraph comes first no more often.
CERTAIN_LEAD = 0.2
# Of each of them, the likest to the question by their letters: with two, it comes first as often as with all.
COMPARED_SENTENCES = 2
KEPT_SENTENCES = 4_096  # 6 MB of 384 numbers each; a question that is still being typed compares the same ones again


class SentenceVectors:
    """Embeds a sentence when it is first compared, and keeps the latest vectors. Safe to use from any thread."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._kept: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._lock = threading.Lock()

    def cosines(self, question: NDArray[np.float32], sentences: Sequence[str]) -> list[float]:
        """Return the cosine of the question and each sentence."""
        vectors = self._vectors(set(sentences))
        return [float(vectors[sentence] @ question) for sentence in sentences]

    def closest(self, question: NDArray[np.float32], sentences: Mapping[int, Sequence[str]]) -> dict[int, float]:
        """Return id → the highest cosine of the question and one of the sentences; ids without any are left out."""
        vectors = self._vectors({sentence for some in sentences.values() for sentence in some})
        return {i: max(float(vectors[one] @ question) for one in some) for i, some in sentences.items() if some}

    def _vectors(self, sentences: set[str]) -> dict[str, NDArray[np.float32]]:
        with self._lock:
            known = {sentence: self._kept[sentence] for sentence in sentences if sentence in self._kept}
        missing = sorted(sentences - known.keys())
        known |= dict(zip(missing, self._embedder.embed(missing), strict=True)) if missing else {}
        with self._lock:
            for sentence, vector in known.items():
                self._kept[sentence] = vector
                self._kept.move_to_end(sentence)
            while len(self._kept) > KEPT_SENTENCES:
                self._kept.popitem(last=False)
        return known

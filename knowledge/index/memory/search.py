"""Exact vector search and BM25 keyword search over rows in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from knowledge.index.entry import Hit, Restriction
from knowledge.index.memory.postings import term_hashes
from knowledge.index.memory.rows import Block, Rows

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

# Copying the vectors of one row in ten and comparing those takes a little longer than comparing all (50,000 rows).
COPY_COST = 16
K1, B = 1.2, 0.75  # as in LanceDB
MIN_SCORE = 1e-12  # less than a term that occurs in every row contributes


class TopK:
    """The `limit` highest scores among those added, equal ones by lower id."""

    def __init__(self, limit: int) -> None:
        import numpy as np

        self._limit = limit
        self._ids, self._scores = np.empty(0, np.int64), np.empty(0, np.float32)

    @property
    def floor(self) -> float:
        """The lowest score that can still enter."""
        return float(self._scores[-1]) if len(self._scores) == self._limit else float("-inf")

    def add(self, ids: npt.NDArray[np.int64], scores: npt.NDArray[np.floating]) -> None:
        """Consider these rows too."""
        import numpy as np

        if len(scores) > self._limit:
            floor = max(self.floor, float(np.partition(scores, -self._limit)[-self._limit]))
            high = np.flatnonzero(scores >= floor)
            ids, scores = ids[high], scores[high]
        ids, scores = np.concatenate([self._ids, ids]), np.concatenate([self._scores, scores])
        order = np.lexsort((ids, -scores))[: self._limit]
        self._ids, self._scores = ids[order], scores[order]

    def hits(self) -> list[Hit]:
        """Ids and scores, best first."""
        return list(zip(self._ids.tolist(), self._scores.tolist(), strict=True))


def vector_search(rows: Rows, vector: npt.NDArray[np.float32], limit: int, within: Restriction) -> list[Hit]:
    """The rows within the restriction that are nearest to a unit vector, best first, by cosine similarity."""
    import numpy as np

    best = TopK(limit)
    for block in rows.blocks:
        passing = np.flatnonzero(block.passing(within))
        if len(passing) and block.vectors is not None:
            best.add(block.ids[passing], _cosines(block.vectors, passing, vector))
    return best.hits()


def keyword_search(rows: Rows, terms: Sequence[str], limit: int, within: Restriction) -> list[Hit]:
    """The rows within the restriction that contain any of the terms, best first, by BM25.

    Deleted rows count in document frequencies until their block is merged.
    """
    best = TopK(limit)
    for block, scores in _bm25(rows.blocks, term_hashes(list(dict.fromkeys(terms)))):
        found = (scores >= max(best.floor, MIN_SCORE)).nonzero()[0]
        found = found[block.passing(within)[found]]
        best.add(block.ids[found], scores[found])
    return best.hits()


def _cosines(
    vectors: npt.NDArray[np.float32], rows: npt.NDArray[np.intp], vector: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    return vectors[rows] @ vector if len(rows) * COPY_COST < len(vectors) else (vectors @ vector)[rows]


def _bm25(blocks: Sequence[Block], terms: npt.NDArray[np.int64]) -> Iterator[tuple[Block, npt.NDArray[np.float64]]]:
    """The BM25 score of every row, block by block."""
    import numpy as np

    spans = [block.terms.spans(terms) for block in blocks]
    rows = sum(len(block.ids) for block in blocks)
    mean_length = max(sum(int(block.terms.lengths.sum()) for block in blocks), 1) / max(rows, 1)
    frequencies = sum((_lengths(part) for both in spans for part in both), np.zeros(len(terms), np.int64))
    weights = np.asarray(np.log(1 + (rows - frequencies + 0.5) / (frequencies + 0.5)) * (K1 + 1), np.float64)
    for block, (single, repeated) in zip(blocks, spans, strict=True):
        norms = np.asarray(K1 * (1 - B + B / mean_length * block.terms.lengths), np.float64)
        scores = _single_scores(block, single, weights, norms)
        scores += _repeated_scores(block, repeated, weights, norms)
        yield block, scores


def _single_scores(
    block: Block,
    spans: npt.NDArray[np.int32],
    weights: npt.NDArray[np.float64],
    norms: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """Each row's score from terms that occur in it once: most do, so a row's length is applied to their sum."""
    import numpy as np

    rows = np.concatenate([block.terms.single.rows[slice(*span)] for span in spans.tolist()])
    sums = np.bincount(rows, np.repeat(weights, _lengths(spans)), minlength=len(block.ids))
    return np.asarray(sums / (1 + norms), np.float64)


def _repeated_scores(
    block: Block,
    spans: npt.NDArray[np.int32],
    weights: npt.NDArray[np.float64],
    norms: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """Each row's score from terms that occur in it more than once."""
    import numpy as np

    parts = [slice(*span) for span in spans.tolist()]
    rows = np.concatenate([block.terms.repeated.rows[part] for part in parts])
    frequencies = np.concatenate([block.terms.frequencies[part] for part in parts]).astype(np.float64)
    scores = np.repeat(weights, _lengths(spans)) * frequencies / (frequencies + norms[rows])
    return np.asarray(np.bincount(rows, scores, minlength=len(block.ids)), np.float64)


def _lengths(spans: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    lengths: npt.NDArray[np.int32] = spans[:, 1] - spans[:, 0]
    return lengths

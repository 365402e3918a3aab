"""BM25 scores of the rows of a block: of every row, or of a few."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge.index.postings import InvertedIndex

K1, B = 1.2, 0.75  # as in LanceDB


@dataclass(frozen=True, slots=True)
class Scoring:
    """The scores of a block's rows for a question.

    `single`, `repeated`: spans of the question's terms in `index`; `weights`: of each term, with its rarity.
    """

    index: InvertedIndex
    single: npt.NDArray[np.int32]
    repeated: npt.NDArray[np.int32]
    weights: npt.NDArray[np.float64]
    mean_length: float

    def of_every_row(self) -> npt.NDArray[np.float64]:
        """Return the score of every row. Most terms occur in a row once: its length is applied to their sum."""
        norms = self._norms(self.index.lengths)
        rows = np.concatenate([self.index.single.rows[slice(*span)] for span in self.single.tolist()])
        sums = np.bincount(rows, np.repeat(self.weights, span_lengths(self.single)), minlength=len(norms))
        parts = [slice(*span) for span in self.repeated.tolist()]
        rows = np.concatenate([self.index.repeated.rows[part] for part in parts])
        times = np.concatenate([self.index.frequencies[part] for part in parts]).astype(np.float64)
        scores = np.repeat(self.weights, span_lengths(self.repeated)) * times / (times + norms[rows])
        return np.asarray(sums / (1 + norms) + np.bincount(rows, scores, minlength=len(norms)), np.float64)

    def of_rows(self, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
        """Return the scores of these rows, which ascend: to the bit those of `of_every_row`."""
        norms, wanted = self._norms(self.index.lengths[rows]), rows.astype(np.uint16)
        sums, scores = np.zeros(len(rows)), np.zeros(len(rows))
        for (begin, end), weight in zip(self.single.tolist(), self.weights.tolist(), strict=True):
            held, _ = _found(self.index.single.rows[begin:end], wanted)
            sums[held] += weight
        for (begin, end), weight in zip(self.repeated.tolist(), self.weights.tolist(), strict=True):
            held, at = _found(self.index.repeated.rows[begin:end], wanted)
            times = self.index.frequencies[begin:end][at].astype(np.float64)
            scores[held] += weight * times / (times + norms[held])
        return sums / (1 + norms) + scores

    def _norms(self, lengths: npt.NDArray[np.int32]) -> npt.NDArray[np.float64]:
        return np.asarray(K1 * (1 - B + B / self.mean_length * lengths), np.float64)


def span_lengths(spans: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """The number of rows in each span."""
    lengths: npt.NDArray[np.int32] = spans[:, 1] - spans[:, 0]
    return lengths


def _found(
    held: npt.NDArray[np.uint16], wanted: npt.NDArray[np.uint16]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the places in `wanted` of rows that are in `held`, and their places there; both ascend."""
    if not len(held):
        return np.empty(0, np.intp), np.empty(0, np.intp)
    at = np.searchsorted(held, wanted).clip(max=len(held) - 1)
    places = np.flatnonzero(held[at] == wanted)
    return places, at[places]

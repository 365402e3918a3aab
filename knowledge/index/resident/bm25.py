"""The rows that hold the words that are looked for, scored by BM25."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from knowledge.index.entry import Hit, Restriction
from knowledge.index.resident.best import Best
from knowledge.index.resident.block import Block
from knowledge.index.resident.words import hashes_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

K1, B = 1.2, 0.75  # as LanceDB has them
LEAST = 1e-12  # less than a term that stands in every row of a table counts


def matching(blocks: Sequence[Block], terms: Sequence[str], limit: int, within: Restriction) -> list[Hit]:
    """The ids of the rows that hold any of these terms, best first, those that are equally good by id, and their BM25;
    rows that are gone count for how common a term is until their block is merged."""
    best = Best(limit)
    for block, scores in _scored(blocks, hashes_of(list(dict.fromkeys(terms)))):
        found = (scores >= max(best.floor, LEAST)).nonzero()[0]
        found = found[block.passing(within)[found]]
        best.add(block.ids[found], scores[found])
    return best.hits()


def _scored(
    blocks: Sequence[Block], terms: "npt.NDArray[np.int64]"
) -> "Iterator[tuple[Block, npt.NDArray[np.float64]]]":
    """BM25 of every row, block by block."""
    import numpy as np

    spans = [block.words.spans(terms) for block in blocks]
    rows = sum(len(block.ids) for block in blocks)
    mean_length = max(sum(int(block.words.lengths.sum()) for block in blocks), 1) / max(rows, 1)
    holding = sum((_lengths(part) for both in spans for part in both), np.zeros(len(terms), np.int64))
    weights = np.asarray(np.log(1 + (rows - holding + 0.5) / (holding + 0.5)) * (K1 + 1), np.float64)
    for block, (once, often) in zip(blocks, spans, strict=True):
        norms = np.asarray(K1 * (1 - B + B / mean_length * block.words.lengths), np.float64)
        scores = _scores_once(block, once, weights, norms)
        scores += _scores_often(block, often, weights, norms)
        yield block, scores


def _scores_once(
    block: Block,
    spans: "npt.NDArray[np.int32]",
    weights: "npt.NDArray[np.float64]",
    norms: "npt.NDArray[np.float64]",
) -> "npt.NDArray[np.float64]":
    """What each row of the block scores by the terms that it holds one time: most, and as often in all, so that what
    a row's length makes of them is reckoned a row at a time."""
    import numpy as np

    rows = np.concatenate([block.words.once.rows[slice(*span)] for span in spans.tolist()])
    sums = np.bincount(rows, np.repeat(weights, _lengths(spans)), minlength=len(block.ids))
    return np.asarray(sums / (1 + norms), np.float64)


def _scores_often(
    block: Block,
    spans: "npt.NDArray[np.int32]",
    weights: "npt.NDArray[np.float64]",
    norms: "npt.NDArray[np.float64]",
) -> "npt.NDArray[np.float64]":
    """What each row of the block scores by the terms that it holds more than once."""
    import numpy as np

    parts = [slice(*span) for span in spans.tolist()]
    rows = np.concatenate([block.words.often.rows[part] for part in parts])
    counts = np.concatenate([block.words.counts[part] for part in parts]).astype(np.float64)
    scores = np.repeat(weights, _lengths(spans)) * counts / (counts + norms[rows])
    return np.asarray(np.bincount(rows, scores, minlength=len(block.ids)), np.float64)


def _lengths(spans: "npt.NDArray[np.int32]") -> "npt.NDArray[np.int32]":
    lengths: npt.NDArray[np.int32] = spans[:, 1] - spans[:, 0]
    return lengths

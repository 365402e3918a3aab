"""The rows nearest to a vector: all are compared, or those whose signs are most alike."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from knowledge.index.entry import Restriction
from knowledge.index.resident.best import Best
from knowledge.index.resident.block import Block
from knowledge.index.resident.compact import CompactVectors

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

# Of 50,000 rows, to copy and compare one in ten takes a little longer than to compare all.
COPY_COST = 16
# Of 12,000 sentences from SciFact (all-MiniLM-L6-v2) the 240 nearest by sign hold 0.987 of the ten nearest, the 480
# nearest 0.995; of 500,000 made-up vectors the 1,000 nearest hold 0.988. Comparing a row takes 0.5 µs.
ROWS_PER_CANDIDATE, LEAST_CANDIDATES = 64, 2_000


def nearest(
    blocks: Sequence[Block], vector: "npt.NDArray[np.float32]", limit: int, within: Restriction
) -> list[tuple[int, float]]:
    """The ids of the rows that pass and are most like a unit vector, best first, those that are equally like it by id,
    and their cosine similarity; of blocks without vectors none."""
    best = Best(limit)
    masks = [block.passing(within) for block in blocks]
    for block, rows in zip(blocks, _candidates(blocks, masks, vector, limit), strict=True):
        if len(rows) and block.vectors is not None:
            best.add(block.ids[rows], _cosines(block.vectors, rows, vector))
    return best.hits()


def _candidates(
    blocks: Sequence[Block],
    masks: "Sequence[npt.NDArray[np.bool_]]",
    vector: "npt.NDArray[np.float32]",
    limit: int,
) -> "list[npt.NDArray[np.intp]]":
    """The rows of each block to compare: all that pass, but of many compact ones those that seem nearest."""
    import numpy as np

    wanted = max(LEAST_CANDIDATES, limit, sum(len(mask) for mask in masks) // ROWS_PER_CANDIDATE)
    are_exact = not any(isinstance(block.vectors, CompactVectors) for block in blocks)
    if are_exact or sum(int(mask.sum()) for mask in masks) <= wanted:
        return [np.flatnonzero(mask) for mask in masks]
    distances = [
        block.vectors.distances(vector) if isinstance(block.vectors, CompactVectors) else np.zeros(len(mask), np.uint16)
        for block, mask in zip(blocks, masks, strict=True)
    ]
    counts = sum(np.bincount(far[mask], minlength=len(vector) + 1) for far, mask in zip(distances, masks, strict=True))
    farthest = int(np.searchsorted(np.cumsum(counts), wanted))
    return [np.flatnonzero(mask & (far <= farthest)) for far, mask in zip(distances, masks, strict=True)]


def _cosines(
    vectors: "npt.NDArray[np.float32] | CompactVectors", rows: "npt.NDArray[np.intp]", vector: "npt.NDArray[np.float32]"
) -> "npt.NDArray[np.float32]":
    if isinstance(vectors, CompactVectors):
        return vectors.cosines(rows, vector)
    return vectors[rows] @ vector if len(rows) * COPY_COST < len(vectors) else (vectors @ vector)[rows]

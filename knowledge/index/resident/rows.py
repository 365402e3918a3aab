"""Every row of a table in memory: the nearest by vector, the best by words."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.index.entry import Hit, Restriction
from knowledge.index.resident.best import Best
from knowledge.index.resident.block import Block
from knowledge.index.resident.nearest import nearest
from knowledge.index.resident.words import MOST_ROWS, hashes_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

K1, B = 1.2, 0.75  # BM25's, as LanceDB has them
# A block is merged with the one after it until it is so many times larger: few blocks are left, few rows merged twice.
GROWTH = 4


@dataclass(frozen=True, slots=True)
class Rows:
    """Every row of one version of a table, in blocks."""

    blocks: tuple[Block, ...]

    @property
    def bytes(self) -> int:
        """The memory that they take."""
        return sum(block.bytes for block in self.blocks)

    @property
    def exact_vector_bytes(self) -> int:
        """The memory that vectors take which are not compact."""
        return sum(block.vectors.nbytes for block in self.blocks if not block.is_compact and block.vectors is not None)

    def compacted(self) -> "Rows":
        """The same with compact vectors."""
        return Rows(tuple(block.compacted() for block in self.blocks))

    def changed(self, added: Sequence[Block], removed_ids: Collection[int]) -> "Rows":
        """The rows after a write: those added stand in place of the rows of their ids."""
        import numpy as np

        removed = np.fromiter(removed_ids, np.int64, len(removed_ids))
        gone = np.concatenate([removed, *(block.ids for block in added)])
        if any(block.is_compact for block in self.blocks):
            added = [block.compacted() for block in added]
        return Rows(tuple(_merged([*(block.without(gone) for block in self.blocks), *added])))

    def nearest(self, vector: "npt.NDArray[np.float32]", limit: int, within: Restriction) -> list[Hit]:
        """See `knowledge.index.resident.nearest.nearest`."""
        return nearest(self.blocks, vector, limit, within)

    def matching(self, terms: Sequence[str], limit: int, within: Restriction) -> list[Hit]:
        """The ids of the rows that hold any of these terms, best first, those that are equally good by id, and their
        BM25; rows that are gone count for how common a term is until their block is merged."""
        best = Best(limit)
        for block, scores in self._scored(hashes_of(list(dict.fromkeys(terms)))):
            found = (scores > 0).nonzero()[0]
            if len(found) > limit:
                found = found[scores[found] >= best.floor]
            found = found[block.passing(within)[found]]
            best.add(block.ids[found], scores[found])
        return best.hits()

    def _scored(self, terms: "npt.NDArray[np.int64]") -> "Iterator[tuple[Block, npt.NDArray[np.float64]]]":
        """BM25 of every row, block by block."""
        import numpy as np

        spans = [block.words.spans(terms) for block in self.blocks]
        rows = sum(len(block.ids) for block in self.blocks)
        mean_length = sum(int(block.words.lengths.sum()) for block in self.blocks) / max(rows, 1)
        holding = sum((span[:, 1] - span[:, 0] for span in spans), np.zeros(len(terms), np.int64))
        weights = (np.log(1 + (rows - holding + 0.5) / (holding + 0.5)) * (K1 + 1)).astype(np.float32)
        for block, span in zip(self.blocks, spans, strict=True):
            yield block, _scores(block, span, weights, mean_length)


def _scores(
    block: Block, spans: "npt.NDArray[np.int32]", weights: "npt.NDArray[np.float32]", mean_length: float
) -> "npt.NDArray[np.float64]":
    """BM25 of each row of the block."""
    import numpy as np

    parts = [slice(*span) for span in spans.tolist()]
    rows = np.concatenate([block.words.rows[part] for part in parts])
    counts = np.concatenate([block.words.counts[part] for part in parts]).astype(np.float32)
    norms = K1 * (1 - B) + np.float32(K1 * B / mean_length) * block.words.lengths.astype(np.float32)
    counts /= counts + norms[rows]
    counts *= np.repeat(weights, spans[:, 1] - spans[:, 0])
    return np.asarray(np.bincount(rows, counts, minlength=len(block.ids)), np.float64)


def _merged(blocks: Sequence[Block]) -> list[Block]:
    """The same rows in fewer blocks."""
    kept: list[Block] = []
    for block in blocks:
        kept.append(block)
        while len(kept) > 1 and _are_to_merge(kept[-2], kept[-1]):
            kept[-2:] = [Block.merged(kept[-2:])]
    return kept


def _are_to_merge(block: Block, after: Block) -> bool:
    rows, rows_after = int(block.alive.sum()), int(after.alive.sum())
    return rows < GROWTH * rows_after and rows + rows_after <= MOST_ROWS

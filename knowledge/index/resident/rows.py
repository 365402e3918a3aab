"""Every row of a table in memory: the nearest by vector, the best by words."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.index.entry import Hit, Restriction
from knowledge.index.resident.block import Block
from knowledge.index.resident.bm25 import matching
from knowledge.index.resident.nearest import nearest
from knowledge.index.resident.words import MOST_ROWS

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

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
        """See `knowledge.index.resident.bm25.matching`."""
        return matching(self.blocks, terms, limit, within)


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

"""Some rows of a table in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from knowledge.index.entry import Restriction
from knowledge.index.resident.compact import CompactVectors
from knowledge.index.resident.ids import IdColumn
from knowledge.index.resident.row_facts import RowFacts
from knowledge.index.resident.words import Words

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

ID_COLUMNS = ("id", "folder_id", "file_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """At most `MOST_ROWS` rows: ids, int64 (rows,), facts, words, vectors, float32 (rows, dimensions) of length 1 or
    compact, None in a table without. `alive`: bool (rows,), which of them are still in the table.
    """

    ids: "npt.NDArray[np.int64]"
    folder_ids: IdColumn
    file_ids: IdColumn
    alive: "npt.NDArray[np.bool_]"
    facts: RowFacts
    words: Words
    vectors: "npt.NDArray[np.float32] | CompactVectors | None"

    @classmethod
    def of(cls, rows: Any, dimensions: int | None) -> "Block":
        """`rows`: an Arrow record batch; `dimensions`: of its vectors, None where it has none."""
        import numpy as np

        ids, folder_ids, file_ids = (rows[name].to_numpy() for name in ID_COLUMNS)
        vectors = rows["vector"].flatten().to_numpy().reshape(-1, dimensions).copy() if dimensions else None
        return cls(
            ids=ids.copy(),
            folder_ids=IdColumn.of(folder_ids),
            file_ids=IdColumn.of(file_ids),
            alive=np.ones(len(ids), np.bool_),
            facts=RowFacts.of(rows["facts"]),
            words=Words.of(rows["terms"]),
            vectors=vectors,
        )

    @classmethod
    def merged(cls, blocks: "Sequence[Block]") -> "Block":
        """One block of the rows of several that are alive."""
        import numpy as np

        alive = np.concatenate([block.alive for block in blocks])
        numbers = np.where(alive, np.cumsum(alive) - 1, -1)
        parts = np.split(numbers, np.cumsum([len(block.ids) for block in blocks])[:-1])
        return cls(
            ids=np.concatenate([block.ids for block in blocks])[alive],
            folder_ids=IdColumn.merged([block.folder_ids for block in blocks], alive),
            file_ids=IdColumn.merged([block.file_ids for block in blocks], alive),
            alive=alive[alive],
            facts=RowFacts.merged([(block.facts, part) for block, part in zip(blocks, parts, strict=True)]),
            words=Words.merged([(block.words, part) for block, part in zip(blocks, parts, strict=True)]),
            vectors=_joined([block.vectors for block in blocks], alive),
        )

    @property
    def bytes(self) -> int:
        """The memory that it takes."""
        ids = self.ids.nbytes + self.folder_ids.bytes + self.file_ids.bytes + self.alive.nbytes
        return ids + self.facts.bytes + self.words.bytes + (0 if self.vectors is None else self.vectors.nbytes)

    @property
    def is_compact(self) -> bool:
        """Whether its vectors are."""
        return isinstance(self.vectors, CompactVectors)

    def compacted(self) -> "Block":
        """The same with compact vectors."""
        exact = None if isinstance(self.vectors, CompactVectors) else self.vectors
        return self if exact is None else replace(self, vectors=CompactVectors.of(exact))

    def without(self, ids: "npt.NDArray[np.int64]") -> "Block":
        """The same where the rows of these ids are not alive."""
        import numpy as np

        gone = np.isin(self.ids, ids)
        return replace(self, alive=self.alive & ~gone) if gone.any() else self

    def passing(self, within: Restriction) -> "npt.NDArray[np.bool_]":
        """bool (rows,): which rows are alive and pass."""
        if within.file_ids is None:
            passing = self.alive & self.folder_ids.are_among(within.folder_ids)
        else:
            passing = self.alive & self.file_ids.are_among(within.file_ids)
        return passing if within.facts is None else passing & within.facts.passing(self.facts)


def _joined(parts: Sequence[Any], alive: "npt.NDArray[np.bool_]") -> Any:
    """The vectors of several blocks, of one kind, those alive."""
    import numpy as np

    if parts[0] is None:
        return None
    if isinstance(parts[0], CompactVectors):
        return CompactVectors.joined(parts, alive)
    return np.concatenate(parts)[alive]

"""Which rows of a table hold which facts, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class RowFacts:
    """The numbers of the rows that hold each fact: an inverted index.

    `facts`: an Arrow array of texts; those that hold number n are `rows[starts[n] : starts[n + 1]]`, int32.
    """

    count: int
    facts: Any
    starts: "npt.NDArray[np.int64]"
    rows: "npt.NDArray[np.int32]"

    @classmethod
    def of(cls, column: Any) -> "RowFacts":
        """`column`: an Arrow array of each row's list of texts."""
        import pyarrow.compute as pc

        encoded = column.flatten().dictionary_encode()
        holders = pc.list_parent_indices(column).to_numpy()
        return cls._inverted(len(column), encoded.dictionary, encoded.indices.to_numpy(), holders)

    @classmethod
    def merged(cls, parts: "Sequence[tuple[RowFacts, npt.NDArray[np.int64]]]") -> "RowFacts":
        """The facts of several blocks as of one; with each its rows' new numbers, counted over all, -1 to leave out."""
        import numpy as np
        import pyarrow as pa

        encoded = pa.concat_arrays([held.facts for held, _ in parts]).dictionary_encode()
        each = np.concatenate([np.diff(held.starts) for held, _ in parts])
        codes = np.repeat(encoded.indices.to_numpy(), each)
        holders = np.concatenate([numbers[held.rows] for held, numbers in parts])
        count = sum(int((numbers >= 0).sum()) for _, numbers in parts)
        return cls._inverted(count, encoded.dictionary, codes[holders >= 0], holders[holders >= 0])

    @classmethod
    def _inverted(cls, count: int, facts: Any, codes: Any, holders: Any) -> "RowFacts":
        """`codes`, `holders`: the numbers of each fact that a row holds and of that row."""
        import numpy as np

        starts = np.concatenate([[0], np.cumsum(np.bincount(codes, minlength=len(facts)))])
        return cls(count, facts, starts.astype(np.int64), holders[np.argsort(codes, kind="stable")].astype(np.int32))

    @property
    def bytes(self) -> int:
        """The memory that they take."""
        return int(self.facts.nbytes) + self.starts.nbytes + self.rows.nbytes

    def holding_any(self, facts: Sequence[str]) -> "npt.NDArray[np.bool_]":
        """For each row whether it holds any of these facts."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        held = np.zeros(self.count, np.bool_)
        found = pc.index_in(pa.array(facts, pa.string()), value_set=self.facts)
        for number in found.drop_null().to_pylist():
            held[self.rows[self.starts[number] : self.starts[number + 1]]] = True
        return held

"""An inverted index of the facts of a block of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class RowFacts:
    """Row numbers by fact: fact n is `facts[n]`, and the rows that have it `rows[starts[n] : starts[n + 1]]`, int32.

    `facts`: an Arrow array of texts. `count`: of all rows.
    """

    count: int
    facts: Any
    starts: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int32]

    @classmethod
    def of(cls, column: Any) -> RowFacts:
        """Index an Arrow array with each row's list of facts."""
        import pyarrow.compute as pc

        encoded = column.flatten().dictionary_encode()
        holders = pc.list_parent_indices(column).to_numpy()
        return cls._inverted(len(column), encoded.dictionary, encoded.indices.to_numpy(), holders)

    @classmethod
    def merged(cls, parts: Sequence[tuple[RowFacts, npt.NDArray[np.int64]]]) -> RowFacts:
        """Merge the facts of several blocks; with each come the new numbers of its rows, -1 for rows to drop."""
        import numpy as np
        import pyarrow as pa

        encoded = pa.concat_arrays([held.facts for held, _ in parts]).dictionary_encode()
        each = np.concatenate([np.diff(held.starts) for held, _ in parts])
        codes = np.repeat(encoded.indices.to_numpy(), each)
        holders = np.concatenate([numbers[held.rows] for held, numbers in parts])
        count = sum(int((numbers >= 0).sum()) for _, numbers in parts)
        return cls._inverted(count, encoded.dictionary, codes[holders >= 0], holders[holders >= 0])

    @classmethod
    def _inverted(cls, count: int, facts: Any, codes: Any, holders: Any) -> RowFacts:
        """`codes`, `holders`: for each fact of each row the number of the fact and of the row."""
        import numpy as np

        starts = np.concatenate([[0], np.cumsum(np.bincount(codes, minlength=len(facts)))])
        return cls(count, facts, starts.astype(np.int64), holders[np.argsort(codes, kind="stable")].astype(np.int32))

    @property
    def nbytes(self) -> int:
        """Memory in bytes."""
        return int(self.facts.nbytes) + self.starts.nbytes + self.rows.nbytes

    def having_any(self, facts: Sequence[str]) -> npt.NDArray[np.bool_]:
        """bool (rows,): True for rows that have any of these facts."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        held = np.zeros(self.count, np.bool_)
        found = pc.index_in(pa.array(facts, pa.string()), value_set=self.facts)
        for number in found.drop_null().to_pylist():
            held[self.rows[self.starts[number] : self.starts[number + 1]]] = True
        return held

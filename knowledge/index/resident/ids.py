"""A column of ids of a block of rows, in two bytes each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class IdColumn:
    """The id of row n is `distinct[codes[n]]`: int64 (ids,), ascending, and uint16 (rows,)."""

    distinct: "npt.NDArray[np.int64]"
    codes: "npt.NDArray[np.uint16]"

    @classmethod
    def of(cls, ids: "npt.NDArray[np.int64]") -> "IdColumn":
        """`ids`: (rows,), of at most `MOST_ROWS` rows."""
        import numpy as np

        distinct, codes = np.unique(ids, return_inverse=True)
        return cls(distinct, codes.astype(np.uint16))

    @classmethod
    def merged(cls, columns: "Sequence[IdColumn]", alive: "npt.NDArray[np.bool_]") -> "IdColumn":
        """The rows of several that are alive."""
        import numpy as np

        return cls.of(np.concatenate([column.distinct[column.codes] for column in columns])[alive])

    @property
    def bytes(self) -> int:
        """The memory that they take."""
        return self.distinct.nbytes + self.codes.nbytes

    def are_among(self, wanted: Collection[int]) -> "npt.NDArray[np.bool_]":
        """bool (rows,): whose id is one of these."""
        import numpy as np

        passing = np.isin(self.distinct, np.fromiter(wanted, np.int64, len(wanted)))
        return np.full(len(self.codes), passing.all()) if passing.all() or not passing.any() else passing[self.codes]

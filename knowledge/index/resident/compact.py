"""Vectors in a quarter of their size: signs that tell which may be near, a byte a dimension that tells how near."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

WORD_BITS = 64
LARGEST = 127


@dataclass(frozen=True, slots=True)
class CompactVectors:
    """`signs`: uint64 (words, rows), a bit for each dimension; `values`: int8 (rows, dimensions), of which each row is
    `scales`, float32 (rows,), times as long: by rounding, a cosine is off by some 0.0005."""

    signs: "npt.NDArray[np.uint64]"
    values: "npt.NDArray[np.int8]"
    scales: "npt.NDArray[np.float32]"

    @classmethod
    def of(cls, vectors: "npt.NDArray[np.float32]") -> "CompactVectors":
        """`vectors`: (rows, dimensions)."""
        import numpy as np

        scales = np.maximum(np.abs(vectors).max(axis=1), np.finfo(np.float32).tiny) / np.float32(LARGEST)
        values = np.rint(vectors / scales[:, None]).astype(np.int8)
        return cls(_signs(vectors), values, scales)

    @classmethod
    def joined(cls, parts: "Sequence[CompactVectors]", alive: "npt.NDArray[np.bool_]") -> "CompactVectors":
        """The rows of several that are alive."""
        import numpy as np

        signs = np.concatenate([part.signs for part in parts], axis=1)[:, alive]
        values = np.concatenate([part.values for part in parts])[alive]
        return cls(np.ascontiguousarray(signs), values, np.concatenate([part.scales for part in parts])[alive])

    @property
    def nbytes(self) -> int:
        """The memory that they take."""
        return self.signs.nbytes + self.values.nbytes + self.scales.nbytes

    def distances(self, vector: "npt.NDArray[np.float32]") -> "npt.NDArray[np.uint16]":
        """(rows,): in how many dimensions the sign is another; less is nearer."""
        import numpy as np

        distances = np.zeros(self.signs.shape[1], np.uint16)
        for own, of_vector in zip(self.signs, _signs(vector[None])[:, 0], strict=True):
            distances += np.bitwise_count(own ^ of_vector)
        return distances

    def cosines(self, rows: "npt.NDArray[np.intp]", vector: "npt.NDArray[np.float32]") -> "npt.NDArray[np.float32]":
        """Of these rows with a unit vector, nearly."""
        cosines: npt.NDArray[np.float32] = (self.values[rows].astype(vector.dtype) @ vector) * self.scales[rows]
        return cosines


def _signs(vectors: "npt.NDArray[np.float32]") -> "npt.NDArray[np.uint64]":
    import numpy as np

    rows, dimensions = vectors.shape
    padded = np.zeros((rows, -(-dimensions // WORD_BITS) * WORD_BITS), np.bool_)
    padded[:, :dimensions] = vectors > 0
    return np.ascontiguousarray(np.packbits(padded, axis=1).view(np.uint64).T)

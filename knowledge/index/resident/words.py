"""The words of a block of rows in memory, as an inverted index."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

MOST_ROWS = 1 << 16  # a row's number takes two bytes
MOST_COUNTED = 255  # a term that stands more often in a row counts so often: BM25 hardly tells the difference
_ROW_BITS, _COUNT_BITS = 16, 8


@dataclass(frozen=True, slots=True)
class Postings:
    """Term number n stands in `rows[starts[n] : starts[n + 1]]`, uint16, ascending; `starts`: int32 (terms + 1,)."""

    starts: "npt.NDArray[np.int32]"
    rows: "npt.NDArray[np.uint16]"

    @property
    def bytes(self) -> int:
        """The memory that they take."""
        return self.starts.nbytes + self.rows.nbytes

    def spans(self, numbers: "npt.NDArray[np.intp]") -> "npt.NDArray[np.int32]":
        """(terms, 2): where in `rows` these terms begin and end."""
        import numpy as np

        return np.stack([self.starts[numbers], self.starts[numbers + 1]], axis=1)


@dataclass(frozen=True, slots=True)
class Words:
    """Which rows hold each term, and how often: two bytes for each, three where it stands there more than once.

    `hashes`: int64 (terms,), ascending, Python's hashes of the terms, which are good for one process. `once`: the rows
    that hold a term one time, `often`: those that hold it more than once, `counts`, uint8, times. `lengths`: int32
    (rows,), the terms of each row with repetitions.
    """

    hashes: "npt.NDArray[np.int64]"
    once: Postings
    often: Postings
    counts: "npt.NDArray[np.uint8]"
    lengths: "npt.NDArray[np.int32]"

    @classmethod
    def of(cls, texts: Any) -> "Words":
        """`texts`: an Arrow array of each row's terms with spaces between, of at most `MOST_ROWS` rows."""
        import numpy as np
        import pyarrow.compute as pc

        terms = pc.split_pattern(texts, " ")
        encoded = terms.flatten().dictionary_encode()
        hashes, ranks = np.unique(hashes_of(encoded.dictionary.to_pylist()), return_inverse=True)
        parents = pc.list_parent_indices(terms).to_numpy().astype(np.int64)
        standing = ranks[encoded.indices.to_numpy()] << _ROW_BITS | parents
        standing.sort()
        is_first = np.diff(standing, prepend=-1) != 0
        counts = np.diff(np.flatnonzero(is_first), append=len(standing)).clip(max=MOST_COUNTED)
        has_none = pc.equal(texts, "").to_numpy(zero_copy_only=False)
        lengths = np.where(has_none, 0, pc.list_value_length(terms).to_numpy())
        return cls._sorted(hashes, standing[is_first], counts, lengths)

    @classmethod
    def merged(cls, parts: "Sequence[tuple[Words, npt.NDArray[np.int64]]]") -> "Words":
        """The words of several blocks as of one; with each its rows' new numbers, counted over all, -1 to leave out."""
        import numpy as np

        hashes, ranks = np.unique(np.concatenate([words.hashes for words, _ in parts]), return_inverse=True)
        first = np.cumsum([0, *(len(words.hashes) for words, _ in parts)])
        packed = np.concatenate(
            [
                _renumbered(words, ranks[at : at + len(words.hashes)], numbers)
                for (words, numbers), at in zip(parts, first, strict=False)
            ]
        )
        packed.sort()
        lengths = np.concatenate([words.lengths[numbers >= 0] for words, numbers in parts])
        return cls._sorted(hashes, packed >> _COUNT_BITS, packed & MOST_COUNTED, lengths)

    @classmethod
    def _sorted(cls, hashes: Any, standing: Any, counts: Any, lengths: Any) -> "Words":
        """`standing`: for each term in each row the term's number and the row's in one, ascending."""
        import numpy as np

        is_often = counts > 1
        once, often = (_postings(standing[part], len(hashes)) for part in (~is_often, is_often))
        return cls(hashes, once, often, counts[is_often].astype(np.uint8), lengths.astype(np.int32))

    @property
    def bytes(self) -> int:
        """The memory that they take."""
        arrays = (self.hashes, self.counts, self.lengths)
        return self.once.bytes + self.often.bytes + sum(array.nbytes for array in arrays)

    def spans(self, hashes: "npt.NDArray[np.int64]") -> "tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]":
        """(terms, 2) each: where in the rows of `once` and of `often` these terms begin and end."""
        import numpy as np

        if not len(self.hashes):
            nothing = np.zeros((len(hashes), 2), np.int32)
            return nothing, nothing
        numbers = np.searchsorted(self.hashes, hashes).clip(max=len(self.hashes) - 1)
        stands_here = (self.hashes[numbers] == hashes)[:, None]
        return self.once.spans(numbers) * stands_here, self.often.spans(numbers) * stands_here


def hashes_of(terms: Sequence[str]) -> "npt.NDArray[np.int64]":
    """The hash of each term, which no other term of a table has, but for one in so many that it never happens."""
    import numpy as np

    return np.fromiter(map(hash, terms), np.int64, len(terms))


def _postings(standing: Any, terms: int) -> Postings:
    import numpy as np

    starts = np.searchsorted(standing, np.arange(terms + 1) << _ROW_BITS)
    return Postings(starts.astype(np.int32), (standing & (MOST_ROWS - 1)).astype(np.uint16))


def _renumbered(words: Words, ranks: Any, numbers: Any) -> Any:
    """For each term in each row that is not left out: the term's rank, the row's number and the count in one."""
    import numpy as np

    parts = []
    for postings, counts in ((words.once, 1), (words.often, words.counts)):
        rows = numbers[postings.rows]
        terms = np.repeat(ranks, np.diff(postings.starts))
        packed = (terms << _ROW_BITS | rows) << _COUNT_BITS | counts
        parts.append(packed[rows >= 0])
    return np.concatenate(parts)

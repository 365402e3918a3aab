"""Inverted indexes of a block of rows: the rows of each term, and the rows of each fact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

MAX_ROWS = 1 << 16  # a row number takes two bytes
MAX_FREQUENCY = 255  # a term that occurs more often in a row counts as this many: BM25 hardly tells the difference
_ROW_BITS, _FREQUENCY_BITS = 16, 8


@dataclass(frozen=True, slots=True)
class Postings:
    """Row numbers by term: term n occurs in `rows[starts[n] : starts[n + 1]]`, uint16, ascending.

    `starts`: int32 (terms + 1,).
    """

    starts: npt.NDArray[np.int32]
    rows: npt.NDArray[np.uint16]

    @property
    def nbytes(self) -> int:
        """Memory in bytes."""
        return self.starts.nbytes + self.rows.nbytes

    def spans(self, terms: npt.NDArray[np.intp]) -> npt.NDArray[np.int32]:
        """(terms, 2): the begin and end of each term in `rows`."""
        return np.stack([self.starts[terms], self.starts[terms + 1]], axis=1)


@dataclass(frozen=True, slots=True)
class InvertedIndex:
    """The rows that contain each term: two bytes per row, three where the term occurs more than once.

    `hashes`: int64 (terms,), ascending, Python's hashes of the terms, valid for one process. `single`: rows in which
    the term occurs once; `repeated`: rows in which it occurs `frequencies` times, uint8. `lengths`: int32 (rows,),
    terms per row with repetitions, `total_length` in all.
    """

    hashes: npt.NDArray[np.int64]
    single: Postings
    repeated: Postings
    frequencies: npt.NDArray[np.uint8]
    lengths: npt.NDArray[np.int32]
    total_length: int

    @classmethod
    def of(cls, texts: Any) -> InvertedIndex:
        """Index an Arrow array with the terms of each row, separated by spaces; at most `MAX_ROWS` rows."""
        terms = pc.split_pattern(texts, " ")
        encoded = terms.flatten().dictionary_encode()
        hashes, ranks = np.unique(term_hashes(encoded.dictionary.to_pylist()), return_inverse=True)
        rows = pc.list_parent_indices(terms).to_numpy().astype(np.int64)
        pairs = ranks[encoded.indices.to_numpy()] << _ROW_BITS | rows
        pairs.sort()
        is_first = np.diff(pairs, prepend=-1) != 0
        frequencies = np.diff(np.flatnonzero(is_first), append=len(pairs)).clip(max=MAX_FREQUENCY)
        is_empty = pc.equal(texts, "").to_numpy(zero_copy_only=False)
        lengths = np.where(is_empty, 0, pc.list_value_length(terms).to_numpy())
        return cls._of_pairs(hashes, pairs[is_first], frequencies, lengths)

    @classmethod
    def merged(cls, parts: Sequence[tuple[InvertedIndex, npt.NDArray[np.int64]]]) -> InvertedIndex:
        """Merge the indexes of several blocks; with each come the new numbers of its rows, -1 for rows to drop."""
        hashes, ranks = np.unique(np.concatenate([index.hashes for index, _ in parts]), return_inverse=True)
        first = np.cumsum([0, *(len(index.hashes) for index, _ in parts)])
        packed = np.concatenate(
            [
                _renumbered(index, ranks[at : at + len(index.hashes)], numbers)
                for (index, numbers), at in zip(parts, first, strict=False)
            ]
        )
        packed.sort()
        lengths = np.concatenate([index.lengths[numbers >= 0] for index, numbers in parts])
        return cls._of_pairs(hashes, packed >> _FREQUENCY_BITS, packed & MAX_FREQUENCY, lengths)

    @classmethod
    def _of_pairs(cls, hashes: Any, pairs: Any, frequencies: Any, lengths: Any) -> InvertedIndex:
        """`pairs`: a term's number and a row's number in one integer, ascending, each pair once."""
        is_repeated = frequencies > 1
        bounds = np.arange(len(hashes) + 1) << _ROW_BITS
        single, repeated = (
            Postings(np.searchsorted(part, bounds).astype(np.int32), (part & (MAX_ROWS - 1)).astype(np.uint16))
            for part in (pairs[~is_repeated], pairs[is_repeated])
        )
        times = frequencies[is_repeated].astype(np.uint8)
        return cls(hashes, single, repeated, times, lengths.astype(np.int32), int(lengths.sum()))

    @property
    def nbytes(self) -> int:
        """Memory in bytes."""
        arrays = (self.hashes, self.frequencies, self.lengths)
        return self.single.nbytes + self.repeated.nbytes + sum(array.nbytes for array in arrays)

    def spans(self, hashes: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """(terms, 2) each: the begin and end of these terms in the rows of `single` and of `repeated`."""
        if not len(self.hashes):
            nothing = np.zeros((len(hashes), 2), np.int32)
            return nothing, nothing
        terms = np.searchsorted(self.hashes, hashes).clip(max=len(self.hashes) - 1)
        is_known = (self.hashes[terms] == hashes)[:, None]
        return self.single.spans(terms) * is_known, self.repeated.spans(terms) * is_known


def term_hashes(terms: Sequence[str]) -> npt.NDArray[np.int64]:
    """A 64-bit hash of each term; collisions are too rare to matter."""
    return np.fromiter(map(hash, terms), np.int64, len(terms))


def _renumbered(index: InvertedIndex, ranks: Any, numbers: Any) -> Any:
    """Each term's rank, each row's new number and the frequency in one integer, without the rows to drop."""
    parts = []
    for postings, frequencies in ((index.single, 1), (index.repeated, index.frequencies)):
        rows = numbers[postings.rows]
        terms = np.repeat(ranks, np.diff(postings.starts))
        packed = (terms << _ROW_BITS | rows) << _FREQUENCY_BITS | frequencies
        parts.append(packed[rows >= 0])
    return np.concatenate(parts)


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
        encoded = column.flatten().dictionary_encode()
        holders = pc.list_parent_indices(column).to_numpy()
        return cls._inverted(len(column), encoded.dictionary, encoded.indices.to_numpy(), holders)

    @classmethod
    def merged(cls, parts: Sequence[tuple[RowFacts, npt.NDArray[np.int64]]]) -> RowFacts:
        """Merge the facts of several blocks; with each come the new numbers of its rows, -1 for rows to drop."""
        encoded = pa.concat_arrays([held.facts for held, _ in parts]).dictionary_encode()
        each = np.concatenate([np.diff(held.starts) for held, _ in parts])
        codes = np.repeat(encoded.indices.to_numpy(), each)
        holders = np.concatenate([numbers[held.rows] for held, numbers in parts])
        count = sum(int((numbers >= 0).sum()) for _, numbers in parts)
        return cls._inverted(count, encoded.dictionary, codes[holders >= 0], holders[holders >= 0])

    @classmethod
    def _inverted(cls, count: int, facts: Any, codes: Any, holders: Any) -> RowFacts:
        """`codes`, `holders`: for each fact of each row the number of the fact and of the row."""
        starts = np.concatenate([[0], np.cumsum(np.bincount(codes, minlength=len(facts)))])
        return cls(count, facts, starts.astype(np.int64), holders[np.argsort(codes, kind="stable")].astype(np.int32))

    @property
    def nbytes(self) -> int:
        """Memory in bytes."""
        return int(self.facts.nbytes) + self.starts.nbytes + self.rows.nbytes

    def having_any(self, facts: Sequence[str]) -> npt.NDArray[np.bool_]:
        """bool (rows,): True for rows that have any of these facts."""
        held = np.zeros(self.count, np.bool_)
        found = pc.index_in(pa.array(facts, pa.string()), value_set=self.facts)
        for number in found.drop_null().to_pylist():
            held[self.rows[self.starts[number] : self.starts[number + 1]]] = True
        return held

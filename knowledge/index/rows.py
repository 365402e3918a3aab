"""Rows of a table in memory, in blocks: exact vector search and BM25 keyword search."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge.index.bm25 import K1, Scoring, span_lengths
from knowledge.index.entry import Hit, Restriction
from knowledge.index.postings import MAX_ROWS, InvertedIndex, RowFacts, term_hashes

# Copying the vectors of one row in ten and comparing those takes a little longer than comparing all (50,000 rows).
COPY_COST = 16
# Below one passing row in so many, looking up each takes less time than scoring every row of a block.
FEW_ROWS_SHARE = 32
MIN_SCORE = 1e-12  # less than a term that occurs in every row contributes
ID_COLUMNS = ("id", "folder_id", "file_id")
# A block is merged with the next one until it is this many times larger, so that blocks stay few and no row is merged
# often.
GROWTH = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """At most `MAX_ROWS` rows. `vectors`: float32 (rows, dimensions) of length 1, or None.

    `live`: bool (rows,), False for rows that were deleted or replaced since.
    """

    ids: npt.NDArray[np.int64]
    folder_ids: npt.NDArray[np.int64]
    file_ids: npt.NDArray[np.int64]
    live: npt.NDArray[np.bool_]
    facts: RowFacts
    terms: InvertedIndex
    vectors: npt.NDArray[np.float32] | None

    @classmethod
    def of(cls, rows: Any, dimensions: int | None) -> Block:
        """Copy an Arrow record batch; `dimensions` None: without vectors."""
        ids, folder_ids, file_ids = (rows[name].to_numpy().copy() for name in ID_COLUMNS)
        return cls(
            ids=ids,
            folder_ids=folder_ids,
            file_ids=file_ids,
            live=np.ones(len(ids), np.bool_),
            facts=RowFacts.of(rows["facts"]),
            terms=InvertedIndex.of(rows["terms"]),
            vectors=rows["vector"].flatten().to_numpy().reshape(-1, dimensions).copy() if dimensions else None,
        )

    @classmethod
    def merged(cls, blocks: Sequence[Block]) -> Block:
        """One block of the live rows of several."""
        live = np.concatenate([block.live for block in blocks])
        numbers = np.where(live, np.cumsum(live) - 1, -1)
        parts = np.split(numbers, np.cumsum([len(block.ids) for block in blocks])[:-1])
        vectors = [block.vectors for block in blocks if block.vectors is not None]
        return cls(
            ids=np.concatenate([block.ids for block in blocks])[live],
            folder_ids=np.concatenate([block.folder_ids for block in blocks])[live],
            file_ids=np.concatenate([block.file_ids for block in blocks])[live],
            live=live[live],
            facts=RowFacts.merged([(block.facts, part) for block, part in zip(blocks, parts, strict=True)]),
            terms=InvertedIndex.merged([(block.terms, part) for block, part in zip(blocks, parts, strict=True)]),
            vectors=np.concatenate(vectors)[live] if vectors else None,
        )

    @property
    def nbytes(self) -> int:
        """Memory in bytes."""
        columns = (self.ids, self.folder_ids, self.file_ids, self.live)
        return sum(column.nbytes for column in columns) + self.facts.nbytes + self.terms.nbytes + self.vector_bytes

    @property
    def vector_bytes(self) -> int:
        """Memory of the vectors in bytes."""
        return 0 if self.vectors is None else self.vectors.nbytes

    def without(self, ids: npt.NDArray[np.int64]) -> Block:
        """The block with the rows of these ids no longer live."""
        gone = np.isin(self.ids, ids)
        return replace(self, live=self.live & ~gone) if gone.any() else self

    def passing(self, within: Restriction) -> npt.NDArray[np.bool_]:
        """bool (rows,): True for live rows within the restriction."""
        if within.file_ids is None:
            passing = self.live & _is_among(self.folder_ids, within.folder_ids)
        else:
            passing = self.live & _is_among(self.file_ids, within.file_ids)
        return passing if within.facts is None else passing & within.facts.passing(self.facts)


@dataclass(frozen=True, slots=True)
class Rows:
    """Every row of one version of a table; `has_vectors`: with their vectors."""

    blocks: tuple[Block, ...]
    has_vectors: bool

    @property
    def nbytes(self) -> int:
        """Memory in bytes."""
        return sum(block.nbytes for block in self.blocks)

    @property
    def vector_bytes(self) -> int:
        """Memory of the vectors in bytes."""
        return sum(block.vector_bytes for block in self.blocks)

    def without_vectors(self) -> Rows:
        """The same rows without their vectors."""
        return Rows(tuple(replace(block, vectors=None) for block in self.blocks), has_vectors=False)

    def changed(self, added: Sequence[Block], removed_ids: Collection[int]) -> Rows:
        """Return the rows after a write; added rows replace those of the same ids."""
        removed = np.fromiter(removed_ids, np.int64, len(removed_ids))
        gone = np.concatenate([removed, *(block.ids for block in added)])
        blocks: list[Block] = []
        for block in (*(block.without(gone) for block in self.blocks), *added):
            blocks.append(block)
            while len(blocks) > 1:
                rows, rows_following = int(blocks[-2].live.sum()), int(blocks[-1].live.sum())
                if rows >= GROWTH * rows_following or rows + rows_following > MAX_ROWS:
                    break
                blocks[-2:] = [Block.merged(blocks[-2:])]
        return Rows(tuple(blocks), self.has_vectors)

    def by_vector(self, vector: npt.NDArray[np.float32], limit: int, within: Restriction) -> list[Hit]:
        """Return the rows within the restriction nearest to a unit vector, best first, by cosine similarity."""
        best = TopK(limit)
        for block in self.blocks:
            passing, vectors = np.flatnonzero(block.passing(within)), block.vectors
            if len(passing) and vectors is not None:
                is_few = len(passing) * COPY_COST < len(vectors)
                best.add(block.ids[passing], vectors[passing] @ vector if is_few else (vectors @ vector)[passing])
        return best.hits()

    def by_terms(self, weights: Mapping[str, float], limit: int, within: Restriction) -> list[Hit]:
        """Return the rows within the restriction that contain any of the terms, best first, by BM25.

        `weights`: of each term, as often as a question has it. Deleted rows count in document frequencies until their
        block is merged.
        """
        best, terms = TopK(limit), term_hashes(list(weights))
        times = np.fromiter(weights.values(), np.float64, len(weights))
        for block, scoring in _bm25(self.blocks, terms, times):
            rows = np.flatnonzero(block.passing(within))
            if not len(rows):
                continue
            is_few = len(rows) * FEW_ROWS_SHARE < len(block.ids)
            scores = scoring.of_rows(rows) if is_few else scoring.of_every_row()[rows]
            high = scores >= max(best.floor, MIN_SCORE)
            best.add(block.ids[rows[high]], scores[high])
        return best.hits()

    def frequencies(self, terms: Sequence[str]) -> tuple[int, list[int]]:
        """Return the number of rows, and of those with each term."""
        hashes = term_hashes(terms)
        total = np.zeros(len(terms), np.int64)
        for block in self.blocks:
            total += sum(map(span_lengths, block.terms.spans(hashes)), np.zeros(len(terms), np.int64))
        return sum(len(block.ids) for block in self.blocks), total.tolist()


class TopK:
    """The `limit` highest scores among those added, equal ones by lower id."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._ids, self._scores = np.empty(0, np.int64), np.empty(0, np.float32)

    @property
    def floor(self) -> float:
        """The lowest score that can still enter."""
        return float(self._scores[-1]) if len(self._scores) == self._limit else float("-inf")

    def add(self, ids: npt.NDArray[np.int64], scores: npt.NDArray[np.floating]) -> None:
        """Consider these rows too."""
        if len(scores) > self._limit:
            floor = max(self.floor, float(np.partition(scores, -self._limit)[-self._limit]))
            high = np.flatnonzero(scores >= floor)
            ids, scores = ids[high], scores[high]
        ids, scores = np.concatenate([self._ids, ids]), np.concatenate([self._scores, scores])
        order = np.lexsort((ids, -scores))[: self._limit]
        self._ids, self._scores = ids[order], scores[order]

    def hits(self) -> list[Hit]:
        """Ids and scores, best first."""
        return list(zip(self._ids.tolist(), self._scores.tolist(), strict=True))


def _is_among(ids: npt.NDArray[np.int64], wanted: Collection[int]) -> npt.NDArray[np.bool_]:
    """numpy.isin for ids from 0 on: looking each up in a table takes a tenth of the time."""
    table = np.zeros(int(ids.max(initial=0)) + 1, np.bool_)
    known = np.fromiter(wanted, np.int64, len(wanted))
    table[known[known < len(table)]] = True
    return table[ids]


def _bm25(
    blocks: Sequence[Block], terms: npt.NDArray[np.int64], times: npt.NDArray[np.float64]
) -> Iterator[tuple[Block, Scoring]]:
    """Yield the BM25 scoring of each block; `times`: how much each term counts."""
    spans = [block.terms.spans(terms) for block in blocks]
    rows = sum(len(block.ids) for block in blocks)
    mean_length = max(sum(block.terms.total_length for block in blocks), 1) / max(rows, 1)
    frequencies = sum((span_lengths(part) for both in spans for part in both), np.zeros(len(terms), np.int64))
    rarity = np.log(1 + (rows - frequencies + 0.5) / (frequencies + 0.5))
    weights = np.asarray(times * rarity * (K1 + 1), np.float64)
    for block, (single, repeated) in zip(blocks, spans, strict=True):
        yield block, Scoring(block.terms, single, repeated, weights, mean_length)

"""A table's rows in memory: where they fit, a search there is faster than in an index on disk."""

import threading
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from knowledge.index.resident.block import ID_COLUMNS, Block
from knowledge.index.resident.rows import Rows
from knowledge.index.resident.trim import trim
from knowledge.index.resident.words import MOST_ROWS

# About 129,000 rows of 384 dimensions; 50,000 are compared whole in 5 ms. More are kept compact, in a quarter of that.
MOST_EXACT_BYTES = 200_000_000
# A row of 200 terms and 384 compact dimensions takes 0.96 kB (478 MB for 500,000): a million need a machine of 16 GB.
MEMORY_SHARE = 16
# Loading 50,000 rows takes four seconds of one core. While every search finds another version, it takes a tenth.
PAUSE_PER_LOADING = 9
ROWS_PER_PART = 8_192  # read and turned into words at once


@dataclass(frozen=True, slots=True)
class _Version:
    """A table's version; one set aside and begun anew counts from the start, but in another folder."""

    number: int
    folder: int


class ResidentRows:
    """The rows of the table in a folder, of the version that was the latest when they were loaded or followed; none at
    first. `dimensions`: of its vectors, None where it has none.

    Safe to use from any thread: one loads while others search; only the one that writes may `follow`.
    """

    def __init__(self, folder: Path, dimensions: int | None) -> None:
        self._folder, self._dimensions = folder, dimensions
        self._held: tuple[_Version, Rows] | None = None
        self._changing = threading.Lock()
        self._load_from = 0.0  # seconds of the monotonic clock

    @property
    def bytes(self) -> int:
        """The memory that they take."""
        held = self._held
        return held[1].bytes if held else 0

    def rows(self, table: Any) -> Rows | None:
        """All that the table holds at the version that it is read at; None where that is not in memory."""
        held = self._held
        return held[1] if held and held[0] == self._version(table) else None

    def load(self, table: Any) -> None:
        """Have the table in memory as it is now, unless that takes too much, or another thread is at it."""
        if not self._changing.acquire(blocking=False):
            return
        try:
            if self.rows(table) is None:
                self._held = None  # it is never that version again
                self._load(table)
        finally:
            self._changing.release()

    def follow(self, before: Rows, written: Any, removed_ids: Collection[int], table: Any) -> None:
        """Have the table in memory as it is now that `before` was written to; `written`: an Arrow table, or None."""
        with self._changing:
            added = [] if written is None else [self._block(written)]
            self._hold(self._version(table), before.changed(added, removed_ids))

    def drop(self) -> None:
        """Free the memory."""
        with self._changing:
            had, self._held = self._held, None
        if had:
            del had
            trim()

    def _load(self, table: Any) -> None:
        began = time.monotonic()
        if began < self._load_from:
            return
        version = self._version(table)
        rows = self._read(table)
        if rows and self._version(table) == version:
            self._hold(version, rows)
        trim()
        ended = time.monotonic()
        self._load_from = ended + PAUSE_PER_LOADING * (ended - began)

    def _hold(self, version: _Version, rows: Rows) -> None:
        if rows.exact_vector_bytes > MOST_EXACT_BYTES:
            rows = rows.compacted()
        self._held = (version, rows) if rows.bytes <= most_bytes() else None

    def _read(self, table: Any) -> Rows | None:
        """None if it takes too much memory, or there are not so many rows any more."""
        count = int(table.count_rows())
        are_exact = count * (self._dimensions or 0) * 4 <= MOST_EXACT_BYTES
        blocks, parts = list[Block](), list[Block]()
        for exact in self._parts(table, count):
            part = exact if are_exact else exact.compacted()
            if sum(len(each.ids) for each in parts) + len(part.ids) > MOST_ROWS:
                blocks.append(Block.merged(parts))
                parts = []
            parts.append(part)
            if sum(block.bytes for block in (*blocks, *parts)) > most_bytes():
                return None
        rows = Rows((*blocks, *([Block.merged(parts)] if parts else [])))
        return rows if sum(len(block.ids) for block in rows.blocks) == count else None

    def _parts(self, table: Any, count: int) -> Iterator[Block]:
        import pyarrow as pa

        columns = [*ID_COLUMNS, "terms", "facts", *(["vector"] if self._dimensions else [])]
        waiting = pa.schema(table.schema.field(name) for name in columns).empty_table()
        for batch in table.search().select(columns).limit(count or 1).to_batches():
            waiting = pa.concat_tables([waiting, pa.Table.from_batches([batch])])
            while len(waiting) >= ROWS_PER_PART:
                yield self._block(waiting.slice(0, ROWS_PER_PART))
                waiting = waiting.slice(ROWS_PER_PART)
        if len(waiting):
            yield self._block(waiting)

    def _block(self, rows: Any) -> Block:
        return Block.of(rows.combine_chunks().to_batches()[0], self._dimensions)

    def _version(self, table: Any) -> _Version:
        return _Version(int(table.version), self._folder.stat().st_ino)


def most_bytes() -> int:
    """What the rows of a table may take: a share of the memory of this machine."""
    return int(psutil.virtual_memory().total) // MEMORY_SHARE

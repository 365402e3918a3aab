"""Keeps a table's rows in memory: up to the size that fits, a search there is faster than on disk."""

from __future__ import annotations

import ctypes
import sys
import threading
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pyarrow as pa

from knowledge.index.postings import MAX_ROWS
from knowledge.index.rows import ID_COLUMNS, Block, Rows

# About 130,000 rows of 384 dimensions. Comparing 50,000 takes a third of the time of LanceDB's vector index.
MAX_VECTOR_BYTES = 200_000_000
MEMORY_SHARE = 16  # rows take at most this part of the machine's memory: 1 / 16
# Loading 50,000 rows takes four seconds of one core. While every search finds another version, it takes a tenth.
PAUSE_PER_LOADING = 9
ROWS_PER_BATCH = 8_192  # read and indexed at once


@dataclass(frozen=True, slots=True)
class _Version:
    """A table's version; `folder`: its inode, since a new table in place of a damaged one counts from the start.

    0: of a table in memory, whose rows are cleared when a new one takes its place.
    """

    number: int
    folder: int


class MemoryIndex:
    """The rows of the table in `folder`, of the version that was the latest when they were loaded; empty at first.

    Vectors are held up to `MAX_VECTOR_BYTES`, terms and ids up to the memory's share. `folder`: None for a table in
    memory. `dimensions`: of the vectors, None where the table has none. Safe to use from any thread: one loads while
    others search; only the thread that writes the table may call `update`.
    """

    def __init__(self, folder: Path | None, dimensions: int | None) -> None:
        self._folder, self._dimensions = folder, dimensions
        self._held: tuple[_Version, Rows] | None = None
        self._changing = threading.Lock()
        self._load_from = 0.0  # seconds of the monotonic clock

    @property
    def nbytes(self) -> int:
        """Memory in bytes."""
        held = self._held
        return held[1].nbytes if held else 0

    def rows(self, table: Any) -> Rows | None:
        """Every row of the table at the version that it is read at; None if that is not in memory."""
        held = self._held
        return held[1] if held and held[0] == self._version(table) else None

    def load(self, table: Any, *, now: bool = False) -> None:
        """Load the table as it is now, unless it takes too much memory, or another thread is loading it.

        `now`: wait for that thread, and load however recently that was done.
        """
        if not self._changing.acquire(blocking=now):
            return
        try:
            began = time.monotonic()
            if self.rows(table) is None:
                self._held = None  # the table never returns to that version
                if now or began >= self._load_from:
                    version, rows = self._version(table), self._read(table)
                    if rows and self._version(table) == version:
                        self._hold(version, rows)
                    del rows
                    _trim()
                    ended = time.monotonic()
                    self._load_from = ended + PAUSE_PER_LOADING * (ended - began)
        finally:
            self._changing.release()

    def update(self, before: Rows, written: Any, removed_ids: Collection[int], table: Any) -> None:
        """Apply a write to the rows of before it; `written`: an Arrow table, or None."""
        with self._changing:
            added = [] if written is None else [self._block(written, before.has_vectors)]
            self._hold(self._version(table), before.changed(added, removed_ids))

    def clear(self) -> None:
        """Free the memory."""
        with self._changing:
            had, self._held = self._held, None
        if had:
            del had
            _trim()

    @staticmethod
    def packed(table: Any) -> bytes:
        """Every row of a table, in Arrow's format for files."""
        rows, buffer = table.to_arrow(), pa.BufferOutputStream()
        with pa.ipc.new_file(buffer, rows.schema) as file:
            file.write_table(rows)
        return bytes(buffer.getvalue())

    @staticmethod
    def unpacked(content: bytes) -> Any:
        """The rows of `packed`, as an Arrow table."""
        return pa.ipc.open_file(content).read_all()

    def _hold(self, version: _Version, rows: Rows) -> None:
        if rows.vector_bytes > MAX_VECTOR_BYTES:
            rows = rows.without_vectors()
        self._held = (version, rows) if rows.nbytes <= max_bytes() else None

    def _read(self, table: Any) -> Rows | None:
        """None if the rows take too much memory, or their number changes meanwhile."""
        count = int(table.count_rows())
        has_vectors = bool(self._dimensions) and count * (self._dimensions or 0) * 4 <= MAX_VECTOR_BYTES
        blocks, parts = list[Block](), list[Block]()
        for part in self._parts(table, count, has_vectors):
            if sum(len(each.ids) for each in parts) + len(part.ids) > MAX_ROWS:
                blocks.append(Block.merged(parts))
                parts = []
            parts.append(part)
            if sum(block.nbytes for block in (*blocks, *parts)) > max_bytes():
                return None
        rows = Rows((*blocks, *([Block.merged(parts)] if parts else [])), has_vectors)
        return rows if sum(len(block.ids) for block in rows.blocks) == count else None

    def _parts(self, table: Any, count: int, has_vectors: bool) -> Iterator[Block]:
        columns = [*ID_COLUMNS, "terms", "facts", *(["vector"] if has_vectors else [])]
        waiting = pa.schema(table.schema.field(name) for name in columns).empty_table()
        for batch in table.search().select(columns).limit(count or 1).to_batches():
            waiting = pa.concat_tables([waiting, pa.Table.from_batches([batch])])
            while len(waiting) >= ROWS_PER_BATCH:
                yield self._block(waiting.slice(0, ROWS_PER_BATCH), has_vectors)
                waiting = waiting.slice(ROWS_PER_BATCH)
        if len(waiting):
            yield self._block(waiting, has_vectors)

    def _block(self, rows: Any, has_vectors: bool) -> Block:
        return Block.of(rows.combine_chunks().to_batches()[0], self._dimensions if has_vectors else None)

    def _version(self, table: Any) -> _Version:
        return _Version(int(table.version), self._folder.stat().st_ino if self._folder else 0)


def max_bytes() -> int:
    """The memory that a table's rows may take: a share of this machine's."""
    return int(psutil.virtual_memory().total) // MEMORY_SHARE


def _trim() -> None:
    """Return freed memory to the system: Arrow and the C library keep three times the size of a loaded table."""
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux":
        c_library = ctypes.CDLL(None)
        if hasattr(c_library, "malloc_trim"):  # glibc has it, musl does not need it
            c_library.malloc_trim(0)

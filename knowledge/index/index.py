"""The search index: a LanceDB table that can be built again from the ledger at any time."""

from __future__ import annotations

import errno
import logging
import os
import re
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote, urlsplit

from errors import AppError
from knowledge.index.entry import Entry, Hit, Restriction
from knowledge.index.store_failure import QUICK_OPTIONS, IndexTaken, store_failure
from knowledge.index.table_files import Checksums, Durability, Sums
from knowledge.index.upkeep import VECTOR_INDEX_FROM_ROWS, Upkeep, indexed_columns

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from knowledge.index.memory_index import MemoryIndex
    from knowledge.index.rows import Rows

TABLE, _OWNER = "chunks", "owner"
IN_MEMORY = "memory://index"
"""The location of indexes that no file holds and no other process sees."""
_NOT_WRITABLE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM})
_NOT_WRITABLE_WORDS = re.compile(rf"os error (?:{'|'.join(map(str, sorted(_NOT_WRITABLE)))})\b")
# Real sentences are harder than made-up clusters: of 43,000 from SciFact (all-MiniLM-L6-v2) in 214 partitions, as many
# as 900,000 rows have, 50 probed find 0.977 of the 10 nearest, 20 only 0.935; in 41 partitions, 30 find 0.9985.
PROBED_PARTITIONS = 50
# Re-scores twice the wanted rows with the exact vectors: recall@10 of 500,000 rises from 0.988 to 1.000 for 3.5 ms.
REFINE_FACTOR = 2

# Loading these takes some 80 ms, once, and after each write of another process.
FEW_ROWS = 1_000

T = TypeVar("T")
log = logging.getLogger(__name__)


class IndexDamaged(AppError):
    """The index cannot be read or written. It can be built again from the ledger."""


class IndexUnwritable(AppError):
    """The disk is full or write-protected. The index is not damaged: the next write carries on."""


class IndexTable:
    """One LanceDB table. Writes are durable on return; one writer at a time, readers at any time.

    `location`: a folder, or a LanceDB URI such as `s3://bucket/path`. Such a store ensures durability and
    integrity itself: `checksums` is None. One in memory is empty at first, and gone with this object.
    """

    def __init__(
        self,
        location: Path | str,
        dimensions: int | None,
        storage_options: Mapping[str, str] | None = None,
        vector_index_from_rows: int = VECTOR_INDEX_FROM_ROWS,
    ) -> None:
        self._location = str(location)
        self.is_in_memory = self._location.startswith(IN_MEMORY)
        self._folder = _local_folder(location)
        self._is_stored = self._folder is None and not self.is_in_memory
        self._storage_options = {**(QUICK_OPTIONS if self._is_stored else {}), **(storage_options or {})}
        self._dimensions = dimensions
        self._durability = Durability(self._folder) if self._folder else None
        self.checksums = Checksums(self._folder / f"{TABLE}.lance") if self._folder else None
        self._upkeep = Upkeep(dimensions is not None, vector_index_from_rows)
        self._memory: MemoryIndex | None = None
        self._opened: Any = None
        self._is_searchable = False

    @property
    def memory_bytes(self) -> int:
        """Memory of the rows loaded by `warm`."""
        return self._memory.nbytes if self._memory else 0

    def claim(self, home: str) -> None:
        """Have a store note that the index is this home's. Raises IndexTaken where it is another's.

        Elsewhere nothing is to be noted: a folder has a lock, and memory belongs to one process.
        """
        if not self._is_stored:
            return
        with self._translated():
            store = self._connect()
            try:
                store.create_table(_OWNER, [{"home": home}])
            except ValueError as error:
                if "already exists" not in str(error):
                    raise
            owners = store.open_table(_OWNER).to_arrow()["home"].to_pylist()
        if owners != [home]:
            raise IndexTaken(self._location)

    def is_empty(self) -> bool:
        """True when there is nothing to find. Costs nothing once something was found or added."""
        if not self._is_searchable:
            with self._translated():
                self._is_searchable = "terms" in indexed_columns(self._table())
        return not self._is_searchable

    def version(self) -> int:
        """Return the number of the table's latest version. Every change makes a new one, `optimise` included."""
        with self._translated():
            self._table().checkout_latest()
            return int(self._table().version)

    def ids(self) -> set[int]:
        """Return the id of every row."""

        def read(table: Any) -> set[int]:
            rows = table.search().select(["id"]).limit(table.count_rows() or 1).to_arrow()
            return set(rows["id"].to_numpy().tolist())

        return self._read(read)

    def write(self, entries: Sequence[Entry], removed_ids: Iterable[int] = ()) -> None:
        """Remove rows, then add entries; an entry replaces the row of the same id. Unknown ids are ignored.

        Removing and adding make one version each.
        """
        removed = sorted(set(removed_ids) - {entry.id for entry in entries})
        if not entries and not removed:
            return
        written = self._arrow(entries) if entries else None
        with self._translated():
            table, before = self._table(), self._latest_rows()
            if removed:
                table.delete(f"id IN ({', '.join(map(str, removed))})")
            if written is not None:
                table.merge_insert("id").when_matched_update_all().when_not_matched_insert_all().execute(written)
                self._upkeep.ensure_keyword_index(table)
            if self._upkeep.is_due(table):
                self._upkeep.tidy(table)
        self._make_durable()
        if before and self._memory:
            self._memory.update(before, written, removed, table)

    def wants_upkeep(self) -> bool:
        """True when enough changed for `optimise` to be worth it. Does not open a table that is not in use."""
        with self._translated():
            return self._opened is not None and self._upkeep.is_wanted(self._opened)

    def optimise(self) -> None:
        """Build indexes, merge small files, index new rows and drop old versions, if enough changed."""
        with self._translated():
            if self._upkeep.is_wanted(self._table()):
                before = self._latest_rows()
                self._upkeep.tidy(self._table())
                if before and self._memory:
                    self._memory.update(before, None, (), self._table())
        self._make_durable()

    def holds_removed(self, longer_than_s: float) -> bool:
        """True if rows were removed so long ago and not erased yet. Costs one look; always False for a store."""
        if self._folder is None:
            return False
        made = [path.stat().st_mtime for path in (self._folder / f"{TABLE}.lance" / "_deletions").glob("*")]
        return bool(made) and time.time() - min(made) > longer_than_s

    def erase_removed(self) -> None:
        """Leave nothing of rows that were removed."""
        with self._translated():
            before = self._latest_rows()
            self._upkeep.erase_removed(self._table())
            if before and self._memory:
                self._memory.update(before, None, (), self._table())
        self._make_durable()

    def warm(self) -> None:
        """Load the rows as they are now, unless they take too much memory. Costs nothing once they are loaded."""
        self._read(lambda table: self._memory.load(table) if self._memory else None)

    def release(self) -> None:
        """Free the memory of loaded rows."""
        if self._memory:
            self._memory.clear()

    def by_vector(self, vector: npt.NDArray[np.float32], limit: int, within: Restriction) -> list[Hit]:
        """Return the nearest rows to a unit vector, best first, scored by cosine similarity."""
        if (rows := self._rows()) and rows.has_vectors:
            return rows.by_vector(vector, limit, within)

        def read(table: Any) -> Any:
            query = table.search(vector, vector_column_name="vector").distance_type("cosine")
            query = query.where(within.sql, prefilter=True).nprobes(PROBED_PARTITIONS).refine_factor(REFINE_FACTOR)
            return query.select(["id", "_distance"]).limit(limit).to_arrow()

        found = self._read(read)
        return [(i, 1.0 - d) for i, d in zip(found["id"].to_pylist(), found["_distance"].to_pylist(), strict=True)]

    def by_terms(self, weights: Mapping[str, float], limit: int, within: Restriction) -> list[Hit]:
        """Return rows that contain any of the terms, best first, scored by BM25 (k1 1.2, b 0.75).

        `weights`: of each term; LanceDB, which answers where the rows are not in memory, takes them for equal.
        """
        if not weights or self.is_empty():
            return []
        if rows := self._rows_for_words():
            return rows.by_terms(weights, limit, within)

        def read(table: Any) -> Any:
            match = load_lancedb().query.MatchQuery(" ".join(weights), "terms")
            query = table.search(match, query_type="fts")
            return query.where(within.sql, prefilter=True).select(["id", "_score"]).limit(limit).to_arrow()

        found = self._read(read)
        return list(zip(found["id"].to_pylist(), found["_score"].to_pylist(), strict=True))

    def frequencies(self, terms: Sequence[str]) -> tuple[int, list[int]] | None:
        """Return the number of rows, and of those with each term; None where the rows are not in memory."""
        rows = self._rows_for_words()
        return rows.frequencies(terms) if rows else None

    def files(self, known: Sums) -> Sums:
        """Return the checksums of the index's files, computing only those that are not `known`; none for a store."""
        if self.checksums is None:
            return {}
        with self._translated():
            return self.checksums.taken(known)

    def quarantine(self) -> None:
        """Move the table aside, in place of any moved before, and begin an empty one. In a store it is deleted."""
        self._opened = None
        self._is_searchable = False
        self.release()
        if self._folder is None:
            with self._translated():
                self._connect().drop_table(TABLE, ignore_missing=True)
        elif self._folder.exists():
            aside = self._folder.with_name(f"{self._folder.name}.damaged")
            shutil.rmtree(aside, ignore_errors=True)
            self._folder.rename(aside)
            self._durability = Durability(self._folder)  # the new table's files have the names of the old

    def content(self) -> bytes:
        """Every row of a table in memory, in Arrow's format for files."""
        return self._read(lambda table: self._memory.packed(table) if self._memory else b"")

    def fill(self, content: bytes) -> None:
        """Begin a table in memory anew, with the rows of `content`."""
        self.quarantine()
        with self._translated():
            table = self._table()
            if self._memory and len(rows := self._memory.unpacked(content)):
                table.add(rows)
                self._upkeep.ensure_keyword_index(table)

    def _rows(self) -> Rows | None:
        """Return the rows in memory, if they are those of the table's version."""
        return self._read(self._memory.rows) if self._memory else None

    def _rows_for_words(self) -> Rows | None:
        """Return the rows in memory, loaded now where they are few.

        LanceDB's keyword index scores by the rows that it was built on, of which the first write may have had one.
        """
        rows, memory = self._rows(), self._memory
        if rows is None and memory and self._read(lambda table: table.count_rows()) <= FEW_ROWS:
            self._read(lambda table: memory.load(table, now=True))
            return self._rows()
        return rows

    def _latest_rows(self) -> Rows | None:
        self._table().checkout_latest()
        return self._rows()

    def _read(self, query: Callable[[Any], T]) -> T:
        """Run the query; if it fails, again on the latest version, as its own may have been dropped meanwhile."""
        with self._translated():
            try:
                return query(self._table())
            except (RuntimeError, OSError) as error:
                if self._is_stored and store_failure(error, self._location):  # tried long enough
                    raise
                self._table().checkout_latest()
                return query(self._table())

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Translate what LanceDB raises for a table that it cannot read or write."""
        try:
            yield
        except (RuntimeError, ValueError, OSError) as error:
            if self._is_stored and (told := store_failure(error, self._location)):
                log.warning("The store of the index failed: %s", error)
                raise told from error
            if is_refused(error):
                raise IndexUnwritable(
                    f"The search index cannot be written: {error}",
                    "Free some space on its disk, or allow Carrel to write there.",
                ) from error
            raise IndexDamaged(
                f"The search index failed: {error}",
                "Run `carrel index` to rebuild it from the text that Carrel already has.",
            ) from error

    def _table(self) -> Any:
        if self._opened is None:
            self._opened = self._connect().create_table(TABLE, schema=self._schema(), exist_ok=True)
            # Not for a store, where a new table cannot be told from an earlier one of the same version.
            if self._memory is None and (self._folder or self.is_in_memory):
                from knowledge.index.memory_index import MemoryIndex  # loads pyarrow, as LanceDB just did

                self._memory = MemoryIndex(self._folder and self._folder / f"{TABLE}.lance", self._dimensions)
        return self._opened

    def _connect(self) -> Any:
        consistency = timedelta(seconds=1)
        return load_lancedb().connect(
            self._location, read_consistency_interval=consistency, storage_options=self._storage_options
        )

    def _schema(self) -> Any:
        import pyarrow as pa

        columns = [("id", pa.int64()), ("folder_id", pa.int64()), ("file_id", pa.int64()), ("terms", pa.string())]
        vector = [("vector", pa.list_(pa.float32(), self._dimensions))] if self._dimensions else []
        return pa.schema([*columns, ("facts", pa.list_(pa.string())), *vector])

    def _arrow(self, entries: Sequence[Entry]) -> Any:
        import pyarrow as pa

        columns: list[Any] = [
            [e.id for e in entries],
            [e.folder_id for e in entries],
            [e.file_id for e in entries],
            [" ".join(e.terms) for e in entries],
            [e.facts for e in entries],
        ]
        if self._dimensions:
            joined = pa.py_buffer(b"".join(e.vector or b"" for e in entries))
            values = pa.Array.from_buffers(pa.float32(), len(entries) * self._dimensions, [None, joined])
            columns.append(pa.FixedSizeListArray.from_arrays(values, self._dimensions))
        return pa.table(columns, schema=self._schema())

    def _make_durable(self) -> None:
        if self._durability:
            with self._translated():
                self._durability.ensure()


def load_lancedb() -> Any:
    """Import LanceDB, which takes more than a second the first time."""
    os.environ.setdefault("LANCEDB_LOG", "error")  # it warns on stderr of partitions that it splits as it should
    import lancedb

    return lancedb


def _local_folder(location: Path | str) -> Path | None:
    if isinstance(location, Path):
        return location
    parts = urlsplit(location)
    if parts.scheme == "file":
        return Path(unquote(parts.path))
    return None if "://" in location else Path(location)


def is_refused(error: Exception) -> bool:
    """True when the system refused to write for lack of space or permission, which LanceDB says in words only."""
    return (isinstance(error, OSError) and error.errno in _NOT_WRITABLE) or bool(_NOT_WRITABLE_WORDS.search(str(error)))

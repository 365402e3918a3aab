"""The search index: LanceDB, and nothing that cannot be built again from the ledger."""

import logging
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from errors import AppError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

log = logging.getLogger(__name__)

TABLE = "chunks"
# Measured: LanceDB's scan of every vector takes 15 ms at 20,000 rows and grows with them.
VECTOR_INDEX_FROM_ROWS = 10_000
# Re-scores twice the wanted rows with the exact vectors: of the 100 nearest of 20,000 all were found, in 6.9 ms; with 1
# it was 0.991 of them in 6.3 ms, with 5 all in 9.9 ms.
REFINE_FACTOR = 2
PROBED_PARTITIONS = 20
OPTIMISE_FROM_FRAGMENTS = 20
OPTIMISE_FROM_UNINDEXED_ROWS = 1_000
KEEP_VERSIONS_FOR = timedelta(minutes=10)  # longer than any search that may still read one
IDS_PER_DELETE = 5_000


class IndexDamaged(AppError):
    """The index cannot be read or written. It can be built again from the ledger."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row: `terms` as the analyzer gave them, and the text's unit vector, or None in an index without vectors."""

    id: int
    folder_id: int
    file_id: int
    terms: Sequence[str]
    vector: bytes | None


@dataclass(frozen=True, slots=True)
class Restriction:
    """Which rows may be found: those of these folders, and if given only of these files."""

    folder_ids: tuple[int, ...]
    file_ids: tuple[int, ...] | None = None

    @property
    def sql(self) -> str:
        """The same as a LanceDB predicate."""
        column, ids = ("folder_id", self.folder_ids) if self.file_ids is None else ("file_id", self.file_ids)
        return f"{column} IN ({', '.join(map(str, ids))})" if ids else "false"


Hit = tuple[int, float]
"""A chunk's id and its score; higher is better."""


class Index:
    """One LanceDB table on disk. Writes are durable on return; one writer at a time, readers at any time."""

    def __init__(self, folder: Path, dimensions: int | None) -> None:
        self._folder = folder
        self._dimensions = dimensions
        self._synced: set[Path] = set()
        self._opened: Any = None
        self._indexed: set[str] = set()

    def is_empty(self) -> bool:
        """Whether there is nothing to find. Costs nothing once something was found or added."""
        return not self._has_index("terms")

    def ids(self) -> set[int]:
        """The id of every row."""
        with _translated():
            rows = self._table().search().select(["id"]).limit(self._table().count_rows() or 1).to_arrow()
            return set(rows["id"].to_pylist())

    def add(self, entries: Sequence[Entry]) -> None:
        """Add rows that are not in the table yet."""
        if not entries:
            return
        with _translated():
            self._table().add(self._arrow(entries))
            self._ensure_keyword_index()
        self._make_durable()

    def remove(self, ids: Iterable[int]) -> None:
        """Remove rows; ids that are not there do no harm."""
        doomed = sorted(ids)
        if not doomed:
            return
        with _translated():
            for start in range(0, len(doomed), IDS_PER_DELETE):
                some = ", ".join(map(str, doomed[start : start + IDS_PER_DELETE]))
                self._table().delete(f"id IN ({some})")
        self._make_durable()

    def optimise(self) -> None:
        """Merge small files, index new rows and drop old versions, when enough has changed to be worth it."""
        with _translated():
            table = self._table()
            if table.count_rows() == 0 or not self._is_untidy():
                return
            if self._dimensions and table.count_rows() >= VECTOR_INDEX_FROM_ROWS and not self._has_index("vector"):
                self._create_vector_index()
            table.optimize(cleanup_older_than=KEEP_VERSIONS_FOR)
        self._make_durable()

    def by_vector(self, vector: "npt.NDArray[np.float32]", limit: int, within: Restriction) -> list[Hit]:
        """The nearest rows to a unit vector, best first, scored by cosine similarity."""
        with _translated():
            query = self._table().search(vector, vector_column_name="vector").distance_type("cosine")
            query = query.where(within.sql, prefilter=True).nprobes(PROBED_PARTITIONS).refine_factor(REFINE_FACTOR)
            found = query.select(["id", "_distance"]).limit(limit).to_arrow()
        return [(i, 1.0 - d) for i, d in zip(found["id"].to_pylist(), found["_distance"].to_pylist(), strict=True)]

    def by_terms(self, terms: Sequence[str], limit: int, within: Restriction) -> list[Hit]:
        """Rows that hold any of the terms, best first, scored by BM25 (k1 1.2, b 0.75)."""
        if not terms or not self._has_index("terms"):
            return []
        with _translated():
            from lancedb.query import MatchQuery

            query = self._table().search(MatchQuery(" ".join(dict.fromkeys(terms)), "terms"), query_type="fts")
            found = query.where(within.sql, prefilter=True).select(["id", "_score"]).limit(limit).to_arrow()
        return list(zip(found["id"].to_pylist(), found["_score"].to_pylist(), strict=True))

    def quarantine(self) -> None:
        """Set a damaged table aside, keeping the latest such, and begin an empty one."""
        self._opened = None
        self._synced.clear()
        self._indexed.clear()
        aside = self._folder.with_name(f"{self._folder.name}.damaged")
        shutil.rmtree(aside, ignore_errors=True)
        if self._folder.exists():
            self._folder.rename(aside)
        log.warning("The index at %s was damaged and is being built again.", self._folder)

    def _table(self) -> Any:
        if self._opened is None:
            import lancedb

            database = lancedb.connect(self._folder, read_consistency_interval=timedelta(seconds=1))
            self._opened = database.create_table(TABLE, schema=self._schema(), exist_ok=True)
        return self._opened

    def _schema(self) -> Any:
        import pyarrow as pa

        columns = [("id", pa.int64()), ("folder_id", pa.int64()), ("file_id", pa.int64()), ("terms", pa.string())]
        vector = [("vector", pa.list_(pa.float32(), self._dimensions))] if self._dimensions else []
        return pa.schema([*columns, *vector])

    def _arrow(self, entries: Sequence[Entry]) -> Any:
        import numpy as np
        import pyarrow as pa

        columns: list[Any] = [
            [e.id for e in entries],
            [e.folder_id for e in entries],
            [e.file_id for e in entries],
            [" ".join(e.terms) for e in entries],
        ]
        if self._dimensions:
            values = np.frombuffer(b"".join(e.vector or b"" for e in entries), dtype=np.float32)
            columns.append(pa.FixedSizeListArray.from_arrays(pa.array(values), self._dimensions))
        return pa.table(columns, schema=self._schema())

    def _ensure_keyword_index(self) -> None:
        if self._has_index("terms"):
            return
        from lancedb.index import FTS

        plain = FTS(
            base_tokenizer="whitespace",
            max_token_length=None,
            lower_case=False,
            stem=False,
            remove_stop_words=False,
            ascii_folding=False,
        )
        self._table().create_index("terms", config=plain)

    def _create_vector_index(self) -> None:
        from lancedb.index import HnswSq

        started = time.perf_counter()
        self._table().create_index("vector", config=HnswSq(distance_type="cosine"))
        log.info("Built the vector index in %.1f s.", time.perf_counter() - started)

    def _has_index(self, column: str) -> bool:
        if column not in self._indexed:
            with _translated():
                self._indexed |= {name for index in self._table().list_indices() for name in index.columns}
        return column in self._indexed

    def _is_untidy(self) -> bool:
        table = self._table()
        wants_vector_index = bool(self._dimensions) and table.count_rows() >= VECTOR_INDEX_FROM_ROWS
        if wants_vector_index and not self._has_index("vector"):
            return True
        unindexed = max((table.index_stats(i.name).num_unindexed_rows for i in table.list_indices()), default=0)
        fragments = table.stats()["fragment_stats"]["num_fragments"]
        return unindexed >= OPTIMISE_FROM_UNINDEXED_ROWS or fragments >= OPTIMISE_FROM_FRAGMENTS

    def _make_durable(self) -> None:
        """Flush what LanceDB wrote: it never does so itself."""
        for path in _files_and_folders(self._folder):
            if path.is_dir() or path not in self._synced:
                _flush(path)
                self._synced.add(path)


def _files_and_folders(root: Path) -> Iterator[Path]:
    for folder, _, names in os.walk(root):
        yield from (Path(folder, name) for name in names)
        yield Path(folder)


def _flush(path: Path) -> None:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except (FileNotFoundError, PermissionError):  # dropped meanwhile; Windows opens no folders
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (RuntimeError, ValueError, OSError) as error:  # what LanceDB raises for a table that it cannot read or write
        raise IndexDamaged(
            f"The search index failed: {error}", "Run `carrel index`: it is built again from what was read before."
        ) from error

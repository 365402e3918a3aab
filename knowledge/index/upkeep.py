"""Keeps a LanceDB table fast and small: builds indexes, merges small files, prunes old versions."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

log = logging.getLogger(__name__)

# Measured: LanceDB's scan of every vector takes 15 ms at 20,000 rows and grows with them.
VECTOR_INDEX_FROM_ROWS = 10_000
# IVF_SQ, 384 dimensions, 500,000 rows: built in 17 s where IVF_HNSW_SQ takes 20 times as long; of made-up clusters the
# 10 nearest are all found, in 11 ms with 20 of 122 partitions probed, 14 with 40, 21 with 80. For the same rows read,
# many small partitions find more than few large ones, but those of 2,048 rows take twice as long to build.
ROWS_PER_PARTITION = 4_096
# Measured at 50,000 rows, for a search: 0.3 ms more for each new fragment, 0.5 for each part of the vector index, 4 for
# 1,000 rows that the keyword index lacks. An optimisation merges new fragments and the whole keyword index, and adds
# a part to the vector index; only building that anew merges its parts. Both take longer the more rows there are.
OPTIMISE_FROM_UNINDEXED_ROWS = 1_000
# Of all rows: LanceDB scores new rows by statistics of their own, which mislead while those it has indexed are few.
UNINDEXED_PART, FEWEST_UNINDEXED = 8, 100
NEW_FRAGMENTS, ROWS_PER_NEW_FRAGMENT = 10, 50_000
VECTOR_INDEX_PARTS, ROWS_PER_VECTOR_INDEX_PART = 4, 100_000
MOST_FRAGMENTS = 90  # even in the middle of a long run of writes
PRUNE_FROM_VERSIONS, MOST_UNREAD_VERSIONS = 2, 50
KEEP_VERSIONS_FOR = timedelta(minutes=1)  # many times longer than any search reads one
_NEVER, _AT_ONCE = timedelta(days=36_500), timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Decides on and does the upkeep of a table. Below `vector_index_from_rows` every vector is compared."""

    has_vectors: bool
    vector_index_from_rows: int = VECTOR_INDEX_FROM_ROWS

    def ensure_keyword_index(self, table: Any) -> None:
        """Build the keyword index if there is none; it covers rows added later."""
        if "terms" not in indexed_columns(table):
            table.create_index("terms", config=_keywords())

    def is_due(self, table: Any) -> bool:
        """True when so much was written that the next write should wait for `tidy`."""
        return _fragments(table) >= MOST_FRAGMENTS

    def is_wanted(self, table: Any) -> bool:
        """True when `tidy` is worth its time."""
        rows = table.count_rows()
        if rows == 0:
            return False
        if self._missing_indexes(table, rows):
            return True
        unindexed = max((index.num_unindexed_rows for index in table.list_indices()), default=0)
        new_fragments = _fragments(table) - _parts(table).get("vector", 1)
        if unindexed >= min(OPTIMISE_FROM_UNINDEXED_ROWS, max(rows // UNINDEXED_PART, FEWEST_UNINDEXED)):
            return True
        if new_fragments >= NEW_FRAGMENTS + rows // ROWS_PER_NEW_FRAGMENT:
            return True
        # Versions are dropped only along with merging: when there is nothing to merge, or very many of them.
        unread = Unread.of(table).versions
        return unread >= MOST_UNREAD_VERSIONS or (unread >= PRUNE_FROM_VERSIONS and not unindexed)

    def tidy(self, table: Any) -> None:
        """Build missing indexes, merge small files, index new rows and drop old versions.

        Searches may go on meanwhile.
        """
        for column, config in self._missing_indexes(table, table.count_rows()).items():
            started = time.perf_counter()
            table.create_index(column, config=config)
            log.info("Built the index of %s in %.1f s.", column, time.perf_counter() - started)
        table.optimize(cleanup_older_than=_NEVER)
        # Merging may take long, and versions are dropped by their age at its end: so drop them in a step of its own.
        table.optimize(cleanup_older_than=Unread.of(table).older_than)

    def erase_removed(self, table: Any) -> None:
        """Leave nothing of removed rows: neither in fragments and indexes, nor in old versions. Searches may go on.

        5,000 rows: 0.2 s, 50,000: 2.9 s. LanceDB merges a fragment once a tenth of it is gone, so all are written anew.
        """
        columns = indexed_columns(table)
        table.update(where="true", values_sql={"folder_id": "folder_id"})
        for column, config in (("terms", _keywords()), ("facts", _types().LabelList())):
            if column in columns:
                table.create_index(column, config=config, replace=True)
        table.optimize(cleanup_older_than=_NEVER)
        time.sleep(2 * _AT_ONCE.total_seconds())
        table.optimize(cleanup_older_than=_AT_ONCE, delete_unverified=True)  # also of writes that were cut short

    def _missing_indexes(self, table: Any, rows: int) -> dict[str, Any]:
        if rows < self.vector_index_from_rows:
            return {}
        of = _types()
        wanted = {"id": of.BTree(), "file_id": of.BTree(), "folder_id": of.Bitmap(), "facts": of.LabelList()}
        if self.has_vectors:
            wanted["vector"] = of.IvfSq(distance_type="cosine", target_partition_size=ROWS_PER_PARTITION)
        parts = _parts(table)
        if parts.get("vector", 0) > VECTOR_INDEX_PARTS + rows // ROWS_PER_VECTOR_INDEX_PART:
            del parts["vector"]
        return {column: config for column, config in wanted.items() if column not in parts}


def _types() -> Any:
    """The module of LanceDB with the types of indexes."""
    from lancedb import index

    return index


def _keywords() -> Any:
    return _types().FTS(
        base_tokenizer="whitespace",
        max_token_length=None,
        lower_case=False,
        stem=False,
        remove_stop_words=False,
        ascii_folding=False,
    )


def indexed_columns(table: Any) -> set[str]:
    """Return the columns with an index."""
    return set(_parts(table))


def _parts(table: Any) -> dict[str, int]:
    """Return the number of parts of each indexed column's index."""
    return {index.columns[0]: index.num_segments for index in table.list_indices()}


@dataclass(frozen=True, slots=True)
class Unread:
    """The number of versions that no search can be reading, and the age from which a version is one of them."""

    versions: int
    older_than: timedelta

    @classmethod
    def of(cls, table: Any) -> Unread:
        """Count from the table's versions.

        A version may be read until its successor was made, however old it is: the one that was the latest
        `KEEP_VERSIONS_FOR` ago is kept, with all after it.
        """
        now = datetime.now()
        made: list[datetime] = sorted(version["timestamp"] for version in table.list_versions())
        before = [at for at in made if now - at >= KEEP_VERSIONS_FOR]
        oldest_kept = before[-1] if before else made[0]
        return cls(max(len(before) - 1, 0), max(now - oldest_kept, KEEP_VERSIONS_FOR) + timedelta(milliseconds=1))


def _fragments(table: Any) -> int:
    return int(table.stats()["fragment_stats"]["num_fragments"])

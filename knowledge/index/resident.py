"""The vectors of a table in memory: up to a size, comparing every one is faster than an index on disk, and exact."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from knowledge.index.facts import FactFilter
from knowledge.index.row_facts import RowFacts

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

# About 129,000 rows of 384 dimensions. Measured on two cores: 50,000 take half of LanceDB's time, 5-8 ms of 12-17.
MOST_RESIDENT_BYTES = 200_000_000
# Loading takes 0.3 s for 50,000 rows. While every search finds another version, it takes a tenth of one core.
PAUSE_PER_LOADING = 9
# Of 50,000 rows, to copy and compare one in ten takes a little longer than to compare all.
COPY_COST = 16
ID_BYTES = 8
_ID_COLUMNS = ("id", "folder_id", "file_id")


@dataclass(frozen=True, slots=True)
class Rows:
    """Every row of one version of a table: int64 (rows,), facts, and float32 (rows, dimensions) of length 1."""

    ids: "npt.NDArray[np.int64]"
    folder_ids: "npt.NDArray[np.int64]"
    file_ids: "npt.NDArray[np.int64]"
    facts: RowFacts
    vectors: "npt.NDArray[np.float32]"

    @property
    def bytes(self) -> int:
        """The memory that they take."""
        columns = (self.ids, self.folder_ids, self.file_ids, self.vectors)
        return sum(column.nbytes for column in columns) + self.facts.bytes

    def nearest(
        self,
        vector: "npt.NDArray[np.float32]",
        limit: int,
        folder_ids: Sequence[int],
        file_ids: Sequence[int] | None,
        facts: FactFilter | None,
    ) -> list[tuple[int, float]]:
        """The ids of the rows most like a unit vector, best first, those that are equally like it by id, and their
        cosine similarity. Only rows of these folders, or if given of these files instead, that have these facts."""
        import numpy as np

        column, wanted = (self.folder_ids, folder_ids) if file_ids is None else (self.file_ids, file_ids)
        passing = np.isin(column, np.asarray(wanted, np.int64))
        inside = np.flatnonzero(passing if facts is None else passing & facts.passing(self.facts))
        few = len(inside) * COPY_COST < len(self.ids)
        cosines = self.vectors[inside] @ vector if few else (self.vectors @ vector)[inside]
        if len(inside) > limit:
            best = np.flatnonzero(cosines >= np.partition(cosines, -limit)[-limit])
            inside, cosines = inside[best], cosines[best]
        order = np.lexsort((self.ids[inside], -cosines))[:limit]
        return list(zip(self.ids[inside][order].tolist(), cosines[order].tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class _Version:
    """A table's version; one set aside and begun anew counts from the start, but in another folder."""

    number: int
    folder: int


class ResidentVectors:
    """The rows of the table in a folder, of the version that was the latest when they were loaded; none at first.

    Safe to use from any thread: one loads while others search.
    """

    def __init__(self, folder: Path, dimensions: int) -> None:
        self._folder, self._dimensions = folder, dimensions
        self._held: tuple[_Version, Rows] | None = None
        self._loading = threading.Lock()
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
        if not self._loading.acquire(blocking=False):
            return
        try:
            if self.rows(table) is None:
                self._held = None  # it is never that version again
                self._load(table)
        finally:
            self._loading.release()

    def drop(self) -> None:
        """Free the memory."""
        with self._loading:
            self._held = None

    def _load(self, table: Any) -> None:
        began = time.monotonic()
        if began < self._load_from:
            return
        version, count = self._version(table), int(table.count_rows())
        if count * (self._dimensions * 4 + len(_ID_COLUMNS) * ID_BYTES) > MOST_RESIDENT_BYTES:
            return
        rows = self._read(table, count)
        if rows and rows.bytes <= MOST_RESIDENT_BYTES and self._version(table) == version:
            self._held = version, rows
        ended = time.monotonic()
        self._load_from = ended + PAUSE_PER_LOADING * (ended - began)

    def _read(self, table: Any, count: int) -> Rows | None:
        """None if there are not so many rows any more."""
        import numpy as np
        import pyarrow as pa

        ids = {name: np.empty(count, np.int64) for name in _ID_COLUMNS}
        vectors = np.empty((count, self._dimensions), np.float32)
        facts: list[Any] = []
        start = 0
        for batch in table.search().select([*_ID_COLUMNS, "facts", "vector"]).limit(count or 1).to_batches():
            part = slice(start, start + batch.num_rows)
            for name, column in ids.items():
                column[part] = batch[name].to_numpy()
            facts.append(batch["facts"])
            vectors[part] = batch["vector"].flatten().to_numpy().reshape(-1, self._dimensions)
            start += batch.num_rows
        if start != count:
            return None
        held = RowFacts.of(pa.chunked_array(facts, pa.list_(pa.string())).combine_chunks())
        return Rows(ids["id"], ids["folder_id"], ids["file_id"], held, vectors)

    def _version(self, table: Any) -> _Version:
        return _Version(int(table.version), self._folder.stat().st_ino)

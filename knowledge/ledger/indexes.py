"""Search indexes that follow the ledger, and the chunks that are pending for each.

Triggers note every chunk that is added, removed or moved to another file as pending for every index. Once the chunk's
row is written to the index the note is deleted, unless the chunk changed again meanwhile: each note has its own number.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.index.table_files import FileSum, Sums
from knowledge.ledger.database import LedgerDatabase, slices
from knowledge.ledger.rows import IndexRow, IndexState

KEYWORDS = "keywords"
"""The name of the index without vectors."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A chunk that an index does not have as it is. `change`: the note's number."""

    change: int
    chunk_id: int


class Indexes:
    """Indexes by name."""

    def __init__(self, database: LedgerDatabase) -> None:
        self._db = database

    def all(self) -> dict[str, IndexRow]:
        """Every index by its name."""
        return {
            r["name"]: IndexRow(r["name"], r["version"], r["seal"], r["state"], bool(r["active"]), r["scrubbed_at"])
            for r in self._db.read("SELECT * FROM indexes")
        }

    def active(self) -> IndexRow | None:
        """The one that is searched; None before the first."""
        return next((row for row in self.all().values() if row.active), None)

    def previous(self) -> str | None:
        """The name of the one that was searched before the active one."""
        return self._name_in_state("previous")

    def building(self) -> str | None:
        """The name of the one that is being built to take the active one's place."""
        return self._name_in_state("building")

    def _name_in_state(self, state: IndexState) -> str | None:
        return next((row.name for row in self.all().values() if row.state == state), None)

    def add(self, name: str, state: IndexState) -> None:
        """Have an index follow from now on, empty: every chunk is pending. Nothing happens where it does already."""
        with self._db.transaction() as db:
            if db.execute("SELECT 1 FROM indexes WHERE name = ?", (name,)).fetchone() is None:
                db.execute(
                    "INSERT INTO indexes (name, state, scrubbed_at) VALUES (?, ?, ?)", (name, state, time.time())
                )
                db.execute("INSERT INTO pending (index_name, chunk_id) SELECT ?, id FROM chunks", (name,))

    def restart(self, name: str) -> None:
        """Make every chunk pending, as the index is empty."""
        with self._db.transaction() as db:
            db.execute("UPDATE indexes SET version = 0, seal = '', scrubbed_at = ? WHERE name = ?", (time.time(), name))
            db.execute("DELETE FROM index_files WHERE index_name = ?", (name,))
            db.execute("DELETE FROM pending WHERE index_name = ?", (name,))
            db.execute("INSERT INTO pending (index_name, chunk_id) SELECT ?, id FROM chunks", (name,))

    def activate(self, name: str) -> None:
        """Search this one from now on. The active one becomes the previous, unless it has no vectors and is
        quickly built again; the previous one is removed."""
        with self._db.transaction() as db:
            db.execute("DELETE FROM indexes WHERE state = 'previous' AND name <> ?", (name,))
            db.execute("DELETE FROM indexes WHERE active AND name = ? AND name <> ?", (KEYWORDS, name))
            db.execute("UPDATE indexes SET state = 'previous', active = 0 WHERE active AND name <> ?", (name,))
            db.execute("UPDATE indexes SET state = 'ready', active = 1 WHERE name = ?", (name,))

    def remove(self, name: str) -> None:
        """Remove an index."""
        with self._db.transaction() as db:
            db.execute("DELETE FROM indexes WHERE name = ?", (name,))

    def pending(self, name: str, limit: int) -> list[Pending]:
        """Return the index's pending chunks, those that changed first before the others."""
        sql = "SELECT change, chunk_id FROM pending WHERE index_name = ? ORDER BY change LIMIT ?"
        return [Pending(r["change"], r["chunk_id"]) for r in self._db.read(sql, (name, limit))]

    def pending_of(self, name: str, file_ids: Sequence[int], limit: int) -> list[Pending]:
        """Return the index's pending chunks of these files, those that changed first before the others."""
        sql = (
            "SELECT change, chunk_id FROM chunks JOIN pending ON index_name = ? AND chunk_id = chunks.id"
            f" WHERE file_id IN ({','.join('?' * len(file_ids))}) ORDER BY change LIMIT ?"
        )
        return [Pending(r["change"], r["chunk_id"]) for r in self._db.read(sql, (name, *file_ids, limit))]

    def has_pending(self, name: str) -> bool:
        """True while the index has pending chunks."""
        return bool(self._db.read("SELECT 1 FROM pending WHERE index_name = ? LIMIT 1", (name,)))

    def count_pending(self, name: str) -> int:
        """Count the index's pending chunks."""
        (row,) = self._db.read("SELECT count(*) AS n FROM pending WHERE index_name = ?", (name,))
        return int(row["n"])

    def count_unready(self, name: str) -> int:
        """Count the chunks that are there and that the index does not have as they are."""
        sql = "SELECT count(*) AS n FROM pending JOIN chunks ON chunks.id = chunk_id WHERE index_name = ?"
        return int(self._db.read(sql, (name,))[0]["n"])

    def note_seal(self, name: str, seal: str) -> None:
        """Note which write of an index is about to begin."""
        with self._db.transaction() as db:
            db.execute("UPDATE indexes SET seal = ? WHERE name = ?", (seal, name))

    def file_sums(self, name: str) -> dict[str, FileSum]:
        """The files of an index that were there after its last write, each as it was flushed."""
        rows = self._db.read("SELECT * FROM index_files WHERE index_name = ?", (name,))
        return {r["path"]: FileSum(size_bytes=r["size_bytes"], mtime_ns=r["mtime_ns"], crc32=r["crc32"]) for r in rows}

    def note_scrubbed(self, name: str, at: float, touched: Sums) -> None:
        """Note that all files were what they should be, and the new times of those that have others."""
        with self._db.transaction() as db:
            db.execute("UPDATE indexes SET scrubbed_at = ? WHERE name = ?", (at, name))
            db.executemany(
                "UPDATE index_files SET mtime_ns = ? WHERE index_name = ? AND path = ? AND crc32 = ?",
                [(of.mtime_ns, name, path, of.crc32) for path, of in touched.items()],
            )

    def mark_followed(self, index: IndexRow, done: Sequence[Pending], files: Sums) -> None:
        """Record in one transaction that the index has these chunks at this version and seal, and its files."""
        before = self.file_sums(index.name)
        with self._db.transaction() as db:
            for some in slices([pending.change for pending in done]):
                db.execute(f"DELETE FROM pending WHERE change IN ({','.join('?' * len(some))})", some)
            db.execute(
                "UPDATE indexes SET version = ?, seal = ? WHERE name = ?", (index.version, index.seal, index.name)
            )
            db.executemany(
                "DELETE FROM index_files WHERE index_name = ? AND path = ?",
                [(index.name, path) for path in before.keys() - files.keys()],
            )
            db.executemany(
                "INSERT INTO index_files (index_name, path, size_bytes, mtime_ns, crc32) VALUES (?, ?, ?, ?, ?)",
                [
                    (index.name, path, of.size_bytes, of.mtime_ns, of.crc32)
                    for path, of in files.items()
                    if path not in before
                ],
            )

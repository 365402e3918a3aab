"""The authority on what is indexed: folders, files, their texts, chunks and vectors, in SQLite.

The indexes beside it can always be built again from here, without reading a file or embedding a text twice.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.ledger.chunks import Chunks
from knowledge.ledger.database import LedgerDatabase
from knowledge.ledger.files import Files
from knowledge.ledger.indexes import Indexes
from knowledge.ledger.notes import REMOVALS, forget_removals, note_removal
from knowledge.ledger.rows import Folder, folder_row
from knowledge.sqlite.database_file import Repair, empty_log
from knowledge.sqlite.salvage import salvage

if TYPE_CHECKING:
    from knowledge.sqlite.encrypted import DatabaseKey

_DIGESTED = (
    "SELECT id, path, persona_id FROM folders ORDER BY id",
    "SELECT id, folder_id, path, content_hash, status, reader FROM files ORDER BY id",
    "SELECT name FROM indexes WHERE active",
)


class Folders:
    """Watched folders, and the fingerprint of each directory in them as of when the ledger had all its files."""

    def __init__(self, database: LedgerDatabase) -> None:
        self._db = database

    def all(self) -> list[Folder]:
        """Every folder, in the order it was added."""
        return [folder_row(r) for r in self._db.read("SELECT * FROM folders ORDER BY id")]

    def add(self, path: Path, persona_id: str | None, everything: bool = False) -> Folder:
        """Add a folder, or change what is indexed of it; return its row."""
        with self._db.folder_change() as db:
            db.execute(
                "INSERT INTO folders (path, persona_id, everything) VALUES (?, ?, ?)"
                " ON CONFLICT (path) DO UPDATE SET everything = excluded.everything",
                (str(path), persona_id, everything),
            )
            (row,) = db.execute("SELECT * FROM folders WHERE path = ?", (str(path),)).fetchall()
            db.execute("UPDATE directories SET fingerprint = NULL WHERE folder_id = ?", (row["id"],))
            # Skipped files may be wanted now: a time that no file has makes the next sync read them.
            db.execute("UPDATE files SET mtime_ns = -1 WHERE folder_id = ? AND status = 'skipped'", (row["id"],))
        return folder_row(row)

    def remove(self, folder_id: int) -> None:
        """Remove a folder with its files and chunks; vectors stay, in case it comes back."""
        with self._db.folder_change() as db:
            db.execute("DELETE FROM folders WHERE id = ?", (folder_id,))
            note_removal(db)

    def directories(self, folder_id: int) -> dict[str, bytes | None]:
        """Every directory that may hold files of the ledger, with its fingerprint; None: look at each file."""
        return {
            r[0]: r[1]
            for r in self._db.read("SELECT path, fingerprint FROM directories WHERE folder_id = ?", (folder_id,))
        }

    def note_directories(self, folder_id: int, fingerprints: Mapping[str, bytes | None]) -> None:
        """Store fingerprints. Before files of a directory change, it must be None: a kill may come in between."""
        with self._db.transaction() as db:
            db.executemany(
                "INSERT OR REPLACE INTO directories (folder_id, path, fingerprint) SELECT id, ?, ? FROM folders"
                " WHERE id = ?",
                [(path, fingerprint, folder_id) for path, fingerprint in fingerprints.items()],
            )

    def remove_directories(self, folder_id: int, paths: Iterable[str]) -> None:
        """Remove directories that are gone."""
        with self._db.transaction() as db:
            rows = [(folder_id, path) for path in paths]
            db.executemany("DELETE FROM directories WHERE folder_id = ? AND path = ?", rows)


class Ledger:
    """The tables of one SQLite database; safe to use from any thread, and beside another process.

    Raises LedgerUnreadable and LedgerUnwritable. Opened when it is first used.
    """

    def __init__(self, path: Path, key: Callable[[], DatabaseKey | None] = lambda: None) -> None:
        self._database = LedgerDatabase(path, key)
        self.folders = Folders(self._database)
        self.files = Files(self._database)
        self.chunks = Chunks(self._database)
        self.indexes = Indexes(self._database)

    def transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        """A write transaction over all tables: durable as a whole on leaving the outermost, or not at all."""
        return self._database.transaction()

    def read(self, sql: str, parameters: Sequence[object] = ()) -> list[sqlite3.Row]:
        """Rows of a query that joins tables."""
        return self._database.read(sql, parameters)

    def data_version(self) -> int:
        """Return a number that changes with every commit, of any thread or process."""
        return self._database.data_version()

    def digest(self) -> str:
        """Return a digest of the folders, the contents of every file, and the index: the same in every process."""
        digest = sha256()
        for table in _DIGESTED:
            for row in self.read(table):
                digest.update(repr(tuple(row)).encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    @property
    def key(self) -> DatabaseKey | None:
        """The key of the database; None where it is not encrypted."""
        return self._database.key()

    @property
    def repair(self) -> Repair | None:
        """What to tell the person, where the database was damaged or gone and has been made anew."""
        return self._database.repair

    def removals(self) -> int:
        """The number of times that text was removed since `erase_removed`."""
        rows = self.read(REMOVALS)
        return int(rows[0]["value"]) if rows else 0

    def erase_removed(self, count: int) -> None:
        """Leave nothing of removed text in the file, once the indexes hold nothing of so many removals."""
        with self.transaction() as db:
            forget_removals(db, count)
        empty_log(db)

    def recover_vectors(self) -> None:
        """Take over the vectors of a database that was set aside: what was embedded is not embedded again."""
        kept, self._database.set_aside = self._database.set_aside, None
        found: dict[str, dict[bytes, bytes]] = {}
        for row in salvage(kept, self._database.key()) if kept and kept.exists() else ():
            match row.values:
                case (None, str() as model, bytes() as key, bytes() as vector) if vector and not len(vector) % 4:
                    found.setdefault(model, {})[key] = vector
        for model, vectors in found.items():
            self.chunks.add_vectors(model, vectors)

    def close(self) -> None:
        """Close every thread's connection."""
        self._database.close()

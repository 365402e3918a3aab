"""The ledger's SQLite file: a connection for each thread, complete transactions, one schema.

WAL with `synchronous=FULL`: what a transaction committed survives a kill and a power loss.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from errors import AppError
from knowledge.ledger.folder_list import FolderList
from knowledge.ledger.migration import NewerLedger, migrate, missing_tables
from knowledge.ledger.notes import add_notes
from knowledge.sqlite.database_file import (
    Repair,
    connect_database,
    erase_deleted,
    hint_for,
    is_damaged,
    note_damage,
    set_aside,
    trouble_of,
    write_ahead,
)

if TYPE_CHECKING:
    from knowledge.sqlite.encrypted import DatabaseKey

BUSY_TIMEOUT_S = 30.0
ROWS_PER_QUERY = 30_000  # SQLite allows 32,766 parameters since 3.32


class LedgerUnreadable(AppError):
    """The ledger's database cannot be opened."""


class LedgerUnwritable(AppError):
    """The ledger's database cannot be written: the disk is full, or it may not be written to."""


class LedgerDatabase:
    """One SQLite database; safe to use from any thread, and beside another process.

    A damaged one is set aside when it is opened, and an empty one with the same folders takes its place: a sync reads
    them again. `repair`: what to tell the person of it.
    """

    def __init__(self, path: Path, key: Callable[[], DatabaseKey | None]) -> None:
        """`key`: asked for whenever the file is opened; returns None for one that is not encrypted."""
        self._path, self.key = path, key
        self.repair: Repair | None = None
        self.set_aside: Path | None = None
        self._folder_list = FolderList(path)
        self._opening = threading.Lock()
        self._is_checked = False
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._watch = threading.Lock()
        self._watching: sqlite3.Connection | None = None
        self._lock = threading.Lock()
        self._writing = threading.RLock()  # threads queue here: SQLite would have them poll

    def close(self) -> None:
        """Close every thread's connection."""
        with self._watch, self._lock:
            for connection in self._connections:
                connection.close()
            self._connections.clear()
            self._watching = None
            self._local = threading.local()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A write transaction: all of it is durable on leaving the outermost, or none. Raises LedgerUnwritable."""
        connection = self._connection()
        if connection.in_transaction:
            yield connection
            return
        with self._writing:
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            except BaseException as error:
                if connection.in_transaction:
                    with suppress(sqlite3.Error):  # of a damaged file
                        connection.execute("ROLLBACK")
                if not isinstance(error, sqlite3.DatabaseError) or isinstance(error, sqlite3.IntegrityError):
                    raise
                if trouble_of(error, self._path) == "damaged":
                    raise self._unreadable(error) from error
                raise LedgerUnwritable(
                    f"The list of indexed files cannot be written: {error}",
                    hint_for(trouble_of(error, self._path), self._path),
                ) from error

    @contextmanager
    def folder_change(self) -> Iterator[sqlite3.Connection]:
        """A transaction that changes the folders; the list beside the ledger follows."""
        with self.transaction() as db:
            yield db
            self._folder_list.count_change(db)
        self._folder_list.keep(db)

    def read(self, sql: str, parameters: Sequence[object] = ()) -> list[sqlite3.Row]:
        """Rows of a query. Raises LedgerUnreadable."""
        connection = self._connection()
        try:
            return connection.execute(sql, parameters).fetchall()
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            raise self._unreadable(error) from error

    def data_version(self) -> int:
        """Return a number that changes with every commit, of any thread or process."""
        with self._watch:
            if self._watching is None:  # it never writes: SQLite does not count a connection's own commits
                self._watching = self._open()
            return int(self._watching.execute("PRAGMA data_version").fetchone()[0])

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._open()
        return connection

    def _open(self) -> sqlite3.Connection:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._opening:
                connection = self._connect() if self._is_checked else self._checked()
                self._is_checked = True
        except NewerLedger as newer:
            raise LedgerUnreadable(
                "These folders were indexed by a newer Carrel.", "Update Carrel, or choose another --home."
            ) from newer
        except (sqlite3.DatabaseError, OSError) as error:
            raise self._unreadable(error) from error
        with self._lock:
            self._connections.append(connection)
        return connection

    def _checked(self) -> sqlite3.Connection:
        """The first connection: to a sound database with all folders."""
        was_there, connection = self._path.exists(), None
        if not is_damaged(self._path, self.key()):
            try:
                connection = self._connect()
            except sqlite3.DatabaseError as error:
                if trouble_of(error, self._path) != "damaged":
                    raise
        if connection is None:
            self.set_aside = set_aside(self._path)
            connection = self._connect()
        try:
            lacking = self._folder_list.reconcile(connection)
            is_emptied = lacking and not connection.execute("SELECT 1 FROM files LIMIT 1").fetchone()
        except BaseException:
            connection.close()
            raise
        if self.set_aside or is_emptied:
            kept = f" The damaged file was kept as {self.set_aside.name}; delete it at will." if self.set_aside else ""
            self.repair = Repair(
                f"The list of indexed files was {'damaged' if was_there else 'gone'}, and is made anew",
                f"Your folders are known and are read again; your own files were not touched.{kept}",
            )
        return connection

    def _connect(self) -> sqlite3.Connection:
        connection = connect_database(self._path, self.key(), BUSY_TIMEOUT_S)
        try:
            connection.row_factory = sqlite3.Row
            write_ahead(connection, BUSY_TIMEOUT_S)
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA foreign_keys=ON")
            erase_deleted(connection)
            with self._writing:
                migrate(connection)
                add_notes(connection)
            if not self._is_checked and missing_tables(connection):
                raise sqlite3.DatabaseError("a table is missing")
        except BaseException:
            connection.close()
            raise
        return connection

    def _unreadable(self, error: Exception) -> LedgerUnreadable:
        trouble = trouble_of(error, self._path)
        if trouble == "damaged":
            note_damage(self._path)
        return LedgerUnreadable(f"The list of indexed files cannot be opened: {error}", hint_for(trouble, self._path))


def slices(values: Sequence[object]) -> Iterator[Sequence[object]]:
    """Yield the values in slices that fit one query's parameters."""
    for start in range(0, len(values), ROWS_PER_QUERY):
        yield values[start : start + ROWS_PER_QUERY]

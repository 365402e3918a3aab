"""The ledger's SQLite file: a connection for each thread, complete transactions, one schema.

WAL with `synchronous=FULL`: what a transaction committed survives a kill and a power loss.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from errors import AppError
from knowledge.ledger.migration import NewerLedger, migrate
from knowledge.sqlite.database_file import write_ahead

BUSY_TIMEOUT_S = 30.0
ROWS_PER_QUERY = 30_000  # SQLite allows 32,766 parameters since 3.32


class LedgerUnreadable(AppError):
    """The ledger's database cannot be opened."""


class LedgerUnwritable(AppError):
    """The ledger's database cannot be written: the disk is full, or it may not be written to."""


class LedgerDatabase:
    """One SQLite database; safe to use from any thread, and beside another process."""

    def __init__(self, path: Path) -> None:
        self._path = path
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
                    connection.execute("ROLLBACK")
                if not isinstance(error, sqlite3.OperationalError):
                    raise
                raise LedgerUnwritable(
                    f"The list of indexed files cannot be written: {error}",
                    f"Free some space on the disk of {self._path.parent}, or allow Carrel to write there."
                    " Nothing is lost: index again then.",
                ) from error

    def read(self, sql: str, parameters: Sequence[object] = ()) -> list[sqlite3.Row]:
        """Rows of a query."""
        return self._connection().execute(sql, parameters).fetchall()

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
            connection = sqlite3.connect(
                self._path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
            )
            connection.row_factory = sqlite3.Row
            write_ahead(connection, BUSY_TIMEOUT_S)
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA foreign_keys=ON")
            with self._writing:
                migrate(connection)
        except NewerLedger as newer:
            raise LedgerUnreadable(
                "These folders were indexed by a newer Carrel.", "Update Carrel, or choose another --home."
            ) from newer
        except (sqlite3.DatabaseError, OSError) as error:
            raise LedgerUnreadable(
                f"The list of indexed files cannot be opened: {error}",
                f"Move {self._path} away, and Carrel reads your folders again. Your own files are not touched.",
            ) from error
        with self._lock:
            self._connections.append(connection)
        return connection


def slices(values: Sequence[object]) -> Iterator[Sequence[object]]:
    """Yield the values in slices that fit one query's parameters."""
    for start in range(0, len(values), ROWS_PER_QUERY):
        yield values[start : start + ROWS_PER_QUERY]

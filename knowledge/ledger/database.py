"""The ledger's SQLite file: a connection for each thread, whole transactions, one schema.

WAL with `synchronous=FULL`: what a transaction committed survives a kill and a power loss.
"""

import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from errors import AppError
from knowledge.ledger.migration import NewerLedger, migrate

_RETRY_S = 0.01


def write_ahead(connection: sqlite3.Connection, timeout_s: float) -> None:
    """Keep a write-ahead log from now on. Raises sqlite3.OperationalError when the database is in use for longer.

    SQLite does not wait here for one that writes, whatever the connection's own timeout: of two processes that open a
    new database at the same moment, one would fail.
    """
    until = time.monotonic() + timeout_s
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        time.sleep(_RETRY_S)


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
        with self._writing, _translated(self._path):
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def read(self, sql: str, parameters: Sequence[object] = ()) -> list[sqlite3.Row]:
        """Rows of a query."""
        return self._connection().execute(sql, parameters).fetchall()

    def data_version(self) -> int:
        """A number that moves whenever anything is committed, by any thread or process."""
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
                f"Move {self._path} away: Carrel then reads your folders anew. Your own files are not touched.",
            ) from error
        with self._lock:
            self._connections.append(connection)
        return connection


def slices(values: Sequence[object]) -> Iterator[Sequence[object]]:
    """The values in pieces that fit one query's parameters."""
    for start in range(0, len(values), ROWS_PER_QUERY):
        yield values[start : start + ROWS_PER_QUERY]


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise LedgerUnwritable(
            f"What was indexed cannot be written down: {error}",
            f"Make room on the disk of {path.parent}, or let Carrel write there; then index again. Nothing is lost.",
        ) from error

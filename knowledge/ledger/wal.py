"""A SQLite database whose readers and writer do not wait for each other."""

import sqlite3
import time

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

"""The database of the API's files and batches: encrypted where the home is, erased for good, set aside when damaged."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from errors import AppError
from knowledge import (
    connect_database,
    empty_log,
    erase_deleted,
    hint_for,
    is_damaged,
    note_damage,
    set_aside,
    trouble_of,
    write_ahead,
)

if TYPE_CHECKING:
    from knowledge import DatabaseKey

_BUSY_SECONDS = 5.0
_log = logging.getLogger("carrel.serving")
_TABLES = """
    CREATE TABLE IF NOT EXISTS files (
        number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, key TEXT NOT NULL, name TEXT NOT NULL,
        purpose TEXT NOT NULL, bytes INTEGER NOT NULL, created_at INTEGER NOT NULL, content BLOB,
        batch TEXT, failed INTEGER
    );
    CREATE TABLE IF NOT EXISTS batches (
        number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, key TEXT NOT NULL, status TEXT NOT NULL,
        input TEXT NOT NULL, facts TEXT NOT NULL
    );
    CREATE TABLE IF NOT EXISTS results (
        batch TEXT NOT NULL, line INTEGER NOT NULL, failed INTEGER NOT NULL, text TEXT NOT NULL,
        PRIMARY KEY (batch, line)
    ) WITHOUT ROWID;
"""


class BatchesUnavailable(AppError):
    """The database of batches cannot be read or written."""


class BatchDatabase:
    """One connection for all threads, opened when it is first used."""

    def __init__(self, path: Path, key: Callable[[], DatabaseKey | None]) -> None:
        """`key`: asked for when the file is opened; returns None where it is not encrypted."""
        self._path, self._key = path, key
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """The connection, in a transaction. Raises BatchesUnavailable."""
        with self.opened() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    @contextmanager
    def opened(self) -> Iterator[sqlite3.Connection]:
        """The connection, for this thread alone while the block runs. Raises BatchesUnavailable."""
        with self._lock:
            try:
                self._connection = self._connection or self._open()
                yield self._connection
            except (sqlite3.Error, OSError) as error:
                trouble = trouble_of(error, self._path)
                if trouble == "damaged":
                    note_damage(self._path)
                raise BatchesUnavailable(
                    f"The batches in {self._path.name} cannot be used: {error}", hint_for(trouble, self._path)
                ) from error

    def erase_deleted(self) -> None:
        """Leave nothing of what was deleted in the file. Raises BatchesUnavailable."""
        with self.opened() as connection:
            empty_log(connection)

    def close(self) -> None:
        """Close the file. It is opened again when it is used."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    def _open(self) -> sqlite3.Connection:
        if is_damaged(self._path, self._key()):
            _log.warning("the batches were damaged: %s is kept", set_aside(self._path).name)
        connection = connect_database(self._path, self._key(), _BUSY_SECONDS)
        try:
            write_ahead(connection, _BUSY_SECONDS)
            erase_deleted(connection)
            connection.executescript(_TABLES)
        except BaseException:
            connection.close()
            raise
        return connection

"""The authority on what is indexed: folders, files, their texts, chunks and vectors, in SQLite.

The indexes beside it can always be built again from here, without reading a file or embedding a text twice.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from knowledge.ledger.chunks import Chunks
from knowledge.ledger.database import LedgerDatabase
from knowledge.ledger.files import Files
from knowledge.ledger.folders import Folders
from knowledge.ledger.indexes import Indexes


class Ledger:
    """The tables of one SQLite database; safe to use from any thread, and beside another process.

    Raises LedgerUnreadable and LedgerUnwritable. Opened when it is first used.
    """

    def __init__(self, path: Path) -> None:
        self._database = LedgerDatabase(path)
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
        """A number that moves whenever anything is committed, by any thread or process."""
        return self._database.data_version()

    def close(self) -> None:
        """Close every thread's connection."""
        self._database.close()

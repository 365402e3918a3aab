"""Numbers that the ledger notes by name: how often the folders changed, since when removed text waits to be erased."""

from __future__ import annotations

import sqlite3

_TABLE = "CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID"
_REMOVALS = "removals"
REMOVALS = f"SELECT value FROM notes WHERE name = '{_REMOVALS}'"
"""The number of times that text was removed since all was erased."""


def add_notes(db: sqlite3.Connection) -> None:
    """Make the table if it is missing: an earlier version has none, and does not mind it."""
    db.execute(_TABLE)


def noted(db: sqlite3.Connection, name: str, otherwise: int) -> int:
    """The number of that name."""
    row = db.execute("SELECT value FROM notes WHERE name = ?", (name,)).fetchone()
    return int(row[0]) if row else otherwise


def note(db: sqlite3.Connection, name: str, value: int) -> None:
    """Note a number."""
    db.execute("INSERT OR REPLACE INTO notes (name, value) VALUES (?, ?)", (name, value))


def note_removal(db: sqlite3.Connection) -> None:
    """Note that text of files was removed, which the indexes and the file of the ledger still hold."""
    note(db, _REMOVALS, noted(db, _REMOVALS, 0) + 1)


def forget_removals(db: sqlite3.Connection, count: int) -> None:
    """Note that the text of so many removals is erased; not if there were more meanwhile."""
    db.execute("DELETE FROM notes WHERE name = ? AND value = ?", (_REMOVALS, count))

"""The list of watched folders, kept beside the ledger too, so that a lost ledger is rebuilt and no folder is lost.

Ledger and list count the changes of the folders. At a start the one with the higher count is right: the list, where the
ledger was damaged, emptied or replaced by an older copy; else the ledger.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from knowledge.ledger.notes import note, noted

_CHANGES = "folder_changes"


@dataclass(frozen=True, slots=True)
class ListedFolder:
    """A folder as it stands in the list; see `knowledge.ledger.rows.Folder`."""

    path: str
    persona_id: str | None
    everything: bool


@dataclass(frozen=True, slots=True)
class _Listed:
    changes: int
    folders: tuple[ListedFolder, ...]


class FolderList:
    """The file `folders.json` in the ledger's folder."""

    def __init__(self, ledger: Path) -> None:
        self._path = ledger.with_name("folders.json")

    def reconcile(self, db: sqlite3.Connection) -> int:
        """Make ledger and list the same. Returns how many folders the ledger lacked."""
        listed, kept = self._read(), _in_ledger(db)
        if listed is None or listed.changes <= kept.changes:
            if kept.folders and listed != kept:
                self._write(kept)
            return 0
        paths = {folder.path for folder in kept.folders}
        db.execute("BEGIN IMMEDIATE")
        db.executemany(
            "DELETE FROM folders WHERE path = ?", [(p,) for p in paths - {folder.path for folder in listed.folders}]
        )
        db.executemany(
            "INSERT INTO folders (path, persona_id, everything) VALUES (?, ?, ?) ON CONFLICT (path) DO UPDATE"
            " SET everything = excluded.everything",
            [(folder.path, folder.persona_id, folder.everything) for folder in listed.folders],
        )
        note(db, _CHANGES, listed.changes)
        db.execute("COMMIT")
        return len({folder.path for folder in listed.folders} - paths)

    def count_change(self, db: sqlite3.Connection) -> None:
        """Count a change of the folders, within its transaction."""
        note(db, _CHANGES, noted(db, _CHANGES, 0) + 1)

    def keep(self, db: sqlite3.Connection) -> None:
        """Write the list after a change. Where that fails the next start writes it."""
        with suppress(OSError):
            self._write(_in_ledger(db))

    def _read(self) -> _Listed | None:
        try:
            table = json.loads(self._path.read_text("utf-8"))
            folders = [
                ListedFolder(str(f["path"]), f["persona_id"], bool(f["everything"]))
                for f in table["folders"]
                if f["persona_id"] is None or isinstance(f["persona_id"], str)
            ]
            return _Listed(int(table["changes"]), tuple(folders))
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def _write(self, listed: _Listed) -> None:
        unfinished = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        with unfinished.open("w", encoding="utf-8") as file:
            json.dump({"changes": listed.changes, "folders": [asdict(folder) for folder in listed.folders]}, file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self._path)


def _in_ledger(db: sqlite3.Connection) -> _Listed:
    rows = db.execute("SELECT path, persona_id, everything FROM folders ORDER BY id").fetchall()
    folders: Sequence[ListedFolder] = [ListedFolder(r[0], r[1], bool(r[2])) for r in rows]
    return _Listed(max(noted(db, _CHANGES, 0), 1 if folders else 0), tuple(folders))

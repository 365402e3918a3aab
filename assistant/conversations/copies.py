"""Daily copies of the conversations, from which a damaged database is completed. What is deleted leaves them too."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from knowledge import connect_database, erase_deleted, note_damage, trouble_of

if TYPE_CHECKING:
    from knowledge import DatabaseKey

KEPT = 7  # copies, of as many days on which something was said
_UNFINISHED = ".unfinished"


class ConversationCopies:
    """The copies of one database, in the folder `backups` beside it."""

    def __init__(self, database: Path, key: Callable[[], DatabaseKey | None] = lambda: None) -> None:
        self._database, self._key = database, key
        self._folder = database.with_name("backups")

    def newest_first(self) -> list[Path]:
        """Return the copies."""
        return sorted(self._folder.glob(f"{self._database.stem}-*.db"), reverse=True)

    def make_if_due(self) -> Path | None:
        """Make today's copy, unless there is one or nothing changed since the last; return it.

        A database that turns out to be damaged is not copied, and is repaired at the next start. 163 MB, 10,000 turns:
        0.3 s. Raises sqlite3.Error, OSError.
        """
        copy = self._folder / f"{self._database.stem}-{time.strftime('%Y-%m-%d')}.db"
        if copy.exists() or not self._has_changed():
            return None
        with closing(connect_database(self._database, self._key())) as connection:
            if not connection.execute("SELECT 1 FROM turns LIMIT 1").fetchone():
                return None  # copies of nothing would push out those of something
            if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                note_damage(self._database)
                return None
            self._write(connection, copy)
        return copy

    def keep_before_update(self, connection: sqlite3.Connection, version: int) -> None:
        """Copy the database as an earlier Carrel left it, before it is migrated; it goes as the daily copies go.

        Raises sqlite3.Error, OSError.
        """
        copy = self._folder / f"{self._database.stem}-{time.strftime('%Y-%m-%d')}-v{version}.db"
        self._folder.mkdir(mode=0o700, exist_ok=True)
        with FileLock(self._folder / "update.lock"):  # another process may open the home at this moment
            if not copy.exists():
                self._write(connection, copy)

    def _write(self, connection: sqlite3.Connection, copy: Path) -> None:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        unfinished = copy.with_suffix(_UNFINISHED)
        unfinished.unlink(missing_ok=True)
        connection.execute("VACUUM INTO ?", (str(unfinished),))
        unfinished.chmod(0o600)
        unfinished.replace(copy)
        for old in self.newest_first()[KEPT:]:
            old.unlink()

    def change(self, act: Callable[[sqlite3.Connection], None]) -> None:
        """Delete from every copy. One that is damaged, so that nothing can be deleted from it, is deleted itself.

        Raises sqlite3.Error, OSError.
        """
        for copy in self.newest_first():
            with closing(connect_database(copy, self._key())) as connection:
                try:
                    erase_deleted(connection)
                    act(connection)
                except sqlite3.DatabaseError as error:
                    if trouble_of(error, copy) != "damaged":
                        raise
                    copy.unlink()

    def _has_changed(self) -> bool:
        log = self._database.with_name(f"{self._database.name}-wal")
        times = [0.0]
        for path in (self._database, log):
            with suppress(FileNotFoundError):
                times.append(path.stat().st_mtime)
        return max(times) > max((copy.stat().st_mtime for copy in self.newest_first()), default=-1.0)

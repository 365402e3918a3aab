"""A SQLite file as the person's property: durable, erased for good, its troubles told apart, set aside when damaged."""

from __future__ import annotations

import errno
import os
import re
import sqlite3
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from knowledge.sqlite.log_file import is_log_damaged

if TYPE_CHECKING:
    from knowledge.sqlite.encrypted import DatabaseKey

_RETRY_S = 0.01
_MAGIC = b"SQLite format 3\0"
_ERASED = 0x43415231  # `application_id` of a database from which nothing was deleted without being erased: "CAR1"
_MISSING = re.compile("no such (?:table|column)|vtable constructor failed")
PARTS = ("", "-wal", "-shm", "-journal")

Trouble = Literal["damaged", "full", "read-only", "forbidden", "busy", "failing"]
_TROUBLES: dict[int, Trouble] = {
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged",
    sqlite3.SQLITE_FORMAT: "damaged",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_READONLY: "read-only",
    sqlite3.SQLITE_CANTOPEN: "forbidden",
    sqlite3.SQLITE_PERM: "forbidden",
    sqlite3.SQLITE_AUTH: "forbidden",
    sqlite3.SQLITE_BUSY: "busy",
    sqlite3.SQLITE_LOCKED: "busy",
}
_ERRNO_TROUBLES: dict[int | None, Trouble] = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EROFS: "read-only",
    errno.EACCES: "forbidden",
    errno.EPERM: "forbidden",
}


@dataclass(frozen=True, slots=True)
class Repair:
    """A database that was damaged or emptied and has been repaired: a title and a hint for people."""

    title: str
    hint: str


def connect_database(
    path: Path, key: DatabaseKey | None, timeout_s: float = 5.0, *, read_only: bool = False
) -> sqlite3.Connection:
    """A connection in autocommit mode, for any thread; `key` None: the file is not encrypted. Raises sqlite3.Error."""
    if key:
        return key.connect(path, timeout_s, read_only=read_only)
    target = f"{path.absolute().as_uri()}?mode=ro" if read_only else path
    return sqlite3.connect(target, timeout=timeout_s, isolation_level=None, check_same_thread=False, uri=read_only)


def write_ahead(connection: sqlite3.Connection, timeout_s: float) -> None:
    """Switch to a write-ahead log. Raises sqlite3.OperationalError when the database is in use for longer.

    SQLite does not wait here for a writer, whatever the connection's timeout: of two processes that open a new
    database at the same moment, one would fail.
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


def erase_deleted(connection: sqlite3.Connection) -> None:
    """Overwrite from now on what is deleted. A new database is marked as one that never deleted otherwise."""
    connection.execute("PRAGMA secure_delete=ON")
    if not connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone():
        connection.execute(f"PRAGMA application_id={_ERASED}")


def empty_log(connection: sqlite3.Connection) -> None:
    """Leave nothing of what was deleted so far in the file or its log, as far as no other process reads it now.

    What a version that did not erase has deleted is erased too, once, by writing the file anew.
    """
    if connection.execute("PRAGMA application_id").fetchone()[0] != _ERASED:
        connection.execute("VACUUM")
        connection.execute(f"PRAGMA application_id={_ERASED}")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def trouble_of(error: Exception, path: Path) -> Trouble:
    """The kind of trouble that SQLite or the system has with a file."""
    if isinstance(error, OSError):
        return _ERRNO_TROUBLES.get(error.errno, "failing")
    code = getattr(error, "sqlite_errorcode", None)
    # Python's own errors have no code: text that is no UTF-8. Our statements are right, so a table is missing.
    if code is None or (code == sqlite3.SQLITE_ERROR and _MISSING.search(str(error))):
        return "damaged"
    trouble = _TROUBLES.get(code & 0xFF, "failing")
    if trouble in ("read-only", "forbidden"):
        return "read-only" if _is_on_read_only_disk(path.parent) else "forbidden"
    return trouble


def hint_for(trouble: Trouble, path: Path) -> str:
    """A sentence for people on what to do about it. Nothing that it advises loses data."""
    return {
        "damaged": f"Start Carrel again: it sets {path.name} aside, and repairs what it held.",
        "full": f"The disk of {path.parent} is full. Free some space, then try again. Nothing is lost.",
        "read-only": f"The disk of {path.parent} is read-only. Make it writable, or choose another folder with --home."
        " Nothing is lost.",
        "forbidden": f"Carrel is not allowed to open {path}. Allow your user to read and write it and its folder."
        " Nothing is lost.",
        "busy": f"Another program is using {path}. Close it, then try again. Nothing is lost.",
        "failing": f"The disk of {path.parent} reports an error. Copy the folder to another disk, and check this one.",
    }[trouble]


def is_damaged(path: Path, key: DatabaseKey | None = None) -> bool:
    """True if the head of the file or its log is not SQLite's, or `note_damage` was called for it. Reads little.

    An encrypted file has no head: SQLite sees for itself whether its first page is right.
    """
    log = _part(path, "-wal")
    if not path.exists() or path.stat().st_size == 0:  # SQLite deletes the log of a file without content
        return log.exists() and log.stat().st_size > 0
    with path.open("rb") as file:
        if key is None and file.read(len(_MAGIC)) != _MAGIC:
            return True
    return _note(path).exists() or is_log_damaged(path)


def note_damage(path: Path) -> None:
    """Have the next start repair the file, as reading it found damage."""
    with suppress(OSError):  # then it is found again
        _note(path).touch()


def set_aside(path: Path) -> Path:
    """Rename a file and its log to `….damaged-<date>`, and return the new name. Raises OSError."""
    day, number = time.strftime("%Y-%m-%d"), 1
    kept = path.with_name(f"{path.name}.damaged-{day}")
    while any(_part(kept, part).exists() for part in PARTS):
        number += 1
        kept = path.with_name(f"{path.name}.damaged-{day}-{number}")
    for part in reversed(PARTS):
        if _part(path, part).exists():
            _part(path, part).rename(_part(kept, part))
    _note(path).unlink(missing_ok=True)
    return kept


def _part(path: Path, part: str) -> Path:
    return path.with_name(path.name + part)


def _note(path: Path) -> Path:
    return path.with_name(f"{path.name}.damaged")


def _is_on_read_only_disk(folder: Path) -> bool:
    try:
        return hasattr(os, "statvfs") and bool(os.statvfs(folder).f_flag & os.ST_RDONLY)
    except OSError:
        return False

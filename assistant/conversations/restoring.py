"""A damaged or emptied database of conversations: set aside, and written anew from its sound pages and its copies."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from filelock import FileLock

from assistant.conversations.store import ConversationsDamaged, connect, dump_usage, translated
from engines import Usage
from knowledge import Repair, SalvagedRow, connect_database, is_damaged, salvage, set_aside

if TYPE_CHECKING:
    from knowledge import DatabaseKey

_Damage = Literal["damaged", "emptied"]
"""A file that cannot be read, or one that lacks what a copy has."""

_TURN_COLUMNS = (
    "id, conversation_id, parent_id, persona_id, question, answer, passages, citations, engine, model, finish, usage,"
    " created_at, timings_ms, read_whole, route, guards, reranked, searched_for, thoughts, thought_seconds, claims,"
    " answer_key, answered_at, saved, steps, unread, is_reread"
).split(", ")
_OLDEST_TURN_COLUMNS = 14  # of the first version, without the number
# Of a turn that goes on in a damaged page. Without any of the others it is no turn.
_MISSING = {
    "persona_id": "",
    "answer": "",
    "passages": "[]",
    "citations": "[]",
    "engine": "quotes",
    "model": "",
    "finish": "stopped",
    "usage": dump_usage(Usage()),
    "created_at": 0.0,
    "timings_ms": "{}",
    "read_whole": "[]",
    "route": "",
    "guards": "[]",
    "reranked": "",
    "searched_for": "",
    "unread": "{}",
    "is_reread": 0,
    "thoughts": "",
    "thought_seconds": 0.0,
    "claims": "[]",
    "answer_key": "",
    "answered_at": 0.0,
    "saved": "null",
    "steps": "[]",
}
_ORPHANS = """
    INSERT OR IGNORE INTO conversations (id, title, persona_id, created_at, updated_at)
    SELECT conversation_id, substr(question, 1, 60), persona_id, min(created_at), max(created_at) FROM turns
    GROUP BY conversation_id
"""


def open_restored(
    path: Path, copies: Sequence[Path], key: DatabaseKey | None = None
) -> tuple[sqlite3.Connection, Repair | None]:
    """The database with its search index, repaired first where needed, and what to tell the person of the repair.

    `key`: of an encrypted one. Raises ConversationsUnavailable.
    """
    opened = _connect(path, copies, key)
    if not isinstance(opened, str):
        return opened, None
    with translated(path), FileLock(path.with_name(f"{path.name}.lock")):
        opened = _connect(path, copies, key)  # another process may have repaired it meanwhile
        repair = _restore(path, copies, opened, key) if isinstance(opened, str) else None
    return (connect(path, key) if isinstance(opened, str) else opened), repair


def _connect(path: Path, copies: Sequence[Path], key: DatabaseKey | None) -> sqlite3.Connection | _Damage:
    with translated(path):
        if _restored(path).exists() or is_damaged(path, key):
            return "damaged"
    try:
        with ExitStack() as unless_sound:
            database = unless_sound.enter_context(closing(connect(path, key)))
            with translated(path):
                if _is_older(database, copies, key):
                    return "emptied"
            unless_sound.pop_all()
            return database
    except ConversationsDamaged:
        return "damaged"


def _is_older(database: sqlite3.Connection, copies: Sequence[Path], key: DatabaseKey | None) -> bool:
    """True if fewer turns were ever saved here than in a copy: the file was emptied, replaced, or its log cut short."""
    saved = _last_number(database)
    for copy in copies:
        with suppress(sqlite3.DatabaseError), closing(connect_database(copy, key, read_only=True)) as older:
            return saved < _last_number(older)
    return bool(copies) and not saved


def _last_number(database: sqlite3.Connection) -> int:
    row = database.execute("SELECT seq FROM sqlite_sequence WHERE name = 'turns'").fetchone()
    return int(row[0]) if row else 0


def _restore(path: Path, copies: Sequence[Path], damage: _Damage, key: DatabaseKey | None) -> Repair:
    """Killed at any moment, the next start does the rest."""
    if not _restored(path).exists():
        unfinished = path.with_name(f"{path.name}.unfinished")
        for leftover in path.parent.glob(f"{unfinished.name}*"):
            leftover.unlink()
        with closing(connect(unfinished, key)) as database:
            _fill_from(database, (path, *copies), key)
        unfinished.rename(_restored(path))
    with closing(connect_database(_restored(path), key)) as database:
        (turns,) = database.execute("SELECT count(*) FROM turns").fetchone()
    kept = set_aside(path)
    _restored(path).rename(path)
    if damage == "emptied":
        return Repair(
            "Chats were gone, and are restored from a copy",
            f"Answers restored: {turns:,}. What was said after the last copy may be missing.",
        )
    return Repair(
        "The file of your chats was damaged, and is repaired",
        f"Answers restored: {turns:,}. The damaged file was kept as {kept.name}. Delete it once you miss"
        " nothing: it also holds the chats that you delete from now on.",
    )


def _fill_from(database: sqlite3.Connection, sources: Sequence[Path], key: DatabaseKey | None) -> None:
    database.execute("PRAGMA foreign_keys = OFF")
    database.execute("BEGIN")
    for source in sources:
        _fill(database, salvage(source, key))
    database.execute(_ORPHANS)
    database.execute("COMMIT")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _fill(database: sqlite3.Connection, rows: Iterator[SalvagedRow]) -> None:
    """Add the conversations and turns among these rows that are not there yet."""
    marks = ", ".join("?" * (len(_TURN_COLUMNS) + 1))
    insert = f"INSERT OR IGNORE INTO turns (number, {', '.join(_TURN_COLUMNS)}) VALUES ({marks})"
    for row in rows:
        number, *values = row.values if row.values else (None,)
        if number is not None:
            _add_conversation(database, row.values)
        elif (turn := _turn_values(values)) and not database.execute(insert, (row.number, *turn)).rowcount:
            database.execute(insert, (None, *turn))  # where the number is another's; not where the turn is there


def _add_conversation(database: sqlite3.Connection, values: Sequence[object]) -> None:
    match values:
        case (str(), str(), str(), float() | int(), float() | int(), float() | int() | None as deleted, *added):
            database.execute(
                "INSERT OR IGNORE INTO conversations"
                " (id, title, persona_id, created_at, updated_at, deleted_at, named, pinned, folder)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*values[:5], deleted, *_listed_as(added)),
            )


def _listed_as(added: Sequence[object]) -> tuple[bool, bool, str]:
    """Named, pinned and the folder, from the columns that versions have added."""
    named, pinned, folder, *_ = (*added, None, None, None)
    return named == 1, pinned == 1, folder if isinstance(folder, str) else ""


def _turn_values(values: Sequence[object]) -> tuple[object, ...] | None:
    """The values of a turn's columns, without its number; None for a row of another table."""
    if len(values) < _OLDEST_TURN_COLUMNS:
        return None
    found = dict(zip(_TURN_COLUMNS, (*values, *[None] * len(_TURN_COLUMNS)), strict=False))
    if not all(isinstance(found[name], str) for name in ("id", "conversation_id", "question")):
        return None
    return tuple(_MISSING.get(name) if value is None else value for name, value in found.items())


def _restored(path: Path) -> Path:
    return path.with_name(f"{path.name}.restored")

"""The database of conversations: its schema and migrations, search conditions, stored values, errors for people."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.conversations.copies import ConversationCopies
from assistant.guards import GuardNote
from assistant.values import Citation, Claim, ReadWhole, Saved, Step
from engines import Usage
from errors import AppError
from knowledge import (
    Fact,
    Passage,
    StageScores,
    UnreadFiles,
    connect_database,
    erase_deleted,
    hint_for,
    note_damage,
    places_from,
    trouble_of,
    write_ahead,
)

if TYPE_CHECKING:
    from knowledge import DatabaseKey

# A migration brings the database from version `index` to `index + 1`. Those that have been released never change.
_MIGRATIONS = (
    """
    CREATE TABLE conversations (
        id TEXT PRIMARY KEY, title TEXT NOT NULL, persona_id TEXT NOT NULL,
        created_at REAL NOT NULL, updated_at REAL NOT NULL, deleted_at REAL
    );
    CREATE TABLE turns (
        number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
        conversation_id TEXT NOT NULL REFERENCES conversations (id), parent_id TEXT REFERENCES turns (id),
        persona_id TEXT NOT NULL, question TEXT NOT NULL, answer TEXT NOT NULL,
        passages TEXT NOT NULL, citations TEXT NOT NULL, engine TEXT NOT NULL, model TEXT NOT NULL,
        finish TEXT NOT NULL, usage TEXT NOT NULL, created_at REAL NOT NULL, timings_ms TEXT NOT NULL
    );
    CREATE INDEX turns_of_conversation ON turns (conversation_id, number);
    """,
    "ALTER TABLE turns ADD COLUMN read_whole TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE turns ADD COLUMN route TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE conversations ADD COLUMN named INTEGER NOT NULL DEFAULT 0",  # 1: a person or a model gave the title
    "ALTER TABLE turns ADD COLUMN guards TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE turns ADD COLUMN reranked TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE turns ADD COLUMN searched_for TEXT NOT NULL DEFAULT ''",
    """
    ALTER TABLE turns ADD COLUMN thoughts TEXT NOT NULL DEFAULT '';
    ALTER TABLE turns ADD COLUMN thought_seconds REAL NOT NULL DEFAULT 0
    """,
    "ALTER TABLE turns ADD COLUMN claims TEXT NOT NULL DEFAULT '[]'",
    """
    ALTER TABLE turns ADD COLUMN answer_key TEXT NOT NULL DEFAULT '';
    ALTER TABLE turns ADD COLUMN answered_at REAL NOT NULL DEFAULT 0;
    CREATE INDEX turns_by_answer_key ON turns (answer_key) WHERE answer_key <> ''
    """,
    "ALTER TABLE turns ADD COLUMN saved TEXT NOT NULL DEFAULT 'null'",
    "ALTER TABLE turns ADD COLUMN steps TEXT NOT NULL DEFAULT '[]'",
    """
    ALTER TABLE conversations ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE conversations ADD COLUMN folder TEXT NOT NULL DEFAULT '';
    CREATE TABLE drafts (
        conversation_id TEXT PRIMARY KEY, asked TEXT NOT NULL DEFAULT '', typed TEXT NOT NULL DEFAULT ''
    )
    """,
    """
    ALTER TABLE turns ADD COLUMN unread TEXT NOT NULL DEFAULT '{}';
    ALTER TABLE turns ADD COLUMN is_reread INTEGER NOT NULL DEFAULT 0
    """,
    """
    ALTER TABLE turns ADD COLUMN reach TEXT NOT NULL DEFAULT '';
    ALTER TABLE drafts ADD COLUMN reach TEXT
    """,
    "ALTER TABLE turns ADD COLUMN tools TEXT NOT NULL DEFAULT '[]'",
)
_BUSY_SECONDS = 10.0


_TABLES = {"conversations", "turns"}


class ConversationsDamaged(AppError):
    """The database cannot be read. The next start repairs it."""


class ConversationsUnavailable(AppError):
    """The database cannot be opened or written now: the disk is full, or the folder is locked."""


def connect(path: Path, key: DatabaseKey | None = None) -> sqlite3.Connection:
    """The database, migrated to the newest version; every commit is on the disk before it returns (WAL, FULL).

    Raises ConversationsDamaged, ConversationsUnavailable.
    """
    with translated(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = connect_database(path, key, _BUSY_SECONDS)
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")  # a damaged letter costs no turn
        try:
            _prepare(connection, path)
            prepare_search(connection)
        except BaseException:
            connection.close()
            raise
    return connection


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise SQLite's exceptions as errors for people."""
    try:
        yield
    except sqlite3.ProgrammingError:  # our own bug, such as using it after close
        raise
    except (sqlite3.Error, OSError) as error:
        trouble = trouble_of(error, path)
        if trouble == "damaged":
            note_damage(path)
            raise ConversationsDamaged(
                f"The conversations in {path} cannot be read: {error}", hint_for(trouble, path)
            ) from error
        raise ConversationsUnavailable(
            f"The conversations in {path} cannot be opened or saved: {error}", hint_for(trouble, path)
        ) from error


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    write_ahead(connection, _BUSY_SECONDS)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    erase_deleted(connection)
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > len(_MIGRATIONS):
        hint = "Use the newer Carrel, or choose another folder with --home."
        raise ConversationsUnavailable(f"The conversations in {path} were written by a newer Carrel", hint)
    if version == len(_MIGRATIONS):
        if not {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")} >= _TABLES:
            raise sqlite3.DatabaseError("a table is missing")
        return
    if version:
        ConversationCopies(path).keep_before_update(connection, version)
    connection.execute("BEGIN IMMEDIATE")  # another process may migrate at this moment: look again under the lock
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    for migration in _MIGRATIONS[version:]:
        for statement in filter(str.strip, migration.split(";")):
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {len(_MIGRATIONS)}")
    connection.execute("COMMIT")


# The trigram tokenizer finds any part of a word in any script, but nothing shorter than this.
_SHORTEST_INDEXED = 3
_CREATE = "CREATE VIRTUAL TABLE IF NOT EXISTS found_turns USING fts5 (text, tokenize = trigram)"
# Turns that were saved by an SQLite without the index.
_INDEX_MISSING = """
    INSERT INTO found_turns (rowid, text) SELECT number, question || char(10) || answer FROM turns
    WHERE number NOT IN (SELECT rowid FROM found_turns)
"""


def prepare_search(connection: sqlite3.Connection) -> None:
    """Make the full-text index where SQLite has FTS5, and add what it lacks. Raises sqlite3.DatabaseError of a damaged
    one."""
    try:
        connection.execute(_CREATE)
    except sqlite3.OperationalError:  # SQLite without FTS5, or older than 3.34
        return
    connection.execute(_INDEX_MISSING)


class ConversationSearch:
    """SQL conditions for a search: through a full-text index where SQLite has FTS5, else by scanning every turn."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._indexed = True
        try:
            connection.execute("SELECT rowid FROM found_turns LIMIT 0")
        except sqlite3.OperationalError:
            self._indexed = False

    def add(self, number: int, question: str, answer: str) -> None:
        """Make a saved turn findable, within the caller's transaction."""
        if self._indexed:
            self._connection.execute(
                "INSERT INTO found_turns (rowid, text) VALUES (?, ?)", (number, f"{question}\n{answer}")
            )

    def replace(self, number: int, question: str, answer: str) -> None:
        """Make a turn findable that was changed, within the caller's transaction."""
        if self._indexed:
            self._connection.execute("DELETE FROM found_turns WHERE rowid = ?", (number,))
            self.add(number, question, answer)

    def turns(self, words: Sequence[str]) -> Iterator[sqlite3.Row]:
        """The `number` and `conversation_id` of turns with every word, newest first, read as they are iterated.

        Words shorter than a trigram are looked for in every text: 25 ms for 30,000 turns of 600 characters.
        """
        short = [word for word in words if not self._indexed or len(word) < _SHORTEST_INDEXED]
        query = " ".join('"' + word.replace('"', '""') + '"' for word in words if word not in short)
        source, text = ("found_turns", "f.text") if self._indexed else ("turns", "f.question || char(10) || f.answer")
        conditions = ["f.text MATCH ?"] * bool(query) + [f"{text} LIKE ? ESCAPE '\\'"] * len(short)
        return self._connection.execute(
            f"SELECT t.number, t.conversation_id FROM {source} f CROSS JOIN turns t ON t.number = f.rowid"
            f" WHERE {' AND '.join(conditions)} ORDER BY f.rowid DESC",
            (*[query] * bool(query), *map(like_pattern, short)),
        )


def like_pattern(word: str) -> str:
    """The pattern of LIKE, with the escape `\\`, for texts that contain a word."""
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def dump_passages(passages: Sequence[Passage]) -> str:
    """The passages as a JSON array."""
    return json.dumps([{**_fields(passage), "scores": dataclasses.asdict(passage.scores)} for passage in passages])


def load_passages(text: str) -> tuple[Passage, ...]:
    """The passages of `dump_passages`."""
    passages = []
    for row in json.loads(text):
        metadata = {key: tuple(item) if isinstance(item, list) else item for key, item in row["metadata"].items()}
        kept = {"path": Path(row["path"]), "heading": tuple(row["heading"]), "metadata": metadata}
        kept["places"] = places_from(row.get("places", ()))
        passages.append(Passage(**{**row, **kept, "scores": StageScores(**row["scores"])}))
    return tuple(passages)


def dump_citations(citations: Sequence[Citation]) -> str:
    """The citations as a JSON array."""
    return json.dumps([_fields(citation) for citation in citations])


def load_citations(text: str) -> tuple[Citation, ...]:
    """The citations of `dump_citations`."""
    return tuple(map(_citation, json.loads(text)))


def _citation(row: Mapping[str, Any]) -> Citation:
    return Citation(**{**row, "path": Path(row["path"]), "heading": tuple(row["heading"])})


def dump_claims(claims: Sequence[Claim]) -> str:
    """The verdicts as a JSON array."""
    rows = [{**dataclasses.asdict(claim), "citations": [_fields(one) for one in claim.citations]} for claim in claims]
    return json.dumps(rows)


def load_claims(text: str) -> tuple[Claim, ...]:
    """The verdicts of `dump_claims`."""
    return tuple(
        Claim(**{**row, "citations": tuple(map(_citation, row["citations"])), "missing": tuple(row["missing"])})
        for row in json.loads(text)
    )


def dump_read_whole(read: Sequence[ReadWhole]) -> str:
    """The documents read whole as a JSON array."""
    return json.dumps([{**dataclasses.asdict(one), "path": str(one.path)} for one in read])


def load_read_whole(text: str) -> tuple[ReadWhole, ...]:
    """The documents of `dump_read_whole`."""
    documents = []
    for row in json.loads(text):
        facts = [Fact(**{**f, "span": tuple(f["span"]), "items": tuple(map(tuple, f["items"]))}) for f in row["facts"]]
        documents.append(ReadWhole(**{**row, "path": Path(row["path"]), "facts": tuple(facts)}))
    return tuple(documents)


def dump_saved(saved: Saved | None) -> str:
    """The tokens that were not read, as a JSON object."""
    return json.dumps(dataclasses.asdict(saved) if saved else None)


def load_saved(text: str) -> Saved | None:
    """The tokens of `dump_saved`."""
    fields = json.loads(text)
    return Saved(**fields) if fields else None


def dump_steps(steps: Sequence[Step]) -> str:
    """The steps as a JSON array."""
    return json.dumps([dataclasses.asdict(step) for step in steps])


def load_steps(text: str) -> tuple[Step, ...]:
    """The steps of `dump_steps`."""
    return tuple(Step(**{**row, "usage": Usage(**row["usage"])}) for row in json.loads(text))


def dump_unread(unread: UnreadFiles) -> str:
    """The counts of unread files as a JSON object."""
    return json.dumps(dataclasses.asdict(unread))


def load_unread(text: str) -> UnreadFiles:
    """The counts of `dump_unread`."""
    return UnreadFiles(**json.loads(text))


def dump_guards(notes: Sequence[GuardNote]) -> str:
    """The notes of the guard rails as a JSON array."""
    return json.dumps([dataclasses.asdict(note) for note in notes])


def load_guards(text: str) -> tuple[GuardNote, ...]:
    """The notes of `dump_guards`."""
    return tuple(GuardNote(row["layer"], row["says"], tuple(row["passages"])) for row in json.loads(text))


def dump_usage(usage: Usage) -> str:
    """The counts and times as a JSON object."""
    return json.dumps(dataclasses.asdict(usage))


def load_usage(text: str) -> Usage:
    """The counts and times of `dump_usage`."""
    return Usage(**json.loads(text))


def dump_numbers(numbers: Mapping[str, float]) -> str:
    """Named numbers as a JSON object."""
    return json.dumps(dict(numbers))


def load_numbers(text: str) -> dict[str, float]:
    """The numbers of `dump_numbers`."""
    return {name: float(number) for name, number in json.loads(text).items()}


def _fields(value: Passage | Citation) -> dict[str, Any]:
    fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    return {**fields, "path": str(value.path)}

"""Brings a ledger's database to the present schema: from nothing, or from an earlier one, in one transaction."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from knowledge.index.entry import fact_values
from knowledge.ledger.rows import metadata_of

SCHEMA_VERSION = 5
_TABLE = re.compile(r"^CREATE TABLE (\w+)", re.MULTILINE)


class NewerLedger(Exception):
    """The database was written by a later version than this one."""


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the schema up to date; does nothing when it is. Raises NewerLedger."""
    if _version(connection) == SCHEMA_VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")  # another process may be doing the same
    try:
        version = _version(connection)
        if version > SCHEMA_VERSION:
            raise NewerLedger
        if version == 0:
            _run_all(connection, _schema())
        elif version == 1:
            _from_1(connection)
        if version == 2:
            _run_all(connection, list(_statements(_FROM_2)))
        if version in (2, 3):
            _run_all(connection, list(_statements(_FROM_3)))
        if 0 < version < 4:
            _run_all(connection, list(_statements(_FILL_3)))
        if version in (2, 3, 4):
            _run_all(connection, list(_statements(_FROM_4)))
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def missing_tables(connection: sqlite3.Connection) -> set[str]:
    """The tables of the schema that are not there, as only damage brings about."""
    there = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema")}
    return set(_TABLE.findall("".join(_schema()))) - there


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _schema() -> list[str]:
    return list(_statements(Path(__file__).with_name("schema.sql").read_text(encoding="utf-8")))


def _statements(script: str) -> Iterator[str]:
    """Statements one by one; a trigger holds semicolons of its own."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _run_all(connection: sqlite3.Connection, statements: list[str]) -> None:
    for statement in statements:
        connection.execute(statement)


def _from_1(connection: sqlite3.Connection) -> None:
    """Version 1 kept texts among the files, and knew neither facts nor which index had which chunks."""
    old = ("folders", "files", "chunks", "vectors")
    for table in old:
        connection.execute(f"ALTER TABLE {table} RENAME TO {table}_1")
    for index in ("files_by_folder", "chunks_by_file"):
        connection.execute(f"DROP INDEX {index}")
    _run_all(connection, _schema())
    _run_all(connection, list(_statements(_COPY)))
    for file_id, metadata in connection.execute("SELECT id, metadata FROM files WHERE metadata <> '{}'").fetchall():
        connection.executemany(
            "INSERT OR IGNORE INTO facts (file_id, key, value) VALUES (?, ?, ?)",
            [(file_id, key, value) for key, value in fact_values(metadata_of(metadata))],
        )
    rows = connection.execute("SELECT folder_id, path FROM files").fetchall()
    directories = {(row["folder_id"], str(Path(row["path"]).parent)) for row in rows}
    connection.executemany("INSERT INTO directories (folder_id, path) VALUES (?, ?)", sorted(directories))
    for table in reversed(old):
        connection.execute(f"DROP TABLE {table}_1")


_COPY = """
INSERT INTO folders (id, path, persona_id) SELECT id, path, persona_id FROM folders_1;
INSERT INTO files
    (id, folder_id, path, size_bytes, mtime_ns, inode, content_hash, status, reason, metadata, indexed_at, chunks)
    SELECT id, folder_id, path, size_bytes, mtime_ns, inode, content_hash, status, reason, metadata, indexed_at,
    (SELECT count(*) FROM chunks_1 WHERE file_id = files_1.id) FROM files_1;
INSERT INTO texts SELECT id, body FROM files_1 WHERE body IS NOT NULL;
INSERT INTO chunks (id, file_id, start, "end", heading, context, page, text, hash)
    SELECT id, file_id, start, "end", heading, context, page, text, hash FROM chunks_1;
INSERT INTO vectors (model, hash, vector) SELECT model, hash, vector FROM vectors_1;
"""


_FROM_2 = """
ALTER TABLE indexes ADD COLUMN scrubbed_at REAL NOT NULL DEFAULT 0;
CREATE TABLE index_files (
    index_name TEXT NOT NULL REFERENCES indexes (name) ON DELETE CASCADE,
    path TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    crc32 INTEGER NOT NULL,
    PRIMARY KEY (index_name, path)
) WITHOUT ROWID;
"""


_FROM_3 = """
ALTER TABLE files ADD COLUMN reader TEXT NOT NULL DEFAULT '';
CREATE INDEX files_by_reader ON files (reader);
CREATE TABLE unused_texts (
    hash BLOB PRIMARY KEY,
    since REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX unused_texts_by_age ON unused_texts (since);
CREATE TRIGGER text_used AFTER INSERT ON chunks BEGIN
    DELETE FROM unused_texts WHERE hash = NEW.hash;
END;
CREATE TRIGGER text_unused AFTER DELETE ON chunks BEGIN
    INSERT OR REPLACE INTO unused_texts (hash, since) VALUES (OLD.hash, CAST(strftime('%s') AS REAL));
END;
"""
# Files read before readers had versions were read by the first; files refused then may be read now.
_FILL_3 = """
UPDATE files SET reader = 'read-1.1' WHERE status IN ('indexed', 'waiting');
INSERT OR IGNORE INTO unused_texts (hash, since)
    SELECT hash, CAST(strftime('%s') AS REAL) FROM vectors WHERE hash NOT IN (SELECT hash FROM chunks);
"""


_FROM_4 = """
ALTER TABLE chunks ADD COLUMN places TEXT NOT NULL DEFAULT '[]';
ALTER TABLE chunks ADD COLUMN role TEXT NOT NULL DEFAULT 'body';
CREATE TABLE languages (
    file_id INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
    language TEXT NOT NULL,
    PRIMARY KEY (file_id, language)
) WITHOUT ROWID;
"""

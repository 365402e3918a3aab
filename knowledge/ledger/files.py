"""The ledger's files, the texts that were read from them, and their metadata."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from knowledge.chunk import Chunk
from knowledge.chunked_document import ChunkedDocument, text_of
from knowledge.cutting.place import places_json
from knowledge.document import Metadata
from knowledge.index.entry import fact_values, values_of
from knowledge.index.where import Test
from knowledge.ledger.database import LedgerDatabase, slices
from knowledge.ledger.notes import note_removal
from knowledge.ledger.rows import (
    LEFT_OUT,
    FileLine,
    FileRow,
    FileStatus,
    Move,
    RecordedFile,
    Refusal,
    Source,
    Stat,
    file_row,
    metadata_of,
    recorded_file_row,
)

LINES_PER_SLICE = 2_000  # a few milliseconds
_LINES = (
    "SELECT id, folder_id, path, size_bytes, CASE WHEN reader = '' THEN 'waiting' ELSE status END, reason, chunks"
    " FROM files"
)
_BELOW = chr(ord(os.sep) + 1)  # sorts right behind every path that begins with a folder and a separator


class Files:
    """Files, the texts that were read from them, and their metadata."""

    def __init__(self, database: LedgerDatabase) -> None:
        self._db = database

    def all(self, folder_id: int | None = None) -> list[FileRow]:
        """Files of one folder or of all, by path."""
        where, parameters = ("WHERE folder_id = ?", (folder_id,)) if folder_id is not None else ("", ())
        return [file_row(r) for r in self._db.read(f"SELECT * FROM files {where} ORDER BY path", parameters)]

    def in_directory(self, folder_id: int, directory: str) -> dict[str, RecordedFile]:
        """The files of one directory, not of those below it, by path."""
        first = directory.rstrip(os.sep) + os.sep
        rows = self._db.read(
            # The plus keeps SQLite from going through the whole folder instead of this range of paths.
            "SELECT * FROM files WHERE path > ? AND path < ? AND +folder_id = ? AND instr(substr(path, ?), ?) = 0",
            (first, first[:-1] + _BELOW, folder_id, len(first) + 1, os.sep),
        )
        return {r["path"]: recorded_file_row(r) for r in rows}

    def outdated(self, folder_id: int, readers: Collection[str], limit: int) -> list[Path]:
        """Files of a folder that none of these readers read or refused, those that are not indexed first."""
        bounds = sorted(readers)
        ranges = ["(reader > ? AND reader < ?)" for _ in bounds[1:]]
        sql = " OR ".join(["reader < ?", *ranges, "reader > ?"])  # an index serves no <>
        parameters = [bounds[0], *(b for pair in pairwise(bounds) for b in pair), bounds[-1]]
        rows = self._db.read(
            f"SELECT path FROM files WHERE ({sql}) AND +folder_id = ?"
            " ORDER BY status IN ('indexed', 'waiting'), path LIMIT ?",
            [*parameters, folder_id, limit],
        )
        return [Path(r["path"]) for r in rows]

    def note_unread(self, found: Sequence[Source]) -> None:
        """Note files that are about to be read: new ones get a row, known ones keep theirs and all that it says."""
        with self._db.transaction() as db:
            db.executemany(
                "INSERT INTO files (folder_id, path, size_bytes, mtime_ns, inode, status) SELECT id, ?, ?, -1, 0,"
                " 'waiting' FROM folders WHERE id = ? ON CONFLICT (path) DO UPDATE SET reader = ''",
                [(str(source.path), source.stat.size_bytes, source.folder_id) for source in found],
            )

    def count_unread(self, folder_ids: Sequence[int]) -> tuple[int, int]:
        """Count the files of these folders that cannot be searched yet as they are now, and all of their files."""
        among = f"folder_id IN ({','.join('?' * len(folder_ids))})"
        (row,) = self._db.read(
            f"SELECT (SELECT count(*) FROM files WHERE status = 'waiting' AND +{among})"
            f" + (SELECT count(*) FROM files WHERE reader = '' AND status <> 'waiting' AND +{among}) AS unread,"
            f" (SELECT count(*) FROM files WHERE {among}) AS known",
            [*folder_ids, *folder_ids, *folder_ids],
        )
        return int(row["unread"]), int(row["known"])

    def unread_inside(self, inside: Sequence[Path]) -> tuple[int, int]:
        """Count as `count_unread` does, of the files at these paths or anywhere inside them."""
        unread = known = 0
        for path in inside:
            (row,) = self._db.read(
                "SELECT total(status = 'waiting' OR reader = '') AS unread, count(*) AS known FROM files"
                " WHERE path = ? OR path > ? AND path < ?",
                (str(path), f"{path}{os.sep}", f"{path}{_BELOW}"),
            )
            unread, known = unread + int(row["unread"]), known + int(row["known"])
        return unread, known

    def unembedded(self) -> list[sqlite3.Row]:
        """Return `id`, `path` and `chunks` of the files that were read, and have chunks which are in no index yet."""
        return self._db.read("SELECT id, path, chunks FROM files WHERE status = 'waiting' AND content_hash IS NOT NULL")

    def lines(self, file_ids: Sequence[int]) -> list[FileLine]:
        """Files by id; one that is gone is left out."""
        return [
            FileLine(*row)
            for some in slices(file_ids)
            for row in self._db.read(f"{_LINES} WHERE id IN ({','.join('?' * len(some))})", some)
        ]

    def all_lines(self, folder_ids: Collection[int]) -> Iterator[list[FileLine]]:
        """Yield the files of these folders in slices, by id."""
        last = 0
        while rows := self._db.read(f"{_LINES} WHERE id > ? ORDER BY id LIMIT ?", (last, LINES_PER_SLICE)):
            last = rows[-1]["id"]
            yield [FileLine(*row) for row in rows if row["folder_id"] in folder_ids]

    def ids_at(self, paths: Sequence[Path]) -> list[int]:
        """Return the ids of the files at these paths."""
        some = [str(path) for path in paths]
        rows = self._db.read(f"SELECT id FROM files WHERE path IN ({','.join('?' * len(some))})", some)
        return [row["id"] for row in rows]

    def status_counts(self, folder_id: int) -> dict[FileStatus, int]:
        """Count the files of a folder by status, without new ones that are not read yet."""
        sql = "SELECT status, count(*) FROM files WHERE folder_id = ? AND (status <> 'waiting'"
        sql += " OR content_hash IS NOT NULL) GROUP BY status"
        return {r[0]: r[1] for r in self._db.read(sql, (folder_id,))}

    def refusals(self, folder_id: int) -> list[tuple[Path, str]]:
        """The files of a folder that are not indexed, and why, by path."""
        sql = "SELECT path, reason FROM files WHERE folder_id = ? AND status IN ('skipped', 'failed') ORDER BY path"
        return [(Path(r["path"]), r["reason"]) for r in self._db.read(sql, (folder_id,))]

    def remove(self, file_ids: Iterable[int]) -> None:
        """Remove files and their chunks."""
        gone = [(i,) for i in file_ids]
        with self._db.transaction() as db:
            db.executemany("DELETE FROM files WHERE id = ?", gone)
            if gone:
                note_removal(db)

    def keep(self, recorded: RecordedFile, stat: Stat) -> None:
        """Note a new stat of a file that was about to be read, and whose content is the same as it was recorded."""
        with self._db.transaction() as db:
            self.touch(recorded.id, stat)
            db.execute("UPDATE files SET reader = ? WHERE id = ?", (recorded.reader, recorded.id))

    def touch(self, file_id: int, stat: Stat) -> None:
        """Note a new stat of a file whose content is the same."""
        with self._db.transaction() as db:
            db.execute(
                "UPDATE files SET size_bytes = ?, mtime_ns = ?, inode = ? WHERE id = ?",
                (stat.size_bytes, stat.mtime_ns, stat.inode, file_id),
            )

    def expire(self, paths: Sequence[str]) -> None:
        """Have the next sync read these files, whatever was known of them; none is left out any more."""
        with self._db.transaction() as db:
            for path in paths:
                db.execute(
                    "UPDATE files SET reader = '', mtime_ns = -1, parser_deaths = 0, reason = '' WHERE path = ?",
                    (path,),
                )
                self._look_again(db, path)

    def leave_out(self, paths: Sequence[str]) -> None:
        """Delete the text and chunks of these files, and have none of them read until `expire`."""
        with self._db.transaction() as db:
            for row in db.execute(
                f"SELECT * FROM files WHERE path IN ({','.join('?' * len(paths))})", paths
            ).fetchall():
                known = recorded_file_row(row)
                source = Source(known.folder_id, Path(known.path), known.stat, known.content_hash, known.reader or "-")
                self.refuse(source, Refusal("skipped", LEFT_OUT))

    @staticmethod
    def _look_again(db: sqlite3.Connection, path: str) -> None:
        db.execute("UPDATE directories SET fingerprint = NULL WHERE path = ?", (str(Path(path).parent),))

    def move(self, moves: Sequence[Move]) -> None:
        """Give files their new paths, all at once; a file that was at one of them before is removed, and so is one that
        moved to a folder which was removed meanwhile."""
        moving = {move.file_id for move in moves}
        with self._db.transaction() as db:
            for move in moves:
                for row in db.execute("SELECT id FROM files WHERE path = ?", (move.path,)).fetchall():
                    if row["id"] not in moving:
                        db.execute("DELETE FROM files WHERE id = ?", (row["id"],))
            db.executemany("UPDATE files SET path = char(0) || id WHERE id = ?", [(i,) for i in moving])
            for move in moves:
                self.touch(move.file_id, move.stat)
                if _has_folder(db, move.folder_id):
                    place = (move.path, move.folder_id, move.file_id)
                    db.execute("UPDATE files SET path = ?, folder_id = ? WHERE id = ?", place)
                else:
                    db.execute("DELETE FROM files WHERE id = ?", (move.file_id,))

    def refuse(self, source: Source, refused: Refusal) -> None:
        """Record a file that is not indexed, and delete the text and chunks that it had.

        Does nothing for a folder that was removed meanwhile.
        """
        with self._db.transaction() as db:
            if not _has_folder(db, source.folder_id):
                return
            file_id = _upsert(db, source, refused.status, refused.reason)
            db.execute("UPDATE files SET chunks = 0, parser_deaths = ? WHERE id = ?", (refused.parser_deaths, file_id))
            if db.execute("DELETE FROM chunks WHERE file_id = ?", (file_id,)).rowcount:
                note_removal(db)
            db.execute("DELETE FROM texts WHERE file_id = ?", (file_id,))
            _replace_metadata(db, file_id, {})

    def store(self, source: Source, document: ChunkedDocument) -> int:
        """Store a file's text and chunks; a chunk that was there before keeps its id. Returns the number of new chunks.

        The file's status is `waiting`, its reason what the document lost.
        Does nothing for a folder that was removed meanwhile.
        """
        with self._db.transaction() as db:
            if not _has_folder(db, source.folder_id):
                return 0
            file_id = _upsert(db, source, "waiting", document.losses)
            db.execute("UPDATE files SET chunks = ?, parser_deaths = 0 WHERE id = ?", (len(document.chunks), file_id))
            db.execute("INSERT OR REPLACE INTO texts (file_id, body) VALUES (?, ?)", (file_id, document.body))
            _replace_metadata(db, file_id, document.metadata)
            return _replace_chunks(db, file_id, document.chunks)

    def note_languages(self, found: Iterable[tuple[int, str]]) -> None:
        """Keep the languages of files, each with a file's id; those noted before stay."""
        with self._db.transaction() as db:
            db.executemany("INSERT OR IGNORE INTO languages (file_id, language) VALUES (?, ?)", set(found))

    def languages(self, folder_ids: Sequence[int]) -> frozenset[str]:
        """Return the languages of the files in these folders."""
        marks = ",".join("?" * len(folder_ids))
        rows = self._db.read(
            f"SELECT DISTINCT language FROM languages JOIN files ON files.id = file_id WHERE folder_id IN ({marks})",
            folder_ids,
        )
        return frozenset(row["language"] for row in rows)

    def mark_indexed(self, file_ids: Sequence[int] | None = None) -> None:
        """`waiting` → `indexed` for each of these files (None: any) whose every chunk is in the active index."""
        if file_ids is None and not self._db.read("SELECT 1 FROM files WHERE status = 'waiting' LIMIT 1"):
            return
        among = "" if file_ids is None else f" AND id IN ({','.join('?' * len(file_ids))})"
        with self._db.transaction() as db:
            db.execute(
                "UPDATE files SET status = 'indexed', indexed_at = ? WHERE status = 'waiting'"
                f" AND content_hash IS NOT NULL{among} AND NOT EXISTS ("
                "SELECT 1 FROM chunks JOIN indexes ON active JOIN pending ON index_name = name AND chunk_id = chunks.id"
                " WHERE file_id = files.id)",
                [time.time(), *(file_ids or ())],
            )

    def text(self, path: Path) -> str | None:
        """The document's text as it was indexed, or None for a file that is not."""
        rows = self._db.read("SELECT body FROM texts JOIN files ON id = file_id WHERE path = ?", (str(path),))
        return text_of(rows[0]["body"]) if rows else None

    def ids(self, folder_ids: Sequence[int], inside: Sequence[Path], test: Test | None) -> tuple[int, ...]:
        """Files of these folders, at these paths or anywhere inside them, whose metadata pass the test."""
        columns = "id" if test is None else "id, metadata"
        within = [f"SELECT {columns} FROM files WHERE folder_id IN ({','.join('?' * len(folder_ids))})"]
        within += [f"SELECT {columns} FROM files WHERE path = ? OR path > ? AND path < ?"] * len(inside)
        bounds = [bound for path in inside for bound in (str(path), f"{path}{os.sep}", f"{path}{_BELOW}")]
        rows = self._db.read(" UNION ".join(within), [*folder_ids, *bounds])
        return tuple(r["id"] for r in rows if test is None or test(metadata_of(r["metadata"])))

    def fact_keys(self) -> list[str]:
        """The keys of all metadata."""
        return [row["key"] for row in self._db.read("SELECT DISTINCT key FROM facts")]

    def metadata_values(self, most: int) -> dict[str, tuple[object, ...]]:
        """Return the keys that filters can name, each with its values, sorted, `most` at the most."""
        stored = self.fact_values(sorted(self.fact_keys()))
        plain = {key: {_single(value) for value in values_of(texts)} for key, texts in stored.items()}
        return {key: tuple(sorted(values, key=str)[:most]) for key, values in plain.items()}

    def fact_values(self, keys: Iterable[str]) -> dict[str, list[str]]:
        """For each of these keys the distinct values, as `knowledge.index.entry.fact_values` writes them."""
        # As one text: JSON has no line ends of its own, and 50,000 rows take 40 ms longer.
        sql = "SELECT group_concat(value, char(10)) FROM (SELECT DISTINCT value FROM facts WHERE key = ?)"
        found = {key: self._db.read(sql, (key,))[0][0] for key in keys}
        return {key: values.split("\n") if values else [] for key, values in found.items()}


def _single(value: object) -> object:
    """The element of a list's tuple of one; any other value as it is."""
    return value[0] if isinstance(value, tuple) else value


def _has_folder(db: sqlite3.Connection, folder_id: int) -> bool:
    return db.execute("SELECT 1 FROM folders WHERE id = ?", (folder_id,)).fetchone() is not None


def _upsert(db: sqlite3.Connection, source: Source, status: FileStatus, reason: str) -> int:
    stat = source.stat
    (row,) = db.execute(
        "INSERT INTO files (folder_id, path, size_bytes, mtime_ns, inode, content_hash, status, reason, reader)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET folder_id = excluded.folder_id,"
        " size_bytes = excluded.size_bytes, mtime_ns = excluded.mtime_ns, inode = excluded.inode,"
        " content_hash = excluded.content_hash, status = excluded.status, reason = excluded.reason,"
        " reader = excluded.reader"
        " RETURNING id",
        (
            source.folder_id,
            str(source.path),
            stat.size_bytes,
            stat.mtime_ns,
            stat.inode,
            source.content,
            status,
            reason,
            source.reader,
        ),
    ).fetchall()
    return int(row["id"])


def _replace_metadata(db: sqlite3.Connection, file_id: int, metadata: Metadata) -> None:
    written = json.dumps(dict(metadata), ensure_ascii=False)
    (row,) = db.execute("SELECT metadata FROM files WHERE id = ?", (file_id,)).fetchall()
    if row["metadata"] == written:
        return
    db.execute("UPDATE files SET metadata = ? WHERE id = ?", (written, file_id))
    db.execute("DELETE FROM facts WHERE file_id = ?", (file_id,))
    db.executemany(
        "INSERT INTO facts (file_id, key, value) VALUES (?, ?, ?)", [(file_id, *fact) for fact in fact_values(metadata)]
    )


def _replace_chunks(db: sqlite3.Connection, file_id: int, chunks: Sequence[Chunk]) -> int:
    new = 0
    old: dict[bytes, list[int]] = {}
    for row in db.execute("SELECT id, hash FROM chunks WHERE file_id = ? ORDER BY id DESC", (file_id,)):
        old.setdefault(row["hash"], []).append(row["id"])
    for c in chunks:
        place = (c.start, c.end, json.dumps(c.heading, ensure_ascii=False), c.page, places_json(c.places), c.role)
        if ids := old.get(c.hash):
            db.execute(
                'UPDATE chunks SET start = ?, "end" = ?, heading = ?, page = ?, places = ?, role = ? WHERE id = ?',
                (*place, ids.pop()),
            )
        else:
            new += 1
            db.execute(
                'INSERT INTO chunks (file_id, start, "end", heading, page, places, role, context, text, hash)'
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (file_id, *place, c.context, c.text, c.hash),
            )
    db.executemany("DELETE FROM chunks WHERE id = ?", [(i,) for ids in old.values() for i in ids])
    return new

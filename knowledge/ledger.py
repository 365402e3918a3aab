"""The authority on what is indexed: folders, files, their texts, chunks and vectors, in SQLite.

WAL with `synchronous=FULL`: what a transaction committed survives a kill and a power loss. The index beside it can
always be built again from here, without reading a file or embedding a text twice.
"""

import json
import sqlite3
import threading
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from errors import AppError
from knowledge.chunk import Chunk
from knowledge.document import Document
from knowledge.rows import ChunkRow, FileRow, FileStatus, Folder, Place, Refusal, Stat, chunk_row, file_row, metadata_of
from knowledge.where import Test

SCHEMA_VERSION = 1
BUSY_TIMEOUT_S = 30.0
ROWS_PER_QUERY = 30_000  # SQLite allows 32,766 parameters since 3.32


class LedgerUnreadable(AppError):
    """The ledger's database cannot be opened."""


class Ledger:
    """One SQLite database; safe to use from any thread, and beside another process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close every thread's connection."""
        with self._lock:
            for connection in self._connections:
                connection.close()
            self._connections.clear()
            self._local = threading.local()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A write transaction: all of it is durable on leaving, or none."""
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def read(self, sql: str, parameters: Sequence[object] = ()) -> list[sqlite3.Row]:
        """Rows of a query."""
        return self._connection().execute(sql, parameters).fetchall()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._open()
        return connection

    def _open(self) -> sqlite3.Connection:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(
                self._path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
            )
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA foreign_keys=ON")
            _migrate(connection)
        except (sqlite3.DatabaseError, OSError) as error:
            raise LedgerUnreadable(
                f"The list of indexed files cannot be opened: {error}",
                f"Move {self._path} away: Carrel then reads your folders anew. Your own files are not touched.",
            ) from error
        with self._lock:
            self._connections.append(connection)
        return connection

    # Folders

    def folders(self) -> list[Folder]:
        """Every folder, in the order it was added."""
        return [
            Folder(r["id"], Path(r["path"]), r["persona_id"]) for r in self.read("SELECT * FROM folders ORDER BY id")
        ]

    def add_folder(self, path: Path, persona_id: str | None) -> Folder:
        """The folder's row, made if it is new."""
        with self.transaction() as db:
            db.execute(
                "INSERT INTO folders (path, persona_id) VALUES (?, ?) ON CONFLICT (path) DO NOTHING",
                (str(path), persona_id),
            )
        (row,) = self.read("SELECT * FROM folders WHERE path = ?", (str(path),))
        return Folder(row["id"], Path(row["path"]), row["persona_id"])

    def remove_folder(self, folder_id: int) -> None:
        """Forget a folder with its files and chunks; vectors stay, in case it comes back."""
        with self.transaction() as db:
            db.execute("DELETE FROM folders WHERE id = ?", (folder_id,))

    # Files

    def files(self, folder_id: int | None = None) -> list[FileRow]:
        """Files of one folder or of all, by path."""
        where, parameters = ("WHERE folder_id = ?", (folder_id,)) if folder_id is not None else ("", ())
        rows = self.read(
            "SELECT files.id, folder_id, path, size_bytes, mtime_ns, inode, status, reason, indexed_at, content_hash,"
            " (SELECT count(*) FROM chunks WHERE file_id = files.id) AS chunks"
            f" FROM files {where} ORDER BY path",
            parameters,
        )
        return [file_row(r) for r in rows]

    def remove_files(self, file_ids: Iterable[int]) -> None:
        """Forget files and their chunks."""
        with self.transaction() as db:
            db.executemany("DELETE FROM files WHERE id = ?", [(i,) for i in file_ids])

    def touch(self, file_id: int, stat: Stat) -> None:
        """Note a new stat of a file whose content is the same."""
        with self.transaction() as db:
            db.execute(
                "UPDATE files SET size_bytes = ?, mtime_ns = ?, inode = ? WHERE id = ?",
                (stat.size_bytes, stat.mtime_ns, stat.inode, file_id),
            )

    def move(self, file_id: int, path: Path, stat: Stat) -> None:
        """Note that a file has a new path: its chunks stay as they are."""
        with self.transaction() as db:
            db.execute("UPDATE files SET path = ? WHERE id = ?", (str(path), file_id))
        self.touch(file_id, stat)

    def refuse(
        self,
        folder_id: int,
        path: Path,
        stat: Stat,
        status: Refusal,
        reason: str,
        content: bytes | None,
    ) -> None:
        """A row for a file that is not indexed, and why. What was indexed of it before is forgotten."""
        with self.transaction() as db:
            file_id = _upsert(db, folder_id, path, stat, content, status, reason)
            db.execute("DELETE FROM chunks WHERE file_id = ?", (file_id,))

    def store(
        self, folder_id: int, path: Path, stat: Stat, content: bytes, document: Document, chunks: Sequence[Chunk]
    ) -> None:
        """The file's text and chunks; a chunk that was there before keeps its id. Its status is `waiting`."""
        body = zlib.compress(document.text.encode(), 1)
        with self.transaction() as db:
            file_id = _upsert(db, folder_id, path, stat, content, "waiting", "")
            db.execute(
                "UPDATE files SET body = ?, metadata = ? WHERE id = ?",
                (body, json.dumps(dict(document.metadata), ensure_ascii=False), file_id),
            )
            _replace_chunks(db, file_id, chunks)

    def mark_indexed(self) -> None:
        """`waiting` → `indexed`, once every chunk is in the index."""
        with self.transaction() as db:
            db.execute("UPDATE files SET status = 'indexed', indexed_at = ? WHERE status = 'waiting'", (time.time(),))

    def text(self, path: Path) -> str | None:
        """The document's text as it was indexed, or None for a file that is not."""
        rows = self.read("SELECT body FROM files WHERE path = ? AND body IS NOT NULL", (str(path),))
        return zlib.decompress(rows[0]["body"]).decode() if rows else None

    def file_ids(self, folder_ids: Sequence[int], inside: Sequence[Path], test: Test | None) -> tuple[int, ...]:
        """Files of these folders, or anywhere inside these paths, whose metadata pass the test."""
        rows = self.read("SELECT id, folder_id, path, metadata FROM files WHERE status = 'indexed' ORDER BY id")
        return tuple(
            r["id"]
            for r in rows
            if (r["folder_id"] in folder_ids or any(Path(r["path"]).is_relative_to(p) for p in inside))
            and (test is None or test(metadata_of(r["metadata"])))
        )

    # Chunks and vectors

    def chunk_ids(self) -> set[int]:
        """The id of every chunk: what the index must hold, neither more nor less."""
        return {r["id"] for r in self.read("SELECT id FROM chunks")}

    def count_chunks(self, folder_ids: Sequence[int]) -> int:
        """Chunks in these folders."""
        marks = ",".join("?" * len(folder_ids))
        (row,) = self.read(
            f"SELECT count(*) AS n FROM chunks JOIN files ON files.id = file_id WHERE folder_id IN ({marks})",
            folder_ids,
        )
        return int(row["n"])

    def chunks(self, ids: Sequence[int]) -> dict[int, ChunkRow]:
        """Chunks by id; an id that is gone is left out."""
        found: dict[int, ChunkRow] = {}
        for some in _slices(ids):
            rows = self.read(
                'SELECT chunks.id, file_id, folder_id, path, metadata, start, "end", heading, page, context, text, hash'
                f" FROM chunks JOIN files ON files.id = file_id WHERE chunks.id IN ({','.join('?' * len(some))})",
                some,
            )
            found |= {r["id"]: chunk_row(r) for r in rows}
        return found

    def places(self, ids: Sequence[int]) -> dict[int, Place]:
        """The file and text hash of chunks by id; an id that is gone is left out."""
        found: dict[int, Place] = {}
        for some in _slices(ids):
            rows = self.read(f"SELECT id, file_id, hash FROM chunks WHERE id IN ({','.join('?' * len(some))})", some)
            found |= {r["id"]: Place(r["file_id"], r["hash"]) for r in rows}
        return found

    def vectors(self, model: str, hashes: Sequence[bytes]) -> dict[bytes, bytes]:
        """Vectors by text hash, as bytes of float32; a text that was never embedded is left out."""
        found: dict[bytes, bytes] = {}
        for some in _slices(hashes):
            marks = ",".join("?" * len(some))
            rows = self.read(f"SELECT hash, vector FROM vectors WHERE model = ? AND hash IN ({marks})", [model, *some])
            found |= {r["hash"]: r["vector"] for r in rows}
        return found

    def chunk_vectors(self, model: str, ids: Sequence[int]) -> dict[int, bytes]:
        """Vectors by chunk id; a chunk without one is left out."""
        rows = self.read(
            "SELECT chunks.id, vector FROM chunks JOIN vectors ON vectors.hash = chunks.hash"
            f" WHERE model = ? AND chunks.id IN ({','.join('?' * len(ids))})",
            [model, *ids],
        )
        return {r["id"]: r["vector"] for r in rows}

    def add_vectors(self, model: str, vectors: Mapping[bytes, bytes]) -> None:
        """Keep vectors by the hash of their text."""
        with self.transaction() as db:
            db.executemany(
                "INSERT OR REPLACE INTO vectors (model, hash, vector) VALUES (?, ?, ?)",
                [(model, key, vector) for key, vector in vectors.items()],
            )


def _migrate(connection: sqlite3.Connection) -> None:
    if _version(connection) == SCHEMA_VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")  # another process may be doing the same
    version = _version(connection)
    if version > SCHEMA_VERSION:
        raise LedgerUnreadable(
            "These folders were indexed by a newer Carrel.", "Update Carrel, or choose another --home."
        )
    if version == 0:
        for statement in Path(__file__).with_name("ledger_schema.sql").read_text(encoding="utf-8").split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    connection.execute("COMMIT")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _upsert(
    db: sqlite3.Connection,
    folder_id: int,
    path: Path,
    stat: Stat,
    content: bytes | None,
    status: FileStatus,
    reason: str,
) -> int:
    (row,) = db.execute(
        "INSERT INTO files (folder_id, path, size_bytes, mtime_ns, inode, content_hash, status, reason)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET folder_id = excluded.folder_id,"
        " size_bytes = excluded.size_bytes, mtime_ns = excluded.mtime_ns, inode = excluded.inode,"
        " content_hash = excluded.content_hash, status = excluded.status, reason = excluded.reason, body = NULL"
        " RETURNING id",
        (folder_id, str(path), stat.size_bytes, stat.mtime_ns, stat.inode, content, status, reason),
    ).fetchall()
    return int(row["id"])


def _replace_chunks(db: sqlite3.Connection, file_id: int, chunks: Sequence[Chunk]) -> None:
    kept: dict[bytes, list[int]] = {}
    for row in db.execute("SELECT id, hash FROM chunks WHERE file_id = ? ORDER BY id DESC", (file_id,)):
        kept.setdefault(row["hash"], []).append(row["id"])
    for c in chunks:
        place = (c.start, c.end, json.dumps(c.heading, ensure_ascii=False), c.page)
        if ids := kept.get(c.hash):
            db.execute(
                'UPDATE chunks SET start = ?, "end" = ?, heading = ?, page = ? WHERE id = ?', (*place, ids.pop())
            )
        else:
            db.execute(
                'INSERT INTO chunks (file_id, start, "end", heading, page, context, text, hash)'
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (file_id, *place, c.context, c.text, c.hash),
            )
    db.executemany("DELETE FROM chunks WHERE id = ?", [(i,) for ids in kept.values() for i in ids])


def _slices(values: Sequence[object]) -> Iterator[Sequence[object]]:
    for start in range(0, len(values), ROWS_PER_QUERY):
        yield values[start : start + ROWS_PER_QUERY]

"""The last thousand traces, in a database of the home. Losing one never ends a turn."""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.traces.trace import Trace, TraceCounts, TraceSpan
from errors import AppError
from knowledge import connect_database, empty_log, erase_deleted, hint_for, trouble_of, write_ahead

if TYPE_CHECKING:
    from knowledge import DatabaseKey

KEPT_TRACES = 1_000
_VERSION = 1  # of the table
_BUSY_SECONDS = 2.0
_log = logging.getLogger("carrel.traces")
_CREATE = """
    CREATE TABLE IF NOT EXISTS traces (
        number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, conversation_id TEXT NOT NULL, trace TEXT NOT NULL
    )
"""


class TracesUnavailable(AppError):
    """The database of traces cannot be read."""


class TraceStore:
    """Keeps and finds traces. Safe to use from any thread, and by several processes.

    Traces are written on a thread of their own: an answer is on screen before its trace is on the disk.
    """

    def __init__(self, path: Path, key: Callable[[], DatabaseKey | None] = lambda: None) -> None:
        """`key`: asked for when the file is opened; returns None where it is not encrypted."""
        self._path, self._key = path, key
        self._lock = threading.Lock()
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="carrel-traces")
        self._last: Future[None] | None = None
        self._connection: sqlite3.Connection | None = None
        self._listeners: tuple[Callable[[Trace], None], ...] = ()

    def listen(self, tell: Callable[[Trace], None]) -> None:
        """Call `tell`, on the thread that writes, with each trace from now on."""
        self._listeners = (*self._listeners, tell)

    def keep(self, trace: Trace) -> None:
        """Keep a trace, and drop the oldest beyond KEPT_TRACES; returns at once. After `close` nothing is kept.

        What cannot be written is lost, and logged.
        """
        with suppress(RuntimeError):  # it is closed
            self._last = self._writer.submit(self._write, trace)

    def flush(self) -> None:
        """Wait until what was to be kept so far is, and everyone who listens has been told."""
        if self._last is not None:
            self._last.result()

    def _write(self, trace: Trace) -> None:
        for tell in self._listeners:
            tell(trace)
        try:
            with self._opened() as connection:
                row = (trace.id, trace.conversation_id, _dumped(trace))
                number = connection.execute(
                    "INSERT INTO traces (id, conversation_id, trace) VALUES (?, ?, ?)", row
                ).lastrowid
                connection.execute("DELETE FROM traces WHERE number <= ?", ((number or 0) - KEPT_TRACES,))
        except TracesUnavailable as error:
            _log.warning("a trace was lost: %s", error.title)

    def latest(self, count: int = KEPT_TRACES) -> list[Trace]:
        """The last traces, the newest first. Raises TracesUnavailable."""
        self.flush()
        with self._opened() as connection:
            rows = connection.execute("SELECT trace FROM traces ORDER BY number DESC LIMIT ?", (count,)).fetchall()
        return [_loaded(text) for (text,) in rows]

    def find(self, beginning: str) -> Trace:
        """The newest trace whose id begins so. Raises TracesUnavailable, and AppError where there is none."""
        self.flush()
        with self._opened() as connection:
            row = connection.execute(
                "SELECT trace FROM traces WHERE substr(id, 1, ?) = ? ORDER BY number DESC LIMIT 1",
                (len(beginning), beginning),
            ).fetchone()
        if row is None:
            raise AppError(f"There is no trace {beginning}", "`carrel trace` lists the last ones.")
        return _loaded(row[0])

    def erase(self, conversation_ids: Collection[str]) -> None:
        """Erase the traces of conversations for good, those that have been written. Raises TracesUnavailable."""
        if not conversation_ids or not self._path.exists():
            return
        with self._opened() as connection:
            connection.executemany("DELETE FROM traces WHERE conversation_id = ?", [(one,) for one in conversation_ids])
            empty_log(connection)

    def close(self) -> None:
        """Write what is to be kept, and close the file. It is opened again to be read."""
        self._writer.shutdown()
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                self._connection = self._connection or self._open()
                yield self._connection
            except (sqlite3.Error, OSError) as error:
                trouble = trouble_of(error, self._path)
                if trouble == "damaged":  # it is worth less than what a repair would take
                    self._discard()
                raise TracesUnavailable(
                    f"The traces in {self._path} cannot be read: {error}", hint_for(trouble, self._path)
                ) from error

    def _open(self) -> sqlite3.Connection:
        connection = connect_database(self._path, self._key(), _BUSY_SECONDS)
        try:
            write_ahead(connection, _BUSY_SECONDS)
            connection.execute("PRAGMA synchronous = NORMAL")  # a power cut may take the last ones
            erase_deleted(connection)
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version > _VERSION:
                raise TracesUnavailable(
                    f"The traces in {self._path} were written by a newer Carrel", "Update Carrel, or delete that file."
                )
            connection.execute(_CREATE)
            if version < _VERSION:
                connection.execute(f"PRAGMA user_version = {_VERSION}")
        except BaseException:
            connection.close()
            raise
        return connection

    def _discard(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None
        for part in ("", "-wal", "-shm"):
            with suppress(OSError):
                self._path.with_name(self._path.name + part).unlink(missing_ok=True)


def _dumped(trace: Trace) -> str:
    spans = [(depth, span.name, round(span.began_ms, 3), round(span.ended_ms, 3)) for depth, span in trace.root.walk()]
    head = {name: getattr(trace, name) for name in _HEAD}
    return json.dumps({**head, "counts": asdict(trace.counts), "spans": spans}, separators=(",", ":"))


_HEAD = (
    "id", "conversation_id", "persona_id", "engine", "model", "finish", "asked_at", "decode_seconds",
)  # fmt: skip


def _loaded(text: str) -> Trace:
    found: dict[str, Any] = json.loads(text)
    spans, counts = found.pop("spans"), found.pop("counts")
    known = {name: value for name, value in counts.items() if name in TraceCounts.__dataclass_fields__}
    root, _ = _tree(spans, 0)
    return Trace(**{name: found[name] for name in _HEAD}, counts=TraceCounts(**known), root=root)


def _tree(spans: list[tuple[int, str, float, float]], place: int) -> tuple[TraceSpan, int]:
    """The span at a place with all that follows it deeper, and the place after those."""
    depth, name, began_ms, ended_ms = spans[place]
    parts, place = list[TraceSpan](), place + 1
    while place < len(spans) and spans[place][0] > depth:
        part, place = _tree(spans, place)
        parts.append(part)
    return TraceSpan(name, began_ms, ended_ms, tuple(parts)), place

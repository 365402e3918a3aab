"""Files of programs, each of the key that it came with: what they uploaded, and the results of their batches."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from errors import AppError
from serving.batches.batch_database import BatchDatabase
from serving.http_failures import NotFound, RequestInvalid, TooLarge

MAX_FILE_BYTES = 64_000_000
MAX_KEY_BYTES = 512_000_000  # of all files of a key
_ROWS_AT_ONCE = 500  # some megabytes of results
_COLUMNS = "id, name, purpose, bytes, created_at, batch, failed"
UNFINISHED = ("in_progress", "cancelling")
"""The states in which a batch still reads its input."""


@dataclass(frozen=True, slots=True)
class ApiFile:
    """A file, without its content. `batch`: whose results it is, of those that `failed` or of the others."""

    id: str
    name: str
    purpose: str
    bytes: int
    created_at: int
    batch: str | None = None
    failed: int | None = None

    @property
    def view(self) -> dict[str, Any]:
        """OpenAI's form."""
        return {
            "id": self.id,
            "object": "file",
            "bytes": self.bytes,
            "created_at": self.created_at,
            "filename": self.name,
            "purpose": self.purpose,
            "status": "processed",
        }


class ApiFiles:
    """Adds, finds and erases files. `key`: the digest of a key, which sees its own alone. Safe to use from any thread.

    All methods raise BatchesUnavailable.
    """

    def __init__(self, database: BatchDatabase) -> None:
        self._database = database

    def add(self, key: str, name: str, content: bytes) -> ApiFile:
        """Keep the input of a batch. Raises TooLarge, and RequestInvalid for an empty one."""
        if not content.strip():
            raise RequestInvalid(f"{name} is empty", "A batch has a request in each line.")
        if len(content) > MAX_FILE_BYTES:
            raise TooLarge(f"{name} is too long", f"A file may have {MAX_FILE_BYTES:,} bytes; split it.")
        made = ApiFile(f"file-{uuid.uuid4().hex}", name, "batch", len(content), int(time.time()))
        with self._database.changing() as connection:
            [held] = connection.execute("SELECT COALESCE(SUM(bytes), 0) FROM files WHERE key = ?", (key,)).fetchone()
            if held + len(content) > MAX_KEY_BYTES:
                raise TooLarge("The files of this key are too long", f"They may have {MAX_KEY_BYTES:,} bytes in all; "
                               "delete what is done: DELETE /v1/files/ID.")  # fmt: skip
            connection.execute(
                "INSERT INTO files (id, key, name, purpose, bytes, created_at, content) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (made.id, key, made.name, made.purpose, made.bytes, made.created_at, content),
            )
        return made

    def find(self, key: str, id: str) -> ApiFile:
        """A file. Raises NotFound."""
        with self._database.opened() as connection:
            row = connection.execute(f"SELECT {_COLUMNS} FROM files WHERE id = ? AND key = ?", (id, key)).fetchone()
        if row is None:
            raise NotFound(f"There is no file {id:.80}", "GET /v1/files lists those of this key.")
        return ApiFile(*row)

    def listed(self, key: str, purpose: str, after: str, limit: int) -> list[ApiFile]:
        """At most `limit` files, the newest first. `after`: the id of the one before them; `purpose`: "" for any."""
        with self._database.opened() as connection:
            rows = connection.execute(
                f"""SELECT {_COLUMNS} FROM files WHERE key = ? AND (? = '' OR purpose = ?)
                AND (? = '' OR number < (SELECT number FROM files WHERE id = ? AND key = ?))
                ORDER BY number DESC LIMIT ?""",
                (key, purpose, purpose, after, after, key, limit),
            ).fetchall()
        return [ApiFile(*row) for row in rows]

    def content(self, file: ApiFile) -> Iterator[bytes]:
        """The content, piece by piece."""
        if file.batch is None:
            with self._database.opened() as connection:
                [content] = connection.execute("SELECT content FROM files WHERE id = ?", (file.id,)).fetchone()
            yield content
            return
        line = -1
        while True:
            with self._database.opened() as connection:
                rows = connection.execute(
                    "SELECT line, text FROM results WHERE batch = ? AND failed = ? AND line > ? ORDER BY line LIMIT ?",
                    (file.batch, file.failed, line, _ROWS_AT_ONCE),
                ).fetchall()
            if not rows:
                return
            line = rows[-1][0]
            yield "".join(f"{text}\n" for _, text in rows).encode()

    def erase(self, key: str, id: str) -> None:
        """Erase a file for good. Raises NotFound, and AppError where an unfinished batch reads it."""
        file = self.find(key, id)
        with self._database.changing() as connection:
            reading = connection.execute(
                "SELECT id FROM batches WHERE input = ? AND status IN (?, ?)", (id, *UNFINISHED)
            ).fetchone()
            if reading:
                raise AppError(f"The batch {reading[0]} reads this file", "Wait until it is done, or cancel it first.")
            connection.execute("DELETE FROM files WHERE id = ?", (id,))
            if file.batch is not None:
                connection.execute("DELETE FROM results WHERE batch = ? AND failed = ?", (file.batch, file.failed))
        self._database.erase_deleted()

"""Batches of programs, with the results that they have so far."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from serving.batches.api_files import UNFINISHED
from serving.batches.batch_database import BatchDatabase
from serving.http_failures import NotFound
from serving.turnstile import QueueFull

MOST_UNFINISHED = 16  # batches of a key
OUTPUT_PURPOSE = "batch_output"
_DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBatch:
    """A batch. `key`: the digest of the key that it is of. `times`: when it reached which state, in seconds.

    `errors`: why its input is no batch, each `{"line", "message"}`. `completed`, `failed`: results so far.
    """

    id: str
    key: str
    endpoint: str
    input: str
    status: str = "in_progress"
    total: int = 0
    metadata: Mapping[str, str] = field(default_factory=dict)
    times: Mapping[str, int] = field(default_factory=dict)
    errors: tuple[Mapping[str, Any], ...] = ()
    output: str | None = None
    error_output: str | None = None
    completed: int = 0
    failed: int = 0

    @property
    def view(self) -> dict[str, Any]:
        """OpenAI's form. Nothing expires here: `expires_at` is the end of the day that was asked for."""
        told = [{"code": "invalid_request", "param": None, **one} for one in self.errors]
        states = ("in_progress", "finalizing", "completed", "failed", "expired", "cancelling", "cancelled")
        return {
            "id": self.id,
            "object": "batch",
            "endpoint": self.endpoint,
            "errors": {"object": "list", "data": told} if told else None,
            "input_file_id": self.input,
            "completion_window": "24h",
            "status": self.status,
            "output_file_id": self.output,
            "error_file_id": self.error_output,
            "created_at": self.times["created"],
            "expires_at": self.times["created"] + _DAY_SECONDS,
            **{f"{state}_at": self.times.get(state) for state in states},
            "request_counts": {"total": self.total, "completed": self.completed, "failed": self.failed},
            "metadata": self.metadata or None,
        }

    def reaching(self, status: str) -> StoredBatch:
        """The batch in this state from now on."""
        return replace(self, status=status, times={**self.times, status: int(time.time())})

    def failing(self, errors: Sequence[Mapping[str, Any]]) -> StoredBatch:
        """The batch as one that cannot begin."""
        return replace(self.reaching("failed"), errors=tuple(errors), total=0)


class StoredBatches:
    """Adds, finds, changes and erases batches. Safe to use from any thread. All methods raise BatchesUnavailable."""

    def __init__(self, database: BatchDatabase) -> None:
        self._database = database

    def add(self, batch: StoredBatch) -> StoredBatch:
        """Keep a batch, with an id of its own. Raises QueueFull where the key has too many unfinished ones."""
        made = replace(batch, id=f"batch_{uuid.uuid4().hex}", times={"created": int(time.time()), **batch.times})
        with self._database.changing() as connection:
            [open] = connection.execute(
                "SELECT COUNT(*) FROM batches WHERE key = ? AND status IN (?, ?)", (batch.key, *UNFINISHED)
            ).fetchone()
            if open >= MOST_UNFINISHED:
                raise QueueFull(open)
            connection.execute(
                "INSERT INTO batches (id, key, status, input, facts) VALUES (?, ?, ?, ?, ?)",
                (made.id, made.key, made.status, made.input, _facts(made)),
            )
        return made

    def find(self, key: str, id: str) -> StoredBatch:
        """A batch of a key. Raises NotFound."""
        found = self._where("id = ? AND key = ?", (id, key))
        if not found:
            raise NotFound(f"There is no batch {id:.80}", "GET /v1/batches lists those of this key.")
        return found[0]

    def listed(self, key: str, after: str, limit: int) -> list[StoredBatch]:
        """At most `limit` batches, the newest first. `after`: the id of the one before them; "" for the first."""
        return self._where(
            """key = ? AND (? = '' OR number < (SELECT number FROM batches WHERE id = ? AND key = ?))
            ORDER BY number DESC LIMIT ?""",
            (key, after, after, key, limit),
        )

    def unfinished(self) -> list[StoredBatch]:
        """The batches of all keys that are not done, the oldest first."""
        return self._where("status IN (?, ?) ORDER BY number", UNFINISHED)

    def answered(self, id: str) -> set[int]:
        """The lines of a batch that have results."""
        with self._database.opened() as connection:
            return {line for (line,) in connection.execute("SELECT line FROM results WHERE batch = ?", (id,))}

    def add_result(self, id: str, line: int, text: str, *, failed: bool) -> None:
        """Keep the result of a line. Nothing happens where the batch has been erased."""
        with self._database.opened() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO results SELECT ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM batches WHERE id = ?)",
                (id, line, failed, text, id),
            )

    def cancel(self, key: str, id: str) -> StoredBatch:
        """Have an unfinished batch end; nothing happens to one that is done. Raises NotFound."""
        with self._database.changing() as connection:
            batch = self.find(key, id)
            if batch.status == "in_progress":
                batch = batch.reaching("cancelling")
                connection.execute(_UPDATE, (batch.status, _facts(batch), id))
        return batch

    def finish(self, id: str) -> None:
        """End a batch as cancelled or completed, with a file of results and one of failures where there are any."""
        with self._database.changing() as connection:
            found = self._where("id = ? AND status IN (?, ?)", (id, *UNFINISHED))
            if not found:
                return
            batch = found[0].reaching("cancelled" if found[0].status == "cancelling" else "completed")
            made: dict[int, str | None] = {}
            for failed, name in ((0, "output"), (1, "errors")):
                [count, size] = connection.execute(
                    "SELECT COUNT(*), SUM(LENGTH(CAST(text AS BLOB)) + 1) FROM results WHERE batch = ? AND failed = ?",
                    (id, failed),
                ).fetchone()
                made[failed] = f"file-{uuid.uuid4().hex}" if count else None
                if count:
                    file = f"{id}_{name}.jsonl"
                    row = (made[failed], batch.key, file, OUTPUT_PURPOSE, size, int(time.time()), id, failed)
                    connection.execute(
                        """INSERT INTO files (id, key, name, purpose, bytes, created_at, batch, failed)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
                        row,
                    )
            batch = replace(batch, output=made[0], error_output=made[1])  # with its counts, as files may be erased
            connection.execute(_UPDATE, (batch.status, _facts(batch), id))

    def erase(self, key: str, id: str) -> None:
        """Erase a batch and its results for good; its input stays. Raises NotFound."""
        self.find(key, id)
        with self._database.changing() as connection:
            connection.execute("DELETE FROM batches WHERE id = ?", (id,))
            connection.execute("DELETE FROM results WHERE batch = ?", (id,))
            connection.execute("DELETE FROM files WHERE batch = ?", (id,))
        self._database.erase_deleted()

    def forget_others(self, keys: Collection[str]) -> None:
        """Erase the files and batches of all keys but these: nobody can fetch them any more."""
        with self._database.opened() as connection:
            held = {key for (key,) in connection.execute("SELECT key FROM files UNION SELECT key FROM batches")}
        gone = held.difference(keys)
        if not gone:
            return
        with self._database.changing() as connection:
            for key in gone:
                connection.execute("DELETE FROM results WHERE batch IN (SELECT id FROM batches WHERE key = ?)", (key,))
                connection.execute("DELETE FROM batches WHERE key = ?", (key,))
                connection.execute("DELETE FROM files WHERE key = ?", (key,))
        self._database.erase_deleted()

    def _where(self, condition: str, values: tuple[object, ...]) -> list[StoredBatch]:
        with self._database.opened() as connection:
            rows = connection.execute(f"SELECT id, key, status, input, facts FROM batches WHERE {condition}", values)
            return [self._batch(*row) for row in rows.fetchall()]

    def _batch(self, id: str, key: str, status: str, input: str, facts: str) -> StoredBatch:
        read = json.loads(facts)
        values = {**read, "errors": tuple(read["errors"])}
        if status in UNFINISHED:
            with self._database.opened() as connection:
                counts = dict(
                    connection.execute("SELECT failed, COUNT(*) FROM results WHERE batch = ? GROUP BY failed", (id,))
                )
            values |= {"completed": counts.get(0, 0), "failed": counts.get(1, 0)}
        return StoredBatch(id=id, key=key, status=status, input=input, **values)


_UPDATE = "UPDATE batches SET status = ?, facts = ? WHERE id = ?"
_OWN_COLUMNS = ("id", "key", "status", "input")


def _facts(batch: StoredBatch) -> str:
    return json.dumps({name: value for name, value in asdict(batch).items() if name not in _OWN_COLUMNS})

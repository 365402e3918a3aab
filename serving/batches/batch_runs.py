"""Answers the batches of all keys, some lines of each in turn, for as long as the server runs; the next goes on."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import uuid
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from filelock import BaseFileLock, FileLock, Timeout

from assistant.batches.batch_runner import SEARCHED_TOGETHER, found_together
from assistant.batches.ordered_work import OrderedWork
from assistant.composing.reach import Reach
from errors import AppError
from knowledge import Retrieval
from serving.access import ApiKey, RequestRate
from serving.batches.api_files import ApiFiles
from serving.batches.batch_answers import ANSWERS, CHATS
from serving.batches.batch_database import BatchDatabase
from serving.batches.batch_lines import BatchLine, read_lines
from serving.batches.stored_batches import StoredBatch, StoredBatches
from serving.host import PERSONA_PREFIX, Host
from serving.http_failures import bug_body, error_body, status_of
from serving.requests import RequestFields
from serving.turnstile import QueueFull

_LOOK_SECONDS = 10.0  # until batches are looked for again, such as those that another server of the home has left
_QUEUE_SECONDS = 1.0  # until a batch asks again for a place, where others have taken all that there are to wait in
_log = logging.getLogger("carrel.serving")


@dataclass(frozen=True, slots=True)
class _Result:
    line: BatchLine
    status: int
    body: dict[str, Any]

    @property
    def text(self) -> str:
        """The result as OpenAI's line."""
        response = {"status_code": self.status, "request_id": f"req_{uuid.uuid4().hex}", "body": self.body}
        told = {"id": f"batch_req_{uuid.uuid4().hex}", "custom_id": self.line.custom_id, "response": response}
        return json.dumps({**told, "error": None}, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class _LineAnswer:
    """A line that is being answered on the event loop."""

    future: Future[tuple[int, dict[str, Any]]]

    def stop(self) -> None:
        self.future.cancel()


class BatchRuns:
    """Runs batches while the server does. `files`, `batches`: what is kept of them, for any thread."""

    def __init__(self, host: Host) -> None:
        self._host = host
        space = host.workspace
        self._database = BatchDatabase(space.home.batches, space.protection.database_key)
        self.files, self.batches = ApiFiles(self._database), StoredBatches(self._database)
        self._parallel = max(1, host.parallel - 1)  # a place stays free for whoever asks now
        self._rate = RequestRate()
        self._turns: dict[str, int] = {}
        self._owned: BaseFileLock = FileLock(space.home.path / "batches.lock", thread_local=False)
        self._lock = threading.Lock()
        self._current: tuple[str, OrderedWork[_Result]] | None = None
        self._woken, self._closing = threading.Event(), threading.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answer what there is, that of an earlier server first, while the block runs."""
        loop = asyncio.get_running_loop()
        thread = threading.Thread(target=self._run, args=(loop,), name="carrel-batches", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._closing.set()
            self._wake()
            self._stop()
            await loop.run_in_executor(None, thread.join)
            self._database.close()

    def add(self, batch: StoredBatch) -> StoredBatch:
        """Keep a batch and answer it when its turn comes. Raises as `StoredBatches.add` does."""
        made = self.batches.add(batch)
        self._wake()
        return made

    def cancel(self, key: str, id: str) -> StoredBatch:
        """End a batch; what it has so far stays. Raises NotFound."""
        batch = self.batches.cancel(key, id)
        self._stop(id)
        self._wake()
        return batch

    def erase(self, key: str, id: str) -> None:
        """Erase a batch and its results; it ends where it runs. Raises NotFound."""
        self.batches.erase(key, id)
        self._stop(id)

    def _wake(self) -> None:
        self._woken.set()

    def _stop(self, id: str | None = None) -> None:
        """Stop the batch that runs; with an id, that one alone."""
        with self._lock:
            current = self._current
        if current and id in (None, current[0]):
            current[1].stop()

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        while not self._closing.is_set():
            self._woken.clear()
            try:
                with suppress(Timeout), self._owned.acquire(timeout=0):  # else another server of this home runs them
                    self._forget_gone_keys()
                    while (batch := self._next()) and not self._closing.is_set():
                        self._answer_some(batch, loop)
            except AppError as error:
                _log.warning("%s. %s", error.title, error.hint)
            except Exception:  # noqa: BLE001 - a bug; it is logged, and other batches go on
                _log.exception("the batches cannot go on")
            self._woken.wait(_LOOK_SECONDS)

    def _forget_gone_keys(self) -> None:
        self.batches.forget_others([key.digest for key in self._host.keys.all()])

    def _next(self) -> StoredBatch | None:
        """The oldest unfinished batch of the key whose turn was longest ago."""
        unfinished = self.batches.unfinished()
        if not unfinished:
            return None
        batch = min(unfinished, key=lambda one: self._turns.get(one.key, 0))
        self._turns[batch.key] = max(self._turns.values(), default=0) + 1
        return batch

    def _answer_some(self, batch: StoredBatch, loop: asyncio.AbstractEventLoop) -> None:
        """Answer lines of a batch until it is done, stopped, or it is another's turn."""
        key = self._host.keys.of_digest(batch.key)
        if key is None:
            self._forget_gone_keys()
            return
        work = OrderedWork[_Result](self._parallel)
        with self._lock:
            self._current = (batch.id, work)
        try:
            if self._closing.is_set():
                return
            if not self._goes_on(batch):  # cancelled before it could be stopped
                self.batches.finish(batch.id)
                return
            left = self._left(batch)
            for result in work.results(self._jobs(batch, key, left, work, loop)):
                self.batches.add_result(batch.id, result.line.number, result.text, failed=result.status != 200)
        finally:
            with self._lock:
                self._current = None
        if len(self.batches.answered(batch.id)) >= batch.total:
            self.batches.finish(batch.id)

    def _goes_on(self, batch: StoredBatch) -> bool:
        """False for a batch that has been cancelled or erased, by another server perhaps."""
        return any(one.id == batch.id and one.status == "in_progress" for one in self.batches.unfinished())

    def _left(self, batch: StoredBatch) -> list[BatchLine]:
        """The lines of a batch that have no result yet."""
        content = b"".join(self.files.content(self.files.find(batch.key, batch.input)))
        answered = self.batches.answered(batch.id)
        return [line for line in read_lines(content, batch.endpoint)[0] if line.number not in answered]

    def _jobs(
        self,
        batch: StoredBatch,
        key: ApiKey,
        left: Sequence[BatchLine],
        work: OrderedWork[_Result],
        loop: asyncio.AbstractEventLoop,
    ) -> Iterator[Callable[[], _Result | None]]:
        """The lines that are left as jobs, until another key has its turn."""
        lines = iter(left)
        while together := list(islice(lines, SEARCHED_TOGETHER)):
            for line, found in zip(together, self._found(batch, key, together), strict=True):
                yield partial(self._answer, batch, line, found, work, loop)
            if not self._goes_on(batch) or any(other.key != key.digest for other in self.batches.unfinished()):
                return

    def _found(self, batch: StoredBatch, key: ApiKey, lines: Sequence[BatchLine]) -> list[Retrieval | None]:
        """What each line's persona finds for its question, together; None where the line asks otherwise, or wrongly."""
        personas: dict[str, list[tuple[int, str]]] = {}
        for place, line in enumerate(lines):
            with suppress(AppError):
                wanted = CHATS[batch.endpoint](RequestFields(line.body)) if batch.endpoint in CHATS else None
                if wanted and not wanted.exchanges and (not wanted.model or wanted.model.startswith(PERSONA_PREFIX)):
                    persona = self._host.persona_id(key, wanted.model.removeprefix(PERSONA_PREFIX))
                    personas.setdefault(persona, []).append((place, wanted.question))
        results: list[Retrieval | None] = [None] * len(lines)
        for persona, asked in personas.items():
            reach = Reach(key.folders)
            told = found_together(self._host.workspace, persona, [text for _, text in asked], reach=reach)
            for (place, _), found in zip(asked, told, strict=True):
                results[place] = None if isinstance(found, AppError) else found
        return results

    def _answer(
        self,
        batch: StoredBatch,
        line: BatchLine,
        found: Retrieval | None,
        work: OrderedWork[_Result],
        loop: asyncio.AbstractEventLoop,
    ) -> _Result | None:
        """The result of a line; None where the batch was stopped before it was whole, or its key is gone."""
        key = self._host.keys.of_digest(batch.key)
        if work.is_stopped or key is None:
            work.stop()
            return None
        future = asyncio.run_coroutine_threadsafe(self._asked(key, batch.endpoint, line, found), loop)
        with work.stopping(_LineAnswer(future)):
            try:
                status, body = future.result()
            except CancelledError:
                return None
        return None if work.is_stopped else _Result(line, status, body)

    async def _asked(
        self, key: ApiKey, endpoint: str, line: BatchLine, found: Retrieval | None
    ) -> tuple[int, dict[str, Any]]:
        """The status and the body that answer a line, once it has its turn among all that is asked."""
        while wait_s := self._rate.take(key):
            await asyncio.sleep(wait_s)
        while True:
            try:
                async with self._host.turnstile.turn(f"batch {key.digest}"):
                    return 200, await ANSWERS[endpoint](self._host, key, RequestFields(line.body), found)
            except QueueFull:
                await asyncio.sleep(_QUEUE_SECONDS)
            except AppError as error:
                return status_of(error)[0], error_body(error)
            except Exception:  # noqa: BLE001 - a bug; it is logged, and the line has failed
                _log.exception("a line of a batch failed")
                return 500, bug_body()

"""Writes parked chats to the disk on a thread of its own, so that the worker never waits for it."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from queue import SimpleQueue
from threading import Thread

from engines.llama.kv.parked_chat import ParkedChat
from engines.llama.kv.snapshots import Snapshot, SnapshotStore


class ChatDisk:
    """The chats on disk. For one thread, the worker's."""

    def __init__(self, store: SnapshotStore) -> None:
        self._store = store
        self._queue: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="chats to disk", daemon=True)
        self._thread.start()

    def all(self) -> Sequence[Snapshot]:
        """Every chat that is there, the longest unused first."""
        return self._store.all()

    def load(self, snapshot: Snapshot, into: memoryview) -> bool:
        """Fill `into`, `state_bytes` long, with a chat's state; False: it is lost."""
        return self._store.load(snapshot, into)

    def begin_load(self, snapshot: Snapshot, chat: ParkedChat) -> "Future[bool]":
        """Fill a chat as `load` does; returns at once."""
        loaded = Future[bool]()

        def load() -> None:
            try:
                loaded.set_result(self._store.load(snapshot, chat.state))
            except Exception as error:  # noqa: BLE001 whoever waits must hear of it
                loaded.set_exception(error)

        self.after(load)
        return loaded

    def keep(self, chat: ParkedChat) -> None:
        """Write it, if it is not there; returns at once."""
        if not chat.kept:
            chat.kept = chat.writing = True
            self._queue.put(partial(self._write, chat))

    def after(self, call: Callable[[], None]) -> None:
        """Call it when all that was to be kept so far is written; returns at once."""
        self._queue.put(call)

    def drop(self, tokens: list[int]) -> None:
        """Delete the chat of exactly these tokens."""
        for snapshot in self._store.all():
            if snapshot.transcript.tokens == tokens:
                self._store.drop(snapshot)

    def close(self) -> None:
        """Returns when everything is written."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while call := self._queue.get():
            call()

    def _write(self, chat: ParkedChat) -> None:
        self._store.save(chat.transcript, chat.state)
        chat.writing = False

"""Parked chats: copies of sequence states in RAM, under a budget of bytes; then on disk."""

from __future__ import annotations

import ctypes
import mmap
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Thread

from engines.llama.kv.prefix import CachedTokens, DeletedTexts
from engines.llama.kv.snapshots import Snapshot, SnapshotStore

StateBuffer = ctypes.Array[ctypes.c_uint8]


@dataclass(slots=True, eq=False)
class ParkedChat:
    """`cached`: the tokens whose state fills the first `size` bytes of `buffer`; `last_used`: an increasing number.

    `shared`: a prefix that other chats may continue, no chat itself. `persisted`: it is on disk too, or on its way
    there, or is not to be; `writing`: on its way, so that its buffer must not change.
    """

    cached: CachedTokens
    buffer: StateBuffer
    size: int
    last_used: int
    shared: bool = False
    persisted: bool = False
    writing: bool = False

    @property
    def state(self) -> memoryview:
        """The saved bytes."""
        return memoryview(self.buffer).cast("B")[: self.size]

    def can_reuse_buffer(self, size: int) -> bool:
        """True if its buffer can hold another state of `size` bytes without waste."""
        return not self.writing and size <= len(self.buffer) <= 2 * size


def allocate_buffer(size: int) -> StateBuffer:
    """Fresh memory, which returns to the system as soon as it is freed. In huge pages it fills twice as fast."""
    if hasattr(mmap, "MADV_HUGEPAGE"):
        pages = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)  # shared memory gets none as a rule
        pages.madvise(mmap.MADV_HUGEPAGE)
    else:
        pages = mmap.mmap(-1, size)
    return (ctypes.c_uint8 * size).from_buffer(pages)


class SnapshotWriter:
    """Writes and loads snapshots on a thread of its own. To be called from the worker's thread."""

    def __init__(self, store: SnapshotStore) -> None:
        self._store = store
        self._queue: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="chats to disk", daemon=True)
        self._thread.start()

    def all(self) -> Sequence[Snapshot]:
        """Every chat on disk, the least recently used first."""
        return self._store.all()

    def load(self, snapshot: Snapshot, into: memoryview) -> bool:
        """Fill `into`, `state_bytes` long, with the state of a chat; False: it is lost."""
        return self._store.load(snapshot, into)

    def submit_load(self, snapshot: Snapshot, chat: ParkedChat) -> Future[bool]:
        """Fill a chat as `load` does; returns at once."""
        loaded = Future[bool]()

        def load() -> None:
            try:
                loaded.set_result(self._store.load(snapshot, chat.state))
            except Exception as error:  # noqa: BLE001 whoever waits must hear of it
                loaded.set_exception(error)

        self.call_after_writes(load)
        return loaded

    def write(self, chat: ParkedChat) -> None:
        """Write a chat that is not on disk; returns at once."""
        if chat.persisted:
            return
        chat.persisted = chat.writing = True

        def write() -> None:
            self._store.save(chat.cached, chat.state)
            chat.writing = False

        self._queue.put(write)

    def call_after_writes(self, call: Callable[[], None]) -> None:
        """Call a function, on the writing thread, once all writes so far are done; returns at once."""
        self._queue.put(call)

    def delete(self, tokens: list[int]) -> None:
        """Delete the chat of exactly these tokens."""
        for snapshot in self._store.all():
            if snapshot.cached.tokens == tokens:
                self._store.delete(snapshot)

    def close(self) -> None:
        """Finish all writes; returns when that is done."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while call := self._queue.get():
            call()


Save = Callable[[StateBuffer, int], bool]
_SPARE_SHARE = 8  # a buffer is larger by an eighth, so that the chat's next turns fit into it too
_PAGE = 4096


@dataclass(frozen=True, slots=True)
class Prefetch:
    """A chat that is being loaded from disk. `loaded`: false if it is lost."""

    snapshot: Snapshot
    chat: ParkedChat
    loaded: Future[bool]


class ParkedChatStore:
    """The chats in RAM. The least recently used are evicted to disk where a new one needs their bytes."""

    def __init__(self, budget_bytes: int, disk: SnapshotWriter | None = None) -> None:
        """`disk` None: evicted chats are lost."""
        self._budget, self._disk = budget_bytes, disk
        self._chats: list[ParkedChat] = []
        self._prefetch: Prefetch | None = None

    def all(self) -> tuple[ParkedChat, ...]:
        """Every chat in RAM, in no order."""
        if self._prefetch and self._prefetch.loaded.done():
            self._finish_prefetch()
        return tuple(self._chats)

    def on_disk(self) -> Sequence[Snapshot]:
        """Every chat on disk, the least recently used first; some of them are in RAM as well."""
        return self._disk.all() if self._disk else ()

    @property
    def bytes(self) -> int:
        """The size of all buffers. Any thread."""
        prefetch = self._prefetch
        loading = len(prefetch.chat.buffer) if prefetch else 0
        return loading + sum(len(chat.buffer) for chat in self._chats)

    def park(
        self, cached: CachedTokens, size: int, save: Save, last_used: int, instead: ParkedChat | None = None
    ) -> ParkedChat | None:
        """Add a chat of which `save` writes `size` bytes; None when there is no room or `save` fails.

        `instead`: an earlier stage of the chat, to be replaced. Its buffer is reused, as filling a new one takes more
        than twice as long.
        """
        if size > self._budget:
            return None
        owned = instead if instead in self._chats else None  # else another chat may have its buffer by now
        if owned:
            self._chats.remove(owned)
        buffer = owned.buffer if owned and owned.can_reuse_buffer(size) else self._make_buffer(size)
        if not save(buffer, size):
            return None
        chat = ParkedChat(cached.copy(), buffer, size, last_used)
        self._chats.append(chat)
        return chat

    def restore(self, snapshot: Snapshot, last_used: int) -> ParkedChat | None:
        """Load a chat from disk, to stay in RAM if the budget has room for it; None: it is lost."""
        if self._prefetch and self._prefetch.snapshot is snapshot:
            return self._finish_prefetch()
        fits = snapshot.state_bytes <= self._budget
        buffer = self._make_buffer(snapshot.state_bytes) if fits else allocate_buffer(snapshot.state_bytes)
        chat = ParkedChat(snapshot.cached, buffer, snapshot.state_bytes, last_used, persisted=True)
        if not self._disk or not self._disk.load(snapshot, chat.state):
            return None
        if fits:
            self._chats.append(chat)
        return chat

    def prefetch(self, most_tokens: int) -> None:
        """If RAM is empty, begin to load the last used chat of at most `most_tokens` and within the budget."""
        if not self._disk or self._chats or self._prefetch:
            return
        fitting = [one for one in self._disk.all() if len(one.cached.tokens) <= most_tokens]
        if fitting and fitting[-1].state_bytes <= self._budget:
            last = fitting[-1]
            buffer = self._make_buffer(last.state_bytes)
            chat = ParkedChat(last.cached, buffer, last.state_bytes, last_used=0, persisted=True)
            self._prefetch = Prefetch(last, chat, self._disk.submit_load(last, chat))

    def delete(self, chat: ParkedChat) -> None:
        """Delete a chat that the model cannot load, in RAM and on disk."""
        if chat in self._chats:
            self._chats.remove(chat)
        if self._disk:
            self._disk.delete(chat.cached.tokens)

    def delete_containing(self, texts: DeletedTexts, done: Callable[[], None]) -> None:
        """Delete the chats in RAM that contain one of the texts. `done` is called when none is on its way to disk."""
        self._finish_prefetch()
        self._chats = [chat for chat in self._chats if not texts.occur_in(chat.cached.text)]
        if self._disk:
            self._disk.call_after_writes(done)
        else:
            done()

    def persist(self) -> None:
        """Begin to write the chats that are not on disk."""
        if self._disk:
            for chat in self._chats:
                self._disk.write(chat)

    def close(self) -> None:
        """Write every chat to disk; returns when that is done."""
        self.persist()
        if self._disk:
            self._disk.close()

    def _finish_prefetch(self) -> ParkedChat | None:
        """Wait for the chat that is being loaded. None: there is none, or it is lost."""
        prefetch, self._prefetch = self._prefetch, None
        if prefetch is None or not prefetch.loaded.result():
            return None
        self._chats.append(prefetch.chat)
        return prefetch.chat

    def _make_buffer(self, size: int) -> StateBuffer:
        """A buffer for a state of `size` bytes, for which the least recently used chats are evicted."""
        capacity = min(-(-(size + size // _SPARE_SHARE) // _PAGE) * _PAGE, max(self._budget, size))
        while self._chats and self.bytes + capacity > self._budget:
            least = min(self._chats, key=lambda chat: chat.last_used)
            if self._disk:
                self._disk.write(least)
            self._chats.remove(least)
        return allocate_buffer(capacity)

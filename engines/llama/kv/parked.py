"""Chats set aside: copies of what the model's memory held for them, in RAM under a budget of bytes, then on disk."""

import ctypes
import mmap
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from threading import Thread

from engines.llama.kv.prefix import Forgotten, Transcript
from engines.llama.kv.snapshots import Snapshot, SnapshotStore

Memory = ctypes.Array[ctypes.c_uint8]


@dataclass(slots=True, eq=False)
class ParkedChat:
    """`transcript`: what the first `size` bytes of `buffer` hold; `used`: when it was last wanted, increasing.

    `shared`: a beginning that other chats may go on from, no chat itself. `kept`: it is on disk too, or on its way
    there, or is not to be; `writing`: on its way, so that its buffer must stay as it is.
    """

    transcript: Transcript
    buffer: Memory
    size: int
    used: int
    shared: bool = False
    kept: bool = False
    writing: bool = False

    @property
    def state(self) -> memoryview:
        """The bytes."""
        return memoryview(self.buffer).cast("B")[: self.size]

    def may_hold(self, size: int) -> bool:
        """Whether its buffer can serve for another state of `size` bytes without waste."""
        return not self.writing and size <= len(self.buffer) <= 2 * size


def new_memory(size: int) -> Memory:
    """Fresh memory, which goes back to the system as soon as it is dropped. In huge pages it fills twice as fast."""
    if hasattr(mmap, "MADV_HUGEPAGE"):
        pages = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)  # shared memory gets none as a rule
        pages.madvise(mmap.MADV_HUGEPAGE)
    else:
        pages = mmap.mmap(-1, size)
    return (ctypes.c_uint8 * size).from_buffer(pages)


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


Save = Callable[[Memory, int], bool]
_SPARE_PART = 8  # a buffer is larger by one part in so many, so that the chat's next turns fit into it too
_PAGE = 4096


@dataclass(frozen=True, slots=True)
class Coming:
    """A chat that is being brought back from the disk. `loaded`: false if it is lost."""

    snapshot: Snapshot
    chat: ParkedChat
    loaded: "Future[bool]"


class ParkedChats:
    """The chats in RAM. The least recently used leave it for the disk where a new one needs their bytes."""

    def __init__(self, budget_bytes: int, disk: ChatDisk | None = None) -> None:
        """`disk` None: what leaves RAM is forgotten."""
        self._budget, self._disk = budget_bytes, disk
        self._chats: list[ParkedChat] = []
        self._coming: Coming | None = None

    def all(self) -> tuple[ParkedChat, ...]:
        """Every chat in RAM, in no order."""
        if self._coming and self._coming.loaded.done():
            self._take_in()
        return tuple(self._chats)

    def on_disk(self) -> Sequence[Snapshot]:
        """Every chat on disk, the longest unused first; some of them are in RAM as well."""
        return self._disk.all() if self._disk else ()

    @property
    def bytes(self) -> int:
        """What all buffers take. Any thread."""
        coming = self._coming
        on_its_way = len(coming.chat.buffer) if coming else 0
        return on_its_way + sum(len(chat.buffer) for chat in self._chats)

    def put(
        self, transcript: Transcript, size: int, save: Save, used: int, instead: ParkedChat | None = None
    ) -> ParkedChat | None:
        """Keep a chat of which `save` writes `size` bytes; None when there is no room or `save` fails.

        `instead`: an earlier state of it, which is forgotten; its buffer serves again, as filling a new one takes more
        than twice as long.
        """
        if size > self._budget:
            return None
        owned = instead if instead in self._chats else None  # else another chat may have its buffer by now
        if owned:
            self._chats.remove(owned)
        buffer = owned.buffer if owned and owned.may_hold(size) else self._buffer(size)
        if not save(buffer, size):
            return None
        chat = ParkedChat(transcript.copy(), buffer, size, used)
        self._chats.append(chat)
        return chat

    def fetch(self, snapshot: Snapshot, used: int) -> ParkedChat | None:
        """Bring a chat back from the disk, into RAM to stay if the budget has room for it; None: it is lost."""
        if self._coming and self._coming.snapshot is snapshot:
            return self._take_in()
        fits = snapshot.state_bytes <= self._budget
        buffer = self._buffer(snapshot.state_bytes) if fits else new_memory(snapshot.state_bytes)
        chat = ParkedChat(snapshot.transcript, buffer, snapshot.state_bytes, used, kept=True)
        if not self._disk or not self._disk.load(snapshot, chat.state):
            return None
        if fits:
            self._chats.append(chat)
        return chat

    def begin_fetch(self, most_tokens: int) -> None:
        """Where RAM is empty, begin to bring back the chat that was used last, of `most_tokens` at most.

        It must fit into the budget.
        """
        if not self._disk or self._chats or self._coming:
            return
        fitting = [one for one in self._disk.all() if len(one.transcript.tokens) <= most_tokens]
        if fitting and fitting[-1].state_bytes <= self._budget:
            last = fitting[-1]
            chat = ParkedChat(last.transcript, self._buffer(last.state_bytes), last.state_bytes, used=0, kept=True)
            self._coming = Coming(last, chat, self._disk.begin_load(last, chat))

    def _take_in(self) -> ParkedChat | None:
        """Waits for the chat that is on its way. None: there is none, or it is lost."""
        coming, self._coming = self._coming, None
        if coming is None or not coming.loaded.result():
            return None
        self._chats.append(coming.chat)
        return coming.chat

    def discard(self, chat: ParkedChat) -> None:
        """Forget a chat that the model cannot take up again, in RAM and on disk."""
        if chat in self._chats:
            self._chats.remove(chat)
        if self._disk:
            self._disk.drop(chat.transcript.tokens)

    def let_go(self, forgotten: Forgotten, done: Callable[[], None]) -> None:
        """Drop the chats in RAM that are to be forgotten. `done` is called when none is on its way to the disk."""
        self._take_in()
        self._chats = [chat for chat in self._chats if not forgotten.is_in(chat.transcript.text)]
        if self._disk:
            self._disk.after(done)
        else:
            done()

    def keep(self) -> None:
        """Begin to write to the disk what is not there."""
        if self._disk:
            for chat in self._chats:
                self._disk.keep(chat)

    def close(self) -> None:
        """Returns when everything is on disk."""
        self.keep()
        if self._disk:
            self._disk.close()

    def _buffer(self, size: int) -> Memory:
        capacity = min(-(-(size + size // _SPARE_PART) // _PAGE) * _PAGE, max(self._budget, size))
        while self._chats and self.bytes + capacity > self._budget:
            least = min(self._chats, key=lambda chat: chat.used)
            if self._disk:
                self._disk.keep(least)
            self._chats.remove(least)
        return new_memory(capacity)

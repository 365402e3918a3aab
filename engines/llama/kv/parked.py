"""Chats set aside: copies of what the model's memory held for them, in RAM under a budget of bytes, then on disk."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from engines.llama.kv.chat_disk import ChatDisk
from engines.llama.kv.forgotten import Forgotten
from engines.llama.kv.parked_chat import Memory, ParkedChat, new_memory
from engines.llama.kv.prefix import Transcript
from engines.llama.kv.snapshots import Snapshot

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

"""Chats set aside: copies of what the model's memory held for them, in RAM, under a budget of bytes."""

import ctypes
import mmap
from collections.abc import Callable
from dataclasses import dataclass

from engines.llama.prefix import Transcript

Memory = ctypes.Array[ctypes.c_uint8]
Save = Callable[[Memory, int], bool]
_SPARE_PART = 8  # a buffer is larger by one part in so many, so that the chat's next turns fit into it too
_PAGE = 4096


@dataclass(slots=True, eq=False)
class ParkedChat:
    """`transcript`: what the first `size` bytes of `buffer` hold; `used`: when it was last wanted, increasing."""

    transcript: Transcript
    buffer: Memory
    size: int
    used: int


class ParkedChats:
    """The chats in RAM. The least recently used are forgotten where a new one needs their bytes."""

    def __init__(self, budget_bytes: int) -> None:
        self._budget = budget_bytes
        self._chats: list[ParkedChat] = []

    def all(self) -> tuple[ParkedChat, ...]:
        """Every chat, in no order."""
        return tuple(self._chats)

    @property
    def bytes(self) -> int:
        """What all buffers take."""
        return sum(len(chat.buffer) for chat in self._chats)

    def put(
        self, transcript: Transcript, size: int, save: Save, used: int, instead: ParkedChat | None
    ) -> ParkedChat | None:
        """Keep a chat of which `save` writes `size` bytes; None when there is no room or `save` fails.

        `instead`: an earlier state of it, which is forgotten; its buffer serves again, as filling a new one takes more
        than twice as long.
        """
        if size > self._budget:
            return None
        if instead in self._chats:
            self._chats.remove(instead)
        buffer = instead.buffer if instead and size <= len(instead.buffer) <= 2 * size else self._buffer(size)
        if not save(buffer, size):
            return None
        chat = ParkedChat(transcript.copy(), buffer, size, used)
        self._chats.append(chat)
        return chat

    def clear(self) -> None:
        """Forget all."""
        self._chats.clear()

    def _buffer(self, size: int) -> Memory:
        capacity = min(-(-(size + size // _SPARE_PART) // _PAGE) * _PAGE, max(self._budget, size))
        while self._chats and self.bytes + capacity > self._budget:
            self._chats.remove(min(self._chats, key=lambda chat: chat.used))
        pages = mmap.mmap(-1, capacity)  # given back to the system as soon as it is dropped
        if hasattr(mmap, "MADV_HUGEPAGE"):
            pages.madvise(mmap.MADV_HUGEPAGE)
        return (ctypes.c_uint8 * capacity).from_buffer(pages)

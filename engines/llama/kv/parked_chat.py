"""A chat set aside: a copy of what the model's memory held for it."""

import ctypes
import mmap
from dataclasses import dataclass

from engines.llama.kv.prefix import Transcript

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

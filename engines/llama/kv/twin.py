"""Makes a model that cannot take back its last tokens interruptible: what it was before a batch is kept beside it."""

from typing import Any


class Twin:
    """A sequence that stays where another was. For one thread, the worker's.

    It shares the other's memory and takes next to no time: a recurrent state that two sequences share is written anew
    for the one that goes on. Source: llama.cpp, llama_memory_recurrent::find_slot. In a batch of several sequences
    that also moves the states of others, so that such a batch cannot be interrupted.
    """

    def __init__(self, api: Any, memory: Any, sequence: int) -> None:
        """`sequence`: its own number, which nothing else uses."""
        self._api, self._memory, self._sequence = api, memory, sequence
        self._other = -1
        self._count = 0

    def follow(self, other: int, count: int) -> None:
        """Be what the sequence `other` is now that it has `count` tokens."""
        if other != self._other:
            self.leave(self._other)
        self._api.llama_memory_seq_cp(self._memory, other, self._sequence, self._count, -1)
        self._other, self._count = other, count

    def restore(self) -> None:
        """Let the followed sequence be what it was."""
        self._api.llama_memory_seq_rm(self._memory, self._other, -1, -1)
        self._api.llama_memory_seq_cp(self._memory, self._sequence, self._other, 0, -1)

    def leave(self, other: int) -> None:
        """`other` becomes something else: hold nothing of it."""
        if other == self._other:
            self._api.llama_memory_seq_rm(self._memory, self._sequence, -1, -1)
            self._other, self._count = -1, 0

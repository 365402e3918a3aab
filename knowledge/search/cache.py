"""What was found before, for the same question or one that differs in nothing but its dress; never a stale result."""

import threading
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from knowledge.search.query import Query

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

T = TypeVar("T")

CAPACITY = 256
# How near two questions' vectors must be. That alone would take `in 2019` for `in 2020`: 0.9 and more apart.
SIMILAR_COSINE = 0.9
# Words that say nothing of the subject, so that the analyzer may leave them out, but turn a question round.
_TURNING = frozenset(
    "no not never without nor neither none cannot can't don't doesn't isn't aren't won't wasn't weren't didn't from to"
    " by before after more less".split()
)


@dataclass(frozen=True, slots=True)
class Gist:
    """What a question is about: its terms, whatever their order and endings, and the small words that turn it round."""

    terms: frozenset[str]
    turning: tuple[str, ...]

    @classmethod
    def of(cls, question: str, terms: Sequence[str]) -> "Gist":
        """`terms`: as the analyzer gives them for the question."""
        words = (word.strip(".,;:?!\"'()") for word in question.lower().replace("’", "'").split())
        return cls(frozenset(terms), tuple(sorted(word for word in words if word in _TURNING)))


@dataclass(frozen=True, slots=True)
class _Entry(Generic[T]):
    found: T
    gist: Gist
    vector: "npt.NDArray[np.float32] | None"


class SearchCache(Generic[T]):
    """Results by query, the least recently used dropped first. Safe to use from any thread.

    `state`: what results depend on. Whenever another one is given than the last time, everything is forgotten.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._state: Hashable = None
        self._entries: OrderedDict[Query, _Entry[T]] = OrderedDict()
        self._lock = threading.Lock()

    def same(self, query: Query, state: Hashable) -> T | None:
        """What this very query found."""
        with self._lock:
            self._follow(state)
            entry = self._entries.get(query)
            if entry is None:
                return None
            self._entries.move_to_end(query)
            return entry.found

    def similar(self, query: Query, state: Hashable, gist: Gist, vector: "npt.NDArray[np.float32] | None") -> T | None:
        """What a query found that has the same gist, restriction, count and stages, and nearly the same vector."""
        if vector is None or not gist.terms:
            return None
        with self._lock:
            self._follow(state)
            for kept, entry in self._entries.items():
                alike = (kept.within, kept.k, kept.stages, entry.gist) == (query.within, query.k, query.stages, gist)
                if alike and entry.vector is not None and float(entry.vector @ vector) >= SIMILAR_COSINE:
                    return entry.found
        return None

    def keep(
        self, query: Query, state: Hashable, gist: Gist, vector: "npt.NDArray[np.float32] | None", found: T
    ) -> None:
        """Remember what was found by a search that began in this state."""
        with self._lock:
            if state != self._state:
                return
            self._entries[query] = _Entry(found, gist, vector)
            self._entries.move_to_end(query)
            while len(self._entries) > self._capacity:
                self._entries.popitem(last=False)

    def _follow(self, state: Hashable) -> None:
        if state != self._state:
            self._entries.clear()
            self._state = state

"""Caches search results, for the same question and for rewordings of it; never returns a stale one."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from knowledge.search.query import Query
from knowledge.terms.analyzer import QuestionTerm

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

T = TypeVar("T")

# Words that an analyzer may drop, though they reverse the meaning of a question.
_REVERSING = frozenset(
    "no not never without nor neither none cannot can't don't doesn't isn't aren't won't wasn't weren't didn't from to"
    " by before after more less".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheLimits:
    """`searches`: the most whose results are kept; 0: none. `similar_cosine`: of two questions' vectors, from where on
    one may be a rewording of the other. It is not enough by itself: `in 2019` and `in 2020` are nearer than 0.9.
    """

    searches: int = 256
    similar_cosine: float = 0.9


@dataclass(frozen=True, slots=True)
class NormalisedQuestion:
    """A question without word order and endings: its terms, and the small words that reverse its meaning."""

    terms: frozenset[str]
    reversing: tuple[str, ...]

    @classmethod
    def of(cls, question: str, terms: Sequence[QuestionTerm]) -> NormalisedQuestion:
        """Normalise a question. `terms`: as the analyzer gives them for the question."""
        words = (word.strip(".,;:?!\"'()") for word in question.lower().replace("’", "'").split())
        return cls(frozenset(term.first for term in terms), tuple(sorted(word for word in words if word in _REVERSING)))


@dataclass(frozen=True, slots=True)
class _Entry(Generic[T]):
    found: T
    normalised: NormalisedQuestion
    vector: npt.NDArray[np.float32] | None


class SearchCache(Generic[T]):
    """Results by query; the least recently used is evicted first. Safe to use from any thread.

    `state`: the version of the data that results depend on; a call with another one than the last clears the cache.
    """

    def __init__(self, limits: CacheLimits | None = None) -> None:
        self._limits = limits or CacheLimits()
        self._state: Hashable = None
        self._entries: OrderedDict[Query, _Entry[T]] = OrderedDict()
        self._lock = threading.Lock()

    def same(self, query: Query, state: Hashable) -> T | None:
        """Return the result of this very query."""
        with self._lock:
            self._clear_if_stale(state)
            entry = self._entries.get(query)
            if entry is None:
                return None
            self._entries.move_to_end(query)
            return entry.found

    def similar(
        self, query: Query, state: Hashable, normalised: NormalisedQuestion, vector: npt.NDArray[np.float32] | None
    ) -> T | None:
        """Return the result of a query that differs only in wording: the same normalised question, a similar vector."""
        if vector is None or not normalised.terms:
            return None
        with self._lock:
            self._clear_if_stale(state)
            wanted = (query.within, query.k, query.stages, normalised)
            for other, entry in self._entries.items():
                alike = (other.within, other.k, other.stages, entry.normalised) == wanted
                if alike and entry.vector is not None and float(entry.vector @ vector) >= self._limits.similar_cosine:
                    return entry.found
        return None

    def store(
        self,
        query: Query,
        state: Hashable,
        normalised: NormalisedQuestion,
        vector: npt.NDArray[np.float32] | None,
        found: T,
    ) -> None:
        """Cache the result of a search that began in this state, unless the state has changed since."""
        with self._lock:
            if state != self._state:
                return
            self._entries[query] = _Entry(found, normalised, vector)
            self._entries.move_to_end(query)
            while len(self._entries) > self._limits.searches:
                self._entries.popitem(last=False)

    def _clear_if_stale(self, state: Hashable) -> None:
        if state != self._state:
            self._entries.clear()
            self._state = state

"""Reranks passages by a model that reads question and passage together: slower and finer than two vectors."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from errors import AppError

CACHED_SCORES = 10_000  # of some 300 bytes each


@dataclass(frozen=True, slots=True, kw_only=True)
class RerankLimits:
    """`candidates`: the best that are reranked, as far as `budget_ms` lasts. `least_relevance`: of a reranked passage,
    from 0 to 1; one below it is cut.

    With 100 ms of retrieval, an answer still begins within the half second that feels immediate. A BGE reranker gives a
    logit of -8, which is 0.0003, to pairs that it is sure have nothing to do with each other.
    """

    candidates: int = 50
    budget_ms: float = 400
    least_relevance: float = 0.0003


class RerankerMissing(AppError):
    """No folder has the reranker's files."""


class Reranker(Protocol):
    """A model that reads a question and a text as one. Every method may be called from any thread."""

    @property
    def name(self) -> str:
        """The model's name: scores of different names are not comparable."""
        ...

    @property
    def batch_pairs(self) -> int:
        """Pairs that are scored side by side: fewer at once take about as long."""
        ...

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """The model's logit for each text, in the order of `texts`; higher is better; only their order is meant."""
        ...

    def close(self) -> None:
        """Free the model's memory. The reranker cannot be used after."""
        ...


class RerankStage:
    """Scores pairs within a time budget, and caches them. Safe to use from any thread."""

    def __init__(
        self,
        reranker: Reranker,
        limits: RerankLimits | None = None,
        *,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """`clock`: seconds from any beginning."""
        self.name, self.limits = reranker.name, limits or RerankLimits()
        self._reranker, self._budget_s, self._clock = reranker, self.limits.budget_ms / 1000, clock
        self._cache = _ScoreCache(CACHED_SCORES)

    def scores(
        self,
        question: str,
        pairs: Sequence[tuple[bytes, str]],
        shorten: Callable[[str], str] = str,
        is_abandoned: Callable[[], bool] | None = None,
    ) -> dict[bytes, float]:
        """Return logits by chunk hash, in the order given; higher is better. Pairs beyond the budget are absent.

        `pairs`: (chunk hash, text), the best first. `shorten`: gives the part of a text to read. Cached scores cost
        nothing; of the rest one batch is always read, and another only where it should end within the budget.
        `is_abandoned`: of a search ahead, which has no budget and goes on until then.
        """
        scores = self._cache.of(question, [chunk_hash for chunk_hash, _ in pairs])
        uncached = {chunk_hash: text for chunk_hash, text in pairs if chunk_hash not in scores}
        for batch in self._batches(list(uncached.items()), is_abandoned):
            logits = self._reranker.scores(question, [shorten(text) for _, text in batch])
            fresh = {chunk_hash: logit for (chunk_hash, _), logit in zip(batch, logits, strict=True)}
            self._cache.add(question, fresh)
            scores |= fresh
        return {chunk_hash: scores[chunk_hash] for chunk_hash, _ in pairs if chunk_hash in scores}

    def close(self) -> None:
        """Close the reranker."""
        self._reranker.close()

    def _batches(
        self, pairs: Sequence[tuple[bytes, str]], is_abandoned: Callable[[], bool] | None
    ) -> Iterator[Sequence[tuple[bytes, str]]]:
        """Yield batches until one as slow as the slowest so far would end too late."""
        size = self._reranker.batch_pairs
        begun = last = self._clock()
        slowest = 0.0
        for start in range(0, len(pairs), size):
            is_late = is_abandoned() if is_abandoned else last - begun + slowest > self._budget_s
            if start and is_late:
                return
            yield pairs[start : start + size]
            now = self._clock()
            slowest, last = max(slowest, now - last), now


class _ScoreCache:
    """The most recently used scores, by question and chunk hash."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._scores: OrderedDict[tuple[str, bytes], float] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, question: str, hashes: Sequence[bytes]) -> dict[bytes, float]:
        found: dict[bytes, float] = {}
        with self._lock:
            for chunk_hash in hashes:
                if (key := (question, chunk_hash)) in self._scores:
                    self._scores.move_to_end(key)
                    found[chunk_hash] = self._scores[key]
        return found

    def add(self, question: str, scores: dict[bytes, float]) -> None:
        with self._lock:
            self._scores |= {(question, chunk_hash): score for chunk_hash, score in scores.items()}
            while len(self._scores) > self._capacity:
                self._scores.popitem(last=False)

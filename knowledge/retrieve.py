"""A question → the passages that answer it: vector and keyword search side by side, fused."""

import time
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from knowledge.fuse import fuse, spread
from knowledge.holdings import Holdings
from knowledge.index import Hit, Restriction
from knowledge.passage import Passage, StageScores
from knowledge.readability import readability
from knowledge.rows import ChunkRow

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Stage = Literal["vector", "keyword"]
ALL_STAGES: frozenset[Stage] = frozenset({"vector", "keyword"})

SHORT_QUESTION_CHARS = 30
READABILITY_PASSAGES = 3
READABILITY_CHARS = 200  # of each: some 30 words, where 10 are enough to tell
CANDIDATES = 100  # of each stage, as many as two-stage retrieval usually reranks; twice what is wanted, if more


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Passages, best first, and milliseconds by stage: embed, vector, keyword, fuse, total. Stages overlap."""

    passages: tuple[Passage, ...]
    timings_ms: Mapping[str, float]


class Retriever:
    """Searches one index. Safe to use from any thread."""

    def __init__(self, holdings: Holdings) -> None:
        self._ledger, self._index = holdings.ledger, holdings.index
        self._embedder, self._analyzer = holdings.embedder, holdings.analyzer
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="keyword-search")

    def close(self) -> None:
        """End the worker thread."""
        self._worker.shutdown()

    def search(self, question: str, within: Restriction, k: int, stages: frozenset[Stage] = ALL_STAGES) -> Retrieval:
        """At most `k` passages within the restriction. Texts that are the same are returned once."""
        timings: dict[str, float] = {}
        with _timed(timings, "total"):
            wanted = _Wanted(within, max(CANDIDATES, 2 * k), stages)
            keyword_search = self._worker.submit(self._by_keyword, question, wanted, timings)
            vector, vector_hits = self._by_vector(question, wanted, timings)
            keyword_hits = keyword_search.result()
            with _timed(timings, "fuse"):
                passages = self._merge(question, vector, vector_hits, keyword_hits, k)
        return Retrieval(passages, timings)

    def _by_vector(
        self, question: str, wanted: "_Wanted", timings: dict[str, float]
    ) -> tuple["npt.NDArray[np.float32] | None", list[Hit]]:
        if self._embedder is None or "vector" not in wanted.stages:
            return None, []
        with _timed(timings, "embed"):
            vector = self._embedder.embed_question(question)
        with _timed(timings, "vector"):
            return vector, self._index.by_vector(vector, wanted.candidates, wanted.within)

    def _by_keyword(self, question: str, wanted: "_Wanted", timings: dict[str, float]) -> list[Hit]:
        if "keyword" not in wanted.stages:
            return []
        with _timed(timings, "keyword"):
            return self._index.by_terms(self._analyzer.question_terms(question), wanted.candidates, wanted.within)

    def _merge(
        self,
        question: str,
        vector: "npt.NDArray[np.float32] | None",
        vector_hits: list[Hit],
        keyword_hits: list[Hit],
        k: int,
    ) -> tuple[Passage, ...]:
        cosines, bm25 = dict(vector_hits), dict(keyword_hits)
        if vector is not None:
            cosines |= self._cosines(vector, bm25.keys() - cosines.keys())
        fused = fuse(cosines, bm25, self._readability(question, keyword_hits))
        ranks = _Ranks(_ranks(vector_hits), _ranks(keyword_hits))
        rows = self._best_rows(fused, k)
        return tuple(_passage(row, cosines, bm25, ranks, fused[row.id]) for row in rows)

    def _readability(self, question: str, keyword_hits: list[Hit]) -> float:
        """How well the embedder reads the question and what was found by its words, whichever it reads worse.

        A question of a few words, as `kv cache`, says too little of its language: what was found speaks for it.
        """
        if self._embedder is None:
            return 0.0
        rows = self._ledger.chunks([chunk_id for chunk_id, _ in keyword_hits[:READABILITY_PASSAGES]])
        found = " ".join(row.text[:READABILITY_CHARS] for row in rows.values())
        texts = [found] if found and len(question) < SHORT_QUESTION_CHARS else [question, *filter(None, [found])]
        return min(readability(text, self._embedder) for text in texts)

    def _cosines(self, vector: "npt.NDArray[np.float32]", ids: Collection[int]) -> dict[int, float]:
        """Exact similarity of chunks that only keyword search found."""
        import numpy as np

        if self._embedder is None or not ids:
            return {}
        stored = self._ledger.chunk_vectors(self._embedder.name, list(ids))
        matrix = np.frombuffer(b"".join(stored.values()), dtype=np.float32).reshape(len(stored), -1)
        return dict(zip(stored, (matrix @ vector).tolist(), strict=True))

    def _best_rows(self, fused: Mapping[int, float], k: int) -> list[ChunkRow]:
        """The `k` best, spread over files, of each text once."""
        places = self._ledger.places(list(fused))
        kept: dict[bytes, int] = {}
        for chunk_id in spread(fused, {i: place.file_id for i, place in places.items()}):
            if len(kept) == k:
                break
            kept.setdefault(places[chunk_id].hash, chunk_id)
        rows = self._ledger.chunks(list(kept.values()))
        return [rows[i] for i in kept.values() if i in rows]


@dataclass(frozen=True, slots=True)
class _Wanted:
    within: Restriction
    candidates: int
    stages: frozenset[Stage]


@dataclass(frozen=True, slots=True)
class _Ranks:
    vector: dict[int, int]
    keyword: dict[int, int]


def _ranks(hits: list[Hit]) -> dict[int, int]:
    return {chunk_id: rank for rank, (chunk_id, _) in enumerate(hits, start=1)}


def _passage(
    row: ChunkRow, cosines: Mapping[int, float], bm25: Mapping[int, float], ranks: _Ranks, fused: float
) -> Passage:
    scores = StageScores(
        vector_rank=ranks.vector.get(row.id),
        vector=cosines.get(row.id),
        keyword_rank=ranks.keyword.get(row.id),
        keyword=bm25.get(row.id),
        fused=fused,
    )
    return Passage(
        chunk_id=row.id,
        path=row.path,
        text=row.text,
        start=row.start,
        end=row.end,
        heading=row.heading,
        page=row.page,
        metadata=row.metadata,
        scores=scores,
    )


@contextmanager
def _timed(timings: dict[str, float], stage: str) -> Iterator[None]:
    started = time.perf_counter()
    try:
        yield
    finally:
        timings[stage] = (time.perf_counter() - started) * 1000

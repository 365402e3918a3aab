"""Searching a library: questions that are asked, and questions that are still being typed."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import TypeVar

from errors import AppError
from knowledge.index.index import IndexDamaged, load_lancedb
from knowledge.ledger.ledger import Ledger
from knowledge.open_index import CurrentIndex, OpenIndex, Scrubber
from knowledge.passage import Retrieval
from knowledge.search.query import ALL_STAGES, EVERYWHERE, Query, Scope, Stage, encodable, restriction
from knowledge.search.retriever import Retriever, SearchAbandoned
from knowledge.sync.indexing import Indexing, LibraryBusy

TYPING_PAUSE_S = 0.15  # shorter pauses are mostly those within a word
_NICENESS = 10  # of the background thread, on systems where threads have one

QUESTIONS_TOGETHER = 64  # enough of each length to embed them in batches; what is found takes some 10 MB

Found = TypeVar("Found")

IsAbandoned = Callable[[], bool]
"""True once a search ahead is no longer wanted."""


class Lookahead:
    """Runs the latest wanted search in the background, one at a time. Safe to use from any thread.

    A context manager around every real search: while one runs no other begins, the one that is running is abandoned,
    and one that was waiting is dropped.
    """

    def __init__(self, pause_s: float = TYPING_PAUSE_S) -> None:
        self._pause_s = pause_s
        self._changed = threading.Condition()
        self._wanted: Callable[[IsAbandoned], None] | None = None
        self._real_searches = 0
        self._is_closed = False
        self._thread: threading.Thread | None = None

    def anticipate(self, search: Callable[[IsAbandoned], None]) -> None:
        """Run this search, unless another is wanted within the pause. Returns at once."""
        with self._changed:
            if self._is_closed:
                return
            self._wanted = search
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="look-ahead", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def __enter__(self) -> None:
        """Begin a real search."""
        with self._changed:
            self._real_searches += 1
            self._wanted = None

    def __exit__(self, *failure: object) -> None:
        """End a real search."""
        with self._changed:
            self._real_searches -= 1
            self._changed.notify_all()

    def close(self) -> None:
        """Abandon what is running and end the thread."""
        with self._changed:
            self._is_closed, self._wanted = True, None
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        if sys.platform == "linux":  # elsewhere a priority belongs to the whole process
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
        while search := self._next():
            with suppress(AppError):  # the real search raises it again, where it is shown
                search(self._is_abandoned)

    def _next(self) -> Callable[[IsAbandoned], None] | None:
        """Wait for a search that is still wanted after the pause; None when closed."""
        with self._changed:
            while not self._is_closed:
                candidate = self._wanted if not self._real_searches else None
                self._changed.wait(self._pause_s if candidate else None)
                if candidate and candidate is self._wanted and not self._real_searches:
                    self._wanted = None
                    return candidate
        return None

    def _is_abandoned(self) -> bool:
        return self._is_closed or self._real_searches > 0 or self._wanted is not None


class Searcher:
    """Searches a library's current index, which is completed or rebuilt first where needed."""

    def __init__(self, ledger: Ledger, indexing: Indexing, current: CurrentIndex, scrubber: Scrubber) -> None:
        self._ledger, self._indexing, self._current, self._scrubber = ledger, indexing, current, scrubber
        self._lookahead = Lookahead()

    def search(
        self,
        question: str,
        *,
        scope: Scope = EVERYWHERE,
        k: int = 8,
        where: str | None = None,
        stages: frozenset[Stage] = ALL_STAGES,
        in_context: str = "",
        also: str = "",
    ) -> Retrieval:
        """Return the `k` best passages for a question, best first; none where nothing in the scope answers it.

        `where`: a filter over metadata. `in_context`: the question with what a conversation adds to it, searched for
        where the question does not stand alone. `also`: words that texts may have in place of the question's own.
        Raises FilterInvalid, and FilterKeyUnknown for a key that no file has.
        """
        query = self._query(question, scope, k, where, stages, in_context, also)
        return self._searched(lambda retriever: retriever.search(query))

    def search_many(
        self,
        questions: Sequence[str],
        *,
        scope: Scope = EVERYWHERE,
        k: int = 8,
        where: str | None = None,
        stages: frozenset[Stage] = ALL_STAGES,
        also: Sequence[str] = (),
    ) -> Iterator[Retrieval]:
        """Yield what `search` finds for each question, in order and without the cache, in less time than one by one.

        For evaluations, and whoever has many questions at once. `also`: as of `search`, for each; none: nothing.
        Raises as `search` does.
        """
        asked = list(zip(questions, also or [""] * len(questions), strict=True))
        for start in range(0, len(asked), QUESTIONS_TOGETHER):
            together = asked[start : start + QUESTIONS_TOGETHER]
            queries = [self._query(question, scope, k, where, stages, also=words) for question, words in together]
            yield from self._searched(partial(Retriever.search_many, queries=queries))

    def embed(self, texts: Sequence[str], *, questions: bool = False) -> tuple[str, list[list[float]]]:
        """Return the embedder's name and a vector of length 1 for each text, read as a passage or as a question.

        Raises AppError where no embedder is installed.
        """
        with self._lookahead, self._current.use() as current:
            embedder = current.index.embedder
            if embedder is None:
                raise AppError("No embedder is installed", "`carrel embedder` says how to get one.")
            read = [encodable(text) for text in texts]
            vectors = embedder.embed_questions(read) if questions else embedder.embed(read)
            return embedder.name, vectors.tolist()

    def meanings(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return how near each text is to a question in meaning, 0 for unrelated texts and 1 for equal ones.

        None for any where no embedder reads them. A sentence takes the embedder some 6 ms.
        """
        with self._lookahead, self._current.use() as current:
            return current.retriever.meanings(encodable(question), [encodable(text) for text in texts])

    def anticipate(
        self,
        half_typed: str,
        *,
        scope: Scope = EVERYWHERE,
        k: int = 8,
        where: str | None = None,
        stages: frozenset[Stage] = ALL_STAGES,
        in_context: str = "",
        also: str = "",
        on_found: Callable[[Retrieval], None] = lambda retrieval: None,
    ) -> None:
        """Search in the background for what may be asked next, so that `search` finds it cached. Returns at once.

        A later call, or a search, replaces a search that is not done by then. `on_found`: told the result, on a worker.
        """

        def search(is_abandoned: IsAbandoned) -> None:
            with self._current.use() as current, suppress(SearchAbandoned):
                if current.is_complete:
                    query = self._query(half_typed, scope, k, where, stages, in_context, also)
                    on_found(current.retriever.search(query, is_abandoned))

        self._lookahead.anticipate(search)

    def prepare(self) -> None:
        """Open the index, so that the first search and the first changed file need not wait for it."""
        load_lancedb()
        if not self._ledger.chunks.exist():
            return
        with self._current.use() as current, suppress(IndexDamaged):  # the first search rebuilds it
            self._complete(current)
            current.index.table.is_empty()

    def close(self) -> None:
        """Abandon the background search."""
        self._lookahead.close()

    def _query(
        self,
        question: str,
        scope: Scope,
        k: int,
        where: str | None,
        stages: frozenset[Stage],
        in_context: str = "",
        also: str = "",
    ) -> Query:
        within = restriction(self._ledger, scope, where)
        return Query(encodable(question), within, k, stages, encodable(in_context), encodable(also))

    def _searched(self, search: Callable[[Retriever], Found]) -> Found:
        """Search the current index, which is rebuilt first where it turns out to be damaged."""
        with self._lookahead, self._current.use() as current:
            try:
                self._complete(current)
                return search(current.retriever)
            except IndexDamaged:
                with self._indexing.lock():
                    self._indexing.discard(current.index)
                    self._indexing.sync(current.index, [], self._indexing.urgent_work())
                return search(current.retriever)

    def _complete(self, current: OpenIndex) -> None:
        """Build the index from the ledger where it is incomplete or lost, unless another process is indexing."""
        index = current.index
        if current.is_complete and not index.table.is_in_memory:
            return
        if not self._indexing.matches_ledger(index) and self._ledger.chunks.exist():
            try:
                with self._indexing.lock(wait=False):
                    self._indexing.restart_if_lost(index)
                    self._indexing.sync(index, [], self._indexing.urgent_work())
            except LibraryBusy:
                return  # the process that is indexing completes it
        current.is_complete = True
        self._scrubber.begin(current)

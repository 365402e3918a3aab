"""A question → the passages that answer it: found in every way, fused, reranked, sifted, remembered."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from knowledge.holdings import Holdings
from knowledge.passage import Passage
from knowledge.search.cache import Gist, SearchCache
from knowledge.search.candidates import Candidate
from knowledge.search.finder import Abandoned, Finder, Search
from knowledge.search.query import ALL_STAGES, Query, Stage
from knowledge.search.sift import sift
from knowledge.search.stopwatch import Stopwatch

__all__ = ["ALL_STAGES", "Abandoned", "Query", "Retrieval", "Retriever", "Stage"]

SEARCHES_AT_ONCE = 2  # each is on two cores already while it looks in the index


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Passages, best first, and milliseconds by stage: embed, vector, keyword, names, fuse, rerank, select, total.

    Stages overlap; one that is off is missing. `candidates`: every chunk that a stage found, in order, those of the
    passages among them. `cached`: it was found by an earlier search, so that the stages took no time.
    """

    passages: tuple[Passage, ...]
    timings_ms: Mapping[str, float]
    candidates: tuple[Candidate, ...] = ()
    cached: bool = False


class Retriever:
    """Searches one index. Safe to use from any thread."""

    def __init__(self, holdings: Holdings) -> None:
        self._holdings = holdings
        self._finder = Finder(holdings)
        self._cache: SearchCache[Retrieval] = SearchCache()
        self._state: Hashable = None
        self._was_searched = False

    def close(self) -> None:
        """End the worker threads."""
        self._finder.close()

    def search(self, query: Query, give_up: Callable[[], bool] = lambda: False) -> Retrieval:
        """At most `query.k` passages, those that say the same once; none where nothing here answers.

        Raises Abandoned when told to `give_up` between two stages.
        """
        watch = Stopwatch()
        with watch.of("total"):
            found = self._search(query, watch, give_up)
        self._keep_warm()
        return replace(found, timings_ms=dict.fromkeys(found.timings_ms, 0.0) | watch.taken_ms)

    def search_many(self, queries: Sequence[Query]) -> list[Retrieval]:
        """The result of each query, in order: side by side, as one after the other leaves a core idle."""
        with ThreadPoolExecutor(SEARCHES_AT_ONCE, thread_name_prefix="search-many") as pool:
            return list(pool.map(self.search, queries))

    def _search(self, query: Query, watch: Stopwatch, give_up: Callable[[], bool]) -> Retrieval:
        state = self._current_state()
        remembers = "cache" in query.stages
        if remembers and (known := self._cache.same(query, state)):
            return known
        terms = self._holdings.analyzer.question_terms(query.question)
        search = Search(query, terms, state, watch, give_up)
        by_words = self._finder.begin(search)
        search = self._finder.embed(search)
        gist = Gist.of(query.question, terms)
        found = self._cache.similar(query, state, gist, search.vector) if remembers else None
        if found is None:
            passages, candidates = sift(self._holdings, search, self._finder.find(search, by_words))
            found = Retrieval(passages, watch.taken_ms, candidates)
        if remembers:
            self._cache.keep(query, state, gist, search.vector, replace(found, cached=True))
        return found

    def _keep_warm(self) -> None:
        """Have the index in memory from the second search on: a process of one search would only wait for it."""
        if self._was_searched:
            self._finder.warm()
        self._was_searched = True

    def _current_state(self) -> Hashable:
        """What the ledger is at, the index being seen as it is by then: every write is in the index before it."""
        state = self._holdings.ledger.data_version()
        if state != self._state:
            self._holdings.index.version()
            self._state = state
        return state

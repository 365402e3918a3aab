"""A question → the passages that answer it: found in every way, fused, reranked, sifted, remembered."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from knowledge.passage import Passage
from knowledge.search.cache import Gist, SearchCache
from knowledge.search.candidates import Candidate
from knowledge.search.finder import Finder, Search, Stopwatch
from knowledge.search.fuse import Hits, Pool, pooled
from knowledge.search.query import Query
from knowledge.search.selection import passages, select
from knowledge.search_index import SearchIndex
from knowledge.terms import is_character, is_unspaced, shared

JUDGED_PASSAGES = 5
# The share of the question's terms that stand in a passage, plus its cosine similarity.
LEAST_TERMS_AND_COSINE = 0.65
# The share alone, where the embedder cannot read the question or there is none: of words, and of pairs of
# characters, many of which stand in no text as they cross from one word into the next. Single characters tell nothing:
# half of those of any question stand in any passage.
LEAST_WORDS = 0.26
LEAST_PAIRS = 0.13
SURELY_NAMED = 0.6  # a file that the question names at least so surely (`knowledge.search.names`) answers in any case
READS = 0.5  # readability from which on cosines mean something


def is_answerable(terms: Sequence[str], texts: Iterable[Sequence[str]], cosine: float | None) -> bool:
    """Whether the evidence reaches the threshold.

    `terms`: of the question; a question without any, as `???`, is let through. `texts`: the terms of the best passages,
    looked at until one is enough. `cosine`: the highest of any passage; None where the embedder does not read the
    question.
    """
    if not terms:
        return True
    telling = [term for term in terms if not is_character(term)] or terms
    pairs = sum(map(is_unspaced, telling))
    least = LEAST_PAIRS if pairs > len(telling) / 2 else LEAST_WORDS
    if cosine is not None:
        least = LEAST_TERMS_AND_COSINE - cosine
    return least <= 0 or any(shared(text, telling) >= least for text in texts)


RERANKED = 50  # the likeliest; as many as the stage's budget lets it read

Sifted = tuple[tuple[Passage, ...], tuple[Candidate, ...]]
"""The passages, best first, and every candidate in order, the passages among them."""


def sift(index: SearchIndex, search: Search, hits: Hits) -> Sifted:
    """At most as many passages as the query wants, and why each other candidate is none."""
    with search.watch.of("fuse"):
        pool = pooled(index, hits)
    pool = _reranked(index, search, pool)
    with search.watch.of("select"):
        selection = select(index.ledger, pool, search.query.k)
        if "threshold" in search.query.stages and not _is_answered(index, search, pool):
            selection = selection.empty()
        scores = pool.scores()
        chosen = passages(index.ledger, selection, scores)
    candidates = (
        Candidate(chunk_id=i, place=pool.places[i], scores=scores[i], cut=selection.cuts.get(i)) for i in pool.order
    )
    return chosen, tuple(candidates)


def _reranked(index: SearchIndex, search: Search, pool: Pool) -> Pool:
    stage, likeliest = index.rerank, pool.order[:RERANKED]
    if stage is None or "rerank" not in search.query.stages:
        return pool
    with search.watch.of("rerank"):
        rows = index.ledger.chunks.get(likeliest)
        scores = stage.scores(
            search.query.question, [(rows[i].hash, rows[i].embedded_text) for i in likeliest if i in rows]
        )
        return pool.reranked({i: scores[row.hash] for i, row in rows.items() if row.hash in scores})


def _is_answered(index: SearchIndex, search: Search, pool: Pool) -> bool:
    if max(pool.hits.named.values(), default=0.0) >= SURELY_NAMED:
        return True
    reads = pool.hits.vector is not None and pool.hits.readability >= READS
    best = pool.order[:JUDGED_PASSAGES]
    rows = index.ledger.chunks.get(best)
    texts = (index.analyzer.terms(f"{rows[i].path.stem}\n{rows[i].embedded_text}") for i in best if i in rows)
    return is_answerable(search.terms, texts, max(pool.cosines.values(), default=0.0) if reads else None)


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

    def __init__(self, index: SearchIndex) -> None:
        self._index = index
        self._finder = Finder(index)
        self._cache: SearchCache[Retrieval] = SearchCache()
        self._state: Hashable = None
        self._was_searched = False

    def close(self) -> None:
        """End the worker threads."""
        self._finder.close()

    def search(self, query: Query, give_up: Callable[[], bool] = lambda: False) -> Retrieval:
        """At most `query.k` passages, those that say the same once; none where nothing here answers.

        Raises SearchAbandoned when told to `give_up` between two stages.
        """
        watch = Stopwatch()
        with watch.of("total"):
            found = self._search(query, watch, give_up)
        self._keep_warm()
        return replace(found, timings_ms=dict.fromkeys(found.timings_ms, 0.0) | watch.taken_ms)

    def _search(self, query: Query, watch: Stopwatch, give_up: Callable[[], bool]) -> Retrieval:
        state = self._current_state()
        remembers = "cache" in query.stages
        if remembers and (known := self._cache.same(query, state)):
            return known
        terms = self._index.analyzer.question_terms(query.question)
        search = Search(query, terms, state, watch, give_up)
        by_words = self._finder.begin(search)
        search = self._finder.embed(search)
        gist = Gist.of(query.question, terms)
        found = self._cache.similar(query, state, gist, search.vector) if remembers else None
        if found is None:
            passages, candidates = sift(self._index, search, self._finder.find(search, by_words))
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
        state = self._index.ledger.data_version()
        if state != self._state:
            self._index.table.version()
            self._state = state
        return state

"""Retrieves the passages that answer a question: found by vector, words and file names, fused, reranked, selected."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from knowledge.cutting.roles import asks_for_lists
from knowledge.embed import Embedder
from knowledge.index.entry import Hit
from knowledge.numbered import clause_numbers, is_clause
from knowledge.passage import Candidate, Passage, Retrieval
from knowledge.search.cache import NormalisedQuestion, SearchCache
from knowledge.search.closest import CERTAIN_LEAD, COMPARED_PASSAGES, COMPARED_SENTENCES, SentenceVectors
from knowledge.search.evidence import evidence, unrelated_cosine
from knowledge.search.excerpt import excerpt
from knowledge.search.framing import Topic
from knowledge.search.fuse import MIN_COVERAGE, CandidatePool, Hits, candidate_pool, tokenizer_coverage
from knowledge.search.in_context import stands_alone
from knowledge.search.likeness import likeness
from knowledge.search.names import FileNames
from knowledge.search.query import Query
from knowledge.search.selection import CERTAINLY_NAMED, JUDGED_PASSAGES, passages, select
from knowledge.search_index import SearchIndex
from knowledge.stopwatch import Stopwatch
from knowledge.terms.analyzer import QuestionTerm, weights

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

CANDIDATES = 100  # of each stage, as many as two-stage retrieval usually reranks; twice what is wanted, if more
CACHED_QUESTION_VECTORS = 64  # an abandoned search has often embedded its question already
SIDE_BY_SIDE = 2  # searches of a batch: one reads and multiplies while the other is in Python; four gained no more
CONCURRENT_SEARCHES = 8  # more wait for each other's keyword search
NAMED_FILES, NAMED_CHUNKS = 5, 20  # of the files that a question names, the most certain, and their best chunks
SHORT_QUESTION_CHARS = 30
COMPARED_CANDIDATES = 10  # sentence by sentence
# Of the words that texts may have in place of the question's. Of 496 lay questions about Chinese law a table has words
# for 168: their articles are among the first ten in 0.604 without it, 0.627, 0.624, 0.627, 0.625 at 0.1, 0.2, 0.3, 0.5.
ALSO_WEIGHT = 0.3
COVERAGE_PASSAGES = 3
COVERAGE_CHARS = 200  # of each: some 30 words, where 10 are enough to tell


class SearchAbandoned(Exception):
    """A search ahead is no longer wanted."""


@dataclass(frozen=True, slots=True)
class _Search:
    """A query in progress. `terms`: of its question; `state`: the ledger's when it began; `vector`: the question's."""

    query: Query
    terms: Sequence[QuestionTerm]
    topic: Topic
    state: Hashable
    watch: Stopwatch
    is_abandoned: Callable[[], bool] | None
    vector: npt.NDArray[np.float32] | None = None

    def check_wanted(self) -> None:
        """Raises SearchAbandoned."""
        if self.is_abandoned and self.is_abandoned():
            raise SearchAbandoned

    @property
    def limit(self) -> int:
        """The number of candidates wanted of each stage."""
        return max(CANDIDATES, 2 * self.query.k)


@dataclass(frozen=True, slots=True)
class _KeywordHits:
    """Hits of keyword search, and chunks of the files that the question names. `coverage`: of the tokenizer, for all
    of that."""

    hits: list[Hit]
    name_scores: dict[int, float]
    coverage: float


class Retriever:
    """Searches one index. Safe to use from any thread."""

    def __init__(self, index: SearchIndex) -> None:
        self._index = index
        self._sentences = SentenceVectors(index.embedder) if index.embedder else None
        self._names = FileNames(index.ledger, index.analyzer)
        self._worker = ThreadPoolExecutor(CONCURRENT_SEARCHES, thread_name_prefix="keyword-search")
        self._cache: SearchCache[Retrieval] = SearchCache(index.cache)
        self._question_vectors: OrderedDict[str, npt.NDArray[np.float32]] = OrderedDict()
        self._lock = threading.Lock()
        self._state: Hashable = None
        self._was_searched = False
        self._languages: tuple[Hashable, Sequence[int], frozenset[str]] | None = None

    def close(self) -> None:
        """End the worker threads."""
        self._worker.shutdown()

    def search_many(self, queries: Sequence[Query]) -> list[Retrieval]:
        """Return what `search` finds for each query without the cache.

        The questions are embedded together and searched side by side, but where the reranker has a time for each.
        """
        asked = [replace(query, stages=query.stages - {"cache"}) for query in queries]
        embedder, vectors = self._index.embedder, [None] * len(asked)
        if embedder is not None and all("vector" in query.stages for query in asked):
            vectors = list(embedder.embed_questions([query.question for query in asked]))
        is_reranked = self._index.rerank is not None and any("rerank" in query.stages for query in asked)
        with ThreadPoolExecutor(1 if is_reranked else SIDE_BY_SIDE) as pool:
            return list(pool.map(lambda query, vector: self.search(query, vector=vector), asked, vectors))

    def search(
        self,
        query: Query,
        is_abandoned: Callable[[], bool] | None = None,
        vector: npt.NDArray[np.float32] | None = None,
    ) -> Retrieval:
        """Return at most `query.k` passages without near-duplicates; none where nothing here answers.

        `is_abandoned`: of a search ahead, which reranks as long as it may. `vector`: the question's, where it is known.
        Raises SearchAbandoned.
        """
        if query.in_context:
            return self._search_in_context(query, is_abandoned)
        watch = Stopwatch()
        with watch.stage("total"):
            found = self._search(query, watch, is_abandoned, vector)
        if self._was_searched:  # a process of a single search would only wait for it
            self._worker.submit(self._index.table.warm)
        self._was_searched = True
        taken_ms = dict.fromkeys(found.timings_ms, 0.0) | watch.taken_ms
        return replace(found, timings_ms=taken_ms, times=watch.times)

    def _search_in_context(self, query: Query, is_abandoned: Callable[[], bool] | None) -> Retrieval:
        """Search for the question alone and in its context, and return what was found for the one that is meant."""
        asked = replace(query, in_context="", stages=query.stages - {"rerank"})
        understood = replace(asked, question=query.in_context)
        alone, within = self.search(asked, is_abandoned), self.search(understood, is_abandoned)
        embedder = self._index.embedder if "vector" in query.stages else None
        vector = self._question_vector(embedder, query.question) if embedder else None
        words = self._question_terms(Topic.of(query.question).judged, query, self._index.ledger.data_version())
        is_alone = stands_alone(self._index, query.question, words, vector, alone, within)
        found, meant = (alone, asked) if is_alone else (within, understood)
        if self._index.rerank is not None and "rerank" in query.stages:
            found = self.search(replace(meant, stages=query.stages), is_abandoned)
        names = alone.timings_ms.keys() | within.timings_ms.keys() | found.timings_ms.keys()
        taken = (alone, within) if found in (alone, within) else (alone, within, found)
        timings = {name: sum(one.timings_ms.get(name, 0.0) for one in taken) for name in names}
        times = [time for one in taken for time in one.times]
        return replace(found, timings_ms=timings, times=tuple(times), searched_for="" if is_alone else query.in_context)

    def _question_vector(self, embedder: Embedder, question: str) -> npt.NDArray[np.float32]:
        vector = self._question_vectors.get(question)  # a search has mostly embedded it
        return embedder.embed_question(question) if vector is None else vector

    def meanings(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return how near each text is to a question, 0 for unrelated texts and 1 for equal ones.

        None for any where no embedder reads them.
        """
        embedder = self._index.embedder
        if embedder is None or self._sentences is None or not texts:
            return []
        if tokenizer_coverage(" ".join([question, *texts]), embedder) < MIN_COVERAGE:
            return []
        vector = self._question_vector(embedder, question)
        is_foreign = self._index.analyzer.is_foreign(question, {*map(self._index.analyzer.spoken, texts)} - {""})
        unrelated = unrelated_cosine(embedder.name, question, is_foreign=is_foreign)
        return [(cosine - unrelated) / (1 - unrelated) for cosine in self._sentences.cosines(vector, texts)]

    def _search(
        self,
        query: Query,
        watch: Stopwatch,
        is_abandoned: Callable[[], bool] | None,
        vector: npt.NDArray[np.float32] | None,
    ) -> Retrieval:
        state = self._index.ledger.data_version()
        if state != self._state:  # read the table at its latest version: every write reaches it before the ledger
            self._index.table.version()
            self._state = state
        is_cached = "cache" in query.stages
        if is_cached and (cached := self._cache.same(query, state)):
            return cached
        topic = Topic.of(query.question)
        terms = [*self._question_terms(topic.searched, query, state), *self._also_terms(query, state)]
        search = _Search(query, terms, topic, state, watch, is_abandoned, vector)
        keyword_hits = self._worker.submit(self._by_words, search)  # while the question is embedded
        search = self._embed(search)
        normalised = NormalisedQuestion.of(query.question, terms)
        found = self._cache.similar(query, state, normalised, search.vector) if is_cached else None
        if found is None:
            found = self._select(search, self._hits(search, keyword_hits))
        if is_cached:
            self._cache.store(query, state, normalised, search.vector, replace(found, cached=True))
        return found

    def _question_terms(self, text: str, query: Query, state: Hashable) -> Sequence[QuestionTerm]:
        """Return the terms of a question's text in the languages of the folders that are searched."""
        return self._index.analyzer.question_terms(text, self._folder_languages(query, state))

    def _also_terms(self, query: Query, state: Hashable) -> Sequence[QuestionTerm]:
        return [term.weighted(ALSO_WEIGHT) for term in self._question_terms(query.also, query, state)]

    def _folder_languages(self, query: Query, state: Hashable) -> frozenset[str]:
        known = self._languages
        if known is None or known[:2] != (state, query.within.folder_ids):
            found = self._index.ledger.files.languages(query.within.folder_ids)
            self._languages = known = (state, query.within.folder_ids, found)
        return known[2]

    def _embed(self, search: _Search) -> _Search:
        """Add the question's vector, if vectors are searched."""
        embedder, query = self._index.embedder, search.query
        if embedder is None or "vector" not in query.stages or search.vector is not None:
            return search
        with search.watch.stage("embed"):
            vector = self._question_vectors.get(query.question) if "cache" in query.stages else None
            if vector is None:
                vector = embedder.embed_question(query.question)
                with self._lock:
                    self._question_vectors[query.question] = vector
                    while len(self._question_vectors) > CACHED_QUESTION_VECTORS:
                        self._question_vectors.popitem(last=False)
            return replace(search, vector=vector)

    def _hits(self, search: _Search, keyword_hits: Future[_KeywordHits]) -> Hits:
        search.check_wanted()
        by_vector = list[Hit]()
        if search.vector is not None:
            with search.watch.stage("vector"):
                by_vector = self._index.table.by_vector(search.vector, search.limit, search.query.within)
        words = keyword_hits.result()
        name = self._index.embedder.name if self._index.embedder else ""
        spoken = self._folder_languages(search.query, search.state)
        is_foreign = self._index.analyzer.is_foreign(search.query.question, spoken)
        is_foreign = is_foreign and words.coverage >= MIN_COVERAGE and bool(by_vector)
        unrelated = unrelated_cosine(name, search.query.question, is_foreign=is_foreign)
        return Hits(
            vector=search.vector,
            by_vector=by_vector,
            by_terms=words.hits,
            name_scores=words.name_scores,
            coverage=words.coverage,
            unrelated=unrelated,
            is_foreign=is_foreign,
            is_translated=bool(search.query.also),
        )

    def _by_words(self, search: _Search) -> _KeywordHits:
        query, hits = search.query, list[Hit]()
        if "keyword" in query.stages:
            with search.watch.stage("keyword"):
                hits = self._index.table.by_terms(weights(search.terms), search.limit, query.within)
        coverage = self._coverage(query.question, hits)
        search.check_wanted()
        if not {"keyword", "names"} <= query.stages:
            return _KeywordHits(hits, {}, coverage)
        with search.watch.stage("names"):
            return _KeywordHits(hits, self._name_scores(search), coverage)

    def _coverage(self, question: str, hits: Sequence[Hit]) -> float:
        """Return the tokenizer's coverage of the question or of what its words found, whichever is lower.

        A question of a few words, as `kv cache`, says too little of its language: then what was found alone counts.
        """
        embedder = self._index.embedder
        if embedder is None:
            return 0.0
        best = [i for i, _ in hits[:COVERAGE_PASSAGES]]
        text = " ".join(self._index.ledger.chunks.openings(best, COVERAGE_CHARS))
        texts = [text] if text and len(question) < SHORT_QUESTION_CHARS else [question, *filter(None, [text])]
        return min(tokenizer_coverage(text, embedder) for text in texts)

    def _name_scores(self, search: _Search) -> dict[int, float]:
        """Return chunk id → certainty that the question names its file."""
        query, chunks = search.query, self._index.ledger.chunks
        files = self._names.named(query.question, query.within, search.state)
        named = sorted(files, key=lambda i: -files[i])[:NAMED_FILES]
        if not named:
            return {}
        inside = replace(query.within, file_ids=tuple(named))
        ids = [i for i, _ in self._index.table.by_terms(weights(search.terms), NAMED_CHUNKS, inside)]
        if query.within.facts is None:  # else the table alone knows which rows pass the filter
            ids += chunks.first_in_files(named, NAMED_CHUNKS)
        return {i: files[file_id] for i, file_id in chunks.file_ids(ids).items()}

    def _select(self, search: _Search, hits: Hits) -> Retrieval:
        with search.watch.stage("fuse"):
            pool = self._raised(search, candidate_pool(self._index, hits))
        pool = self._rerank(search, pool)
        with search.watch.stage("select"):
            answering = self._answering(search, pool)
            least_relevance = self._index.rerank.limits.least_relevance if self._index.rerank else 0.0
            selection = select(self._index.ledger, answering or pool, search.query.k, least_relevance)
            if answering is None:
                selection = selection.below_threshold()
            scores = pool.scores()
            chosen: tuple[Passage, ...] = passages(self._index.ledger, selection, scores)
        candidates = (
            Candidate(chunk_id=i, location=pool.locations[i], scores=scores[i], cut=selection.cuts.get(i))
            for i in pool.order
        )
        return Retrieval(chosen, search.watch.taken_ms, tuple(candidates))

    def _raised(self, search: _Search, pool: CandidatePool) -> CandidatePool:
        """Raise the best candidates by how much of the question one of their sentences says, in letters and meaning."""
        if "keyword" not in search.query.stages:
            return pool
        rows = self._index.ledger.chunks.get(pool.order[:COMPARED_CANDIDATES])
        texts = {i: (row.judged_above, row.text) for i, row in rows.items()}
        found = likeness(search.topic.searched, texts)
        if not pool.hits.is_foreign:
            pool = pool.raised({i: one.share for i, one in found.items()})
        if self._sentences is None or search.vector is None or pool.hits.coverage < MIN_COVERAGE:
            return pool
        search.check_wanted()
        best = [i for i in pool.without_lists().order if i in found][:COMPARED_PASSAGES]
        if len(best) > 1 and pool.fused[best[0]] - pool.fused[best[1]] > CERTAIN_LEAD and not pool.hits.is_foreign:
            return pool
        with search.watch.stage("sentences"):
            number = None if pool.hits.is_foreign else COMPARED_SENTENCES  # of another language, no letters tell
            compared = {i: found[i].sentences[:number] for i in best if len(found[i].sentences) > 1}
            single = {i: pool.cosines[i] for i in best if i in pool.cosines and i not in compared}
            return pool.compared(single | self._sentences.closest(search.vector, compared))

    def _rerank(self, search: _Search, pool: CandidatePool) -> CandidatePool:
        stage = self._index.rerank
        if stage is None or "rerank" not in search.query.stages:
            return pool
        with search.watch.stage("rerank"):
            best = pool.order[: stage.limits.candidates]
            rows = self._index.ledger.chunks.get(best)
            pairs = [(rows[i].hash, rows[i].embedded_text) for i in best if i in rows]
            scores = stage.scores(
                search.query.question,
                pairs,
                partial(excerpt, search.topic.searched),
                search.is_abandoned,
            )
            search.check_wanted()
            return pool.reranked({i: scores[row.hash] for i, row in rows.items() if row.hash in scores})

    def _answering(self, search: _Search, pool: CandidatePool) -> CandidatePool | None:
        """Return the candidates without reference lists and the like where the question does not ask for them and the
        others answer it; else all; None where those do not answer it either."""
        read = pool if asks_for_lists(search.query.question) else pool.without_lists()
        tried = [read, pool] if read is not pool else [pool]
        if "threshold" not in search.query.stages:
            return next((one for one in tried if one.order), pool)
        return next((one for one in tried if one.order and self._is_answered(search, one)), None)

    def _is_answered(self, search: _Search, pool: CandidatePool) -> bool:
        # Of languages that share no words, cosines of right and wrong texts lie too near each other to refuse any.
        if max(pool.hits.name_scores.values(), default=0.0) >= CERTAINLY_NAMED or pool.hits.is_foreign:
            return True
        asked = self._question_terms(search.topic.judged, search.query, search.state)
        also = self._question_terms(search.query.also, search.query, search.state)
        if not asked:
            return True
        return self._is_enough(search, pool, asked) or (bool(also) and self._is_enough(search, pool, also))

    def _is_enough(self, search: _Search, pool: CandidatePool, asked: Sequence[QuestionTerm]) -> bool:
        best = pool.order[:JUDGED_PASSAGES]
        rows = self._index.ledger.chunks.get(best)
        counted = self._index.table.frequencies([term for word in asked for term in word.alternatives])
        found = [rows[i] for i in best if i in rows]
        numbers = clause_numbers(search.topic.judged)
        if numbers and any(is_clause(line, numbers) for row in found for line in row.text.split("\n")):
            return True
        return evidence(asked, counted, pool, found, self._index.analyzer).is_enough

"""Finds chunks for a question in every way there is: by its vector, by its words, by the files that it names."""

import math
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from knowledge.index.entry import Hit
from knowledge.search.candidates import files_of, first_chunks, openings
from knowledge.search.fuse import Hits
from knowledge.search.names import FileNames
from knowledge.search.query import Query
from knowledge.search_index import SearchIndex

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

# Measured on English prose, questions and scientific claims (99 % of them cost at most 3.3 bits) and on manuals in 19
# languages of the Latin alphabet (99 % of their ten-word openings cost at least 3.2, half of them more than 4.5).
FLUENT_BITS = 3.0
FOREIGN_BITS = 3.6

_UNKNOWN_BITS = 15.0  # per character that no piece can write: a little over the rarest piece of 30,000
# A long term of chemistry says little about the language around it. Other alphabets are not spared: there, a run of
# letters may be a whole sentence.
_MOST_BITS_OF_A_LATIN_WORD = 45.0
_WORD = re.compile(r"\b[^\W\d_]+\b")  # of letters alone: `CX3CR1` is written alike in any language


class Vocabulary(Protocol):
    """What an embedder tells of its vocabulary."""

    def piece_ranks(self, words: Sequence[str]) -> list[list[int]] | None:
        """For each word its pieces' ranks by frequency, from 1; empty where it cannot be written. None: not ranked."""
        ...


def readability(text: str, vocabulary: Vocabulary) -> float:
    """How well an embedder with this vocabulary reads `text`, in [0, 1]; higher is better.

    1 for the language it was trained on, 0 for another, or when `text` has no words. An embedder whose vocabulary is
    not ranked is taken to read everything.
    """
    words = _WORD.findall(text)
    ranks = vocabulary.piece_ranks(words)
    if ranks is None:
        return 1.0
    bits = sum(_bits(word, pieces) for word, pieces in zip(words, ranks, strict=True))
    per_character = bits / sum(map(len, words)) if words else FOREIGN_BITS
    return min(1.0, max(0.0, (FOREIGN_BITS - per_character) / (FOREIGN_BITS - FLUENT_BITS)))


def _bits(word: str, ranks: Sequence[int]) -> float:
    if not ranks:
        return _UNKNOWN_BITS * len(word)
    bits = sum(map(math.log2, ranks))
    return min(bits, _MOST_BITS_OF_A_LATIN_WORD) if word.isascii() else bits


class Stopwatch:
    """Times stages by name; those of several threads may overlap. Each stage once."""

    def __init__(self) -> None:
        self._taken_ms: dict[str, float] = {}

    @contextmanager
    def of(self, stage: str) -> Iterator[None]:
        """Time the block."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self._taken_ms[stage] = (time.perf_counter() - started) * 1000

    @property
    def taken_ms(self) -> dict[str, float]:
        """Milliseconds by stage, of the stages that ended by now."""
        return dict(self._taken_ms)


CANDIDATES = 100  # of each stage, as many as two-stage retrieval usually reranks; twice what is wanted, if more
REMEMBERED_QUESTIONS = 64  # a search that was given up has often embedded its question already
SEARCHES_AT_ONCE = 8  # more wait for each other's keyword search
NAMED_FILES, NAMED_CHUNKS = 5, 20  # of the files that a question names, the surest, and of their chunks the best
SHORT_QUESTION_CHARS = 30
READABILITY_PASSAGES = 3
READABILITY_CHARS = 200  # of each: some 30 words, where 10 are enough to tell


@dataclass(frozen=True, slots=True)
class ByWords:
    """What keyword search finds, the chunks of the files that the question names, and how well all that is read."""

    hits: list[Hit]
    named: dict[int, float]
    readability: float


class SearchAbandoned(Exception):
    """A search ahead was given up."""


@dataclass(frozen=True, slots=True)
class Search:
    """A query under way. `terms`: of its question; `state`: the ledger's when it began; `vector`: the question's."""

    query: Query
    terms: Sequence[str]
    state: Hashable
    watch: Stopwatch
    give_up: Callable[[], bool]
    vector: "npt.NDArray[np.float32] | None" = None


class Finder:
    """Runs the stages that find candidates, vectors beside words. Safe to use from any thread."""

    def __init__(self, index: SearchIndex) -> None:
        self._index = index
        self._names = FileNames(index.ledger, index.analyzer)
        self._worker = ThreadPoolExecutor(SEARCHES_AT_ONCE, thread_name_prefix="keyword-search")
        self._embedded: OrderedDict[str, npt.NDArray[np.float32]] = OrderedDict()
        self._lock = threading.Lock()

    def close(self) -> None:
        """End the worker threads."""
        self._worker.shutdown()

    def embed(self, search: Search) -> Search:
        """The same with its question's vector, where vectors are searched."""
        embedder, query = self._index.embedder, search.query
        if embedder is None or "vector" not in query.stages:
            return search
        with search.watch.of("embed"):
            vector = self._embedded.get(query.question) if "cache" in query.stages else None
            if vector is None:
                vector = embedder.embed_question(query.question)
                self._remember(query.question, vector)
            return replace(search, vector=vector)

    def begin(self, search: Search) -> "Future[ByWords]":
        """Begin to look for the question's words, while it is embedded. Its result may be left unused."""
        return self._worker.submit(self._by_words, search)

    def find(self, search: Search, by_words: "Future[ByWords]") -> Hits:
        """What each stage finds. Raises SearchAbandoned when told to give up between two of them."""
        if search.give_up():
            raise SearchAbandoned
        by_vector = self._by_vector(search)
        words = by_words.result()
        return Hits(search.vector, by_vector, words.hits, words.named, words.readability)

    def warm(self) -> None:
        """Have the index in memory soon, as far as that pays."""
        self._worker.submit(self._index.table.warm)

    def _remember(self, question: str, vector: "npt.NDArray[np.float32]") -> None:
        with self._lock:
            self._embedded[question] = vector
            while len(self._embedded) > REMEMBERED_QUESTIONS:
                self._embedded.popitem(last=False)

    def _by_vector(self, search: Search) -> list[Hit]:
        if search.vector is None:
            return []
        with search.watch.of("vector"):
            return self._index.table.by_vector(search.vector, _count(search.query), search.query.within)

    def _by_words(self, search: Search) -> ByWords:
        query, hits = search.query, list[Hit]()
        if "keyword" in query.stages:
            with search.watch.of("keyword"):
                hits = self._index.table.by_terms(search.terms, _count(query), query.within)
        reads = self._readability(query.question, hits)
        if search.give_up():
            raise SearchAbandoned
        if not {"keyword", "names"} <= query.stages:
            return ByWords(hits, {}, reads)
        with search.watch.of("names"):
            return ByWords(hits, self._named(search), reads)

    def _readability(self, question: str, found: Sequence[Hit]) -> float:
        """How well the embedder reads the question and what was found by its words, whichever it reads worse.

        A question of a few words, as `kv cache`, says too little of its language: what was found speaks for it.
        """
        embedder = self._index.embedder
        if embedder is None:
            return 0.0
        best = [i for i, _ in found[:READABILITY_PASSAGES]]
        text = " ".join(openings(self._index.ledger, best, READABILITY_CHARS))
        texts = [text] if text and len(question) < SHORT_QUESTION_CHARS else [question, *filter(None, [text])]
        return min(readability(text, embedder) for text in texts)

    def _named(self, search: Search) -> dict[int, float]:
        query, ledger = search.query, self._index.ledger
        files = self._names.named(query.question, query.within, search.state)
        surest = sorted(files, key=lambda i: -files[i])[:NAMED_FILES]
        if not surest:
            return {}
        inside = replace(query.within, file_ids=tuple(surest))
        ids = [i for i, _ in self._index.table.by_terms(search.terms, NAMED_CHUNKS, inside)]
        if query.within.facts is None:  # else the index alone knows what passes the filter
            ids += first_chunks(ledger, surest, NAMED_CHUNKS)
        return {i: files[file_id] for i, file_id in files_of(ledger, ids).items()}


def _count(query: Query) -> int:
    return max(CANDIDATES, 2 * query.k)

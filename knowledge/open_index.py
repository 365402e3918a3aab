"""The index that is searched: opened on first use, replaced while searches run, closed after the last of them."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace

from errors import AppError
from knowledge.embed import Embedder
from knowledge.ledger.indexes import KEYWORDS
from knowledge.ledger.ledger import Ledger
from knowledge.rerank import Reranker, RerankStage
from knowledge.search.retriever import Retriever
from knowledge.search_index import SearchIndex, SearchLimits
from knowledge.sync.indexing import Indexing, LibraryBusy


class OpenIndex:
    """An index in use. Once retired it is closed, as soon as its last user is done."""

    def __init__(self, index: SearchIndex) -> None:
        self.index = index
        self.retriever = Retriever(index)
        self.is_complete = False  # True once it was seen to hold everything that the ledger has
        self._lock = threading.Lock()
        self._users = 0
        self._is_retired = self._is_closed = False

    @contextmanager
    def use(self) -> Iterator[OpenIndex]:
        """Keep the index open while the block runs."""
        with self._lock:
            self._users += 1
        try:
            yield self
        finally:
            with self._lock:
                self._users -= 1
            self._close_if_idle()

    def retire(self) -> None:
        """Close the index, now or when its last user is done."""
        self._is_retired = True
        self._close_if_idle()

    def _close_if_idle(self) -> None:
        with self._lock:
            if not self._is_retired or self._users or self._is_closed:
                return
            self._is_closed = True
        self.retriever.close()
        self.index.table.release()
        for model in (self.index.embedder, self.index.rerank):
            if model:
                model.close()


class CurrentIndex:
    """Owns the open index of a library. Safe to use from any thread; made without opening anything."""

    def __init__(
        self,
        indexing: Indexing,
        ledger: Ledger,
        open_embedder: Callable[[str | None], Embedder | None],
        open_reranker: Callable[[], Reranker | None],
        limits: Callable[[], SearchLimits],
    ) -> None:
        self._indexing, self._ledger, self._limits = indexing, ledger, limits
        self._open_embedder, self._open_reranker = open_embedder, open_reranker
        self._lock = threading.RLock()
        self._open: OpenIndex | None = None

    @property
    def memory_bytes(self) -> int:
        """Memory of the rows that were loaded; 0 while nothing is open."""
        current = self._open
        return current.index.table.memory_bytes if current else 0

    @contextmanager
    def use(self) -> Iterator[OpenIndex]:
        """Open the active embedder's index if none is open, and keep it open while the block runs."""
        with ExitStack() as stack:
            with self._lock:
                if self._open is None:
                    self._open = OpenIndex(self._with_reranker(self._active()))
                current = stack.enter_context(self._open.use())
            yield current

    def replace(self, index: SearchIndex) -> None:
        """Search this index from now on; running searches finish on the previous one."""
        with self._lock:
            previous, self._open = self._open, OpenIndex(self._with_reranker(index))
            if previous:
                previous.retire()

    def close(self) -> None:
        """Close the index when its last user is done; one in memory is kept for the next process."""
        with self._lock:
            if self._open:
                with suppress(AppError, OSError):  # a full disk: it is built again
                    self._indexing.keep(self._open.index)
                self._open.retire()
                self._open = None

    def _active(self) -> SearchIndex:
        indexes = self._ledger.indexes.all().values()
        active = next((row.name for row in indexes if row.active), KEYWORDS)
        # An index without vectors stands in for one whose embedder was missing: perhaps it is installed again.
        wanted = active if active != KEYWORDS else self._ledger.indexes.previous()
        index = self._indexing.search_index(self._open_embedder(wanted))
        if index.name != active or not indexes:
            self._ledger.indexes.add(index.name, "ready")
            self._ledger.indexes.activate(index.name)
        return index

    def _with_reranker(self, index: SearchIndex) -> SearchIndex:
        reranker, limits = self._open_reranker(), self._limits()
        stage = RerankStage(reranker, limits.rerank) if reranker else None
        return replace(index, rerank=stage, cache=limits.cache)


log = logging.getLogger(__name__)

SCRUB_EVERY_S = 86_400.0
REBUILD_POLL_S = 0.1  # between attempts to rebuild a damaged index while another process is writing


class Scrubber:
    """Checks every file of an index once a day, on a thread of its own."""

    def __init__(self, indexing: Indexing) -> None:
        self._indexing = indexing
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self, current: OpenIndex) -> None:
        """Check the index if that is due, keeping it open meanwhile. Returns at once."""
        if (self._thread and self._thread.is_alive()) or not self._is_due(current.index):
            return
        using = ExitStack()
        using.enter_context(current.use())
        self._thread = threading.Thread(target=self._run, args=(current.index, using), name="scrub", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread; an unfinished check begins again the next time."""
        self._stop.set()
        if self._thread:
            self._thread.join()

    def _is_due(self, index: SearchIndex) -> bool:
        checksums, row = index.table.checksums, index.ledger.indexes.all().get(index.name)
        if checksums is None or row is None:
            return False
        if not 0 <= time.time() - row.scrubbed_at < SCRUB_EVERY_S:
            return True
        is_first = self._thread is None
        return is_first and bool(checksums.touched(index.ledger.indexes.file_sums(index.name)))

    def _run(self, index: SearchIndex, using: ExitStack) -> None:
        began = time.time()
        with using:
            checksums, known = index.table.checksums, index.ledger.indexes.file_sums(index.name)
            if checksums is None:
                return
            touched = checksums.touched(known)
            damaged = checksums.changed(known, self._stop.is_set)
            try:
                if damaged:
                    self._rebuild(index)
                elif not self._stop.is_set():
                    index.ledger.indexes.note_scrubbed(index.name, began, touched)
            except AppError as error:  # a full or write-protected disk: the next check is soon enough
                log.warning("The index %s could not be checked: %s", index.name, error)

    def _rebuild(self, index: SearchIndex) -> None:
        while not self._stop.wait(REBUILD_POLL_S):
            with suppress(LibraryBusy), self._indexing.lock(wait=False):
                if index.name in index.ledger.indexes.all() and not self._indexing.matches_ledger(index, "all"):
                    self._indexing.discard(index)
                    self._indexing.follow(index, self._indexing.work(lambda progress: None, self._stop))
                return

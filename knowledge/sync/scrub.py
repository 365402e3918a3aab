"""Reads a large index in the background now and then, and has it built again where a file is damaged."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import ExitStack, suppress

from errors import AppError
from knowledge.open_index import OpenIndex
from knowledge.search_index import SearchIndex
from knowledge.sync.indexing import Indexing, LibraryBusy

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

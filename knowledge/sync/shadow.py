"""Another embedder: its index is built beside the one that answers, and takes its place once it holds everything."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from knowledge.holdings import Holdings
from knowledge.ledger.ledger import Ledger
from knowledge.sync.indexing import Indexing, LibraryBusy
from knowledge.sync.progress import Work

SLICE_S = 5.0  # how long whoever wants to index a change may have to wait for the build
PAUSE_S = 0.2  # long enough for the one who waits to get the lock


class Shadow:
    """Builds one index while others search and sync. Killed at any moment, the next build carries on."""

    def __init__(self, indexing: Indexing, ledger: Ledger, home: Path) -> None:
        self._indexing, self._ledger, self._home = indexing, ledger, home

    def build(self, holdings: Holdings, work: Work) -> bool:
        """Whether the index was built, and is the active one now. Stopped, what it was to be is forgotten, though not
        the vectors. Raises LibraryBusy while another change is going on."""
        with self._changing():
            self._ledger.indexes.add(holdings.name, "building")
            work.tally.add(chunks=self._ledger.indexes.count_pending(holdings.name))
            while not work.stopped():
                if self._build_on(holdings, work):
                    return True
                time.sleep(PAUSE_S)
            self._give_up(holdings.name)
            return False

    def is_changing(self) -> bool:
        """Whether a change is going on, here or in another process."""
        try:
            with self._changing():
                return False
        except LibraryBusy:
            return True

    def forget(self, name: str) -> None:
        """Free an index and its vectors."""
        with self._indexing.lock():
            self._ledger.indexes.remove(name)
            self._ledger.chunks.delete_orphaned_vectors()
            self._indexing.remove_forgotten()

    def _build_on(self, holdings: Holdings, work: Work) -> bool:
        until = time.monotonic() + SLICE_S
        slice_of_it = replace(work, stopped=lambda: work.stopped() or time.monotonic() > until)
        with self._indexing.lock():
            if not self._indexing.follow(holdings, slice_of_it) or work.stopped():
                return False
            self._indexing.tidy(holdings, work)
            self._ledger.indexes.activate(holdings.name)
            self._ledger.chunks.delete_orphaned_vectors()
            self._indexing.remove_forgotten()
            return True

    def _give_up(self, name: str) -> None:
        if self._ledger.indexes.all()[name].state == "building":
            with self._indexing.lock():
                self._ledger.indexes.remove(name)
                self._indexing.remove_forgotten()

    @contextmanager
    def _changing(self) -> Iterator[None]:
        from filelock import FileLock, Timeout

        self._home.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._home / "embedder.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout as busy:
            raise LibraryBusy("The embedder is being changed already.", "Ask again when it is done.") from busy
        try:
            yield
        finally:
            lock.release()

"""The embedder of a library: a new one's index is built beside the one that answers, and then takes its place."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from errors import AppError
from knowledge.embed import Embedder
from knowledge.ledger.ledger import Ledger
from knowledge.open_index import CurrentIndex
from knowledge.search_index import SearchIndex
from knowledge.sync.indexing import Indexing, LibraryBusy, file_lock
from knowledge.sync.progress import SyncProgress, Work

SLICE_S = 5.0  # the longest that a sync has to wait for the build
PAUSE_S = 0.2  # long enough for a waiting sync to get the lock


@dataclass(frozen=True, slots=True)
class EmbedderNames:
    """The embedder that search uses, the one before it, and the one whose index is being built; None: there is none.

    `keywords` stands for an index without vectors. `previous_pending`: passages added, removed or changed since the
    previous index was left, as it is not kept current: reverting writes them, and embeds the texts that it never saw.
    """

    active: str | None
    previous: str | None
    building: str | None
    previous_pending: int = 0


class NoPreviousEmbedder(AppError):
    """There is no earlier embedder to go back to."""


class Embedders:
    """Changes the embedder while others search and sync. Killed at any moment, the next sync resumes the change.

    `open_embedder`: returns the installed embedder of that name, None where there is none.
    """

    def __init__(
        self,
        home: Path,
        ledger: Ledger,
        indexing: Indexing,
        current: CurrentIndex,
        open_embedder: Callable[[str | None], Embedder | None],
    ) -> None:
        self._home, self._ledger, self._indexing, self._current = home, ledger, indexing, current
        self._open_embedder = open_embedder

    def names(self) -> EmbedderNames:
        """Return the embedders that have an index."""
        active, previous = self._ledger.indexes.active(), self._ledger.indexes.previous()
        pending = self._ledger.indexes.count_pending(previous) if previous else 0
        return EmbedderNames(active.name if active else None, previous, self._ledger.indexes.building(), pending)

    def change(
        self,
        embedder: Embedder,
        on_progress: Callable[[SyncProgress], None] = lambda progress: None,
        cancelled: threading.Event | None = None,
        interrupted: threading.Event | None = None,
    ) -> bool:
        """Search with this embedder, which is closed in the end, once its index is complete; False only if stopped.

        Until then the present index answers and is kept current; afterwards `revert` returns to it. `cancelled`: the
        new index is deleted, though not its vectors. `interrupted`: the next sync carries the change on. Raises
        LibraryBusy while another change is going on.
        """
        cancelled, interrupted = cancelled or threading.Event(), interrupted or threading.Event()
        work = self._indexing.work(on_progress, None)
        stopped = replace(work, stopped=lambda: cancelled.is_set() or interrupted.is_set())
        return self._change(embedder, stopped, cancelled.is_set)

    def revert(
        self,
        on_progress: Callable[[SyncProgress], None] = lambda progress: None,
        cancelled: threading.Event | None = None,
        interrupted: threading.Event | None = None,
    ) -> bool:
        """Change back to the embedder before the last change; only what changed since is embedded.

        Raises NoPreviousEmbedder when there is none, or it is no longer installed.
        """
        previous = self._ledger.indexes.previous()
        embedder = self._open_embedder(previous) if previous else None
        if embedder is None or embedder.name != previous:
            if embedder:
                embedder.close()
            raise NoPreviousEmbedder(
                f"The embedder {previous} is not installed." if previous else "No other embedder was used before.",
                "`carrel models` lists the ones that you can use.",
            )
        return self.change(embedder, on_progress, cancelled, interrupted)

    def forget_previous(self) -> None:
        """Delete the index and the vectors of the embedder before the last change, which cannot be reverted then."""
        if previous := self._ledger.indexes.previous():
            self._delete(previous)

    def resume(self, work: Work) -> None:
        """Complete a change of embedder that was interrupted; the next sync does where this one is stopped."""
        building = self._ledger.indexes.building()
        if building is None or work.stopped():
            return
        try:
            with self._changing():
                pass
        except LibraryBusy:  # the change is going on, here or in another process
            return
        embedder = self._open_embedder(building)
        if embedder and embedder.name == building:
            self._change(embedder, work, lambda: False)
            return
        self._delete(building)
        if embedder:
            embedder.close()

    def _change(self, embedder: Embedder, work: Work, is_cancelled: Callable[[], bool]) -> bool:
        index, is_built = self._indexing.search_index(embedder), False
        try:
            is_built = self._build(index, work, is_cancelled)
        finally:
            if not is_built:
                embedder.close()
        if is_built:
            self._current.replace(index)
        return is_built

    def _build(self, index: SearchIndex, work: Work, is_cancelled: Callable[[], bool]) -> bool:
        """Build and activate an index in slices, so that a sync can run in between; False if stopped, and it is deleted
        if cancelled."""
        with self._changing():
            self._ledger.indexes.add(index.name, "building")
            work.counter.add(chunks=self._ledger.indexes.count_pending(index.name))
            while not work.stopped():
                if self._build_slice(index, work):
                    return True
                time.sleep(PAUSE_S)
            if is_cancelled() and self._ledger.indexes.all()[index.name].state == "building":
                with self._indexing.lock():
                    self._ledger.indexes.remove(index.name)
                    self._indexing.remove_unknown_folders()
            return False

    def _build_slice(self, index: SearchIndex, work: Work) -> bool:
        deadline = time.monotonic() + SLICE_S
        slice_work = replace(work, stopped=lambda: work.stopped() or time.monotonic() > deadline)
        with self._indexing.lock():
            if not self._indexing.follow(index, slice_work) or work.stopped():
                return False
            self._indexing.tidy(index, work)
            self._ledger.indexes.activate(index.name)
            self._ledger.chunks.delete_orphaned_vectors()
            self._indexing.remove_unknown_folders()
            return True

    def _delete(self, name: str) -> None:
        with self._indexing.lock():
            self._ledger.indexes.remove(name)
            self._ledger.chunks.delete_orphaned_vectors()
            self._indexing.remove_unknown_folders()

    def _changing(self) -> AbstractContextManager[None]:
        return file_lock(self._home / "embedder.lock", "The embedder is being changed already.", wait=False)

"""Makes ledger and index equal the folders. Killed at any moment, the next run resumes from what is durable."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path

from knowledge.ledger.rows import Folder, Source
from knowledge.sync.changes import Change, Changes, Comparison, find_moves
from knowledge.sync.follow import Follower
from knowledge.sync.order import bytes_to_read
from knowledge.sync.progress import SyncReport, Work
from knowledge.sync.reading import Reader, ReaderTools
from knowledge.sync.walk import FolderMissing

SECONDS_PER_COMMIT = 2.0  # the longest that texts wait for a batch to fill
POLL_S = 0.05
KEEP_UNUSED_VECTORS_S = 30 * 86_400.0  # an edit that is undone, or a folder that comes back, embeds nothing till then


class Sync:
    """One run over some folders. Only one may run at a time over a ledger: the caller holds the lock."""

    def __init__(
        self, tools: ReaderTools, follower: Follower, work: Work, listed: Callable[[Sequence[Folder]], None]
    ) -> None:
        """`listed`: called once every file of the folders has a row."""
        self._tools, self._ledger = tools, tools.ledger
        self._follower, self._work, self._listed = follower, work, listed
        self._unreadable: list[tuple[Path, str]] = []

    def run(self, folders: Sequence[Folder]) -> SyncReport:
        """Walk, read what changed, index it. Stopped, it ends after the batch in hand; nothing is lost."""
        started = time.perf_counter()
        if unready := self._follower.count_unready():
            self._work.counter.add(chunks=unready)
        changes = self._compare(folders)
        removed = self._apply(changes, folders) if changes.fingerprints or changes.lost else 0
        self._listed(folders)
        if self._follower.follow() and self._follower.wants_upkeep():
            self._follower.tidy()
        self._ledger.files.mark_indexed()
        self._ledger.chunks.delete_unused_vectors(KEEP_UNUSED_VECTORS_S)
        return replace(self._report(folders), removed=removed, seconds=time.perf_counter() - started)

    def _compare(self, folders: Sequence[Folder]) -> Changes:
        comparison = Comparison(self._ledger, self._tools.versions)
        others = {folder.path for folder in self._ledger.folders.all()}
        for folder in folders:
            try:
                comparison.add(folder, frozenset(others - {folder.path}))
            except FolderMissing as error:
                self._unreadable.append((folder.path, error.title))
        find_moves(comparison.changes)
        return comparison.changes

    def _apply(self, changes: Changes, folders: Sequence[Folder]) -> int:
        """Make the ledger equal the folders. Returns how many files were removed."""
        with self._ledger.transaction():
            for folder_id, path in changes.fingerprints:
                self._ledger.folders.note_directories(folder_id, {path: None})
            self._ledger.files.move(changes.moves)
            self._ledger.files.note_unread(
                [Source(c.folder.id, c.found.path, c.found.stat, None) for c in _new(changes)]
            )
        self._listed(folders)
        to_read = [*changes.to_read, *changes.outdated]
        self._work.counter.add(files=len(to_read), bytes=sum(map(bytes_to_read, to_read)))
        if to_read:
            self._read(changes)
        if self._work.stopped():
            return 0
        self._settle(changes)
        return len(changes.gone)

    def _read(self, changes: Changes) -> None:
        """Read on a thread of its own, while this one embeds and indexes what was read so far."""
        failed = threading.Event()
        work = replace(self._work, stopped=lambda: failed.is_set() or self._work.stopped())
        with ThreadPoolExecutor(1, thread_name_prefix="reader") as thread:
            reading = thread.submit(Reader(self._tools, work, changes).read_all)
            try:
                while wait([reading], POLL_S).not_done:
                    self._follower.follow_full_batches(SECONDS_PER_COMMIT)
            finally:
                failed.set()
            reading.result()

    def _settle(self, changes: Changes) -> None:
        with self._ledger.transaction():
            self._ledger.files.remove(changes.gone)
            for folder_id, path in changes.lost:
                self._ledger.folders.remove_directories(folder_id, [path])
            for (folder_id, path), fingerprint in changes.fingerprints.items():
                if (folder_id, path) not in changes.unsettled:
                    self._ledger.folders.note_directories(folder_id, {path: fingerprint})

    def _report(self, folders: Sequence[Folder]) -> SyncReport:
        counter = self._work.counter
        counts = [self._ledger.files.status_counts(folder.id) for folder in folders]
        total = {
            status: sum(c.get(status, 0) for c in counts) for status in ("indexed", "waiting", "skipped", "failed")
        }
        refusals = [refusal for folder in folders for refusal in self._ledger.files.refusals(folder.id)]
        return SyncReport(
            indexed=counter.indexed,
            unchanged=max(total["indexed"] + total["waiting"] - counter.indexed, 0),
            skipped=total["skipped"],
            failed=total["failed"],
            chunks=counter.written_chunks,
            embedded=counter.progress.embedded,
            failures=(*self._unreadable, *refusals),
        )


def _new(changes: Changes) -> Iterator[Change]:
    """The files that are not known as they are now; not those that are tried again, or only read by a new version."""
    for change in changes.to_read:
        if not change.found.reason and (change.recorded is None or change.found.stat != change.recorded.stat):
            yield change

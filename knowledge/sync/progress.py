"""Progress and results of a sync."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from knowledge.sync.order import FirstFiles
from knowledge.sync.pace import Pace

ESTIMATE_AFTER_S = 3.0  # before that, the first files tell too little


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncProgress:
    """A run in progress. Of the `chunks` that were read, `ready` have their vectors; `embedded` counts texts that were
    really embedded, not found in the ledger. `pause_reason`: why it rests just now, for people; empty while it works.
    `seconds_left`: an estimate; None before there is one. `changed`: the files that have another state than before."""

    done_files: int = 0
    total_files: int = 0
    current: Path | None = None
    chunks: int = 0
    ready: int = 0
    embedded: int = 0
    pause_reason: str = ""
    total_bytes: int = 0
    done_bytes: int = 0
    seconds_left: float | None = None
    changed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """Results of a run, in files, except `chunks` (written), `embedded` (texts) and `seconds`."""

    indexed: int = 0
    unchanged: int = 0
    skipped: int = 0
    failed: int = 0
    removed: int = 0
    chunks: int = 0
    embedded: int = 0
    seconds: float = 0.0
    failures: tuple[tuple[Path, str], ...] = ()


@dataclass(slots=True)
class ProgressCounter:
    """Counts of the run under way; every change of `progress` is announced, from whichever thread made it."""

    on_progress: Callable[[SyncProgress], None]
    progress: SyncProgress = field(default_factory=SyncProgress)
    indexed: int = 0
    written_chunks: int = 0
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _began_at: float = field(default_factory=time.monotonic)
    _paused_at: float | None = None
    _paused_s: float = 0.0

    def add(
        self,
        *,
        files: int = 0,
        bytes: int = 0,
        done: int = 0,
        done_bytes: int = 0,
        chunks: int = 0,
        ready: int = 0,
        embedded: int = 0,
    ) -> None:
        """Count on: `files` of so many `bytes` to be read, `done` with, `chunks` read, `ready` of them, `embedded`."""
        with self._lock:
            at = self.progress
            at = replace(
                at,
                total_files=at.total_files + files,
                total_bytes=at.total_bytes + bytes,
                done_files=at.done_files + done,
                done_bytes=at.done_bytes + done_bytes,
                chunks=at.chunks + chunks,
                ready=at.ready + ready,
                embedded=at.embedded + embedded,
            )
            self._announce(replace(at, seconds_left=seconds_left(at, self._worked_s())))

    def note_changed(self, file_ids: Sequence[int]) -> None:
        """Announce files that have another state than before."""
        with self._lock:
            if file_ids:
                self._announce(replace(self.progress, changed=tuple(file_ids)))

    def begin(self, path: Path) -> None:
        """Name the file in hand."""
        with self._lock:
            self._announce(replace(self.progress, current=path))

    def pause(self, reason: str) -> None:
        """Report why the run pauses; "" when it goes on."""
        with self._lock:
            if reason != self.progress.pause_reason:
                now = time.monotonic()
                if self._paused_at is not None:
                    self._paused_s += now - self._paused_at
                self._paused_at = now if reason else None
                self._announce(replace(self.progress, pause_reason=reason))

    def _announce(self, progress: SyncProgress) -> None:
        self.progress = replace(progress, changed=()) if progress.changed else progress
        self.on_progress(progress)

    def _worked_s(self) -> float:
        """Return the seconds since the run began, without pauses."""
        now = time.monotonic()
        return now - self._began_at - self._paused_s - (now - self._paused_at if self._paused_at is not None else 0.0)


def seconds_left(at: SyncProgress, worked_s: float) -> float | None:
    """Estimate when a run will end; None in its first seconds.

    The passages of what is not read yet are taken to be as many per byte as those of what was.
    """
    if worked_s < ESTIMATE_AFTER_S or (not at.total_files and not at.chunks):
        return None
    bytes_left = max(at.total_bytes - at.done_bytes, 0)
    reading_s = bytes_left * worked_s / at.done_bytes if at.done_bytes else 0.0
    chunks = at.chunks * at.total_bytes / at.done_bytes if at.done_bytes else at.chunks
    embedding_s = max(chunks - at.ready, 0) * worked_s / at.ready if at.ready else None
    if (bytes_left and not at.done_bytes) or (embedding_s is None and at.chunks):
        return None
    return max(reading_s, embedding_s or 0.0)


@dataclass(frozen=True, slots=True)
class Work:
    """The means of one run, handed to every step. `stopped`: True once the run is to end. `first`: what comes first."""

    pace: Pace
    stopped: Callable[[], bool]
    counter: ProgressCounter
    first: FirstFiles

    def wait(self, worked_s: float = 0.0) -> None:
        """Return when the next piece of work may begin; the last one took `worked_s` seconds."""
        self.pace.wait(worked_s, self.stopped, self.counter.pause)

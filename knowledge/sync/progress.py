"""Progress and results of a sync."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from knowledge.sync.pace import Pace


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncProgress:
    """A run in progress. Of the `chunks` that were read, `ready` have their vectors; `embedded` counts texts that were
    really embedded, not found in the ledger. `holding`: why it rests just now, for people; empty while it works."""

    done_files: int = 0
    total_files: int = 0
    current: Path | None = None
    chunks: int = 0
    ready: int = 0
    embedded: int = 0
    pause_reason: str = ""


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

    def add(self, *, files: int = 0, done: int = 0, chunks: int = 0, ready: int = 0, embedded: int = 0) -> None:
        """Count on: `files` to be read, `done` with, `chunks` read, `ready` of them, texts `embedded`."""
        with self._lock:
            at = self.progress
            self._announce(
                replace(
                    at,
                    total_files=at.total_files + files,
                    done_files=at.done_files + done,
                    chunks=at.chunks + chunks,
                    ready=at.ready + ready,
                    embedded=at.embedded + embedded,
                )
            )

    def begin(self, path: Path) -> None:
        """Name the file in hand."""
        with self._lock:
            self._announce(replace(self.progress, current=path))

    def pause(self, reason: str) -> None:
        """Report why the run pauses; "" when it goes on."""
        with self._lock:
            if reason != self.progress.pause_reason:
                self._announce(replace(self.progress, pause_reason=reason))

    def _announce(self, progress: SyncProgress) -> None:
        self.progress = progress
        self.on_progress(progress)


@dataclass(frozen=True, slots=True)
class Work:
    """The means of one run, handed to every step. `stopped`: True once the run is to end."""

    pace: Pace
    stopped: Callable[[], bool]
    counter: ProgressCounter

    def wait(self, worked_s: float = 0.0) -> None:
        """Return when the next piece of work may begin; the last one took `worked_s` seconds."""
        self.pace.wait(worked_s, self.stopped, self.counter.pause)

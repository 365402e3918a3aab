"""How far a sync is, and what it did."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from knowledge.sync.pace import Pace


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncProgress:
    """How far a run is. Of the `chunks` that were read, `ready` have their vectors; `embedded` counts texts that were
    really embedded, not found in the ledger. `holding`: why it rests just now, for people; empty while it works."""

    done_files: int = 0
    total_files: int = 0
    current: Path | None = None
    chunks: int = 0
    ready: int = 0
    embedded: int = 0
    holding: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """What a run did, in files, except `chunks` (written), `embedded` (texts) and `seconds`."""

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
class Tally:
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

    def hold(self, reason: str) -> None:
        """Say why the run rests; nothing when it goes on."""
        with self._lock:
            if reason != self.progress.holding:
                self._announce(replace(self.progress, holding=reason))

    def _announce(self, progress: SyncProgress) -> None:
        self.progress = progress
        self.on_progress(progress)


@dataclass(frozen=True, slots=True)
class Work:
    """What every step of a run is given. `stopped`: whether the run is to end."""

    pace: Pace
    stopped: Callable[[], bool]
    tally: Tally

    def wait(self, worked_s: float = 0.0) -> None:
        """Return when the next piece of work may begin; the last one took `worked_s` seconds."""
        self.pace.wait(worked_s, self.stopped, self.tally.hold)

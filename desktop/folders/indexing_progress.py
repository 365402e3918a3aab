"""What an indexing is at, in words and as a bar."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.widgets.bars import Bar
from desktop.widgets.buttons import TextButton
from desktop.widgets.labels import ElidedLabel
from desktop.widgets.theme import UNIT

if TYPE_CHECKING:
    from knowledge.sync.progress import SyncProgress, SyncReport


# How the reasons begin for which indexing rests (knowledge/sync/pace.py), and what a person is told.
_RESTS = {
    "paused": "Paused",
    "an answer": "Waiting for the answer",
    "resting": "On battery: slower",
    "the battery": "Waiting for power",
}


class ProgressLine(QWidget):
    """What the indexing is at, with Pause and Cancel; afterwards what it did."""

    cancelled = Signal()
    pause_wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words, self._bar = ElidedLabel("", ink="muted"), Bar()
        self._cancel = TextButton("Cancel", kind="quiet")
        self._cancel.clicked.connect(self.cancelled)
        self._paused = False
        self._progress: SyncProgress | None = None
        self.pause = TextButton("Pause", "pause", kind="quiet")
        self.pause.clicked.connect(self._want_pause)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(UNIT + 4)
        row.addWidget(self.words, 2)
        row.addWidget(self._bar, 1)
        row.addWidget(self.pause)
        row.addWidget(self._cancel)
        self._show_running(False)

    def begin(self) -> None:
        """The folders are being walked."""
        self._progress = None
        self._say()
        self._bar.fill(0.0)
        self._show_running(True)

    def show_progress(self, progress: "SyncProgress") -> None:
        """So many files are done, and this one is next."""
        self._progress = progress
        self._say()
        self._bar.fill(fraction_done(progress))

    def show_paused(self, paused: bool) -> None:
        """Offer Resume while it is paused."""
        self._paused = paused
        self.pause.relabel("Resume" if paused else "Pause", "play" if paused else "pause")
        if self.pause.isVisibleTo(self):
            self._say()

    def show_report(self, report: "SyncReport | None") -> None:
        """The indexing has ended; None: with an error, which is shown elsewhere."""
        self.words.setText(report_words(report) if report else "")
        self._show_running(False)

    def _want_pause(self) -> None:
        self.pause_wanted.emit(not self._paused)

    def _say(self) -> None:
        words = progress_words(self._progress) if self._progress else "Looking for changes…"
        paused = self._paused and not words.startswith(_RESTS["paused"])
        self.words.setText(f"{_RESTS['paused']} · {words}" if paused else words)

    def _show_running(self, running: bool) -> None:
        self._bar.setVisible(running)
        self._cancel.setVisible(running)
        self.pause.setVisible(running)
        self.setVisible(running or bool(self.words.text()))


def fraction_done(progress: "SyncProgress") -> float:
    """In [0, 1]: the share of files that are read, times the share of their passages that are ready."""
    files = progress.done_files / progress.total_files if progress.total_files else 0.0
    return files * (min(progress.ready / progress.chunks, 1.0) if progress.chunks else 1.0)


def progress_words(progress: "SyncProgress") -> str:
    """`Indexing 12 of 340 · notes.md`; once all are read, `Indexing 340 files · 900 of 2,000 passages`.

    While it rests, why: `Waiting for the answer · 12 of 340 files`.
    """
    files = f"{progress.done_files:,} of {progress.total_files:,}"
    if progress.pause_reason:
        return f"{rest_words(progress.pause_reason)} · {files} files"
    if progress.done_files == progress.total_files and progress.ready < progress.chunks:
        return f"Indexing {progress.total_files:,} files · {progress.ready:,} of {progress.chunks:,} passages"
    name = f" · {progress.current.name}" if progress.current else ""
    return f"Indexing {files}{name}"


def rest_words(holding: str) -> str:
    """Why an indexing rests, in few words; the reason itself where there are none for it."""
    return next((words for start, words in _RESTS.items() if holding.startswith(start)), holding)


def report_words(report: "SyncReport") -> str:
    """What an indexing did, in one line."""
    parts = [
        f"{count:,} {what}"
        for count, what in (
            (report.indexed, "indexed"),
            (report.removed, "removed"),
            (report.skipped, "skipped"),
            (report.failed, "failed"),
        )
        if count
    ]
    return f"Up to date: {', '.join(parts)} in {report.seconds:.1f} s" if parts else "Up to date"

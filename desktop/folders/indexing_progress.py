"""Progress of indexing, as text and as a bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.folders.file_listing import COUNTED
from desktop.language import mark, told, tr
from desktop.widgets.bars import Bar
from desktop.widgets.buttons import TextButton
from desktop.widgets.labels import ElidedLabel
from desktop.widgets.theme import UNIT

if TYPE_CHECKING:
    from knowledge import SyncProgress, SyncReport


LOOKING = mark("Looking for changes…")
PAUSES = {  # start of a reason given by knowledge/sync/pace.py → its label
    "paused": mark("Paused"),
    "an answer": mark("Waiting for the answer"),
    "resting": mark("Slower on battery"),
    "the battery": mark("Waiting for power"),
}


class ProgressLine(QWidget):
    """Progress with Pause and Cancel; afterwards a summary."""

    cancelled = Signal()
    pause_wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text, self._bar = ElidedLabel("", ink="muted"), Bar()
        self._cancel = TextButton(tr("Cancel"), kind="quiet")
        self._cancel.clicked.connect(self.cancelled)
        self._paused = False
        self._progress: SyncProgress | None = None
        self.pause = TextButton(tr("Pause"), "pause", kind="quiet")
        self.pause.clicked.connect(lambda: self.pause_wanted.emit(not self._paused))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(UNIT + 4)
        row.addWidget(self.text, 2)
        row.addWidget(self._bar, 1)
        row.addWidget(self.pause)
        row.addWidget(self._cancel)
        self._show_running(False)

    def begin(self) -> None:
        """Show that the folders are being scanned."""
        self._progress = None
        self._show_text()
        self._bar.fill(0.0)
        self._show_running(True)

    def show_progress(self, progress: SyncProgress) -> None:
        """Show how many files are done, and which is next."""
        self._progress = progress
        self._show_text()
        self._bar.fill(fraction_done(progress))

    def show_paused(self, paused: bool) -> None:
        """Offer Resume while it is paused."""
        self._paused = paused
        self.pause.relabel(tr("Resume") if paused else tr("Pause"), "play" if paused else "pause")
        if self.pause.isVisibleTo(self):
            self._show_text()

    def show_report(self, report: SyncReport | None) -> None:
        """Show what indexing did. None: it failed, and the error is shown elsewhere."""
        self.text.setText(report_text(report) if report else "")
        self._show_running(False)

    def _show_text(self) -> None:
        text = progress_text(self._progress) if self._progress else tr(LOOKING)
        paused = self._paused and not text.startswith(tr(PAUSES["paused"]))
        self.text.setText(f"{tr(PAUSES['paused'])} · {text}" if paused else text)

    def _show_running(self, running: bool) -> None:
        self._bar.setVisible(running)
        self._cancel.setVisible(running)
        self.pause.setVisible(running)
        self.setVisible(running or bool(self.text.text()))


def fraction_done(progress: SyncProgress) -> float:
    """Return the share of files that are read times the share of passages that are ready, in [0, 1]."""
    files = progress.done_files / progress.total_files if progress.total_files else float(progress.chunks > 0)
    return files * (min(progress.ready / progress.chunks, 1.0) if progress.chunks else 1.0)


def progress_text(progress: SyncProgress) -> str:
    """Return `Read 12 of 340 files · 900 of 2,000 passages ready · about 2 min left · notes.md`.

    While it waits, the reason comes first: `Waiting for the answer · Read 12 of 340 files`. What is done is left out.
    """
    parts = [pause_text(progress.pause_reason)]
    reads = progress.done_files < progress.total_files
    waits = progress.ready < progress.chunks
    if reads or (progress.total_files and not waits):
        parts.append(
            tr(
                "Read {done} of {total} files",
                done=progress.done_files,
                total=progress.total_files,
            )
        )
    if waits:
        parts.append(tr("{ready} of {total} passages ready", ready=progress.ready, total=progress.chunks))
    if not progress.pause_reason:
        parts += [left_text(progress.seconds_left), progress.current.name if progress.current and reads else ""]
    return " · ".join(filter(None, parts)) or tr(LOOKING)


def short_progress_text(progress: SyncProgress) -> str:
    """Return `12 of 340…`, `900 of 2,000 passages…`, or why it waits; "" where all is done."""
    if progress.pause_reason:
        return pause_text(progress.pause_reason)
    if progress.done_files < progress.total_files:
        return tr("{done} of {total}…", done=progress.done_files, total=progress.total_files)
    waits = progress.ready < progress.chunks
    return tr("{ready} of {total} passages…", ready=progress.ready, total=progress.chunks) if waits else ""


def left_text(seconds: float | None) -> str:
    """Return `about 2 min left`; "" where nothing is known."""
    if seconds is None:
        return ""
    if seconds < 5:
        return tr("a few seconds left")
    if seconds < 50:
        return tr("about {seconds} s left", seconds=max(round(seconds / 10), 1) * 10)
    minutes = max(round(seconds / 60), 1)
    return (
        tr("about {minutes} min left", minutes=minutes)
        if minutes < 90
        else tr("about {hours} h left", hours=round(minutes / 60))
    )


def pause_text(holding: str) -> str:
    """Return a short label for the reason that indexing waits; the reason itself where there is none."""
    return next((tr(label) for start, label in PAUSES.items() if holding.startswith(start)), told(holding))


def report_text(report: SyncReport) -> str:
    """Return what indexing did, in one line."""
    counts = {name: getattr(report, name) for name in ("indexed", "removed", "skipped", "failed")}
    done = ", ".join(tr(COUNTED[name], count=count) for name, count in counts.items() if count)
    return tr("Up to date: {done} in {seconds:.1f} s", done=done, seconds=report.seconds) if done else tr("Up to date")

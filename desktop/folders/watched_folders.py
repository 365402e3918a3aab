"""The folders Carrel watches, the state of every file in them, and the indexing that is going on."""

from __future__ import annotations

import time
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from desktop.background import Background, Callbacks, Task
from errors import AppError

if TYPE_CHECKING:
    from assistant.workspace import Workspace
    from knowledge import FileRow, Folder, SyncProgress, SyncReport, Watcher


LIST_AFTER_S = 2.0  # of indexing, the files are listed; again after twice as long, as a listing of many takes a moment


class FolderSnapshot(NamedTuple):
    """The watched folders without those of personas, the rows of all their files, and the folders not found now."""

    folders: tuple[Folder, ...]
    files: tuple[FileRow, ...]
    missing: frozenset[Path] = frozenset()


class WatchedFolders(QObject):
    """Adds, removes and indexes folders. One run of indexing at a time; changes on disk start another."""

    changed = Signal(object)  # Shelf
    progressed = Signal(object)  # SyncProgress
    finished = Signal(object)  # SyncReport
    pause_changed = Signal(bool)  # True while paused
    started = Signal()
    settled = Signal()  # once, after the first indexing: by then everything for it and for a search is imported
    _touched = Signal()

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._task: Task | None = None
        self._again = self._was_settled = self._paused = self._ended = False
        self._list_at, self._list_after_s = 0.0, LIST_AFTER_S
        self.snapshot = FolderSnapshot((), ())
        self._watching = Lock()  # held by whoever stops or replaces the watcher: a worker, or the end
        self._watcher: Watcher | None = None
        self._touched.connect(self.sync, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """True while indexing runs or is about to."""
        return self._task is not None or self._again

    @property
    def paused(self) -> bool:
        """True while indexing is paused by hand; it stays so until it is resumed or Carrel closes."""
        return self._paused

    def set_paused(self, paused: bool) -> None:
        """Pause or resume indexing; what was indexed so far can be searched."""

        def change(space: Workspace, _: Task) -> None:
            pace = space.library.pace
            (pace.pause if paused else pace.resume)()

        self._paused = paused
        self._background.run("read", change, self, Callbacks(lambda _: self.pause_changed.emit(paused)))

    def begin(self) -> None:
        """List what is known, index what changed since last time, and watch from then on."""
        self.refresh()
        self.sync()
        self._watch_again()

    def end(self) -> None:
        """Stop watching. It waits for the watcher's threads, so the window should be hidden by then."""
        with self._watching:
            self._ended = True
            self._stop_watcher()

    def refresh(self, _: object = None) -> None:
        """Read folders and files from the ledger again."""

        def read(space: Workspace, _: Task) -> FolderSnapshot:
            folders = tuple(folder for folder in space.library.folders() if folder.persona_id is None)
            files = tuple(row for folder in folders for row in space.library.files(folder.path))
            return FolderSnapshot(folders, files, frozenset(one.path for one in folders if not one.path.is_dir()))

        def show(snapshot: FolderSnapshot) -> None:
            self.snapshot = snapshot
            self.changed.emit(snapshot)

        self._background.run("read", read, self, Callbacks(show))

    def add(self, path: Path) -> None:
        """Watch a folder and index it."""
        self._background.run("read", lambda space, _: space.library.add_folder(path), self, Callbacks(self.rewatch))

    def include_everything(self, path: Path, everything: bool) -> None:
        """Index a folder's hidden and sensitive files too, or no longer."""

        def change(space: Workspace, _: Task) -> None:
            if not everything:  # a folder that has everything covers itself, so it is forgotten first
                space.library.remove_folder(path)
            space.library.add_folder(path, everything=everything)

        self._background.run("index", change, self, Callbacks(self.rewatch))

    def remove(self, path: Path) -> None:
        """Stop watching a folder; its files leave the index."""
        self._background.run("index", lambda space, _: space.library.remove_folder(path), self, Callbacks(self.rewatch))

    def expect_files(self) -> None:
        """Get ready for files that may be dropped in a moment."""
        self._background.run("index", lambda space, _: space.library.expect_files(), self, Callbacks())

    def sync(self) -> None:
        """Make the index equal the folders; if that is being done, do it once more after."""
        if self._task is not None:
            self._again = True
            return
        self._again = False
        self._list_at, self._list_after_s = time.monotonic() + LIST_AFTER_S, LIST_AFTER_S

        def fail(error: AppError) -> None:
            self._task = None
            self.finished.emit(None)
            self._background.failed.emit(error)
            self._show_result()

        callbacks = Callbacks(self._finish, fail, self._progress)
        self._task = self._background.run(
            "index",
            lambda space, task: space.library.sync(on_progress=task.report, cancelled=task.cancelled),
            self,
            callbacks,
        )
        self.started.emit()

    def cancel(self) -> None:
        """End the indexing; what was indexed so far stays."""
        self._again = False
        if self._task is not None:
            self._task.cancel()

    def rewatch(self, _: object = None) -> None:
        """Watch and index the folders as they are now, after some were added or removed."""
        self.refresh()
        self._watch_again()
        self.sync()

    def _progress(self, reports: tuple[SyncProgress, ...]) -> None:
        if (now := time.monotonic()) >= self._list_at:
            self._list_after_s *= 2
            self._list_at = now + self._list_after_s
            self.refresh()
        self.progressed.emit(reports[-1])

    def _finish(self, report: SyncReport) -> None:
        self._task = None
        self.finished.emit(report)
        if not self._was_settled:
            self._was_settled = True
            done = Callbacks(self._settle, self._settle)
            self._background.run("index", lambda space, _: space.library.searcher.prepare(), self, done)
        self._show_result()

    def _show_result(self) -> None:
        """Show the result of indexing, and index once more if that was asked for meanwhile."""
        self.refresh()
        if self._again:
            QTimer.singleShot(0, self, self.sync)

    def _settle(self, _: object) -> None:
        self.settled.emit()

    def _watch_again(self) -> None:
        def replace(space: Workspace, _: Task) -> None:
            with self._watching:
                self._stop_watcher()
                if not self._ended:
                    self._watcher = space.library.watch(self._touched.emit)

        self._background.run("read", replace, self, Callbacks())

    def _stop_watcher(self) -> None:
        watcher, self._watcher = self._watcher, None
        if watcher is not None:
            watcher.stop()

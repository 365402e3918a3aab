"""The folders Carrel watches, the state of every file in them, and the indexing that is going on."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from desktop.background import Background, Callbacks, Task
from desktop.folders.file_listing import FileListing, list_files
from desktop.language import mark
from errors import AppError

if TYPE_CHECKING:
    from assistant.workspace import Workspace
    from knowledge import FileLine, Folder, SyncProgress, SyncReport, Watcher


UPDATE_MS = 400  # between two looks at the files that have changed their state
RESTART_AFTER_S = 5.0  # of a run: sooner than that, embedding is not cut short for files that come

MISSING = mark("Folder not found; its drive may be disconnected. Files indexed before can still be searched.")
FORBIDDEN = mark("No permission to read this folder. Allow it in your file manager, then try again.")


class FolderSnapshot(NamedTuple):
    """The watched folders without those of personas, their files, and why some folders cannot be read now."""

    folders: tuple[Folder, ...] = ()
    listing: FileListing = FileListing()
    problems: Mapping[Path, str] = {}

    @property
    def files(self) -> tuple[FileLine, ...]:
        """Every file, by path: made anew by each call."""
        return tuple(map(self.listing.file, range(len(self.listing))))

    @property
    def waiting(self) -> int:
        """The number of files that are still to be read, without those of folders that cannot be read."""
        counts = (self.listing.counts.get(f.id, Counter()) for f in self.folders if f.path not in self.problems)
        return sum(count["waiting"] for count in counts)


class WatchedFolders(QObject):
    """Adds, removes and indexes folders. One run of indexing at a time; changes on disk start another."""

    changed = Signal(object)  # FolderSnapshot
    progressed = Signal(object)  # SyncProgress
    finished = Signal(object)  # SyncReport
    failed = Signal(object)  # AppError of an indexing
    pause_changed = Signal(bool)  # True while paused
    started = Signal()
    settled = Signal()  # once, after the first indexing: by then everything for it and for a search is imported
    _touched = Signal()

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._task: Task | None = None
        self._again = self._was_settled = self._paused = self._ended = False
        self.snapshot = FolderSnapshot()
        self.progress: SyncProgress | None = None  # of the run that is going on
        self._began_at = 0.0
        self._files_found = 0
        self._touched_files: set[int] = set()
        self._update = QTimer(self, singleShot=True, interval=UPDATE_MS)
        self._update.timeout.connect(self._read_changed)
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
            files = space.library.file_lines({folder.id for folder in folders})
            problems = {folder.path: problem for folder in folders if (problem := folder_problem(folder.path))}
            return FolderSnapshot(folders, list_files(files, folders), problems)

        self._background.run("read", read, self, Callbacks(self._show))

    def _show(self, snapshot: FolderSnapshot) -> None:
        self.snapshot = snapshot
        self.changed.emit(snapshot)

    def _read_changed(self) -> None:
        """Read the files that have changed their state since the last look."""
        changed, self._touched_files = tuple(self._touched_files), set()

        def show(files: list[FileLine]) -> None:
            self._show(self.snapshot._replace(listing=self.snapshot.listing.with_files(files)))

        self._background.run("read", lambda space, _: space.library.lines_of(changed), self, Callbacks(show))

    def read_again(self, paths: Sequence[Path]) -> None:
        """Read files again, though they did not change."""
        self._background.run(
            "read", lambda space, _: space.library.read_again(paths), self, Callbacks(lambda _: self.sync())
        )

    def leave_out(self, paths: Sequence[Path]) -> None:
        """Take files out of the index until they are to be read again."""
        self._background.run(
            "index", lambda space, _: space.library.leave_out(paths), self, Callbacks(lambda _: self.sync())
        )

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
        self._began_at, self._files_found, self.progress = time.monotonic(), 0, None

        def fail(error: AppError) -> None:
            self._task = None
            self.finished.emit(None)
            self.failed.emit(error)
            self._show_result()

        callbacks = Callbacks(self._finish, fail, self._progress)
        self._task = self._background.run(
            "index",
            lambda space, task: space.library.sync(on_progress=task.report, cancelled=task.cancelled),
            self,
            callbacks,
        )
        self.started.emit()

    def sync_at_once(self) -> None:
        """Begin with the files that have just come: a run that is going on ends, and the next one goes on with it."""
        self.sync()
        if self._again and self._task is not None:
            self._task.cancel()

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
        self.progress = last = reports[-1]
        if last.total_files != self._files_found:
            self._files_found = last.total_files
            self.refresh()
        self._touched_files.update(file_id for report in reports for file_id in report.changed)
        if self._touched_files and not self._update.isActive():
            self._update.start()
        self.progressed.emit(last)
        self._yield_to_new_files(last)

    def _yield_to_new_files(self, at: SyncProgress) -> None:
        """End a run that only embeds, where files have come meanwhile: the next run goes on, after reading these."""
        only_embeds = at.done_files == at.total_files and at.ready < at.chunks
        if self._again and self._task and only_embeds and time.monotonic() - self._began_at > RESTART_AFTER_S:
            self._task.cancel()

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


def folder_problem(folder: Path) -> str:
    """Return why a folder cannot be read, for people; "" where it can."""
    try:
        with os.scandir(folder):
            return ""
    except PermissionError:
        return FORBIDDEN
    except (FileNotFoundError, NotADirectoryError):
        return MISSING
    except OSError as error:
        return f"This folder cannot be read: {error.strerror or error}"

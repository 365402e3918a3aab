"""The folders Carrel watches, the state of every file in them, and the indexing that is going on."""

from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from desktop.background import Background, Callbacks, Task

if TYPE_CHECKING:
    from assistant.workspace import Workspace
    from knowledge.ledger.rows import FileRow, Folder
    from knowledge.sync.progress import SyncProgress, SyncReport
    from knowledge.sync.watch import Watcher


class Shelf(NamedTuple):
    """The person's own folders, the rows of all their files, and which of the folders are not there now."""

    folders: "tuple[Folder, ...]"
    files: "tuple[FileRow, ...]"
    missing: frozenset[Path] = frozenset()


class WatchedFolders(QObject):
    """Adds, removes and indexes folders; one indexing runs at a time, and changes on disk start another."""

    changed = Signal(object)  # Shelf
    progressed = Signal(object)  # SyncProgress
    finished = Signal(object)  # SyncReport
    pause_changed = Signal(bool)  # whether it is paused
    started = Signal()
    settled = Signal()  # once, after the first indexing: what that and a search need has been imported
    _touched = Signal()

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._task: Task | None = None
        self._again = self._was_settled = self._paused = self._ended = False
        self.shelf = Shelf((), ())
        self._watching = Lock()  # held by whoever stops or replaces the watcher: a worker, or the end
        self._watcher: Watcher | None = None
        self._touched.connect(self.sync, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether an indexing is running or about to."""
        return self._task is not None or self._again

    @property
    def paused(self) -> bool:
        """Whether indexing was paused by hand; it stays so until it is resumed or Carrel ends."""
        return self._paused

    def pause(self) -> None:
        """Let the indexing rest; what was indexed so far can be searched."""
        self._set_paused(True)

    def resume(self) -> None:
        """Go on with it."""
        self._set_paused(False)

    def begin(self) -> None:
        """List what is known, index what changed since last time, and watch from then on."""
        self.refresh()
        self.sync()
        self._watch_again()

    def end(self) -> None:
        """Stop watching. For when the window is gone: it waits for the watcher's threads."""
        with self._watching:
            self._ended = True
            self._stop_watcher()

    def refresh(self, _: object = None) -> None:
        """Read folders and files from the ledger again."""
        self._background.run("read", _read_shelf, self, Callbacks(self._show))

    def add(self, path: Path) -> None:
        """Watch a folder and index it."""
        self._background.run("read", lambda space, _: space.library.add_folder(path), self, Callbacks(self._added))

    def include_everything(self, path: Path, everything: bool) -> None:
        """Index a folder's hidden and secret-looking files too, or no longer."""

        def change(space: "Workspace", _: Task) -> None:
            if not everything:  # a folder that has everything covers itself, so it is forgotten first
                space.library.remove_folder(path)
            space.library.add_folder(path, everything=everything)

        self._background.run("index", change, self, Callbacks(self._added))

    def remove(self, path: Path) -> None:
        """Stop watching a folder; its files leave the index."""
        self._background.run(
            "index", lambda space, _: space.library.remove_folder(path), self, Callbacks(self._removed)
        )

    def expect_files(self) -> None:
        """Get ready for files that may be dropped in a moment."""
        self._background.run("index", lambda space, _: space.library.expect_files(), self, Callbacks(_nothing_follows))

    def sync(self) -> None:
        """Make the index equal the folders; if that is being done, do it once more after."""
        if self._task is not None:
            self._again = True
            return
        self._again = False
        callbacks = Callbacks(self._finish, self._give_up, self._progress)
        self._task = self._background.run("index", _sync, self, callbacks)
        self.started.emit()

    def cancel(self) -> None:
        """End the indexing; what was indexed so far stays."""
        self._again = False
        if self._task is not None:
            self._task.cancel()

    def _set_paused(self, paused: bool) -> None:
        def change(space: "Workspace", _: Task) -> None:
            pace = space.library.pace
            (pace.pause if paused else pace.resume)()

        self._paused = paused
        self._background.run("read", change, self, Callbacks(lambda _: self.pause_changed.emit(paused)))

    def watch_more(self) -> None:
        """Index and watch the folders that were added elsewhere."""
        self._added(None)

    def _added(self, _: object) -> None:
        self.refresh()
        self._watch_again()
        self.sync()

    def _removed(self, _: object) -> None:
        self.refresh()
        self._watch_again()
        self.sync()

    def _progress(self, reports: "tuple[SyncProgress, ...]") -> None:
        self.progressed.emit(reports[-1])

    def _finish(self, report: "SyncReport") -> None:
        self._task = None
        self.finished.emit(report)
        if not self._was_settled:
            self._was_settled = True
            done = Callbacks(self._settle, self._settle)
            self._background.run("index", lambda space, _: space.library.searcher.prepare(), self, done)
        self._go_on()

    def _go_on(self) -> None:
        """Show what the indexing did, and do it once more if that was asked for meanwhile."""
        self.refresh()
        if self._again:
            QTimer.singleShot(0, self, self.sync)

    def _settle(self, _: object) -> None:
        self.settled.emit()

    def _give_up(self, error: object) -> None:
        self._task = None
        self.finished.emit(None)
        self._background.failed.emit(error)
        self._go_on()

    def _show(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.changed.emit(shelf)

    def _watch_again(self) -> None:
        self._background.run("read", self._replace_watcher, self, Callbacks(_nothing_follows))

    def _replace_watcher(self, space: "Workspace", _: Task) -> None:
        with self._watching:
            self._stop_watcher()
            if not self._ended:
                self._watcher = space.library.watch(self._touched.emit)

    def _stop_watcher(self) -> None:
        watcher, self._watcher = self._watcher, None
        if watcher is not None:
            watcher.stop()


def _nothing_follows(_: object) -> None:
    """What was done shows in nothing."""


def _read_shelf(space: "Workspace", _: Task) -> Shelf:
    folders = tuple(folder for folder in space.library.folders() if folder.persona_id is None)
    missing = frozenset(folder.path for folder in folders if not folder.path.is_dir())
    return Shelf(folders, tuple(row for folder in folders for row in space.library.files(folder.path)), missing)


def _sync(space: "Workspace", task: Task) -> "SyncReport":
    return space.library.sync(on_progress=task.report, cancelled=task.cancelled)

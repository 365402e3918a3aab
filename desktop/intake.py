"""What is dropped on the window: folders are watched, single files copied and read; and how long that took."""

import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from desktop.background import Background, Callbacks, Task
from desktop.watched_folders import Shelf, WatchedFolders
from errors import AppError

if TYPE_CHECKING:
    from assistant.workspace import Workspace
    from desktop.drop_target import Dropped
    from knowledge.ledger.rows import FileRow


class Arrival(NamedTuple):
    """What came in, and the seconds from the drop until it could be searched. `folders` are watched for it."""

    paths: tuple[Path, ...]
    folders: tuple[Path, ...]
    rows: "tuple[FileRow, ...]"
    seconds: float

    @property
    def words(self) -> str:
        """`tea.md is searchable, 0.4 s after the drop`; what could not be read is counted, or its reason told."""
        ready = [row for row in self.rows if row.status == "indexed"]
        left = [row for row in self.rows if row.status != "indexed"]
        if len(self.rows) == 1 and left:
            return f"{left[0].path.name} cannot be searched: {left[0].reason}"
        what = ready[0].path.name if len(self.rows) == 1 else f"{len(ready):,} files"
        rest = f"; {len(left):,} cannot be read" if left else ""
        return f"{what} {'is' if len(ready) == 1 else 'are'} searchable, {self.seconds:.1f} s after the drop{rest}"


class Intake(QObject):
    """Takes in one drop after another and tells when each can be searched."""

    arrived = Signal(object)  # Arrival

    def __init__(self, background: Background, folders: WatchedFolders, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background, self._folders = background, folders
        self._waiting: list[_Drop] = []
        folders.changed.connect(self._look)

    def take(self, dropped: "Dropped") -> None:
        """Watch the folders and read the files. A file that is in a watched folder already is only looked at again."""
        dropped_at = time.monotonic()
        watched = [folder.path for folder in self._folders.shelf.folders]

        def bring(space: "Workspace", _: Task) -> _Drop:
            return _bring(space, dropped, watched, dropped_at)

        self._background.run("read", bring, self, Callbacks(self._wait_for))

    def take_back(self, arrival: Arrival) -> None:
        """Undo a drop: its folders are no longer watched, its copies removed."""

        def remove(space: "Workspace", _: Task) -> None:
            for path in arrival.paths:
                if path.parent == space.home.dropped:
                    path.unlink(missing_ok=True)

        for folder in arrival.folders:
            self._folders.remove(folder)
        self._background.run("read", remove, self, Callbacks(lambda _: self._folders.sync()))

    def _wait_for(self, drop: "_Drop") -> None:
        self._waiting.append(drop)
        self._folders.watch_more()

    def _look(self, shelf: Shelf) -> None:
        """Announce the drops all of whose files have been read."""
        if self._folders.busy:
            return
        for drop in tuple(self._waiting):
            rows = tuple(row for row in shelf.files if any(row.path.is_relative_to(path) for path in drop.paths))
            if rows and all(row.status != "waiting" for row in rows):
                self._waiting.remove(drop)
                self.arrived.emit(Arrival(drop.paths, drop.folders, rows, time.monotonic() - drop.dropped_at))


class _Drop(NamedTuple):
    """`paths`: where what was dropped is read from. `folders`: those that are newly watched for it."""

    paths: tuple[Path, ...]
    folders: tuple[Path, ...]
    dropped_at: float


def _bring(space: "Workspace", dropped: "Dropped", watched: Sequence[Path], dropped_at: float) -> _Drop:
    added = [space.library.add_folder(folder).path for folder in dropped.folders]
    own = [path.resolve() for path in dropped.files if any(path.resolve().is_relative_to(each) for each in watched)]
    copies = [_copy(path, space.home.dropped) for path in dropped.files if path.resolve() not in own]
    if copies:
        space.library.add_folder(space.home.dropped)
    new = tuple(path for path in added if path not in watched)
    return _Drop((*(path.resolve() for path in dropped.folders), *own, *copies), new, dropped_at)


def _copy(path: Path, folder: Path) -> Path:
    """A copy of the file under its own name; an earlier one of that name is replaced."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copy2(path, folder.resolve() / path.name))
    except OSError as error:
        raise AppError(f"{path.name} cannot be copied to {folder}", str(error.strerror or error)) from error

"""What lies over the window while something is dragged onto it, and what a drop means."""

import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QMimeData, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.background import Background, Callbacks, Task
from desktop.folders.watched_folders import Shelf, WatchedFolders
from desktop.widgets.labels import Label
from desktop.widgets.theme import LARGE, UNIT, colours
from errors import AppError

if TYPE_CHECKING:
    from assistant.workspace import Workspace
    from knowledge.ledger.rows import FileRow


class Dropped(NamedTuple):
    """The folders that were dropped, and the files."""

    folders: tuple[Path, ...]
    files: tuple[Path, ...]


def dropped(data: QMimeData) -> Dropped:
    """What a drop carries of this computer's files."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return Dropped(tuple(path for path in paths if path.is_dir()), tuple(path for path in paths if path.is_file()))


class DropTarget(QWidget):
    """A veil with a dashed border that says what a drop will do."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        title = Label("Drop folders or files", LARGE, bold=True)
        hint = Label("A folder is watched and kept up to date; a single file is copied and read.", ink="muted")
        column = QVBoxLayout(self)
        column.setSpacing(UNIT)
        column.addStretch(1)
        for label in (title, hint):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        column.addStretch(1)
        self.hide()

    def cover(self) -> None:
        """Lie over the whole window."""
        self.setGeometry(self._over.rect())
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The veil and the border."""
        painter, shades = QPainter(self), colours(self.palette())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(shades.base)
        veil.setAlpha(238)
        painter.fillRect(self.rect(), veil)
        painter.setPen(QPen(QColor(shades.accent), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(16, 16, -16, -16), 16, 16)


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
        counted = f"{len(ready):,} file{'s' if len(ready) != 1 else ''}"
        what = ready[0].path.name if len(self.rows) == 1 else counted
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
            if any(row.status == "waiting" for row in rows):
                continue
            self._waiting.remove(drop)
            if rows:  # else an empty folder: what comes into it later was not dropped
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

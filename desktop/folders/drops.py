"""Files and folders dropped onto the window: the overlay while they are dragged, and bringing them in."""

from __future__ import annotations

import filecmp
import shutil
import time
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QMimeData, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.background import Background, Callbacks, Task
from desktop.folders.watched_folders import FolderSnapshot, WatchedFolders
from desktop.language import told, tr, tr_count
from desktop.widgets.labels import Label
from desktop.widgets.theme import LARGE, UNIT, colours
from errors import AppError

if TYPE_CHECKING:
    from assistant.workspace import Workspace
    from knowledge import FileLine


class DroppedPaths(NamedTuple):
    """The folders that were dropped, and the files."""

    folders: tuple[Path, ...]
    files: tuple[Path, ...]


def dropped_paths(data: QMimeData) -> DroppedPaths:
    """Return the files and folders of this computer that a drop carries."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    folders, files = (path for path in paths if path.is_dir()), (path for path in paths if path.is_file())
    return DroppedPaths(tuple(folders), tuple(files))


class DropOverlay(QWidget):
    """A translucent cover with a dashed border that says what a drop will do."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        title = Label(tr("Drop folders or files"), LARGE, bold=True)
        hint = Label(tr("Folders are kept up to date. Single files are copied into Carrel."), ink="muted")
        column = QVBoxLayout(self)
        column.setSpacing(UNIT)
        column.addStretch(1)
        for label in (title, hint):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        column.addStretch(1)
        self.hide()

    def cover(self) -> None:
        """Cover the whole window."""
        self.setGeometry(self._over.rect())
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cover and its border."""
        painter, shades = QPainter(self), colours(self.palette())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        cover = QColor(shades.base)
        cover.setAlpha(238)
        painter.fillRect(self.rect(), cover)
        painter.setPen(QPen(QColor(shades.accent), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(16, 16, -16, -16), 16, 16)


class ImportedDrop(NamedTuple):
    """A drop that can be searched, `seconds` after it happened.

    `folders`: those newly watched for it; `copies`: the files made for it.
    """

    paths: tuple[Path, ...]
    folders: tuple[Path, ...]
    copies: tuple[Path, ...]
    rows: tuple[FileLine, ...]
    seconds: float

    @property
    def summary(self) -> str:
        """`tea.md is ready to search (0.4 s)`; unreadable files are counted, a single one's reason is given."""
        ready = [row for row in self.rows if row.state == "indexed"]
        unread = [row for row in self.rows if row.state != "indexed"]
        if len(self.rows) == 1 and unread:
            return tr("{name} can't be searched: {reason}", name=unread[0].path.name, reason=told(unread[0].reason))
        if len(self.rows) == 1:
            return tr("{name} is ready to search ({seconds:.1f} s)", name=ready[0].path.name, seconds=self.seconds)
        told_ready = tr_count(
            "{count} file is ready to search ({seconds:.1f} s)",
            "{count} files are ready to search ({seconds:.1f} s)",
            len(ready),
            seconds=self.seconds,
        )
        return told_ready + (tr(", {count} couldn't be read", count=len(unread)) if unread else "")


class BroughtIn(NamedTuple):
    """What was dropped, in the library. `paths`: where it is read from; `folders`, `copies`: as of ImportedDrop."""

    paths: tuple[Path, ...]
    folders: tuple[Path, ...]
    copies: tuple[Path, ...]
    dropped_at: float


class DropImporter(QObject):
    """Brings in one drop after another and reports when each can be searched."""

    imported = Signal(object)  # ImportedDrop

    def __init__(self, background: Background, folders: WatchedFolders, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background, self._folders = background, folders
        self._pending: list[BroughtIn] = []
        folders.changed.connect(self._report_finished)

    def add(self, dropped: DroppedPaths) -> None:
        """Watch the folders and copy the files. A file inside a watched folder is only indexed again."""
        dropped_at = time.monotonic()
        watched = [folder.path for folder in self._folders.snapshot.folders]

        def bring(space: Workspace, _: Task) -> BroughtIn:
            return bring_in(space, dropped, watched, dropped_at)

        def wait(drop: BroughtIn) -> None:
            self._pending.append(drop)
            self._folders.rewatch()

        self._background.run("read", bring, self, Callbacks(wait))

    def undo(self, drop: ImportedDrop | BroughtIn) -> None:
        """Stop watching the folders of a drop and delete the copies made for it."""

        def remove(space: Workspace, _: Task) -> None:
            for path in drop.copies:
                path.unlink(missing_ok=True)

        for folder in drop.folders:
            self._folders.remove(folder)
        self._background.run("read", remove, self, Callbacks(lambda _: self._folders.sync()))

    def _report_finished(self, snapshot: FolderSnapshot) -> None:
        """Report the drops all of whose files have been read."""
        if self._folders.busy:
            return
        for drop in tuple(self._pending):
            rows = snapshot.listing.inside(drop.paths)
            if any(row.state == "waiting" for row in rows):
                continue
            self._pending.remove(drop)
            if rows:  # else an empty folder: what is put into it later was not dropped
                seconds = time.monotonic() - drop.dropped_at
                self.imported.emit(ImportedDrop(drop.paths, drop.folders, drop.copies, rows, seconds))


def bring_in(space: Workspace, dropped: DroppedPaths, watched: Sequence[Path], dropped_at: float) -> BroughtIn:
    """Watch the folders, and copy the files that are in none. Raises AppError where that fails."""
    added = [space.library.add_folder(folder).path for folder in dropped.folders]
    inside = [path.resolve() for path in dropped.files if any(path.resolve().is_relative_to(each) for each in watched)]
    outside = [path for path in dropped.files if path.resolve() not in inside]
    places, copies = [], []
    for path in outside:
        places.append(place := _place(path, space.home.dropped))
        if not place.exists():
            copies.append(_copy(path, place))
    if places:
        space.library.add_folder(space.home.dropped)
    new = tuple(path for path in added if path not in watched)
    paths = (*(path.resolve() for path in dropped.folders), *inside, *places)
    return BroughtIn(paths, new, tuple(copies), dropped_at)


def _place(path: Path, folder: Path) -> Path:
    """Where a copy of the file goes: under its own name, with a number where that is another file's.

    A file that exists there already is the same, byte for byte.
    """
    for number in count(1):
        name = path.name if number == 1 else f"{path.stem} ({number}){path.suffix}"
        place = folder.resolve() / name
        if not place.exists() or filecmp.cmp(path, place, shallow=False):
            return place
    raise AssertionError


def _copy(path: Path, place: Path) -> Path:
    """Copy the file, and return the copy."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        copy = Path(shutil.copy2(path, place))
        copy.chmod(0o600)
        return copy
    except OSError as error:
        raise AppError(
            tr("{name} couldn't be copied to {parent}", name=path.name, parent=place.parent),
            str(error.strerror or error),
        ) from error

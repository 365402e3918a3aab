"""Files and folders attached to a question: brought into the library at once, and watched until they are read."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from desktop.background import Background, Callbacks, Task
from desktop.folders.drops import BroughtIn, DropImporter, DroppedPaths, bring_in
from desktop.folders.watched_folders import WatchedFolders
from desktop.language import tr
from errors import AppError

if TYPE_CHECKING:
    from assistant.workspace import Workspace


class AttachedFile(NamedTuple):
    """A file or folder beside the question. `problem`: why it cannot be read; "" where it can, or is not read yet."""

    path: Path
    is_folder: bool
    is_read: bool = False
    size_bytes: int = 0
    problem: str = ""


class _Brought(NamedTuple):
    items: tuple[AttachedFile, ...]
    brought: BroughtIn


class Attachments(QObject):
    """Adds, follows and removes what is attached. `brought`: what the question is to be answered from."""

    brought = Signal(object)  # tuple[AttachedFile, ...]
    changed = Signal()
    removed = Signal(object)  # Path

    def __init__(
        self, background: Background, folders: WatchedFolders, drops: DropImporter, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._background, self._folders, self._drops = background, folders, drops
        self._brought: dict[Path, BroughtIn] = {}
        self._coming = 0  # that are being copied
        self._is_looking = self._looks_again = False
        self.items: tuple[AttachedFile, ...] = ()
        folders.changed.connect(self._look)
        folders.finished.connect(self._look)
        folders.pause_changed.connect(lambda _: self.changed.emit())

    @property
    def reading(self) -> str:
        """A sentence for people on what is not read yet; "" where all is."""
        names = ", ".join(one.path.name for one in self.items if not one.is_read)
        if names and self._folders.paused:
            return tr("Reading is paused. Resume it on the Folders page to have {names} read.", names=names)
        return tr("Reading {names}…", names=names or tr("the file")) if names or self._coming else ""

    def add(self, dropped: DroppedPaths) -> None:
        """Attach files and folders of this computer."""
        if any(dropped):
            watched, at = [folder.path for folder in self._folders.snapshot.folders], time.monotonic()
            self._bring(lambda space, _: _brought(space, dropped, watched, at))

    def add_image(self, image: QImage) -> None:
        """Attach a picture that was pasted, as a file."""
        at, name = time.monotonic(), tr("Pasted image {when}.png", when=time.strftime("%Y-%m-%d %H.%M.%S"))

        def bring(space: Workspace, _: Task) -> _Brought:
            with tempfile.TemporaryDirectory() as place:
                path = Path(place) / name
                if not image.save(str(path)):
                    raise AppError(tr("The image couldn't be pasted"), tr("Save it as a file, and attach that."))
                return _brought(space, DroppedPaths((), (path,)), (), at)

        self._bring(bring)

    def remove(self, path: Path) -> None:
        """Detach a file or folder; what was copied or watched for it alone goes too."""
        self.items = tuple(one for one in self.items if one.path != path)
        if brought := self._brought.pop(path, None):
            copies = tuple(copy for copy in brought.copies if copy == path)
            folders = tuple(folder for folder in brought.folders if folder == path)
            self._drops.undo(brought._replace(copies=copies, folders=folders))
        self.removed.emit(path)
        self.changed.emit()

    def clear(self) -> None:
        """Forget what is attached, which stays in the library: the question was sent, or another chat opened."""
        self.items, self._brought = (), {}
        self.changed.emit()

    def _bring(self, bring: Callable[[Workspace, Task], _Brought]) -> None:
        self._coming += 1
        self.changed.emit()
        self._background.run("read", bring, self, Callbacks(self._take, self._fail))

    def _take(self, new: _Brought) -> None:
        self._coming -= 1
        brought, known = new.brought, {one.path for one in self.items}
        self._brought |= {one.path: brought for one in new.items if one.path not in known}
        self.items += tuple(one for one in new.items if one.path not in known)
        self.brought.emit(new.items)
        self.changed.emit()
        if brought.folders:
            self._folders.rewatch()
        self._folders.sync_at_once()

    def _fail(self, error: AppError) -> None:
        self._coming -= 1
        self.changed.emit()
        self._background.failed.emit(error)

    def _look(self, _: object = None) -> None:
        """Read from the ledger, on a worker, which of them are read by now."""
        if all(one.is_read for one in self.items):
            return
        if self._is_looking:
            self._looks_again = True
            return
        self._is_looking, self._looks_again = True, False
        items = self.items
        self._background.run("read", lambda space, _: _looked_at(space, items), self, Callbacks(self._show, self._show))

    def _show(self, looked: Sequence[AttachedFile] | AppError) -> None:
        self._is_looking = False
        if not isinstance(looked, AppError):
            now = {one.path: one for one in looked}
            self.items = tuple(now.get(one.path, one) for one in self.items)
            self.changed.emit()
        if self._looks_again:
            self._look()


def _brought(space: Workspace, dropped: DroppedPaths, watched: Sequence[Path], at: float) -> _Brought:
    brought = bring_in(space, dropped, watched, at)
    space.library.read_first(" ".join(path.name for path in brought.paths))
    return _Brought(tuple(AttachedFile(path, path.is_dir()) for path in brought.paths), brought)


def _looked_at(space: Workspace, items: Sequence[AttachedFile]) -> list[AttachedFile]:
    lines = {line.path: line for line in space.library.lines_at([one.path for one in items])}
    looked = []
    for one in items:
        line = lines.get(one.path)
        if one.is_folder:
            looked.append(one._replace(is_read=not space.library.unread([one.path])))
        elif line is not None:
            problem = line.reason if line.state in ("skipped", "failed") else ""
            looked.append(one._replace(is_read=line.state != "waiting", size_bytes=line.size_bytes, problem=problem))
    return looked

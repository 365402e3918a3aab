"""A watched folder: where it is, what is indexed of it, and what can be done with it."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from desktop.buttons import IconButton
from desktop.labels import ElidedLabel, Surface
from desktop.theme import SMALL, UNIT
from desktop.watched_folders import Shelf

if TYPE_CHECKING:
    from knowledge.ledger.rows import Folder

MISSING = "Not found (perhaps unmounted). What was indexed of it can still be searched."
EVERYTHING = "Include hidden and secret-looking files"


class FolderCard(Surface):
    """Its name, a line on its state, and a menu."""

    removed = Signal(object)  # Path
    everything_wanted = Signal(object, bool)  # Path, whether

    def __init__(self, folder: "Folder", shelf: Shelf, parent: QWidget | None = None) -> None:
        self._missing = missing = folder.path in shelf.missing
        super().__init__("base", "warning" if missing else "border", parent)
        self._folder = folder
        name = folder.path.name or str(folder.path)
        self.state = ElidedLabel(MISSING if missing else _state(folder, shelf), SMALL, ink="muted")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(ElidedLabel(name, bold=True))
        words.addWidget(ElidedLabel(_from_home(folder.path), SMALL, ink="muted"))
        words.addWidget(self.state)
        self.more = IconButton("more", f"What to do with {name}", size=28)
        self.more.clicked.connect(self._open_menu)
        remove = IconButton("close", f"Stop watching {name}", size=28)
        remove.clicked.connect(self._remove)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * UNIT, UNIT, UNIT, UNIT)
        row.addLayout(words, 1)
        row.addWidget(self.more)
        row.addWidget(remove)

    def menu(self) -> QMenu:
        """What can be done with the folder."""
        menu = QMenu(self)
        menu.addAction("Open the folder").triggered.connect(self._open)
        everything = menu.addAction(EVERYTHING)
        everything.setCheckable(True)
        everything.setChecked(self._folder.everything)
        everything.setEnabled(not self._missing)
        everything.toggled.connect(self._want_everything)
        menu.addSeparator()
        menu.addAction("Stop watching").triggered.connect(self._remove)
        return menu

    def _open_menu(self) -> None:
        self.menu().popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder.path)))

    def _want_everything(self, wanted: bool) -> None:
        self.everything_wanted.emit(self._folder.path, wanted)

    def _remove(self) -> None:
        self.removed.emit(self._folder.path)


def _state(folder: "Folder", shelf: Shelf) -> str:
    """`12 files · 340 passages · 2 failed · hidden and secret-looking files too`."""
    files = [row for row in shelf.files if row.path.is_relative_to(folder.path)]
    passages = sum(row.chunks for row in files)
    counts = {state: sum(row.status == state for row in files) for state in ("waiting", "skipped", "failed")}
    parts = [_counted(len(files), "file"), _counted(passages, "passage")]
    parts += [f"{count:,} {state}" for state, count in counts.items() if count]
    return "  ·  ".join([*parts, *(["hidden and secret-looking files too"] if folder.everything else [])])


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' if count != 1 else ''}"


def _from_home(path: Path) -> str:
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)

"""The folders page: watched folders to add and remove, the progress of indexing, and the state of every file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QFileDialog, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from desktop.folders.embedder_offer import EmbedderCard, EmbedderChange
from desktop.folders.file_table import FileTable
from desktop.folders.indexing_progress import ProgressLine
from desktop.folders.watched_folders import FolderSnapshot, WatchedFolders
from desktop.widgets.buttons import IconButton, TextButton
from desktop.widgets.fields import SearchField
from desktop.widgets.labels import ElidedLabel, Label, Surface
from desktop.widgets.theme import LARGE, SMALL, UNIT

if TYPE_CHECKING:
    from knowledge import Folder

MISSING = "Folder not found; its drive may be disconnected. Files indexed before can still be searched."
EVERYTHING = "Include hidden and sensitive files"


class FolderCard(Surface):
    """A watched folder: its name, a line on its state, and a menu."""

    removed = Signal(object)  # Path
    everything_toggled = Signal(object, bool)  # Path, include everything

    def __init__(self, folder: Folder, snapshot: FolderSnapshot, parent: QWidget | None = None) -> None:
        self._missing = missing = folder.path in snapshot.missing
        super().__init__("base", "warning" if missing else "border", parent)
        self._folder = folder
        name, home = folder.path.name or str(folder.path), Path.home()
        place = Path("~", folder.path.relative_to(home)) if folder.path.is_relative_to(home) else folder.path
        self.state = ElidedLabel(MISSING if missing else _state(folder, snapshot), SMALL, ink="muted")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(ElidedLabel(name, bold=True))
        words.addWidget(ElidedLabel(str(place), SMALL, ink="muted"))
        words.addWidget(self.state)
        self.more = IconButton("more", f"More actions for {name}", size=28)
        self.more.clicked.connect(lambda: self.menu().popup(self.more.mapToGlobal(self.more.rect().bottomLeft())))
        remove = IconButton("close", f"Stop watching {name}", size=28)
        remove.clicked.connect(self._remove)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * UNIT, UNIT, UNIT, UNIT)
        row.addLayout(words, 1)
        row.addWidget(self.more)
        row.addWidget(remove)

    def menu(self) -> QMenu:
        """Return the menu of actions on the folder."""
        menu = QMenu(self)
        menu.addAction("Open folder").triggered.connect(
            lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder.path)))
        )
        everything = menu.addAction(EVERYTHING)
        everything.setCheckable(True)
        everything.setChecked(self._folder.everything)
        everything.setEnabled(not self._missing)
        everything.toggled.connect(lambda wanted: self.everything_toggled.emit(self._folder.path, wanted))
        menu.addSeparator()
        menu.addAction("Stop watching").triggered.connect(self._remove)
        return menu

    def _remove(self) -> None:
        self.removed.emit(self._folder.path)


def _state(folder: Folder, snapshot: FolderSnapshot) -> str:
    """Return `12 files · 340 passages · 2 failed · includes hidden and sensitive files`."""
    files = [row for row in snapshot.files if row.path.is_relative_to(folder.path)]
    passages = sum(row.chunks for row in files)
    counts = {state: sum(row.status == state for row in files) for state in ("waiting", "skipped", "failed")}
    parts = [_counted(len(files), "file"), _counted(passages, "passage")]
    parts += [f"{count:,} {state}" for state, count in counts.items() if count]
    return "  ·  ".join([*parts, *(["includes hidden and sensitive files"] if folder.everything else [])])


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' if count != 1 else ''}"


STATES = ("", "indexed", "waiting", "skipped", "failed")


class FoldersPage(QWidget):
    """A page in place of the conversation; Back returns to it."""

    closed = Signal()
    removed = Signal(object)  # Path: it can be added again

    def __init__(self, folders: WatchedFolders, embedder: EmbedderChange, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folders, self._embedder = folders, embedder
        self.languages = EmbedderCard(embedder)
        self.table = FileTable()
        self.search = SearchField("Search files and reasons")
        self._cards = QVBoxLayout()
        self._cards.setSpacing(UNIT)
        self.progress = ProgressLine()
        self.states = {state: TextButton(state.capitalize() or "All", kind="quiet") for state in STATES}
        self._empty = Label("No folders yet. Add one, or drop it onto this window.", ink="muted", wrap=True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._lay_out()
        self._connect()
        self.show_folders(folders.snapshot)
        self.progress.show_paused(folders.paused)
        if folders.busy:
            self.progress.begin()

    def show_folders(self, snapshot: FolderSnapshot) -> None:
        """Show these folders and files."""
        while (item := self._cards.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for folder in snapshot.folders:
            card = FolderCard(folder, snapshot)
            card.removed.connect(self._remove)
            card.everything_toggled.connect(self._folders.include_everything)
            self._cards.addWidget(card)
        self.table.files.replace(snapshot.files, [folder.path for folder in snapshot.folders])
        self._empty.setVisible(not snapshot.folders)
        for widget in (self.table, self.search, *self.states.values()):
            widget.setVisible(bool(snapshot.folders))
        for state, button in self.states.items():
            count = sum(row.status == state for row in snapshot.files) if state else len(snapshot.files)
            button.relabel(f"{state.capitalize() or 'All'} {count:,}")

    def showEvent(self, event: QShowEvent) -> None:
        """Look whether more languages can be offered."""
        super().showEvent(event)
        self._embedder.refresh()

    def choose_folder(self) -> None:
        """Ask for a folder to watch."""
        start = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog = QFileDialog(self.window(), "Choose a folder", start)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda path: self._folders.add(Path(path)))
        dialog.open()

    def _remove(self, path: Path) -> None:
        self._folders.remove(path)
        self.removed.emit(path)

    def _lay_out(self) -> None:
        back = IconButton("left", "Back to the chat")
        back.clicked.connect(self.closed)
        add = TextButton("Add folder…", "plus", kind="primary")
        add.clicked.connect(self.choose_folder)
        head = QHBoxLayout()
        head.addWidget(back)
        head.addWidget(Label("Folders", LARGE, bold=True), 1)
        head.addWidget(add)
        filters = QHBoxLayout()
        filters.setSpacing(UNIT // 2)
        filters.addWidget(self.search, 1)
        for button in self.states.values():
            filters.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * UNIT, 2 * UNIT, 3 * UNIT, 2 * UNIT)
        column.setSpacing(UNIT + 4)
        column.addLayout(head)
        column.addWidget(
            Label("Carrel keeps these folders indexed. It never changes your files.", ink="muted", wrap=True)
        )
        column.addLayout(self._cards)
        column.addWidget(self.languages)
        column.addWidget(self._empty)
        column.addWidget(self.progress)
        column.addLayout(filters)
        column.addWidget(self.table, 1)
        column.addStretch(0)
        column.setAlignment(Qt.AlignmentFlag.AlignTop)

    def _connect(self) -> None:
        self._group = QButtonGroup(self)
        for button in self.states.values():
            button.setCheckable(True)
            self._group.addButton(button)
        self.states[""].setChecked(True)
        self._group.buttonClicked.connect(self._narrow)
        self.search.textChanged.connect(self._narrow)
        self._folders.changed.connect(self.show_folders)
        self._folders.started.connect(self.progress.begin)
        self._folders.progressed.connect(self.progress.show_progress)
        self._folders.finished.connect(self.progress.show_report)
        self._folders.finished.connect(self._embedder.refresh)
        self.progress.cancelled.connect(self._folders.cancel)
        self.progress.pause_wanted.connect(self._folders.set_paused)
        self._folders.pause_changed.connect(self.progress.show_paused)

    def _narrow(self, _: object = None) -> None:
        state = next(state for state, button in self.states.items() if button.isChecked())
        self.table.filter.narrow(state, self.search.text())

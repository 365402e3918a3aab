"""The watched folders: add, drop, remove; what the indexing is at; and the state of every file."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.buttons import IconButton, TextButton
from desktop.fields import SearchField
from desktop.file_table import FileTable
from desktop.folder_card import FolderCard
from desktop.labels import Label
from desktop.progress import ProgressLine
from desktop.theme import LARGE, UNIT
from desktop.watched_folders import Shelf, WatchedFolders

if TYPE_CHECKING:
    from knowledge.ledger.rows import Folder

STATES = ("", "indexed", "waiting", "skipped", "failed")


class FoldersPage(QWidget):
    """A page in the place of the conversation; Back returns to it."""

    closed = Signal()
    removed = Signal(object)  # Path: it can be added again

    def __init__(self, folders: WatchedFolders, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folders = folders
        self.table = FileTable()
        self.search = SearchField("Search files and reasons")
        self._cards = QVBoxLayout()
        self._cards.setSpacing(UNIT)
        self.progress = ProgressLine()
        self.states = {state: TextButton(state.capitalize() or "All", kind="quiet") for state in STATES}
        self._empty = Label("No folder is watched yet. Add one, or drop it on this window.", ink="muted", wrap=True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._lay_out()
        self._connect()
        self.show_shelf(folders.shelf)
        self.progress.show_paused(folders.paused)
        if folders.busy:
            self.progress.begin()

    def show_shelf(self, shelf: Shelf) -> None:
        """Show these folders and files."""
        while (item := self._cards.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for folder in shelf.folders:
            self._cards.addWidget(self._card(folder, shelf))
        self.table.files.replace(shelf.files, [folder.path for folder in shelf.folders])
        self._empty.setVisible(not shelf.folders)
        for widget in (self.table, self.search, *self.states.values()):
            widget.setVisible(bool(shelf.folders))
        self._count_states(shelf)

    def choose_folder(self) -> None:
        """Ask for a folder to watch."""
        start = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog = QFileDialog(self.window(), "Choose a folder to watch", start)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._add)
        dialog.open()

    def _add(self, path: str) -> None:
        self._folders.add(Path(path))

    def _count_states(self, shelf: Shelf) -> None:
        for state, button in self.states.items():
            count = sum(row.status == state for row in shelf.files) if state else len(shelf.files)
            button.relabel(f"{state.capitalize() or 'All'} {count:,}")

    def _card(self, folder: "Folder", shelf: Shelf) -> FolderCard:
        card = FolderCard(folder, shelf)
        card.removed.connect(self._remove)
        card.everything_wanted.connect(self._folders.include_everything)
        return card

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
            Label("Carrel keeps these folders indexed and never changes a file in them.", ink="muted", wrap=True)
        )
        column.addLayout(self._cards)
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
        self._folders.changed.connect(self.show_shelf)
        self._folders.started.connect(self.progress.begin)
        self._folders.progressed.connect(self.progress.show_progress)
        self._folders.finished.connect(self.progress.show_report)
        self.progress.cancelled.connect(self._folders.cancel)
        self.progress.pause_wanted.connect(self._set_paused)
        self._folders.pause_changed.connect(self.progress.show_paused)

    def _set_paused(self, paused: bool) -> None:
        (self._folders.pause if paused else self._folders.resume)()

    def _narrow(self, _: object = None) -> None:
        state = next(state for state, button in self.states.items() if button.isChecked())
        self.table.filter.narrow(state, self.search.text())

"""The folders page: watched folders to add and remove, the progress of indexing, and the state of every file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QEvent, QStandardPaths, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QFileDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.folders.embedder_offer import EmbedderCard, EmbedderChange
from desktop.folders.file_actions import FileActions, open_path
from desktop.folders.file_listing import STATE_NAMES, STATES, folded_text
from desktop.folders.file_table import FileTable
from desktop.folders.folder_card import FolderCard
from desktop.folders.indexing_progress import ProgressLine
from desktop.folders.watched_folders import FolderSnapshot, WatchedFolders
from desktop.language import tr
from desktop.widgets.buttons import IconButton, TextButton
from desktop.widgets.fields import SearchField, slim_scrolling
from desktop.widgets.labels import Label
from desktop.widgets.theme import LARGE, UNIT

if TYPE_CHECKING:
    from knowledge import FileStatus, Folder


_FILTERED = ("", *STATES)
MANY_FOLDERS = 6  # from here on they can be sought
CARDS_SHARE = 0.35  # of the page's height: the most that folders may take from the files
TABLE_HEIGHT = 22 * UNIT  # px at least: in a lower window the page scrolls


class FoldersPage(QWidget):
    """A page in place of the conversation; Back returns to it."""

    closed = Signal()
    removed = Signal(object)  # Path: it can be added again

    def __init__(self, folders: WatchedFolders, embedder: EmbedderChange, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folders, self._embedder = folders, embedder
        self.languages = EmbedderCard(embedder)
        self.table = FileTable()
        self.search = SearchField(tr("Search files and reasons"))
        self.folder_search = SearchField(tr("Search folders"))
        self.cards: dict[Path, FolderCard] = {}
        self._cards = QVBoxLayout()
        self._cards.setContentsMargins(0, 0, UNIT, 0)
        self._cards.setSpacing(UNIT)
        self._card_area = _scrolling(self._cards, stretch=True)
        self.file_actions = FileActions(folders)
        self.progress = ProgressLine()
        self.states = {state: TextButton(tr(STATE_NAMES.get(state, "All")), kind="quiet") for state in _FILTERED}
        self._empty = Label(tr("No folders yet. Add one, or drop it onto this window."), ink="muted", wrap=True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._lay_out()
        self._connect()
        self.show_folders(folders.snapshot)
        self.progress.show_paused(folders.paused)
        if folders.busy:
            self.progress.begin()
            if folders.progress:
                self.progress.show_progress(folders.progress)

    def show_folders(self, snapshot: FolderSnapshot) -> None:
        """Show these folders and files. Cards that are there already are kept."""
        for path in self.cards.keys() - {folder.path for folder in snapshot.folders}:
            card = self.cards.pop(path)
            self._cards.removeWidget(card)
            card.hide()
            card.deleteLater()
        for folder in snapshot.folders:
            if folder.path in self.cards:
                self.cards[folder.path].show_state(folder, snapshot)
            else:
                self._add_card(folder, snapshot)
        self.table.files.show_listing(snapshot.listing)
        self._empty.setVisible(not snapshot.folders)
        self.folder_search.setVisible(len(snapshot.folders) > MANY_FOLDERS)
        for widget in (self.table, self.search, *self.states.values()):
            widget.setVisible(bool(snapshot.folders))
        total = snapshot.listing.total
        for state, button in self.states.items():
            count = total[state] if state else len(snapshot.listing)
            button.relabel(tr("{state} {count}", state=tr(STATE_NAMES.get(state, "All")), count=count))
        self._narrow_folders()

    def _add_card(self, folder: Folder, snapshot: FolderSnapshot) -> None:
        card = FolderCard(folder, snapshot)
        card.removed.connect(self._remove)
        card.everything_toggled.connect(self._folders.include_everything)
        card.tried_again.connect(self._folders.rewatch)
        self.cards[folder.path] = card
        self._cards.addWidget(card)

    def _narrow_folders(self, _: object = None) -> None:
        """Show the folders whose path contains what is sought, and give them their share of the height."""
        sought = folded_text(self.folder_search.text())
        for path, card in self.cards.items():
            card.setVisible(sought in folded_text(str(path)))
        self._share_height()

    def _share_height(self) -> None:
        heights = [card.sizeHint().height() for card in self.cards.values() if not card.isHidden()]
        wanted = sum(heights) + UNIT * max(len(heights) - 1, 0)
        height = min(wanted, max(int(CARDS_SHARE * self.height()), 10 * UNIT))
        self._card_area.setFixedHeight(height)
        self._cards.setContentsMargins(0, 0, UNIT if wanted > height else 0, 0)  # for the scroll bar
        self._card_area.setVisible(bool(heights))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the height between folders and files again."""
        super().resizeEvent(event)
        self._share_height()

    def changeEvent(self, event: QEvent) -> None:
        """Share the height again when the rows grow with the zoom."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            QTimer.singleShot(0, self, self._share_height)

    def showEvent(self, event: QShowEvent) -> None:
        """Look whether more languages can be offered."""
        super().showEvent(event)
        self._embedder.refresh()

    def choose_folder(self) -> None:
        """Ask for a folder to watch."""
        start = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog = QFileDialog(self.window(), tr("Choose a folder"), start)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda path: self._folders.add(Path(path)))
        dialog.open()

    def show_state(self, state: FileStatus | Literal[""]) -> None:
        """List the files in this state alone; "": all."""
        self.states[state].setChecked(True)
        self._narrow()

    def _remove(self, path: Path) -> None:
        self._folders.remove(path)
        self.removed.emit(path)

    def _lay_out(self) -> None:
        back = IconButton("left", tr("Back to the chat"))
        back.clicked.connect(self.closed)
        add = TextButton(tr("Add folder…"), "plus", kind="primary")
        add.clicked.connect(self.choose_folder)
        head = QHBoxLayout()
        head.addWidget(back)
        head.addWidget(Label(tr("Folders"), LARGE, bold=True), 1)
        head.addWidget(add)
        filters = QHBoxLayout()
        filters.setSpacing(UNIT // 2)
        filters.addWidget(self.search, 1)
        for button in self.states.values():
            filters.addWidget(button)
        column = QVBoxLayout()
        column.setContentsMargins(3 * UNIT, 2 * UNIT, 3 * UNIT, 2 * UNIT)
        column.setSpacing(UNIT + 4)
        column.addLayout(head)
        column.addWidget(
            Label(tr("Carrel keeps these folders indexed. It never changes your files."), ink="muted", wrap=True)
        )
        column.addWidget(self.folder_search)
        column.addWidget(self._card_area)
        column.addWidget(self.languages)
        column.addWidget(self._empty)
        column.addWidget(self.progress)
        column.addLayout(filters)
        column.addWidget(self.table, 1)
        column.addWidget(self.file_actions)
        column.addStretch(0)
        column.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.table.setMinimumHeight(TABLE_HEIGHT)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(_scrolling(column))

    def _connect(self) -> None:
        self._group = QButtonGroup(self)
        for button in self.states.values():
            button.setCheckable(True)
            button.setAutoExclusive(True)  # one of several, to screen readers
            self._group.addButton(button)
        self.states[""].setChecked(True)
        self._group.buttonClicked.connect(self._narrow)
        self.search.textChanged.connect(self._narrow)
        self.folder_search.textChanged.connect(self._narrow_folders)
        self.table.chosen.connect(self.file_actions.show_file)
        self.table.opened.connect(lambda file: open_path(file.path))
        self.table.menu_wanted.connect(self.file_actions.open_menu)
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
        self.table.files.narrow(state, self.search.text())


def _scrolling(column: QVBoxLayout, *, stretch: bool = False) -> QScrollArea:
    """Return a scroll area with a column; if it is to `stretch`, with empty space below."""
    inside = QWidget()
    inside.setMinimumWidth(1)  # its parts are squeezed rather than cut
    whole = QVBoxLayout(inside)
    whole.setContentsMargins(0, 0, 0, 0)
    whole.addLayout(column)
    if stretch:
        whole.addStretch(1)
    area = QScrollArea()
    area.setWidget(inside)
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    slim_scrolling(area)
    return area

"""The list of chats in the sidebar: opened, renamed in place, pinned, filed in folders and deleted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from desktop.chats.chat_rows import FOLDER, chat_rows, found_rows
from desktop.language import mark, tr
from desktop.widgets.buttons import IconButton
from desktop.widgets.labels import Label
from desktop.widgets.list_rows import RowList
from desktop.widgets.theme import SMALL, UNIT

if TYPE_CHECKING:
    from assistant.values import ConversationSummary, FoundConversation
    from desktop.chats.running_answers import AnswerState

NEW_FOLDER = mark("New folder")


class ChatList(QWidget):
    """Reports what is wanted and leaves acting on it to others."""

    chosen = Signal(str, str)  # conversation id, id of the turn that a search found or ""
    renamed = Signal(str, str)  # conversation id, title
    deleted = Signal(object)  # ConversationSummary
    pinned = Signal(str, bool)  # conversation id
    filed = Signal(str, str)  # conversation id, folder or ""
    folder_renamed = Signal(str, str)  # folder, its new name or ""
    trash_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._summaries: dict[str, ConversationSummary] = {}
        self._found: dict[str, FoundConversation] | None = None
        self._states: Mapping[str, AnswerState] = {}
        self._folded: set[str] = set()
        self._shown = ""
        self.list = RowList(tr("Chats"))
        self._empty = Label("", SMALL * 1.04, ink="muted", wrap=True)
        self._trash = IconButton("trash", tr("Deleted chats (Ctrl+Shift+T)"), size=24)
        self._lay_out()
        self._trash.clicked.connect(self.trash_wanted)
        self.list.chosen.connect(self._choose)
        self.list.toggled.connect(self._toggle)
        self.list.renamed.connect(self._rename)
        self.list.delete_wanted.connect(self.delete)
        self.list.menu_wanted.connect(self._show_menu)

    def show_all(self, summaries: tuple[ConversationSummary, ...]) -> None:
        """List these conversations, newest first."""
        self._summaries, self._found = {each.id: each for each in summaries}, None
        self._empty.setText(tr("Your chats will appear here."))
        self._fill()

    def show_found(self, found: tuple[FoundConversation, ...]) -> None:
        """List what a search found."""
        self._summaries = {each.summary.id: each.summary for each in found}
        self._found = {each.summary.id: each for each in found}
        self._empty.setText(tr("No matching chats."))
        self._fill()

    def show_states(self, states: Mapping[str, AnswerState]) -> None:
        """Show which answers are being written, wait, are unread or went wrong, by conversation id."""
        if states != self._states:
            self._states = dict(states)
            self._fill()

    def mark(self, conversation_id: str | None) -> None:
        """Mark the conversation that is open."""
        self._shown = conversation_id or ""
        self.list.mark(self._shown)

    def delete(self, key: str) -> None:
        """Report a conversation as to be deleted."""
        if summary := self._summaries.get(key):
            self.deleted.emit(summary)

    def _fill(self) -> None:
        today = date.today()
        if self._found is not None:
            rows = found_rows(self._found.values(), self._states, today)
        else:
            rows = chat_rows(tuple(self._summaries.values()), self._states, self._folded, today)
        self.list.replace(rows, self._shown)
        self._empty.setVisible(not rows)

    def _choose(self, key: str) -> None:
        found = self._found.get(key) if self._found else None
        self.chosen.emit(key, found.turn_id if found else "")

    def _toggle(self, key: str) -> None:
        if key.startswith(FOLDER):
            self._folded ^= {key.removeprefix(FOLDER)}
            self._fill()

    def _rename(self, key: str, title: str) -> None:
        if key.startswith(FOLDER):
            self.folder_renamed.emit(key.removeprefix(FOLDER), title)
        else:
            self.renamed.emit(key, title)

    def _show_menu(self, key: str, place: QPoint) -> None:
        menu = QMenu(self)
        if key.startswith(FOLDER):
            folder = key.removeprefix(FOLDER)
            menu.addAction(tr("Rename folder")).triggered.connect(lambda: self.list.rename(key))
            menu.addAction(tr("Remove folder, keep its chats")).triggered.connect(
                lambda: self.folder_renamed.emit(folder, "")
            )
        elif summary := self._summaries.get(key):
            self._add_actions(menu, summary)
        else:
            return
        menu.popup(place)

    def _add_actions(self, menu: QMenu, summary: ConversationSummary) -> None:
        key = summary.id
        menu.addAction(tr("Rename\tF2")).triggered.connect(lambda: self.list.rename(key))
        pin = tr("Unpin") if summary.pinned else tr("Pin to the top")
        menu.addAction(pin).triggered.connect(lambda: self.pinned.emit(key, not summary.pinned))
        folders = menu.addMenu(tr("Move to folder"))
        names = sorted({each.folder for each in self._summaries.values()} - {"", summary.folder}, key=str.casefold)
        for name in names:
            folders.addAction(name).triggered.connect(lambda _=False, name=name: self.filed.emit(key, name))
        folders.addAction(tr("New folder")).triggered.connect(lambda: self.filed.emit(key, self._new_folder()))
        if summary.folder:
            folders.addSeparator()
            folders.addAction(tr("No folder")).triggered.connect(lambda: self.filed.emit(key, ""))
        menu.addSeparator()
        menu.addAction(tr("Delete\tDel")).triggered.connect(lambda: self.delete(key))

    def _new_folder(self) -> str:
        """A name that no folder has; it is renamed as a chat is, with F2."""
        taken = {each.folder for each in self._summaries.values()}
        names = (f"{tr(NEW_FOLDER)} {number}" if number > 1 else tr(NEW_FOLDER) for number in range(1, len(taken) + 2))
        return next(name for name in names if name not in taken)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(UNIT + 4, UNIT, UNIT // 2, 2)
        head.addWidget(Label(tr("Chats"), SMALL, bold=True, ink="muted"))
        head.addStretch(1)
        head.addWidget(self._trash)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT // 2)
        column.addLayout(head)
        column.addWidget(self._empty)
        column.addWidget(self.list, 1)
        self._empty.setContentsMargins(UNIT + 4, 0, 0, 0)

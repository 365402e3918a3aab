"""The page of deleted chats: restored, or deleted for good."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from desktop.language import mark, tr, tr_count
from desktop.widgets.buttons import IconButton, TextButton
from desktop.widgets.labels import Label
from desktop.widgets.list_rows import ListRow, RowList
from desktop.widgets.notices import Notice, NoticeStack
from desktop.widgets.theme import LARGE, UNIT

if TYPE_CHECKING:
    from assistant.values import ConversationSummary
    from desktop.chats.history import History

EXPLANATION = mark(
    "Deleted chats wait here for 30 days, or as long as trash_days in the settings says. "
    "Then they are erased for good, from the daily copies too."
)
EMPTY = mark("The trash is empty.")


class TrashPage(QWidget):
    """A page in place of the conversation; Back returns to it."""

    closed = Signal()

    def __init__(self, history: History, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._history = history
        self._chats: dict[str, ConversationSummary] = {}
        self.list = RowList(tr("Deleted chats, the last one first"))
        self.restore, self.erase = TextButton(tr("Restore")), TextButton(tr("Delete for good"))
        self.empty_all = TextButton(tr("Empty the trash"))
        self.empty, self.notices = Label(tr(EMPTY), ink="muted"), NoticeStack()
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._lay_out()
        self.list.chosen.connect(self._pick)
        self.list.delete_wanted.connect(self._confirm)
        self.list.menu_wanted.connect(self._show_menu)
        self.restore.clicked.connect(lambda: history.restore(self.list.marked))
        self.erase.clicked.connect(lambda: self._confirm(self.list.marked))
        self.empty_all.clicked.connect(lambda: self._confirm(*self._chats))
        history.trashed.connect(self.show_chats)

    def showEvent(self, event: QShowEvent) -> None:
        """Read the trash again."""
        super().showEvent(event)
        self._history.read_trash()

    def show_chats(self, chats: tuple[ConversationSummary, ...]) -> None:
        """List these chats, or say that there are none."""
        self._chats = {each.id: each for each in chats}
        marked = self.list.marked if self.list.marked in self._chats else next(iter(self._chats), "")
        self.list.replace([_row(each) for each in chats], marked)
        self.list.setVisible(bool(chats))
        self.empty.setVisible(not chats)
        for button in (self.restore, self.erase, self.empty_all):
            button.setVisible(bool(chats))

    def _pick(self, key: str) -> None:
        self.list.mark(key)

    def _show_menu(self, key: str, place: QPoint) -> None:
        menu = QMenu(self)
        menu.addAction(tr("Restore")).triggered.connect(lambda: self._history.restore(key))
        menu.addAction(tr("Delete for good")).triggered.connect(lambda: self._confirm(key))
        menu.popup(place)

    def _confirm(self, *ids: str) -> None:
        """Erase on a second click: this one cannot be undone."""
        known = [each for each in ids if each in self._chats]
        if not known:
            return
        what = (
            f"“{self._chats[known[0]].title}”"
            if len(known) == 1
            else tr("all {count} chats in the trash", count=len(known))
        )
        notice = Notice(
            "danger", tr("Delete {what} for good?", what=what), tr("Nothing of it is kept, and this can't be undone.")
        )
        notice.add_action(tr("Delete for good"), lambda: self._history.purge(*known))
        self.notices.show_notice(notice)

    def _lay_out(self) -> None:
        back = IconButton("left", tr("Back to the chat"))
        back.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.addWidget(back)
        head.addWidget(Label(tr("Trash"), LARGE, bold=True), 1)
        for button in (self.restore, self.erase, self.empty_all):
            head.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * UNIT, 2 * UNIT, 3 * UNIT, 2 * UNIT)
        column.setSpacing(UNIT + 4)
        column.addLayout(head)
        column.addWidget(Label(tr(EXPLANATION), ink="muted", wrap=True))
        column.addWidget(self.notices)
        column.addWidget(self.empty)
        column.addWidget(self.list, 1)
        column.addStretch(0)
        column.setAlignment(Qt.AlignmentFlag.AlignTop)


def _row(chat: ConversationSummary) -> ListRow:
    deleted = time.strftime("%Y-%m-%d %H:%M", time.localtime(chat.deleted_at or 0.0))
    turns = tr_count("{count} question", "{count} questions", chat.turns)
    return ListRow(chat.id, chat.title, tr("deleted {when}", when=deleted), turns)

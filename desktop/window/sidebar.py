"""The left side: a new chat, one search for personas and chats, both lists, and the way to folders and settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.chats.chat_list import ChatList
from desktop.language import tr, tr_count
from desktop.widgets.buttons import IconButton, TextButton
from desktop.widgets.fields import SearchField
from desktop.widgets.labels import Divider, ElidedLabel, Label
from desktop.widgets.list_rows import ListRow, RowList
from desktop.widgets.theme import SMALL, UNIT

if TYPE_CHECKING:
    from desktop.folders.watched_folders import FolderSnapshot
    from personas import PersonaHeader

SEARCH_DELAY_MS = 50  # after the last key, before conversations are searched


class Sidebar(QWidget):
    """Personas, chats and folders to choose from. It reports choices and leaves acting on them to others."""

    new_chat = Signal()
    persona_chosen = Signal(str)
    searched = Signal(str)
    folders_wanted = Signal()
    settings_wanted = Signal()
    personas_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._headers: tuple[PersonaHeader, ...] = ()
        self.sizes: dict[str, int] = {}
        self._persona = self._progress = self._counts = ""
        self.search = SearchField(tr("Search personas and chats"))
        self.personas, self.chats = RowList(tr("Personas")), ChatList()
        self.folders = TextButton(tr("Folders"), "folder", kind="quiet")
        self.settings = IconButton("settings", tr("Settings (Ctrl+,)"), size=28)
        self.all_personas = TextButton(tr("All personas…"), "person", kind="quiet")
        self._folder_note = ElidedLabel("", SMALL, ink="muted")
        self._persona_count = Label("", SMALL, ink="muted")
        self._delay = QTimer(self, singleShot=True, interval=SEARCH_DELAY_MS)
        self._lay_out()
        self._new.clicked.connect(self.new_chat)
        self.folders.clicked.connect(self.folders_wanted)
        self.settings.clicked.connect(self.settings_wanted)
        self.all_personas.clicked.connect(self.personas_wanted)
        self.personas.chosen.connect(self.persona_chosen)
        self.search.textChanged.connect(self._fill_personas)
        self.search.textChanged.connect(lambda: self._delay.start())
        self._delay.timeout.connect(lambda: self.searched.emit(self.search.text()))

    def show_personas(self, headers: tuple[PersonaHeader, ...]) -> None:
        """List these personas."""
        self._headers = headers
        self._fill_personas()

    def mark_persona(self, header: PersonaHeader) -> None:
        """Mark the persona that answers."""
        self._persona = header.id
        self._fill_personas()

    def show_size(self, persona_id: str, passages: int) -> None:
        """Show the size of a persona's own knowledge."""
        self.sizes[persona_id] = passages
        self._fill_personas()

    def show_folders(self, snapshot: FolderSnapshot) -> None:
        """Show how many files there are, and how many of them failed."""
        files, failed = len(snapshot.listing), snapshot.listing.total["failed"]
        note = tr_count("{count} file", "{count} files", files) if snapshot.folders else tr("none yet")
        unread = tr("{count} can't be read", count=len(snapshot.problems)) if snapshot.problems else ""
        self._counts = " · ".join(filter(None, (unread, note, tr("{count} failed", count=failed) if failed else "")))
        self._folder_note.setText(self._progress or self._counts)

    def show_progress(self, text: str) -> None:
        """Show the progress of indexing; once it is over, "", and the number of files."""
        self._progress = text
        self._folder_note.setText(text or self._counts)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the height between the lists."""
        super().resizeEvent(event)
        self._share_height()

    def changeEvent(self, event: QEvent) -> None:
        """Share the height again when the rows grow with the zoom."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            QTimer.singleShot(0, self, self._share_height)

    def sizeHint(self) -> QSize:
        """A comfortable width for two words and a number."""
        return QSize(34 * UNIT, 80 * UNIT)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(UNIT + 4, UNIT + 4, UNIT + 4, UNIT)
        column.setSpacing(UNIT // 2)
        self._new = TextButton(tr("New chat"), "plus")
        self._new.setSizePolicy(self.search.sizePolicy())
        for widget in (self._new, self.search):
            column.addWidget(widget)
            column.addSpacing(UNIT // 2)
        column.addLayout(_heading(tr("Personas"), self._persona_count))
        column.addWidget(self.personas)
        column.addWidget(self.all_personas)
        column.addSpacing(UNIT)
        column.addWidget(self.chats, 1)
        column.addWidget(Divider())
        foot = QHBoxLayout()
        foot.addWidget(self.folders)
        foot.addWidget(self._folder_note, 1)
        foot.addWidget(self.settings)
        column.addLayout(foot)

    def _fill_personas(self) -> None:
        words = self.search.text().casefold().split()
        texts = [" ".join((each.id, each.name, each.summary, *each.tags)).casefold() for each in self._headers]
        found = [each for each, text in zip(self._headers, texts, strict=True) if all(word in text for word in words)]
        self.personas.replace([self._persona_row(each) for each in found], self._persona)
        total = len(self._headers)
        self._persona_count.setText(
            tr("{found} of {total}", found=len(found), total=total) if words else f"{total}" if total else ""
        )
        self._share_height()

    def _persona_row(self, header: PersonaHeader) -> ListRow:
        number, _, _ = header.id.partition("-")
        size = self.sizes.get(header.id)
        own = (
            ""
            if size is None
            else tr_count("{count} passage of its own", "{count} passages of its own", size)
            if size
            else tr("Reads your folders only")
        )
        extra = own if header.files else tr("Reads no files")
        return ListRow(header.id, header.name, number if number.isdigit() else "", header.summary, extra)

    def _share_height(self) -> None:
        layout = self.layout()
        others = layout.minimumSize().height() - self.personas.minimumHeight() if layout is not None else 0
        room = min(int(self.height() * 0.42), self.height() - others)
        self.personas.setFixedHeight(min(self.personas.contents_height() + 2, max(8 * UNIT, room)))


def _heading(words: str, count: Label) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(UNIT + 4, UNIT, UNIT + 4, 2)
    row.addWidget(Label(words, SMALL, bold=True, ink="muted"))
    row.addStretch(1)
    row.addWidget(count)
    return row

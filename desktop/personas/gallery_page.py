"""The gallery of personas: searched, sorted by pins and recent use, and the way to change them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from desktop.language import mark, told, tr, tr_count
from desktop.personas.own_personas import Gallery, GalleryEntry, OwnPersonas
from desktop.widgets.buttons import IconButton, TextButton
from desktop.widgets.fields import SearchField
from desktop.widgets.flow import FlowLayout
from desktop.widgets.labels import Label, size_text
from desktop.widgets.list_rows import ListRow, RowList
from desktop.widgets.notices import Notice, NoticeStack
from desktop.widgets.theme import LARGE, UNIT

if TYPE_CHECKING:
    from errors import AppError

ALL, PINNED, YOURS = mark("All"), mark("Pinned"), mark("Yours")
CATEGORIES = 8  # of the most frequent tags: more take a third line of a narrow window
NOTHING = mark("No persona fits. Try other words, or make a new one.")
ARCHIVES = mark("Personas (*.zip)")


class GalleryPage(QWidget):
    """A page in place of the conversation; Back returns to it."""

    closed = Signal()
    chat_wanted = Signal(str)  # persona id
    edit_wanted = Signal(str)  # persona id; "": a new one

    def __init__(self, own: OwnPersonas) -> None:
        super().__init__()
        self._own = own
        self._entries: dict[str, GalleryEntry] = {}
        self._category = ALL
        self._next = ""  # to be marked once it is listed
        self.search = SearchField(tr("Search personas"))
        self.list = RowList(tr("Personas"))
        self.nothing, self.notices = Label(tr(NOTHING), ink="muted"), NoticeStack()
        self.categories: dict[str, TextButton] = {}
        self._chips = FlowLayout()
        self.new, self.add = TextButton(tr("New"), "plus", kind="primary"), TextButton(tr("Import…"))
        self.chat, self.edit, self.copy = (
            TextButton(tr("Chat"), kind="primary"),
            TextButton(tr("Edit")),
            TextButton(tr("Copy")),
        )
        self.pin, self.export, self.delete = TextButton(tr("Pin")), TextButton(tr("Export…")), TextButton(tr("Delete"))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._lay_out()
        self._connect()

    def showEvent(self, event: QShowEvent) -> None:
        """Read the personas again, and be ready for search."""
        super().showEvent(event)
        self._own.read()
        self.search.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from the search to the list with Down, and from the list back to the chat with Esc."""
        if event.key() == Qt.Key.Key_Down and self.search.hasFocus():
            self.list.setFocus()
        elif event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def show_gallery(self, gallery: Gallery) -> None:
        """List these personas, and the files that cannot be used."""
        self._entries = {entry.header.id: entry for entry in gallery.entries}
        self._show_categories()
        self._fill()

    def choose_category(self, category: str) -> None:
        """Show the personas of one category."""
        self._category = category
        self._fill()

    def import_file(self, path: str) -> None:
        """Add a persona from an exported file."""
        self._own.add_from(Path(path))

    def export_to(self, path: str) -> None:
        """Write the marked persona to a file."""
        self._own.export(self.list.marked, Path(path))

    def _fill(self) -> None:
        words = self.search.text().casefold().split()
        found = {
            id: entry
            for id, entry in self._entries.items()
            if self._is_in_category(entry) and all(word in entry.text for word in words)
        }
        rows = [] if words else self._first_rows(found)
        shown = {row.key for row in rows}
        rest = [self._row(entry) for id, entry in found.items() if id not in shown]
        if rows and rest:
            rows.append(ListRow("#rest", tr("All"), is_heading=True))
        rows += rest
        if self._category == ALL and not words:
            rows += _problem_rows(self._own.gallery)
        keys = [row.key for row in rows if not row.is_heading]
        wanted = self._next or self.list.marked
        self.list.replace(rows, wanted if wanted in keys else next(iter(keys), ""))
        self._next = "" if self._next in keys else self._next
        self.nothing.setVisible(not rows)
        self._show_actions()

    def _first_rows(self, found: dict[str, GalleryEntry]) -> list[ListRow]:
        """The pinned personas, then those of the last chats, each below a heading."""
        pinned = [found[id] for id in self._own.pinned if id in found]
        recent = [found[id] for id in self._own.choice.recent if id in found and found[id] not in pinned]
        rows = []
        for title, entries in ((tr("Pinned"), pinned), (tr("Recent"), recent)):
            if entries:
                rows += [ListRow(f"#{title}", title, is_heading=True), *map(self._row, entries)]
        return rows

    def _row(self, entry: GalleryEntry) -> ListRow:
        notes = [f"{tr_count('{count} file', '{count} files', entry.files)}, {size_text(entry.size_bytes)}"]
        reads = notes * bool(entry.files) if entry.header.files else [tr("reads no files")]
        tools = len(entry.header.tools)
        computes = [tr_count("{count} tool", "{count} tools", tools)] * bool(tools)
        notes = [tr("yours")] * entry.is_own + reads + computes + [entry.header.id.split("-")[0]]
        return ListRow(entry.header.id, entry.header.name, " · ".join(notes), entry.header.summary)

    def _is_in_category(self, entry: GalleryEntry) -> bool:
        if self._category in (ALL, PINNED, YOURS):
            return {ALL: True, PINNED: entry.header.id in self._own.pinned, YOURS: entry.is_own}[self._category]
        return self._category in entry.header.tags

    def _show_categories(self) -> None:
        tags = Counter(tag for entry in self._entries.values() for tag in entry.header.tags)
        names = (ALL, PINNED, YOURS, *(tag for tag, _ in tags.most_common(CATEGORIES)))
        if tuple(self.categories) != names:
            while (item := self._chips.takeAt(0)) is not None:
                if (widget := item.widget()) is not None:
                    widget.hide()
                    widget.deleteLater()
            self.categories = {name: self._chip(name) for name in names}
        if self._category not in self.categories:
            self._category = ALL

    def _chip(self, name: str) -> TextButton:
        chip = TextButton(tr(name), kind="quiet")
        chip.setCheckable(True)
        chip.clicked.connect(partial(self.choose_category, name))
        self._chips.addWidget(chip)
        return chip

    def _show_actions(self) -> None:
        for name, chip in self.categories.items():
            chip.setChecked(name == self._category)
        entry = self._entries.get(self.list.marked)
        for button in (self.chat, self.copy, self.pin, self.export):
            button.setVisible(entry is not None)
        self.edit.setVisible(bool(self.list.marked))
        self.edit.relabel(tr("Edit") if entry else tr("Open file"))
        self.delete.setVisible(entry is not None and entry.is_own)
        if entry is not None:
            self.pin.relabel(tr("Unpin") if entry.header.id in self._own.pinned else tr("Pin"))
            self.delete.relabel(tr("Return to the built-in one") if entry.covers else tr("Delete"))

    def _mark(self, key: str) -> None:
        self.list.mark(key)
        self._show_actions()

    def _act(self, act: str) -> None:
        """Act on the marked persona."""
        key, entry = self.list.marked, self._entries.get(self.list.marked)
        if entry is None:
            if act == "edit" and key:
                QDesktopServices.openUrl(QUrl.fromLocalFile(key))
        elif act == "chat":
            self.chat_wanted.emit(key)
        elif act == "edit":
            self.edit_wanted.emit(key)
        elif act == "copy":
            self._own.copy(key)
        elif act == "pin":
            self._own.pin(key, key not in self._own.pinned)
        elif act == "export":
            self._ask_file(f"{key}.zip", QFileDialog.AcceptMode.AcceptSave, self.export_to)
        elif entry.is_own:
            self._own.remove(entry.header)

    def _activate(self) -> None:
        index = self.list.currentIndex()
        if index.isValid():
            self._mark(self.list.rows.rows[index.row()].key)
            self._act("chat" if self.list.marked in self._entries else "edit")

    def _delete(self, key: str) -> None:
        self._mark(key)
        self._act("delete")

    def _show_menu(self, key: str, place: QPoint) -> None:
        self._mark(key)
        menu = QMenu(self)
        for button, act in self._actions():
            if not button.isHidden():
                menu.addAction(button.text()).triggered.connect(partial(self._act, act))
        menu.popup(place)

    def _ask_file(self, name: str, mode: QFileDialog.AcceptMode, done: object) -> None:
        dialog = QFileDialog(self.window(), tr("Export persona") if name else tr("Import persona"), name, tr(ARCHIVES))
        dialog.setAcceptMode(mode)
        dialog.setDefaultSuffix("zip")
        dialog.fileSelected.connect(done)
        dialog.open()

    def _mark_next(self, persona_id: str) -> None:
        """Mark a persona that is new or has changed, in a list that shows it."""
        self._next, self._category = persona_id, ALL
        self.search.clear()
        self._fill()

    def _show_error(self, error: AppError) -> None:
        if self.isVisible():
            self.notices.show_notice(Notice("danger", error.title, error.hint))

    def _tell_exported(self, path: Path) -> None:
        notice = Notice("accent", tr("{name} holds the persona and its knowledge", name=path.name), str(path.parent))
        notice.add_action(
            tr("Show in folder"), lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent))), primary=False
        )
        self.notices.show_notice(notice)

    def _reread(self) -> None:
        if self.isVisible():
            self._own.read()

    def _actions(self) -> Sequence[tuple[TextButton, str]]:
        return (
            (self.chat, "chat"),
            (self.edit, "edit"),
            (self.copy, "copy"),
            (self.pin, "pin"),
            (self.export, "export"),
            (self.delete, "delete"),
        )

    def _connect(self) -> None:
        own = self._own
        self.search.textChanged.connect(self._fill)
        self.search.returnPressed.connect(self.list.setFocus)
        self.list.chosen.connect(self._mark)
        self.list.activated.connect(self._activate)
        self.list.delete_wanted.connect(self._delete)
        self.list.menu_wanted.connect(self._show_menu)
        self.new.clicked.connect(lambda: self.edit_wanted.emit(""))
        self.add.clicked.connect(lambda: self._ask_file("", QFileDialog.AcceptMode.AcceptOpen, self.import_file))
        for button, act in self._actions():
            button.clicked.connect(partial(self._act, act))
        own.listed.connect(self.show_gallery)
        own.refused.connect(self._show_error)
        own.exported.connect(self._tell_exported)
        for changed in (own.saved, own.copied, own.imported):
            changed.connect(self._mark_next)
        own.choice.listed.connect(self._reread)

    def _lay_out(self) -> None:
        back = IconButton("left", tr("Back to the chat"))
        back.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.addWidget(back)
        head.addWidget(Label(tr("Personas"), LARGE, bold=True), 1)
        for button in (self.add, self.new):
            head.addWidget(button)
        actions = FlowLayout(UNIT)
        for button, _ in self._actions():
            actions.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * UNIT, 2 * UNIT, 3 * UNIT, 2 * UNIT)
        column.setSpacing(UNIT)
        column.addLayout(head)
        column.addWidget(self.search)
        column.addLayout(self._chips)
        column.addWidget(self.notices)
        column.addWidget(self.nothing)
        column.addWidget(self.list, 1)
        column.addLayout(actions)
        self.nothing.hide()


def _problem_rows(gallery: Gallery) -> list[ListRow]:
    """A row for each file that cannot be used, below a heading. The key is its path."""
    rows = [
        ListRow(str(path), path.parent.name, "", told(f"{reason[:1].upper()}{reason[1:]}"))
        for path, reason in gallery.problems
    ]
    return [ListRow("#problems", tr("Cannot be used"), is_heading=True), *rows] if rows else []

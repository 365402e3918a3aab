"""Lists of rows: a title with a note beside it, a line below, and one more line for the marked row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemDelegate, QListView, QWidget

from assistant.visible_text import visible_line
from desktop.widgets.fields import slim_scrolling
from desktop.widgets.labels import plain_tooltip
from desktop.widgets.row_painter import RowPainter

Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole
AT_ONCE = 300  # rows; more are added as one scrolls to the end, since laying out thousands takes a second


class ListRow(NamedTuple):
    """Contents of a row. The list reports `key` when the row is chosen; of a heading it reports it as `toggled`."""

    key: str
    title: str
    note: str = ""
    line: str = ""
    extra: str = ""  # shown while the row is the marked one
    value: Any = None
    note_ink: str = "muted"  # a field of Colours
    is_heading: bool = False
    can_rename: bool = False


class ListModel(QAbstractListModel):
    """The rows of a list, replaced as a whole."""

    renamed = Signal(str, str)  # key, title

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[ListRow, ...] = ()
        self._shown = 0

    def replace(self, rows: Sequence[ListRow]) -> None:
        """Show these rows, unless they are shown already."""
        now = tuple(rows)
        if now == self.rows:
            return
        if _same_shape(now, self.rows):
            self.rows = now
            self.dataChanged.emit(self.index(0), self.index(self._shown - 1))
            return
        self.beginResetModel()
        self.rows, self._shown = now, min(len(now), AT_ONCE)
        self.endResetModel()

    def place_of(self, key: str) -> QModelIndex:
        """Return the index of a row, which is there from then on; an invalid one for an unknown key."""
        at = next((at for at, row in enumerate(self.rows) if row.key == key), -1)
        while at >= self._shown:
            self.fetchMore(QModelIndex())
        return self.index(at) if at >= 0 else QModelIndex()

    def canFetchMore(self, parent: Index) -> bool:
        """Return True while rows are left out."""
        return self._shown < len(self.rows)

    def fetchMore(self, parent: Index) -> None:
        """Add the next rows."""
        last = min(len(self.rows), self._shown + AT_ONCE)
        self.beginInsertRows(QModelIndex(), self._shown, last - 1)
        self._shown = last
        self.endInsertRows()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of rows."""
        return 0 if parent.isValid() else self._shown

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return what can be done with a row."""
        row = self.rows[index.row()] if index.isValid() else None
        editable = Qt.ItemFlag.ItemIsEditable if row and row.can_rename else Qt.ItemFlag.NoItemFlags
        return super().flags(index) | editable

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Report another title of a row."""
        row, title = self.rows[index.row()], str(value).strip()
        if title and title != row.title:
            self.renamed.emit(row.key, title)
        return False

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the row, its title, its tooltip or its text for screen readers."""
        row = self.rows[index.row()]
        if role == ROW:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return visible_line(row.title)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip("\n".join(part for part in (row.title, row.line) if part))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return visible_line(", ".join(part for part in (row.title, row.note, row.line, row.extra) if part))
        return None


class RowList(QListView):
    """A list with one marked row, which is another than the one that the arrow keys have come to.

    It reports the key of a row that is clicked or activated.
    """

    chosen = Signal(str)
    toggled = Signal(str)  # the key of a heading
    renamed = Signal(str, str)  # key, title
    delete_wanted = Signal(str)
    menu_wanted = Signal(str, QPoint)  # key, global position

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = ListModel(self)
        self.marked = ""
        self._waiting: tuple[Sequence[ListRow], str] | None = None  # rows that came while a title was being edited
        self.setModel(self.rows)
        self.setItemDelegate(RowPainter(self))
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setSelectionMode(QListView.SelectionMode.SingleSelection)
        self.setEditTriggers(QListView.EditTrigger.EditKeyPressed)
        slim_scrolling(self)
        self.viewport().setAutoFillBackground(False)
        self.clicked.connect(self._choose)
        self.activated.connect(self._choose)
        self.rows.renamed.connect(self.renamed)
        self.customContextMenuRequested.connect(self._ask_menu)

    def replace(self, rows: Sequence[ListRow], marked: str = "") -> None:
        """Show these rows, with the one of this key marked. The arrow keys go on from where they were."""
        if self.state() == QListView.State.EditingState:
            self._waiting = rows, marked
            return
        at = self.currentIndex()
        current = self.rows.rows[at.row()].key if at.isValid() and self.hasFocus() else ""
        self.rows.replace(rows)
        self.mark(marked)
        if (there := self.rows.place_of(current)).isValid():
            self.setCurrentIndex(there)

    def mark(self, key: str) -> None:
        """Mark the row of this key, without reporting it."""
        if key != self.marked:
            self.marked = key
            self.scheduleDelayedItemsLayout()
        if self.state() == QListView.State.EditingState:
            return
        index = self.rows.place_of(key)
        self.setCurrentIndex(index)
        if not index.isValid():
            self.clearSelection()

    def rename(self, key: str) -> None:
        """Edit a row's title in its place."""
        index = self.rows.place_of(key)
        if index.isValid():
            self.setCurrentIndex(index)
            self.edit(index)

    def contents_height(self) -> int:
        """Return the pixels that all rows need."""
        rows = range(self.rows.rowCount())
        return sum(self.sizeHintForIndex(self.rows.index(at)).height() for at in rows)

    def changeEvent(self, event: QEvent) -> None:
        """Measure again when the font changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.scheduleDelayedItemsLayout()

    def event(self, event: QEvent) -> bool:
        """Open the menu of the row that the keys have come to, where it is asked for by a key."""
        if isinstance(event, QContextMenuEvent) and event.reason() == QContextMenuEvent.Reason.Keyboard:
            self._ask_menu(self.visualRect(self.currentIndex()).center())
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Report Delete, and Shift+F10 as a wish for the menu; everything else is Qt's."""
        at = self.currentIndex()
        if event.key() == Qt.Key.Key_Delete and at.isValid():
            self.delete_wanted.emit(self.rows.rows[at.row()].key)
        elif event.key() == Qt.Key.Key_F10 and event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            self._ask_menu(self.visualRect(at).center())
        else:
            super().keyPressEvent(event)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """Show what came while a title was being edited."""
        super().closeEditor(editor, hint)
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self.replace(*waiting)

    def _choose(self, index: QModelIndex) -> None:
        row = self.rows.rows[index.row()]
        (self.toggled if row.is_heading else self.chosen).emit(row.key)

    def _ask_menu(self, place: QPoint) -> None:
        index = self.indexAt(place)
        if index.isValid():
            self.menu_wanted.emit(self.rows.rows[index.row()].key, self.viewport().mapToGlobal(place))


def _same_shape(rows: Sequence[ListRow], others: Sequence[ListRow]) -> bool:
    """True for as many rows of the same keys and heights."""
    return bool(rows) and len(rows) == len(others) and all(map(_is_shaped_as, rows, others))


def _is_shaped_as(row: ListRow, other: ListRow) -> bool:
    return row.key == other.key and (bool(row.line), bool(row.extra)) == (bool(other.line), bool(other.extra))

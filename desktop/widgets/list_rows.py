"""Lists of rows: a title with a note beside it, a line below, and one more line for the current row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from assistant.visible_text import visible_line
from desktop.widgets.fields import slim_scrolling
from desktop.widgets.labels import plain_tooltip
from desktop.widgets.theme import BODY, RADIUS, SMALL, UNIT, colours, row_padding, sized_font

Index = QModelIndex | QPersistentModelIndex
_ROW = Qt.ItemDataRole.UserRole


class ListRow(NamedTuple):
    """Contents of a row. The list reports `key` when the row is chosen."""

    key: str
    title: str
    note: str = ""
    line: str = ""
    extra: str = ""  # shown while the row is the current one
    value: Any = None


class ListModel(QAbstractListModel):
    """The rows of a list, replaced as a whole."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[ListRow, ...] = ()

    def replace(self, rows: Sequence[ListRow]) -> None:
        """Show these rows, unless they are shown already."""
        if tuple(rows) == self.rows:
            return
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the row, its title, its tooltip or its text for screen readers."""
        row = self.rows[index.row()]
        if role == _ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return visible_line(row.title)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip("\n".join(part for part in (row.title, row.line) if part))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return visible_line(", ".join(part for part in (row.title, row.note, row.line, row.extra) if part))
        return None


class RowList(QListView):
    """A list with a marked current row. It reports the key of a row that is clicked or activated."""

    chosen = Signal(str)
    menu_wanted = Signal(str, QPoint)  # key, global position

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = ListModel(self)
        self.setModel(self.rows)
        self.setItemDelegate(_RowPainter(self))
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setSelectionMode(QListView.SelectionMode.SingleSelection)
        slim_scrolling(self)
        self.viewport().setAutoFillBackground(False)
        self.clicked.connect(self._choose)
        self.activated.connect(self._choose)
        self.customContextMenuRequested.connect(self._ask_menu)
        self.selectionModel().currentChanged.connect(lambda: self.scheduleDelayedItemsLayout())

    def replace(self, rows: Sequence[ListRow], current: str = "") -> None:
        """Show these rows, with the one of this key as the current one."""
        self.rows.replace(rows)
        self.mark(current)

    def mark(self, key: str) -> None:
        """Make the row of this key the current one, without reporting it."""
        place = next((at for at, row in enumerate(self.rows.rows) if row.key == key), -1)
        index = self.rows.index(place) if place >= 0 else QModelIndex()
        self.setCurrentIndex(index)
        if place < 0:
            self.clearSelection()

    def contents_height(self) -> int:
        """Return the pixels that all rows need."""
        return sum(self.sizeHintForIndex(self.rows.index(at)).height() for at in range(len(self.rows.rows)))

    def changeEvent(self, event: QEvent) -> None:
        """Measure again when the font changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.scheduleDelayedItemsLayout()

    def _choose(self, index: QModelIndex) -> None:
        self.chosen.emit(self.rows.rows[index.row()].key)

    def _ask_menu(self, place: QPoint) -> None:
        index = self.indexAt(place)
        if index.isValid():
            self.menu_wanted.emit(self.rows.rows[index.row()].key, self.viewport().mapToGlobal(place))


class _RowPainter(QStyledItemDelegate):
    def __init__(self, view: RowList) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        row: ListRow = index.data(_ROW)
        height = QFontMetrics(sized_font(BODY, bold=True)).height() + 2 * row_padding()
        small = QFontMetrics(sized_font(SMALL * 1.04)).height() + 1
        lines = bool(row.line) + (bool(row.extra) and self._current(index))
        return QSize(10 * UNIT, height + lines * small)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        row: ListRow = index.data(_ROW)
        self._paint_surface(painter, option, self._current(index))
        self._paint_text(painter, option, row, self._current(index))
        painter.restore()

    def _current(self, index: Index) -> bool:
        return self._view.currentIndex().row() == index.row()

    def _paint_surface(self, painter: QPainter, option: Any, current: bool) -> None:
        shades = colours(self._view.palette())
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        area = QRect(option.rect).adjusted(0, 1, 0, -1)
        if current or hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(shades.accent_soft if current else shades.hover))
            painter.drawRoundedRect(area, RADIUS - 2, RADIUS - 2)
        if current and self._view.hasFocus():
            painter.setPen(QPen(QColor(shades.accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), RADIUS - 2, RADIUS - 2)

    def _paint_text(self, painter: QPainter, option: Any, row: ListRow, current: bool) -> None:
        shades = colours(self._view.palette())
        area = QRect(option.rect).adjusted(UNIT + 4, row_padding(), -UNIT - 6, -row_padding())
        title, small = sized_font(BODY, bold=current or bool(row.line)), sized_font(SMALL * 1.04)
        height = QFontMetrics(title).height()
        noted = QFontMetrics(small).horizontalAdvance(row.note) + UNIT if row.note else 0
        line = QRect(area.left(), area.top(), area.width(), height)
        _write(painter, small, shades.muted, line, row.note, Qt.AlignmentFlag.AlignRight)
        _write(painter, title, shades.text, line.adjusted(0, 0, -noted, 0), row.title)
        below = QRect(area.left(), line.bottom() + 2, area.width(), QFontMetrics(small).height())
        if row.line:
            _write(painter, small, shades.muted, below, row.line)
            below.translate(0, below.height() + 1)
        if row.extra and current:
            _write(painter, small, shades.accent, below, row.extra)


def _write(
    painter: QPainter,
    font: QFont,
    ink: str,
    area: QRect,
    text: str,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    painter.setFont(font)
    painter.setPen(QColor(ink))
    shown = QFontMetrics(font).elidedText(visible_line(text), Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, align | Qt.AlignmentFlag.AlignVCenter, shown)

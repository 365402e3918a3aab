"""Paints the rows of a list and edits a title in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from assistant.visible_text import visible_line
from desktop.language import tr
from desktop.widgets.theme import BODY, RADIUS, SMALL, UNIT, colours, row_padding, sized_font

if TYPE_CHECKING:
    from desktop.widgets.list_rows import ListRow, RowList

Index = QModelIndex | QPersistentModelIndex


class RowPainter(QStyledItemDelegate):
    """A rounded surface behind the marked row, and a frame around the one that the keys have come to."""

    def __init__(self, view: RowList) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the height of the row's lines."""
        row = self._row(index)
        small = QFontMetrics(sized_font(SMALL * 1.04)).height() + 1
        if row.is_heading:
            return QSize(10 * UNIT, small + 2 * UNIT)
        height = QFontMetrics(sized_font(BODY, bold=True)).height() + 2 * row_padding()
        lines = bool(row.line) + (bool(row.extra) and self._marked(row))
        return QSize(10 * UNIT, height + lines * small)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the surface and the lines."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        row = self._row(index)
        self._paint_surface(painter, option, row, self._view.currentIndex().row() == index.row())
        if row.is_heading:
            self._paint_heading(painter, option, row)
        else:
            self._paint_text(painter, option, row)
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Return a field for the title."""
        field = QLineEdit(parent)
        field.setFrame(False)
        field.setFont(sized_font(BODY))
        field.setAccessibleName(tr("Name"))
        field.setAutoFillBackground(True)
        return field

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """Put the field over the title."""
        area: QRect = option.rect
        height = editor.sizeHint().height()
        editor.setGeometry(area.left() + UNIT, area.top() + (area.height() - height) // 2, area.width() - 14, height)

    def _row(self, index: Index) -> ListRow:
        return self._view.rows.rows[index.row()]

    def _marked(self, row: ListRow) -> bool:
        return row.key == self._view.marked

    def _paint_surface(self, painter: QPainter, option: Any, row: ListRow, current: bool) -> None:
        shades = colours(self._view.palette())
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        area = QRect(option.rect).adjusted(0, 1, 0, -1)
        if self._marked(row) or hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(shades.accent_soft if self._marked(row) else shades.hover))
            painter.drawRoundedRect(area, RADIUS - 2, RADIUS - 2)
        if current and self._view.hasFocus():
            painter.setPen(QPen(QColor(shades.accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), RADIUS - 2, RADIUS - 2)

    def _paint_heading(self, painter: QPainter, option: Any, row: ListRow) -> None:
        shades, font = colours(self._view.palette()), sized_font(SMALL, bold=True)
        area = QRect(option.rect).adjusted(UNIT + 4, UNIT, -UNIT - 6, 0)
        _write(painter, sized_font(SMALL), shades.muted, area, row.note, Qt.AlignmentFlag.AlignRight)
        _write(painter, font, shades.muted, area.adjusted(0, 0, -4 * UNIT if row.note else 0, 0), row.title)

    def _paint_text(self, painter: QPainter, option: Any, row: ListRow) -> None:
        shades, marked = colours(self._view.palette()), self._marked(row)
        area = QRect(option.rect).adjusted(UNIT + 4, row_padding(), -UNIT - 6, -row_padding())
        title, small = sized_font(BODY, bold=marked or bool(row.line)), sized_font(SMALL * 1.04)
        height = QFontMetrics(title).height()
        noted = QFontMetrics(small).horizontalAdvance(row.note) + UNIT if row.note else 0
        line = QRect(area.left(), area.top(), area.width(), height)
        _write(painter, small, getattr(shades, row.note_ink), line, row.note, Qt.AlignmentFlag.AlignRight)
        _write(painter, title, shades.text, line.adjusted(0, 0, -noted, 0), row.title)
        below = QRect(area.left(), line.bottom() + 2, area.width(), QFontMetrics(small).height())
        if row.line:
            _write(painter, small, shades.muted, below, row.line)
            below.translate(0, below.height() + 1)
        if row.extra and marked:
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

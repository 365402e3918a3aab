"""Every file of the watched folders in a table: where it is, its state, and why it is not indexed."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from assistant.visible_text import visible_line
from desktop.widgets.fields import slim_scrolling
from desktop.widgets.labels import plain_tooltip, size_text
from desktop.widgets.theme import BODY, SMALL, UNIT, colours, sized_font

if TYPE_CHECKING:
    from knowledge import FileRow

Index = QModelIndex | QPersistentModelIndex
COLUMNS = ("File", "State", "Passages", "Size", "Note")
_FILE_SHARE = 0.38  # of the width that the figures leave
_WIDEST_STATE, _WIDEST_TITLE = "Indexed", "Passages  ↑"
INKS = {"indexed": "accent", "waiting": "muted", "skipped": "warning", "failed": "danger"}


class FileTableModel(QAbstractTableModel):
    """The ledger's rows of files as cells."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[FileRow, ...] = ()
        self._folders: tuple[Path, ...] = ()

    def replace(self, rows: Sequence[FileRow], folders: Sequence[Path]) -> None:
        """Show these rows."""
        if tuple(rows) == self.rows and tuple(folders) == self._folders:
            return
        self.beginResetModel()
        self.rows, self._folders = tuple(rows), tuple(folders)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return one for each file."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return five."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a column's name or alignment."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight if section in (2, 3) else Qt.AlignmentFlag.AlignLeft
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's text, tooltip, sort key or alignment."""
        row, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            counts = f"{row.chunks:,}" if row.chunks else "", size_text(row.size_bytes)
            return (
                visible_line(self._short_path(row.path)),
                row.status.capitalize(),
                *counts,
                visible_line(row.reason),
            )[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(row.reason if column == 4 and row.reason else str(row.path))
        if role == Qt.ItemDataRole.UserRole:
            return (str(row.path), row.status, row.chunks, row.size_bytes, row.reason)[column]
        if role == Qt.ItemDataRole.TextAlignmentRole and column in (2, 3):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def _short_path(self, path: Path) -> str:
        for folder in self._folders:
            if path.is_relative_to(folder):
                inside = str(path.relative_to(folder))
                return f"{folder.name}/{inside}" if len(self._folders) > 1 else inside
        return str(path)


class FileFilterModel(QSortFilterProxyModel):
    """The rows of one state, or of all, whose path or reason contains a text."""

    def __init__(self, source: FileTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._files, self._state, self._text = source, "", ""
        self.setSourceModel(source)
        self.setSortCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setSortRole(Qt.ItemDataRole.UserRole)

    def narrow(self, state: str, text: str) -> None:
        """Show only the files that match; an empty string matches all."""
        self.beginFilterChange()
        self._state, self._text = state, _folded(text)
        self.endFilterChange()

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:
        """Return True for a file to show."""
        file = self._files.rows[row]
        matches = not self._text or self._text in _folded(f"{file.path}\n{file.reason}")
        return matches and self._state in ("", file.status)


class FileTable(QTableView):
    """The files in a table without grid lines; a click on a column sorts by it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.files = FileTableModel(self)
        self.filter = FileFilterModel(self.files, self)
        self.setModel(self.filter)
        self.setItemDelegate(_CellPainter(self))
        self.setAccessibleName("Files")
        self.setShowGrid(False)
        header = _Header(self)
        self.setHorizontalHeader(header)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(4, QHeaderView.ResizeMode.Stretch)
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self._measure()
        self.files.modelReset.connect(self._share_width)
        slim_scrolling(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width again."""
        super().resizeEvent(event)
        self._share_width()

    def changeEvent(self, event: QEvent) -> None:
        """Measure rows and columns again for the zoom."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._measure()

    def _measure(self) -> None:
        words, titles = QFontMetrics(sized_font(BODY)), QFontMetrics(sized_font(SMALL, bold=True))
        self.verticalHeader().setDefaultSectionSize(words.height() + UNIT + 6)
        self.horizontalHeader().setFixedHeight(titles.height() + 2 * UNIT + 4)
        self.setColumnWidth(1, words.horizontalAdvance(_WIDEST_STATE) + 6 * UNIT)
        for column in (2, 3):
            self.setColumnWidth(column, titles.horizontalAdvance(_WIDEST_TITLE) + 2 * UNIT)
        self._share_width()

    def _share_width(self) -> None:
        """Give the notes, which are sentences, more room than the names of the files; none where there are none."""
        free = self.viewport().width() - sum(self.columnWidth(column) for column in (1, 2, 3))
        has_notes = any(row.reason for row in self.files.rows)
        self.setColumnWidth(0, int(_FILE_SHARE * free) if has_notes else free - self.columnWidth(2))


class _Header(QHeaderView):
    def __init__(self, table: QTableView) -> None:
        super().__init__(Qt.Orientation.Horizontal, table)
        self.setSectionsClickable(True)

    def paintSection(self, painter: QPainter, area: QRect, section: int) -> None:
        shades = colours(self.palette())
        painter.save()
        painter.fillRect(area, QColor(shades.base))
        painter.setPen(QColor(shades.border))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.setFont(sized_font(SMALL, bold=True))
        painter.setPen(QColor(shades.muted))
        words = str(self.model().headerData(section, Qt.Orientation.Horizontal))
        if self.isSortIndicatorShown() and self.sortIndicatorSection() == section:
            words += "  ↑" if self.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder else "  ↓"
        side = Qt.AlignmentFlag.AlignRight if section in (2, 3) else Qt.AlignmentFlag.AlignLeft
        painter.drawText(area.adjusted(UNIT, 0, -UNIT, 0), side | Qt.AlignmentFlag.AlignVCenter, words)
        painter.restore()


class _CellPainter(QStyledItemDelegate):
    def __init__(self, view: FileTable) -> None:
        super().__init__(view)
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        shades = colours(self._view.palette())
        details: Any = option  # PySide6's stubs leave out `rect` and `state`
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if details.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(details.rect, QColor(shades.accent_soft))
        painter.setPen(QColor(shades.border))
        painter.drawLine(details.rect.bottomLeft(), details.rect.bottomRight())
        area = details.rect.adjusted(UNIT, 0, -UNIT, 0)
        if index.column() == 1:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(getattr(shades, INKS[str(index.data()).lower()])))
            painter.drawEllipse(QRectF(area.left(), area.center().y() - 3, 7, 7))
            area = area.adjusted(2 * UNIT, 0, 0, 0)
        self._paint_text(painter, area, index)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(8 * UNIT, 4 * UNIT)

    def _paint_text(self, painter: QPainter, area: QRect, index: Index) -> None:
        shades = colours(self._view.palette())
        quiet = index.column() in (2, 3, 4)
        font = sized_font(SMALL * 1.07 if quiet else BODY)
        painter.setFont(font)
        painter.setPen(QColor(shades.muted if quiet else shades.text))
        mode = Qt.TextElideMode.ElideMiddle if index.column() == 0 else Qt.TextElideMode.ElideRight
        words = QFontMetrics(font).elidedText(str(index.data() or ""), mode, area.width())
        side = Qt.AlignmentFlag.AlignRight if index.column() in (2, 3) else Qt.AlignmentFlag.AlignLeft
        painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter, words)


def _folded(text: str) -> str:
    """Return the text for comparisons: case folded, accents and syllables composed (NFC)."""
    return unicodedata.normalize("NFC", text).casefold()

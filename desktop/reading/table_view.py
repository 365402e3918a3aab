"""The table around a cited row, in cells, with the row marked and in view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPersistentModelIndex, Qt, QTimer
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from assistant.visible_text import visible_line
from desktop.language import tr
from desktop.reading.text_view import Span
from desktop.widgets.fields import slim_scrolling
from desktop.widgets.theme import UNIT, colours
from knowledge import cells_of

AROUND_CHARACTERS = 400_000  # of a table, shown around the row
WIDEST = 40 * UNIT  # px of a column at first
MEASURED_ROWS = 200  # for the widths of the columns
_NO_PARENT = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


class TableExcerpt(NamedTuple):
    """Rows of a table below their header, and which of them are cited. `first`: the number of the first row, from 1."""

    header: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    cited: range
    first: int


class TableView(QTableView):
    """Shows rows in cells; long ones are cut, and told whole by a tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Table of the file"))
        self.setAlternatingRowColors(False)
        self.setWordWrap(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        slim_scrolling(self)

    def show_table(self, excerpt: TableExcerpt) -> None:
        """Show rows, scrolled to those that are cited."""
        self.setModel(_Rows(excerpt, self))
        self.horizontalHeader().setResizeContentsPrecision(MEASURED_ROWS)
        self.resizeColumnsToContents()
        for column in range(len(excerpt.header)):
            self.setColumnWidth(column, min(self.columnWidth(column), WIDEST))
        QTimer.singleShot(0, self, self._bring_into_view)

    def marked_rows(self) -> list[str]:
        """Return the cited rows, with a tab between two cells."""
        model = self.model()
        return ["\t".join(model.excerpt.rows[row]) for row in model.excerpt.cited] if isinstance(model, _Rows) else []

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy the selected cells in columns, as spreadsheets take them."""
        if not event.matches(QKeySequence.StandardKey.Copy):
            super().keyPressEvent(event)
        elif places := self.selectionModel().selectedIndexes():
            rows = sorted({place.row() for place in places})
            lines = [[str(place.data()) for place in sorted(places) if place.row() == row] for row in rows]
            QGuiApplication.clipboard().setText("\n".join(map("\t".join, lines)))

    def changeEvent(self, event: QEvent) -> None:
        """Paint the marks again in other colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.viewport().update()

    def _bring_into_view(self) -> None:
        model = self.model()
        if isinstance(model, _Rows) and model.excerpt.cited:
            place = model.index(model.excerpt.cited.start, 0)
            self.setCurrentIndex(place)
            self.clearSelection()
            self.scrollTo(place, QAbstractItemView.ScrollHint.PositionAtCenter)


class _Rows(QAbstractTableModel):
    def __init__(self, excerpt: TableExcerpt, view: QWidget) -> None:
        super().__init__(view)
        self.excerpt, self._view = excerpt, view

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.excerpt.rows)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.excerpt.header)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.excerpt.rows[index.row()]
        text = row[index.column()] if index.column() < len(row) else ""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return visible_line(text)
        if role == Qt.ItemDataRole.TextAlignmentRole and text[-1:].isdigit() and text[:1] in "0123456789+-−(€$£¥":
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.BackgroundRole and index.row() in self.excerpt.cited:
            return QColor(colours(self._view.palette()).marker)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Horizontal:
            return visible_line(self.excerpt.header[section])
        return self.excerpt.first + section


def table_around(text: str, span: Span) -> TableExcerpt | None:
    """Return the table that a span is in, or the part around it; None where it is in none."""
    begin, end = _line_start(text, span.start), span.end
    while begin and "|" in text[_line_start(text, begin - 1) : begin - 1]:
        begin = _line_start(text, begin - 1)
    lines: list[tuple[int, str]] = []
    at = begin
    while at < len(text):
        line = text[at : None if (stop := text.find("\n", at)) < 0 else stop]
        if "|" not in line:
            break
        lines.append((at, line))
        at += len(line) + 1
    rows = lines[2:]
    near = [n for n, (at, line) in enumerate(rows) if abs(at - span.start) < AROUND_CHARACTERS]
    cited = [n for n, (at, line) in enumerate(rows) if at < end and at + len(line) > span.start]
    if not near or not cited:
        return None
    shown = range(near[0], near[-1] + 1)
    return TableExcerpt(
        cells_of(lines[0][1]),
        [cells_of(rows[n][1]) for n in shown],
        range(cited[0] - shown.start, cited[-1] + 1 - shown.start),
        shown.start + 1,
    )


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1

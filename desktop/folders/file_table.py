"""Every file of the watched folders in a table: where it is, its state, and why it is not indexed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from assistant.visible_text import visible_line
from desktop.folders.file_listing import STATE_NAMES, FileListing
from desktop.language import mark, told, tr
from desktop.widgets.fields import slim_scrolling
from desktop.widgets.labels import plain_tooltip, size_text
from desktop.widgets.theme import BODY, SMALL, UNIT, colours, sized_font, zoomed

if TYPE_CHECKING:
    from knowledge import FileLine

Index = QModelIndex | QPersistentModelIndex
COLUMNS = (mark("File"), mark("State"), mark("Passages"), mark("Size"), mark("Note"))
NUMBERS = (2, 3)
_FILE_SHARE = 0.5  # of the width that the figures leave: the most that names may take from the notes
_MEASURED_ROWS = 100  # whose names and notes the widths are made for
_WIDEST_STATE, _WIDEST_TITLE = mark("Indexed"), mark("Passages  ↑")
INKS = {"indexed": "accent", "waiting": "muted", "skipped": "warning", "failed": "danger"}


class FileTableModel(QAbstractTableModel):
    """The files of a listing that are in one state and whose path or reason contains a text, in the order of a column.

    It filters and sorts by itself: a proxy would ask for each of 100,000 rows.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.listing = FileListing()
        self._places: list[int] = []  # in the listing, of the rows that are shown
        self._state = self._text = ""
        self._column, self._descending = 0, False

    def show_listing(self, listing: FileListing) -> None:
        """Show these files; where only states have changed, rows stay in place unless their order depends on it."""
        same_files = listing.paths is self.listing.paths
        self.listing = listing
        if same_files and self._places and not self._state and self._column in (0, 3) and not self._text:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._places) - 1, len(COLUMNS) - 1))
        else:
            self._select()

    def narrow(self, state: str, text: str) -> None:
        """Show only the files that match; an empty string matches all."""
        self._state, self._text = state, text
        self._select()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column."""
        self._column, self._descending = column, order == Qt.SortOrder.DescendingOrder
        self._select()

    def file(self, index: Index) -> FileLine:
        """Return the file of a cell."""
        return self.listing.file(self._places[index.row()])

    def place_of(self, file_id: int) -> int:
        """Return the row of a file; -1 where it is not shown."""
        place = self.listing.places.get(file_id, -1)
        return self._places.index(place) if place in self._places else -1

    def _select(self) -> None:
        self.beginResetModel()
        listing = self.listing
        places = listing.matches(self._text, self._state)
        columns: tuple[Sequence[Any], ...] = (listing.states, listing.passages, listing.sizes, listing.reasons)
        if self._column > 0:
            places = listing.sorted(places, columns[self._column - 1])
        if self._descending:
            places.reverse()
        self._places = places
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return one for each file."""
        return 0 if parent.isValid() else len(self._places)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return five."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a column's name or alignment."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return tr(COLUMNS[section])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight if section in NUMBERS else Qt.AlignmentFlag.AlignLeft
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's text, tooltip or alignment."""
        row, column = self.file(index), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text_of(row, self._places[index.row()], column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(told(row.reason) if column == 4 and row.reason else str(row.path))
        if role == Qt.ItemDataRole.TextAlignmentRole and column in NUMBERS:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def _text_of(self, row: FileLine, place: int, column: int) -> str:
        match column:
            case 0:
                return visible_line(self.listing.name(place))
            case 1:
                return tr(STATE_NAMES[row.state])
            case 2:
                return tr("{count}", count=row.chunks) if row.chunks else ""
            case 3:
                return size_text(row.size_bytes)
            case _:
                return visible_line(sentence(told(row.reason)))


def sentence(reason: str) -> str:
    """Return a reason with a capital letter, as it stands alone."""
    return reason[:1].upper() + reason[1:]


class FileTable(QTableView):
    """The files in a table without grid lines; a click on a column sorts by it. It keeps the selected file in sight."""

    chosen = Signal(object)  # FileLine that is selected, or None
    opened = Signal(object)  # FileLine: double-clicked, or Enter
    menu_wanted = Signal(object, QPoint)  # FileLine, global position

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.files = FileTableModel(self)
        self._kept: tuple[int, int] | None = None  # the selected file's id, and the place of the scroll bar
        self.setModel(self.files)
        self.setItemDelegate(_CellPainter(self))
        self.setAccessibleName(tr("Files"))
        self.setShowGrid(False)
        header = _Header(self)
        self.setHorizontalHeader(header)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(4, QHeaderView.ResizeMode.Stretch)
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._ask_menu)
        self.doubleClicked.connect(lambda index: self.opened.emit(self.files.file(index)))
        self.selectionModel().currentRowChanged.connect(self._report_chosen)
        self.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self._measure()
        self.files.modelAboutToBeReset.connect(self._keep_place)
        self.files.modelReset.connect(self._restore_place)
        self.files.dataChanged.connect(self._report_chosen)
        self.files.dataChanged.connect(self._share_width)
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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the selected file on Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and (row := self.selected()):
            self.opened.emit(row)
        else:
            super().keyPressEvent(event)

    def selected(self) -> FileLine | None:
        """Return the selected file."""
        index = self.currentIndex()
        return self.files.file(index) if index.isValid() else None

    def _keep_place(self) -> None:
        row = self.selected()
        self._kept = (row.id, self.verticalScrollBar().value()) if row else None

    def _restore_place(self) -> None:
        """Measure the columns, and select the file again that was selected."""
        self._share_width()
        if self._kept and (row := self.files.place_of(self._kept[0])) >= 0:
            self.selectRow(row)
            self.verticalScrollBar().setValue(self._kept[1])
        self._report_chosen()

    def _report_chosen(self) -> None:
        self.chosen.emit(self.selected())

    def _ask_menu(self, place: QPoint) -> None:
        if (row := self.selected()) is not None:
            self.menu_wanted.emit(row, self.viewport().mapToGlobal(place))

    def _measure(self) -> None:
        words, titles = QFontMetrics(sized_font(BODY)), QFontMetrics(sized_font(SMALL, bold=True))
        self.verticalHeader().setDefaultSectionSize(words.height() + UNIT + 6)
        self.horizontalHeader().setFixedHeight(titles.height() + 2 * UNIT + 4)
        self.setColumnWidth(1, words.horizontalAdvance(tr(_WIDEST_STATE)) + zoomed(6 * UNIT))
        for column in (2, 3):
            self.setColumnWidth(column, titles.horizontalAdvance(tr(_WIDEST_TITLE)) + 2 * UNIT)
        self._share_width()

    def _share_width(self) -> None:
        """Give names the room that they need, and notes the rest; where that is too little for both, each gets half."""
        free = self.viewport().width() - sum(self.columnWidth(column) for column in (1, *NUMBERS))
        names, notes = self._needed(0, sized_font(BODY)), self._needed(4, sized_font(SMALL * 1.07))
        if not self.files.listing.folded_reasons:
            self.setColumnWidth(0, free - self.columnWidth(2))
        else:
            self.setColumnWidth(0, min(names, max(free - notes, int(_FILE_SHARE * free))))

    def _needed(self, column: int, font: QFont) -> int:
        """Return the pixels that the first rows of a column need."""
        metrics, rows = QFontMetrics(font), min(self.files.rowCount(), _MEASURED_ROWS)
        texts = (str(self.files.index(row, column).data()) for row in range(rows))
        return max((metrics.horizontalAdvance(text) for text in texts), default=0) + 3 * UNIT


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
        side = Qt.AlignmentFlag.AlignRight if section in NUMBERS else Qt.AlignmentFlag.AlignLeft
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
            painter.setBrush(QColor(getattr(shades, INKS[self._view.files.file(index).state])))
            dot = zoomed(7)
            painter.drawEllipse(QRectF(area.left(), area.center().y() - dot // 2, dot, dot))
            area = area.adjusted(zoomed(2 * UNIT), 0, 0, 0)
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
        side = Qt.AlignmentFlag.AlignRight if index.column() in NUMBERS else Qt.AlignmentFlag.AlignLeft
        painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter, words)

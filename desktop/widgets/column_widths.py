"""Columns as wide as their words need at any zoom: side by side, and one to read."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSplitter, QSplitterHandle, QWidget

from desktop.widgets.theme import READING_WIDTH, colours, zoomed


class ReadingColumn(QWidget):
    """At most as wide as a line that reads well."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaximumWidth(zoomed(READING_WIDTH))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the zoom."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.setMaximumWidth(zoomed(READING_WIDTH))


class HairlineSplitter(QSplitter):
    """Columns with a hairline between them."""

    def __init__(self) -> None:
        super().__init__()
        self.setHandleWidth(1)
        self._least: dict[QWidget, int] = {}

    def add(self, column: QWidget, least_px: int) -> None:
        """Add a column. `least_px`: its width at the least, at the system's font size."""
        self._least[column] = least_px
        self.addWidget(column)
        self.setCollapsible(self.indexOf(column), False)
        self._measure()

    def createHandle(self) -> QSplitterHandle:
        """Return a hairline."""
        return _Hairline(self.orientation(), self)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the zoom."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._measure()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the columns become narrower in a narrow window."""
        self._measure()
        super().resizeEvent(event)

    def _measure(self) -> None:
        widest = sum(sorted(self._least.values())[-2:])  # two columns side by side fit every window
        for column, least_px in self._least.items():
            column.setMinimumWidth(max(least_px, min(zoomed(least_px), self.width() * least_px // max(1, widest))))


class _Hairline(QSplitterHandle):
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), colours(self.palette()).border)

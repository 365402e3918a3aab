"""The window's columns: the page's surface, and between columns a hairline that can be moved."""

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSplitter, QSplitterHandle, QWidget

from desktop.theme import colours


class PageSurface(QWidget):
    """The surface that pages stand on."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Fill it."""
        QPainter(self).fillRect(self.rect(), colours(self.palette()).base)


class HairlineSplitter(QSplitter):
    """Columns side by side."""

    def __init__(self) -> None:
        super().__init__()
        self.setHandleWidth(1)

    def createHandle(self) -> QSplitterHandle:
        """A hairline."""
        return _Hairline(self.orientation(), self)


class _Hairline(QSplitterHandle):
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), colours(self.palette()).border)

"""A link of a text, as something that the keyboard and screen readers can come to. The mouse goes through it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QAccessible, QColor, QKeyEvent, QPainter, QPaintEvent, QPen, QTextCursor, QTextDocument
from PySide6.QtWidgets import QTextBrowser, QWidget

from desktop.widgets.theme import colours

Span = tuple[int, int, str]  # first position in the document, the one after the last, address
_EDGE_PX = 2  # of the frame around the words


class LinkStop(QWidget):
    """Lies over the words of a link and is pressed by Enter or Space."""

    accessible_role = QAccessible.Role.Link
    clicked = Signal(str)  # address

    def __init__(self, text: QTextBrowser, span: Span, name: str) -> None:
        super().__init__(text)
        self._text, self.span = text, span
        self.setAccessibleName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.place()
        self.show()

    def click(self) -> None:
        """Follow the link."""
        self.clicked.emit(self.span[2])

    def place(self) -> None:
        """Lie over the words, or the part of them that stands in the first line."""
        cursor = QTextCursor(self._text.document())
        cursor.setPosition(self.span[0])
        first = self._text.cursorRect(cursor)
        cursor.setPosition(self.span[1])
        last = self._text.cursorRect(cursor)
        right = last.left() if last.top() == first.top() else self._text.viewport().width()
        corner = first.topLeft() + self._text.viewport().pos() - QPoint(_EDGE_PX, 0)
        self.setGeometry(corner.x(), corner.y(), right - first.left() + 2 * _EDGE_PX, first.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Follow the link on Enter and Space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.click()
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a frame while the keyboard is here."""
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(colours(self.palette()).accent), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 3, 3)


def links_in(document: QTextDocument) -> list[tuple[Span, str]]:
    """Return where the links of a document are, and their words, in order."""
    found: list[tuple[Span, str]] = []
    block = document.begin()
    while block.isValid():
        place = block.begin()
        while not place.atEnd():
            fragment, address = place.fragment(), place.fragment().charFormat().anchorHref()
            start, end = fragment.position(), fragment.position() + fragment.length()
            if address and found and found[-1][0][1:] == (start, address):
                found[-1] = ((found[-1][0][0], end, address), found[-1][1] + fragment.text())
            elif address:
                found.append(((start, end, address), fragment.text()))
            place += 1
        block = block.next()
    return found

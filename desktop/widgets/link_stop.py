"""Links of a text, as something that the keyboard and screen readers can come to. The mouse goes through them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTextCursor,
    QTextDocument,
)
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


class LinkedText(QTextBrowser):
    """A text whose links are made into stops when they are first asked for: a long chat has thousands."""

    link_clicked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name: Callable[[str, str], str] | None = None
        self._stops: list[LinkStop] = []

    def name_links(self, name: Callable[[str, str], str]) -> None:
        """Allow stops. `name`: of an address and its words, for screen readers."""
        self.forget_links()
        self._name = name
        if QAccessible.isActive():
            self.make_links()

    def make_links(self) -> None:
        """Make a stop of each link, if that is allowed and not done yet."""
        if self._name is None or self._stops:
            return
        for span, words in links_in(self.document()):
            stop = LinkStop(self, span, self._name(span[2], words))
            stop.clicked.connect(self.link_clicked)
            self._stops.append(stop)

    def forget_links(self) -> None:
        """Take the stops away, as the text is about to change."""
        for stop in self._stops:
            stop.hide()
            stop.deleteLater()
        self._name, self._stops = None, []

    def place_links(self) -> None:
        """Put the stops over their words again."""
        for stop in self._stops:
            stop.place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the stops in place."""
        super().resizeEvent(event)
        self.place_links()


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

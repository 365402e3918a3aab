"""What a person sees of a widget: its words, its buttons by their names, its colours."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QHoverEvent, Qt as GuiQt, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget


def texts(widget: QWidget) -> list[str]:
    """Every label's words that are shown, in the order of creation."""
    return [label.text() for label in widget.findChildren(QLabel) if label.text() and label.isVisibleTo(widget)]


def button(widget: QWidget, name: str) -> QAbstractButton:
    """The one button of this accessible name."""
    (found,) = (each for each in widget.findChildren(QAbstractButton) if each.accessibleName() == name)
    return found


def colour_at(widget: QWidget, x: int, y: int) -> str:
    """The colour that is painted there, as `#rrggbb`."""
    return widget.grab().toImage().pixelColor(x, y).name()


def colours_in(widget: QWidget) -> set[str]:
    """Every colour that is painted."""
    image = widget.grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def drag_over(widget: QWidget, data: QMimeData) -> bool:
    """Whether something in the window takes what is dragged over this widget."""
    none = Qt.KeyboardModifier.NoModifier
    event = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, none)
    event.ignore()
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def files(*addresses: str) -> QMimeData:
    """What a file manager or a browser hands over: addresses, and the same as text."""
    data = QMimeData()
    data.setUrls([QUrl(address) for address in addresses])
    data.setText("\n".join(addresses))
    return data


def hover(widget: QWidget, kind: QEvent.Type) -> None:
    """Have the pointer come over the widget, or leave it."""
    place = QPointF(widget.rect().center())
    QApplication.sendEvent(widget, QHoverEvent(kind, place, place, QPointF(-1, -1)))


def shown_tooltip(tooltip: str) -> str:
    """The words that Qt shows for it: what looks like HTML to Qt is laid out as HTML."""
    if not GuiQt.mightBeRichText(tooltip):
        return tooltip
    document = QTextDocument()
    document.setHtml(tooltip)
    return document.toPlainText()


def press(widget: QWidget, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key and let it go."""
    QTest.keyClick(widget, key, modifiers)


def write(widget: QWidget, text: str) -> None:
    """Type a text, key by key."""
    QTest.keyClicks(widget, text)


def click(widget: QWidget, place: QPoint | None = None, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
    """Click in the middle of a widget, or at a place in it."""
    QTest.mouseClick(widget, button, pos=place or widget.rect().center())


def settle() -> None:
    """Let layouts and timers of no time do what they are about to; a layout may ask for another."""
    for _ in range(5):
        QApplication.processEvents()

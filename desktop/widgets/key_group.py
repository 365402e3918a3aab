"""A group of widgets that is one stop of the Tab key. The left and right arrows go through what is inside."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QAccessible, QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QScrollArea, QWidget

from desktop.widgets.link_stop import LinkedText, LinkStop
from desktop.widgets.theme import RADIUS, colours

STEPS = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}


class KeyGroup(QWidget):
    """Holds links and buttons, and says its name to screen readers."""

    accessible_role = QAccessible.Role.Grouping

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def keep_inside(self) -> None:
        """Have the Tab key pass by every button that is here now."""
        for button in self.findChildren(QAbstractButton):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def stops(self) -> list[QWidget]:
        """Return the links and buttons that can be pressed, in the order in which they are read."""
        for text in self.findChildren(LinkedText):
            text.make_links()
        kinds = (LinkStop, QAbstractButton)
        inside: list[QWidget] = [each for kind in kinds for each in self.findChildren(kind)]
        usable = [each for each in inside if each.isEnabled() and each.isVisibleTo(self)]
        return sorted(usable, key=self._place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the next link or button, to the first or last one, or on Esc back to the whole."""
        stops = self.stops()
        at = next((at for at, stop in enumerate(stops) if stop.hasFocus()), -1)
        key = Qt.Key(event.key())
        if key in STEPS and stops:
            _go_to(stops[max(0, min(len(stops) - 1, at + STEPS[key]))])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and stops:
            _go_to(stops[0 if key == Qt.Key.Key_Home else -1])
        elif key == Qt.Key.Key_Escape and at >= 0:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the frame."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the frame away."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a frame while the whole has the focus."""
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(colours(self.palette()).accent), 1.5))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS, RADIUS)

    def _place(self, stop: QWidget) -> tuple[int, int]:
        place = stop.mapTo(self, QPoint())
        return place.y() + stop.height() // 2, place.x()


def _go_to(stop: QWidget) -> None:
    stop.setFocus(Qt.FocusReason.TabFocusReason)
    above = stop.parentWidget()
    while above is not None and not isinstance(above, QScrollArea):
        above = above.parentWidget()
    if above is not None:
        above.ensureWidgetVisible(stop)

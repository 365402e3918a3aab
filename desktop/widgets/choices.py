"""A switch, and a button that shows what is chosen and opens a menu of the choices."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QMenu, QSizePolicy, QWidget

from desktop.language import tr
from desktop.widgets.buttons import TextButton
from desktop.widgets.theme import UNIT, colours, zoomed


class Switch(QCheckBox):
    """A check box that looks like a switch. It has no text of its own; screen readers read the name."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return a track twice as wide as high."""
        return QSize(zoomed(40), zoomed(22))

    def hitButton(self, place: object) -> bool:
        """Return True: a click anywhere switches."""
        return True

    def changeEvent(self, event: QEvent) -> None:
        """Grow with the font."""
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the track and the thumb."""
        painter, shades = QPainter(self), colours(self.palette())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(1.0 if self.isEnabled() else 0.4)
        track = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        is_on, radius = self.isChecked(), track.height() / 2
        painter.setPen(QPen(QColor(shades.text if self.hasFocus() else shades.accent if is_on else shades.edge), 1.5))
        painter.setBrush(QColor(shades.accent if is_on else shades.base))
        painter.drawRoundedRect(track, radius, radius)
        side = track.height() - 6
        left = track.right() - 3 - side if is_on else track.left() + 3
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(shades.on_accent if is_on else shades.muted))
        painter.drawEllipse(QRectF(left, track.top() + 3, side, side))


class MenuButton(TextButton):
    """Shows the choice, or several, and opens a menu of all of them.

    `choices`: values and their labels. `several`: any number may be chosen; the menu then checks them one by one.
    """

    picked = Signal(object)  # the value, or a tuple of values

    def __init__(
        self, name: str, choices: Sequence[tuple[object, str]], *, several: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__("", "", parent=parent)
        self._name, self._several = name, several
        self._choices = tuple(choices)
        self._chosen: tuple[object, ...] = ()
        self.clicked.connect(self.open_menu)
        self.show_choice(())

    def show_choice(self, chosen: Sequence[object]) -> None:
        """Show these values as chosen."""
        self._chosen = tuple(chosen)
        labels = [label for value, label in self._choices if value in self._chosen]
        self.relabel(f"{', '.join(labels) or tr('None' if self._several else 'Choose…')}  ▾")
        self.setAccessibleName(f"{self._name}: {', '.join(labels)}")

    def open_menu(self) -> QMenu:
        """Open the menu below the button."""
        menu = QMenu(self)
        menu.setAccessibleName(self._name)
        for value, label in self._choices:
            action = menu.addAction(label)
            action.setCheckable(True)
            action.setChecked(value in self._chosen)
            action.triggered.connect(partial(self._pick, value))
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))
        return menu

    def _pick(self, value: object, checked: bool = True) -> None:
        if not self._several:
            self.picked.emit(value)
            return
        others = [each for each, _ in self._choices if each in self._chosen and each != value]
        self.picked.emit(tuple([*others, value] if checked else others))

    def sizeHint(self) -> QSize:
        """Return room for the choice, up to a comfortable width."""
        hint = super().sizeHint()
        return QSize(min(hint.width(), zoomed(32 * UNIT)), hint.height())

    def minimumSizeHint(self) -> QSize:
        """Return the width that a long choice is cut to."""
        return QSize(min(self.sizeHint().width(), zoomed(16 * UNIT)), self.sizeHint().height())

"""Small buttons in the composer's foot that show a choice and offer the others."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from assistant.visible_text import visible_line
from desktop.widgets.buttons import TextButton
from desktop.widgets.labels import plain_tooltip
from desktop.widgets.theme import UNIT, colours, zoomed


class Chip(TextButton):
    """Shows what is chosen; a choice that differs from the usual one is set off."""

    def __init__(self, name: str, icon: str, parent: QWidget | None = None) -> None:
        super().__init__("", icon, kind="quiet", parent=parent)
        self._name, self._is_unusual = name, False

    def show_choice(self, words: str, is_unusual: bool) -> None:
        """Show the choice."""
        self._is_unusual = is_unusual
        self.relabel(f"{words} ▾")
        self.setAccessibleName(f"{self._name}: {visible_line(words)}")
        self.setToolTip(plain_tooltip(f"{self._name}: {words}"))
        self.updateGeometry()

    def _colours(self) -> tuple[str | None, str | None, str]:
        if not self._is_unusual:
            return super()._colours()
        shades = colours(self.palette())
        return self._lit((shades.accent_soft, shades.hover, shades.border)), None, shades.accent

    def sizeHint(self) -> QSize:
        """Return room for the choice, up to a width that leaves some for others."""
        hint = super().sizeHint()
        return QSize(min(hint.width(), zoomed(26 * UNIT)), hint.height())


class MenuChip(Chip):
    """A chip with a menu, which opens above it."""

    def __init__(self, name: str, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(name, icon, parent)
        self.menu: QMenu | None = None
        self.clicked.connect(self.open_menu)

    def open_menu(self) -> None:
        """Open the menu, which `fill` fills."""
        if self.menu is not None:
            self.menu.deleteLater()
        self.menu = QMenu(self)
        self.menu.setAccessibleName(self._name)
        self.menu.setToolTipsVisible(True)
        self.fill(self.menu)
        self.menu.popup(self.mapToGlobal(QPoint(0, -self.menu.sizeHint().height())))

    def fill(self, menu: QMenu) -> None:
        """Add the choices to the menu."""
        raise NotImplementedError


def checked(menu: QMenu, words: str, on: bool, about: str = "") -> QAction:
    """Add an entry that can be checked; an ampersand in its words is shown."""
    action = menu.addAction(visible_line(words).replace("&", "&&"))
    action.setCheckable(True)
    action.setChecked(on)
    action.setToolTip(plain_tooltip(about))
    return action

"""The bar over the page: what is shown below it, what writes the answers, and the buttons of both sides."""

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.models.model_menu import ModelMenu
from desktop.widgets.buttons import IconButton
from desktop.widgets.labels import ElidedLabel
from desktop.widgets.theme import UNIT

NO_TITLE = "New chat"


class TitleBar(QWidget):
    """A title, and the buttons around it."""

    sidebar_wanted = Signal()
    panel_wanted = Signal()
    menu_wanted = Signal()

    def __init__(self, model_menu: ModelMenu, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = ElidedLabel(NO_TITLE, bold=True)
        self._more = IconButton("more", "Menu (F10)")
        sidebar = IconButton("sidebar", "Show or hide the sidebar (F9)")
        panel = IconButton("panel", "Sources and performance (F8)")
        row = QHBoxLayout(self)
        row.setContentsMargins(UNIT, UNIT, UNIT, UNIT)
        row.setSpacing(UNIT // 2)
        row.addWidget(sidebar)
        row.addSpacing(UNIT // 2)
        row.addWidget(self._title, 1)
        for widget in (model_menu, panel, self._more):
            row.addWidget(widget)
        sidebar.clicked.connect(self.sidebar_wanted)
        panel.clicked.connect(self.panel_wanted)
        self._more.clicked.connect(self.menu_wanted)

    @property
    def title(self) -> str:
        """What is shown as the conversation's title."""
        return self._title.text()

    def show_title(self, title: str) -> None:
        """Name the conversation; an empty one is a new chat."""
        self._title.setText(title or NO_TITLE)

    def menu_corner(self) -> QPoint:
        """Where the menu hangs, on the screen."""
        return self._more.mapToGlobal(self._more.rect().bottomLeft())

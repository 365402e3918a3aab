"""A small bar above other programs: a question typed there opens the window with its answer."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.language import mark, tr
from desktop.widgets.fields import TextField
from desktop.widgets.labels import Label, Surface
from desktop.widgets.theme import SMALL, UNIT, zoomed

WIDTH = 560  # px
HINT = mark("Enter asks in a new chat. Esc closes.")


class AskBar(QWidget):
    """A field in the upper third of the screen. It hides when it is done or loses the focus."""

    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__(None, Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setWindowTitle(tr("Ask Carrel"))
        self.field = TextField(tr("Ask your files"), "search")
        surface = Surface("base", "edge", radius=14)
        inside = QVBoxLayout(surface)
        inside.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, UNIT)
        inside.addWidget(self.field)
        inside.addWidget(Label(tr(HINT), SMALL, ink="muted"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(surface)
        self.field.returnPressed.connect(self._ask)

    def open(self) -> None:
        """Show the bar, empty, on the screen where the pointer is."""
        self.field.clear()
        self.resize(zoomed(WIDTH), self.sizeHint().height())
        area = self.screen().availableGeometry()
        self.move(area.center().x() - self.width() // 2, area.top() + area.height() // 4)
        self.show()
        self.raise_()
        self.activateWindow()
        self.field.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def _ask(self) -> None:
        question = self.field.text().strip()
        if question:
            self.hide()
            self.asked.emit(question)

"""The window's frame. It paints the surfaces at once; what fills them is imported and built after the first paint."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QByteArray, QRectF, QSettings, QSize, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QMainWindow

from desktop.widgets.tab_order import go_on
from desktop.widgets.theme import READING_WIDTH, UNIT, Colours, colours

SIDEBAR_WIDTH = 34 * UNIT  # px at first
COMPOSER_HEIGHT = 52  # px of an empty one
FOOT_HEIGHT = 30  # px below the composer


class MainWindow(QMainWindow):
    """The frame: the surfaces of sidebar and page, and the outline of the question box."""

    painted = Signal()  # once, after the first paint
    closing = Signal()
    hidden_away = Signal()  # instead of being closed

    def __init__(self, memory: QSettings) -> None:
        super().__init__()
        self._memory = memory
        self._was_painted = False
        self.stays_hidden: Callable[[], bool] = lambda: False
        self.setWindowTitle("Carrel")
        screen = self.screen().availableSize()
        self.setMinimumSize(QSize(90 * UNIT, 60 * UNIT).boundedTo(screen))
        kept = memory.value("window/geometry")
        if not (isinstance(kept, QByteArray) and self.restoreGeometry(kept)):
            self.resize(QSize(1180, 780).boundedTo(screen))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the surfaces until the contents are there; report the first paint once it is over."""
        if self.centralWidget() is None:
            self._paint_surfaces(QPainter(self), colours(self.palette()))
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self, self.painted.emit)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Go on in the order of the layouts."""
        return go_on(self, forward=forward)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the geometry; then close, or hide in the tray if that was chosen."""
        self._memory.setValue("window/geometry", self.saveGeometry())
        self.closing.emit()
        if self.stays_hidden():
            self.hidden_away.emit()
        super().closeEvent(event)

    def _paint_surfaces(self, painter: QPainter, shades: Colours) -> None:
        side = sidebar_width(self._memory)
        painter.fillRect(self.rect(), QColor(shades.base))
        painter.fillRect(0, 0, side, self.height(), QColor(shades.window))
        painter.fillRect(side, 0, 1, self.height(), QColor(shades.border))
        width = min(READING_WIDTH, self.width() - side - 6 * UNIT)
        left = side + (self.width() - side - width) / 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(shades.edge))
        top = self.height() - COMPOSER_HEIGHT - FOOT_HEIGHT
        painter.drawRoundedRect(QRectF(left, top, width, COMPOSER_HEIGHT), 14, 14)


def sidebar_width(memory: QSettings) -> int:
    """Return the sidebar's width of last time in pixels; 0 when it was hidden."""
    kept = str(memory.value("window/sidebar"))
    return int(kept) if kept.isdecimal() else SIDEBAR_WIDTH

"""Text fields and a slim scroll bar: Qt's own, dressed in the palette."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QDragEnterEvent, QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QLineEdit, QScrollArea, QScrollBar, QStyleOptionSlider, QWidget

from desktop.widgets import icons
from desktop.widgets.theme import RADIUS, UNIT, colours


class TextField(QLineEdit):
    """One line in a rounded frame. Esc empties it."""

    def __init__(self, prompt: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(prompt)
        self.setAccessibleName(prompt)
        self.setFrame(False)
        self.setClearButtonEnabled(False)
        self.setTextMargins(UNIT, 0, UNIT, 0)
        clear = QPalette()
        clear.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)
        self.setPalette(clear)
        self.setAttribute(Qt.WidgetAttribute.WA_MacShowFocusRect, False)

    def sizeHint(self) -> QSize:
        """As wide as Qt likes, four units high at the least."""
        return super().sizeHint().expandedTo(QSize(0, max(4 * UNIT, self.fontMetrics().height() + 2 * UNIT)))

    def minimumSizeHint(self) -> QSize:
        """Keep the height."""
        return QSize(10 * UNIT, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc clears what was typed; a second one goes on to the window."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take text; files are for the window."""
        if event.mimeData().hasUrls():
            event.ignore()
        else:
            super().dragEnterEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rounded field, under Qt's own text."""
        painter, shades = QPainter(self), colours(self.palette())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(shades.accent if self.hasFocus() else shades.border), 1))
        painter.setBrush(QColor(shades.base))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS - 2, RADIUS - 2)
        self._paint_sign(painter, shades.muted)
        painter.end()
        super().paintEvent(event)

    def _paint_sign(self, painter: QPainter, shade: str) -> None:
        """Nothing stands before the words."""


class SearchField(TextField):
    """A field with a magnifying glass."""

    def __init__(self, prompt: str, parent: QWidget | None = None) -> None:
        super().__init__(prompt, parent)
        self.setTextMargins(UNIT * 7 // 2, 0, UNIT, 0)

    def _paint_sign(self, painter: QPainter, shade: str) -> None:
        glass = icons.pixmap("search", shade, 16, self.devicePixelRatioF())
        painter.drawPixmap(UNIT + 2, (self.height() - 16) // 2, glass)


class SlimScrollBar(QScrollBar):
    """A thumb without a trough, wide enough to catch."""

    def sizeHint(self) -> QSize:
        """Ten pixels across."""
        return QSize(10, 40) if self.orientation() == Qt.Orientation.Vertical else QSize(40, 10)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The thumb, darker under the pointer."""
        if self.maximum() <= self.minimum():
            return
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        style = self.style()
        thumb = style.subControlRect(
            style.ComplexControl.CC_ScrollBar, option, style.SubControl.SC_ScrollBarSlider, self
        )
        painter, shades = QPainter(self), colours(self.palette())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(shades.muted if self.underMouse() or self.isSliderDown() else shades.border))
        inset = (3, 2, -2, -2) if self.orientation() == Qt.Orientation.Vertical else (2, 3, -2, -2)
        painter.drawRoundedRect(QRectF(thumb).adjusted(*inset), 2.5, 2.5)


def slim_scrolling(area: QAbstractScrollArea) -> None:
    """Give a scroll area slim bars and no frame, and let what is behind it show through."""
    area.viewport().setAutoFillBackground(False)
    page = area.widget() if isinstance(area, QScrollArea) else None
    if page is not None:
        page.setAutoFillBackground(False)
    area.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
    area.setVerticalScrollBar(SlimScrollBar(Qt.Orientation.Vertical))
    area.setHorizontalScrollBar(SlimScrollBar(Qt.Orientation.Horizontal))

"""Text fields and a slim scroll bar in the colours of the palette."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QDragEnterEvent, QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QLineEdit, QScrollArea, QScrollBar, QStyleOptionSlider, QWidget

from desktop.widgets.buttons import icon_pixmap
from desktop.widgets.theme import RADIUS, UNIT, colours, zoomed


class TextField(QLineEdit):
    """One line in a rounded frame, with an icon if one is named. Esc clears it."""

    def __init__(self, prompt: str, icon: str = "") -> None:
        super().__init__()
        self._icon_name = icon
        self.setPlaceholderText(prompt)
        self.setAccessibleName(prompt)
        self.setFrame(False)
        self.setClearButtonEnabled(False)
        self._set_margins()
        clear = QPalette()
        clear.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)
        self.setPalette(clear)
        self.setAttribute(Qt.WidgetAttribute.WA_MacShowFocusRect, False)

    def sizeHint(self) -> QSize:
        """Return Qt's width, and a height of at least four units."""
        return super().sizeHint().expandedTo(QSize(0, max(4 * UNIT, self.fontMetrics().height() + 2 * UNIT)))

    def minimumSizeHint(self) -> QSize:
        """Return a narrow field of the same height."""
        return QSize(10 * UNIT, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Clear the text on Esc; a second Esc goes to the window."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Leave room for the icon, which grows with the font."""
        if event.type() == QEvent.Type.FontChange:
            self._set_margins()
        super().changeEvent(event)

    def _set_margins(self) -> None:
        self.setTextMargins(UNIT + zoomed(20) if self._icon_name else UNIT, 0, UNIT, 0)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept text; files are left to the window."""
        if event.mimeData().hasUrls():
            event.ignore()
        else:
            super().dragEnterEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rounded frame under Qt's text."""
        painter, shades = QPainter(self), colours(self.palette())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(shades.accent if self.hasFocus() else shades.edge), 1))
        painter.setBrush(QColor(shades.base))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS - 2, RADIUS - 2)
        if self._icon_name:
            side = zoomed(16)
            icon = icon_pixmap(self._icon_name, shades.muted, side, self.devicePixelRatioF())
            painter.drawPixmap(UNIT + 2, (self.height() - side) // 2, icon)
        painter.end()
        super().paintEvent(event)


class SearchField(TextField):
    """A field with a magnifying glass."""

    def __init__(self, prompt: str) -> None:
        super().__init__(prompt, "search")


class SlimScrollBar(QScrollBar):
    """A thumb without a trough, wide enough to grab."""

    def sizeHint(self) -> QSize:
        """Return a bar ten pixels thick, more where the text is larger."""
        thick = zoomed(10)
        return QSize(thick, 40) if self.orientation() == Qt.Orientation.Vertical else QSize(40, thick)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the thumb, darker under the pointer."""
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
    area.setCornerWidget(QWidget())  # else Qt paints a square between the bars
    area.setVerticalScrollBar(SlimScrollBar(Qt.Orientation.Vertical))
    area.setHorizontalScrollBar(SlimScrollBar(Qt.Orientation.Horizontal))

"""Labels that follow the zoom, and rounded surfaces to put them on."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from assistant.visible_text import visible, visible_line
from desktop.widgets.theme import BODY, RADIUS, colours, sized_font

INKS = {
    "text": QPalette.ColorRole.WindowText,
    "muted": QPalette.ColorRole.PlaceholderText,
    "accent": QPalette.ColorRole.Link,
    "base": QPalette.ColorRole.Base,
}


def plain_tooltip(text: str) -> str:
    """Return a tooltip that shows the text as it is; Qt would lay out what looks like HTML, and load its images."""
    text = visible(text)
    return f"<p style='white-space: pre-wrap'>{escape(text)}</p>" if "<" in text or "&" in text else text


def size_text(size_bytes: int) -> str:
    """Return a size as `1.2 GB`, `3.4 MB`, `5.6 kB` or `7 B`."""
    for unit, divisor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size_bytes >= divisor:
            return f"{size_bytes / divisor:.1f} {unit}"
    return f"{size_bytes} B"


class Label(QLabel):
    """Plain text, never HTML: file names and questions are shown as they are. `ink`: text, muted, accent or base."""

    def __init__(
        self,
        text: str = "",
        scale: float = BODY,
        *,
        bold: bool = False,
        ink: str = "text",
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._scale, self._bold = scale, bold
        self.setTextFormat(Qt.TextFormat.PlainText)
        Label.setText(self, text)
        self.setWordWrap(wrap)
        if wrap:
            self.setMinimumWidth(1)  # a long word must not widen its container
        self.setForegroundRole(INKS[ink])
        self.setFont(sized_font(scale, bold=bold))

    def setText(self, text: str) -> None:
        """Show another text; characters that would change how it is read are shown."""
        super().setText(visible(text))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the application's font size."""
        if event.type() == QEvent.Type.FontChange:
            self.setFont(sized_font(self._scale, bold=self._bold))
        super().changeEvent(event)


class FlagLabel(Label):
    """A warning, in the colour of warnings."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the words."""
        painter = QPainter(self)
        painter.setPen(QColor(colours(self.palette()).warning))
        painter.setFont(self.font())
        words = Qt.AlignmentFlag.AlignVCenter.value | Qt.TextFlag.TextWordWrap.value
        painter.drawText(self.rect(), words, self.text())


class ElidedLabel(Label):
    """One line, elided where it does not fit; the tooltip then shows all of it."""

    _about = ""

    def __init__(self, text: str = "", scale: float = BODY, *, bold: bool = False, ink: str = "text") -> None:
        super().__init__(visible_line(text), scale, bold=bold, ink=ink)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """Return no width, since all of the text may be elided."""
        return QSize(0, super().minimumSizeHint().height())

    def setText(self, text: str) -> None:
        """Show another line."""
        super().setText(visible_line(text))
        self._update_tooltip()

    def explain(self, about: str) -> None:
        """Set a tooltip that is always shown."""
        self._about = about
        self._update_tooltip()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Update the tooltip."""
        super().resizeEvent(event)
        self._update_tooltip()

    def changeEvent(self, event: QEvent) -> None:
        """Update the tooltip when the font changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._update_tooltip()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint as much of the text as fits."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)

    def _update_tooltip(self) -> None:
        hidden = self.fontMetrics().horizontalAdvance(self.text()) > self.width()
        self.setToolTip(plain_tooltip(self._about or (self.text() if hidden else "")))


class Surface(QFrame):
    """A rounded rectangle in a colour of the theme, with a hairline edge if one is named."""

    def __init__(self, fill: str = "card", edge: str = "", parent: QWidget | None = None, *, radius: int = RADIUS):
        super().__init__(parent)
        self._fill, self._edge, self._radius = fill, edge, radius

    def restyle(self, fill: str, edge: str = "") -> None:
        """Use other colours of the theme."""
        self._fill, self._edge = fill, edge
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the surface."""
        painter, shades = QPainter(self), colours(self.palette())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(getattr(shades, self._edge)), 1) if self._edge else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(shades, self._fill)) if self._fill else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), self._radius, self._radius)


class ClickCard(Surface):
    """A surface that works as a button: mouse, Enter and Space."""

    accessible_role = QAccessible.Role.Button
    clicked = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__("base", "border", parent)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def event(self, event: QEvent) -> bool:
        """Highlight the card while hovered or focused."""
        if event.type() in (QEvent.Type.HoverEnter, QEvent.Type.FocusIn):
            self.restyle("accent_soft" if event.type() == QEvent.Type.HoverEnter else "base", "accent")
        elif event.type() in (QEvent.Type.HoverLeave, QEvent.Type.FocusOut):
            self.restyle("base", "border")
        return super().event(event)

    def click(self) -> None:
        """Do what a click does."""
        self.clicked.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Click when the left button is released over the card."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.click()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Click on Enter and Space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.click()
        else:
            super().keyPressEvent(event)


class Divider(QWidget):
    """A hairline."""

    def __init__(self, parent: QWidget | None = None, *, vertical: bool = False) -> None:
        super().__init__(parent)
        if vertical:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)

    def sizeHint(self) -> QSize:
        """Return one pixel."""
        return QSize(1, 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line."""
        QPainter(self).fillRect(self.rect(), QColor(colours(self.palette()).border))

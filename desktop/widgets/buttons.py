"""Buttons with an icon, with text, and the round one that sends."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QEnterEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPixmapCache,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from assistant.visible_text import visible_line
from desktop.widgets.labels import plain_tooltip
from desktop.widgets.theme import BODY, RADIUS, SMALL, UNIT, colours, sized_font, zoomed

ICONS = Path(__file__).parents[1] / "icons"


def icon_pixmap(name: str, colour: QColor | str, size: int, pixel_ratio: float = 1.0) -> QPixmap:
    """Return an icon of `icons/*.svg` in one colour, `size` logical pixels wide and high."""
    shade = QColor(colour).name()
    key = f"carrel/{name}/{shade}/{size}/{pixel_ratio}"
    pixmap = QPixmap()
    if QPixmapCache.find(key, pixmap):
        return pixmap
    drawing = (ICONS / f"{name}.svg").read_text("utf-8").replace("currentColor", shade)
    pixmap = QPixmap(QSize(size, size) * pixel_ratio)
    pixmap.setDevicePixelRatio(pixel_ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    QPixmapCache.insert(key, pixmap)
    return pixmap


class _Button(QAbstractButton):
    """Hover, press and focus, painted from the palette. Only the keyboard gives focus, so a click leaves no ring."""

    accessible_role: QAccessible.Role | None = None  # for screen readers, if it is another than Qt would say

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Be pressed by Enter and Space. The arrow keys are for the group around it, if Tab passes by the button."""
        in_group = not self.focusPolicy() & Qt.FocusPolicy.TabFocus and self.group() is None
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif in_group and event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Take the new font size and colours."""
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()
        self.update()
        super().changeEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Repaint under the pointer."""
        self.update()
        super().enterEvent(event)

    def _paint_surface(self, painter: QPainter, fill: str | None, edge: str | None, radius: float) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(edge), 1) if edge else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(fill) if fill else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours(self.palette()).accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)

    def _lit(self, shades: tuple[str, str, str]) -> str | None:
        """Return the shade of (at rest, under the pointer, pressed) that applies; empty means none."""
        at = 2 if self.isDown() else 1 if self.underMouse() and self.isEnabled() else 0
        return shades[at] or None


class IconButton(_Button):
    """An icon. Its name is read by screen readers and shown as a tooltip."""

    def __init__(self, icon: str, name: str, parent: QWidget | None = None, *, size: int = 32) -> None:
        super().__init__(parent)
        self._icon_name = icon
        self._size = size
        self.rename(name)

    def rename(self, name: str, icon: str | None = None) -> None:
        """Change the name, and the icon if one is given."""
        self.setAccessibleName(visible_line(name))
        self.setToolTip(plain_tooltip(name))
        self._icon_name = icon or self._icon_name
        self.update()

    def sizeHint(self) -> QSize:
        """Return a square."""
        return QSize(zoomed(self._size), zoomed(self._size))

    def minimumSizeHint(self) -> QSize:
        """Return the same square."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the icon, on a rounded square while hovered or checked."""
        shades, painter = colours(self.palette()), QPainter(self)
        rest = shades.hover if self.isChecked() else ""
        self._paint_surface(painter, self._lit((rest, shades.hover, shades.border)), None, RADIUS - 2)
        tint = shades.text if self.underMouse() or self.isChecked() else shades.muted
        painter.setOpacity(1.0 if self.isEnabled() else 0.4)
        side = zoomed(18 if self._size >= 28 else 16)
        drawn = icon_pixmap(self._icon_name, tint, side, self.devicePixelRatioF())
        painter.drawPixmap((self.width() - side) // 2, (self.height() - side) // 2, drawn)


class RoundButton(IconButton):
    """The filled button that sends, and becomes Stop."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the icon on a circle in the accent colour."""
        shades, painter = colours(self.palette()), QPainter(self)
        usable = self.isEnabled()
        fill = shades.accent if usable else shades.border
        painter.setOpacity(0.86 if self.underMouse() and usable else 1.0)
        self._paint_surface(painter, fill, None, self.height() / 2)
        tint = shades.on_accent if usable else shades.muted
        side = zoomed(18)
        drawn = icon_pixmap(self._icon_name, tint, side, self.devicePixelRatioF())
        painter.drawPixmap((self.width() - side) // 2, (self.height() - side) // 2, drawn)
        if self.hasFocus():
            painter.setPen(QPen(QColor(shades.on_accent), 2))
            painter.drawEllipse(QRectF(self.rect()).adjusted(3, 3, -3, -3))


class TextButton(_Button):
    """Text, after an icon if one is named. `primary` is filled, `quiet` has no border."""

    def __init__(self, text: str, icon: str = "", *, kind: str = "plain", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name, self._kind = icon, kind
        self._set_text(text)
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def relabel(self, text: str, icon: str | None = None) -> None:
        """Change the text, and the icon if one is given."""
        self._icon_name = self._icon_name if icon is None else icon
        self._set_text(text)
        self.setAccessibleName(text)
        self.updateGeometry()

    def restyle(self, kind: str) -> None:
        """Change how much the button stands out."""
        self._kind = kind
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for text, icon and padding."""
        quiet, metrics = self._kind == "quiet", QFontMetrics(self._label_font())
        width = metrics.horizontalAdvance(self.text()) + 2 + (2 if quiet else 3) * UNIT  # 2: the advance is rounded
        return QSize(
            width + (zoomed(22) if self._icon_name else 0), metrics.height() + (UNIT if quiet else UNIT * 3 // 2)
        )

    def minimumSizeHint(self) -> QSize:
        """Return the same, so that the text is never cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the surface, the icon and the text, elided if there is no room."""
        shades, painter = colours(self.palette()), QPainter(self)
        fill, edge, ink = self._colours()
        self._paint_surface(painter, fill, edge, RADIUS - 2)
        painter.setOpacity(1.0 if self.isEnabled() else 0.5)
        left = (3 if self._kind != "quiet" else 2) * UNIT // 2
        if self._icon_name:
            side = zoomed(16)
            drawn = icon_pixmap(self._icon_name, ink, side, self.devicePixelRatioF())
            painter.drawPixmap(left, (self.height() - side) // 2, drawn)
            left += zoomed(22)
        painter.setFont(self._label_font())
        painter.setPen(QColor(ink or shades.text))
        room = self.width() - left - UNIT
        text = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(QRectF(left, 0, room, self.height()), Qt.AlignmentFlag.AlignVCenter, text)

    def _set_text(self, text: str) -> None:
        self.setText(visible_line(text))
        self.setShortcut(QKeySequence())  # an ampersand in a name must not become a shortcut

    def _colours(self) -> tuple[str | None, str | None, str]:
        shades = colours(self.palette())
        if self._kind == "primary" and not self.isEnabled():
            return shades.border, None, shades.text
        if self._kind == "primary":
            return shades.accent, None, shades.on_accent
        chosen = self.isChecked()
        rest = shades.accent_soft if chosen else ("" if self._kind == "quiet" else shades.base)
        fill = self._lit((rest, shades.hover, shades.border))
        edge = None if self._kind == "quiet" else shades.border
        ink = shades.accent if chosen else shades.muted if self._kind == "quiet" else shades.text
        return fill, edge, ink

    def _label_font(self) -> QFont:
        return sized_font(SMALL * 1.07 if self._kind == "quiet" else BODY)

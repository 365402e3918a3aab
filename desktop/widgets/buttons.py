"""Buttons: icons that light up under the pointer, and words with one accent."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QFont, QFontMetrics, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop.widgets import icons
from desktop.widgets.labels import plain_tooltip
from desktop.widgets.theme import BODY, RADIUS, SMALL, UNIT, colours, sized_font


class _Button(QAbstractButton):
    """Hover, press and focus, painted from the palette. Focus comes by keyboard only, so a click leaves no ring."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

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
        """The shade for (at rest, under the pointer, pressed); empty means none."""
        at = 2 if self.isDown() else 1 if self.underMouse() and self.isEnabled() else 0
        return shades[at] or None


class IconButton(_Button):
    """An icon alone; its name is read by screen readers and shown as a tooltip."""

    def __init__(self, icon: str, name: str, parent: QWidget | None = None, *, size: int = 32) -> None:
        super().__init__(parent)
        self._icon_name = icon
        self._size = size
        self.rename(name)

    def rename(self, name: str, icon: str | None = None) -> None:
        """Say and show something else from now on."""
        self.setAccessibleName(name)
        self.setToolTip(plain_tooltip(name))
        self._icon_name = icon or self._icon_name
        self.update()

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(self._size, self._size)

    def minimumSizeHint(self) -> QSize:
        """Never smaller than the square."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A rounded square behind the icon when the pointer is over it or it is checked."""
        shades, painter = colours(self.palette()), QPainter(self)
        rest = shades.hover if self.isChecked() else ""
        self._paint_surface(painter, self._lit((rest, shades.hover, shades.border)), None, RADIUS - 2)
        tint = shades.text if self.underMouse() or self.isChecked() else shades.muted
        painter.setOpacity(1.0 if self.isEnabled() else 0.4)
        side = 18 if self._size >= 28 else 16
        drawn = icons.pixmap(self._icon_name, tint, side, self.devicePixelRatioF())
        painter.drawPixmap((self.width() - side) // 2, (self.height() - side) // 2, drawn)


class RoundButton(IconButton):
    """The one filled button: it sends, and becomes Stop in the same place."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """A filled circle in the accent colour."""
        shades, painter = colours(self.palette()), QPainter(self)
        usable = self.isEnabled()
        fill = shades.accent if usable else shades.border
        painter.setOpacity(0.86 if self.underMouse() and usable else 1.0)
        self._paint_surface(painter, fill, None, self.height() / 2)
        tint = shades.on_accent if usable else shades.muted
        drawn = icons.pixmap(self._icon_name, tint, 18, self.devicePixelRatioF())
        painter.drawPixmap((self.width() - 18) // 2, (self.height() - 18) // 2, drawn)
        if self.hasFocus():
            painter.setPen(QPen(QColor(shades.on_accent), 2))
            painter.drawEllipse(QRectF(self.rect()).adjusted(3, 3, -3, -3))


class TextButton(_Button):
    """Words, with an icon before them if one is named. `primary` is filled, `quiet` has no border."""

    def __init__(self, text: str, icon: str = "", *, kind: str = "plain", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name, self._kind = icon, kind
        self._write(text)
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def relabel(self, text: str, icon: str | None = None) -> None:
        """Show other words, and another icon if one is named."""
        self._icon_name = self._icon_name if icon is None else icon
        self._write(text)
        self.setAccessibleName(text)
        self.updateGeometry()

    def restyle(self, kind: str) -> None:
        """Stand out more, or less."""
        self._kind = kind
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Room for the words, the icon and the padding."""
        font = self._label_font()
        width = _text_width(font, self.text()) + (3 if self._kind != "quiet" else 2) * UNIT
        return QSize(width + (22 if self._icon_name else 0), self._height())

    def minimumSizeHint(self) -> QSize:
        """The whole of its words."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The surface, then the icon and the words, elided if there is no room."""
        shades, painter = colours(self.palette()), QPainter(self)
        fill, edge, ink = self._colours()
        self._paint_surface(painter, fill, edge, RADIUS - 2)
        painter.setOpacity(1.0 if self.isEnabled() else 0.5)
        left = (3 if self._kind != "quiet" else 2) * UNIT // 2
        if self._icon_name:
            drawn = icons.pixmap(self._icon_name, ink, 16, self.devicePixelRatioF())
            painter.drawPixmap(left, (self.height() - 16) // 2, drawn)
            left += 22
        painter.setFont(self._label_font())
        painter.setPen(QColor(ink or shades.text))
        room = self.width() - left - UNIT
        words = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(QRectF(left, 0, room, self.height()), Qt.AlignmentFlag.AlignVCenter, words)

    def _write(self, text: str) -> None:
        self.setText(text)
        self.setShortcut(QKeySequence())  # an ampersand in a name is no key

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

    def _height(self) -> int:
        return QFontMetrics(self._label_font()).height() + (UNIT if self._kind == "quiet" else UNIT * 3 // 2)


def _text_width(font: QFont, text: str) -> int:
    return QFontMetrics(font).horizontalAdvance(text) + 2  # the advance is rounded; cutting words is not

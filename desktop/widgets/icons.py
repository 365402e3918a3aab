"""Carrel's own line icons, drawn from `icons/*.svg` in a colour of the palette."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QPixmapCache

_FOLDER = Path(__file__).parents[1] / "icons"


def pixmap(name: str, colour: QColor | str, size: int, pixel_ratio: float = 1.0) -> QPixmap:
    """The icon in one colour, `size` logical pixels wide and high."""
    shade = QColor(colour).name()
    key = f"carrel/{name}/{shade}/{size}/{pixel_ratio}"
    found = QPixmap()
    if QPixmapCache.find(key, found):
        return found
    drawn = _render(name, shade, size, pixel_ratio)
    QPixmapCache.insert(key, drawn)
    return drawn


def icon(name: str, colour: QColor | str, size: int = 20) -> QIcon:
    """The icon for a menu or a list, sharp on screens of up to twice the density."""
    made = QIcon()
    for ratio in (1.0, 2.0):
        made.addPixmap(pixmap(name, colour, size, ratio))
    return made


def _render(name: str, shade: str, size: int, pixel_ratio: float) -> QPixmap:
    from PySide6.QtSvg import QSvgRenderer

    drawing = (_FOLDER / f"{name}.svg").read_text("utf-8").replace("currentColor", shade)
    canvas = QPixmap(QSize(size, size) * pixel_ratio)
    canvas.setDevicePixelRatio(pixel_ratio)
    canvas.fill(Qt.GlobalColor.transparent)
    painter = QPainter(canvas)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return canvas

"""A page of a file as a picture, with marks on it: zoom, fit to width, and the pages before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.language import tr, tr_count
from desktop.widgets.buttons import IconButton
from desktop.widgets.fields import slim_scrolling
from desktop.widgets.labels import Divider, Label
from desktop.widgets.theme import LIGHT, SMALL, UNIT

if TYPE_CHECKING:
    from knowledge import PagePicture

ZOOMS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0)  # of the view's width
MOST_OF_TEXT = 1.7  # the zoom that a new page is shown with at most, so that its text is as wide as the view
TEXT_MARGIN = 0.02  # of the page's width, beside its text
SHARPEN_MS = 120  # after the last change of size, until the page is drawn anew
_FORMATS = {1: QImage.Format.Format_Grayscale8, 3: QImage.Format.Format_BGR888, 4: QImage.Format.Format_RGB32}


class PageView(QWidget):
    """Shows one page at a time, and asks for others."""

    wanted = Signal(int, int)  # page from 1, width in pixels of the screen

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.page, self.pages, self.zoom = 1, 1, 1.0
        self._chosen = False  # the zoom, by the person
        self.canvas = PageCanvas()
        self.area = _PageArea(self.canvas)
        self.area.turned.connect(self.turn)
        self.area.zoomed.connect(self.zoom_by)
        self.area.resized.connect(self._fit)
        self._sharpen = QTimer(self, singleShot=True, interval=SHARPEN_MS)
        self._sharpen.timeout.connect(self._ask)
        self.place = Label("", SMALL, ink="muted")
        self.previous = IconButton("left", tr("Previous page (←)"), size=28)
        self.following = IconButton("right", tr("Next page (→)"), size=28)
        self.smaller = IconButton("minus", tr("Smaller (-)"), size=28)
        self.larger = IconButton("plus", tr("Larger (+)"), size=28)
        self.fit = IconButton("fit", tr("Fit the page's width (0)"), size=28)
        self.previous.clicked.connect(lambda: self.turn(-1))
        self.following.clicked.connect(lambda: self.turn(1))
        self.smaller.clicked.connect(lambda: self.zoom_by(-1))
        self.larger.clicked.connect(lambda: self.zoom_by(1))
        self.fit.clicked.connect(lambda: self.zoom_by(0))
        self._lay_out()
        self.setFocusProxy(self.area)

    def width_px(self) -> int:
        """Return the width of the page on the screen at this zoom, in pixels of the screen."""
        return max(1, round((self.width() - 3 * UNIT) * self.zoom * self.devicePixelRatioF()))

    def show_picture(self, picture: PagePicture, page: int) -> None:
        """Show a page, scrolled to its first mark; the same page again stays where it is."""
        is_same = page == self.page and self.canvas.has_picture
        self.page, self.pages = page, picture.pages
        self.canvas.show_picture(picture, tr("Page {page} of {pages}", page=page, pages=picture.pages))
        self.place.setText(f"{page:,} / {picture.pages:,}")
        self.previous.setEnabled(page > 1)
        self.following.setEnabled(page < picture.pages)
        for widget in (self.previous, self.place, self.following):
            widget.setVisible(picture.pages > 1)
        if not is_same and not self._chosen:
            left, _, right, _ = picture.text
            self.zoom = min(max(1 / (right - left + 2 * TEXT_MARGIN), 1.0), MOST_OF_TEXT)
        self._fit()
        if not is_same:
            QTimer.singleShot(0, self, self._go_to_mark)  # the bars know the new size by then

    def forget(self) -> None:
        """Show nothing, until the next page comes."""
        self.canvas.forget()

    def turn(self, step: int) -> None:
        """Ask for another page."""
        if 1 <= self.page + step <= self.pages:
            self.wanted.emit(self.page + step, self.width_px())

    def zoom_by(self, steps: int) -> None:
        """Make the page larger or smaller by steps; 0: as wide as the view."""
        nearest = min(range(len(ZOOMS)), key=lambda at: abs(ZOOMS[at] - self.zoom))
        self._chosen = True
        self.zoom = ZOOMS[min(max(nearest + steps, 0), len(ZOOMS) - 1)] if steps else 1.0
        self._fit()

    def _fit(self) -> None:
        """Show the page in its new size at once, and have it drawn anew for that."""
        width = self.width_px()
        self.canvas.scale_to(width / self.devicePixelRatioF())
        if self.canvas.has_picture and abs(width - self.canvas.width_px) > 1:
            self._sharpen.start()

    def _ask(self) -> None:
        if self.isVisible():
            self.wanted.emit(self.page, self.width_px())

    def _go_to_mark(self) -> None:
        bar, place = self.area.verticalScrollBar(), self.canvas.first_mark()
        bar.setValue(0 if place is None else round(place.center().y() - self.area.viewport().height() / 2))
        across = self.area.horizontalScrollBar()
        across.setValue(round((self.canvas.text_left() - TEXT_MARGIN) * self.canvas.width()))

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(UNIT, UNIT // 2, UNIT, UNIT // 2)
        row.setSpacing(UNIT // 2)
        for widget in (self.previous, self.place, self.following):
            row.addWidget(widget)
        row.addStretch(1)
        for widget in (self.smaller, self.larger, self.fit):
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.area, 1)
        column.addWidget(Divider())
        column.addLayout(row)


class PageCanvas(QWidget):
    """The picture, as wide as it is told to be, and the marks."""

    def __init__(self) -> None:
        super().__init__()
        self._picture: PagePicture | None = None
        self._image = QImage()

    @property
    def has_picture(self) -> bool:
        """True while a page is shown."""
        return self._picture is not None

    @property
    def width_px(self) -> int:
        """Width that the page was drawn in, in pixels of the screen."""
        return self._image.width()

    def show_picture(self, picture: PagePicture, name: str) -> None:
        """Show a picture with its marks."""
        size = picture.width_px, picture.height_px, picture.stride_bytes
        self._picture = picture  # QImage does not copy its pixels
        self._image = QImage(picture.pixels, *size, _FORMATS[picture.channels])
        marked = (
            tr_count(", {count} marked line", ", {count} marked lines", len(picture.marks)) if picture.marks else ""
        )
        self.setAccessibleName(f"{name}{marked}")
        self.update()

    def forget(self) -> None:
        """Show nothing."""
        self._image, self._picture = QImage(), None
        self.update()

    def scale_to(self, width: float) -> None:
        """Take this width in logical pixels."""
        if self._picture is not None:
            height = width * self._picture.height_px / self._picture.width_px
            self.setFixedSize(max(1, round(width)), max(1, round(height)))

    def marks(self) -> list[QRectF]:
        """Return the marked rectangles in this widget."""
        found = self._picture.marks if self._picture else ()
        return [
            QRectF(left * self.width(), top * self.height(), (right - left) * self.width(), (low - top) * self.height())
            for left, top, right, low in found
        ]

    def text_left(self) -> float:
        """Return where text begins, as a share of the width."""
        return self._picture.text[0] if self._picture else 0.0

    def first_mark(self) -> QRectF | None:
        """Return the uppermost mark."""
        return min(self.marks(), key=lambda mark: mark.top(), default=None)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the page, and the marks so that print stays readable below them. Paper is white, in dark mode too."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF(self.rect()), self._image)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
        for mark in self.marks():
            painter.fillRect(mark.adjusted(-1, -1, 1, 1), QColor(LIGHT.marker))


class _PageArea(QScrollArea):
    turned = Signal(int)
    zoomed = Signal(int)
    resized = Signal()

    def __init__(self, canvas: QWidget) -> None:
        super().__init__()
        self.setWidget(canvas)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.setAccessibleName(tr("Page of the file"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # the page's width does not depend on it
        slim_scrolling(self)

    def sizeHint(self) -> QSize:
        return QSize(40 * UNIT, 60 * UNIT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.resized.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.resized.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoomed.emit(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, bar = event.key(), self.verticalScrollBar()
        zooms = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1, Qt.Key.Key_0: 0}
        turns = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if key in zooms:
            self.zoomed.emit(zooms[Qt.Key(key)])
        elif key in turns:
            self.turned.emit(turns[Qt.Key(key)])
        elif key == Qt.Key.Key_PageDown and bar.value() == bar.maximum():
            self.turned.emit(1)
        elif key == Qt.Key.Key_PageUp and bar.value() == bar.minimum():
            self.turned.emit(-1)
        else:
            super().keyPressEvent(event)

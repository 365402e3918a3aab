"""The process that reads pictures: Qt's decoders meet no file in the window's own."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPainter

from desktop.language import tr
from knowledge import MAX_PIXELS, PagePicture, PictureRequest, Unreadable, serve_pictures

IMAGES_PROGRAM = "desktop.reading.serve_images:serve_images"


def serve_images(memory_bytes: int) -> None:
    """Read pictures until the input ends."""
    serve_pictures(memory_bytes, ImageReader().draw)


class ImageReader:
    """Reads one file after another; the last is kept."""

    def __init__(self) -> None:
        self._data = b""

    def draw(self, request: PictureRequest, data: bytes) -> PagePicture:
        """The picture in the request's width. Raises Unreadable."""
        if request.is_new:
            self._data = data
        buffer = QBuffer()
        buffer.setData(QByteArray(self._data))
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        reader = QImageReader(buffer)
        reader.setAutoTransform(True)  # as the camera was held
        image = reader.read()
        if image.isNull():
            raise Unreadable(tr("damaged picture, or one of a kind that is not shown"))
        return _on_paper(_scaled(image, request.width_px))


def _scaled(image: QImage, width_px: int) -> QImage:
    share = min(width_px / image.width(), (MAX_PIXELS / (image.width() * image.height())) ** 0.5)
    size = QSize(max(1, int(image.width() * share)), max(1, int(image.height() * share)))
    aspect, smooth = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    return image.scaled(size, aspect, smooth)


def _on_paper(image: QImage) -> PagePicture:
    """The picture on white, where it is transparent."""
    paper = QImage(image.size(), QImage.Format.Format_RGB32)
    paper.fill(Qt.GlobalColor.white)
    painter = QPainter(paper)
    painter.drawImage(0, 0, image)
    painter.end()
    return PagePicture(
        pages=1,
        width_px=paper.width(),
        height_px=paper.height(),
        stride_bytes=paper.bytesPerLine(),
        channels=4,
        pixels=bytes(paper.constBits()),
    )

"""What lies over the window while something is dragged onto it, and what a drop means."""

from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QMimeData, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.labels import Label
from desktop.theme import LARGE, UNIT, colours


class Dropped(NamedTuple):
    """The folders that were dropped, and the files."""

    folders: tuple[Path, ...]
    files: tuple[Path, ...]


def dropped(data: QMimeData) -> Dropped:
    """What a drop carries of this computer's files."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return Dropped(tuple(path for path in paths if path.is_dir()), tuple(path for path in paths if path.is_file()))


class DropTarget(QWidget):
    """A veil with a dashed border that says what a drop will do."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        title = Label("Drop folders or files", LARGE, bold=True)
        hint = Label("A folder is watched and kept up to date; a single file is copied and read.", ink="muted")
        column = QVBoxLayout(self)
        column.setSpacing(UNIT)
        column.addStretch(1)
        for label in (title, hint):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        column.addStretch(1)
        self.hide()

    def cover(self) -> None:
        """Lie over the whole window."""
        self.setGeometry(self._over.rect())
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The veil and the border."""
        painter, shades = QPainter(self), colours(self.palette())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(shades.base)
        veil.setAlpha(238)
        painter.fillRect(self.rect(), veil)
        painter.setPen(QPen(QColor(shades.accent), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(16, 16, -16, -16), 16, 16)

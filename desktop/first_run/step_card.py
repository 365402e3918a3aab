"""One step of a first start: a number that becomes a check, a title, and contents that unfold."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.language import tr
from desktop.widgets.buttons import icon_pixmap
from desktop.widgets.labels import ClickCard, ElidedLabel, Label, Surface
from desktop.widgets.theme import SMALL, TITLE, UNIT, colours, sized_font, zoomed


class StepCard(Surface):
    """A step. Its head unfolds and folds the contents; while it is the current one they are unfolded."""

    def __init__(self, number: int, title: str, contents: QWidget) -> None:
        super().__init__("base", "border")
        self._number, self._title = number, title
        self._mark = StepMark(number)
        self.note = ElidedLabel("", SMALL * 1.07, ink="muted")
        self.head = _Head(tr("Step {number}: {title}", number=number, title=title))
        self.contents = contents
        row = QHBoxLayout(self.head)
        row.setContentsMargins(2 * UNIT, UNIT + 2, 2 * UNIT, UNIT + 2)
        row.setSpacing(UNIT + 4)
        row.addWidget(self._mark)
        row.addWidget(Label(title, TITLE * 0.95, bold=True))
        row.addWidget(self.note, 1)
        inside = QVBoxLayout()
        inside.setContentsMargins(2 * UNIT, 0, 2 * UNIT, 2 * UNIT)
        inside.addWidget(contents)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addLayout(inside)
        self._inside = inside
        self.head.clicked.connect(lambda: self.unfold(self.contents.isHidden()))
        self.unfold(False)

    def unfold(self, unfolded: bool) -> None:
        """Show the contents, or the head alone."""
        self.contents.setVisible(unfolded)
        self._inside.setContentsMargins(2 * UNIT, 0, 2 * UNIT, 2 * UNIT if unfolded else 0)

    def show_state(self, *, done: bool, current: bool, note: str) -> None:
        """Show whether the step is done or the one to take now, and a few words on it."""
        self._mark.show_state(done=done, current=current)
        self.note.setText(note)
        state = tr("done") if done else tr("to do")
        self.head.setAccessibleName(
            tr("Step {number}: {title}, {state}", number=self._number, title=self._title, state=state)
        )
        self.head.setAccessibleDescription(note)


class _Head(ClickCard):
    """The line of a step that is clicked. Only its focus is painted."""

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(colours(self.palette()).accent), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), UNIT - 2, UNIT - 2)


class StepMark(QWidget):
    """A number in a circle; a check once the step is done."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self._done = self._current = False

    def show_state(self, *, done: bool, current: bool) -> None:
        """Show the step as done, as the one to take now, or as one to come."""
        self._done, self._current = done, current
        self.update()

    def sizeHint(self) -> QSize:
        """Return a square."""
        return QSize(zoomed(26), zoomed(26))

    def minimumSizeHint(self) -> QSize:
        """Return the same."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the circle: filled for the current step, a ring for one to come, a check for one that is done."""
        painter, shades = QPainter(self), colours(self.palette())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = min(self.width(), self.height()) - 2
        circle = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        fill = shades.accent_soft if self._done else shades.accent if self._current else ""
        painter.setPen(Qt.PenStyle.NoPen if fill else QPen(QColor(shades.edge), 1.2))
        painter.setBrush(QColor(fill) if fill else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(circle)
        if self._done:
            size = zoomed(16)
            check = icon_pixmap("check", shades.accent, size, self.devicePixelRatioF())
            painter.drawPixmap((self.width() - size) // 2, (self.height() - size) // 2, check)
            return
        painter.setFont(sized_font(SMALL * 1.07, bold=True))
        painter.setPen(QColor(shades.on_accent if self._current else shades.muted))
        painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, str(self._number))

"""Small charts. Each also describes its numbers to screen readers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from desktop.language import tr
from desktop.widgets.buttons import TextButton
from desktop.widgets.labels import Label
from desktop.widgets.theme import SMALL, UNIT, colours, zoomed

BAR_PX = 6  # thickness


class Amount(NamedTuple):
    """A named quantity and its text. `action`: the label of a button beside it, "" for none; `about`: its tooltip."""

    name: str
    value: float
    text: str
    action: str = ""
    about: str = ""


class BarTable(QWidget):
    """A line for each amount, with a bar that shows its share of the largest."""

    acted = Signal(int)  # the place of the amount whose button was clicked

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(UNIT)
        self._grid.setVerticalSpacing(UNIT // 2)
        self._grid.setColumnStretch(1, 1)
        self._lines: list[tuple[Label, Bar, Label, TextButton]] = []

    def show_amounts(self, amounts: Sequence[Amount]) -> None:
        """Show these and nothing else."""
        while len(self._lines) < len(amounts):
            self._add_line()
        largest = max((amount.value for amount in amounts), default=0.0)
        for place, line in enumerate(self._lines):
            for widget in line:
                widget.setVisible(place < len(amounts))
            if place < len(amounts):
                amount, (name, bar, text, button) = amounts[place], line
                name.setText(amount.name)
                bar.fill(amount.value / largest if largest else 0.0)
                text.setText(amount.text)
                button.setVisible(bool(amount.action))
                if amount.action:
                    button.relabel(amount.action)
                    button.setAccessibleName(f"{amount.action}: {amount.name}")
                    button.setToolTip(amount.about)
        self.setAccessibleDescription("; ".join(f"{each.name}: {each.text}" for each in amounts))

    def _add_line(self) -> None:
        place = len(self._lines)
        line = (
            Label("", SMALL * 1.04, ink="muted"),
            Bar(),
            Label("", SMALL * 1.04),
            TextButton(tr("Unload"), kind="quiet"),
        )
        line[2].setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        line[3].clicked.connect(lambda: self.acted.emit(place))
        for column, widget in enumerate(line):
            self._grid.addWidget(widget, place, column)
        self._lines.append(line)


class Bar(QWidget):
    """A rounded bar filled to a share between 0 and 1."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def fill(self, share: float) -> None:
        """Fill this share."""
        self._share = max(0.0, min(1.0, share))
        self.update()

    def sizeHint(self) -> QSize:
        """Return a thin bar."""
        return QSize(8 * UNIT, zoomed(BAR_PX))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the trough and the filled part."""
        painter, shades = QPainter(self), colours(self.palette())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        thick = zoomed(BAR_PX)
        area = QRectF(0, (self.height() - thick) / 2, self.width(), thick)
        painter.setBrush(QColor(shades.border))
        painter.drawRoundedRect(area, thick / 2, thick / 2)
        if self._share > 0:
            painter.setBrush(QColor(shades.accent))
            filled = QRectF(area.x(), area.y(), max(float(thick), area.width() * self._share), thick)
            painter.drawRoundedRect(filled, thick / 2, thick / 2)


class Sparkline(QWidget):
    """A line through the last values, from zero to a little above the largest."""

    def __init__(self, name: str, capacity: int = 60, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._capacity = capacity
        self.values: tuple[float, ...] = ()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def add(self, value: float, text: str) -> None:
        """Append a value and drop the oldest beyond the capacity."""
        self.values = (*self.values, value)[-self._capacity :]
        self.setAccessibleDescription(tr("Now {amount}", amount=text))
        self.update()

    def sizeHint(self) -> QSize:
        """Return a low strip."""
        return QSize(20 * UNIT, zoomed(6 * UNIT))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line and a soft area below it."""
        if len(self.values) < 2:
            return
        painter, shades = QPainter(self), colours(self.palette())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        step = (self.width() - 4) / (self._capacity - 1)
        top = max(self.values) * 1.1 or 1.0
        left = self.width() - 2 - step * (len(self.values) - 1)
        line = [QPointF(left + at * step, self.height() * (1 - value / top)) for at, value in enumerate(self.values)]
        area = QPainterPath()
        area.addPolygon(QPolygonF([*line, QPointF(line[-1].x(), self.height()), QPointF(line[0].x(), self.height())]))
        painter.fillPath(area, QColor(shades.accent_soft))
        painter.setPen(QPen(QColor(shades.accent), 1.6))
        painter.drawPolyline(QPolygonF(line))

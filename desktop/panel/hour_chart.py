"""Figures of the last hour: a line for each, with its present value, and an alarm above its limit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from desktop.language import tr
from desktop.widgets.labels import Label
from desktop.widgets.theme import SMALL, UNIT, colours, zoomed

HOUR_SECONDS = 3600.0
_HEIGHT_PX, _DOT_PX, _EDGE_PX = 22, 1.6, 3.0
_MOST_DOTS = 30  # more touch each other


class Point(NamedTuple):
    """A value, and when it was measured, in seconds since the epoch."""

    at: float
    value: float


class Series(NamedTuple):
    """A figure over time. `text`: its last value for people; `limit`: where an alarm begins; None: nowhere."""

    name: str
    points: Sequence[Point]
    text: str
    limit: float | None = None


class HourTable(QWidget):
    """A line for each figure that has values."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(UNIT)
        self._grid.setVerticalSpacing(UNIT // 2)
        self._grid.setColumnStretch(1, 1)
        self._rows: list[tuple[Label, HourLine, Label]] = []

    def show_series(self, series: Sequence[Series], now: float) -> None:
        """Show these, as far as they have values in the hour before `now`, and nothing else."""
        shown = [each for each in series if each.points]
        while len(self._rows) < len(shown):
            self._add_row()
        for place, row in enumerate(self._rows):
            for widget in row:
                widget.setVisible(place < len(shown))
            if place < len(shown):
                name, line, text = row
                name.setText(shown[place].name)
                line.show_points(shown[place], now)
                text.setText(shown[place].text)
        self.setAccessibleDescription("; ".join(f"{each.name}: {each.text}" for each in shown))

    def _add_row(self) -> None:
        row = (Label("", SMALL * 1.04, ink="muted"), HourLine(), Label("", SMALL * 1.04))
        row[2].setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for column, widget in enumerate(row):
            self._grid.addWidget(widget, len(self._rows), column)
        self._rows.append(row)


class HourLine(QWidget):
    """A line through values by their time, from an hour ago at the left to now; the limit is a dashed line."""

    accessible_role = QAccessible.Role.Chart

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.points: tuple[Point, ...] = ()
        self._now = 0.0
        self._limit: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_points(self, series: Series, now: float) -> None:
        """Show the points of the hour before `now`."""
        self.points = tuple(point for point in series.points if 0 <= now - point.at <= HOUR_SECONDS)
        self._now, self._limit = now, series.limit
        self.setAccessibleName(tr("{name} over the last hour", name=series.name))
        self.setAccessibleDescription(tr("Now {value}", value=series.text))
        self.update()

    def sizeHint(self) -> QSize:
        """Return a low strip."""
        return QSize(18 * UNIT, zoomed(_HEIGHT_PX))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the limit, the line, and a dot for each value; of many values, for the last."""
        if not self.points:
            return
        painter, shades = QPainter(self), colours(self.palette())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = max(*(point.value for point in self.points), self._limit or 0.0, 1e-9) * 1.05
        last = self.points[-1].value
        is_over = self._limit is not None and last > self._limit
        if self._limit is not None and last > self._limit / 2:  # far below, it would only press the line down
            painter.setPen(QPen(QColor(shades.edge), 1, Qt.PenStyle.DashLine))
            height = self._height(self._limit, top)
            painter.drawLine(QPointF(0, height), QPointF(self.width(), height))
        ink = QColor(shades.warning if is_over else shades.accent)
        painter.setPen(QPen(ink, 1.4))
        placed = [QPointF(self._left(point.at), self._height(point.value, top)) for point in self.points]
        painter.drawPolyline(QPolygonF(placed))
        painter.setBrush(ink)
        for at in placed if len(placed) <= _MOST_DOTS else placed[-1:]:
            painter.drawEllipse(at, _DOT_PX, _DOT_PX)

    def _left(self, at: float) -> float:
        return _EDGE_PX + (self.width() - 2 * _EDGE_PX) * (1 - (self._now - at) / HOUR_SECONDS)

    def _height(self, value: float, top: float) -> float:
        return _EDGE_PX + (self.height() - 2 * _EDGE_PX) * (1 - value / top)

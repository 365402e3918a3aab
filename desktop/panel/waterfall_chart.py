"""Where the time of a question went: a bar for each stage, from where it began to where it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from assistant.traces.stages import label_of
from desktop.language import told, tr
from desktop.widgets.labels import Label
from desktop.widgets.theme import SMALL, UNIT, colours, sized_font, zoomed

if TYPE_CHECKING:
    from assistant.traces.trace import Trace, TraceSpan

_LEAST_SHARE = 0.005  # of the whole: a shorter bar is less than two pixels wide
_ROW_PX, _BAR_PX, _INDENT_PX = 20, 8, 10
_LABEL_SHARE, _TIME_PX = 0.42, 58


class WaterfallChart(QWidget):
    """The stages of one question, and a line that names the slowest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bars, self.slowest = _Bars(), Label("", SMALL, wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT // 2)
        column.addWidget(self.slowest)
        column.addWidget(self.bars)

    def show_trace(self, trace: Trace) -> None:
        """Show this trace and nothing else."""
        found = trace.bottleneck
        self.slowest.setText(
            tr(
                "Bottleneck: {stage}, {duration}, {share:.0%}",
                stage=told(found.label),
                duration=duration_text(found.took_ms),
                share=found.share,
            )
        )
        self.bars.show_trace(trace)


def duration_text(ms: float) -> str:
    """Return `1.2 ms`, `12 ms` or `1.24 s` in the language of the window."""
    if ms >= 1000:
        return tr("{seconds:.2f} s", seconds=ms / 1000)
    return tr("{duration:.1f} ms", duration=ms) if ms < 10 else tr("{duration:.0f} ms", duration=ms)


class _Bars(QWidget):
    accessible_role = QAccessible.Role.Chart

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Where the time went"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._rows: list[tuple[int, TraceSpan]] = []
        self._slowest, self._total_ms = "", 0.0

    def show_trace(self, trace: Trace) -> None:
        """Show its spans, without those that are too short to be seen."""
        self._slowest, self._total_ms = trace.bottleneck.name, trace.root.took_ms
        self._rows = [
            (depth, span) for depth, span in trace.root.walk() if span.took_ms >= _LEAST_SHARE * self._total_ms
        ]
        spoken = [f"{told(label_of(span.name))}: {duration_text(span.took_ms)}" for _, span in self._rows]
        self.setAccessibleDescription("; ".join(spoken))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return a line for each span."""
        return QSize(40 * UNIT, len(self._rows) * zoomed(_ROW_PX))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a name, a bar and a length for each span."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(sized_font(SMALL))
        for place, (depth, span) in enumerate(self._rows):
            self._paint_row(painter, place * zoomed(_ROW_PX), depth, span)

    def _paint_row(self, painter: QPainter, top: float, depth: int, span: TraceSpan) -> None:
        shades, height = colours(self.palette()), float(zoomed(_ROW_PX))
        is_slowest = span.name == self._slowest
        label_px, time_px, indent = self.width() * _LABEL_SHARE, zoomed(_TIME_PX), depth * zoomed(_INDENT_PX)
        painter.setPen(QColor(shades.text if is_slowest else shades.muted))
        metrics = QFontMetricsF(painter.font())
        name = metrics.elidedText(told(label_of(span.name)), Qt.TextElideMode.ElideRight, label_px - indent - UNIT)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(indent, top, label_px - indent, height), middle, name)
        right = QRectF(self.width() - time_px, top, time_px, height)
        painter.drawText(right, middle | Qt.AlignmentFlag.AlignRight, duration_text(span.took_ms))
        room, scale = self.width() - label_px - time_px, self._total_ms or 1.0
        thick = zoomed(_BAR_PX)
        begin, length = room * span.began_ms / scale, max(2.0, room * span.took_ms / scale)
        bar = QRectF(label_px + min(begin, room - 2.0), top + (height - thick) / 2, min(length, room - begin), thick)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(shades.accent if is_slowest else shades.edge))
        painter.drawRoundedRect(bar, 2, 2)

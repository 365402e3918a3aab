"""Speed of the last answer, where its time went, and memory by owner."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.background import Background, Callbacks, Task
from desktop.language import mark, told, tr
from desktop.panel.last_hour import LastHour
from desktop.panel.memory_list import MemoryList
from desktop.panel.waterfall_chart import WaterfallChart
from desktop.widgets.bars import Amount, BarTable
from desktop.widgets.fields import slim_scrolling
from desktop.widgets.labels import Label, Surface
from desktop.widgets.theme import LARGE, SMALL, UNIT
from errors import AppError

if TYPE_CHECKING:
    from assistant.traces.trace import Trace
    from assistant.values import Turn
    from assistant.workspace import Workspace

DURATION = mark("{duration:.1f} ms")
STAGES = {
    "embed": mark("Embedding"),
    "vector": mark("Vector search"),
    "keyword": mark("Keyword search"),
    "fuse": mark("Fusion"),
}
UNKNOWN = "–"


class PerformancePanel(QScrollArea):
    """Figures of one answer, and memory while the panel is visible."""

    accessible_role = QAccessible.Role.Grouping

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._background, self._turn_id = background, ""
        self.setAccessibleName(tr("Performance"))
        self.figures = {
            name: _Figure(tr(name)) for name in (mark("Generation"), mark("Prompt"), mark("First token"), mark("Total"))
        }
        self.tokens, self.stages, self.memory = BarTable(), BarTable(), MemoryList(background)
        self.hour = LastHour(background)
        self.waterfall, self._waterfall_title = WaterfallChart(), _title(tr("Where the time went"))
        self.saved = Label("", SMALL, ink="muted", wrap=True)
        self.saved.setToolTip(tr("The passages against all of the files that they come from"))
        self.saved.hide()
        self._engine = Label("", SMALL * 1.04, ink="muted", wrap=True)
        self._lay_out()
        self.clear()

    def clear(self) -> None:
        """Show that nothing has been answered yet."""
        for figure in self.figures.values():
            figure.show_value(UNKNOWN, "")
        self.tokens.show_amounts([Amount(tr("No answer yet"), 0, "")])
        self.stages.show_amounts([Amount(tr("No search yet"), 0, "")])
        self.saved.hide()
        self._turn_id = ""
        self._show_trace(None)
        self._engine.setText("")

    def show_turn(self, turn: Turn) -> None:
        """Show an answer's figures."""
        usage, times = turn.usage, turn.timings_ms
        wrote, read = usage.decode_tokens_per_second, usage.prefill_tokens_per_second
        self.figures["Generation"].show_value(f"{wrote:.1f}" if wrote else UNKNOWN, tr("tokens/s"))
        self.figures["Prompt"].show_value(f"{read:.0f}" if read else UNKNOWN, tr("tokens/s"))
        first = usage.first_token_seconds
        self.figures["First token"].show_value(f"{first:.2f}" if first else UNKNOWN, tr("s"))
        self.figures["Total"].show_value(f"{times.get('total', 0.0) / 1000:.2f}", tr("s"))
        counts = {
            tr("Cached"): usage.reused_tokens,
            tr("Prompt"): usage.computed_tokens,
            tr("Answer"): usage.output_tokens,
        }
        self.tokens.show_amounts([Amount(name, count, tr("{count}", count=count)) for name, count in counts.items()])
        self.saved.setText(told(turn.saved.says) if turn.saved else "")
        self.saved.setVisible(turn.saved is not None)
        self.show_stages(times, turn.reranked)
        self._turn_id = turn.id
        self._background.run("read", partial(_trace_of, turn_id=turn.id), self, Callbacks(self._show_trace))
        self.hour.measure()
        without = {"quotes": tr("Quotes only; no model was used."), "tools": tr("Computed; no model was used.")}
        self._engine.setText(without.get(turn.engine) or f"{turn.model} · {turn.engine}")

    def _show_trace(self, trace: Trace | None) -> None:
        """Show where the time of the turn on screen went; nothing where no trace of it is left."""
        if trace is None or trace.id == self._turn_id:
            for widget in (self._waterfall_title, self.waterfall):
                widget.setVisible(trace is not None)
        if trace is not None and trace.id == self._turn_id:
            self.waterfall.show_trace(trace)

    def show_stages(self, timings_ms: Mapping[str, float], reranked: str) -> None:
        """Show where a search's time went. `reranked`: how many of the candidates, as `20 of 136`."""
        amounts = [
            Amount(tr(STAGES[key]), timings_ms[key], tr(DURATION, duration=timings_ms[key]))
            for key in STAGES
            if key in timings_ms
        ]
        if reranked:
            taken_ms = timings_ms.get("rerank", 0.0)
            amounts.append(
                Amount(tr("Reranked {count}", count=told(reranked)), taken_ms, tr(DURATION, duration=taken_ms))
            )
        total = timings_ms.get("retrieve", timings_ms.get("total", sum(each.value for each in amounts)))
        self.stages.show_amounts([*amounts, Amount(tr("Search total"), total, tr(DURATION, duration=total))])

    def _lay_out(self) -> None:
        figures = QGridLayout()
        figures.setSpacing(UNIT)
        for place, figure in enumerate(self.figures.values()):
            figures.addWidget(figure, place // 2, place % 2)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(2 * UNIT, UNIT, 2 * UNIT, 2 * UNIT)
        column.setSpacing(UNIT)
        column.addLayout(figures)
        column.addWidget(self._engine)
        column.addSpacing(UNIT)
        column.addWidget(self._waterfall_title)
        column.addWidget(self.waterfall)
        parts = {
            tr("Tokens"): (self.tokens, self.saved),
            tr("Search"): (self.stages,),
            tr("Last hour"): (self.hour,),
            tr("Memory"): (self.memory,),
        }
        for title, widgets in parts.items():
            column.addSpacing(UNIT)
            column.addWidget(_title(title))
            for widget in widgets:
                column.addWidget(widget)
        column.addStretch(1)
        self.setWidget(page)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        slim_scrolling(self)


def _title(text: str) -> Label:
    return Label(text, SMALL, bold=True, ink="muted")


def _trace_of(space: Workspace, _: Task, *, turn_id: str) -> Trace | None:
    with suppress(AppError):  # of the last thousand alone
        return space.traces.find(turn_id)
    return None


class _Figure(Surface):
    def __init__(self, name: str) -> None:
        super().__init__("card")
        self._name = name
        self._value, self._unit = Label("", LARGE, bold=True), Label("", SMALL, ink="muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(UNIT + 4, UNIT, UNIT + 4, UNIT)
        column.setSpacing(0)
        column.addWidget(Label(name, SMALL, ink="muted"))
        line = QHBoxLayout()
        line.setSpacing(UNIT // 2)
        line.addWidget(self._value)
        line.addWidget(self._unit, 1, Qt.AlignmentFlag.AlignBottom)
        self._unit.setContentsMargins(0, 0, 0, 3)
        column.addLayout(line)

    def show_value(self, value: str, unit: str) -> None:
        self._value.setText(value)
        self._unit.setText(unit or " ")
        self.setAccessibleName(f"{self._name}: {value} {unit}")

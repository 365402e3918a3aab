"""Speed of the last answer, where its time went, and memory by owner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.background import Background, Callbacks, Task
from desktop.widgets.bars import Amount, BarTable, Sparkline
from desktop.widgets.buttons import TextButton
from desktop.widgets.fields import slim_scrolling
from desktop.widgets.labels import Label, Surface
from desktop.widgets.theme import LARGE, SMALL, UNIT

if TYPE_CHECKING:
    from assistant.values import Turn
    from assistant.workspace import Workspace

MEMORY_EVERY_MS = 2000
STAGES = {"embed": "Embedding", "vector": "Vector search", "keyword": "Keyword search", "fuse": "Fusion"}
OWNERS = {
    "process": "Total",
    "weights": "Model weights",
    "kv": "KV cache",
    "kv_parked": "Parked KV cache",
    "compute": "Compute buffers",
    "embedder": "Embedder",
    "reranker": "Reranker",
    "index": "Index",
    "engines": "Model processes",
    "parsers": "Reading files",
    "window": "Window and libraries",
}
UNKNOWN = "–"


class PerformancePanel(QScrollArea):
    """Figures of one answer, and memory while the panel is visible."""

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._waiting = False
        self.figures = {name: _Figure(name) for name in ("Generation", "Prompt", "First token", "Total")}
        self.tokens, self.stages, self.owners = BarTable(), BarTable(), BarTable()
        self.saved = Label("", SMALL, ink="muted", wrap=True)
        self.saved.setToolTip("The passages against all of the files that they come from")
        self.saved.hide()
        self.unload = TextButton("Unload unused models", kind="quiet")
        self.unload.setToolTip("Free the memory of models you used before")
        self.unload.clicked.connect(self._unload)
        self.unload.hide()
        self.sparkline = Sparkline("Total memory over the last two minutes")
        self._engine = Label("", SMALL * 1.04, ink="muted", wrap=True)
        self._timer = QTimer(self, interval=MEMORY_EVERY_MS)
        self._timer.timeout.connect(self._poll_memory)
        self._lay_out()
        self.clear()

    def clear(self) -> None:
        """Show that nothing has been answered yet."""
        for figure in self.figures.values():
            figure.show_value(UNKNOWN, "")
        self.tokens.show_amounts([Amount("No answer yet", 0, "")])
        self.stages.show_amounts([Amount("No search yet", 0, "")])
        self.saved.hide()
        self._engine.setText("")

    def show_turn(self, turn: Turn) -> None:
        """Show an answer's figures."""
        usage, times = turn.usage, turn.timings_ms
        wrote, read = usage.decode_tokens_per_second, usage.prefill_tokens_per_second
        self.figures["Generation"].show_value(f"{wrote:.1f}" if wrote else UNKNOWN, "tokens/s")
        self.figures["Prompt"].show_value(f"{read:.0f}" if read else UNKNOWN, "tokens/s")
        first = usage.first_token_seconds
        self.figures["First token"].show_value(f"{first:.2f}" if first else UNKNOWN, "s")
        self.figures["Total"].show_value(f"{times.get('total', 0.0) / 1000:.2f}", "s")
        counts = {"Cached": usage.reused_tokens, "Prompt": usage.computed_tokens, "Answer": usage.output_tokens}
        self.tokens.show_amounts([Amount(name, count, f"{count:,}") for name, count in counts.items()])
        self.saved.setText(turn.saved.says if turn.saved else "")
        self.saved.setVisible(turn.saved is not None)
        self.show_stages(times, turn.reranked)
        self._engine.setText(
            "Quotes only; no model was used." if turn.engine == "quotes" else f"{turn.model} · {turn.engine}"
        )

    def show_stages(self, timings_ms: Mapping[str, float], reranked: str) -> None:
        """Show where a search's time went. `reranked`: how many of the candidates, as `20 of 136`."""
        amounts = [
            Amount(STAGES[key], timings_ms[key], f"{timings_ms[key]:.1f} ms") for key in STAGES if key in timings_ms
        ]
        if reranked:
            taken_ms = timings_ms.get("rerank", 0.0)
            amounts.append(Amount(f"Reranked {reranked}", taken_ms, f"{taken_ms:.1f} ms"))
        total = timings_ms.get("retrieve", timings_ms.get("total", sum(each.value for each in amounts)))
        self.stages.show_amounts([*amounts, Amount("Search total", total, f"{total:.1f} ms")])

    def showEvent(self, event: QShowEvent) -> None:
        """Start polling memory."""
        super().showEvent(event)
        self._poll_memory()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop polling memory."""
        super().hideEvent(event)
        self._timer.stop()

    def _poll_memory(self) -> None:
        def read(space: Workspace, _: Task) -> _Memory:
            return _Memory(dict(space.memory()), sum(space.models.others().values()))

        if not self._waiting:
            self._waiting = True
            self._background.run("read", read, self, Callbacks(self._show_memory))

    def _unload(self) -> None:
        def show(_: object) -> None:
            self.unload.setEnabled(True)
            self._poll_memory()

        self.unload.setEnabled(False)
        self._background.run("model", lambda space, _: space.models.unload_others(), self, Callbacks(show))

    def _show_memory(self, held: _Memory) -> None:
        self._waiting = False
        memory = held.owners
        self.unload.relabel(f"Unload unused models ({_bytes(held.unused_bytes)})")
        self.unload.setVisible(bool(held.unused_bytes))
        names = [*(name for name in OWNERS if name in memory), *(name for name in memory if name not in OWNERS)]
        self.owners.show_amounts([Amount(OWNERS.get(name, name), memory[name], _bytes(memory[name])) for name in names])
        self.sparkline.add(memory.get("process", 0), _bytes(memory.get("process", 0)))

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
        parts = {
            "Tokens": (self.tokens, self.saved),
            "Search": (self.stages,),
            "Memory": (self.sparkline, self.owners, self.unload),
        }
        for title, widgets in parts.items():
            column.addSpacing(UNIT)
            column.addWidget(Label(title, SMALL, bold=True, ink="muted"))
            for widget in widgets:
                column.addWidget(widget)
        column.addStretch(1)
        self.setWidget(page)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        slim_scrolling(self)


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


class _Memory(NamedTuple):
    """Bytes by owner, and of the models that are not chosen."""

    owners: Mapping[str, int]
    unused_bytes: int


def _bytes(count: float) -> str:
    return f"{count / 1e9:.2f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"

"""Memory by owner and by model, with a button beside each that can be freed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.background import Background, Callbacks, Task
from desktop.language import mark, tr
from desktop.widgets.bars import Amount, BarTable, Sparkline
from desktop.widgets.labels import Label
from desktop.widgets.theme import SMALL, UNIT

if TYPE_CHECKING:
    from assistant.models.chat_models import HeldModel
    from assistant.workspace import Workspace

MEMORY_EVERY_MS = 2000
OWNERS = {
    "process": mark("Total"),
    "weights": mark("Model weights"),
    "kv": "KV cache",
    "kv_parked": mark("Parked KV cache"),
    "compute": mark("Compute buffers"),
    "embedder": mark("Embedder"),
    "reranker": mark("Reranker"),
    "index": mark("Index"),
    "engines": mark("Model processes"),
    "parsers": mark("Reading files"),
    "window": mark("Window and libraries"),
}
FREE: Mapping[str, tuple[Callable[[Workspace], None], str]] = {  # owner → what frees it, and a tooltip
    "embedder": (
        lambda space: space.encoders.unload("embedder"),
        mark("Free its memory. The next search loads it again."),
    ),
    "reranker": (
        lambda space: space.encoders.unload("reranker"),
        mark("Free its memory. The next search loads it again."),
    ),
    "parsers": (
        lambda space: space.library.end_waiting_parsers(),
        mark("End the processes that wait for files. The next file starts one again."),
    ),
}
KEPT = mark("Free its memory. The next question loads it again.")
FOR_GOOD = mark("Free its memory. Choose it again to use it.")


class Held(NamedTuple):
    """Bytes by owner, the models in memory, and the name of the chosen one where it is unloaded."""

    owners: Mapping[str, int]
    models: tuple[HeldModel, ...]
    unloaded: str


class MemoryList(QWidget):
    """Bars of memory, measured while they are visible."""

    model_unloaded = Signal()

    def __init__(self, background: Background) -> None:
        super().__init__()
        self._background = background
        self._waiting = False
        self._held = Held({}, (), "")
        self.sparkline = Sparkline(tr("Total memory over the last two minutes"))
        self.owners, self.models = BarTable(), BarTable()
        self.note = Label("", SMALL, ink="muted", wrap=True)
        self._caption = Label(tr("Models in memory"), SMALL, bold=True, ink="muted")
        self._timer = QTimer(self, interval=MEMORY_EVERY_MS)
        self._timer.timeout.connect(self.measure)
        self.owners.acted.connect(self._free)
        self.models.acted.connect(self._unload)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT)
        for widget in (self.sparkline, self.owners, self._caption, self.models, self.note):
            column.addWidget(widget)
        for widget in (self._caption, self.models, self.note):
            widget.hide()

    def showEvent(self, event: QShowEvent) -> None:
        """Start measuring."""
        super().showEvent(event)
        self.measure()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop measuring."""
        super().hideEvent(event)
        self._timer.stop()

    def measure(self, _: object = None) -> None:
        """Measure now."""

        def read(space: Workspace, _: Task) -> Held:
            resting = space.models.unloaded
            return Held(dict(space.memory()), space.models.held(), resting.model if resting else "")

        if not self._waiting:
            self._waiting = True
            self._background.run("read", read, self, Callbacks(self._show, self._fail))

    def _show(self, held: Held) -> None:
        self._waiting, self._held = False, held
        self.owners.show_amounts([_amount(owner, held.owners[owner]) for owner in self._shown()])
        total = held.owners.get("process", 0)
        self.sparkline.add(total, _bytes(total))
        self.models.show_amounts(
            [
                Amount(
                    tr("{name} (selected)", name=model.name) if model.is_chosen else model.name,
                    model.bytes,
                    _bytes(model.bytes),
                    tr("Unload"),
                    tr(KEPT) if model.is_chosen else tr(FOR_GOOD),
                )
                for model in held.models
            ]
        )
        for widget in (self._caption, self.models):
            widget.setVisible(bool(held.models))
        self.note.setText(
            tr("{model} is unloaded. The next question loads it again.", model=held.unloaded) if held.unloaded else ""
        )
        self.note.setVisible(bool(held.unloaded))

    def _shown(self) -> list[str]:
        """Return the owners in the order of OWNERS."""
        owners = self._held.owners
        return [*(owner for owner in OWNERS if owner in owners), *(owner for owner in owners if owner not in OWNERS)]

    def _free(self, place: int) -> None:
        free, _ = FREE[self._shown()[place]]
        self._act(lambda space, _: free(space), self.measure)

    def _unload(self, place: int) -> None:
        path = self._held.models[place].path

        def tell(_: object) -> None:
            self.model_unloaded.emit()
            self.measure()

        self._act(lambda space, _: space.unload_model(path), tell)

    def _act(self, work: Callable[[Workspace, Task], None], done: Callable[[object], None]) -> None:
        for table in (self.owners, self.models):
            table.setEnabled(False)

        def end(result: object) -> None:
            for table in (self.owners, self.models):
                table.setEnabled(True)
            done(result)

        self._background.run("model", work, self, Callbacks(end))

    def _fail(self, _: object) -> None:
        self._waiting = False


def _amount(owner: str, size: int) -> Amount:
    action, about = (
        (tr("Unload") if owner != "parsers" else tr("End"), tr(FREE[owner][1])) if owner in FREE else ("", "")
    )
    return Amount(tr(OWNERS.get(owner, owner)), size, _bytes(size), action, about)


def _bytes(count: float) -> str:
    return f"{count / 1e9:.2f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"

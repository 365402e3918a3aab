"""The arguments of a computed answer, below it: change one, and it is computed again."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCompleter, QVBoxLayout, QWidget

import personas  # loads the tools when the first is shown
from desktop.background import Background, Callbacks, Task
from desktop.language import mark, told_error, tr
from desktop.widgets.buttons import TextButton
from desktop.widgets.fields import TextField
from desktop.widgets.flow import FlowLayout
from desktop.widgets.labels import FlagLabel, Label, Surface
from desktop.widgets.theme import SMALL, UNIT, zoomed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.tools.tool_use import ToolUse
    from assistant.values import Turn
    from assistant.workspace import Workspace
    from errors import AppError

CHANGE = mark("Change the values")
_ACRONYMS = {"kv": "KV", "gb": "GB", "tflops": "TFLOPS", "gpu": "GPU"}
_FEW = 8  # arguments: of a tool with more, only those that have a value are shown
_NUMBER_UNITS, _TEXT_UNITS, _LONG_UNITS = 15, 24, 50  # widths of fields
_LONG = 24  # characters from which a text takes a wide field


class ComputedForm(QWidget):
    """Hidden below answers that no tool computed, and folded at first, unless there is a value to correct."""

    recomputed = Signal(object)  # Turn, saved

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._turn: Turn | None = None
        self.heading = TextButton(tr(CHANGE), "right", kind="quiet")
        self.heading.clicked.connect(self._toggle)
        self.card = Surface("card", "border")
        self.fields: dict[str, _ArgumentField] = {}
        self._flow = FlowLayout(UNIT)
        self.problem = FlagLabel("", SMALL, wrap=True)
        inside = QVBoxLayout(self.card)
        inside.setContentsMargins(2 * UNIT, UNIT, 2 * UNIT, UNIT + UNIT // 2)
        inside.setSpacing(UNIT)
        inside.addLayout(self._flow)
        inside.addWidget(self.problem)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT // 2)
        column.addWidget(self.heading)
        column.addWidget(self.card)
        self.card.hide()
        self.problem.hide()
        self.hide()

    def show_of(self, turn: Turn) -> None:
        """Show the arguments of a turn's first tool, where a tool has answered it."""
        is_computed = turn.finish == "computed" and bool(turn.tools)
        self.setVisible(is_computed)
        if not is_computed:
            return
        use = turn.tools[0]
        if self._turn is None or set(_shown(use)) != set(self.fields):
            self._build(use)
        self._turn = turn
        for name, value in _shown(use).items():
            self.fields[name].show_value(value, assumed=name not in use.arguments)
        self._say("")
        if use.failed:
            self.unfold(True)

    def unfold(self, unfolded: bool) -> None:
        """Show the fields, or the line alone."""
        self.card.setVisible(unfolded)
        self.heading.relabel(tr(CHANGE), "down" if unfolded else "right")

    def _build(self, use: ToolUse) -> None:
        for field in self.fields.values():
            self._flow.removeWidget(field)
            field.setParent(None)
            field.deleteLater()
        properties = personas.find_tool(use.name).schema["properties"]
        self.fields = {name: _ArgumentField(name, properties[name], value) for name, value in _shown(use).items()}
        for field in self.fields.values():
            field.line.editingFinished.connect(partial(self._compute, field))
            self._flow.addWidget(field)

    def _compute(self, field: _ArgumentField) -> None:
        """Compute again with what was typed."""
        turn = self._turn
        if turn is None or not field.is_changed:
            return
        edited = {name: one.value for name, one in self.fields.items() if one.is_changed}
        arguments = {name: value for name, value in {**turn.tools[0].arguments, **edited}.items() if value != ""}

        def compute(space: Workspace, _: Task) -> Turn:
            return space.recompute(turn, arguments)

        self._background.run("read", compute, self, Callbacks(self.recomputed.emit, self._refuse))

    def _refuse(self, error: AppError) -> None:
        self._say(told_error(error))

    def _say(self, words: str) -> None:
        self.problem.setText(words)
        self.problem.setVisible(bool(words))

    def _toggle(self) -> None:
        self.unfold(self.card.isHidden())


class _ArgumentField(QWidget):
    """A value below its name; the name of an assumed one is quiet."""

    def __init__(self, name: str, about: Mapping[str, Any], value: object) -> None:
        super().__init__()
        self._label = Label("", SMALL)
        first, *others = (_ACRONYMS.get(word, word) for word in name.split("_"))
        self._name = " ".join([first[0].upper() + first[1:], *others])
        self.line = TextField("")
        self.line.setAccessibleName(self._name)
        self.line.setAccessibleDescription(about["description"])
        self.setToolTip(about["description"])
        if choices := about.get("enum", about.get("examples")):
            self.line.setCompleter(QCompleter([str(choice) for choice in choices], self.line))
        is_number = about.get("type") in ("integer", "number")
        text_units = _LONG_UNITS if len(_written(value)) > _LONG else _TEXT_UNITS
        self.setFixedWidth(zoomed((_NUMBER_UNITS if is_number else text_units) * UNIT))
        self._shown = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._label)
        column.addWidget(self.line)

    @property
    def value(self) -> str:
        """What stands in the field, without thousands separators."""
        return self.line.text().strip()

    @property
    def is_changed(self) -> bool:
        """True if it differs from what was shown."""
        return self.value != self._shown

    def show_value(self, value: object, *, assumed: bool) -> None:
        """Show a value."""
        self._label.setText(tr("{name} (assumed)", name=self._name) if assumed and value is not None else self._name)
        self._shown = _written(value)
        if self.value != self._shown:
            self.line.setText(self._shown)
            self.line.setCursorPosition(0)


def _shown(use: ToolUse) -> dict[str, Any]:
    """The arguments to show, in the tool's order; None for one without a value."""
    properties = personas.find_tool(use.name).schema["properties"]
    known = {**use.result.inputs, **use.arguments}
    return {name: known.get(name) for name in properties if name in known or len(properties) <= _FEW}


def _written(value: object) -> str:
    """A value on one line."""
    if value is None:
        return ""
    text = f"{value:.9g}" if isinstance(value, float) else f"{value}"
    return "; ".join(part.strip() for part in text.splitlines() if part.strip())

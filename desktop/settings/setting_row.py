"""A row of the settings page: what a setting does, its control, the way back to its default, and what is wrong."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from assistant.settings_catalogue import Setting
from desktop.language import told_error, tr
from desktop.settings.controls import make_control, shown_value
from desktop.widgets.buttons import IconButton
from desktop.widgets.labels import FlagLabel, Label
from desktop.widgets.theme import SMALL, UNIT
from errors import AppError


class Row(QWidget):
    """A title with its meaning at the left, a control at the right, and an error below, if there is one."""

    def __init__(self, title: str, meaning: str, control: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.meaning, self.control = title, meaning, control
        self.problem = FlagLabel("", SMALL * 1.07, wrap=True)
        self.problem.hide()
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Label(title, wrap=True))
        if meaning:
            words.addWidget(Label(meaning, SMALL * 1.07, ink="muted", wrap=True))
        self._line = QHBoxLayout()
        self._line.setSpacing(UNIT)
        self._line.addLayout(words, 1)
        self._line.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, UNIT, 0, UNIT)
        column.setSpacing(UNIT // 2)
        column.addLayout(self._line)
        column.addWidget(self.problem)

    def show_problem(self, words: str) -> None:
        """Show what is wrong; nothing for an empty text."""
        self.problem.setText(words)
        self.problem.setVisible(bool(words))

    def matches(self, words: list[str]) -> bool:
        """True if title and meaning together hold every word. `words`: casefolded."""
        text = f"{self.title} {self.meaning}".casefold()
        return all(word in text for word in words)


class SettingRow(Row):
    """A key of settings.toml."""

    chosen = Signal(object, object)  # Setting, value

    def __init__(self, setting: Setting, parent: QWidget | None = None) -> None:
        control = make_control(setting)
        super().__init__(setting.title, setting.meaning, control, parent)
        self.setting, self._control = setting, control
        self._control.chosen.connect(lambda value: self.chosen.emit(setting, value))
        self._control.misread.connect(self.show_problem)
        self.reset = IconButton(
            "refresh",
            tr("Reset {title} to {value}", title=setting.title, value=shown_value(setting, setting.default)),
            size=28,
        )
        policy = self.reset.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset.setSizePolicy(policy)
        self.reset.clicked.connect(lambda: self.chosen.emit(setting, setting.default))
        self._line.addWidget(self.reset, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setToolTip(
            tr(
                "{name} in settings.toml. Default: {value}",
                name=setting.name,
                value=shown_value(setting, setting.default),
            )
        )

    def show_value(self, value: object) -> None:
        """Show a value that applies; an error about another one goes."""
        self._control.show_value(value)
        self.reset.setVisible(value != self.setting.default)
        self.show_problem("")

    def show_refusal(self, error: AppError) -> None:
        """Say why a value was refused. It stays in its field, to be corrected."""
        self.show_problem(told_error(error))

    def matches(self, words: list[str]) -> bool:
        """True if title, meaning and key together hold every word."""
        return self.setting.matches(words)

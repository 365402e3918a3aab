"""The controls of settings, one for each kind of value."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from assistant.settings_catalogue import Setting
from desktop.language import language_name, mark, told, tr
from desktop.widgets.buttons import IconButton, TextButton
from desktop.widgets.choices import MenuButton, Switch
from desktop.widgets.fields import TextField
from desktop.widgets.labels import ElidedLabel, Label
from desktop.widgets.theme import UNIT, zoomed

AUTOMATIC = mark("Automatic")
CHOICES = (
    mark("Auto"),
    mark("Off"),
    mark("On"),
    mark("Exact"),
    mark("Balanced"),
    mark("Creative"),
    mark("Fast"),
    mark("Block"),
    mark("Mask"),
    mark("Allow"),
    mark("Refuse"),
    mark("Latency"),
    mark("Throughput"),
)  # by their names in settings.toml


def shown_value(setting: Setting, value: Any) -> str:
    """Return a value as the page shows it: `24 hours`, `On`, `Automatic`."""
    if value is None:
        return tr(AUTOMATIC)
    if setting.name == "appearance.language":
        return language_name(value)
    if isinstance(value, bool):
        return tr("On") if value else tr("Off")
    is_word = setting.table in ("answers", "search", "guard", "remote") or setting.name == "model.favours"
    if setting.kind == "choice" and is_word and str(value).isalpha():
        return tr(str(value).capitalize())
    if value == "none":
        return tr("None")
    if isinstance(value, tuple):
        return ", ".join(told(str(each)) for each in value) or tr("None")
    return f"{value} {setting.unit}".rstrip() or tr("Empty")


def make_control(setting: Setting) -> Control:
    """Return the control for a setting."""
    if setting.kind == "switch" and not setting.optional:
        return SwitchControl(setting)
    if setting.kind in ("choice", "switch") or setting.choices:
        return ChoiceControl(setting)
    return FoldersControl(setting) if setting.kind == "list" else FieldControl(setting)


class Control(QWidget):
    """Shows a value and reports another one. `misread`: why a text is no value, empty once it is."""

    chosen = Signal(object)
    misread = Signal(str)

    def __init__(self, setting: Setting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setting = setting
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(UNIT)

    def show_value(self, value: Any) -> None:
        """Show a value."""
        raise NotImplementedError


class SwitchControl(Control):
    """On or off."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.switch = Switch(setting.title)
        self.row.addWidget(self.switch)
        self.switch.clicked.connect(lambda: self.chosen.emit(self.switch.isChecked()))

    def show_value(self, value: Any) -> None:
        """Show a value."""
        self.switch.setChecked(value)


class ChoiceControl(Control):
    """One of several values, or any number of them for a list."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        values: list[object] = [True, False] if setting.kind == "switch" else list(setting.choices)
        choices = [(value, shown_value(setting, value)) for value in ([None] if setting.optional else []) + values]
        self.button = MenuButton(setting.title, choices, several=setting.kind == "list")
        self.row.addWidget(self.button)
        self.button.picked.connect(self.chosen.emit)

    def show_value(self, value: Any) -> None:
        """Show a value."""
        self.button.show_choice(value if isinstance(value, tuple) else (value,))


class FieldControl(Control):
    """A number, a text or a path, taken on Enter and when the field is left. Empty: automatic, where that is one."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.field = TextField(tr(AUTOMATIC) if setting.optional else tr("Empty"))
        self.field.setAccessibleName(setting.title)
        self.field.setAccessibleDescription(setting.meaning)
        is_number = setting.kind == "number"
        self.field.setFixedWidth(zoomed((14 if is_number else 32) * UNIT))
        if is_number:
            self.field.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.row.addWidget(self.field)
        if setting.unit:
            self.row.addWidget(Label(setting.unit, ink="muted"))
        self._value: Any = None
        self.field.editingFinished.connect(self._take)

    def show_value(self, value: Any) -> None:
        """Show a value."""
        self._value = value
        self.field.setText("" if value is None else f"{value}")
        self.field.setCursorPosition(0)

    def _take(self) -> None:
        text = self.field.text().strip()
        try:
            value = _read(self.setting, text)
        except ValueError:
            self.misread.emit(
                tr(
                    "“{given}” is not a whole number." if self.setting.is_whole else "“{given}” is not a number.",
                    given=text,
                )
            )
            return
        self.misread.emit("")
        if value != self._value:
            self._value = value
            self.chosen.emit(value)


class FoldersControl(Control):
    """Folders, one to a line, each with a button that takes it off the list."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._folders: tuple[Path, ...] = ()
        self._lines = QVBoxLayout()
        self._lines.setSpacing(UNIT // 2)
        self.add = TextButton(tr("Add a folder…"), "plus", kind="quiet")
        self.add.clicked.connect(self._ask)
        column = QVBoxLayout()
        column.addLayout(self._lines)
        column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignRight)
        self.row.addLayout(column)

    def show_value(self, value: Any) -> None:
        """Show these folders."""
        self._folders = value
        while (item := self._lines.takeAt(0)) is not None:
            if (line := item.widget()) is not None:
                line.deleteLater()
        for folder in value:
            self._lines.addWidget(self._line(folder))

    def add_folder(self, folder: Path) -> None:
        """Report the list with one folder more."""
        if folder not in self._folders:
            self.chosen.emit((*self._folders, folder))

    def _line(self, folder: Path) -> QWidget:
        line, name, cross = (
            QWidget(),
            ElidedLabel(str(folder)),
            IconButton("close", tr("Remove {folder}", folder=folder), size=24),
        )
        name.setFixedWidth(zoomed(28 * UNIT))
        cross.clicked.connect(lambda: self.chosen.emit(tuple(each for each in self._folders if each != folder)))
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(name)
        row.addWidget(cross)
        return line

    def _ask(self) -> None:
        dialog = QFileDialog(self.window(), self.setting.title)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda folder: self.add_folder(Path(folder)))
        dialog.open()


def _read(setting: Setting, text: str) -> Any:
    """Return the value that a text stands for. Raises ValueError where it must be a number."""
    if not text and setting.optional:
        return None
    if setting.kind == "number":
        plain = text.replace(",", "").replace(" ", "") if setting.is_whole else text.replace(",", ".")
        return int(plain) if setting.is_whole else float(plain)
    return Path(text).expanduser() if setting.kind == "path" else text

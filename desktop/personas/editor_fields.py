"""The fields of the persona editor: each has a title, its meaning, a control, and the problem with its value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QFocusEvent, QKeyEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.language import mark, told, tr
from desktop.widgets.buttons import TextButton
from desktop.widgets.choices import MenuButton, Switch
from desktop.widgets.fields import TextField, slim_scrolling
from desktop.widgets.labels import FlagLabel, Label, Surface
from desktop.widgets.theme import BODY, RADIUS, SMALL, UNIT, sized_font, zoomed
from personas import DEFAULT_REFUSAL

AS_SETTINGS, AUTO = mark("As in the settings"), mark("Automatic")
VALUES_OFFERED = 20  # of a key, in a menu


class EditorField(QWidget):
    """A control below its title and meaning. `value`: as YAML has it; None where the key is to be left out."""

    changed = Signal()

    def __init__(self, key: str, title: str, meaning: str, control: QWidget) -> None:
        super().__init__()
        self.key, self.control = key, control
        self.problem = FlagLabel("", SMALL * 1.07, wrap=True)
        self.problem.hide()
        control.setAccessibleName(title)
        control.setAccessibleDescription(meaning)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, UNIT)
        column.setSpacing(UNIT // 2)
        column.addWidget(Label(title, bold=True, wrap=True))
        if meaning:
            column.addWidget(Label(meaning, SMALL * 1.07, ink="muted", wrap=True))
        self.row = QHBoxLayout()
        self.row.setSpacing(UNIT)
        self.row.addWidget(control)
        column.addLayout(self.row)
        column.addWidget(self.problem)

    @property
    def value(self) -> Any:
        """The value."""
        raise NotImplementedError

    def show_value(self, value: Any) -> None:
        """Show a value."""
        raise NotImplementedError

    def show_problem(self, words: str) -> None:
        """Show what is wrong with the value; nothing for an empty text."""
        self.problem.setText(words)
        self.problem.setVisible(bool(words))
        self.control.setAccessibleDescription(words)


class LineField(EditorField):
    """A line of text, or with `listed` several texts between commas, or with `number` a number."""

    def __init__(
        self, key: str, title: str, meaning: str, prompt: str = "", *, listed: bool = False, number: bool = False
    ) -> None:
        self.line = TextField(prompt)
        super().__init__(key, title, meaning, self.line)
        self._listed, self._number = listed, number
        if number:
            self.line.setFixedWidth(zoomed(16 * UNIT))
            self.row.addStretch(1)
        self.line.textChanged.connect(self.changed)

    @property
    def value(self) -> Any:
        """A text, a list of texts or a number; a text that is no number stays one, and is a problem."""
        text = self.line.text().strip()
        if self._listed:
            return [part for each in text.replace("，", ",").replace("、", ",").split(",") if (part := each.strip())]
        return (_number(text) if self._number else text) if text else None

    def show_value(self, value: Any) -> None:
        """Show a value."""
        text = ", ".join(value) if self._listed else "" if value is None else f"{value}"
        if text != self.line.text():
            self.line.setText(text)
            self.line.setCursorPosition(0)


class LinesField(EditorField):
    """Several lines: one text, or with `listed` a text on each."""

    def __init__(self, key: str, title: str, meaning: str, lines: int, *, listed: bool = False) -> None:
        frame = TextBox(lines)
        self.box = frame.box
        super().__init__(key, title, meaning, frame)
        self.box.setAccessibleName(title)
        self._listed = listed
        self.box.textChanged.connect(self.changed)

    @property
    def value(self) -> Any:
        """The text, or the lines that are not blank."""
        text = self.box.toPlainText()
        return [line.strip() for line in text.splitlines() if line.strip()] if self._listed else text.strip()

    def show_value(self, value: Any) -> None:
        """Show a value."""
        text = "\n".join(value) if self._listed else value or ""
        if text != self.box.toPlainText():
            self.box.setPlainText(text)


class ChoiceField(EditorField):
    """One of several values."""

    def __init__(self, key: str, title: str, meaning: str, choices: Sequence[tuple[object, str]]) -> None:
        self.button, self._known = MenuButton(title, choices), {value for value, _ in choices}
        super().__init__(key, title, meaning, self.button)
        self.row.addStretch(1)
        self._value: object = None
        self.button.picked.connect(self._pick)

    @property
    def value(self) -> Any:
        """The chosen value."""
        return self._value

    def show_value(self, value: Any) -> None:
        """Show a value; one that is not offered is shown as it is."""
        self._value = value
        self.button.show_choice((value,))
        if value not in self._known:
            self.button.relabel(f"{value}  ▾")

    def _pick(self, value: object) -> None:
        self.show_value(value)
        self.changed.emit()


class SwitchField(EditorField):
    """On or off."""

    def __init__(self, key: str, title: str, meaning: str) -> None:
        self.switch = Switch(title)
        super().__init__(key, title, meaning, self.switch)
        self.row.addStretch(1)
        self.switch.toggled.connect(self.changed)

    @property
    def value(self) -> Any:
        """True or False."""
        return self.switch.isChecked()

    def show_value(self, value: Any) -> None:
        """Show a value."""
        self.switch.setChecked(value)


class FilterField(LineField):
    """A filter over front matter, with a menu of the keys and values that the indexed files have."""

    def __init__(self, key: str, title: str, meaning: str) -> None:
        super().__init__(key, title, meaning, tr("All files, such as: difficulty = 'advanced' AND year >= 2024"))
        self.offer = TextButton(tr("Add a condition  ▾"))
        self.offer.clicked.connect(self.open_menu)
        self.row.addWidget(self.offer)
        self.values: Mapping[str, Sequence[object]] = {}
        self.offer.hide()

    def offer_values(self, values: Mapping[str, Sequence[object]]) -> None:
        """Offer these keys with their values."""
        self.values = values
        self.offer.setVisible(bool(values))

    def open_menu(self) -> QMenu:
        """Open the menu: a submenu for each key."""
        menu = QMenu(self)
        for key, values in self.values.items():
            below = menu.addMenu(key)
            for value in values:
                below.addAction(f"{value}").triggered.connect(partial(self.add_condition, key, value))
        menu.popup(self.offer.mapToGlobal(self.offer.rect().bottomLeft()))
        return menu

    def add_condition(self, key: str, value: object, _: bool = False) -> None:
        """Append a comparison to the filter."""
        is_plain = isinstance(value, int | float) and not isinstance(value, bool)
        shown = str(value).lower() if isinstance(value, bool) else str(value)
        quoted = "'" + shown.replace("'", "''") + "'"
        condition = f"{key} = {value}" if is_plain else f"{key} has {quoted}"
        given = self.line.text().strip()
        self.line.setText(f"{given} AND {condition}" if given else condition)


def persona_fields() -> list[EditorField]:
    """Return the fields of a persona, from its name to the topics it refuses, in the order of the page."""
    thinking = (
        (None, tr(AS_SETTINGS)),
        ("off", tr("Off")),
        ("on", tr("On")),
        (1024, tr("1,024 tokens")),
        (4096, tr("4,096 tokens")),
    )
    looking = ((None, tr(AS_SETTINGS)), ("auto", tr("Automatic")), ("on", tr("On")), ("off", tr("Off")))
    presets = (
        (None, tr(AS_SETTINGS)),
        ("exact", tr("Exact")),
        ("balanced", tr("Balanced")),
        ("creative", tr("Creative")),
    )
    return [
        LineField("name", tr("Name"), "", tr("Such as Gardener")),
        LineField(
            "summary", tr("Summary"), tr("What it answers, in one sentence."), tr("Knows my garden and its plants.")
        ),
        LineField(
            "tags",
            tr("Categories"),
            tr("Words to find it by, with commas between them."),
            tr("garden, plants"),
            listed=True,
        ),
        LinesField("prompt", tr("Prompt"), tr("Who it is, how it answers, and what it must not do."), 9),
        LinesField("starters", tr("Starters"), tr("Questions to begin with, one a line."), 4, listed=True),
        SwitchField(
            "files", tr("Answer from files"), tr("Off: a model answers from what it knows, and no file is read.")
        ),
        FilterField("where", tr("Only files with"), tr("A filter over their front matter; empty reads all.")),
        LineField("passages", tr("Passages"), tr("Read for a question, 1 to 20; empty: 6."), "6", number=True),
        ChoiceField("preset", tr("How it writes"), "", (*presets, ("fast", tr("Fast")))),
        LineField(
            "temperature",
            tr("Temperature"),
            tr("0: the likeliest words; 2: the most surprising."),
            tr(AUTO),
            number=True,
        ),
        LineField("max_tokens", tr("Longest answer"), tr("In tokens, 1 to 32768."), tr(AUTO), number=True),
        ChoiceField("thinking", tr("Think first"), "", thinking),
        ChoiceField("look_again", tr("Look again"), tr("Where the first passages do not answer."), looking),
        LineField(
            "refuse",
            tr("Topics refused"),
            tr("Words and phrases, with commas between them."),
            tr("dosage"),
            listed=True,
        ),
        LineField("refusal", tr("Its answer to them"), "", told(DEFAULT_REFUSAL)),
    ]


class TextBox(Surface):
    """Lines of text in a rounded frame, of a height that follows the font. Tab leaves it."""

    def __init__(self, lines: int) -> None:
        super().__init__("base", "edge", radius=RADIUS - 2)
        self._lines = lines
        self.box = _PlainBox()
        inside = QHBoxLayout(self)
        inside.setContentsMargins(UNIT // 2, UNIT // 2, UNIT // 2, UNIT // 2)
        inside.addWidget(self.box)
        self.setFocusProxy(self.box)
        self.box.focus_changed.connect(lambda focused: self.restyle("base", "accent" if focused else "edge"))
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        self.box.setFont(sized_font(BODY))
        self.setFixedHeight(self.box.fontMetrics().lineSpacing() * self._lines + 3 * UNIT)


class _PlainBox(QPlainTextEdit):
    focus_changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        slim_scrolling(self)
        self.setTabChangesFocus(True)
        clear = QPalette()
        clear.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)
        self.setPalette(clear)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave Esc to the page."""
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept text; files are left to the window."""
        if event.mimeData().hasUrls():
            event.ignore()
        else:
            super().dragEnterEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Report the focus."""
        super().focusInEvent(event)
        self.focus_changed.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Report that it is gone."""
        super().focusOutEvent(event)
        self.focus_changed.emit(False)


def _number(text: str) -> int | float | str:
    """The number of a text; a text that is none as it is."""
    for read in (int, float):
        try:
            return read(text.replace(",", "."))
        except ValueError:
            continue
    return text

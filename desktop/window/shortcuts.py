"""What keys do, in groups: the sheet behind F1, and the lines of the settings page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.widgets.buttons import TextButton
from desktop.widgets.fields import slim_scrolling
from desktop.widgets.labels import Label
from desktop.widgets.theme import TITLE, UNIT, zoomed
from desktop.window.title_bar import Command

Line = tuple[str, str]  # what keys do, and the keys
SCREEN_SHARE = 0.85  # of its height, at most
OTHERS = "Window"
COMMANDS = {  # a command that no group names stands in the last one
    "Go to": (
        "Go to the question box",
        "Search personas and chats",
        "Folders",
        "Connections",
        "Settings",
        "Trash",
        "Choose a model…",
        "Download a model…",
    ),
    "Chat": (
        "New chat",
        "Find in this chat or source",
        "Copy chat with sources",
        "Export chat…",
        "Print chat…",
        "Undo",
    ),
}
FIXED: dict[str, tuple[Line, ...]] = {
    "Question box": (
        ("Send", "Enter"),
        ("New line", "Shift+Enter"),
        ("Stop the answer", "Esc"),
        ("Edit the last question", "Up, in an empty box"),
    ),
    "Messages": (
        ("Next or previous message", "Tab or Shift+Tab"),
        ("Its links and buttons", "Left and Right"),
        ("Open a link or source", "Enter"),
        ("Back to the message", "Esc"),
        ("Scroll", "Up, Down, Page Up, Page Down"),
    ),
    "Lists": (
        ("Open", "Enter"),
        ("Rename", "F2"),
        ("Delete", "Del"),
        ("More actions", "Shift+F10"),
        ("Back to the chat", "Esc"),
    ),
}


def shortcut_groups(commands: Sequence[Command]) -> dict[str, list[Line]]:
    """Return what keys do, and the keys, by group: every command that has keys, then what boxes and lists know."""
    group_of = {label: group for group, labels in COMMANDS.items() for label in labels}
    found: dict[str, list[Line]] = {group: [] for group in (*COMMANDS, OTHERS)}
    native = QKeySequence.SequenceFormat.NativeText
    for command in commands:
        if command.keys:
            keys = " or ".join(QKeySequence(key).toString(native) for key in command.keys)
            found[group_of.get(command.label, OTHERS)].append((command.label, keys))
    return {**found, **{group: list(lines) for group, lines in FIXED.items()}}


def shortcut_lines(commands: Sequence[Command]) -> list[Line]:
    """Return the same without the groups."""
    return [line for lines in shortcut_groups(commands).values() for line in lines]


def show_shortcuts(window: QWidget, commands: Sequence[Command]) -> QDialog:
    """Open the sheet. It scrolls where the screen is too low for it."""
    dialog = QDialog(window)
    dialog.setWindowTitle("Keyboard shortcuts")
    columns = QHBoxLayout()
    columns.setSpacing(5 * UNIT)
    groups = list(shortcut_groups(commands).items())
    for part in (groups[: len(COMMANDS)], groups[len(COMMANDS) : -2], groups[-2:]):
        columns.addLayout(_column(part))
    inside = QWidget()
    inside.setLayout(columns)
    area = QScrollArea()
    area.setWidget(inside)
    area.setWidgetResizable(True)
    area.setAccessibleName("Keyboard shortcuts")
    slim_scrolling(area)
    close = TextButton("Close")
    close.clicked.connect(dialog.close)
    whole = QVBoxLayout(dialog)
    whole.setContentsMargins(3 * UNIT, 2 * UNIT, 3 * UNIT, 2 * UNIT)
    whole.setSpacing(2 * UNIT)
    whole.addWidget(Label("Keyboard shortcuts", TITLE, bold=True))
    whole.addWidget(area, 1)
    whole.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
    room = dialog.screen().availableSize() * SCREEN_SHARE
    wanted = inside.sizeHint().grownBy(whole.contentsMargins())
    wanted.setHeight(wanted.height() + 2 * close.sizeHint().height() + 5 * UNIT)
    dialog.resize(wanted.boundedTo(room))
    dialog.open()
    return dialog


def _column(groups: Sequence[tuple[str, Sequence[Line]]]) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(zoomed(UNIT))
    for title, lines in groups:
        grid = QGridLayout()
        grid.setHorizontalSpacing(3 * UNIT)
        grid.setVerticalSpacing(UNIT // 2)
        grid.setColumnStretch(0, 1)
        for place, widgets in enumerate(_labels(lines)):
            for side, widget in enumerate(widgets):
                grid.addWidget(widget, place, side)
        column.addWidget(Label(title, bold=True, ink="accent"))
        column.addLayout(grid)
        column.addSpacing(UNIT)
    column.addStretch(1)
    return column


def _labels(lines: Sequence[Line]) -> Iterator[tuple[Label, Label]]:
    for what, keys in lines:
        yield Label(what), Label(keys, ink="muted")

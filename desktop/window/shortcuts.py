"""What keys do, in groups: the sheet behind F1, and the lines of the settings page."""

from __future__ import annotations

from collections.abc import Sequence

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
    """Return what keys do, and the keys, by group: the commands that have keys here, then what boxes and lists know."""
    group_of = {label: group for group, labels in COMMANDS.items() for label in labels}
    found: dict[str, list[Line]] = {group: [] for group in (*COMMANDS, OTHERS)}
    native = QKeySequence.SequenceFormat.NativeText
    for command in commands:
        keys = " or ".join(filter(None, (QKeySequence(key).toString(native) for key in command.keys)))
        if keys:
            found[group_of.get(command.label, OTHERS)].append((command.label, keys))
    return {**found, **{group: list(lines) for group, lines in FIXED.items()}}


def shortcut_lines(commands: Sequence[Command]) -> list[Line]:
    """Return the same without the groups."""
    return [line for lines in shortcut_groups(commands).values() for line in lines]


def show_shortcuts(window: QWidget, commands: Sequence[Command]) -> QDialog:
    """Open the sheet. It scrolls where the screen is too low for it."""
    dialog = QDialog(window)
    dialog.setWindowTitle("Keyboard shortcuts")
    room = dialog.screen().availableSize() * SCREEN_SHARE
    inside = _sheet(shortcut_groups(commands), room.width() - 8 * UNIT)
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
    wanted = inside.sizeHint().grownBy(whole.contentsMargins())
    wanted.setHeight(wanted.height() + 2 * close.sizeHint().height() + 5 * UNIT)
    dialog.resize(wanted.boundedTo(room))
    dialog.open()
    return dialog


def _sheet(groups: dict[str, list[Line]], room_px: int) -> QWidget:
    """Return the groups in three columns, or below each other where these are too wide."""
    parts = [list(groups.items())[at : at + 2] for at in range(0, len(groups), 2)]
    columns = [_column(part) for part in parts]
    if sum(column.sizeHint().width() + 5 * UNIT for column in columns) > room_px:
        columns = [_column(list(groups.items()), wrap=True)]
    inside = QWidget()
    row = QHBoxLayout(inside)
    row.setContentsMargins(0, 0, zoomed(2 * UNIT), 0)
    row.setSpacing(5 * UNIT)
    for column in columns:
        row.addWidget(column)
    return inside


def _column(groups: Sequence[tuple[str, Sequence[Line]]], *, wrap: bool = False) -> QWidget:
    column = QWidget()
    grid = QGridLayout(column)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(3 * UNIT)
    grid.setVerticalSpacing(UNIT // 2)
    for title, lines in groups:
        grid.addWidget(Label(title, bold=True, ink="accent"), grid.rowCount(), 0, 1, 2)
        for what, keys in lines:
            row = grid.rowCount()
            grid.addWidget(Label(what, wrap=wrap), row, 0)
            grid.addWidget(Label(keys, ink="muted", wrap=wrap), row, 1)
        grid.setRowMinimumHeight(grid.rowCount(), zoomed(2 * UNIT))
    grid.setRowStretch(grid.rowCount(), 1)
    for side in (0, 1) if wrap else (1,):
        grid.setColumnStretch(side, 1)
    return column

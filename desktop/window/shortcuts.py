"""What keys do, in groups: the sheet behind F1, and the lines of the settings page."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.language import mark, tr
from desktop.widgets.buttons import TextButton
from desktop.widgets.fields import slim_scrolling
from desktop.widgets.labels import Label
from desktop.widgets.theme import TITLE, UNIT, zoomed
from desktop.window.title_bar import Command

Line = tuple[str, str]  # what keys do, and the keys
SCREEN_SHARE = 0.85  # of its height, at most
OTHERS = mark("Window")
COMMANDS = {  # a command that no group names stands in the last one
    mark("Go to"): (
        mark("Go to the question box"),
        mark("Search personas and chats"),
        mark("Folders"),
        mark("Connections"),
        mark("Settings"),
        mark("Trash"),
        mark("Choose a model…"),
        mark("Download a model…"),
    ),
    mark("Chat"): (
        mark("New chat"),
        mark("Find in this chat or source"),
        mark("Copy chat with sources"),
        mark("Export chat…"),
        mark("Print chat…"),
        mark("Undo"),
    ),
}
FIXED: dict[str, tuple[Line, ...]] = {
    mark("Question box"): (
        (mark("Send"), mark("Enter")),
        (mark("New line"), mark("Shift+Enter")),
        (mark("Stop the answer"), mark("Esc")),
        (mark("Edit the last question"), mark("Up, in an empty box")),
    ),
    mark("Messages"): (
        (mark("Next or previous message"), mark("Tab or Shift+Tab")),
        (mark("Its links and buttons"), mark("Left and Right")),
        (mark("Open a link or source"), mark("Enter")),
        (mark("Back to the message"), mark("Esc")),
        (mark("Scroll"), mark("Up, Down, Page Up, Page Down")),
    ),
    mark("Lists"): (
        (mark("Open"), mark("Enter")),
        (mark("Rename"), "F2"),
        (mark("Delete"), mark("Del")),
        (mark("More actions"), mark("Shift+F10")),
        (mark("Back to the chat"), mark("Esc")),
    ),
}


def shortcut_groups(commands: Sequence[Command]) -> dict[str, list[Line]]:
    """Return what keys do, and the keys, by group: the commands that have keys here, then what boxes and lists know."""
    group_of = {label: group for group, labels in COMMANDS.items() for label in labels}
    found: dict[str, list[Line]] = {group: [] for group in (*COMMANDS, OTHERS)}
    native = QKeySequence.SequenceFormat.NativeText
    for command in commands:
        keys = tr(" or ").join(filter(None, (QKeySequence(key).toString(native) for key in command.keys)))
        if keys:
            found[group_of.get(command.label, OTHERS)].append((command.label, keys))
    groups = {**found, **{group: list(lines) for group, lines in FIXED.items()}}
    return {tr(group): [(tr(what), tr(keys)) for what, keys in lines] for group, lines in groups.items()}


def shortcut_lines(commands: Sequence[Command]) -> list[Line]:
    """Return the same without the groups."""
    return [line for lines in shortcut_groups(commands).values() for line in lines]


def show_shortcuts(window: QWidget, commands: Sequence[Command]) -> QDialog:
    """Open the sheet. It scrolls where the screen is too low for it."""
    dialog = QDialog(window)
    dialog.setWindowTitle(tr("Keyboard shortcuts"))
    room = dialog.screen().availableSize() * SCREEN_SHARE
    inside = _sheet(shortcut_groups(commands), room.width() - 8 * UNIT)
    area = QScrollArea()
    area.setWidget(inside)
    area.setWidgetResizable(True)
    area.setAccessibleName(tr("Keyboard shortcuts"))
    slim_scrolling(area)
    close = TextButton(tr("Close"))
    close.clicked.connect(dialog.close)
    whole = QVBoxLayout(dialog)
    whole.setContentsMargins(3 * UNIT, 2 * UNIT, 3 * UNIT, 2 * UNIT)
    whole.setSpacing(2 * UNIT)
    whole.addWidget(Label(tr("Keyboard shortcuts"), TITLE, bold=True))
    whole.addWidget(area, 1)
    whole.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
    wanted = inside.sizeHint().grownBy(whole.contentsMargins())
    wanted.setWidth(wanted.width() + area.verticalScrollBar().sizeHint().width() + zoomed(UNIT))
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
            for place, label in enumerate((Label(what, wrap=wrap), Label(keys, ink="muted", wrap=wrap))):
                longest = max(map(label.fontMetrics().horizontalAdvance, label.text().split()))
                label.setMinimumWidth(longest)  # a word is never cut
                grid.addWidget(label, row, place)
        grid.setRowMinimumHeight(grid.rowCount(), zoomed(2 * UNIT))
    grid.setRowStretch(grid.rowCount(), 1)
    for side in (0, 1) if wrap else (1,):
        grid.setColumnStretch(side, 1)
    return column

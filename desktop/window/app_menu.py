"""The window's menu and its keys: what the mouse can do has a shortcut, and the menu can list them all."""

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QMenu, QVBoxLayout, QWidget

from desktop.network.offline_switch import Network, fixed_words
from desktop.widgets.labels import Label
from desktop.widgets.theme import TITLE, UNIT, Appearance


class Command(NamedTuple):
    """Something the window can do, and the keys for it."""

    words: str
    keys: "tuple[str | QKeySequence.StandardKey, ...]"
    act: Callable[[], object]


KEYS_OF_THE_BOX = (
    ("Send", "Enter"),
    ("New line", "Shift+Enter"),
    ("Stop the answer", "Esc"),
    ("Edit the last question", "Up, in the empty box"),
)


def install(window: QWidget, commands: tuple[Command, ...]) -> dict[str, QAction]:
    """The commands as actions of the window, by their words."""
    actions = {}
    for command in commands:
        action = QAction(command.words, window)
        action.setShortcuts([QKeySequence(keys) for keys in command.keys])
        action.triggered.connect(command.act)
        window.addAction(action)
        actions[command.words] = action
    return actions


def build_menu(window: QWidget, actions: dict[str, QAction], look: Appearance, network: Network) -> QMenu:
    """The menu behind the three dots: every command, the offline switch, and light or dark."""
    menu = QMenu(window)
    menu.addActions(list(actions.values()))
    menu.addSeparator()
    _add_switch(menu, network)
    menu.addMenu(_appearance_menu(menu, look))
    return menu


def show_shortcuts(window: QWidget, commands: tuple[Command, ...]) -> QDialog:
    """A list of every key, in a window of its own."""
    dialog = QDialog(window)
    dialog.setWindowTitle("Keyboard shortcuts")
    grid = QGridLayout()
    grid.setHorizontalSpacing(6 * UNIT)
    grid.setVerticalSpacing(UNIT // 2)
    lines = [(each.words, _keys(each)) for each in commands if each.keys]
    for place, (words, keys) in enumerate((*lines, *KEYS_OF_THE_BOX)):
        grid.addWidget(Label(words), place, 0)
        grid.addWidget(Label(keys, ink="muted"), place, 1)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.close)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(3 * UNIT, 2 * UNIT, 3 * UNIT, 2 * UNIT)
    column.setSpacing(2 * UNIT)
    column.addWidget(Label("Keyboard shortcuts", TITLE, bold=True))
    column.addLayout(grid)
    column.addWidget(buttons)
    dialog.open()
    return dialog


def _add_switch(menu: QMenu, network: Network) -> None:
    """Offline or not, and why that cannot be changed where the environment says so."""
    switch = menu.addAction("Offline: refuse connections")
    switch.setCheckable(True)
    switch.setChecked(network.state.offline)
    switch.setEnabled(not network.state.fixed)
    switch.setToolTip(fixed_words(network.state))
    switch.triggered.connect(network.choose)
    menu.setToolTipsVisible(True)


def _appearance_menu(parent: QMenu, look: Appearance) -> QMenu:
    menu = QMenu("Appearance", parent)
    group = QActionGroup(menu)
    for words, scheme in (("Follow the system", "system"), ("Light", "light"), ("Dark", "dark")):
        action = menu.addAction(words)
        action.setCheckable(True)
        action.setChecked(look.scheme == scheme)
        action.setData(scheme)
        group.addAction(action)
    _SchemeSwitch(group, look)
    return menu


class _SchemeSwitch(QObject):
    """Passes the chosen scheme on."""

    def __init__(self, group: QActionGroup, look: Appearance) -> None:
        super().__init__(group)
        self._look = look
        group.triggered.connect(self._choose)

    def _choose(self, action: QAction) -> None:
        self._look.choose_scheme(str(action.data()))


def _keys(command: Command) -> str:
    return " or ".join(QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText) for keys in command.keys)

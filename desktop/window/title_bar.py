"""The bar over the page, and the menu behind its last button."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from desktop.language import mark, tr
from desktop.models.model_menu import ModelMenu
from desktop.network.connections_page import REFUSES, Network, environment_note
from desktop.widgets.buttons import IconButton
from desktop.widgets.labels import ElidedLabel
from desktop.widgets.theme import UNIT, Appearance

NO_TITLE = mark("New chat")


class TitleBar(QWidget):
    """The conversation's title, the model, and the buttons of both sides."""

    sidebar_wanted = Signal()
    panel_wanted = Signal()
    menu_wanted = Signal()

    def __init__(self, model_menu: ModelMenu, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = ElidedLabel(tr(NO_TITLE), bold=True)
        self._chat_title, self._is_chat = tr(NO_TITLE), True
        self._more = IconButton("more", tr("Menu (F10)"))
        sidebar = IconButton("sidebar", tr("Show or hide the sidebar (F9)"))
        self._panel = panel = IconButton("panel", tr("Show or hide the side panel (F8)"))
        row = QHBoxLayout(self)
        row.setContentsMargins(UNIT, UNIT, UNIT, UNIT)
        row.setSpacing(UNIT // 2)
        row.addWidget(sidebar)
        row.addSpacing(UNIT // 2)
        row.addWidget(self._title, 1)
        for widget in (model_menu, panel, self._more):
            row.addWidget(widget)
        sidebar.clicked.connect(self.sidebar_wanted)
        panel.clicked.connect(self.panel_wanted)
        self._more.clicked.connect(self.menu_wanted)

    @property
    def title(self) -> str:
        """Title of the conversation as shown; "" beside other pages."""
        return self._title.text()

    def show_title(self, title: str) -> None:
        """Show a title; for an empty one, "New chat"."""
        self._chat_title = title or tr(NO_TITLE)
        if self._is_chat:
            self._title.setText(self._chat_title)

    def follow_page(self, is_chat: bool) -> None:
        """Show the conversation's title and the panel's button beside the chat alone: pages have their own titles."""
        self._title.setText(self._chat_title if is_chat else "")
        self._panel.setVisible(is_chat)
        self._is_chat = is_chat

    def menu_corner(self) -> QPoint:
        """Screen position of the menu, below its button."""
        return self._more.mapToGlobal(self._more.rect().bottomLeft())


class Command(NamedTuple):
    """An action of the window: its label, its shortcuts and what it calls."""

    label: str
    keys: tuple[str | QKeySequence.StandardKey, ...]
    act: Callable[[], object]


def install(window: QWidget, commands: tuple[Command, ...]) -> dict[str, QAction]:
    """Add the commands to the window as actions and return these by label."""
    actions = {}
    for command in commands:
        action = QAction(tr(command.label), window)
        action.setShortcuts([QKeySequence(keys) for keys in command.keys])
        action.triggered.connect(command.act)
        window.addAction(action)
        actions[command.label] = action
    return actions


def build_menu(window: QWidget, actions: dict[str, QAction], appearance: Appearance, network: Network) -> QMenu:
    """Return the menu behind the three dots: every command, the offline switch, and light or dark."""
    menu = QMenu(window)
    menu.setToolTipsVisible(True)
    menu.addActions(list(actions.values()))
    menu.addSeparator()
    switch = menu.addAction(tr("Work offline"))
    switch.setCheckable(True)
    switch.setChecked(network.state.offline)
    switch.setEnabled(not network.state.fixed)
    switch.setToolTip(environment_note(network.state) or tr(REFUSES))
    switch.triggered.connect(network.choose)
    menu.addMenu(_appearance_menu(menu, appearance))
    return menu


def _appearance_menu(parent: QMenu, appearance: Appearance) -> QMenu:
    menu = QMenu(tr("Appearance"), parent)
    group = QActionGroup(menu)
    for label, scheme in ((tr("Same as system"), "system"), (tr("Light"), "light"), (tr("Dark"), "dark")):
        action = menu.addAction(label)
        action.setCheckable(True)
        action.setChecked(appearance.scheme == scheme)
        action.setData(scheme)
        group.addAction(action)
    group.triggered.connect(lambda action: appearance.choose_scheme(str(action.data())))
    return menu

"""A chip for how the model writes: a preset, and whether it thinks first."""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from assistant.answers.presets import PRESETS
from desktop.chat.chat_session import ChatSession
from desktop.composer.chip import MenuChip, checked
from desktop.language import mark, told, tr
from personas import PresetName

USUAL = mark("As the persona and the settings say")
THINKING = {
    None: mark("Think as the persona and the settings say"),
    "on": mark("Think first, however long"),
    "off": mark("Answer at once, without thinking"),
}


class MannerChip(MenuChip):
    """`Usual style`, or what was chosen in its place."""

    def __init__(self, session: ChatSession, parent: QWidget | None = None) -> None:
        super().__init__(tr("How the model writes"), "gauge", parent)
        self._session = session
        self._show()

    def fill(self, menu: QMenu) -> None:
        """List the presets, and below them how to think."""
        menu.addSection(tr("Style"))
        styles = QActionGroup(menu)
        choices: list[tuple[PresetName | None, str]] = [(None, tr(USUAL))]
        choices += [(name, told(f"{name.capitalize()}: {preset.about}")) for name, preset in PRESETS.items()]
        for name, words in choices:
            action = checked(menu, words, self._session.preset == name)
            action.triggered.connect(partial(self._choose_preset, name))
            styles.addAction(action)
        menu.addSection(tr("Thinking"))
        thinking = QActionGroup(menu)
        for said, words in THINKING.items():
            action = checked(menu, tr(words), self._session.thinking == said)
            action.triggered.connect(partial(self._choose_thinking, said))
            thinking.addAction(action)

    def _choose_preset(self, name: PresetName | None) -> None:
        self._session.choose_preset(name)
        self._show()

    def _choose_thinking(self, said: str | None) -> None:
        self._session.thinking = said
        self._show()

    def _show(self) -> None:
        thinks = {"on": tr("thinks first"), "off": tr("no thinking")}.get(self._session.thinking or "", "")
        style = told((self._session.preset or "").capitalize())
        words = " · ".join(filter(None, (style, thinks)))
        self.show_choice(words[:1].upper() + words[1:] or tr("Usual style"), bool(words))

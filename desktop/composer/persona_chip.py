"""A chip that names who answers, and gives the next message to another persona."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from desktop.chat.persona_choice import PersonaChoice
from desktop.composer.chip import Chip
from desktop.composer.completion import Choice
from desktop.folders.file_listing import folded_text
from desktop.language import tr


class PersonaChip(Chip):
    """The chosen persona's name, or that of the one who answers the next message; a click lists them all."""

    def __init__(self, personas: PersonaChoice, parent: QWidget | None = None) -> None:
        super().__init__(tr("Who answers the next message"), "person", parent)
        self._personas = personas
        personas.chosen.connect(lambda _: self._show())
        personas.next_changed.connect(lambda _: self._show())
        self._show()

    def find_personas(self, words: str) -> Sequence[Choice]:
        """Return the personas whose name or summary has the words; first, to go back, the chosen one."""
        sought, current = folded_text(words), self._personas.current
        named = [one for one in self._personas.headers if sought in folded_text(one.name)]
        told = [one for one in self._personas.headers if sought in folded_text(one.summary) and one not in named]
        found = sorted([*named, *told], key=lambda one: current is None or one.id != current.id)
        return [Choice(one.name, one.summary, partial(self._personas.answer_next, one)) for one in found]

    def _show(self) -> None:
        answering, current = self._personas.answering, self._personas.current
        if answering is None:
            self.show_choice(tr("Persona"), False)
        elif answering is current:
            self.show_choice(answering.name, False)
        else:
            self.show_choice(tr("{name}, this time", name=answering.name), True)

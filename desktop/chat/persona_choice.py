"""Who answers: the catalogue's headers, the chosen persona and the size of its own knowledge."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Signal

from desktop.background import Background, Callbacks, Task

if TYPE_CHECKING:
    from assistant.workspace import Workspace
    from knowledge.sync.progress import SyncProgress
    from personas.persona import Persona, PersonaHeader


class PersonaChoice(QObject):
    """Lists personas and remembers which one was chosen last."""

    listed = Signal(object)  # tuple[PersonaHeader, ...]
    chosen = Signal(object)  # PersonaHeader
    loaded = Signal(object)  # Persona: prompt, starters
    preparing = Signal(str, object)  # persona id, SyncProgress of its own knowledge
    sized = Signal(str, int)  # persona id, passages in its own knowledge

    def __init__(self, background: Background, memory: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background, self._memory = background, memory
        self.headers: tuple[PersonaHeader, ...] = ()
        self.current: PersonaHeader | None = None

    def refresh(self) -> None:
        """Read the headers; then choose the persona of last time, else the one the settings name."""
        self._background.run("read", _headers, self, Callbacks(self._list))

    def choose(self, persona_id: str) -> None:
        """Make a persona the one who answers, and bring its knowledge up to date."""
        found = next((header for header in self.headers if header.id == persona_id), None)
        if found is None or (self.current is not None and found.id == self.current.id):
            return
        self.current = found
        self._memory.setValue("persona", persona_id)
        self.chosen.emit(found)
        self._background.run("read", lambda space, _: space.catalogue.load(persona_id), self, Callbacks(self._load))
        callbacks = Callbacks(self._size, reported=self._show_progress)
        self._background.run("index", _preparation(persona_id), self, callbacks)

    def _list(self, listing: "tuple[tuple[PersonaHeader, ...], str]") -> None:
        self.headers, default = listing
        self.listed.emit(self.headers)
        self.choose(str(self._memory.value("persona", default)))
        if self.current is None:
            self.choose(default)

    def _load(self, persona: "Persona") -> None:
        if self.current is not None and persona.id == self.current.id:
            self.loaded.emit(persona)

    def _show_progress(self, reports: "tuple[tuple[str, SyncProgress], ...]") -> None:
        self.preparing.emit(*reports[-1])

    def _size(self, sized: tuple[str, int]) -> None:
        self.sized.emit(*sized)


def _headers(space: "Workspace", _: Task) -> "tuple[tuple[PersonaHeader, ...], str]":
    return tuple(space.catalogue.headers()), space.settings.answers.persona


def _preparation(persona_id: str) -> "Callable[[Workspace, Task], tuple[str, int]]":
    def prepare(space: "Workspace", task: Task) -> tuple[str, int]:
        from knowledge.search.query import Scope

        def tell(progress: "SyncProgress") -> None:
            task.check()
            task.report((persona_id, progress))

        space.prepare_persona(persona_id, tell)
        return persona_id, space.library.chunk_count(Scope(folders=(), persona_id=persona_id))

    return prepare

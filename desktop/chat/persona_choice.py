"""The personas of the catalogue, the chosen one, and the size of its own knowledge."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Qt, Signal
from PySide6.QtGui import QGuiApplication

from desktop.background import Background, Callbacks, Task
from desktop.language import tr
from knowledge import Scope, SyncProgress

if TYPE_CHECKING:
    from assistant.workspace import Workspace
    from personas import Persona, PersonaHeader


RECENT, MOST_RECENT = "personas/recent", 5


class PersonaChoice(QObject):
    """Lists personas and remembers which one was chosen last."""

    listed = Signal(object)  # tuple[PersonaHeader, ...]
    chosen = Signal(object)  # PersonaHeader
    loaded = Signal(object)  # Persona: prompt, starters
    preparing = Signal(object)  # SyncProgress of the chosen persona's own knowledge
    sized = Signal(str, int)  # persona id, passages in its own knowledge
    next_changed = Signal(object)  # PersonaHeader that answers the next message, in place of the chosen one; or None

    def __init__(self, background: Background, memory: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background, self._memory = background, memory
        self.headers: tuple[PersonaHeader, ...] = ()
        self.current: PersonaHeader | None = None
        self._loaded: Persona | None = None
        self._next: PersonaHeader | None = None
        QGuiApplication.instance().applicationStateChanged.connect(self._look_for_changes)  # type: ignore[union-attr]

    @property
    def recent(self) -> tuple[str, ...]:
        """The ids of the personas chosen last, the latest first."""
        return tuple(filter(None, str(self._memory.value(RECENT, "")).split(" ")))

    @property
    def answering(self) -> PersonaHeader | None:
        """Who answers the next message."""
        return self._next or self.current

    def answer_next(self, header: PersonaHeader | None) -> None:
        """Have another persona answer the next message; None: the chosen one again."""
        self._next = (
            None if self.current is not None and header is not None and header.id == self.current.id else header
        )
        self.next_changed.emit(self._next)

    def refresh(self) -> None:
        """Read the headers; then choose the persona of last time, else the one the settings name.

        A chosen one stays, and is introduced again if its file has changed.
        """

        def read(space: Workspace, _: Task) -> tuple[tuple[PersonaHeader, ...], str]:
            return tuple(space.catalogue.headers()), space.settings.answers.persona

        self._background.run("read", read, self, Callbacks(self._list))

    def pages_of(self, path: Path) -> str:
        """Return `LLM engineer's pages` for a file that comes with a persona; "" for the person's own."""
        owner = next((header.name for header in self.headers if path.is_relative_to(header.folder)), "")
        return tr("{owner}'s pages", owner=owner) if owner else ""

    def choose(self, persona_id: str) -> None:
        """Choose the persona that answers, and bring its knowledge up to date."""
        found = next((header for header in self.headers if header.id == persona_id), None)
        if found is None or (self.current is not None and found.id == self.current.id):
            return
        self.current, self._loaded = found, None
        self.answer_next(None)
        self._memory.setValue("persona", persona_id)
        others = [id for id in self.recent if id != persona_id]
        self._memory.setValue(RECENT, " ".join([persona_id, *others][:MOST_RECENT]))
        self.chosen.emit(found)
        self._load(persona_id)
        self.prepare(persona_id)

    def prepare(self, persona_id: str) -> None:
        """Bring a persona's own knowledge up to date."""

        def show_progress(reports: tuple[SyncProgress, ...]) -> None:
            if self._is_current(persona_id):
                self.preparing.emit(reports[-1])

        def prepare(space: Workspace, task: Task) -> int:
            def tell(progress: SyncProgress) -> None:
                task.check()
                task.report(progress)

            space.prepare_persona(persona_id, tell)
            return space.library.chunk_count(Scope(folders=(), persona_id=persona_id))

        callbacks = Callbacks(lambda passages: self.sized.emit(persona_id, passages), reported=show_progress)
        self._background.run("index", prepare, self, callbacks)

    def _is_current(self, persona_id: str) -> bool:
        return self.current is not None and persona_id == self.current.id

    def _load(self, persona_id: str) -> None:
        def load(persona: Persona) -> None:
            if not self._is_current(persona_id) or persona == self._loaded:
                return
            self._loaded = persona
            self.loaded.emit(persona)

        self._background.run("read", lambda space, _: space.catalogue.load(persona_id), self, Callbacks(load))

    def _look_for_changes(self, state: Qt.ApplicationState) -> None:
        """Read the headers again when the window comes to the front: files may have been edited elsewhere."""
        if state == Qt.ApplicationState.ApplicationActive and self.headers:
            self.refresh()

    def _list(self, listing: tuple[tuple[PersonaHeader, ...], str]) -> None:
        self.headers, default = listing
        self.listed.emit(self.headers)
        before, self.current = self.current, next((each for each in self.headers if self._is_current(each.id)), None)
        if self.current is not None:
            if self.current != before:
                self._loaded = None
                self.chosen.emit(self.current)
                self.prepare(self.current.id)
            self._load(self.current.id)
            return
        self.choose(str(self._memory.value("persona", default)))
        if self.current is None:
            self.choose(default)

"""What the gallery and the editor show, and every change to the person's own personas, on workers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, QSettings, Signal

from desktop.background import Background, Callbacks, Task
from desktop.chat.persona_choice import PersonaChoice
from desktop.language import tr
from desktop.personas.draft import PersonaDraft
from desktop.personas.editor_fields import VALUES_OFFERED
from personas import (
    PersonaHeader,
    add_knowledge,
    copy_persona,
    export_persona,
    free_id,
    import_persona,
    knowledge_size,
    save_persona,
)

if TYPE_CHECKING:
    from assistant.workspace import Workspace
    from errors import AppError

PINNED = "personas/pinned"


class GalleryEntry(NamedTuple):
    """A persona of the gallery. `is_own`: it stands in the home; `covers`: in the place of a built-in one."""

    header: PersonaHeader
    is_own: bool
    covers: bool
    files: int
    size_bytes: int
    text: str  # casefolded, to be searched


class Gallery(NamedTuple):
    """Every persona, sorted by id, and the files of those that cannot be used, each with the reason."""

    entries: tuple[GalleryEntry, ...] = ()
    problems: tuple[tuple[Path, str], ...] = ()


class OwnPersonas(QObject):
    """Lists, reads and changes personas. After each change the lists everywhere are read again."""

    listed = Signal(object)  # Gallery
    opened = Signal(object)  # PersonaDraft
    saved = Signal(str)  # id
    copied = Signal(str)  # id
    exported = Signal(object)  # Path
    imported = Signal(str)  # id
    removed = Signal(str, str)  # id, name
    refused = Signal(object)  # AppError
    valued = Signal(object)  # dict[str, tuple[object, ...]]: keys of front matter, and their values

    def __init__(
        self, background: Background, choice: PersonaChoice, memory: QSettings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._background, self._memory, self.choice = background, memory, choice
        self.gallery = Gallery()
        self._done: list[Callable[[], None]] = []  # to be told once the personas are listed again
        choice.listed.connect(self._tell_done)

    def read(self) -> None:
        """List every persona with the size of its knowledge."""
        self._run(_read_gallery, self._show)

    def open(self, persona_id: str) -> None:
        """Read a persona, to edit it."""
        self._run(lambda space: _read_draft(space, persona_id), self.opened.emit)

    def read_values(self) -> None:
        """Read what filters can name."""
        self._run(lambda space: space.library.metadata_values(VALUES_OFFERED), self.valued.emit)

    def save(self, draft: PersonaDraft) -> None:
        """Write a persona: a new one under a free id, a built-in one as a copy in its place."""
        self._change(lambda space: _save(space, draft), self.saved)

    def copy(self, persona_id: str) -> None:
        """Copy a persona under a free id."""

        def copy(space: Workspace) -> str:
            source = space.catalogue.load(persona_id)
            front = replace(source.front, name=tr("{name} (copy)", name=source.name))
            id = free_id(space.catalogue.folders(), source.name)
            return copy_persona(source.folder, space.home.personas, id, front).name

        self._change(copy, self.copied)

    def export(self, persona_id: str, target: Path) -> None:
        """Write a persona and its knowledge to one file."""
        self._run(
            lambda space: export_persona(space.catalogue.load(persona_id).folder, target),
            self.exported.emit,
        )

    def add_from(self, file: Path) -> None:
        """Import a persona; beside the one of its id, if there is one."""
        self._change(lambda space: import_persona(file, space.home.personas).folder.name, self.imported)

    def remove(self, header: PersonaHeader) -> None:
        """Move one of the person's own personas aside."""

        def remove(space: Workspace) -> str:
            space.remove_persona(header.id)
            return header.id

        self._run(remove, lambda id: self._tell_removed(id, header.name))

    def restore(self, persona_id: str) -> None:
        """Bring back a removed persona."""

        def restore(space: Workspace) -> str:
            return space.restore_persona(persona_id).name

        self._change(restore, self.saved)

    @property
    def pinned(self) -> tuple[str, ...]:
        """The ids of pinned personas, in the order in which they were pinned."""
        return tuple(filter(None, str(self._memory.value(PINNED, "")).split(" ")))

    def pin(self, persona_id: str, pinned: bool) -> None:
        """Pin a persona to the top of the gallery, or let it go."""
        others = [id for id in self.pinned if id != persona_id]
        self._memory.setValue(PINNED, " ".join([*others, persona_id] if pinned else others))
        self.listed.emit(self.gallery)

    def _show(self, gallery: Gallery) -> None:
        self.gallery = gallery
        self.listed.emit(gallery)

    def _tell_removed(self, persona_id: str, name: str) -> None:
        self._done.append(lambda: self.removed.emit(persona_id, name))
        self.choice.refresh()

    def _tell_done(self) -> None:
        done, self._done = self._done, []
        for tell in done:
            tell()

    def _change(self, change: Callable[[Workspace], str], done: Any) -> None:
        def tell(persona_id: str) -> None:
            self._done.append(lambda: done.emit(persona_id))
            self.choice.refresh()
            self.choice.prepare(persona_id)

        self._run(change, tell)

    def _run(self, work: Callable[[Workspace], Any], done: Callable[[Any], None]) -> None:
        def run(space: Workspace, _: Task) -> Any:
            return work(space)

        self._background.run("read", run, self, Callbacks(done, self._refuse))

    def _refuse(self, error: AppError) -> None:
        self.refused.emit(error)


def _read_gallery(space: Workspace) -> Gallery:
    personas, catalogue = space.home.personas, space.catalogue
    entries = []
    for header in catalogue.headers():
        is_own = header.folder.parent == personas
        covers = is_own and catalogue.is_built_in(header.id)
        text = " ".join((header.id, header.name, header.summary, *header.tags)).casefold()
        entries.append(GalleryEntry(header, is_own, covers, *knowledge_size(header.folder), text))
    return Gallery(tuple(entries), tuple(catalogue.problems()))


def _read_draft(space: Workspace, persona_id: str) -> PersonaDraft:
    persona = space.catalogue.load(persona_id)
    is_own = persona.folder.parent == space.home.personas
    return PersonaDraft(persona.id, persona.front, persona.prompt, is_own, *knowledge_size(persona.folder))


def _save(space: Workspace, draft: PersonaDraft) -> str:
    personas = space.home.personas
    id = draft.id or free_id(space.catalogue.folders(), draft.front.name)
    if draft.id and not (personas / id).exists():
        copy_persona(space.catalogue.load(id).folder, personas, id, draft.front, draft.prompt)
    else:
        save_persona(personas / id, draft.front, draft.prompt)
    if draft.added:
        add_knowledge(personas / id, draft.added)
    return id

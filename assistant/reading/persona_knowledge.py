"""Keeps the knowledge that comes with a persona in the library, as a folder of that persona's own."""

from collections.abc import Callable
from pathlib import Path

from knowledge.library import Library
from knowledge.sync.progress import SyncProgress
from personas.persona import Persona


def prepare(library: Library, persona: Persona, on_progress: Callable[[SyncProgress], None]) -> None:
    """Register the persona's knowledge and index it if a file of it changed; forget its old place if it moved."""
    here = persona.knowledge.resolve() if persona.knowledge else None
    for folder in library.folders():
        if folder.persona_id == persona.id and folder.path != here:
            library.remove_folder(folder.path)
    if here is None:
        return
    library.add_folder(here, persona_id=persona.id)
    if not _is_current(library, here):
        library.sync([here], on_progress=on_progress)


def _is_current(library: Library, folder: Path) -> bool:
    """Whether every file is in the ledger as it is now. A look at names, sizes and times: no indexing is waited for."""
    known = {row.path: row for row in library.files(folder) if row.status != "waiting"}
    found = {path for path in folder.rglob("*") if path.is_file()}
    return found == set(known) and all(
        _is_unchanged(path, known[path].size_bytes, known[path].indexed_at) for path in found
    )


def _is_unchanged(path: Path, size_bytes: int, indexed_at: float | None) -> bool:
    stat = path.stat()
    return stat.st_size == size_bytes and indexed_at is not None and stat.st_mtime < indexed_at

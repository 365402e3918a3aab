"""The folders and files of a library that a key may see: no other file is ever read or named."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from errors import AppError
from knowledge import FileRow, FileStatus, Folder, Library
from serving.access import ApiKey
from serving.mcp.framed_text import harmless


class VisibleFiles:
    """Files by their resolved places; what is read of them is the text in the ledger, never the disk."""

    def __init__(self, library: Library, key: ApiKey) -> None:
        self._library, self._key = library, key

    def within(self, wanted: Sequence[str]) -> list[Path] | None:
        """The folders to look in; None: all. Raises AccessRefused, and AppError for one that is in no watched one."""
        paths = [_place(Path(one)) for one in wanted]
        watched = [folder.path for folder in self._library.folders() if folder.persona_id is None]
        for path in paths:
            if not any(_meet(path, one) for one in watched):
                raise AppError(
                    f"{harmless(str(path))} is in no watched folder", "list_files names the watched folders."
                )
        return self._key.reachable(paths)

    def folders(self, within: Sequence[Path] | None) -> list[Folder]:
        """The person's folders that hold any of these; None: any that the key may see."""
        inside = within or self._key.folders
        return [
            folder
            for folder in self._library.folders()
            if folder.persona_id is None and (not inside or any(_meet(folder.path, one) for one in inside))
        ]

    def rows(self, where: str, within: Sequence[Path] | None) -> Iterator[FileRow]:
        """The person's files that pass the filter, by path. Raises FilterInvalid."""
        ids = {folder.id for folder in self._library.folders() if folder.persona_id is None}
        for row in self._library.files_passing(where or None):
            inside = within is None or any(row.path.is_relative_to(folder) for folder in within)
            if row.folder_id in ids and inside and self._may_see(row.path):
                yield row

    def indexed_file(self, asked: Path) -> Path:
        """The place of a file whose text can be read. Raises AppError for any other, whether it is there or not."""
        place = _place(asked.parent) / asked.name
        folders = {folder.id: folder for folder in self._library.folders()}
        lines = [one for one in self._library.lines_at([place]) if self._may_read(folders.get(one.folder_id), one.path)]
        if not lines:
            raise AppError(f"{harmless(str(asked))} is in no folder that can be read here", "list_files has the paths.")
        if not any(line.chunks for line in lines):
            reason = lines[0].reason or "it has not been read yet"
            raise AppError(f"{harmless(asked.name)} has no text that can be read", f"It is {lines[0].state}: {reason}.")
        return place

    def _may_see(self, path: Path) -> bool:
        """True where the key's folders hold a file, and what it leads to if it is a link."""
        folders = self._key.folders
        places = (path, Path(os.path.realpath(path))) if folders else ()
        return all(any(place.is_relative_to(one) for one in folders) for place in places)

    def _may_read(self, folder: Folder | None, path: Path) -> bool:
        if folder is None:
            return False
        if folder.persona_id is not None:
            return not self._key.personas or folder.persona_id in self._key.personas
        return self._may_see(path)


def state_of(row: FileRow) -> FileStatus:
    """The state of a file for people: one that is not read yet as it is now is waiting."""
    return "waiting" if row.is_unread else row.status


def _place(path: Path) -> Path:
    """The path without links. Raises AppError for what cannot be one."""
    try:
        place = Path(os.path.realpath(path.expanduser()))
        str(place).encode("utf-8")
    except (ValueError, RuntimeError, OSError) as error:  # a null character, half a character, no such user
        raise AppError("This is no path of a file", "list_files has the paths.") from error
    return place


def _meet(one: Path, other: Path) -> bool:
    return one.is_relative_to(other) or other.is_relative_to(one)

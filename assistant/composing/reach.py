"""The files that a question may be answered from, as a person chooses them for a chat."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Reach:
    """Folders and single files to search; neither: all of the person's folders, and what the persona knows.

    `no_files`: nothing is searched, and the model answers alone. `where`: a filter over front matter; "": any file.
    """

    folders: tuple[Path, ...] = ()
    files: tuple[Path, ...] = ()
    no_files: bool = False
    where: str = ""

    @property
    def paths(self) -> tuple[Path, ...]:
        """Folders and files."""
        return self.folders + self.files

    @property
    def is_everywhere(self) -> bool:
        """True where no folders or files are chosen, and searching is not off."""
        return not self.paths and not self.no_files

    @property
    def says(self) -> str:
        """`All folders`, `No files`, a name, `2 folders`, or `1 folder, 2 files`, and the filter, for people."""
        return f"{self._places}: {self.where}" if self.where else self._places

    @property
    def _places(self) -> str:
        if self.no_files or not self.paths:
            return "No files" if self.no_files else "All folders"
        if len(self.paths) == 1:
            return self.paths[0].name or str(self.paths[0])
        counts = ((len(self.folders), "folder"), (len(self.files), "file"))
        return ", ".join(f"{count:,} {noun}{'s' if count > 1 else ''}" for count, noun in counts if count)

    def with_paths(self, *, folders: Sequence[Path] = (), files: Sequence[Path] = ()) -> Reach:
        """These folders and files too."""
        return replace(
            self,
            folders=tuple(dict.fromkeys([*self.folders, *folders])),
            files=tuple(dict.fromkeys([*self.files, *files])),
            no_files=False,
        )

    def without(self, path: Path) -> Reach:
        """The same without a folder or file."""
        folders, files = tuple(f for f in self.folders if f != path), tuple(f for f in self.files if f != path)
        return replace(self, folders=folders, files=files)


ALL_FOLDERS = Reach()
NO_FILES = Reach(no_files=True)


def dump_reach(reach: Reach) -> str:
    """The choice as a JSON object; "" for all folders."""
    if reach == ALL_FOLDERS:
        return ""
    paths = {"folders": [*map(str, reach.folders)], "files": [*map(str, reach.files)]}
    return json.dumps({**paths, "no_files": reach.no_files, "where": reach.where})


def load_reach(text: str) -> Reach:
    """The choice of `dump_reach`."""
    if not text:
        return ALL_FOLDERS
    row = json.loads(text)
    folders, files = tuple(map(Path, row["folders"])), tuple(map(Path, row["files"]))
    return Reach(folders, files, bool(row["no_files"]), str(row.get("where", "")))

"""The files that a question may be answered from, as a person chooses them for a chat."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Reach:
    """Folders and single files to search; neither: all of the person's folders, and what the persona knows.

    `no_files`: nothing is searched, and the model answers alone.
    """

    folders: tuple[Path, ...] = ()
    files: tuple[Path, ...] = ()
    no_files: bool = False

    @property
    def paths(self) -> tuple[Path, ...]:
        """Folders and files."""
        return self.folders + self.files

    @property
    def says(self) -> str:
        """`All folders`, `No files`, a name, `2 folders`, or `1 folder, 2 files`, for people."""
        if self.no_files or not self.paths:
            return "No files" if self.no_files else "All folders"
        if len(self.paths) == 1:
            return self.paths[0].name or str(self.paths[0])
        counts = ((len(self.folders), "folder"), (len(self.files), "file"))
        return ", ".join(f"{count:,} {noun}{'s' if count > 1 else ''}" for count, noun in counts if count)

    def with_paths(self, *, folders: Sequence[Path] = (), files: Sequence[Path] = ()) -> Reach:
        """These folders and files too."""
        return Reach(tuple(dict.fromkeys([*self.folders, *folders])), tuple(dict.fromkeys([*self.files, *files])))

    def without(self, path: Path) -> Reach:
        """The same without a folder or file."""
        return Reach(tuple(f for f in self.folders if f != path), tuple(f for f in self.files if f != path))


ALL_FOLDERS = Reach()
NO_FILES = Reach(no_files=True)


def dump_reach(reach: Reach) -> str:
    """The choice as a JSON object; "" for all folders."""
    if reach == ALL_FOLDERS:
        return ""
    paths = {"folders": [*map(str, reach.folders)], "files": [*map(str, reach.files)]}
    return json.dumps({**paths, "no_files": reach.no_files})


def load_reach(text: str) -> Reach:
    """The choice of `dump_reach`."""
    if not text:
        return ALL_FOLDERS
    row = json.loads(text)
    return Reach(tuple(map(Path, row["folders"])), tuple(map(Path, row["files"])), bool(row["no_files"]))

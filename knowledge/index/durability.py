"""Flushes what LanceDB wrote to a folder: it never does so itself."""

import os
from pathlib import Path


class Durability:
    """Knows which files below a folder were flushed. LanceDB never changes a file that it wrote."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._flushed: set[Path] = set()

    def ensure(self) -> None:
        """On return every file and folder survives a power loss."""
        files, folders = _below(self._folder)
        for path in [*(files - self._flushed), *folders, self._folder.parent]:
            _flush(path)
        self._flushed = files


def _below(root: Path) -> tuple[set[Path], list[Path]]:
    files: set[Path] = set()
    folders: list[Path] = []
    for folder, _, names in os.walk(root, topdown=False):  # what a folder names is durable before the folder
        files.update(Path(folder, name) for name in names)
        folders.append(Path(folder))
    return files, folders


def _flush(path: Path) -> None:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except (FileNotFoundError, PermissionError):  # dropped meanwhile; Windows opens no folders
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

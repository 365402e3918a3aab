"""What is in a folder right now."""

import os
import stat as modes
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from errors import AppError
from knowledge.rows import Stat

# A file changed this recently may change again within its timestamp's resolution: it is not taken for unchanged.
TIMESTAMP_RESOLUTION_NS = 20_000_000


UNKNOWN = Stat(size_bytes=0, mtime_ns=-1, inode=0)


class FolderMissing(AppError):
    """A watched folder is not there: perhaps unmounted, which is not the same as emptied."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file in a folder. `reason`: why it cannot be read, or empty. `is_folder`: a folder that could not be listed."""

    path: Path
    stat: Stat
    reason: str = ""
    is_folder: bool = False


def walk(folder: Path, skip: frozenset[Path] = frozenset()) -> Iterator[Found]:
    """Every file that is not hidden, depth first, each once; links to folders are not followed, nor `skip` entered.

    Raises FolderMissing when the folder itself cannot be listed.
    """
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise FolderMissing(
            f"{folder} cannot be read: {error.strerror}", "What was indexed of it is kept until it is back."
        ) from error
    for entry in entries:
        if not entry.name.startswith("."):
            yield from _visit(entry, skip)


def _visit(entry: os.DirEntry[str], skip: frozenset[Path]) -> Iterator[Found]:
    path = Path(entry.path)
    if not _is_unicode(entry.name):
        yield Found(Path(os.fsencode(path).decode("utf-8", "replace")), UNKNOWN, "its name is not valid Unicode")
        return
    if entry.is_dir(follow_symlinks=False):
        if path in skip:
            return
        try:
            yield from walk(path, skip)
        except FolderMissing as error:
            yield Found(path, UNKNOWN, error.title, is_folder=True)
    elif not (entry.is_symlink() and entry.is_dir()):
        yield _file(path)


def _is_unicode(name: str) -> bool:
    """Whether the name is text: on Unix a name is any bytes."""
    return not any("\ud800" <= character <= "\udfff" for character in name)


def _file(path: Path) -> Found:
    try:
        status = path.stat()
    except OSError as error:
        return Found(path, UNKNOWN, f"cannot be read: {error.strerror}")
    settled = time.time_ns() - status.st_mtime_ns > TIMESTAMP_RESOLUTION_NS
    stat = Stat(size_bytes=status.st_size, mtime_ns=status.st_mtime_ns if settled else -1, inode=status.st_ino)
    return Found(path, stat, "" if modes.S_ISREG(status.st_mode) else "not a regular file")

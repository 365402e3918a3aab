"""The bytes of a file, and the error for a file that has no text to give."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from errors import AppError

MAX_FILE_BYTES = 50_000_000
NO_TEXT = "no text in it"  # the reason of a sound file: it is passed over, like one that is empty


class Unreadable(AppError):
    """A file that cannot be turned into text. `reason` is shown to the user: `encrypted PDF: it needs a password`."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(f"This file cannot be read: {reason}", hint)
        self.reason = reason


def read_file(path: Path) -> bytes:
    """The file's bytes. Raises Unreadable for one that is empty, too large, not a regular file or inaccessible."""
    with opened_file(path) as file:
        data = file.read(MAX_FILE_BYTES + 1)
    if not data:
        raise Unreadable("empty file")
    return data


class LooksSecret(Unreadable):
    """A file that is left out because of what it holds; `reason` says what."""


@contextmanager
def opened_file(path: Path, within: Sequence[Path] = ()) -> Iterator[IO[bytes]]:
    """The file, open while the block runs. Raises Unreadable as `read_file` does, from the block too.

    `within`: folders, without links in their paths, one of which it must be in; (): it may be anywhere.
    """
    try:
        with open_within(path, within) as file:
            if os.fstat(file.fileno()).st_size > MAX_FILE_BYTES:
                raise Unreadable(f"larger than {MAX_FILE_BYTES // 1_000_000} MB", "Split it into smaller files.")
            yield file
    except FileNotFoundError as error:
        raise Unreadable("the file no longer exists") from error
    except PermissionError as error:
        raise Unreadable("no permission to read it") from error
    except OSError as error:
        raise Unreadable(f"the disk reports: {error.strerror or error}") from error


def open_within(path: Path, within: Sequence[Path]) -> IO[bytes]:
    """The open file. Raises OSError, and Unreadable for one that is not a regular file, or is in none of the folders.

    A link or a folder that was exchanged since it was found is noticed: what counts is where the open file is.
    """
    # Without O_NONBLOCK, a pipe that took the file's place would be waited for.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Unreadable("not a regular file")
    if within and not any(_place(descriptor, path).is_relative_to(folder) for folder in within):
        os.close(descriptor)
        raise Unreadable("a link that leads out of your folders")
    return os.fdopen(descriptor, "rb")


def real_path(path: Path) -> Path:
    """The path without links; of links in a circle, as far as they can be followed."""
    return Path(os.path.realpath(path))  # `Path.resolve` raises RuntimeError for a circle


def _place(descriptor: int, path: Path) -> Path:
    """Where an open file is; on systems that do not tell, where its path leads now."""
    try:
        return Path(f"/proc/self/fd/{descriptor}").readlink()
    except OSError:
        return real_path(path)


def printable(name: str) -> str:
    """`name` without the lone surrogates that stand for bytes of a name that is not Unicode."""
    return os.fsencode(name).decode("utf-8", "replace")

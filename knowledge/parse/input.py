"""Why a file has no text for us."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from errors import AppError


class Unreadable(AppError):
    """A file that cannot be turned into text. `reason` is for a person, as `encrypted PDF: it needs a password`."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(f"This file cannot be read: {reason}", hint)
        self.reason = reason


class NeedsRecognition(Unreadable):
    """A file of `pages` pictures of text, which a process with more time and memory recognises."""

    def __init__(self, reason: str, pages: int) -> None:
        super().__init__(reason)
        self.pages = pages


MAX_FILE_BYTES = 50_000_000


def read_file(path: Path) -> bytes:
    """The file's bytes. Raises Unreadable for one that is empty, too large, no regular file or not to be had."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable("not a regular file")
        if status.st_size > MAX_FILE_BYTES:
            raise Unreadable(f"larger than {MAX_FILE_BYTES // 1_000_000} MB", "Split it into smaller files.")
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise Unreadable(_os_reason(error)) from error
    if not data:
        raise Unreadable("empty file")
    return data


def _os_reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "the file is gone"
    if isinstance(error, PermissionError):
        return "no permission to read it"
    return f"the disk says: {error.strerror or error}"


def printable(name: str) -> str:
    """`name` without the lone surrogates that stand for bytes of a name that is not Unicode."""
    return os.fsencode(name).decode("utf-8", "replace")

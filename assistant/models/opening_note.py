"""A note on disk of the model that is being opened: one whose opening ended a process is not opened again unasked."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from engines import OpeningCrashed
from errors import AppError


class LastOpeningCrashed(AppError):
    """Opening the model of last time ended the engine's process, or Carrel, or the machine."""

    def __init__(self, path: Path) -> None:
        title = f"{path.name} was not opened: the last time, Carrel or its engine ended while opening it"
        hint = "The file may be damaged, or too large for this machine's memory. Choose it yourself to try again."
        super().__init__(title, hint)


class OpeningNote:
    """The file with the note. It is there while a model is being opened, and stays where that ended a process."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @contextmanager
    def kept(self, path: Path) -> Iterator[None]:
        """Note that `path` is being opened, for the length of the block; for good where the engine's process ended."""
        self._write(path, os.getpid(), psutil.Process().create_time())
        try:
            yield
        except OpeningCrashed:
            self._write(path, 0, 0.0)
            raise
        except BaseException:
            self._delete()
            raise
        self._delete()

    def check(self, path: Path) -> None:
        """Raise LastOpeningCrashed where opening `path` ended a process the last time."""
        try:
            noted = json.loads(self._file.read_text("utf-8"))
            same = Path(noted["path"]) == path and not _runs(noted["process"], noted["since"])
        except (OSError, ValueError, KeyError, TypeError):  # there is none, or the machine went down while writing it
            return
        if same:
            raise LastOpeningCrashed(path)

    def _write(self, path: Path, process: int, since: float) -> None:
        with suppress(OSError):  # a disk that is full or read-only is no reason to open no model
            self._file.write_text(json.dumps({"path": str(path), "process": process, "since": since}), "utf-8")

    def _delete(self) -> None:
        with suppress(OSError):
            self._file.unlink(missing_ok=True)


def _runs(process: int, since: float) -> bool:
    """True if the process that wrote a note still runs, as another Carrel that is opening the model."""
    with suppress(psutil.Error):
        return process > 0 and psutil.Process(process).create_time() == since
    return False

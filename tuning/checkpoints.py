"""Checkpoints of a run: each is whole or not there, whenever the process or the machine dies."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

_KEPT = 2  # the newest, and one before it in case the newest is damaged
_MANIFEST = "checkpoint.json"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state after `step` steps, in files of `path`."""

    step: int
    path: Path


class Checkpoints:
    """The checkpoints in a folder. `fingerprint`: of all that decides the run; those of another run are not seen."""

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self._folder, self._fingerprint = folder, fingerprint

    def newest(self) -> Checkpoint | None:
        """The newest that is whole; None where none is."""
        return next(filter(self._is_whole, self._newest_first()), None)

    def of_another_run(self) -> bool:
        """True if there are checkpoints, and none of this run."""
        return any(self._newest_first()) and self.newest() is None

    def write(self, step: int, write_files: Callable[[Path], None]) -> Checkpoint:
        """Have `write_files` write the state into a folder, and make that the newest checkpoint. Raises OSError."""
        done = Checkpoint(step, self._folder / f"step-{step:08}")
        draft = self._folder / f".step-{step:08}.half"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        try:
            write_files(draft)
            files = {file.name: _digest(file) for file in sorted(draft.iterdir())}
            manifest = {"step": step, "run": self._fingerprint, "files": files}
            (draft / _MANIFEST).write_text(json.dumps(manifest), "utf-8")
            for file in draft.iterdir():
                _to_disk(file)
            shutil.rmtree(done.path, ignore_errors=True)  # a damaged one of the same step
            draft.rename(done.path)
            _to_disk(self._folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        self._remove_old()
        return done

    def _newest_first(self) -> Iterator[Checkpoint]:
        for path in sorted(self._folder.glob("step-*"), reverse=True):
            yield Checkpoint(int(path.name.removeprefix("step-")), path)

    def _is_whole(self, checkpoint: Checkpoint) -> bool:
        try:
            manifest = json.loads((checkpoint.path / _MANIFEST).read_text("utf-8"))
            if manifest["run"] != self._fingerprint:
                return False
            return all(_digest(checkpoint.path / name) == digest for name, digest in manifest["files"].items())
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def _remove_old(self) -> None:
        for old in list(self._newest_first())[_KEPT:]:
            shutil.rmtree(old.path, ignore_errors=True)


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _to_disk(path: Path) -> None:
    """Have the system write a file or folder to the disk. Windows has no such call for folders."""
    if path.is_dir() and os.name == "nt":
        return
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)

"""A folder of snapshots of any number of models, under one budget. Several processes may use it at once.

Nothing in it is needed, so what goes wrong on the disk is logged and costs time and nothing else.
"""

import logging
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from engines.llama.kv.forgotten import Forgotten
from engines.llama.kv.prefix import Transcript
from engines.llama.kv.snapshot_file import SnapshotDamaged, read_header, snapshot_bytes, write_snapshot

_CHAT = re.compile(r"[0-9a-f]{32}-[0-9a-f]{32}\.chat")
_PART = re.compile(r"[0-9a-f]{32}-[0-9a-f]{32}\.[0-9a-f]{8}\.part")
# Writing one takes seconds. What is older was left by a process that died.
_PART_SECONDS = 3600
# Conversations and the index are on the same disk as a rule, and worth more than time.
_SPARED_BYTES = 1 << 30
_log = logging.getLogger("carrel.snapshots")


@dataclass(frozen=True, slots=True, order=True)
class StoredFile:
    """`used_at`: seconds since 1970; `bytes`: its size."""

    used_at: float
    bytes: int
    path: Path


class SnapshotFolder:
    """The files. A name is that of an identity and that of a chat; a file is whole from the moment it has one."""

    def __init__(self, path: Path, budget_bytes: int) -> None:
        """`budget_bytes`: the most that all snapshots take."""
        self.path, self._budget_bytes = path, budget_bytes
        with quietly("opening"):
            path.mkdir(parents=True, exist_ok=True)
            path.chmod(0o700)
            self._drop_parts()

    def files(self) -> list[StoredFile]:
        """Every snapshot, of whatever model, the longest unused first."""
        files = []
        with quietly("listing"):
            for entry in os.scandir(self.path):
                if _CHAT.fullmatch(entry.name):
                    with suppress(FileNotFoundError):  # dropped by another process meanwhile
                        found = entry.stat()
                        files.append(StoredFile(found.st_mtime, found.st_size, Path(entry.path)))
        return sorted(files)

    def add(self, name: str, identity: bytes, transcript: Transcript, state: memoryview) -> bool:
        """Write one, in place of those that were not used for longest. False when the disk or the budget is too small.

        Takes as long as the disk does.
        """
        needed = snapshot_bytes(transcript, state)
        if needed > self._budget_bytes:
            return False
        with quietly("writing"):
            self._make_room(needed)
            if shutil.disk_usage(self.path).free >= needed + _SPARED_BYTES:
                self._write(self.path / name, identity, transcript, state)
                return True
        return False

    def drop(self, path: Path) -> None:
        """Delete one, if it is still there."""
        with quietly("dropping"):
            path.unlink(missing_ok=True)

    def drop_holding(self, forgotten: Forgotten) -> None:
        """Delete every chat that is to be forgotten, of whatever model, and what cannot be read."""
        for file in self.files():
            try:
                holds = forgotten.is_in(read_header(file.path).transcript.text)
            except (SnapshotDamaged, OSError):
                holds = True
            if holds:
                self.drop(file.path)

    def _make_room(self, needed: int) -> None:
        files = self.files()
        over = sum(file.bytes for file in files) + needed - self._budget_bytes
        for file in files:
            if over <= 0:
                return
            self.drop(file.path)
            over -= file.bytes

    def _write(self, path: Path, identity: bytes, transcript: Transcript, state: memoryview) -> None:
        part = path.with_suffix(f".{secrets.token_hex(4)}.part")
        try:
            write_snapshot(part, identity, transcript, state)
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise

    def _drop_parts(self) -> None:
        for entry in os.scandir(self.path):
            if _PART.fullmatch(entry.name) and entry.stat().st_mtime < time.time() - _PART_SECONDS:
                self.drop(Path(entry.path))


@contextmanager
def quietly(doing: str) -> Iterator[None]:
    """What fails on the disk in the block is logged, and no more."""
    try:
        yield
    except OSError as error:
        _log.debug("%s snapshots: %s", doing, error)

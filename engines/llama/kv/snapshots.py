"""Chats that a model has read, kept on disk: after a restart none of them is read again."""

import hashlib
import logging
import os
import re
import secrets
import shutil
import struct
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from engines.llama.kv.prefix import Forgotten, Transcript
from engines.llama.kv.snapshot_file import SnapshotDamaged, read_header, read_state, snapshot_bytes, write_snapshot

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


_NAME_BYTES = 16


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """A chat on disk. `transcript`: what was read; the memory that it left, `state_bytes` long, stays in the file."""

    path: Path
    transcript: Transcript
    state_bytes: int


class SnapshotStore:
    """The snapshots that fit one model in one setting. Thread-safe; other processes may use the folder too."""

    def __init__(self, folder: SnapshotFolder, identity: bytes, *, rolls_back: bool) -> None:
        """`identity`: 32 bytes that differ wherever states do not fit each other.

        `rolls_back`: whether the model's memory can forget its last tokens. Where it can, the last stage of a chat does
        for all earlier ones, which are dropped.
        """
        self._folder, self._identity, self._rolls_back = folder, identity, rolls_back
        self._prefix = f"{_name(identity)}-"
        self._lock = Lock()
        self._known: dict[Path, Snapshot] = {}
        self._dropped: set[Path] = set()  # also where the disk refuses to delete
        self.all()

    def all(self) -> Sequence[Snapshot]:
        """Every chat that is there now, the longest unused first.

        Costs a listing of the folder, and a read for each new file.
        """
        present = [file.path for file in self._folder.files() if file.path.name.startswith(self._prefix)]
        with self._lock:
            self._known = {path: self._known[path] for path in present if path in self._known}
            new = [path for path in present if path not in self._known and path not in self._dropped]
        for path in new:
            self._learn(path)
        with self._lock:
            return tuple(self._known[path] for path in present if path in self._known)

    def load(self, snapshot: Snapshot, into: memoryview) -> bool:
        """Fill `into`, `state_bytes` long, with the chat's state, checked byte for byte; False: the chat is lost."""
        try:
            size = read_state(snapshot.path, self._identity, snapshot.transcript, into)
            if size != snapshot.state_bytes:
                raise SnapshotDamaged("not as long as it was")
        except (SnapshotDamaged, OSError):
            self.drop(snapshot)
            return False
        self._used(snapshot.path)
        return True

    def save(self, transcript: Transcript, state: memoryview) -> bool:
        """Keep a chat. False when there is no room, on the disk or in the budget.

        Takes as long as the disk does; call it from a worker. Neither may change meanwhile.
        """
        tokens, known = transcript.tokens, self.all()
        if whole := next((one for one in known if self._does_for(one.transcript.tokens, tokens)), None):
            self._used(whole.path)
            return True
        for stage in [one for one in known if self._does_for(tokens, one.transcript.tokens)]:
            self.drop(stage)
        name = f"{self._prefix}{_name(struct.pack(f'<{len(tokens)}i', *tokens))}.chat"
        added = self._folder.add(name, self._identity, transcript, state)
        if added:
            with self._lock:
                self._dropped.discard(self._folder.path / name)
        return added

    def drop(self, snapshot: Snapshot) -> None:
        """Delete a chat."""
        with self._lock:
            self._known.pop(snapshot.path, None)
            self._dropped.add(snapshot.path)
        self._folder.drop(snapshot.path)

    def _does_for(self, chat: list[int], stage: list[int]) -> bool:
        """Whether whoever has the state of `chat` needs none of `stage`."""
        return chat == stage or (self._rolls_back and chat[: len(stage)] == stage)

    def _learn(self, path: Path) -> None:
        try:
            header = read_header(path)
            if header.identity != self._identity:
                raise SnapshotDamaged("of another model or setting")
        except (SnapshotDamaged, OSError):
            self._folder.drop(path)
            return
        with self._lock:
            self._known[path] = Snapshot(path, header.transcript, header.state_bytes)

    def _used(self, path: Path) -> None:
        with quietly("touching"):
            os.utime(path)


def _name(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=_NAME_BYTES).hexdigest()

"""Snapshots of chats on disk: after a restart none of them has to be computed again."""

from __future__ import annotations

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

from engines.llama.kv.prefix import CachedTokens, DeletedTexts
from engines.llama.kv.snapshot_file import (
    SnapshotDamaged,
    read_header,
    read_state,
    snapshot_bytes,
    snapshot_cipher,
    write_snapshot,
)
from engines.protocol import Message

_CHAT = re.compile(r"[0-9a-f]{32}-[0-9a-f]{32}\.chat")
_UNFINISHED = re.compile(r"[0-9a-f]{32}-[0-9a-f]{32}\.[0-9a-f]{8}\.part")
# Writing one takes seconds. What is older was left by a process that died.
_UNFINISHED_SECONDS = 3600
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
    """The files, each named after an identity and a chat. A file is complete from the moment it has its name."""

    def __init__(self, path: Path, budget_bytes: int, key: str = "") -> None:
        """`budget_bytes`: the limit for all snapshots together. `key`: encrypts them, see `LlamaSettings`."""
        self.path, self._budget_bytes, self.cipher = path, budget_bytes, snapshot_cipher(key)
        self.name_key = bytes.fromhex(key)  # nobody can confirm a guess of a chat by the name of its file
        with log_errors("opening"):
            path.mkdir(parents=True, exist_ok=True)
            path.chmod(0o700)
            for entry in os.scandir(path):
                if _UNFINISHED.fullmatch(entry.name) and entry.stat().st_mtime < time.time() - _UNFINISHED_SECONDS:
                    self.delete(Path(entry.path))

    def files(self) -> list[StoredFile]:
        """Every snapshot, of whatever model, the least recently used first."""
        files = []
        with log_errors("listing"):
            for entry in os.scandir(self.path):
                if _CHAT.fullmatch(entry.name):
                    with suppress(FileNotFoundError):  # deleted by another process meanwhile
                        found = entry.stat()
                        files.append(StoredFile(found.st_mtime, found.st_size, Path(entry.path)))
        return sorted(files)

    def add(self, name: str, identity: bytes, cached: CachedTokens, state: memoryview) -> bool:
        """Write one, in place of the least recently used. False when the disk or the budget is too small.

        Takes as long as the disk does.
        """
        needed = snapshot_bytes(cached, state)
        if needed > self._budget_bytes:
            return False
        with log_errors("writing"):
            self._make_room(needed)
            if shutil.disk_usage(self.path).free < needed + _SPARED_BYTES:
                return False
            unfinished = (self.path / name).with_suffix(f".{secrets.token_hex(4)}.part")
            try:
                write_snapshot(unfinished, identity, cached, state, self.cipher)
                unfinished.replace(self.path / name)
            except BaseException:
                unfinished.unlink(missing_ok=True)
                raise
            return True
        return False

    def delete(self, path: Path) -> None:
        """Delete one, if it is still there."""
        with log_errors("deleting"):
            path.unlink(missing_ok=True)

    def delete_containing(self, texts: DeletedTexts) -> None:
        """Delete every chat that contains one of the texts, of whatever model, and files that cannot be read."""
        for file in self.files():
            try:
                holds = texts.occur_in(read_header(file.path, self.cipher).cached.text)
            except (SnapshotDamaged, OSError):
                holds = True
            if holds:
                self.delete(file.path)

    def _make_room(self, needed: int) -> None:
        files = self.files()
        over = sum(file.bytes for file in files) + needed - self._budget_bytes
        for file in files:
            if over <= 0:
                return
            self.delete(file.path)
            over -= file.bytes


@contextmanager
def log_errors(doing: str) -> Iterator[None]:
    """Log what fails on the disk within the block, and continue after it."""
    try:
        yield
    except OSError as error:
        _log.debug("%s snapshots: %s", doing, error)


_NAME_BYTES = 16


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """A chat on disk. `cached`: its tokens; the state after them, `state_bytes` long, stays in the file."""

    path: Path
    cached: CachedTokens
    state_bytes: int


class SnapshotStore:
    """The snapshots of one model with one set of settings. Thread-safe; other processes may use the folder too."""

    def __init__(self, folder: SnapshotFolder, identity: bytes, *, rolls_back: bool) -> None:
        """`identity`: 32 bytes that differ wherever states are not compatible.

        `rolls_back`: the model can remove its last tokens. Then the last stage of a chat covers all earlier ones, which
        are deleted.
        """
        self._folder, self._identity, self._rolls_back = folder, identity, rolls_back
        self._prefix = f"{_name(identity)}-"
        self._lock = Lock()
        self._known: dict[Path, Snapshot] = {}
        self._deleted: set[Path] = set()  # also where the disk refuses to delete
        self.all()

    def all(self) -> Sequence[Snapshot]:
        """Every chat that is there now, the least recently used first.

        Costs a listing of the folder, and a read for each new file.
        """
        present = [file.path for file in self._folder.files() if file.path.name.startswith(self._prefix)]
        with self._lock:
            self._known = {path: self._known[path] for path in present if path in self._known}
            new = [path for path in present if path not in self._known and path not in self._deleted]
        for path in new:
            self._add(path)
        with self._lock:
            return tuple(self._known[path] for path in present if path in self._known)

    def load(self, snapshot: Snapshot, into: memoryview) -> bool:
        """Fill `into`, `state_bytes` long, with the chat's state, checked byte for byte; False: the chat is lost."""
        try:
            size = read_state(snapshot.path, self._identity, snapshot.cached, into, self._folder.cipher)
            if size != snapshot.state_bytes:
                raise SnapshotDamaged("not as long as it was")
        except (SnapshotDamaged, OSError):
            self.delete(snapshot)
            return False
        self._touch(snapshot.path)
        return True

    def save(self, cached: CachedTokens, state: memoryview) -> bool:
        """Write a chat. False when there is no room, on the disk or in the budget.

        Takes as long as the disk does; call it from a worker. Neither argument may change meanwhile.
        """
        tokens, known = cached.tokens, self.all()
        if whole := next((one for one in known if self._covers(one.cached.tokens, tokens)), None):
            self._touch(whole.path)
            return True
        for stage in [one for one in known if self._covers(tokens, one.cached.tokens)]:
            self.delete(stage)
        name = f"{self._prefix}{_name(self._folder.name_key + struct.pack(f'<{len(tokens)}i', *tokens))}.chat"
        added = self._folder.add(name, self._identity, cached, state)
        if added:
            with self._lock:
                self._deleted.discard(self._folder.path / name)
        return added

    def delete(self, snapshot: Snapshot) -> None:
        """Delete a chat."""
        with self._lock:
            self._known.pop(snapshot.path, None)
            self._deleted.add(snapshot.path)
        self._folder.delete(snapshot.path)

    def _covers(self, chat: list[int], stage: list[int]) -> bool:
        """True if the state of `chat` makes that of `stage` superfluous."""
        return chat == stage or (self._rolls_back and chat[: len(stage)] == stage)

    def _add(self, path: Path) -> None:
        try:
            header = read_header(path, self._folder.cipher)
            if header.identity != self._identity:
                raise SnapshotDamaged("of another model or setting")
        except (SnapshotDamaged, OSError):
            self._folder.delete(path)
            return
        with self._lock:
            self._known[path] = Snapshot(path, header.cached, header.state_bytes)

    def _touch(self, path: Path) -> None:
        with log_errors("touching"):
            os.utime(path)


def _name(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=_NAME_BYTES).hexdigest()


def delete_snapshots(folder: Path, messages: Sequence[Message], key: str = "") -> None:
    """Delete the snapshots in a folder that contain one of these messages; no model need be open."""
    SnapshotFolder(folder, budget_bytes=0, key=key).delete_containing(
        DeletedTexts(message.text for message in messages)
    )

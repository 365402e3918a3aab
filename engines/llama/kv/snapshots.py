"""Chats that a model has read, kept on disk: after a restart none of them is read again."""

import hashlib
import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from engines.llama.kv.prefix import Transcript
from engines.llama.kv.snapshot_file import SnapshotDamaged, read_header, read_state
from engines.llama.kv.snapshot_folder import SnapshotFolder, quietly

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

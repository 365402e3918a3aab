"""What a disk holds after the power fails: a log of disk_shim.cpp replayed up to a moment, minus what was not flushed.

Two worlds. `strict`: a name is safe once its folder was flushed, a byte once its file was; POSIX promises no more.
`journal`: flushing anything makes every name before it safe, as ext4 and XFS do.
"""

import os
import shutil
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

WORLDS = ("strict", "journal")
LOSSES = ("dropped", "halved", "zeroed")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was done to the disk; `kind` as in disk_shim.cpp."""

    kind: str
    path: str
    other: str
    offset: int
    data: bytes


def read_log(log: Path) -> Iterator[Event]:
    """Every event of a log; a note has its text for a path."""
    raw, at = log.read_bytes(), 0

    def taken() -> bytes:
        nonlocal at
        (length,) = struct.unpack_from("=Q", raw, at)
        at += 8 + length
        return raw[at - length : at]

    while at < len(raw):
        kind, at = chr(raw[at]), at + 1
        path, other = os.fsdecode(taken()), os.fsdecode(taken())
        (offset,) = struct.unpack_from("=q", raw, at)
        at += 8
        yield Event(kind, path, other, offset, taken())


@dataclass(slots=True)
class _File:
    """A file's flushed bytes and what was done since: an offset and bytes, or a new size and None."""

    flushed: bytes = b""
    since: list[tuple[int, bytes | None]] = field(default_factory=list)

    def flush(self) -> None:
        self.flushed, self.since = self.read(), []

    def read(self, loss: str = "") -> bytes:
        done = {"dropped": [], "halved": self.since[: len(self.since) // 2]}.get(loss, self.since)
        content = bytearray(self.flushed)
        for offset, data in done:
            if data is None:
                del content[offset:]
                content.extend(bytes(offset - len(content)))
                continue
            content.extend(bytes(max(0, offset + len(data) - len(content))))
            content[offset : offset + len(data)] = bytes(len(data)) if loss == "zeroed" else data
        return bytes(content)


@dataclass(slots=True)
class _Folder:
    """A folder's names, those that were flushed, and what was done since: each step its changed names."""

    flushed: "dict[str, _File | _Folder]" = field(default_factory=dict)
    since: "list[dict[str, _File | _Folder | None]]" = field(default_factory=list)

    def flush(self) -> None:
        self.flushed, self.since = self.names(), []

    def names(self, loss: str = "") -> "dict[str, _File | _Folder]":
        # Names are written in order and data after them, so where bytes read as zeros the names are all there.
        done = {"dropped": [], "halved": self.since[: len(self.since) // 2]}.get(loss, self.since)
        names: dict[str, _File | _Folder | None] = dict(self.flushed)
        for step in done:
            names |= step
        return {name: node for name, node in names.items() if node is not None}


class Replay:
    """A folder as it stands on a disk whose power may fail."""

    def __init__(self, root: Path, copied_from: Path, world: str) -> None:
        """Begins with what is in `copied_from`, all of it flushed; events name paths below `root`."""
        self._root, self._world = root, world
        self._top = _read_folder(copied_from)

    def apply(self, event: Event) -> None:
        """Do what the event says."""
        match event.kind:
            case "c" | "m":
                self._enter({event.path: _Folder() if event.kind == "m" else _File()})
            case "t":
                self._file(event.path).since.append((0, None))
            case "w":
                self._file(event.path).since.append((event.offset, event.data))
            case "s":
                self._file(event.path).since.append((event.offset, None))
            case "r":
                self._enter({event.path: None, event.other: self._node(event.path)})
            case "l":
                self._enter({event.other: self._node(event.path)})
            case "u" | "d":
                self._enter({event.path: None})
            case "f":
                self._flush(event.path)

    def write(self, target: Path, loss: str = "") -> None:
        """Make `target` what the disk holds after the loss; with none, what the system saw last."""
        shutil.rmtree(target, ignore_errors=True)
        _write_folder(self._top, target, loss)

    def _flush(self, path: str) -> None:
        if not Path(path).is_relative_to(self._root):
            return
        self._node(path).flush()
        if self._world == "journal":
            _flush_names(self._top)

    def _enter(self, changed: "dict[str, _File | _Folder | None]") -> None:
        """Give names to nodes; those of one folder in one step."""
        steps: dict[Path, dict[str, _File | _Folder | None]] = {}
        for path, node in changed.items():
            if Path(path).is_relative_to(self._root):
                steps.setdefault(Path(path).parent, {})[Path(path).name] = node
        for folder, step in steps.items():
            node = self._node(str(folder))
            assert isinstance(node, _Folder)
            node.since.append(step)

    def _file(self, path: str) -> _File:
        node = self._node(path)
        assert isinstance(node, _File)
        return node

    def _node(self, path: str) -> "_File | _Folder":
        node: _File | _Folder = self._top
        for name in Path(path).relative_to(self._root).parts:
            assert isinstance(node, _Folder)
            node = node.names()[name]
        return node


def promises(events: Sequence[Event]) -> list[str]:
    """What had been promised by the end of these events."""
    return [event.path for event in events if event.kind == "n"]


def _read_folder(path: Path) -> _Folder:
    return _Folder({p.name: _read_folder(p) if p.is_dir() else _File(p.read_bytes()) for p in path.iterdir()})


def _write_folder(folder: _Folder, target: Path, loss: str) -> None:
    target.mkdir(parents=True)
    for name, node in folder.names(loss).items():
        if isinstance(node, _Folder):
            _write_folder(node, target / name, loss)
        elif not name.endswith("-shm"):  # SQLite's shared memory: never flushed, and made anew by the next start
            (target / name).write_bytes(node.read(loss))


def _flush_names(folder: _Folder) -> None:
    folder.flush()
    for node in folder.flushed.values():
        if isinstance(node, _Folder):
            _flush_names(node)

"""The records of a PowerPoint 97 to 2003 file, and where the newest edit of each of its objects begins ([MS-PPT])."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from olefile import OleFileIO

from knowledge.parse.input import Unreadable

NOUN = "PowerPoint presentation"
_HEADER = struct.Struct("<HHI")
_CONTAINER = 0xF
_MAX_DEPTH = 32
_USER_EDIT, _PERSIST_DIRECTORY = 4085, 6002
_TAG_DATA = 5003  # of a later version: records, though it is no container
_BESIDE_95 = "PP97_DUALSTORAGE/"  # of a file that PowerPoint 95 reads too
_ENCRYPTED_TOKEN = 0xF3D1C4DF


@dataclass(frozen=True, slots=True)
class Record:
    """A record with its content from byte `start` to `end` of the stream."""

    kind: int
    instance: int
    is_container: bool
    start: int
    end: int


class Records:
    """The stream of a presentation. Raises Unreadable for one that is encrypted."""

    def __init__(self, ole: OleFileIO) -> None:
        folder = _BESIDE_95 if ole.exists(f"{_BESIDE_95}PowerPoint Document") else ""
        self.data = ole.openstream(f"{folder}PowerPoint Document").read()
        user = f"{folder}Current User"
        current = ole.openstream(user).read() if ole.exists(user) else b""
        token, edit = struct.unpack_from("<II", current, 12) if len(current) >= 20 else (0, 0)
        if token == _ENCRYPTED_TOKEN:
            raise Unreadable(f"encrypted {NOUN}: it needs a password", "Save a copy without a password.")
        if self.at(edit).kind != _USER_EDIT:
            whole = Record(0, 0, True, 0, len(self.data))
            edit = max((one.start - _HEADER.size for one in self.children(whole) if one.kind == _USER_EDIT), default=0)
        self._offsets: dict[int, int] = {}
        self.document = self.at(0)
        self._read_edits(edit)

    def at(self, offset: int) -> Record:
        """The record whose header stands there; one of kind 0 where the stream has ended."""
        if not 0 <= offset <= len(self.data) - _HEADER.size:
            return Record(0, 0, False, len(self.data), len(self.data))
        version, kind, length = _HEADER.unpack_from(self.data, offset)
        start = offset + _HEADER.size
        end = min(start + length, len(self.data))
        return Record(kind, version >> 4, version & 0xF == _CONTAINER or kind == _TAG_DATA, start, end)

    def persistent(self, number: int) -> Record:
        """The object of this number, as the newest edit has it."""
        return self.at(self._offsets.get(number, -1))

    def children(self, container: Record) -> Iterator[Record]:
        """The records directly within a container."""
        at = container.start
        while at + _HEADER.size <= container.end:
            record = self.at(at)
            yield record
            at = max(record.end, at + _HEADER.size)

    def within(self, container: Record, kinds: frozenset[int], depth: int = 0) -> Iterator[Record]:
        """The records of these kinds anywhere within a container, in order; not those within one of them."""
        for record in self.children(container):
            if record.kind in kinds:
                yield record
            elif record.is_container and depth < _MAX_DEPTH:
                yield from self.within(record, kinds, depth + 1)

    def numbers(self, record: Record, count: int) -> tuple[int, ...]:
        """The first numbers of four bytes in a record; 0 for those that it is too short for."""
        content = self.data[record.start : min(record.end, record.start + 4 * count)]
        return struct.unpack(f"<{count}I", content.ljust(4 * count, b"\0"))

    def _read_edits(self, offset: int) -> None:
        """Note the offsets of all objects, from the newest edit back to the first."""
        seen: set[int] = set()
        while offset not in seen and (edit := self.at(offset)).kind == _USER_EDIT:
            seen.add(offset)
            _, _, before, directory, document, _ = self.numbers(edit, 6)
            self._read_directory(self.at(directory))
            if len(seen) == 1:
                self.document = self.persistent(document)
            offset = before

    def _read_directory(self, directory: Record) -> None:
        if directory.kind != _PERSIST_DIRECTORY:
            return
        words = self.numbers(directory, (directory.end - directory.start) // 4)
        at = 0
        while at < len(words):
            first, count = words[at] & 0xFFFFF, words[at] >> 20
            for place, offset in enumerate(words[at + 1 : at + 1 + count]):
                self._offsets.setdefault(first + place, offset)
            at += 1 + count

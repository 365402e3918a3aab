"""Rows of a damaged SQLite file, read page by page: a damaged page costs its own rows and no others.

Only the leaves of tables are read, so neither the schema nor the inner pages need be whole. The file is not changed.
The format: https://www.sqlite.org/fileformat2.html
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.sqlite.log_file import committed_pages

if TYPE_CHECKING:
    from knowledge.sqlite.encrypted import DatabaseKey

_HEAD = b"SQLite format 3\0"
_LEAF_OF_A_TABLE = 0x0D
_HEAD_OF_THE_FILE_BYTES = 100
_DEFAULT_PAGE_BYTES = 4096
_MOST_COLUMNS = 64
_INTEGER_BYTES = (0, 1, 2, 3, 4, 6, 8)

_Content = bytes | mmap.mmap
Value = str | bytes | int | float | None


@dataclass(frozen=True, slots=True)
class SalvagedRow:
    """A row by its number. Of a row that goes on in a damaged page, the values from there on are None."""

    number: int
    values: tuple[Value, ...]


def salvage(path: Path, key: DatabaseKey | None = None) -> Iterator[SalvagedRow]:
    """Yield the rows of all tables, newest state first; a row may come again as it was before. Raises OSError.

    `key`: of a file that is encrypted; one that turns out not to be is read as it is. A page that was changed by a
    single byte gives nothing then.
    """
    if not path.exists() or path.stat().st_size == 0:  # its log may hold pages
        yield from _salvage(b"", path, key)
        return
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        yield from _salvage(content, path, None if content[: len(_HEAD)] == _HEAD else key)


def _salvage(content: _Content, path: Path, key: DatabaseKey | None) -> Iterator[SalvagedRow]:
    page_bytes = _DEFAULT_PAGE_BYTES if key else _page_bytes(content)
    newer = committed_pages(path, page_bytes)
    count = len(content) // page_bytes
    now = _Pages(content, page_bytes, newer, key)
    for number in sorted({*range(1, count + 1), *newer}):
        yield from _rows(now, number)
    before = _Pages(content, page_bytes, {}, key)
    for number in newer:
        if number <= count:
            yield from _rows(before, number)


@dataclass(frozen=True, slots=True)
class _Pages:
    content: _Content
    size: int
    newer: dict[int, bytes]
    key: DatabaseKey | None

    @property
    def usable(self) -> int:
        """Bytes of each page that hold content."""
        return self.size - (self.key.reserved_bytes if self.key else 0)

    def get(self, number: int) -> bytes:
        """A page in clear; nothing in the place of one that was changed since it was encrypted."""
        start = (number - 1) * self.size
        page = self.newer.get(number) or self.content[start : start + self.size]
        return (self.key.page(number, page) or b"") if self.key else page


def _page_bytes(content: _Content) -> int:
    (size,) = struct.unpack_from(">H", content, 16) if len(content) >= 18 else (0,)
    size = 65_536 if size == 1 else size
    return size if size >= 512 and size & (size - 1) == 0 else _DEFAULT_PAGE_BYTES


def _rows(pages: _Pages, number: int) -> Iterator[SalvagedRow]:
    page = pages.get(number)
    head = _HEAD_OF_THE_FILE_BYTES if number == 1 else 0
    if len(page) < head + 8 or page[head] != _LEAF_OF_A_TABLE:
        return
    (cells,) = struct.unpack_from(">H", page, head + 3)
    for place in range(head + 8, min(head + 8 + 2 * cells, len(page) - 1), 2):
        with suppress(IndexError, ValueError, struct.error):  # this cell is damaged; the next one may not be
            yield _row(pages, page, struct.unpack_from(">H", page, place)[0])


def _row(pages: _Pages, page: bytes, at: int) -> SalvagedRow:
    length, at = _varint(page, at)
    number, at = _varint(page, at)
    if length > len(pages.content) + len(pages.newer) * pages.size:
        raise ValueError("longer than the file")
    most_here, least_here = pages.usable - 35, (pages.usable - 12) * 32 // 255 - 23
    here = length
    if length > most_here:
        fitting = least_here + (length - least_here) % (pages.usable - 4)
        here = fitting if fitting <= most_here else least_here
    payload = bytearray(page[at : at + here])
    following = struct.unpack_from(">I", page, at + here)[0] if here < length else 0
    while following and len(payload) < length and (more := pages.get(following)):
        payload += more[4 : min(pages.usable, 4 + length - len(payload))]
        (following,) = struct.unpack_from(">I", more)
    return SalvagedRow(number, _values(bytes(payload)))


def _values(payload: bytes) -> tuple[Value, ...]:
    """Raises ValueError for what is no record."""
    end, at = _varint(payload, 0)
    kinds: list[int] = []
    while at < end and len(kinds) <= _MOST_COLUMNS:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    if at != end or not kinds:
        raise ValueError("not a record")
    values: list[Value] = []
    for kind in kinds:
        value, at = _value(payload, at, kind)
        values.append(value)
    return tuple(values)


def _value(payload: bytes, at: int, kind: int) -> tuple[Value, int]:
    if kind >= 12:
        end = at + (kind - 12) // 2
        raw = payload[at:end]
        if end > len(payload):
            return None, end
        return (raw.decode("utf-8", "replace") if kind % 2 else raw), end
    if kind == 7:
        return (struct.unpack_from(">d", payload, at)[0] if at + 8 <= len(payload) else None), at + 8
    if kind in (8, 9):
        return kind - 8, at
    if kind > 9:
        raise ValueError("not a record")
    end = at + _INTEGER_BYTES[kind]
    return (int.from_bytes(payload[at:end], "big", signed=True) if kind and end <= len(payload) else None), end


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place in range(at, at + 8):
        value = value << 7 | data[place] & 0x7F
        if data[place] < 0x80:
            return value, place + 1
    return value << 8 | data[at + 8], at + 9

"""The reach of a sheet's cells, known before the library fills all places between the first and the last of them."""

from __future__ import annotations

import struct
from collections.abc import Iterator

_BIFF_HEADER = struct.Struct("<HHHH")  # type and length, then row and first column of a cell
_BEGIN_OF_SHEET = 0x0809
# Records of cells ([MS-XLS] 2.3): FORMULA, MULRK, MULBLANK, RSTRING, LABELSST, NUMBER, LABEL, BOOLERR, RK.
_BIFF_CELLS = frozenset((0x0006, 0x00BD, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E))
_SEVERAL = 0x00BD
_ROW, _LAST_CELL = 0, 11  # in [MS-XLSB], cells are the records between


def xls_areas(stream: bytes) -> Iterator[int]:
    """The number of places between the first and the last cell of each sheet in the stream of an .xls."""
    places = _Places()
    at = 0
    while at + _BIFF_HEADER.size <= len(stream):
        kind, size, row, column = _BIFF_HEADER.unpack_from(stream, at)
        if kind == _BEGIN_OF_SHEET:
            yield places.area
            places = _Places()
        elif kind in _BIFF_CELLS:
            places.add(row, column + (max(size - 6, 0) // 6 if kind == _SEVERAL else 0))
            places.add(row, column)
        at += 4 + size
    yield places.area


def xlsb_area(part: bytes) -> int:
    """The number of places between the first and the last cell of a sheet's part of an .xlsb."""
    places = _Places()
    at = row = 0
    while at + 2 <= len(part):
        kind = part[at]
        at += 1
        if kind & 0x80:
            kind = kind & 0x7F | (part[at] & 0x7F) << 7
            at += 1
        size = 0
        for shift in range(0, 28, 7):
            byte = part[at] if at < len(part) else 0
            at += 1
            size |= (byte & 0x7F) << shift
            if not byte & 0x80:
                break
        if kind <= _LAST_CELL:
            number = int.from_bytes(part[at : at + 4], "little")
            if kind == _ROW:
                row = number
            else:
                places.add(row, number)
        at += size
    return places.area


class _Places:
    """The first and last rows and columns so far."""

    def __init__(self) -> None:
        self._rows: tuple[int, int] | None = None
        self._columns = (0, 0)

    def add(self, row: int, column: int) -> None:
        if self._rows is None:
            self._rows, self._columns = (row, row), (column, column)
            return
        first, last = self._rows
        if row < first or row > last:
            self._rows = min(first, row), max(last, row)
        first, last = self._columns
        if column < first or column > last:
            self._columns = min(first, column), max(last, column)

    @property
    def area(self) -> int:
        if self._rows is None:
            return 0
        (top, bottom), (left, right) = self._rows, self._columns
        return (bottom - top + 1) * (right - left + 1)

"""The reach of a sheet's cells, known before the library fills all places between the first and the last of them."""

from __future__ import annotations

_ROW, _LAST_CELL = 0, 11  # in [MS-XLSB], cells are the records between


def xlsb_area(part: bytes) -> int:
    """The number of places between the first and the last cell of a sheet's part of an .xlsb."""
    places = Places()
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


class Places:
    """The first and last rows and columns so far."""

    def __init__(self) -> None:
        self._rows: tuple[int, int] | None = None
        self._columns = (0, 0)

    def add(self, row: int, column: int) -> None:
        """Note a cell."""
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
        """The number of places between the first cell and the last."""
        if self._rows is None:
            return 0
        (top, bottom), (left, right) = self._rows, self._columns
        return (bottom - top + 1) * (right - left + 1)

"""The records of an .xls that its library does not read: the reach of the cells, percents, comments, text boxes.

By [MS-XLS].
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

from knowledge.parse.document_builder import one_line
from knowledge.parse.office.xlsx_format import format_code
from knowledge.parse.old_office.extents import Places

_CELL = struct.Struct("<HHHH")  # type and length of a record, then row and first column of a cell
_HEADER_BYTES = 4
_BEGIN, _SHEET, _PASSWORD, _OBJECT, _NOTE, _TEXT, _CONTINUED = 0x0809, 0x0085, 0x002F, 0x005D, 0x001C, 0x01B6, 0x003C
# FORMULA, MULRK, MULBLANK, RSTRING, LABELSST, NUMBER, LABEL, BOOLERR, RK.
_CELLS = frozenset((0x0006, 0x00BD, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E))
_SEVERAL = 0x00BD
_NUMBERS = frozenset((0x0006, 0x0203, 0x027E))  # FORMULA, NUMBER, RK
_FORMAT, _STYLE = 0x041E, 0x00E0
_VERSION_97 = b"\0\6"  # in the first record
_OF_OBJECTS = frozenset((_OBJECT, _NOTE, _TEXT, _CONTINUED))


@dataclass(slots=True)
class SheetRecords:
    """The records of a sheet.

    `percents`: the formats of its cells that show some, by row and column from 0. `comments`: row and column, author
    and text of each; `texts`: of other objects.
    """

    places: Places = field(default_factory=Places)
    percents: dict[tuple[int, int], str] = field(default_factory=dict)
    comments: list[tuple[int, int, str, str]] = field(default_factory=list)
    texts: dict[int, str] = field(default_factory=dict)
    _object: int = 0
    _awaited: int = 0  # characters of the text that the next record holds

    def read_several(self, row: int, column: int, content: bytes, percents: Mapping[int, str]) -> None:
        """Read a record of numbers in a row: their styles, each before its number of four bytes."""
        count = max(len(content) - 6, 0) // 6
        self.places.add(row, column + count)
        for at, (style,) in enumerate(struct.iter_unpack("<H4x", content[4 : 4 + 6 * count]), column):
            if style in percents:
                self.percents[row, at] = percents[style]

    def read(self, kind: int, content: bytes) -> None:
        """Read a record of the sheet; it belongs to the object before it."""
        if kind == _OBJECT and len(content) >= 8:
            (self._object,) = struct.unpack_from("<H", content, 6)
        elif kind == _TEXT and len(content) >= 12:
            (self._awaited,) = struct.unpack_from("<H", content, 10)
        elif kind == _CONTINUED and self._awaited:
            self.texts[self._object] = one_line(_string(content, self._awaited))
            self._awaited = 0
        elif kind == _NOTE and len(content) >= 11:
            row, column, _, number, length = struct.unpack_from("<5H", content)
            author, text = one_line(_string(content[10:], length)), self.texts.pop(number, "")
            self.comments.append((row, column, author, text.removeprefix(f"{author}:").strip()))


@dataclass(frozen=True, slots=True)
class BookRecords:
    """The records of a workbook. `sheets`: in the order of their tabs, as far as the workbook names them."""

    sheets: list[SheetRecords]
    largest_area: int
    is_encrypted: bool


def read_records(stream: bytes) -> BookRecords:
    """The records of a workbook's stream, read once from its beginning to its end."""
    tabs: list[int] = []
    formats, percents, styles = dict[int, str](), dict[int, str](), 0
    by_place: dict[int, SheetRecords] = {}
    sheet, is_encrypted = SheetRecords(), False
    at = 0
    while at + _CELL.size <= len(stream):
        kind, size, row, column = _CELL.unpack_from(stream, at)
        start = at + _HEADER_BYTES
        if kind in _CELLS:
            sheet.places.add(row, column)
            if kind == _SEVERAL:
                sheet.read_several(row, column, stream[start : start + size], percents)
            elif kind in _NUMBERS and (style := int.from_bytes(stream[start + 4 : start + 6], "little")) in percents:
                sheet.percents[row, column] = percents[style]
        elif kind == _BEGIN:
            sheet = by_place[at] = SheetRecords()
        elif kind == _SHEET:
            tabs.append(int.from_bytes(stream[start : start + 4], "little"))
        elif kind in _OF_OBJECTS:
            sheet.read(kind, stream[start : start + size])
        elif kind == _STYLE:
            code = format_code(int.from_bytes(stream[start + 2 : start + 4], "little"), formats)
            percents |= {styles: code} if "%" in code else {}
            styles += 1
        elif kind == _FORMAT:
            number = int.from_bytes(stream[start : start + 2], "little")
            formats[number] = _format_string(stream[start + 2 : start + size], is_97=stream[4:6] == _VERSION_97)
        is_encrypted = is_encrypted or kind == _PASSWORD
        at = start + size
    areas = [one.places.area for one in (sheet, *by_place.values())]
    return BookRecords([by_place.get(tab, SheetRecords()) for tab in tabs], max(areas), is_encrypted)


def _format_string(content: bytes, *, is_97: bool) -> str:
    """The code of a format; before Excel 97 the length and each character had one byte."""
    if is_97:
        return _string(content[2:], int.from_bytes(content[:2], "little"))
    return content[1 : 1 + int.from_bytes(content[:1], "little")].decode("latin-1")


def _string(content: bytes, length: int) -> str:
    """A string of so many characters behind the byte that tells if they are of two bytes each."""
    is_wide = content[:1] == b"\1"
    return content[1 : 1 + length * (2 if is_wide else 1)].decode("utf-16-le" if is_wide else "latin-1", "replace")

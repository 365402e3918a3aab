"""Small .xlsb workbooks for tests, of the records that a sheet needs ([MS-XLSB])."""

import struct
from collections.abc import Mapping, Sequence

from tests.knowledge.parse.office_files import package, relations

_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ROW, _NUMBER, _BOOLEAN, _STRING = 0, 5, 4, 6


def xlsb(sheets: Mapping[str, Sequence[Sequence[str | float | bool]]]) -> bytes:
    """A workbook of these sheets, each given as the values of its rows."""
    listed = b"".join(
        _record(156, struct.pack("<II", 0, n) + _text(f"r{n}") + _text(name)) for n, name in enumerate(sheets, 1)
    )
    book = _record(131) + _record(143) + listed + _record(144) + _record(132)
    related = relations(*((f"r{n}", "worksheet", f"worksheets/sheet{n}.bin") for n in range(1, len(sheets) + 1)))
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.bin": book,
        "xl/_rels/workbook.bin.rels": related.replace("http://x", _RELATED),
    }
    for number, rows in enumerate(sheets.values(), 1):
        parts[f"xl/worksheets/sheet{number}.bin"] = _sheet(rows)
    return package(parts)


def _sheet(rows: Sequence[Sequence[str | float | bool]]) -> bytes:
    width = max(map(len, rows))
    cells = b"".join(
        _record(_ROW, struct.pack("<I", number) + b"\0" * 13)
        + b"".join(_cell(column, value) for column, value in enumerate(row))
        for number, row in enumerate(rows)
    )
    size = _record(148, struct.pack("<IIII", 0, len(rows) - 1, 0, width - 1))
    return _record(129) + size + _record(145) + cells + _record(146) + _record(130)


def _cell(column: int, value: str | float | bool) -> bytes:
    place = struct.pack("<II", column, 0)
    if isinstance(value, bool):
        return _record(_BOOLEAN, place + bytes([value]))
    if isinstance(value, str):
        return _record(_STRING, place + _text(value))
    return _record(_NUMBER, place + struct.pack("<d", value))


def _text(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _record(kind: int, content: bytes = b"") -> bytes:
    return _packed(kind) + _packed(len(content)) + content


def _packed(number: int) -> bytes:
    """A number in seven bits a byte, the lowest first."""
    packed = bytearray()
    while number >> 7:
        packed.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*packed, number])

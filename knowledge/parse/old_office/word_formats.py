"""Formats of paragraphs and characters in a Word 97 file: styles, headings, lists, table rows, raised characters."""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace

from knowledge.parse.old_office.word_file import WordFile, properties, runs

_STYLES, _CHARACTER_PAGES, _PARAGRAPH_PAGES = 1, 12, 13
_PARAGRAPH_ENTRY_BYTES, _CHARACTER_ENTRY_BYTES = 13, 1
_TITLE_STYLE, _LAST_HEADING_STYLE, _NO_STYLE = 62, 9, 0xFFF
_MAX_LEVEL, _BODY_LEVEL = 6, 9
_MAX_STYLES = 4_095
# Codes of properties ([MS-DOC] 2.6).
_HIDDEN, _DELETED, _RAISED, _DATA_AT, _SYMBOL = 0x083C, 0x0800, 0x2A48, 0x6A03, 0x6A09


@dataclass(frozen=True, slots=True)
class ParagraphFormat:
    """`level`: 1-6 for a heading, 0 for none. `list_number`: of its list in the file, 0 outside lists."""

    level: int = 0
    is_title: bool = False
    list_number: int = 0
    list_level: int = 0
    in_table: bool = False
    ends_row: bool = False


@dataclass(frozen=True, slots=True)
class CharacterFormat:
    """`shift`: `super` or `sub` for characters off the line. `data_at`: where the data of a picture or field begin."""

    is_hidden: bool = False
    shift: str = ""
    symbol: str = ""
    data_at: int = -1


class Formats:
    """The formats of a file by position of text; those of Word 6 and 95 are not read."""

    def __init__(self, file: WordFile) -> None:
        self._file = file
        self._styles = dict(_styles(file.structure(_STYLES)))
        paragraphs = sorted(runs(file, _PARAGRAPH_PAGES, _PARAGRAPH_ENTRY_BYTES))
        self._paragraphs = paragraphs
        self._starts = [start for start, _, _ in paragraphs]
        self.characters = sorted(self._character_runs(), key=lambda run: run[0])
        self._character_starts = [start for start, _, _ in self.characters]

    def paragraph(self, end: int) -> ParagraphFormat:
        """The format of the paragraph whose mark stands at this position."""
        offset = self._file.offset(end)
        place = bisect_right(self._starts, offset) - 1
        if offset < 0 or place < 0 or offset >= self._paragraphs[place][1]:
            return self._styles.get(0, ParagraphFormat())
        entry = self._paragraphs[place][2]
        at, size = (1, 2 * entry[0] - 1) if entry[0] else (2, 2 * entry[1])
        style = int.from_bytes(entry[at : at + 2], "little")
        return _formatted(self._styles.get(style, ParagraphFormat()), entry[at + 2 : at + size], self._styles)

    def within(self, start: int, end: int) -> Iterator[tuple[int, int, CharacterFormat]]:
        """The stretches of text between two positions whose characters are not plain, in order."""
        place = max(bisect_right(self._character_starts, start) - 1, 0)
        while place < len(self.characters) and self.characters[place][0] < end:
            first, last, form = self.characters[place]
            if max(first, start) < min(last, end):
                yield max(first, start), min(last, end), form
            place += 1

    def _character_runs(self) -> Iterator[tuple[int, int, CharacterFormat]]:
        for start, end, entry in runs(self._file, _CHARACTER_PAGES, _CHARACTER_ENTRY_BYTES):
            form = _character(entry[1 : 1 + entry[0]])
            if form != CharacterFormat():
                yield from ((first, last, form) for first, last in self._file.positions(start, end))


def _character(formats: bytes) -> CharacterFormat:
    form = CharacterFormat()
    for code, operand in properties(formats):
        if code in (_HIDDEN, _DELETED):
            form = replace(form, is_hidden=form.is_hidden or operand == b"\1")
        elif code == _RAISED:
            form = replace(form, shift={1: "super", 2: "sub"}.get(operand[0] if operand else 0, ""))
        elif code == _DATA_AT:
            form = replace(form, data_at=int.from_bytes(operand, "little"))
        elif code == _SYMBOL and len(operand) == 4:
            form = replace(form, symbol=chr(int.from_bytes(operand[2:], "little")))
    return form


def _formatted(form: ParagraphFormat, formats: bytes, styles: dict[int, ParagraphFormat]) -> ParagraphFormat:
    """`form` with what these properties state."""
    for code, operand in properties(formats):
        value = int.from_bytes(operand, "little")
        match code:
            case 0x2416:
                form = replace(form, in_table=value == 1)
            case 0x2417:
                form = replace(form, ends_row=value == 1)
            case 0x4600:
                form = styles.get(value, form)
            case 0x260A:
                form = replace(form, list_level=min(value, 8))
            case 0x460B:
                form = replace(form, list_number=value)
            case 0x2640 if not form.is_title:
                form = replace(form, level=min(value + 1, _MAX_LEVEL) if value < _BODY_LEVEL else 0)
    return form


def _styles(sheet: bytes) -> Iterator[tuple[int, ParagraphFormat]]:
    """The style sheet's paragraph styles by number (STSH); a style stands on one before or after it."""
    if len(sheet) < 6:
        return
    header_bytes, count, base_bytes = struct.unpack_from("<HHH", sheet)
    stated: dict[int, bytes] = {}
    at = 2 + header_bytes
    for number in range(min(count, _MAX_STYLES)):
        size = int.from_bytes(sheet[at : at + 2], "little")
        if size >= base_bytes >= 10:
            stated[number] = sheet[at + 2 : at + 2 + size]
        at += 2 + size
    resolved: dict[int, ParagraphFormat] = {}
    for number in stated:
        yield number, _resolved(number, stated, base_bytes, resolved)


def _resolved(
    number: int, stated: dict[int, bytes], base_bytes: int, resolved: dict[int, ParagraphFormat]
) -> ParagraphFormat:
    """The style with what it inherits, however long the line of those before it is."""
    line: list[int] = []
    while number in stated and number not in resolved and number not in line:
        line.append(number)
        number = int.from_bytes(stated[number][2:4], "little") >> 4
    for one in reversed(line):
        style = stated[one]
        base = resolved.get(int.from_bytes(style[2:4], "little") >> 4, ParagraphFormat())
        resolved[one] = _stated(style, base_bytes, base)
    return resolved.get(line[0] if line else number, ParagraphFormat())


def _stated(style: bytes, base_bytes: int, base: ParagraphFormat) -> ParagraphFormat:
    built_in = int.from_bytes(style[:2], "little") & 0xFFF
    if 1 <= built_in <= _LAST_HEADING_STYLE:
        form = replace(base, level=min(built_in, _MAX_LEVEL))
    elif built_in == _TITLE_STYLE:
        form = replace(base, level=1, is_title=True)
    else:
        form = replace(base, is_title=False)
    name_at = base_bytes + base_bytes % 2
    at = name_at + 2 + 2 * int.from_bytes(style[name_at : name_at + 2], "little") + 2
    size = int.from_bytes(style[at : at + 2], "little")
    is_of_paragraphs = style[2] & 0xF == 1
    return _formatted(form, style[at + 4 : at + 2 + size], {}) if is_of_paragraphs else form

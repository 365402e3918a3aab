"""A Word 97 to 2003 file as its parts: the pieces of its text, and the formats of its paragraphs and characters.

By [MS-DOC]: a position of text (CP) counts UTF-16 units over all sub-documents, a position in the file (FC) bytes.
"""

from __future__ import annotations

import struct
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from olefile import OleFileIO

from knowledge.parse.input import Unreadable
from knowledge.parse.parsers import MAX_CHARACTERS
from knowledge.parse.text.decode import guess_encoding, plausibility

NOUN = "Word document"
_MAGICS = (0xA5EC, 0xA5DC)  # of Word 97 on, of Word 6 and 95
_ENCRYPTED, _SECOND_TABLE, _EXTENDED = 0x0100, 0x0200, 0x1000
_FIRST_OF_WORD_97 = 0xC1
_PAGE_BYTES = 512
_COMPRESSED = 0x4000_0000
# The lengths of the sub-documents, in the order in which their texts follow each other.
SUBDOCUMENTS = ("body", "footnotes", "headers", "macros", "comments", "endnotes", "boxes", "header boxes")
_MACINTOSH = 256  # the character set of a file that was written there
_FONTS, _FONT_CHARACTER_SET = 0xD0, 4
_CODE_PAGES_BY_CHARACTER_SET = {
    128: 932, 129: 949, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255, 178: 1256, 186: 1257, 204: 1251,
    222: 874, 238: 1250,
}  # fmt: skip
_JUDGED_BYTES = 20_000
_LANGUAGE_FAMILY, _CHINESE, _SIMPLIFIED_CHINESE = 0x3FF, 0x04, (0x0004, 0x0804, 0x1004)
_CODE_PAGES_BY_LANGUAGE = {
    0x01: 1256, 0x02: 1251, 0x05: 1250, 0x08: 1253, 0x0D: 1255, 0x0E: 1250, 0x11: 932, 0x12: 949, 0x15: 1250,
    0x18: 1250, 0x19: 1251, 0x1A: 1250, 0x1B: 1250, 0x1E: 874, 0x1F: 1254, 0x22: 1251, 0x23: 1251, 0x24: 1250,
    0x25: 1257, 0x26: 1257, 0x27: 1257, 0x29: 1256, 0x2A: 1258,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stretch:
    """Characters `start` to `end` of the text, from byte `offset` of the file on; `width`: bytes of a character."""

    start: int
    end: int
    offset: int
    width: int


class WordFile:
    """The text of all sub-documents, a character per position, and where each is. `table`: the stream of structures.

    Raises Unreadable for a file that is encrypted, or of a kind that is not read.
    """

    def __init__(self, ole: OleFileIO) -> None:
        self.data = ole.openstream("WordDocument").read()
        identity, version, language, flags = struct.unpack_from("<HH2xHxxH", self.data)
        if identity not in _MAGICS:
            raise Unreadable("a Word document from before 1993, which is not supported", "Save it as .docx.")
        if flags & _ENCRYPTED:
            raise Unreadable(f"encrypted {NOUN}: it needs a password", "Save a copy without a password.")
        self.is_97 = version >= _FIRST_OF_WORD_97
        if self.is_97:
            stream = "1Table" if flags & _SECOND_TABLE else "0Table"
            self.table = ole.openstream(stream).read()
            lengths = struct.unpack_from("<8i", self.data, 76)
        else:
            self.table = self.data
            lengths = struct.unpack_from("<8i", self.data, 0x34)
        self.data_stream = ole.openstream("Data").read() if ole.exists("Data") else b""
        self.pieces = self._pieces(sum(lengths))
        self._encoding = "cp1252" if self.is_97 else self._old_encoding(language)
        self.text = self._read()
        self._starts = [piece.start for piece in self.pieces]
        self.spans: dict[str, tuple[int, int]] = {}
        at = 0
        for name, length in zip(SUBDOCUMENTS, lengths, strict=True):
            self.spans[name] = (at, at + max(length, 0))
            at += max(length, 0)

    def structure(self, number: int) -> bytes:
        """The bytes of a structure of Word 97 by its number in FibRgFcLcb97; empty where the file has none."""
        if not self.is_97 or 154 + 8 * number + 8 > len(self.data):
            return b""
        start, size = struct.unpack_from("<II", self.data, 154 + 8 * number)
        return bytes(self.table[start : start + size])

    def structure_end(self, number: int) -> int:
        """The place in `table` at which that structure ends."""
        start, size = struct.unpack_from("<II", self.data, 154 + 8 * number)
        return int(start + size)

    def offset(self, position: int) -> int:
        """The byte of the file at which the character of this position stands; -1 where there is none."""
        place = bisect_right(self._starts, position) - 1
        if place < 0 or position >= self.pieces[place].end:
            return -1
        piece = self.pieces[place]
        return piece.offset + (position - piece.start) * piece.width

    def positions(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The stretches of text that bytes `start` to `end` of the file hold."""
        for piece in self.pieces:
            first = max(piece.start + (start - piece.offset + piece.width - 1) // piece.width, piece.start)
            last = min(piece.start + (end - piece.offset + piece.width - 1) // piece.width, piece.end)
            if first < last:
                yield first, last

    def _pieces(self, length: int) -> list[Stretch]:
        start, size = struct.unpack_from("<II", self.data, 0x1A2 if self.is_97 else 0x160)
        clx = self.table[start : start + size]
        at = 0
        while at + 3 <= len(clx) and clx[at] == 1:  # formats that pieces share
            at += 3 + int.from_bytes(clx[at + 1 : at + 3], "little")
        if at + 5 > len(clx) or clx[at] != 2:
            (first,) = struct.unpack_from("<I", self.data, 0x18)  # all in one piece
            return [Stretch(0, max(length, 0), first, 1)]
        plc = clx[at + 5 : at + 5 + int.from_bytes(clx[at + 1 : at + 5], "little")]
        return list(self._listed_pieces(plc))

    def _listed_pieces(self, plc: bytes) -> Iterator[Stretch]:
        count = (len(plc) - 4) // 12
        positions = struct.unpack_from(f"<{count + 1}I", plc) if count > 0 else ()
        for number, (start, end) in enumerate(pairwise(positions)):
            (place,) = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * number + 2)
            if end <= start or end > MAX_CHARACTERS:
                raise ValueError("pieces out of order")
            if not self.is_97:
                yield Stretch(start, end, place, 1)
            elif place & _COMPRESSED:
                yield Stretch(start, end, (place & ~_COMPRESSED) // 2, 1)
            else:
                yield Stretch(start, end, place, 2)

    def _read(self) -> str:
        """All text, a character for each UTF-16 unit, so that positions stay true; NUL where the file is too short."""
        parts = []
        for piece in self.pieces:
            length = piece.end - piece.start
            stored = self.data[piece.offset : piece.offset + length * piece.width]
            parts.append(self._decoded(stored, piece.width).ljust(length, "\0")[:length])
        return "".join(parts)

    def _old_encoding(self, language: int) -> str:
        """The encoding of Word 6 and 95: that of the language, or of a font whose letters the text has."""
        if int.from_bytes(self.data[0x14:0x16], "little") == _MACINTOSH:
            return "mac_roman"
        if stated := code_page_of(language):
            return f"cp{stated}"
        candidates = ["cp1252", *(f"cp{code_page}" for code_page in self._code_pages_of_fonts())]
        stored = b"".join(self.data[one.offset : one.offset + one.end - one.start] for one in self.pieces)
        sample = stored[:_JUDGED_BYTES]
        guessed = guess_encoding(sample) if len(candidates) > 1 and not sample.isascii() else ""
        if guessed in candidates:
            return guessed
        return max(candidates, key=lambda each: plausibility(sample.decode(each, "replace")))

    def _code_pages_of_fonts(self) -> Iterator[int]:
        start, size = struct.unpack_from("<II", self.data, _FONTS)
        fonts = self.data[start : start + size]
        at = 2
        while at + _FONT_CHARACTER_SET < len(fonts) and fonts[at]:
            if code_page := _CODE_PAGES_BY_CHARACTER_SET.get(fonts[at + _FONT_CHARACTER_SET]):
                yield code_page
            at += 1 + fonts[at]

    def _decoded(self, stored: bytes, width: int) -> str:
        if width == 1:
            return stored.decode(self._encoding, "replace")
        units = array("H", stored[: len(stored) // 2 * 2])
        return array("I", units).tobytes().decode("utf-32", "surrogatepass")


def code_page_of(language: int) -> int:
    """The code page of a language by its number in Windows (LCID); 0 for those that share the Western one."""
    if language & _LANGUAGE_FAMILY == _CHINESE:
        return 936 if language in _SIMPLIFIED_CHINESE else 950
    return _CODE_PAGES_BY_LANGUAGE.get(language & _LANGUAGE_FAMILY, 0)


def whole(text: str) -> str:
    """The text with the halves of its surrogate pairs as one character each."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def runs(file: WordFile, number: int, entry_bytes: int) -> Iterator[tuple[int, int, bytes]]:
    """(start, end, format) in bytes of the file, from the pages of formats that the structure of this number lists.

    `entry_bytes`: of what a page keeps for each run, whose first byte is the place of its format. Each page is read
    once.
    """
    plc = file.structure(number)
    count = (len(plc) - 4) // 8
    numbers = dict.fromkeys(struct.unpack_from(f"<{count}I", plc, 4 * (count + 1)) if count > 0 else ())
    for page_number in numbers:
        page = file.data[page_number * _PAGE_BYTES : (page_number + 1) * _PAGE_BYTES]
        if len(page) < _PAGE_BYTES:
            continue
        runs_here = min(page[-1], (_PAGE_BYTES - 5) // (4 + entry_bytes))
        bounds = struct.unpack_from(f"<{runs_here + 1}I", page)
        for place, (start, end) in enumerate(pairwise(bounds)):
            at = 2 * page[4 * (runs_here + 1) + entry_bytes * place]
            if start < end and at:
                yield start, end, page[at:-1]


# The bytes of an operand by the three highest bits of its code; None: the first byte tells.
_OPERAND_BYTES = (1, 1, 2, 4, 2, 2, None, 3)
_LONG_TABLE = 0xD608  # the one with a length of two bytes
_TABS = 0xC615


def properties(formats: bytes) -> Iterator[tuple[int, bytes]]:
    """The code and the operand of each property (Sprm, Prl)."""
    at = 0
    while at + 2 < len(formats):
        code = int.from_bytes(formats[at : at + 2], "little")
        at += 2
        size = _OPERAND_BYTES[code >> 13]
        if size is None:
            head = 2 if code == _LONG_TABLE else 1
            size = int.from_bytes(formats[at : at + head], "little")
            size = size - 1 if code == _LONG_TABLE else size
            if code == _TABS and size == 255:
                return  # tabs without a length, which end most formats
            at += head
        yield code, formats[at : at + max(size, 0)]
        at += max(size, 0)

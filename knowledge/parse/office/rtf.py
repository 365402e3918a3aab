"""RTF → text. Own reading, as the library for it (striprtf) knows neither tables nor headings nor lists."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass

from knowledge.document import Document
from knowledge.parse.document_builder import DocumentBuilder
from knowledge.parse.input import Unreadable
from knowledge.parse.office.rtf_tokens import (
    BULLETS,
    CHARACTERS,
    PROPERTIES,
    SEEN,
    SYMBOLS,
    UNSEEN,
    Token,
    charset_encoding,
    encoding,
    tokens,
)

MAX_DEPTH = 1000  # of groups; programs write some ten

_HEADING = re.compile(r"heading ?([1-9])", re.IGNORECASE)
_MAX_LEVEL = 6
_BODY_LEVEL = 9  # outline levels count from 0 and end before this


@dataclass(slots=True)
class _State:
    """What a group inherits from the one around it. `place`: what its text belongs to, "" for the document."""

    place: str = ""
    encoding: str = ""
    fallbacks: int = 1  # characters that follow a Unicode one for readers that do not know it
    is_hidden: bool = False
    is_item: bool = False
    depth: int = 0
    level: int = 0
    in_table: bool = False


def parse_rtf(data: bytes, name: str) -> Document:
    """Headings by style or outline level, paragraphs, lists and tables in order, then the notes.

    Raises Unreadable for what does not begin as RTF does, and for groups more than MAX_DEPTH deep.
    """
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf"):
        raise Unreadable("not an RTF document, despite its name", "It may be damaged.")
    reader = _Reader()
    reader.read(data)
    title = reader.properties.pop("title", "") or reader.builder.first_heading or name
    return reader.builder.build(title, reader.properties)


class _Reader:
    """Walks the tokens and writes the builder."""

    def __init__(self) -> None:
        self.builder = DocumentBuilder()
        self.properties: dict[str, str] = {}
        self._state = _State()
        self._stack: list[_State] = []
        self._encoding = "cp1252"
        self._fonts: dict[int, str] = {}
        self._styles: dict[int, int] = {}
        self._current = 0  # the font or style that a table of them describes
        self._is_optional = False
        self._to_skip = 0
        self._texts: dict[str, list[str]] = {}
        self._bytes = bytearray()
        self._cells: list[str] = []
        self._rows: list[list[str]] = []
        self._notes: list[str] = []
        self._words: Mapping[str, Callable[[int], None]] = {
            **dict.fromkeys(("par", "sect", "page"), self._end_paragraph),
            "cell": self._end_cell, "row": self._end_row, "intbl": self._in_table, "pard": self._plain_paragraph,
            "outlinelevel": self._outline, "s": self._style, "ls": self._list, "ilvl": self._indent,
            "ansicpg": self._code_page, "mac": lambda _: self._code_page(10000), "pc": lambda _: self._code_page(437),
            "pca": lambda _: self._code_page(850), "f": self._font, "fcharset": self._charset, "u": self._unicode,
            "uc": self._count_fallbacks, "v": self._hide, "deleted": self._hide, "plain": self._plain,
        }  # fmt: skip

    def read(self, data: bytes) -> None:
        for token in tokens(data):
            if token.kind == "text":
                self._text(token.data)
            elif token.kind == "open":
                self._open()
            elif token.kind == "close":
                self._close()
            elif token.kind == "word":
                self._word(token)
            else:
                self._symbol(token.name)
        self._state = _State()
        self._end_paragraph()
        self._end_table()
        for note in self._notes:
            self.builder.paragraph(note)

    def _open(self) -> None:
        self._flush()
        if len(self._stack) >= MAX_DEPTH:
            raise Unreadable(f"damaged RTF document: groups more than {MAX_DEPTH} deep")
        self._stack.append(copy(self._state))
        self._to_skip = 0

    def _close(self) -> None:
        self._flush()
        ended, self._state = self._state, self._stack.pop() if self._stack else _State()
        if ended.place != self._state.place:
            self._end_place(ended.place)
        self._is_optional = False
        self._to_skip = 0

    def _end_place(self, place: str) -> None:
        text = "".join(self._texts.pop(place, [])).strip()
        if place in PROPERTIES and text:
            self.properties[PROPERTIES[place]] = " ".join(text.split())
        elif place == "footnote" and text:
            self._notes.append(text)
        elif place in BULLETS:
            self._state.is_item = True

    def _word(self, token: Token) -> None:
        name, was_optional = token.name, self._is_optional
        self._is_optional = False
        if self._state.place == "unseen":
            return
        if name in UNSEEN or (was_optional and name not in SEEN):
            self._flush()
            self._state.place = name if name in BULLETS else "unseen"
        elif name in ("fonttbl", "stylesheet", "info", "footnote") or self._state.place == "info":
            self._flush()
            self._state.place = name
        elif name in CHARACTERS:
            self._add(CHARACTERS[name])
        elif name in self._words:
            self._flush()
            self._words[name](token.number)

    def _symbol(self, name: str) -> None:
        if name == "*":
            self._is_optional = True
        elif name in "\r\n":
            self._end_paragraph()
        elif name in SYMBOLS:
            self._add(SYMBOLS[name])

    def _text(self, data: bytes) -> None:
        skipped = min(self._to_skip, len(data))
        self._to_skip -= skipped
        if self._state.place != "unseen" and not self._state.is_hidden:
            self._bytes += data[skipped:]

    def _add(self, text: str) -> None:
        self._flush()
        if self._to_skip:
            self._to_skip -= 1
        elif not self._state.is_hidden:
            self._texts.setdefault(self._state.place, []).append(text)

    def _flush(self) -> None:
        """Decode the bytes that came since the last control word."""
        if self._bytes:
            text = self._bytes.decode(self._state.encoding or self._encoding, "replace")
            self._bytes.clear()
            if self._state.place == "stylesheet" and (heading := _HEADING.match(text.strip())):
                self._styles.setdefault(self._current, min(int(heading[1]), _MAX_LEVEL))
            self._texts.setdefault(self._state.place, []).append(text)

    def _taken(self) -> str:
        """What was read of the document since it was last taken; halves of characters become whole ones."""
        self._flush()
        text = "".join(self._texts.pop("", []))
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def _end_paragraph(self, _: int = -1) -> None:
        if self._state.place or self._state.in_table:
            self._add("\n")
        else:
            self._end_table()
            self._write(self._taken())

    def _write(self, text: str) -> None:
        if self._state.level and text.strip():
            self.builder.heading(self._state.level, text)
        elif self._state.is_item:
            self.builder.item(text, self._state.depth)
        else:
            self.builder.paragraph(text)

    def _end_cell(self, _: int) -> None:
        if not self._state.place:
            self._cells.append(self._taken())

    def _end_row(self, _: int) -> None:
        if self._cells:
            self._rows.append(self._cells)
            self._cells = []

    def _end_table(self) -> None:
        self._end_row(-1)
        if self._rows:
            self.builder.table(self._rows)
            self._rows = []

    def _in_table(self, _: int) -> None:
        self._state.in_table = True

    def _plain_paragraph(self, _: int) -> None:
        state = self._state
        state.level, state.depth, state.is_item, state.in_table = 0, 0, False, False

    def _outline(self, number: int) -> None:
        level = min(number + 1, _MAX_LEVEL) if 0 <= number < _BODY_LEVEL else 0
        if self._state.place == "stylesheet":
            self._styles[self._current] = level
        else:
            self._state.level = level

    def _style(self, number: int) -> None:
        if self._state.place == "stylesheet":
            self._current = number
        else:
            self._state.level = self._styles.get(number, 0)

    def _list(self, number: int) -> None:
        self._state.is_item = number > 0

    def _indent(self, number: int) -> None:
        self._state.depth = max(number, 0)

    def _code_page(self, number: int) -> None:
        self._encoding = encoding(number)

    def _font(self, number: int) -> None:
        if self._state.place == "fonttbl":
            self._current = number
        else:
            self._state.encoding = self._fonts.get(number, "")

    def _charset(self, number: int) -> None:
        self._fonts[self._current] = charset_encoding(number)

    def _unicode(self, number: int) -> None:
        self._to_skip = 0
        if number <= sys.maxunicode:
            self._add(chr(number % 0x10000 if number < 0 else number))
        self._to_skip = self._state.fallbacks

    def _count_fallbacks(self, number: int) -> None:
        self._state.fallbacks = max(number, 0)

    def _hide(self, number: int) -> None:
        self._state.is_hidden = number != 0

    def _plain(self, _: int) -> None:
        self._state.is_hidden, self._state.encoding = False, ""

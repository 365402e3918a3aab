"""RTF → text. The library for it (striprtf) knows neither tables nor headings nor lists."""

from __future__ import annotations

import re
import sys
from collections import Counter
from copy import copy
from dataclasses import dataclass

from knowledge.document import Document, not_read
from knowledge.parse.document_builder import DocumentBuilder, one_line
from knowledge.parse.input import Unreadable
from knowledge.parse.office.inline import comment, lowered, raised, without_symbol_codes
from knowledge.parse.office.rtf_tokens import (
    APART,
    BOXES,
    BULLETS,
    CHARACTERS,
    MARGINS,
    PROPERTIES,
    SEEN,
    SYMBOLS,
    UNSEEN,
    Token,
    charset_encoding,
    encoding,
    tokens,
)
from knowledge.parse.office.word.fields import MAX_FIELDS, Field

MAX_DEPTH = 1000  # of groups; programs write some ten

_HEADING = re.compile(r"heading ?([1-9])", re.IGNORECASE)
_MAX_LEVEL = 6
_BODY_LEVEL = 9  # outline levels count from 0 and end before this
_PARAGRAPH_WORDS = frozenset("par sect page cell row intbl pard ls ilvl outlinelevel s".split())
_SHIFT_WORDS = {"super": "super", "up": "super", "sub": "sub", "dn": "sub", "nosupersub": ""}
_CHARACTER_WORDS = frozenset("ansicpg mac pc pca f fcharset u uc v deleted plain".split())
_FIELD_WORDS = frozenset({"field", "ffres", "ffdefres"})
_UNSET = -1
_LOST = {"pict": "picture", "objdata": "embedded object"}
# A number that a program wrote before an item, in contrast to a bullet, which may be the letter `o`.
_NUMBER = re.compile(r"(?=.{0,59}\d|.{0,59}\w.{0,58}[.)\]§]|.{0,59}[^\W\d_a-zA-Z]).{1,60}")
_CODE_PAGES = {"mac": 10000, "pc": 437, "pca": 850}


@dataclass(slots=True)
class _GroupState:
    """The state that a group inherits. `place`: the destination of its text, "" for the document itself."""

    place: str = ""
    encoding: str = ""
    fallbacks: int = 1  # characters that follow a Unicode one for readers that do not know it
    is_hidden: bool = False
    is_item: bool = False
    depth: int = 0
    level: int = 0
    in_table: bool = False
    shift: str = ""
    fields: int = 0  # around it


def parse_rtf(data: bytes, name: str) -> Document:
    """Headings by style or outline level, paragraphs, lists and tables in order, then the notes.

    Raises Unreadable for data that does not begin as RTF does, and for groups more than MAX_DEPTH deep.
    """
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf"):
        raise Unreadable("not an RTF document, despite its name", "It may be damaged.")
    reader = _RtfReader()
    reader.read(data)
    title = reader.properties.pop("title", "") or reader.builder.first_heading or name
    return reader.builder.build(title, reader.properties)


class _RtfReader:
    """Walks the tokens and writes their text."""

    def __init__(self) -> None:
        self.builder = DocumentBuilder()
        self.properties: dict[str, str] = {}
        self._state = _GroupState()
        self._stack: list[_GroupState] = []
        self._encoding = "cp1252"
        self._fonts: dict[int, str] = {}
        self._styles: dict[int, int] = {}
        self._current = 0  # the font or style that a table of them describes
        self._begins = self._is_optional = False
        self._to_skip = 0
        self._texts: dict[str, list[str]] = {}
        self._bytes = bytearray()
        self._number = ""  # that stands before the paragraph
        self._cells: list[str] = []
        self._rows: list[list[str]] = []
        self._notes: list[str] = []
        self._margins: dict[str, None] = {}
        self._beside: list[str] = []  # text boxes and comments of the paragraph or the table
        self._author = ""
        self._fields: list[Field] = []
        self._tick = _UNSET  # of the form's box last seen
        self._lost: Counter[str] = Counter()

    def read(self, data: bytes) -> None:
        for token in tokens(data):
            if token.kind == "text":
                skipped = min(self._to_skip, len(token.data))
                self._to_skip -= skipped
                if self._state.place != "unseen" and not self._state.is_hidden:
                    self._bytes += token.data[skipped:]
            elif token.kind == "open":
                self._open()
            elif token.kind == "close":
                self._close()
            elif token.kind == "word":
                self._control_word(token)
            else:
                self._control_symbol(token.name)
            self._begins = token.kind == "open"
        self._state = _GroupState()
        self._end_paragraph()
        self._end_table()
        for note in (*self._notes, *self._margins):
            self.builder.paragraph(note)
        for noun, count in self._lost.items():
            self.builder.lose(*not_read(count, noun))

    def _open(self) -> None:
        self._flush()
        if len(self._stack) >= MAX_DEPTH:
            raise Unreadable(f"damaged RTF document: groups more than {MAX_DEPTH} deep")
        self._stack.append(copy(self._state))
        self._to_skip = 0

    def _close(self) -> None:
        self._flush()
        ended, self._state = self._state, self._stack.pop() if self._stack else _GroupState()
        self._is_optional = False
        self._to_skip = 0
        if ended.place != self._state.place:
            self._end_place(ended.place, self._as_text(self._texts.pop(ended.place, [])).strip())
        if ended.fields > self._state.fields and self._fields:
            self._end_field(self._fields.pop())

    def _end_place(self, place: str, text: str) -> None:
        """Put the text of a group apart to where it belongs."""
        if place in PROPERTIES and text:
            self.properties[PROPERTIES[place]] = " ".join(text.split())
        elif place == "footnote" and text:
            self._notes.append(text)
        elif place in BULLETS:
            self._state.is_item = True
            self._number = one_line(text) if _NUMBER.fullmatch(one_line(text)) else ""
        elif place == "fldinst" and self._fields:
            self._fields[-1].add(text)
            self._fields[-1].is_instruction = False
        elif place == "atnauthor":
            self._author = text
        elif place == "annotation":
            self._beside.append(comment(self._author, one_line(text)))
        elif place in BOXES:
            self._beside.append(text)
        elif place in MARGINS:
            lines = map(one_line, text.split("\n"))
            self._margins |= dict.fromkeys(line for line in lines if any(map(str.isalpha, line)))

    def _end_field(self, field: Field) -> None:
        self._add(field.told_address)
        if field.instruction.strip().upper().startswith("FORMCHECKBOX"):
            self._add("☑" if self._tick == 1 else "☐")
            self._tick = _UNSET

    def _control_word(self, token: Token) -> None:
        name, was_optional = token.name, self._is_optional
        self._is_optional = False
        if self._state.place == "unseen":
            return
        if name in UNSEEN or (was_optional and name not in SEEN) or (name[0] == "m" and name.endswith("Pr")):
            self._flush()
            if name in _LOST:
                self._lost[_LOST[name]] += 1
            self._state.place = name if name in BULLETS else "unseen"
        elif name in APART or self._state.place == "info":
            self._flush()
            self._state.place = name
        elif name in CHARACTERS:
            self._add(CHARACTERS[name])
        elif name in _PARAGRAPH_WORDS:
            self._flush()
            self._format_paragraph(name, token.number)
        elif name in _CHARACTER_WORDS:
            self._flush()
            self._format_characters(name, token.number)
        elif name in _SHIFT_WORDS:
            self._flush()
            self._state.shift = _SHIFT_WORDS[name] if token.number else ""
        elif name in _FIELD_WORDS:
            self._flush()
            self._control_field(name, token.number)

    def _control_field(self, name: str, number: int) -> None:
        """Begin a field, or note how a form's box is set: by its result, or else from the start."""
        if name == "field" and len(self._fields) < MAX_FIELDS:
            self._state.fields += 1
            self._fields.append(Field())
        elif (name == "ffres" and number in (0, 1)) or (name == "ffdefres" and self._tick == _UNSET):
            self._tick = number

    def _format_paragraph(self, name: str, number: int) -> None:
        state = self._state
        match name:
            case "par" | "sect" | "page":
                self._end_paragraph()
            case "cell" if state.place:
                self._add(" ")
            case "cell":
                self._cells.append(" ".join((self._take_number(), self._take_text(), *self._take_beside())))
            case "row":
                self._end_row()
            case "intbl":
                state.in_table = True
            case "pard":
                state.level, state.depth, state.is_item, state.in_table = 0, 0, False, False
            case "ls":
                state.is_item = number > 0
            case "ilvl":
                state.depth = max(number, 0)
            case _:
                self._set_level(name, number)

    def _set_level(self, name: str, number: int) -> None:
        """Apply an outline level or a style, or note them for the style that the style sheet defines."""
        level = min(number + 1, _MAX_LEVEL) if 0 <= number < _BODY_LEVEL else 0
        if self._state.place != "stylesheet":
            self._state.level = level if name == "outlinelevel" else self._styles.get(number, 0)
        elif name == "outlinelevel":
            self._styles[self._current] = level
        else:
            self._current = number

    def _format_characters(self, name: str, number: int) -> None:
        state = self._state
        match name:
            case "ansicpg" | "mac" | "pc" | "pca":
                self._encoding = encoding(_CODE_PAGES.get(name, number))
            case "f":
                if state.place == "fonttbl":
                    self._current = number
                else:
                    state.encoding = self._fonts.get(number, "")
            case "fcharset":
                self._fonts[self._current] = charset_encoding(number)
            case "u":
                self._to_skip = 0
                if number <= sys.maxunicode:
                    self._add(chr(number % 0x10000 if number < 0 else number))
                self._to_skip = state.fallbacks
            case "uc":
                state.fallbacks = max(number, 0)
            case "v" | "deleted":
                state.is_hidden = number != 0
            case "plain":
                state.is_hidden, state.encoding, state.shift = False, "", ""

    def _control_symbol(self, name: str) -> None:
        if name == "*":
            self._is_optional = self._begins  # elsewhere it says nothing
        elif name in "\r\n":
            self._end_paragraph()
        elif name in SYMBOLS:
            self._add(SYMBOLS[name])

    def _add(self, text: str) -> None:
        self._flush()
        if self._to_skip:
            self._to_skip -= 1
        elif not self._state.is_hidden:
            self._keep(text)

    def _keep(self, text: str) -> None:
        """Put text to that of its place; a field keeps the beginning of its result."""
        text = {"super": raised, "sub": lowered}.get(self._state.shift, str)(text)
        if self._fields and not self._fields[-1].is_instruction:
            self._fields[-1].add(text)
        self._texts.setdefault(self._state.place, []).append(text)

    def _flush(self) -> None:
        """Decode the bytes that came since the last control word."""
        if self._bytes:
            text = self._bytes.decode(self._state.encoding or self._encoding, "replace")
            self._bytes.clear()
            if self._state.place == "stylesheet" and (heading := _HEADING.match(text.strip())):
                self._styles.setdefault(self._current, min(int(heading[1]), _MAX_LEVEL))
            self._keep(text)

    def _take_text(self) -> str:
        """The document's text since the last call."""
        self._flush()
        return self._as_text(self._texts.pop("", []))

    def _take_number(self) -> str:
        number, self._number = self._number, ""
        return number

    def _take_beside(self) -> list[str]:
        beside, self._beside = self._beside, []
        return beside

    @staticmethod
    def _as_text(parts: list[str]) -> str:
        """The parts as one text; surrogate halves become whole characters."""
        text = "".join(parts).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return without_symbol_codes(text)

    def _end_paragraph(self) -> None:
        if self._state.place or self._state.in_table:
            self._add("\n")
            return
        self._end_table()
        text, number = self._take_text(), self._take_number()
        if self._state.level and text.strip():
            self.builder.heading(self._state.level, f"{number} {text}")
        elif self._state.is_item:
            self.builder.item(text, self._state.depth, number)
        else:
            self.builder.paragraph(text)
        for beside in self._take_beside():
            self.builder.paragraph(beside)

    def _end_row(self) -> None:
        if self._cells:
            self._rows.append(self._cells)
            self._cells = []

    def _end_table(self) -> None:
        self._end_row()
        if self._rows:
            self.builder.table(self._rows)
            self._rows = []

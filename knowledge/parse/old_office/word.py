"""Word 97 to 2003 documents → text, read from their streams; of Word 6 and 95 the text alone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from olefile import OleFileIO

from knowledge.document import MACROS, Document, not_read
from knowledge.parse.document_builder import DocumentBuilder, one_line
from knowledge.parse.input import Unreadable
from knowledge.parse.office.inline import without_symbol_codes
from knowledge.parse.old_office.properties import stated_properties
from knowledge.parse.old_office.word_file import NOUN, WordFile, whole
from knowledge.parse.old_office.word_formats import Formats, ParagraphFormat
from knowledge.parse.old_office.word_lists import WordLists
from knowledge.parse.old_office.word_text import COMMENT, WordText, comments

_MARK = re.compile(r"[\r\x07\f]")
_JUDGED_CHARACTERS = 20_000
# Of a text that is one. Of random bytes, read as UTF-16, more than half is unknown; read as cp1252, 8 %.
_MOST_UNKNOWN = 0.05
_UNKNOWN_KINDS = frozenset({"Cn", "Co", "Cs"})
_NO_MARKS = frozenset("\ufffd\x06\x0f\x10\x11\x12\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x7f")


def parse_word(ole: OleFileIO, name: str) -> Document:
    """Headings, paragraphs, lists and tables in order, then the notes, text boxes, headers and footers.

    Raises Unreadable for a file that is encrypted or holds no readable text, and the errors of `struct` and `olefile`
    for a damaged one.
    """
    file = WordFile(ole)
    _refuse_garbage(file.text)
    reader = _WordReader(file)
    for part in ("body", "footnotes", "endnotes", "boxes"):
        reader.read(part)
    reader.read_once("headers", "header boxes")
    reader.builder.lose(*not_read(reader.texts.pictures, "picture"), *not_read(reader.texts.objects, "embedded object"))
    if ole.exists("Macros"):
        reader.builder.lose(MACROS)
    properties = stated_properties(ole)
    title = properties.pop("title", "") or reader.title or reader.builder.first_heading or name
    return reader.builder.build(title, properties)


def _refuse_garbage(text: str) -> None:
    judged = without_symbol_codes(whole(text[:_JUDGED_CHARACTERS]))
    unknown = sum(one in _NO_MARKS or unicodedata.category(one) in _UNKNOWN_KINDS for one in judged)
    if unknown > _MOST_UNKNOWN * len(judged):
        raise Unreadable(f"damaged {NOUN}: its text cannot be found", "Open it in Word and save it again.")


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """`number`: the one that Word shows before it, "" for a bullet, None outside lists."""

    form: ParagraphFormat
    text: str
    number: str | None

    @property
    def line(self) -> str:
        """The paragraph on one line, as a cell has it."""
        return one_line(f"{self.number or ''} {self.text}")


class _WordReader:
    """Walks the sub-documents and writes their text."""

    def __init__(self, file: WordFile) -> None:
        self.builder = DocumentBuilder()
        self.title = ""
        self._file = file
        self._formats = Formats(file)
        self._lists = WordLists(file)
        self.texts = WordText(file, self._formats)
        self._comments = comments(file, self._formats)
        self._cell: list[_Paragraph] = []
        self._row: list[list[_Paragraph]] = []
        self._rows: list[list[list[_Paragraph]]] = []

    def read(self, part: str) -> None:
        """Write a sub-document."""
        self.texts.leave_fields()
        for start, end, mark in self._stretches(part):
            self._paragraph(start, end, mark)
        self._end_table()

    def read_once(self, *parts: str) -> None:
        """Write the different lines of these sub-documents: each section has the same headers and footers."""
        lines: dict[str, None] = {}
        for part in parts:
            self.texts.leave_fields()
            lines |= dict.fromkeys(one_line(self.texts.shown(start, end)) for start, end, _ in self._stretches(part))
        for line in lines:
            if any(map(str.isalpha, line)):
                self.builder.paragraph(line)

    def _stretches(self, part: str) -> Iterator[tuple[int, int, str]]:
        """Start and end of each paragraph or cell, and the mark that ends it."""
        start, end = self._file.spans[part]
        end = min(end, len(self._file.text))
        for found in _MARK.finditer(self._file.text, start, end):
            yield start, found.start(), found[0]
            start = found.end()
        if start < end:
            yield start, end, "\r"

    def _paragraph(self, start: int, end: int, mark: str) -> None:
        form = self._formats.paragraph(end)
        text = self.texts.shown(start, end)
        number = self._lists.next(form.list_number, form.list_level) if mark == "\r" or text.strip() else None
        paragraph = _Paragraph(form, text, number)
        if mark == "\x07":
            self._end_cell(paragraph, is_empty=start == end)
        elif form.in_table:
            self._cell.append(paragraph)
        else:
            self._end_table()
            self._write(paragraph)
        for _ in range(self._file.text.count(COMMENT, start, end)):
            self.builder.paragraph(next(self._comments, ""))

    def _end_cell(self, paragraph: _Paragraph, is_empty: bool) -> None:
        """End a cell, or a row where its mark says so; Word 6, whose formats are not read, ends rows by two marks."""
        if paragraph.form.ends_row or (is_empty and self._row and not self._cell and not self._file.is_97):
            self._rows.append(self._row)
            self._row = []
        else:
            self._row.append([*self._cell, paragraph])
        self._cell = []

    def _end_table(self) -> None:
        rows = [row for row in (*self._rows, self._row) if row]
        loose, self._cell, self._row, self._rows = self._cell, [], [], []
        has_headings = any(one.form.level and one.text.strip() for row in rows for cell in row for one in cell)
        if max(map(len, rows), default=0) < 2 or has_headings:  # the table only places its cells
            for paragraph in (one for row in rows for cell in row for one in cell):
                self._write(paragraph)
        else:
            self.builder.table([[" ".join(one.line for one in cell) for cell in row] for row in rows])
        for paragraph in loose:
            self._write(paragraph)

    def _write(self, paragraph: _Paragraph) -> None:
        form, text, number = paragraph.form, paragraph.text, paragraph.number
        if form.level and text.strip():
            self.builder.heading(form.level, paragraph.line)
        elif number is not None:
            self.builder.item(text, form.list_level, number)
        else:
            self.builder.paragraph(text)
        if form.is_title and not self.title:
            self.title = one_line(text)

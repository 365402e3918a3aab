"""The characters of a Word file as a reader sees them: fields by their results, raised digits, ticked boxes."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from knowledge.parse.document_builder import one_line
from knowledge.parse.office.inline import comment, lowered, raised, symbol, without_symbol_codes
from knowledge.parse.office.word.fields import MAX_FIELDS, Field, shown_equation
from knowledge.parse.old_office.word_file import WordFile, whole
from knowledge.parse.old_office.word_formats import Formats

_CONTROL = re.compile(r"[\x00-\x1f\xad]")
_BEGIN, _SEPARATOR, _END, _PICTURE = "\x13", "\x14", "\x15", "\x01"
_SHOWN = {"\t": "\t", "\x0b": "\n", "\x0e": "\n", "\x1e": "-", "\r": "\n", "\x07": " ", "\f": "\n"}
_OBJECT = re.compile(r"\s*EMBED\b")
_CHECK_BOX = re.compile(r"\s*FORMCHECKBOX\b")
_RESULT_UNSET = 25  # of a form's field: its default counts ([MS-DOC] 2.9.78)
COMMENT = "\x05"
_REFERENCES, _TEXTS, _AUTHORS, _REFERENCE_BYTES = 4, 5, 36, 30


class WordText:
    """Text by position, asked for in order: a field goes on over the paragraphs. `pictures`, `objects`: seen."""

    def __init__(self, file: WordFile, formats: Formats) -> None:
        self.pictures = self.objects = 0
        self._file = file
        self._formats = formats
        self._fields: list[Field] = []
        self._instructions = 0  # of the fields, those whose result has not begun

    def shown(self, start: int, end: int) -> str:
        """The text from `start` to `end` without what is hidden, deleted or an instruction to Word.

        An instruction ends with its paragraph: in a damaged file it would hide all that follows.
        """
        self._fields = [field for field in self._fields[-MAX_FIELDS:] if not field.is_instruction]
        self._instructions = 0
        parts: list[str] = []
        at = start
        for first, last, form in self._formats.within(start, end):
            parts.append(self._plain(at, first))
            at = last
            if form.symbol:
                parts.append(self._seen(symbol(ord(form.symbol))))
            else:
                if form.data_at >= 0 and self._fields and self._fields[-1].is_instruction:
                    self._fields[-1].data_at = form.data_at
                text = self._plain(first, last)
                shift = {"super": raised, "sub": lowered}.get(form.shift, str)
                parts.append("" if form.is_hidden else shift(text))
        parts.append(self._plain(at, end))
        return without_symbol_codes(whole("".join(parts)))

    def leave_fields(self) -> None:
        """Forget the fields that did not end; a sub-document begins outside of any."""
        self._fields.clear()
        self._instructions = 0

    def _plain(self, start: int, end: int) -> str:
        parts = []
        at = start
        for found in _CONTROL.finditer(self._file.text, start, end):
            parts += [self._seen(self._file.text[at : found.start()]), self._control(found[0])]
            at = found.end()
        parts.append(self._seen(self._file.text[at:end]))
        return "".join(parts)

    def _seen(self, text: str) -> str:
        """The text where it is shown; the innermost field keeps the beginning of its own."""
        if self._fields and text:
            self._fields[-1].add(text)
        return "" if self._instructions else text

    def _control(self, mark: str) -> str:
        if mark == _BEGIN:
            self._fields.append(Field())
            self._instructions += 1
        elif mark == _SEPARATOR and self._fields and self._fields[-1].is_instruction:
            self._fields[-1].is_instruction = False
            self._instructions -= 1
        elif mark == _END and self._fields:
            return self._ended()
        elif mark == _PICTURE and not self._instructions:
            self.pictures += 1
        return self._seen(_SHOWN.get(mark, ""))

    def _ended(self) -> str:
        """End the innermost field; return what follows its result."""
        field = self._fields.pop()
        self._instructions -= field.is_instruction
        self.objects += bool(_OBJECT.match(field.instruction))
        if _CHECK_BOX.match(field.instruction):
            return self._seen("☑" if _is_ticked(self._file.data_stream, field.data_at) else "☐")
        return self._seen(shown_equation(field.instruction) or field.told_address)


def _is_ticked(data: bytes, at: int) -> bool:
    """Tell if the box whose data begin there is ticked (NilPICFAndBinData, FFData)."""
    if at < 0 or at + 6 > len(data):
        return False
    at += int.from_bytes(data[at + 4 : at + 6], "little")
    result = int.from_bytes(data[at + 4 : at + 6], "little") >> 2 & 0x1F
    if result != _RESULT_UNSET:
        return result == 1
    name_characters = int.from_bytes(data[at + 10 : at + 12], "little")
    default_at = at + 12 + 2 * name_characters + 2
    return data[default_at : default_at + 2] == b"\1\0"


def comments(file: WordFile, formats: Formats) -> Iterator[str]:
    """The comments in the order of their places, each with its author."""
    references, texts = file.structure(_REFERENCES), file.structure(_TEXTS)
    count = min((len(references) - 4) // (4 + _REFERENCE_BYTES), len(texts) // 4 - 1)
    start, end = file.spans["comments"]
    authors = _strings(file.structure(_AUTHORS))
    shown = WordText(file, formats)
    for number in range(count):
        first, last = struct.unpack_from("<II", texts, 4 * number)
        (author,) = struct.unpack_from("<H", references, 4 * (count + 1) + _REFERENCE_BYTES * number + 20)
        text = one_line(shown.shown(min(start + first, end), min(start + last, end)))
        yield comment(authors[author] if author < len(authors) else "", text)


def _strings(data: bytes) -> list[str]:
    """The strings of a list, each behind its length."""
    found, at = [], 0
    while at + 2 <= len(data):
        length = int.from_bytes(data[at : at + 2], "little")
        found.append(data[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace"))
        at += 2 + 2 * length
    return found

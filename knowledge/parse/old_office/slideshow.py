"""PowerPoint 97 to 2003 presentations → text, a slide after another, read from their records."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from olefile import OleFileIO

from knowledge.document import MACROS, Document, not_read
from knowledge.parse.document_builder import DocumentBuilder, one_line
from knowledge.parse.office.inline import comment
from knowledge.parse.office.package import damaged
from knowledge.parse.office.slides import Bounds, in_rows
from knowledge.parse.old_office.properties import stated_properties
from knowledge.parse.old_office.slide_records import NOUN, Record, Records
from knowledge.parse.old_office.slide_text import TITLES, SlideText, read_texts

_DOCUMENT, _SLIDE, _SLIDE_ATOM, _NOTES_PAGE = 1000, 1006, 1007, 1008
_LIST, _LISTED = 4080, 1011
_SLIDES, _NOTES_PAGES = 0, 2  # instances of the list
_STRING, _COMMENT, _LINK, _LINK_ATOM, _MACROS = 4026, 12000, 4055, 4051, 1024
_OUTLINE_REFERENCE, _PLACEHOLDER = 3998, 3011
_GROUP, _SHAPE, _FORM, _BOX, _CLIENT_ANCHOR, _CHILD_ANCHOR, _CLIENT_DATA = (
    0xF003, 0xF004, 0xF00A, 0xF00D, 0xF010, 0xF00F, 0xF011,
)  # fmt: skip
_OPTIONS = frozenset({0xF00B, 0xF121, 0xF122})
_OPTION_NUMBER, _TABLE_OPTION = 0x3FFF, 0x039F
_PICTURE_FORM = 75
_REPEATED = frozenset({7, 8, 9, 10})  # date, number, footer and header, on every slide
_BODIES = frozenset({1, 5, 7, 8})
_OTHER_TEXT = 4
_MAX_CELLS = 5_000  # of a table; PowerPoint allows 75 by 75
_MAX_DEPTH = 32


@dataclass(slots=True)
class _Shape:
    """A shape, or a group of shapes. `is_table`: its shapes, or those of the group that it frames, are cells."""

    bounds: Bounds | None = None
    texts: list[SlideText] = field(default_factory=list)
    shapes: list[_Shape] = field(default_factory=list)
    is_table: bool = False


def parse_slideshow(ole: OleFileIO, name: str) -> Document:
    """Each slide is a page under its title: its texts in reading order, comments, then the speaker's notes.

    Raises Unreadable for a presentation that is encrypted or has no slides, and the errors of `struct` and `olefile`
    for a damaged one.
    """
    records = Records(ole)
    if records.document.kind != _DOCUMENT:
        raise damaged(NOUN)
    reader = _SlideshowReader(records)
    reader.read()
    reader.builder.lose(*not_read(reader.pictures, "picture"))
    if ole.exists("_VBA_PROJECT_CUR") or reader.has_macros:
        reader.builder.lose(MACROS)
    properties = stated_properties(ole)
    title = properties.pop("title", "")
    first = reader.builder.first_heading
    return reader.builder.build(first or title or name, properties)


class _SlideshowReader:
    """Walks the slides and writes their text."""

    def __init__(self, records: Records) -> None:
        self.builder = DocumentBuilder()
        self.pictures = 0
        self._records = records
        self._addresses = dict(self._links())
        stated = next(records.within(records.document, frozenset({_MACROS})), None)
        self.has_macros = bool(stated and records.numbers(stated, 2)[1])

    def read(self) -> None:
        notes = {listed.slide_id: listed.page for listed in self._listed(_NOTES_PAGES)}
        for number, listed in enumerate(self._listed(_SLIDES), 1):
            if listed.page.kind == _SLIDE:
                self._slide(listed, notes, number)

    def _slide(self, listed: _Page, notes: dict[int, Record], number: int) -> None:
        shapes = list(_in_order(self._shapes(listed.page, listed.outline)))
        title = next((one for one in shapes if one.kind in TITLES and one.words), None)
        atom = next((one for one in self._records.children(listed.page) if one.kind == _SLIDE_ATOM), None)
        page = notes.get(self._records.numbers(atom, 5)[4]) if atom else None
        spoken = self._notes(page) if page else ""
        remarks = list(self._comments(listed.page))
        self.builder.page()
        if title or spoken or remarks or any(one.words for one in shapes):
            self.builder.heading(1, title.words if title else f"Slide {number}")
        for text in shapes:
            if text is not title:
                self._write(text)
        for remark in remarks:
            self.builder.paragraph(remark)
        self.builder.paragraph(spoken)

    def _write(self, text: SlideText) -> None:
        self.builder.table(text.cells)
        lines = [(depth, line) for depth, line in text.paragraphs if line.strip()]
        for depth, line in lines:
            if (text.kind in _BODIES and len(lines) > 1) or depth:
                self.builder.item(line, depth)
            else:
                self.builder.paragraph(line)

    def _notes(self, page: Record) -> str:
        shapes = _in_order(self._shapes(page, []))
        lines = [line for one in shapes for _, line in one.paragraphs if line.strip(" *\n")]  # an asterisk: its date
        return "\n".join(["Notes:", *lines]) if lines else ""

    def _listed(self, instance: int) -> Iterator[_Page]:
        """The slides, or their notes, in order, each with the texts that the presentation's outline has of it."""
        for found in self._records.children(self._records.document):
            if found.kind != _LIST or found.instance != instance:
                continue
            pages: list[tuple[Record, list[Record]]] = []
            for record in self._records.children(found):
                if record.kind == _LISTED:
                    pages.append((record, []))
                elif pages:
                    pages[-1][1].append(record)
            for page, texts in pages:
                number, _, _, slide_id = self._records.numbers(page, 4)
                outline = read_texts(self._records, texts, self._addresses)
                yield _Page(self._records.persistent(number), slide_id, outline)

    def _shapes(self, container: Record, outline: Sequence[SlideText], depth: int = 0) -> list[_Shape]:
        """The shapes within a slide or a group; the first of a group is the group's own frame."""
        shapes: list[_Shape] = []
        for record in self._records.children(container):
            if record.kind == _SHAPE:
                shapes.append(self._shape(record, outline))
            elif record.is_container and record.kind not in (_COMMENT, _BOX) and depth < _MAX_DEPTH:
                inner = self._shapes(record, outline, depth + 1)
                if record.kind == _GROUP and inner and depth:
                    shapes.append(_Shape(inner[0].bounds, shapes=inner, is_table=inner[0].is_table))
                else:
                    shapes += inner
        return shapes

    def _shape(self, record: Record, outline: Sequence[SlideText]) -> _Shape:
        shape = _Shape()
        place = 0
        for part in self._records.children(record):
            if part.kind == _FORM:
                self.pictures += part.instance == _PICTURE_FORM
            elif part.kind in _OPTIONS:
                shape.is_table = shape.is_table or self._frames_table(part)
            elif part.kind in (_CLIENT_ANCHOR, _CHILD_ANCHOR):
                shape.bounds = self._bounds(part)
            elif part.kind == _CLIENT_DATA:
                held = (one for one in self._records.children(part) if one.kind == _PLACEHOLDER)
                place = next((self._records.numbers(one, 2)[1] & 0xFF for one in held), 0)
            elif part.kind == _BOX:
                inner = list(self._records.children(part))
                shape.texts = read_texts(self._records, inner, self._addresses)
                for one in inner:
                    if one.kind == _OUTLINE_REFERENCE and (at := self._records.numbers(one, 1)[0]) < len(outline):
                        shape.texts.append(outline[at])
        return _Shape(shape.bounds) if place in _REPEATED else shape

    def _frames_table(self, options: Record) -> bool:
        """Tell if the options of a group's frame say that the group is a table; each has six bytes."""
        stated = self._records.data[options.start : options.end][: 6 * options.instance]
        entries = struct.iter_unpack("<HI", stated[: len(stated) // 6 * 6])
        return any(number & _OPTION_NUMBER == _TABLE_OPTION and value & 1 for number, value in entries)

    def _bounds(self, anchor: Record) -> Bounds | None:
        content = self._records.data[anchor.start : anchor.end]
        if len(content) == 8:
            top, left, _, bottom = struct.unpack("<hhhh", content)
        elif len(content) >= 16 and anchor.kind == _CHILD_ANCHOR:
            left, top, _, bottom = struct.unpack_from("<iiii", content)
        elif len(content) >= 16:
            top, left, _, bottom = struct.unpack_from("<iiii", content)
        else:
            return None
        return Bounds(top, left, bottom - top)

    def _comments(self, page: Record) -> Iterator[str]:
        for record in self._records.within(page, frozenset({_COMMENT})):
            texts = {one.instance: self._string(one) for one in self._records.children(record) if one.kind == _STRING}
            yield comment(texts.get(0, ""), one_line(texts.get(1, "")))

    def _links(self) -> Iterator[tuple[int, str]]:
        """The addresses of links by the number under which texts name them."""
        for link in self._records.within(self._records.document, frozenset({_LINK})):
            parts = list(self._records.children(link))
            number = next((self._records.numbers(one, 1)[0] for one in parts if one.kind == _LINK_ATOM), 0)
            yield number, next((self._string(one) for one in parts if one.kind == _STRING and one.instance == 1), "")

    def _string(self, record: Record) -> str:
        return bytes(self._records.data[record.start : record.end]).decode("utf-16-le", "replace").rstrip("\0")


@dataclass(frozen=True, slots=True)
class _Page:
    """A page as the presentation lists it: `outline` holds texts that its shapes refer to by number."""

    page: Record
    slide_id: int
    outline: list[SlideText]


def _in_order(shapes: list[_Shape]) -> Iterator[SlideText]:
    """The texts of the shapes from the top down; those of a group stay together, those of a table are one."""
    for shape in in_rows([(shape.bounds, shape) for shape in shapes]):
        yield from shape.texts
        cells = _cells(shape.shapes) if shape.is_table else []
        if cells:
            yield SlideText(_OTHER_TEXT, cells=cells)
        else:
            yield from _in_order(shape.shapes)


def _cells(shapes: Sequence[_Shape]) -> list[list[str]]:
    """The texts of a table's shapes by row and column, which their upper left corners tell; [] of a single column."""
    placed = [
        (shape.bounds.top, shape.bounds.left, " ".join(text.words for text in shape.texts))
        for shape in shapes
        if shape.bounds and shape.texts
    ]
    rows, columns = (sorted({one[axis] for one in placed}) for axis in (0, 1))
    if len(columns) < 2 or len(rows) * len(columns) > _MAX_CELLS:
        return []
    cells = [[""] * len(columns) for _ in rows]
    for top, left, words in placed:
        row, column = rows.index(top), columns.index(left)
        cells[row][column] = f"{cells[row][column]} {words}".strip()
    return cells

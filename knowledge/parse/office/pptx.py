"""PowerPoint presentations → text, a slide after another, read from their XML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lxml import etree

from knowledge.document import Document
from knowledge.parse.document_builder import DocumentBuilder, one_line
from knowledge.parse.office.package import Parts, attribute, damaged, local, opened_package
from knowledge.parse.office.slides import Layout, cell_rows, item_depth, paragraph_text, reading_order, text_paragraphs

_NOUN = "PowerPoint presentation"
_TITLES = frozenset({"title", "ctrTitle"})
_REPEATED = frozenset({"dt", "ftr", "hdr", "sldNum", "sldImg"})  # repeated on every slide, or a picture of it
_BULLETED = frozenset({"body", "obj", ""})
_UNTITLED = re.compile(r"(?:powerpoint )?presentation|slide \d+", re.IGNORECASE)
_MAX_TITLE_CHARACTERS = 80


def parse_pptx(data: bytes, name: str) -> Document:
    """Each slide is a page under its title: its texts in reading order, tables, then the speaker's notes.

    Hidden slides are read too. Raises Unreadable for a package that is damaged, encrypted or a zip bomb.
    """
    with opened_package(data, _NOUN) as parts:
        reader = _PptxReader(parts)
        for number, slide in enumerate(_slides(parts), 1):
            reader.slide(slide, number)
        properties = parts.properties()
    stated = properties.pop("title", "")
    title = "" if _UNTITLED.fullmatch(stated) else stated
    first = "" if _UNTITLED.fullmatch(reader.builder.first_heading) else reader.builder.first_heading
    return reader.builder.build(title or first or name, properties)


def _slides(parts: Parts) -> Iterator[str]:
    """The names of the slides' parts, in the order in which they are shown."""
    main = parts.related("", "officeDocument") or "ppt/presentation.xml"
    relations = parts.relations(main)
    for listed in parts.read(main).iterfind("./{*}sldIdLst/{*}sldId"):
        slide = next((relations[str(value)] for value in listed.values() if value in relations), None)
        if slide is not None and slide.kind == "slide" and slide.target in parts.names:
            yield slide.target


class _PptxReader:
    """Walks the slides and writes their text."""

    def __init__(self, parts: Parts) -> None:
        self.builder = DocumentBuilder()
        self._parts = parts
        self._layouts: dict[str, Layout] = {}

    def slide(self, part: str, number: int) -> None:
        root = self._parts.read(part)
        tree = root.find("./{*}cSld/{*}spTree")
        if tree is None:
            raise damaged(_NOUN, f"slide {number} holds nothing")
        layout = self._parts.related(part, "slideLayout")
        if layout not in self._layouts:
            master = self._parts.related(layout, "slideMaster") if layout else ""
            self._layouts[layout] = Layout(self._parts.find(layout), self._parts.find(master))
        shapes = list(reading_order(tree, self._layouts[layout]))
        notes = self._notes(self._parts.related(part, "notesSlide"))
        self.builder.page()
        title = _title(shapes)
        if title is not None:
            self.builder.heading(1, _words(title))
        elif notes or any(map(_words, shapes)):
            self.builder.heading(1, f"Slide {number}")  # or its text would stand under the title of the one before
        for shape in shapes:
            if shape is not title:
                self._write_shape(shape)
        self.builder.paragraph(notes)

    def _write_shape(self, shape: etree._Element) -> None:
        kind = _placeholder(shape)
        if local(shape) == "graphicFrame":
            for table in shape.iter("{*}tbl"):
                self.builder.table(cell_rows(table))
        elif kind not in _REPEATED:
            paragraphs = [(p, text) for p in text_paragraphs(shape) if (text := paragraph_text(p)).strip()]
            for paragraph, text in paragraphs:
                depth = item_depth(paragraph, inherits_bullet=kind in _BULLETED and len(paragraphs) > 1)
                if depth is None:
                    self.builder.paragraph(text)
                else:
                    self.builder.item(text, depth)

    def _notes(self, part: str) -> str:
        """The speaker's notes on the slide."""
        root = self._parts.find(part)
        shapes = [] if root is None else [shape for shape in root.iter("{*}sp") if _placeholder(shape) == "body"]
        texts = [text for shape in shapes for p in text_paragraphs(shape) if (text := paragraph_text(p)).strip()]
        return "\n".join(["Notes:", *texts]) if texts else ""


def _title(shapes: Sequence[etree._Element]) -> etree._Element | None:
    """The shape that fills the title's place; without one, the topmost text if it is a short line above others."""
    titles = [shape for shape in shapes if _placeholder(shape) in _TITLES and _words(shape)]
    worded = [shape for shape in shapes if _words(shape)]
    if titles or len(worded) < 2 or local(worded[0]) != "sp":
        return next(iter(titles), None)
    paragraphs = [p for p in text_paragraphs(worded[0]) if paragraph_text(p).strip()]
    return worded[0] if len(paragraphs) == 1 and len(_words(worded[0])) <= _MAX_TITLE_CHARACTERS else None


def _words(shape: etree._Element) -> str:
    """The shape's text on one line; "" for one that is repeated on every slide."""
    if _placeholder(shape) in _REPEATED:
        return ""
    return one_line(" ".join(paragraph_text(paragraph) for paragraph in shape.iter("{*}p")))


def _placeholder(shape: etree._Element) -> str | None:
    """The kind of placeholder that the shape fills, "" for one without a kind; None when it fills none."""
    found = shape.find("./*/{*}nvPr/{*}ph")
    return None if found is None else attribute(found, "type")

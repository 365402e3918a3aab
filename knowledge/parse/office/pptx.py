"""PowerPoint presentations → text, a slide after another, read from their XML."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from lxml import etree

from knowledge.document import MACROS, Document, not_read
from knowledge.parse.document_builder import DocumentBuilder, one_line
from knowledge.parse.office.charts import chart_references, write_chart
from knowledge.parse.office.inline import comment
from knowledge.parse.office.package import Parts, attribute, children, damaged, local, opened_package
from knowledge.parse.office.slides import (
    ItemNumbers,
    Layout,
    cell_rows,
    diagram_text,
    item_depth,
    paragraph_text,
    reading_order,
    text_paragraphs,
)

_NOUN = "PowerPoint presentation"
_TITLES = frozenset({"title", "ctrTitle"})
_REPEATED = frozenset({"dt", "ftr", "hdr", "sldNum", "sldImg"})  # repeated on every slide, or a picture of it
_MARGINS = frozenset({"dt", "ftr", "hdr"})
_BULLETED = frozenset({"body", "obj", ""})
_UNTITLED = re.compile(r"(?:powerpoint )?presentation|slide \d+", re.IGNORECASE)
_MAX_TITLE_CHARACTERS = 80
_LOST = {"pic": "picture", "oleObj": "embedded object"}


def parse_pptx(data: bytes, name: str) -> Document:
    """Each slide is a page under its title: its texts in reading order, tables, charts, then the speaker's notes.

    Headers and footers come last, once. Hidden slides are read too. Raises Unreadable for a package that is damaged,
    encrypted or a zip bomb.
    """
    with opened_package(data, _NOUN) as parts:
        reader = _PptxReader(parts)
        for number, slide in enumerate(_slides(parts), 1):
            reader.slide(slide, number)
        reader.write_margins()
        for noun, count in reader.lost.items():
            reader.builder.lose(*not_read(count, noun))
        if any(name.endswith("vbaProject.bin") for name in parts.names):
            reader.builder.lose(MACROS)
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
        self._addresses: dict[str, str] = {}
        self._charts: dict[str, etree._Element] = {}
        self._authors = _authors(parts)
        self._margins: dict[str, None] = {}
        self.lost: Counter[str] = Counter()

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
        self._addresses = self._parts.addresses(part)
        self._charts = dict(self._parts.roots(part, "chart"))
        notes = self._notes(self._parts.related(part, "notesSlide"))
        comments = list(self._comments(part))
        for element in tree.iter(*(f"{{*}}{name}" for name in _LOST)):
            self.lost[_LOST[local(element)]] += 1
        self.builder.page()
        title = _title(shapes)
        if title is not None:
            self.builder.heading(1, _words(title))
        elif notes or comments or self._charts or any(map(_words, shapes)):
            self.builder.heading(1, f"Slide {number}")  # or its text would stand under the title of the one before
        for shape in shapes:
            if shape is not title:
                self._write_shape(shape)
        for diagram in self._parts.all_related(part, "diagramData"):
            self.builder.paragraph(diagram_text(self._parts.read(diagram)))
        for told in comments:
            self.builder.paragraph(told)
        self.builder.paragraph(notes)

    def write_margins(self) -> None:
        """Write what the slides have in their headers and footers, each line once."""
        for line in self._margins:
            self.builder.paragraph(line)

    def _write_shape(self, shape: etree._Element) -> None:
        kind = _placeholder(shape)
        if local(shape) == "graphicFrame":
            for table in shape.iter("{*}tbl"):
                self.builder.table(cell_rows(table, self._addresses))
            for number in chart_references(shape):
                if (chart := self._charts.pop(number, None)) is not None:
                    write_chart(self.builder, chart)
                else:
                    self.lost["chart"] += 1
        elif kind in _MARGINS:
            self._keep_margin(shape)
        elif kind not in _REPEATED:
            texts = [(p, paragraph_text(p, self._addresses)) for p in text_paragraphs(shape)]
            paragraphs = [(p, text) for p, text in texts if text.strip()]
            numbers = ItemNumbers()
            for paragraph, text in paragraphs:
                depth = item_depth(paragraph, inherits_bullet=kind in _BULLETED and len(paragraphs) > 1)
                number = numbers.next(paragraph, depth)
                if depth is None:
                    self.builder.paragraph(text)
                else:
                    self.builder.item(text, depth, number)

    def _keep_margin(self, shape: etree._Element) -> None:
        lines = (one_line(paragraph_text(p, self._addresses)) for p in text_paragraphs(shape))
        self._margins |= dict.fromkeys(filter(None, lines))

    def _comments(self, part: str) -> Iterator[str]:
        """The comments on the slide, of the older kind and of the newer, whose text is in paragraphs."""
        for name in self._parts.all_related(part, "comments"):
            for told in self._parts.read(name).iter("{*}cm", "{*}reply"):
                bodies = children(told, "txBody")
                lines = [paragraph_text(p) for body in bodies for p in children(body, "p")]
                lines += (text.text or "" for text in children(told, "text"))
                yield comment(self._authors.get(attribute(told, "authorId"), ""), one_line(" ".join(lines)))

    def _notes(self, part: str) -> str:
        """The speaker's notes on the slide; headers and footers of their page are kept for the end."""
        root = self._parts.find(part)
        shapes = [] if root is None else [*root.iter("{*}sp")]
        for shape in shapes:
            if _placeholder(shape) in _MARGINS:
                self._keep_margin(shape)
        spoken = (shape for shape in shapes if _placeholder(shape) == "body")
        texts = [text for shape in spoken for p in text_paragraphs(shape) if (text := paragraph_text(p)).strip()]
        return "\n".join(["Notes:", *texts]) if texts else ""


def _authors(parts: Parts) -> dict[str, str]:
    """The names of those who commented, by id."""
    main = parts.related("", "officeDocument") or "ppt/presentation.xml"
    found = (parts.read(part) for part in parts.all_related(main, "commentAuthors", "authors"))
    people = (one for part in found for one in part.iter("{*}cmAuthor", "{*}author"))
    return {attribute(person, "id"): attribute(person, "name") for person in people}


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

"""OpenDocument texts, spreadsheets and presentations, as packages and as flat XML."""

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, TypeVar

from knowledge.document import Document
from knowledge.parse.office.odf_sheets import read_sheets
from knowledge.parse.office.odf_text import TextReader, flat_text
from knowledge.parse.office.package import attribute, children, damaged, encrypted, local, opened_package, safe_parser
from knowledge.parse.office.slides import Box, in_rows
from knowledge.parse.transcript import Transcript, one_line

if TYPE_CHECKING:
    from lxml.etree import _Element

_LENGTH = re.compile(r"(-?[\d.]+)(cm|mm|in|pt|pc)?")
_CENTIMETRES = {"cm": 1.0, "mm": 0.1, "in": 2.54, "pt": 2.54 / 72, "pc": 2.54 / 6}
_FURNITURE = frozenset({"header", "footer", "date-time", "page-number", "page"})


def read_slides(presentation: "_Element", reader: TextReader) -> str:
    """Write every slide as a page under its title; return the first title."""
    first_title = ""
    for number, slide in enumerate(children(presentation, "page"), 1):
        shapes = list(in_rows([(_box(shape), shape) for shape in slide if _is_shown(shape)]))
        title = next((shape for shape in shapes if attribute(shape, "class") == "title" and flat_text(shape)), None)
        words = "" if title is None else _text(title)
        notes = " ".join(_text(shape) for page in children(slide, "notes") for shape in page if _is_shown(shape))
        reader.transcript.page()
        if words or notes.strip() or any(map(_text, shapes)):
            reader.transcript.heading(1, words or f"Slide {number}")
        first_title = first_title or words
        for shape in shapes:
            if shape is not title:
                reader.blocks(shape)
        reader.transcript.paragraph(f"Notes:\n{notes.strip()}" if notes.strip() else "")
    return first_title


def _is_shown(shape: "_Element") -> bool:
    return local(shape) != "notes" and attribute(shape, "class") not in _FURNITURE


def _text(shape: "_Element") -> str:
    """What the shape says, on one line, whether it is a frame or says it itself."""
    boxes = list(shape.iter("{*}text-box"))
    return " ".join(filter(None, map(flat_text, boxes))) if boxes else flat_text(shape)


def _box(shape: "_Element") -> Box | None:
    top, left = attribute(shape, "y"), attribute(shape, "x")
    return Box(_centimetres(top), _centimetres(left), _centimetres(attribute(shape, "height"))) if top else None


def _centimetres(length: str) -> float:
    found = _LENGTH.fullmatch(length)
    try:
        return float(found[1]) * _CENTIMETRES[found[2] or "cm"] if found else 0.0
    except ValueError:
        return 0.0


Read = TypeVar("Read")

_PROPERTIES = {"title": "title", "creator": "author", "subject": "subject", "keyword": "keywords"}
_TEXT, _SHEETS, _SLIDES = "OpenDocument text", "OpenDocument spreadsheet", "OpenDocument presentation"


def parse_odt(data: bytes, name: str) -> Document:
    """Headings, paragraphs, lists and tables in the order in which they stand, then the notes.

    Raises Unreadable for a file that is damaged, encrypted or a zip bomb; so do the others here.
    """
    with _opened(data, _TEXT) as (content, properties):
        root = _root(content, _TEXT)
        reader = TextReader(Transcript(), root)
        reader.blocks(_body(root, "text", _TEXT))
        reader.notes()
    title = properties.pop("title", "") or reader.title or reader.transcript.first_heading or name
    return reader.transcript.document(title, properties)


def parse_ods(data: bytes, name: str) -> Document:
    """Each sheet under its name, hidden ones too, its cells as they are shown.

    `truncated` in the metadata says from where on a huge one is not read.
    """
    transcript = Transcript()
    with _opened(data, _SHEETS) as (content, properties):
        truncated = _translated(lambda: read_sheets(content, transcript), _SHEETS)
    title = properties.pop("title", "") or name
    return transcript.document(title, {**properties, **({"truncated": truncated} if truncated else {})})


def parse_odp(data: bytes, name: str) -> Document:
    """Each slide is a page under its title: its texts in reading order, tables, then the speaker's notes."""
    transcript = Transcript()
    with _opened(data, _SLIDES) as (content, properties):
        root = _root(content, _SLIDES)
        first_title = read_slides(_body(root, "presentation", _SLIDES), TextReader(transcript, root))
    return transcript.document(properties.pop("title", "") or first_title or name, properties)


@contextmanager
def _opened(data: bytes, noun: str) -> Iterator[tuple[IO[bytes], dict[str, str]]]:
    """The XML that holds the content, and the properties: title, author, subject, keywords."""
    if not data.startswith(b"PK"):
        yield io.BytesIO(data), {}
        return
    with opened_package(data, noun) as parts:
        manifest = parts.find("META-INF/manifest.xml")
        if manifest is not None and next(manifest.iter("{*}encryption-data"), None) is not None:
            raise encrypted(noun)
        properties = _properties(parts.find("meta.xml"))
        with parts.reading("content.xml") as content:
            yield content, properties


def _root(content: IO[bytes], noun: str) -> "_Element":
    from lxml import etree

    return _translated(lambda: etree.parse(content, safe_parser()).getroot(), noun)


def _translated(read: Callable[[], Read], noun: str) -> Read:
    """What `read` returns. Raises Unreadable where the XML is damaged."""
    from lxml import etree

    try:
        return read()
    except etree.XMLSyntaxError as error:
        if getattr(error, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        raise damaged(noun) from error


def _body(root: "_Element", kind: str, noun: str) -> "_Element":
    for body in children(root, "body"):
        for content in children(body, kind):
            return content
    raise damaged(noun, "it has no body")


def _properties(part: "_Element | None") -> dict[str, str]:
    found = [] if part is None else [(_PROPERTIES.get(local(e), ""), one_line(e.text or "")) for e in part.iter("*")]
    return {name: value for name, value in found if name and value}

"""OpenDocument presentations: a slide after another."""

import re
from typing import TYPE_CHECKING

from knowledge.parse.boxes import Box, in_rows
from knowledge.parse.odf_text import TextReader, flat_text
from knowledge.parse.package import attribute, children, local

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

"""Text in DrawingML, the language of shapes, charts and tables in presentations."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from knowledge.parse.package import attribute, children, local, whole_number

if TYPE_CHECKING:
    from lxml.etree import _Element

_MAX_DEPTH = 8


def text_paragraphs(shape: "_Element") -> "list[_Element]":
    """The paragraphs of the shape's own text."""
    body = next((child for child in shape if local(child) == "txBody"), None)
    return children(body, "p")


def paragraph_text(paragraph: "_Element") -> str:
    """The paragraph's words, its line breaks as `\\n`, without fields such as the slide's number."""
    return "".join(_runs(paragraph))


def item_depth(paragraph: "_Element", inherits_bullet: bool) -> int | None:
    """How deep in a list the paragraph is, from 0; None when it is no item.

    Its own bullet decides; then `inherits_bullet`; a paragraph set further in is an item as well.
    """
    properties = next(iter(children(paragraph, "pPr")), None)
    if properties is None:
        return 0 if inherits_bullet else None
    depth = min(whole_number(attribute(properties, "lvl"), 0), _MAX_DEPTH)
    marks = {local(child) for child in properties}
    if marks & {"buChar", "buAutoNum", "buBlip"}:
        return depth
    return None if "buNone" in marks or not (inherits_bullet or depth) else depth


def cell_rows(table: "_Element") -> list[list[str]]:
    """The table's cells on their grid; a cell merged into another is empty."""
    return [[_cell_text(cell) for cell in children(row, "tc")] for row in children(table, "tr")]


def _cell_text(cell: "_Element") -> str:
    return " ".join(map(paragraph_text, text_paragraphs(cell)))


def _runs(paragraph: "_Element") -> Iterator[str]:
    for child in paragraph:
        name = local(child)
        if name == "br":
            yield "\n"
        elif name == "r" or (name == "fld" and not attribute(child, "type").startswith(("slidenum", "datetime"))):
            yield from (text.text or "" for text in children(child, "t"))
        elif name in ("AlternateContent", "Choice", "m", "oMathPara", "oMath"):
            yield from (text.text or "" for text in child.iter("{*}t"))

"""What stands on a slide in the order in which a person reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from knowledge.parse.office.package import attribute, children, local, whole_number

if TYPE_CHECKING:
    from lxml.etree import _Element

Thing = TypeVar("Thing")


class Box(NamedTuple):
    """Where something stands, from the slide's upper left corner, in any unit of length."""

    top: float
    left: float
    height: float


def in_rows(placed: Iterable[tuple[Box | None, Thing]]) -> Iterator[Thing]:
    """Things from the top down and, side by side, from the left; what has no box follows what stands before it.

    A thing belongs to a row when it begins above the middle of the row's first one.
    """
    rows: list[list[tuple[Box, int]]] = []
    boxes, things = _all_boxed(placed)
    for box, number in sorted(zip(boxes, range(len(boxes)), strict=True)):
        first = rows[-1][0][0] if rows else None
        if first and box.top < first.top + first.height / 2:
            rows[-1].append((box, number))
        else:
            rows.append([(box, number)])
    for row in rows:
        for _, number in sorted(row, key=lambda entry: (entry[0].left, entry[0].top, entry[1])):
            yield things[number]


def _all_boxed(placed: Iterable[tuple[Box | None, Thing]]) -> tuple[list[Box], list[Thing]]:
    last = Box(0, 0, 0)
    boxes, things = [], []
    for box, thing in placed:
        last = box or last
        boxes.append(last)
        things.append(thing)
    return boxes, things


_MAX_DEPTH = 8


def text_paragraphs(shape: _Element) -> list[_Element]:
    """The paragraphs of the shape's own text."""
    body = next((child for child in shape if local(child) == "txBody"), None)
    return children(body, "p")


def paragraph_text(paragraph: _Element) -> str:
    """The paragraph's words, its line breaks as `\\n`, without fields such as the slide's number."""
    return "".join(_runs(paragraph))


def item_depth(paragraph: _Element, inherits_bullet: bool) -> int | None:
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


def cell_rows(table: _Element) -> list[list[str]]:
    """The table's cells on their grid; a cell merged into another is empty."""
    return [[_cell_text(cell) for cell in children(row, "tc")] for row in children(table, "tr")]


def _cell_text(cell: _Element) -> str:
    return " ".join(map(paragraph_text, text_paragraphs(cell)))


def _runs(paragraph: _Element) -> Iterator[str]:
    for child in paragraph:
        name = local(child)
        if name == "br":
            yield "\n"
        elif name == "r" or (name == "fld" and not attribute(child, "type").startswith(("slidenum", "datetime"))):
            yield from (text.text or "" for text in children(child, "t"))
        elif name in ("AlternateContent", "Choice", "m", "oMathPara", "oMath"):
            yield from (text.text or "" for text in child.iter("{*}t"))


_SHAPES = frozenset({"sp", "graphicFrame", "grpSp"})
_MAX_GROUP_DEPTH = 32


class Layout:
    """Where placeholders stand that the slide itself does not place: as its layout says, or its master."""

    def __init__(self, layout: _Element | None, master: _Element | None) -> None:
        self._boxes: dict[str, Box] = {}
        for part in (master, layout):
            for shape in [] if part is None else part.iter("{*}sp"):
                box = _own_box(shape)
                if box:
                    self._boxes.update(dict.fromkeys(_keys(shape), box))

    def box(self, shape: _Element) -> Box | None:
        """The shape's place, if it or what it inherits from has one."""
        return _own_box(shape) or next((self._boxes[key] for key in _keys(shape) if key in self._boxes), None)


def reading_order(tree: _Element, layout: Layout) -> Iterator[_Element]:
    """Text shapes and frames from the top down and, side by side, from the left; a group's shapes stay together."""
    return _ordered(tree, layout, 0)


def _ordered(tree: _Element, layout: Layout, depth: int) -> Iterator[_Element]:
    for shape in in_rows([(layout.box(shape), shape) for shape in _shapes(tree)]):
        if local(shape) != "grpSp":
            yield shape
        elif depth < _MAX_GROUP_DEPTH:
            yield from _ordered(shape, layout, depth + 1)


def _shapes(tree: _Element) -> Iterator[_Element]:
    for child in tree:
        name = local(child)
        if name in _SHAPES:
            yield child
        elif name == "AlternateContent":
            for choice in children(child, "Choice")[:1]:
                yield from _shapes(choice)


def _own_box(shape: _Element) -> Box | None:
    place = next((p for p in shape.iterfind("./*/{*}xfrm")), None)
    place = place if place is not None else shape.find("./{*}xfrm")
    offset = None if place is None else place.find("./{*}off")
    extent = None if place is None else place.find("./{*}ext")
    if offset is None:
        return None
    return Box(_number(offset, "y"), _number(offset, "x"), 0 if extent is None else _number(extent, "cy"))


def _number(element: _Element, name: str) -> int:
    text = attribute(element, name)
    return int(text) if text.removeprefix("-").isdecimal() and len(text) < 12 else 0


def _keys(shape: _Element) -> list[str]:
    """What a placeholder is looked up by: its index, then its kind."""
    found = shape.find("./*/{*}nvPr/{*}ph")
    if found is None:
        return []
    index, kind = attribute(found, "idx"), attribute(found, "type")
    keys = [f"idx {index}"] if index else []
    return [*keys, f"type {kind or 'body'}"]

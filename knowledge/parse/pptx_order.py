"""A slide's shapes in the order in which a person reads them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from knowledge.parse.boxes import Box, in_rows
from knowledge.parse.package import attribute, children, local

if TYPE_CHECKING:
    from lxml.etree import _Element

_SHAPES = frozenset({"sp", "graphicFrame", "grpSp"})
_MAX_DEPTH = 32


class Layout:
    """Where placeholders stand that the slide itself does not place: as its layout says, or its master."""

    def __init__(self, layout: "_Element | None", master: "_Element | None") -> None:
        self._boxes: dict[str, Box] = {}
        for part in (master, layout):
            for shape in [] if part is None else part.iter("{*}sp"):
                box = _own_box(shape)
                if box:
                    self._boxes.update(dict.fromkeys(_keys(shape), box))

    def box(self, shape: "_Element") -> Box | None:
        """The shape's place, if it or what it inherits from has one."""
        return _own_box(shape) or next((self._boxes[key] for key in _keys(shape) if key in self._boxes), None)


def reading_order(tree: "_Element", layout: Layout) -> "Iterator[_Element]":
    """Text shapes and frames from the top down and, side by side, from the left; a group's shapes stay together."""
    return _ordered(tree, layout, 0)


def _ordered(tree: "_Element", layout: Layout, depth: int) -> "Iterator[_Element]":
    for shape in in_rows([(layout.box(shape), shape) for shape in _shapes(tree)]):
        if local(shape) != "grpSp":
            yield shape
        elif depth < _MAX_DEPTH:
            yield from _ordered(shape, layout, depth + 1)


def _shapes(tree: "_Element") -> "Iterator[_Element]":
    for child in tree:
        name = local(child)
        if name in _SHAPES:
            yield child
        elif name == "AlternateContent":
            for choice in children(child, "Choice")[:1]:
                yield from _shapes(choice)


def _own_box(shape: "_Element") -> Box | None:
    place = next((p for p in shape.iterfind("./*/{*}xfrm")), None)
    place = place if place is not None else shape.find("./{*}xfrm")
    offset = None if place is None else place.find("./{*}off")
    extent = None if place is None else place.find("./{*}ext")
    if offset is None:
        return None
    return Box(_number(offset, "y"), _number(offset, "x"), 0 if extent is None else _number(extent, "cy"))


def _number(element: "_Element", name: str) -> int:
    text = attribute(element, name)
    return int(text) if text.removeprefix("-").isdecimal() and len(text) < 12 else 0


def _keys(shape: "_Element") -> list[str]:
    """What a placeholder is looked up by: its index, then its kind."""
    found = shape.find("./*/{*}nvPr/{*}ph")
    if found is None:
        return []
    index, kind = attribute(found, "idx"), attribute(found, "type")
    keys = [f"idx {index}"] if index else []
    return [*keys, f"type {kind or 'body'}"]

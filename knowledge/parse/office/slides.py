"""The shapes of a slide in the order in which a person reads them, and the text of a shape."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from lxml import etree

from knowledge.parse.office.inline import lowered, raised, with_address, without_symbol_codes
from knowledge.parse.office.list_numbers import shown_number
from knowledge.parse.office.math_text import math_text
from knowledge.parse.office.package import attribute, children, local, whole_number

Shape = TypeVar("Shape")


class Bounds(NamedTuple):
    """The place of a shape, from the slide's upper left corner, in any unit of length."""

    top: float
    left: float
    height: float


def in_rows(placed: Iterable[tuple[Bounds | None, Shape]]) -> Iterator[Shape]:
    """Shapes from the top down and, side by side, from the left; one without bounds follows the one before it.

    A shape belongs to a row when it begins above the middle of the row's first one.
    """
    last = Bounds(0, 0, 0)
    numbered: list[tuple[Bounds, int]] = []
    shapes: list[Shape] = []
    for bounds, shape in placed:
        last = bounds or last
        numbered.append((last, len(shapes)))
        shapes.append(shape)
    rows: list[list[tuple[Bounds, int]]] = []
    for entry in sorted(numbered):
        first = rows[-1][0][0] if rows else None
        if first and entry[0].top < first.top + first.height / 2:
            rows[-1].append(entry)
        else:
            rows.append([entry])
    for row in rows:
        for _, number in sorted(row, key=lambda entry: (entry[0].left, entry[0].top, entry[1])):
            yield shapes[number]


_MAX_DEPTH = 8
_NONE: Mapping[str, str] = MappingProxyType({})


def text_paragraphs(shape: etree._Element) -> list[etree._Element]:
    """The paragraphs of the shape's own text."""
    body = next((child for child in shape if local(child) == "txBody"), None)
    return children(body, "p")


def paragraph_text(paragraph: etree._Element, addresses: Mapping[str, str] = _NONE) -> str:
    """The paragraph's words, its line breaks as `\\n`, without fields such as the slide's number.

    `addresses`: behind links, by id.
    """
    texts: list[str] = []
    for child in paragraph:
        name = local(child)
        if name == "br":
            texts.append("\n")
        elif name == "r" or (name == "fld" and not attribute(child, "type").startswith(("slidenum", "datetime"))):
            texts.append(_run_text(child, addresses))
        elif name in ("AlternateContent", "Choice", "m", "oMathPara", "oMath"):
            equations = list(child.iter("{*}oMath")) or ([child] if name == "oMath" else [])
            texts += map(math_text, equations)
    return without_symbol_codes("".join(texts))


def _run_text(run: etree._Element, addresses: Mapping[str, str]) -> str:
    """The text of a run, raised or lowered where it is off the line, with the address behind its link."""
    text = "".join(found.text or "" for found in children(run, "t"))
    for properties in children(run, "rPr"):
        baseline = properties.get("baseline", "0")
        if baseline.strip("0%"):
            text = lowered(text) if baseline.startswith("-") else raised(text)
        for link in children(properties, "hlinkClick") if addresses else []:
            text = with_address(text, next((addresses[str(v)] for v in link.values() if v in addresses), ""))
    return text


def item_depth(paragraph: etree._Element, inherits_bullet: bool) -> int | None:
    """The paragraph's depth in a list, from 0; None outside lists.

    Its own bullet decides; then `inherits_bullet`; an indented paragraph is an item as well.
    """
    properties = next(iter(children(paragraph, "pPr")), None)
    if properties is None:
        return 0 if inherits_bullet else None
    depth = min(whole_number(attribute(properties, "lvl"), 0), _MAX_DEPTH)
    marks = {local(child) for child in properties}
    if marks & {"buChar", "buAutoNum", "buBlip"}:
        return depth
    return None if "buNone" in marks or not (inherits_bullet or depth) else depth


# The numbers of items by the beginning of their kind, and the signs around them by its end (ECMA-376, 20.1.10.61).
_FORMS = {"arabic": "decimal", "alphaLc": "lowerLetter", "alphaUc": "upperLetter", "romanLc": "lowerRoman",
          "romanUc": "upperRoman", "circleNum": "decimalEnclosedCircle", "ea1": "chineseCounting"}  # fmt: skip
_SIGNS = {"ParenBoth": "({})", "ParenR": "{})", "Period": "{}."}


class ItemNumbers:
    """Counts the numbered items of a text, in the order in which they are asked for."""

    def __init__(self) -> None:
        self._counts: dict[int, int] = {}

    def next(self, paragraph: etree._Element, depth: int | None) -> str:
        """The number that is shown before an item; "" for a bullet and for what is no item."""
        for deeper in [level for level in self._counts if depth is None or level > depth]:
            del self._counts[deeper]
        mark = paragraph.find("./{*}pPr/{*}buAutoNum")
        if mark is None or depth is None:
            self._counts.pop(depth or 0, None)
            return ""
        self._counts[depth] = self._counts.get(depth, whole_number(attribute(mark, "startAt"), 1) - 1) + 1
        kind = attribute(mark, "type")
        form = next((form for name, form in _FORMS.items() if kind.startswith(name)), "decimal")
        sign = next((sign for name, sign in _SIGNS.items() if kind.endswith(name)), "{}")
        return sign.format(shown_number(self._counts[depth], form))


def cell_rows(table: etree._Element, addresses: Mapping[str, str]) -> list[list[str]]:
    """The table's cells on their grid; a cell merged into another is empty."""
    return [
        [" ".join(paragraph_text(p, addresses) for p in text_paragraphs(cell)) for cell in children(row, "tc")]
        for row in children(table, "tr")
    ]


def diagram_text(data: etree._Element) -> str:
    """The texts of a diagram (SmartArt), a line each."""
    return "\n".join(filter(None, (paragraph_text(paragraph).strip() for paragraph in data.iter("{*}p"))))


_SHAPES = frozenset({"sp", "graphicFrame", "grpSp"})
_MAX_GROUP_DEPTH = 32


class Layout:
    """The bounds of placeholders that the slide itself does not place: those of its layout, or of its master."""

    def __init__(self, layout: etree._Element | None, master: etree._Element | None) -> None:
        self._bounds: dict[str, Bounds] = {}
        for part in (master, layout):
            for shape in [] if part is None else part.iter("{*}sp"):
                if bounds := _own_bounds(shape):
                    self._bounds.update(dict.fromkeys(_keys(shape), bounds))

    def bounds(self, shape: etree._Element) -> Bounds | None:
        """The shape's own bounds, or those that it inherits; None where there are neither."""
        return _own_bounds(shape) or next((self._bounds[key] for key in _keys(shape) if key in self._bounds), None)


def reading_order(tree: etree._Element, layout: Layout, depth: int = 0) -> Iterator[etree._Element]:
    """Text shapes and frames from the top down and, side by side, from the left; a group's shapes stay together."""
    for shape in in_rows([(layout.bounds(shape), shape) for shape in _shapes(tree)]):
        if local(shape) != "grpSp":
            yield shape
        elif depth < _MAX_GROUP_DEPTH:
            yield from reading_order(shape, layout, depth + 1)


def _shapes(tree: etree._Element) -> Iterator[etree._Element]:
    for child in tree:
        name = local(child)
        if name in _SHAPES:
            yield child
        elif name == "AlternateContent":
            for choice in children(child, "Choice")[:1]:
                yield from _shapes(choice)


def _own_bounds(shape: etree._Element) -> Bounds | None:
    place = next((p for p in shape.iterfind("./*/{*}xfrm")), None)
    place = place if place is not None else shape.find("./{*}xfrm")
    offset = None if place is None else place.find("./{*}off")
    extent = None if place is None else place.find("./{*}ext")
    if offset is None:
        return None
    return Bounds(_number(offset, "y"), _number(offset, "x"), 0 if extent is None else _number(extent, "cy"))


def _number(element: etree._Element, name: str) -> int:
    text = attribute(element, name)
    return int(text) if text.removeprefix("-").isdecimal() and len(text) < 12 else 0


def _keys(shape: etree._Element) -> list[str]:
    """The keys under which a placeholder is looked up: its index, then its kind."""
    found = shape.find("./*/{*}nvPr/{*}ph")
    if found is None:
        return []
    index, kind = attribute(found, "idx"), attribute(found, "type")
    keys = [f"idx {index}"] if index else []
    return [*keys, f"type {kind or 'body'}"]

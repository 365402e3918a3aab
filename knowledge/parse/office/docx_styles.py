"""What a Word paragraph is by its style: a heading, a list item, the title."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.parse.office.package import attribute, whole_number

if TYPE_CHECKING:
    from lxml.etree import _Element

# Word keeps built-in style names in English whatever its language, and gives localised ids (`berschrift1`).
_HEADING_NAME = re.compile(r"heading ?([1-9])\Z", re.IGNORECASE)
_LIST_NAME = re.compile(r"list (?:bullet|number|continue)(?: ([2-5]))?\Z", re.IGNORECASE)
_MAX_LEVEL = 6
_BODY_TEXT_LEVEL = 9  # w:outlineLvl counts from 0; 9 means none


@dataclass(frozen=True, slots=True)
class ParagraphStyle:
    """`level`: 1-6 for a heading, 0 for none. `list_depth`: from 0, None outside lists."""

    level: int = 0
    list_depth: int | None = None
    is_title: bool = False


class Styles:
    """The document's paragraph styles by id, with what each inherits resolved."""

    def __init__(self, part: _Element | None) -> None:
        found = [] if part is None else part.findall("./{*}style")
        self._elements = {attribute(style, "styleId"): style for style in found}
        self._resolved: dict[str, ParagraphStyle] = {}

    def of(self, paragraph: _Element) -> ParagraphStyle:
        """The paragraph's style, its own properties before those of the style it names."""
        properties = paragraph.find("./{*}pPr")
        if properties is None:
            return self._named("Normal") if "Normal" in self._elements else ParagraphStyle()
        named = properties.find("./{*}pStyle")
        style = self._named(attribute(named, "val")) if named is not None else ParagraphStyle()
        return _overridden(style, properties)

    def _named(self, style_id: str) -> ParagraphStyle:
        if style_id not in self._resolved:
            self._resolved[style_id] = ParagraphStyle()  # ends a style that is based on itself
            self._resolved[style_id] = self._resolve(style_id)
        return self._resolved[style_id]

    def _resolve(self, style_id: str) -> ParagraphStyle:
        element = self._elements.get(style_id)
        if element is None:
            return _by_name(re.sub(r"(?<=[a-z])(?=\d)", " ", style_id), ParagraphStyle())
        base = element.find("./{*}basedOn")
        inherited = self._named(attribute(base, "val")) if base is not None else ParagraphStyle()
        name = element.find("./{*}name")
        style = _by_name(attribute(name, "val") if name is not None else "", inherited)
        properties = element.find("./{*}pPr")
        return style if properties is None else _overridden(style, properties)


def _by_name(name: str, inherited: ParagraphStyle) -> ParagraphStyle:
    if name.lower() == "title":
        return ParagraphStyle(level=1, is_title=True)
    if heading := _HEADING_NAME.match(name):
        return ParagraphStyle(level=min(int(heading[1]), _MAX_LEVEL))
    if item := _LIST_NAME.match(name):
        return ParagraphStyle(list_depth=int(item[1] or 1) - 1)
    return ParagraphStyle(inherited.level, inherited.list_depth)


def _overridden(style: ParagraphStyle, properties: _Element) -> ParagraphStyle:
    """`style` with the outline level and the numbering that `properties` state."""
    level, depth = style.level, style.list_depth
    outline = properties.find("./{*}outlineLvl")
    if outline is not None and not style.is_title:
        stated = number(outline, _BODY_TEXT_LEVEL)
        level = min(stated + 1, _MAX_LEVEL) if stated < _BODY_TEXT_LEVEL else 0
    numbering = properties.find("./{*}numPr")
    if numbering is not None:
        depth = _list_depth(numbering, depth or 0)
    return ParagraphStyle(level, depth, style.is_title)


def _list_depth(numbering: _Element, inherited: int) -> int | None:
    """The list's depth; numbering 0 takes a paragraph out of the list of its style."""
    list_id, indent = numbering.find("./{*}numId"), numbering.find("./{*}ilvl")
    if list_id is not None and attribute(list_id, "val") == "0":
        return None
    return number(indent, 0) if indent is not None else inherited


def number(element: _Element, default: int) -> int:
    """The element's `val` where it is a whole number from 0 on."""
    return whole_number(attribute(element, "val"), default)

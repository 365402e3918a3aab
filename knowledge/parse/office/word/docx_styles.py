"""Styles of Word paragraphs, which make them headings, list items or the title."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from lxml import etree

from knowledge.parse.office.package import attribute, whole_number

# Word keeps built-in style names in English whatever its language, and gives localised ids (`berschrift1`).
_HEADING_NAME = re.compile(r"heading ?([1-9])\Z", re.IGNORECASE)
_LIST_NAME = re.compile(r"list (?:bullet|number|continue)(?: ([2-5]))?\Z", re.IGNORECASE)
_MAX_LEVEL = 6
_BODY_TEXT_LEVEL = 9  # w:outlineLvl counts from 0; 9 means none


@dataclass(frozen=True, slots=True)
class ParagraphStyle:
    """`level`: 1-6 for a heading, 0 for none. `list_depth`: from 0, None outside lists.

    `list_id`: of its numbering; `list_style`: the style that names it without a depth, which the numbering then tells.
    """

    level: int = 0
    list_depth: int | None = None
    is_title: bool = False
    list_id: str = ""
    list_style: str = ""


class Styles:
    """The document's paragraph styles by id, their inheritance resolved."""

    def __init__(self, part: etree._Element | None) -> None:
        found = [] if part is None else part.findall("./{*}style")
        self._elements = {attribute(style, "styleId"): style for style in found}
        raised = {name: style.find("./{*}rPr/{*}vertAlign") for name, style in self._elements.items()}
        self.shifts = {name: attribute(align, "val") for name, align in raised.items() if align is not None}
        self._resolved: dict[str, ParagraphStyle] = {}

    def of(self, paragraph: etree._Element) -> ParagraphStyle:
        """The paragraph's style, its own properties before those of the style it names."""
        properties = paragraph.find("./{*}pPr")
        if properties is None:
            return self._named("Normal") if "Normal" in self._elements else ParagraphStyle()
        named = properties.find("./{*}pStyle")
        style = self._named(attribute(named, "val")) if named is not None else ParagraphStyle()
        return _overridden(style, properties)

    def _named(self, style_id: str) -> ParagraphStyle:
        if style_id in self._resolved:
            return self._resolved[style_id]
        self._resolved[style_id] = ParagraphStyle()  # ends a style that is based on itself
        element = self._elements.get(style_id)
        if element is None:
            style = _by_name(re.sub(r"(?<=[a-z])(?=\d)", " ", style_id), ParagraphStyle())
        else:
            base, name, properties = (element.find(f"./{{*}}{tag}") for tag in ("basedOn", "name", "pPr"))
            inherited = self._named(attribute(base, "val")) if base is not None else ParagraphStyle()
            style = _by_name(attribute(name, "val") if name is not None else "", inherited)
            style = style if properties is None else _overridden(style, properties, style_id)
        self._resolved[style_id] = style
        return style


def _by_name(name: str, inherited: ParagraphStyle) -> ParagraphStyle:
    if name.lower() == "title":
        return replace(inherited, level=1, is_title=True)
    if heading := _HEADING_NAME.match(name):
        return replace(inherited, level=min(int(heading[1]), _MAX_LEVEL), is_title=False)
    if item := _LIST_NAME.match(name):
        return ParagraphStyle(list_depth=int(item[1] or 1) - 1)
    return replace(inherited, is_title=False)


def _overridden(style: ParagraphStyle, properties: etree._Element, style_id: str = "") -> ParagraphStyle:
    """`style` with the outline level and the numbering that `properties` state, which are those of `style_id`."""
    level = style.level
    outline = properties.find("./{*}outlineLvl")
    if outline is not None and not style.is_title:
        stated = number(outline, _BODY_TEXT_LEVEL)
        level = min(stated + 1, _MAX_LEVEL) if stated < _BODY_TEXT_LEVEL else 0
    numbering = properties.find("./{*}numPr")
    if numbering is None:
        return style if level == style.level else replace(style, level=level)
    use, indent = numbering.find("./{*}numId"), numbering.find("./{*}ilvl")
    list_id = attribute(use, "val") if use is not None else style.list_id
    if list_id == "0":  # takes a paragraph out of the list of its style
        return ParagraphStyle(level, None, style.is_title)
    if indent is not None:
        return ParagraphStyle(level, number(indent, 0), style.is_title, list_id)
    return ParagraphStyle(level, style.list_depth or 0, style.is_title, list_id, style_id or style.list_style)


def number(element: etree._Element, default: int) -> int:
    """The element's `val` where it is a whole number from 0 on."""
    return whole_number(attribute(element, "val"), default)

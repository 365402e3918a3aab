"""Styles of OpenDocument files: raised characters, the levels of lists and of numbered headings, titles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from types import MappingProxyType

from lxml import etree

from knowledge.parse.office.list_numbers import BULLET, LEVELS, NONE, Level
from knowledge.parse.office.package import attribute, children, local, whole_number

_NONE: Mapping[str, str] = MappingProxyType({})
_MAX_PARENTS = 40
# By the first character of `style:num-format` (OpenDocument 1.3, part 3, 19.500).
_FORMATS = {
    "1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman",
    "一": "chineseCounting", "壹": "chineseCounting", "甲": "ideographTraditional", "①": "decimalEnclosedCircle",
    "１": "decimalFullWidth", "가": "ganada", "ㄱ": "chosung", "일": "koreanDigital", "ア": "aiueoFullWidth",
    "イ": "irohaFullWidth", "А": "russianUpper", "а": "russianLower", "أ": "arabicAlpha", "ก": "thaiLetters",
}  # fmt: skip


class OdfStyles:
    """The styles in these roots by name. `formulas`: the text of embedded equations by the name of their object."""

    def __init__(self, roots: Iterable[etree._Element] = (), formulas: Mapping[str, str] = _NONE) -> None:
        self.formulas = formulas
        self.shifts: dict[str, str] = {}
        self._parents: dict[str, str] = {}
        self._titles: dict[str, bool] = {}
        self._outline: etree._Element | None = None
        self._lists: dict[str, etree._Element] = {}
        self._levels: dict[str, dict[int, Level]] = {}
        self._list_of_style: dict[str, str] = {}
        for root in roots:
            for part in root.iterchildren("{*}styles", "{*}automatic-styles"):
                for element in part.iterchildren("{*}style", "{*}list-style", "{*}outline-style"):
                    self._read(element)

    def list_levels(self, name: str) -> dict[int, Level]:
        """The levels of a list by the name of its style."""
        if name not in self._levels:
            self._levels[name] = _levels(self._lists.get(name))
        return self._levels[name]

    @cached_property
    def outline(self) -> dict[int, Level]:
        """The levels of numbered headings, from 0."""
        return _levels(self._outline)

    def list_of(self, paragraph_style: str) -> str:
        """The name of the list style that a paragraph style brings along; "" where it brings none."""
        return next((self._list_of_style[one] for one in self._line(paragraph_style) if one in self._list_of_style), "")

    def is_title(self, name: str) -> bool:
        """Tell if the style is, or is based on, the style for titles."""
        if name not in self._titles:
            self._titles[name] = "Title" in self._line(name)
        return self._titles[name]

    def _line(self, name: str) -> list[str]:
        """The style and those it is based on."""
        line: list[str] = []
        while name and name not in line and len(line) < _MAX_PARENTS:
            line.append(name)
            name = self._parents.get(name, "")
        return line

    def _read(self, element: etree._Element) -> None:
        name = attribute(element, "name")
        if local(element) == "outline-style":
            self._outline = element
        elif local(element) == "list-style":
            self._lists[name] = element
        else:
            self._parents[name] = attribute(element, "parent-style-name")
            if listed := attribute(element, "list-style-name"):
                self._list_of_style[name] = listed
            for properties in children(element, "text-properties"):
                if shift := _shift(attribute(properties, "text-position")):
                    self.shifts[name] = shift


def _shift(position: str) -> str:
    """`super` or `sub` for a position such as `super 58%` or `-33% 58%`; "" for one on the line."""
    first = position.partition(" ")[0]
    if first in ("super", "sub"):
        return first
    if not first.endswith("%") or not first.strip("-%0."):
        return ""
    return "sub" if first.startswith("-") else "super"


def _levels(style: etree._Element | None) -> dict[int, Level]:
    levels: dict[int, Level] = {}
    for element in [] if style is None else style:
        number = whole_number(attribute(element, "level"), 0) - 1
        if 0 <= number < LEVELS:
            levels[number] = _level(element, number)
    return levels


def _level(element: etree._Element, number: int) -> Level:
    if local(element) in ("list-level-style-bullet", "list-level-style-image"):
        return Level(BULLET)
    form = attribute(element, "num-format")
    shown = min(max(whole_number(attribute(element, "display-levels"), 1), 1), number + 1)
    places = ".".join(f"%{place + 1}" for place in range(number - shown + 1, number + 1))
    prefix, suffix = (attribute(element, name).replace("%", "") for name in ("num-prefix", "num-suffix"))
    start = whole_number(attribute(element, "start-value"), 1)
    if not form:
        return Level(NONE, "", start)
    return Level(_FORMATS.get(form[0], "decimal"), f"{prefix}{places}{suffix}", start)

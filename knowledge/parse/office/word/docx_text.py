"""The text of Word paragraphs as it is shown: links with their addresses, raised digits, equations, ticked boxes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from knowledge.parse.office.fields import MAX_FIELDS, Field, linked
from knowledge.parse.office.inline import lowered, raised, symbol, with_address, without_symbol_codes
from knowledge.parse.office.math_text import math_text
from knowledge.parse.office.package import attribute, children, local

_BREAKS = {"br": "\n", "cr": "\n", "tab": "\t", "ptab": "\t", "noBreakHyphen": "-"}
# Not shown in line: deleted text, the same picture twice (Fallback), pronunciation, and elements without text.
_UNSEEN = frozenset({"del", "moveFrom", "Fallback", "rt", "pPr", "rPr", "sdtPr", "delText", "txbxContent"})
_SHIFTS = {"superscript": raised, "subscript": lowered}
_FRACTION = re.compile(r"\s*EQ\s+\\f\s*\(([^,;()\\]{1,100})[,;]([^,;()\\]{1,100})\)", re.IGNORECASE)


class DocxText:
    """Reads paragraphs in order: a field may go on over several.

    `shifts`: super- or subscript by id of the character style; `addresses`: behind links, by id of the relation.
    """

    def __init__(self, shifts: Mapping[str, str], addresses: Mapping[str, str]) -> None:
        self._shifts = shifts
        self._addresses = addresses
        self._fields: list[Field] = []
        self._comments: list[str] = []

    def of(self, paragraph: etree._Element) -> str:
        """The paragraph's text, its line breaks as `\\n`."""
        self._fields = [field for field in self._fields if not field.is_instruction]
        return without_symbol_codes("".join(self._runs(paragraph)))

    def take_comments(self) -> list[str]:
        """The ids of the comments on what was read since the last call."""
        taken, self._comments = self._comments, []
        return taken

    def _runs(self, element: etree._Element) -> Iterator[str]:
        last = ""
        for child in element:
            name = local(child)
            if name == "r":
                texts = self._run(child)
            elif name in ("oMath", "oMathPara"):
                text = math_text(child)
                texts = iter((f" {text}" if last[-1:].isdigit() and text[:1].isdigit() else text,))
            elif name in ("hyperlink", "fldSimple"):
                texts = iter((self._linked(child, name),))
            elif name in _UNSEEN:
                continue
            else:
                texts = self._runs(child)
            for last in texts:
                yield last

    def _run(self, run: etree._Element) -> Iterator[str]:
        shift = ""
        for child in run:
            name = local(child)
            if name == "t":
                text = self._seen(child.text or "")
                yield _SHIFTS[shift](text) if shift in _SHIFTS else text
            elif name == "rPr":
                shift = self._shift(child)
            elif name in _BREAKS:
                yield self._seen(_BREAKS[name])
            elif name == "instrText":
                self._instruct(child.text or "")
            elif name == "fldChar":
                yield self._field_mark(child)
            elif name == "sym":
                yield self._seen(_symbol(child))
            elif name == "commentReference":
                self._comments.append(attribute(child, "id"))
            elif name not in _UNSEEN:
                yield from self._runs(child)

    def _shift(self, properties: etree._Element) -> str:
        found = properties.find("./{*}vertAlign")
        if found is not None:
            return attribute(found, "val")
        style = properties.find("./{*}rStyle") if self._shifts else None
        return "" if style is None else self._shifts.get(attribute(style, "val"), "")

    def _linked(self, element: etree._Element, name: str) -> str:
        text = "".join(self._runs(element))
        if name == "hyperlink":
            relation = next((str(v) for k, v in element.items() if str(k).endswith("}id")), "")
            return with_address(text, self._addresses.get(relation, ""))
        return linked(text, attribute(element, "instr"))

    def _seen(self, text: str) -> str:
        """The text where it is shown; the innermost field keeps the beginning of its own."""
        if not self._fields:
            return text
        if not self._fields[-1].is_instruction:
            self._fields[-1].add(text)
        return "" if any(field.is_instruction for field in self._fields) else text

    def _instruct(self, text: str) -> None:
        if self._fields and self._fields[-1].is_instruction:
            self._fields[-1].add(text)

    def _field_mark(self, mark: etree._Element) -> str:
        kind = attribute(mark, "fldCharType")
        if kind == "begin":
            box = mark.find("./{*}ffData/{*}checkBox")
            shown = "" if box is None else self._seen("☑" if _is_ticked(box) else "☐")
            self._fields = [*self._fields[-MAX_FIELDS:], Field()]
            return shown
        if kind == "separate" and self._fields:
            self._fields[-1].is_instruction = False
        if kind != "end" or not self._fields:
            return ""
        field = self._fields.pop()
        if fraction := _FRACTION.match(field.instruction):
            return self._seen(f"{fraction[1].strip()}/{fraction[2].strip()}")
        return self._seen(field.told_address)


def _symbol(element: etree._Element) -> str:
    try:
        return symbol(int(attribute(element, "char"), 16), attribute(element, "font"))
    except ValueError:
        return ""


def _is_ticked(box: etree._Element) -> bool:
    """Tell if the box of a form is ticked: as it was set, or else from the start."""
    stated = children(box, "checked") or children(box, "default")
    return bool(stated) and attribute(stated[0], "val", "1") in ("1", "true", "on")

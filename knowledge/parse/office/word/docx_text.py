"""The text of Word paragraphs as it is shown: links with their addresses, raised digits, equations, ticked boxes."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from knowledge.parse.office.inline import lowered, raised, symbol, with_address, without_symbol_codes
from knowledge.parse.office.math_text import math_text
from knowledge.parse.office.package import attribute, children, local
from knowledge.parse.office.word.fields import MAX_FIELDS, Field, linked, shown_equation

_BREAKS = {"br": "\n", "cr": "\n", "tab": "\t", "ptab": "\t", "noBreakHyphen": "-"}
# Not shown in line: deleted text, the same picture twice (Fallback), pronunciation, and elements without text.
_UNSEEN = frozenset({"del", "moveFrom", "Fallback", "rt", "pPr", "rPr", "sdtPr", "delText", "txbxContent"})
_MARKS = frozenset({"instrText", "fldChar", "sym"})
_SHIFTS = {"superscript": raised, "subscript": lowered}


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
        if self._fields:
            self._fields = [field for field in self._fields if not field.is_instruction]
        return without_symbol_codes(self._all(paragraph))

    def take_comments(self) -> list[str]:
        """The ids of the comments on what was read since the last call."""
        taken, self._comments = self._comments, []
        return taken

    def _all(self, element: etree._Element) -> str:
        texts: list[str] = []
        self._runs(element, texts)
        return "".join(texts)

    def _runs(self, element: etree._Element, texts: list[str]) -> None:
        """Add the texts of the runs within an element."""
        for child in element:
            name = local(child)
            if name == "r":
                self._run(child, texts)
            elif name in ("oMath", "oMathPara"):
                text = math_text(child)
                texts.append(f" {text}" if text[:1].isdigit() and texts and texts[-1][-1:].isdigit() else text)
            elif name in ("hyperlink", "fldSimple"):
                texts.append(self._linked(child, name))
            elif name not in _UNSEEN:
                self._runs(child, texts)

    def _run(self, run: etree._Element, texts: list[str]) -> None:
        shift = ""
        for child in run:
            name = local(child)
            if name == "t":
                text = self._seen(child.text or "") if self._fields else child.text or ""
                texts.append(_SHIFTS[shift](text) if shift in _SHIFTS else text)
            elif name == "rPr":
                shift = self._shift(child)
            elif name in _BREAKS:
                texts.append(self._seen(_BREAKS[name]))
            elif name in _MARKS:
                texts.append(self._mark(child, name))
            elif name == "commentReference":
                self._comments.append(attribute(child, "id"))
            elif name not in _UNSEEN:
                self._runs(child, texts)

    def _mark(self, element: etree._Element, name: str) -> str:
        """The text of an element that stands for one, or that belongs to a field."""
        if name == "sym":
            return self._seen(_symbol(element))
        if name == "fldChar":
            return self._field_mark(element)
        if self._fields and self._fields[-1].is_instruction:
            self._fields[-1].add(element.text or "")
        return ""

    def _shift(self, properties: etree._Element) -> str:
        for found in properties.iterchildren("{*}vertAlign"):
            return attribute(found, "val")
        for style in properties.iterchildren("{*}rStyle") if self._shifts else ():
            return self._shifts.get(attribute(style, "val"), "")
        return ""

    def _linked(self, element: etree._Element, name: str) -> str:
        text = self._all(element)
        if name == "hyperlink":
            relation = next((str(v) for k, v in element.items() if str(k).endswith("}id")), "")
            return with_address(text, self._addresses.get(relation, ""))
        return linked(text, attribute(element, "instr"))

    def _seen(self, text: str) -> str:
        """The text where it is shown; the innermost field keeps the beginning of its own."""
        if self._fields and not self._fields[-1].is_instruction:
            self._fields[-1].add(text)
        return "" if any(field.is_instruction for field in self._fields) else text

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
        return self._seen(shown_equation(field.instruction) or field.told_address)


def _symbol(element: etree._Element) -> str:
    try:
        return symbol(int(attribute(element, "char"), 16), attribute(element, "font"))
    except ValueError:
        return ""


def _is_ticked(box: etree._Element) -> bool:
    """Tell if the box of a form is ticked: as it was set, or else from the start."""
    stated = children(box, "checked") or children(box, "default")
    return bool(stated) and attribute(stated[0], "val", "1") in ("1", "true", "on")

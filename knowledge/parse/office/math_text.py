"""Equations of Office (OMML) and of OpenDocument (MathML) as a line of text: `1/2`, `x²`, `√(a + b)`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from lxml import etree

from knowledge.parse.office.inline import lowered, raised
from knowledge.parse.office.package import attribute, children, local

_MAX_DEPTH = 60  # of fractions and roots within each other
_OUTSIDE = frozenset("0123456789.,%°′″")  # with letters: what stands together without parentheses


def math_text(element: etree._Element, depth: int = 0) -> str:
    """The equation, or the part of one, in the order in which it is read out."""
    if depth > _MAX_DEPTH:
        return ""
    text = ""
    for child in element:
        part = _part(child, depth)
        if part[:1].isdigit() and text[-1:].isalnum() and local(child) == "f":
            text += " "  # two and a half
        text += part
    return text


def _part(element: etree._Element, depth: int) -> str:
    name = local(element)
    if name == "t":
        return element.text or ""
    if name in _FORMS:
        return _FORMS[name](element, lambda part: _inner(element, part, depth))
    return "" if name.endswith("Pr") else math_text(element, depth + 1)


def _inner(element: etree._Element, name: str, depth: int) -> str:
    return "".join(math_text(child, depth + 1) for child in children(element, name))


Part = Callable[[str], str]  # the text of the part of this name


def _fraction(element: etree._Element, part: Part) -> str:
    return f"{_grouped(part('num'))}/{_grouped(part('den'))}"


def _script(element: etree._Element, part: Part) -> str:
    return _grouped(part("e")) + _below(part("sub")) + _above(part("sup"))


def _before(element: etree._Element, part: Part) -> str:
    return _below(part("sub")) + _above(part("sup")) + _grouped(part("e"))


def _root(element: etree._Element, part: Part) -> str:
    return f"{_above(part('deg'))}√{_grouped(part('e'))}"


def _sum(element: etree._Element, part: Part) -> str:
    sign = _stated(element, "chr", "∫")
    return f"{sign}{_below(part('sub'))}{_above(part('sup'))} {part('e')}"


def _delimited(element: etree._Element, part: Part) -> str:
    parts = [math_text(child, 1) for child in children(element, "e")]
    between = _stated(element, "sepChr", "|")
    return _stated(element, "begChr", "(") + between.join(parts) + _stated(element, "endChr", ")")


def _function(element: etree._Element, part: Part) -> str:
    words = part("e")
    return f"{part('fName')}{'' if words.startswith('(') else ' '}{words}"


def _matrix(element: etree._Element, part: Part) -> str:
    rows = children(element, "mr")
    return "[" + "; ".join(", ".join(math_text(cell, 1) for cell in children(row, "e")) for row in rows) + "]"


def _lines(element: etree._Element, part: Part) -> str:
    return "; ".join(math_text(child, 1) for child in children(element, "e"))


def _limit(element: etree._Element, part: Part) -> str:
    return part("e") + _below(part("lim"))


_FORMS: Mapping[str, Callable[[etree._Element, Part], str]] = {
    "f": _fraction, "sSup": _script, "sSub": _script, "sSubSup": _script, "sPre": _before, "rad": _root, "nary": _sum,
    "d": _delimited, "func": _function, "m": _matrix, "eqArr": _lines, "limLow": _limit, "limUpp": _limit,
}  # fmt: skip


def _above(text: str) -> str:
    return _set_off(text, raised, "^")


def _below(text: str) -> str:
    return _set_off(text, lowered, "_")


def _set_off(text: str, shift: Callable[[str], str], mark: str) -> str:
    text = text.strip()
    shifted = shift(text)
    if not text or (shifted != text and shifted[0] != mark):
        return shifted
    return f"{mark}{text}" if text.isalpha() or text.isdigit() or _is_group(text) else f"{mark}({text})"


def _grouped(text: str) -> str:
    """The text in parentheses where it is more than one number, word or group."""
    text = text.strip()
    is_one = all(character.isalnum() or character in _OUTSIDE for character in text)
    return text if is_one or _is_group(text) else f"({text})"


def _is_group(text: str) -> bool:
    return text.startswith("(") and text.endswith(")") and text.count("(") == 1


def _stated(element: etree._Element, name: str, default: str) -> str:
    """A character that the properties of the element state."""
    for found in _properties(element):
        if local(found) == name:
            return attribute(found, "val")
    return default


def _properties(element: etree._Element) -> Iterator[etree._Element]:
    for child in element:
        if local(child).endswith("Pr"):
            yield from child


def mathml_text(element: etree._Element, depth: int = 0) -> str:
    """An equation in MathML, or a part of one, in the order in which it is read out."""
    name = local(element)
    if depth > _MAX_DEPTH or name.startswith("annotation"):
        return ""
    parts = [mathml_text(child, depth + 1) for child in element if isinstance(child.tag, str)]
    if name in _MATHML and len(parts) >= _MATHML[name][0]:
        return _MATHML[name][1](parts)
    if name == "mtable":
        return f"[{'; '.join(parts)}]"
    return (", " if name == "mtr" else "").join(parts) if parts else (element.text or "").strip()


# The number of children that each needs, and its text.
_MATHML: Mapping[str, tuple[int, Callable[[list[str]], str]]] = {
    "mfrac": (2, lambda parts: f"{_grouped(parts[0])}/{_grouped(parts[1])}"),
    "msup": (2, lambda parts: _grouped(parts[0]) + _above(parts[1])),
    "mover": (2, lambda parts: _grouped(parts[0]) + _above(parts[1])),
    "msub": (2, lambda parts: _grouped(parts[0]) + _below(parts[1])),
    "munder": (2, lambda parts: _grouped(parts[0]) + _below(parts[1])),
    "msubsup": (3, lambda parts: _grouped(parts[0]) + _below(parts[1]) + _above(parts[2])),
    "munderover": (3, lambda parts: _grouped(parts[0]) + _below(parts[1]) + _above(parts[2])),
    "msqrt": (1, lambda parts: f"√{_grouped(''.join(parts))}"),
    "mroot": (2, lambda parts: f"{_above(parts[1])}√{_grouped(parts[0])}"),
    "mfenced": (1, lambda parts: f"({', '.join(parts)})"),
}

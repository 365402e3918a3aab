"""XML of any vocabulary → readable text."""

from __future__ import annotations

import re
from itertools import groupby

from lxml import etree

from knowledge.document import Document
from knowledge.parse.document_builder import DocumentBuilder, one_line
from knowledge.parse.input import Unreadable
from knowledge.parse.office.package import local, safe_parser
from knowledge.parse.text.decode import decode
from knowledge.parse.text.nested_data import MAX_DEPTH, Fields, Node, write_outline
from knowledge.parse.web.html import parse_html

_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
# Attributes that hold a document together and say nothing to its reader.
_PLUMBING = frozenset({"id", "class", "style", "lang", "space", "schemaLocation", "noNamespaceSchemaLocation", "base"})
_MAX_NOTES = 3
_SVG_TEXT = frozenset({"text", "title", "desc"})


def parse_xml(data: bytes, name: str) -> Document:
    """The elements' texts: repeated records as a table, the rest as lines of `element: text` under headings.

    No entity is expanded and nothing is fetched. Raises Unreadable for XML that is damaged or nested too deeply.
    """
    root = _root(data)
    if local(root) == "html":
        return parse_html(data, name)
    builder = DocumentBuilder()
    write_outline(_node(root), builder, local(root))
    return builder.build(name, {})


def parse_svg(data: bytes, name: str) -> Document:
    """The words in an SVG image."""
    builder = DocumentBuilder()
    for element in _root(data).iter():
        if local(element) in _SVG_TEXT:
            builder.paragraph(_flat_text(element))
    return builder.build(name, {})


def _root(data: bytes) -> etree._Element:
    try:
        return _parsed(data)
    except Unreadable:  # perhaps in another encoding than it says, or UTF-16 without a mark
        return _parsed(_DECLARATION.sub("", decode(data), count=1).encode("utf-8", "replace"))


def _parsed(data: bytes) -> etree._Element:
    """The root. libxml2 itself ends at 256 levels and at texts of ten million characters."""
    try:
        return etree.fromstring(data, safe_parser())
    except etree.XMLSyntaxError as error:
        if getattr(error, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        raise Unreadable(f"damaged XML: {error.msg}", "Open it in the program that wrote it.") from error


def _node(element: etree._Element, depth: int = 0) -> Node:
    children = [child for child in element if isinstance(child.tag, str)]
    attributes = [(str(key).rpartition("}")[2], str(value)) for key, value in element.items()]
    shown = [(key, value) for key, value in attributes if key not in _PLUMBING and value.strip()]
    is_mixed = bool((element.text or "").strip()) or any((child.tail or "").strip() for child in element)
    if not children or depth == MAX_DEPTH or is_mixed:
        text = _flat_text(element)
        notes = ", ".join(f"{key}: {value}" for key, value in shown) if len(shown) <= _MAX_NOTES else ""
        return f"{text} ({notes})" if text and notes and not children else text or Fields(tuple(shown))
    pairs: list[tuple[str, Node]] = [*shown]
    for name, group in groupby(children, key=local):
        nodes = [_node(child, depth + 1) for child in group]
        pairs.append((name, nodes if len(nodes) > 1 else nodes[0]))
    return Fields(tuple(pairs))


def _flat_text(element: etree._Element) -> str:
    return one_line("".join(map(str, element.itertext())))

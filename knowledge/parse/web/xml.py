"""XML of any vocabulary → readable text."""

from __future__ import annotations

import html
import re
from contextlib import suppress
from itertools import groupby

from lxml import etree

from knowledge.document import Document
from knowledge.parse.document_builder import DocumentBuilder, one_line
from knowledge.parse.input import Unreadable
from knowledge.parse.office.package import local, safe_parser
from knowledge.parse.text.decode import decode
from knowledge.parse.text.nested_data import MAX_DEPTH, Fields, Node, write_outline
from knowledge.parse.web.html import parse_html

_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z][A-Za-z0-9]{0,30};")
_LONE_AMPERSAND = re.compile(r"&(?!(?:[A-Za-z][\w.-]{0,30}|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)")
_TAG = re.compile(r"<[^<>]*>")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
# Attributes that hold a document together and say nothing to its reader.
_PLUMBING = frozenset({"id", "class", "style", "lang", "space", "schemaLocation", "noNamespaceSchemaLocation", "base"})
_MAX_NOTES = 3
_SVG_TEXT = frozenset({"text", "title", "desc"})


def parse_xml(data: bytes, name: str) -> Document:
    """The elements' texts: repeated records as a table, the rest as lines of `element: text` under headings.

    No entity is expanded and nothing is fetched. Raises Unreadable for XML that is damaged or nested too deeply.
    """
    root, losses = read_root(data)
    if local(root) == "html":
        return parse_html(data, name)
    builder = DocumentBuilder()
    builder.lose(*losses)
    write_outline(_node(root), builder, local(root))
    return builder.build(name, {})


def parse_svg(data: bytes, name: str) -> Document:
    """The words in an SVG image."""
    builder = DocumentBuilder()
    root, losses = read_root(data)
    builder.lose(*losses)
    for element in root.iter():
        if local(element) in _SVG_TEXT:
            builder.paragraph(_flat_text(element))
    return builder.build(name, {})


def read_root(data: bytes) -> tuple[etree._Element, tuple[str, ...]]:
    """Return the root, and what was lost where the XML has faults that are no more than that."""
    with suppress(Unreadable):
        return _parsed(data, safe_parser()), ()
    # Perhaps in another encoding than it says, or UTF-16 without a mark; or written by hand, with names of HTML.
    text = _LONE_AMPERSAND.sub("&amp;", _NAMED.sub(_character, _DECLARATION.sub("", decode(data), count=1)))
    repaired = text.encode("utf-8", "replace")
    try:
        return _parsed(repaired, safe_parser()), ()
    except Unreadable:
        root = _parsed(repaired, safe_parser(recover=True))
        if _is_lost(root, text):
            raise
        return root, ("it is damaged XML, of which parts may be missing",)


def _is_lost(root: etree._Element | None, text: str) -> bool:
    """True where what could be read is less than half of the text between tags."""
    kept = 0 if root is None else len(_flat_text(root))
    return not kept or 2 * kept < len(one_line(_TAG.sub(" ", text)))


def _character(name: re.Match[str]) -> str:
    """The character that HTML gives the name, as `&nbsp;`; the name itself, escaped, where there is none."""
    character = html.unescape(name[0])
    return character if character != name[0] else f"&amp;{name[0][1:]}"


def _parsed(data: bytes, parser: etree.XMLParser) -> etree._Element:
    """The root. libxml2 itself ends at 256 levels and at texts of ten million characters."""
    try:
        return etree.fromstring(data, parser)
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

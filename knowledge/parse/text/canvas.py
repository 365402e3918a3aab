"""JSON Canvas, as Obsidian draws it → the texts of its cards, group by group."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from knowledge.document import Document
from knowledge.parse.document_builder import DocumentBuilder
from knowledge.parse.input import Unreadable
from knowledge.parse.text.decode import decode
from knowledge.parse.text.markdown import parse_markdown

Node = Mapping[str, object]


def parse_canvas(data: bytes, name: str) -> Document:
    """Cards as they lie, from the top down, under the label of the group they lie in; the words on arrows last.

    Raises Unreadable where the file is no canvas.
    """
    try:
        canvas = json.loads(decode(data) or "{}")
    except (ValueError, RecursionError) as error:
        raise Unreadable("damaged canvas", "Open it in Obsidian and save it again.") from error
    if not isinstance(canvas, dict):
        raise Unreadable("not a canvas, despite its name")
    nodes = sorted(_nodes(canvas.get("nodes")), key=lambda node: (_number(node, "y"), _number(node, "x")))
    groups = [node for node in nodes if node.get("type") == "group" and isinstance(node.get("label"), str)]
    builder = DocumentBuilder()
    cards = [node for node in nodes if node.get("type") != "group"]
    for node in cards:
        if not any(_holds(group, node) for group in groups):
            _write(node, builder)
    for group in groups:
        builder.heading(1, str(group["label"]))
        for node in cards:
            if _holds(group, node):
                _write(node, builder)
    for edge in _nodes(canvas.get("edges")):
        builder.paragraph(str(edge.get("label") or ""))
    return builder.build(name, {})


def _nodes(value: object) -> Sequence[Node]:
    return [node for node in value if isinstance(node, dict)] if isinstance(value, list) else []


def _number(node: Node, key: str) -> float:
    value = node.get(key)
    return float(value) if isinstance(value, int | float) and abs(value) < 1e9 else 0.0


def _holds(group: Node, node: Node) -> bool:
    left, top = _number(group, "x"), _number(group, "y")
    right, bottom = left + _number(group, "width"), top + _number(group, "height")
    return left <= _number(node, "x") < right and top <= _number(node, "y") < bottom


def _write(node: Node, builder: DocumentBuilder) -> None:
    if isinstance(text := node.get("text"), str):
        builder.document(parse_markdown(text.encode("utf-8", "replace"), ""), 1)
    for key in ("file", "url"):
        builder.paragraph(str(node.get(key) or ""))

"""Nested data → readable text: records as tables, the rest as lines of `key: value` under headings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from knowledge.parse.document_builder import DocumentBuilder, one_line
from knowledge.parse.input import Unreadable

Node: TypeAlias = "str | list[Node] | Fields"

MAX_DEPTH = 100
MAX_NODES = 1_000_000  # as many as are read within the parser's time; a file of 20 MB has about so many

TOO_NESTED = "more than a million values, or nested too deeply"

_MAX_LEVEL = 4
_MAX_COLUMNS = 64
_MAX_CELL_CHARACTERS = 500  # longer ones are texts, which read badly in a table
_MIN_FILLED = 0.3  # share of a table's cells
_PARAGRAPH_CHARACTERS = 100
_BRIEF_CHARACTERS = 800  # about a chunk: what is shorter has no heading of its own
_TITLES = ("title", "name", "head", "label", "subject", "id", "_id")


@dataclass(frozen=True, slots=True)
class Fields:
    """Named values in their order; a name may come again."""

    pairs: tuple[tuple[str, Node], ...]

    def first(self, names: Sequence[str]) -> str:
        """The first short text that has one of these names, by the order of the names; "" when there is none."""
        short = {k.lower(): v for k, v in reversed(self.pairs) if isinstance(v, str) and len(v) < _PARAGRAPH_CHARACTERS}
        return next((one_line(short[name]) for name in names if short.get(name, "").strip()), "")


class NodeBuilder:
    """Values as Python's parsers give them → nodes. Raises Unreadable where they are too many or nested too deeply."""

    def __init__(self) -> None:
        self._nodes = 0

    def node(self, value: object, depth: int = 0) -> Node:
        """The node of a mapping, a sequence or a scalar; "" for None and bytes."""
        self._nodes += 1
        if depth > MAX_DEPTH or self._nodes > MAX_NODES:
            raise Unreadable(TOO_NESTED, "Split it into smaller files.")
        if isinstance(value, Mapping):
            return Fields(tuple((str(key), self.node(inner, depth + 1)) for key, inner in value.items()))
        if isinstance(value, list | tuple | set):
            return [self.node(inner, depth + 1) for inner in value]
        if isinstance(value, bool):
            return str(value).lower()
        return "" if value is None or isinstance(value, bytes) else str(value)


def write_outline(node: Node, builder: DocumentBuilder, label: str = "", level: int = 1) -> None:
    """Write the node. `label` is its name, `level` the level of the headings within it."""
    if isinstance(node, str):
        builder.lines(node)
    elif isinstance(node, Fields):
        _write_fields(node, builder, level)
    elif rows := _table(node):
        builder.table(rows)
    else:
        _write_list(node, builder, label, level)


def _write_fields(fields: Fields, builder: DocumentBuilder, level: int) -> None:
    """Write the brief values first: below a long one's heading they would seem to belong to it."""
    brief = [(key, value, _brief(value, key)) for key, value in fields.pairs]
    builder.lines("\n".join(line for _, _, lines in brief if lines is not None for line in lines))
    for key, value, lines in brief:
        if lines is not None:
            continue
        title = value.first(_TITLES[:3]) if isinstance(value, Fields) else ""
        heading = f"{key}: {title}" if title else key
        if isinstance(value, str):
            builder.lines(f"{key}:\n{value}")
        elif level <= _MAX_LEVEL:
            builder.heading(level, heading)
            write_outline(value, builder, key, level + 1)
        else:
            builder.paragraph(f"{heading}:")
            write_outline(value, builder, key, level + 1)


def _write_list(items: list[Node], builder: DocumentBuilder, label: str, level: int) -> None:
    """Write records with headings if one of them is long and all have a title; else one after another without any."""
    brief = [_brief(item, "") for item in items]
    titles = [item.first(_TITLES) if isinstance(item, Fields) else "" for item in items]
    is_headed = all(titles) and None in brief
    for item, lines, title in zip(items, brief, titles, strict=True):
        if isinstance(item, Fields) and (is_headed or lines is None):
            if is_headed and level <= _MAX_LEVEL:
                builder.heading(level, title)
            _write_fields(item, builder, level + 1 if is_headed else _MAX_LEVEL + 1)
        elif isinstance(item, str) and len(item) <= _PARAGRAPH_CHARACTERS:
            builder.item(item)
        elif lines is not None:
            builder.lines("\n".join(lines))
        else:
            write_outline(item, builder, label, level)


def _brief(node: Node, key: str) -> list[str] | None:
    """The node as lines of `key: value`, inner keys as `outer.inner`; None where it is long or a table."""
    lines: list[str] = []
    room = _BRIEF_CHARACTERS
    for line in _lines(node, key):
        room -= len(line)
        if room < 0:
            return None
        lines.append(line)
    return lines


def _lines(node: Node, key: str) -> Iterator[str]:
    text = _single_line(node)
    if text is not None:
        yield from [f"{key}: {text}" if key else text] if text.strip() else []
    elif isinstance(node, Fields):
        for name, value in node.pairs:
            yield from _lines(value, f"{key}.{name}" if key else name)
    elif isinstance(node, list) and _table(node):
        yield " " * (_BRIEF_CHARACTERS + 1)
    else:
        for number, item in enumerate(node, start=1):
            yield from _lines(item, f"{key} {number}".strip())


def _single_line(node: Node) -> str | None:
    """The node on a line of its own; None where it needs more."""
    if isinstance(node, str):
        return node
    if isinstance(node, Fields):
        return None
    inner = [_single_line(item) for item in node]
    texts = [text for text in inner if text is not None and len(text) < _PARAGRAPH_CHARACTERS]
    is_nested = any(isinstance(item, list) for item in node)
    return ("; " if is_nested else ", ").join(texts) if len(texts) == len(inner) else None


def _table(items: list[Node]) -> list[list[str]]:
    """Header and rows; empty where the items are not records of the same kind, or too long for a table's cells."""
    records = [_flat_record(item) for item in items]
    if len(records) < 2 or not all(records):
        return []
    columns = list(dict.fromkeys(key for record in records for key in record))
    filled = sum(len(record) for record in records)
    if len(columns) > _MAX_COLUMNS or filled < _MIN_FILLED * len(columns) * len(records):
        return []
    return [columns, *([record.get(column, "") for column in columns] for record in records)]


def _flat_record(node: Node) -> dict[str, str]:
    """The record's values by their names, inner ones by `outer.inner`; empty for anything but a flat record."""
    if not isinstance(node, Fields):
        return {}
    record: dict[str, str] = {}
    for key, text in _flat_pairs(node, ""):
        if text is None or len(text) > _MAX_CELL_CHARACTERS or key in record:
            return {}
        record[key] = text
    return record


def _flat_pairs(fields: Fields, prefix: str) -> Iterator[tuple[str, str | None]]:
    for key, value in fields.pairs:
        if isinstance(value, Fields):
            yield from _flat_pairs(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", _single_line(value)

"""The text of a front matter with other values: comments and the keys that stay are left as they were written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import yaml

from personas.persona import FrontMatter

_ON_ONE_LINE = 1_000_000  # characters: YAML breaks no value into lines
_BLOCK_SCALARS = ("|", ">")


def values_of(front: FrontMatter) -> dict[str, Any]:
    """Return the keys that differ from their defaults, with values as YAML has them."""
    given = {field.name: (getattr(front, field.name), field.default) for field in fields(front)}
    values: dict[str, Any] = {
        key: list(value) if isinstance(value, tuple) else value
        for key, (value, default) in given.items()
        if value != default
    }
    if str(values.get("thinking")).isdecimal():
        values["thinking"] = int(values["thinking"])  # tokens
    return values


def new_text(values: Mapping[str, object]) -> str:
    """Return the lines of a front matter with these values."""
    return "\n".join(line for key, value in values.items() for line in _lines(key, value))


def updated_text(head: str, changes: Mapping[str, object]) -> str:
    """Return the lines of a front matter with these keys changed, or left out for None; new ones come last.

    A comment within a value of several lines goes with the value. Raises yaml.YAMLError where `head` is not YAML.
    """
    lines, left = head.split("\n"), dict(changes)
    root = yaml.compose(head, Loader=yaml.SafeLoader)
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    for key, value in reversed(pairs):
        if key.value in left:
            _replace(lines, key, value, left.pop(key.value))
    while lines and not lines[-1].strip():
        lines.pop()
    added = [line for key, value in left.items() if value is not None for line in _lines(key, value)]
    return "\n".join([*lines, *added])


def _replace(lines: list[str], key: yaml.Node, node: yaml.Node, value: object) -> None:
    first, last = key.start_mark.line, _last_line(lines, key, node)
    start, end = node.start_mark, node.end_mark
    if value is None:
        del lines[first : last + 1]
    elif start.line == end.line == first and end.column > 0:  # with a comment behind it, perhaps
        line = lines[first]
        lines[first] = f"{line[: start.column]}{_inline(value)}{line[end.column :]}"
    else:
        lines[first : last + 1] = _lines(key.value, value)


def _last_line(lines: list[str], key: yaml.Node, node: yaml.Node) -> int:
    """The last line of a value: a block's end mark stands behind the comments and blank lines that follow it."""
    end = node.end_mark
    last = end.line - 1 if end.column == 0 and end.line > node.start_mark.line else end.line
    last = min(last, len(lines) - 1)
    is_text = isinstance(node, yaml.ScalarNode) and node.style in _BLOCK_SCALARS
    while last > key.start_mark.line:
        line = lines[last] if is_text else lines[last].lstrip()
        if line.strip() and not line.startswith("#"):
            break
        last -= 1
    return last


def _lines(key: str, value: object) -> list[str]:
    if key == "starters" and isinstance(value, list):
        return [f"{key}:", *(f"  - {_inline(item)}" for item in value)]
    return [f"{key}: {_inline(value)}"]


def _inline(value: object) -> str:
    """A value on one line."""
    style = '"' if isinstance(value, str) and "\n" in value else None
    text = yaml.safe_dump(
        value, allow_unicode=True, width=_ON_ONE_LINE, default_flow_style=True, default_style=style, sort_keys=False
    )
    return text.strip().removesuffix("...").strip()

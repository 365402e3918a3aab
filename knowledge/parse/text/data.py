"""JSON, JSON Lines, YAML, TOML and property lists → readable text. Malformed data are given as the text they are."""

from __future__ import annotations

import json
import plistlib
import re
from collections.abc import Callable
from xml.parsers.expat import ExpatError

import yaml

from knowledge.document import Document, Heading
from knowledge.parse.document_builder import DocumentBuilder
from knowledge.parse.input import Unreadable
from knowledge.parse.text.decode import decode
from knowledge.parse.text.nested_data import TOO_NESTED, Fields, NodeBuilder, write_outline

# Deeper than this libyaml overruns its stack: flow collections, and block sequences within one line.
_MAX_BRACKETS = 1000
_MANY_DASHES = re.compile(r"(?:[-?:][ \t]+){200}")
_YAML_LIST = re.compile(r"\s*+(?:---[^\n]*+\n)?(?:#[^\n]*+\n|\s)*+(?:[\w-]++:[^\S\n]*+\n\s*+)?-\s")
_TOP_KEY = re.compile(r"^([^\s#\-'\"{\[][^:\n]{0,80}):[ \t]*(?:[|>][^\n]*)?\n(?=[ \t-])", re.MULTILINE)
_SECTION = re.compile(r"^[ \t]*\[{1,2}([^\[\]\n]{1,100})\]{1,2}[ \t]*(?:[#;].*)?$", re.MULTILINE)


def parse_json(data: bytes, name: str) -> Document:
    """The data as tables and lines of `key: value`.

    Raises Unreadable where they are nested too deeply.
    """
    return _parse_json(decode(data), name, _loads)


def parse_json_lines(data: bytes, name: str) -> Document:
    """The records as one table, or one after another where they do not make a table."""
    return _parse_json(decode(data), name, lambda text: [_loads(line) for line in text.split("\n") if line.strip()])


def _parse_json(text: str, name: str, loads: Callable[[str], object]) -> Document:
    try:
        return _outline(loads(text), name)
    except ValueError:  # as with comments in it
        return Document(text=text, title=name)
    except RecursionError as error:
        raise Unreadable(TOO_NESTED) from error


def _loads(text: str) -> object:
    """The value, its numbers as they are written: 1.10 is not 1.1, and an identifier may be of any length."""
    return json.loads(text, parse_float=str, parse_int=str)


def parse_yaml(data: bytes, name: str) -> Document:
    """A list of records as a table; else the text as it stands, comments included, headed by its outermost keys."""
    text = decode(data)
    if _YAML_LIST.match(text) and not _is_too_deep(text):
        try:
            value = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        except (yaml.YAMLError, ValueError, RecursionError):
            return _headed(text, name, _TOP_KEY)
        node = NodeBuilder().node(value)
        inner = node.pairs[0][1] if isinstance(node, Fields) and len(node.pairs) == 1 else node
        if isinstance(inner, list) and all(isinstance(item, Fields) for item in inner):
            return _outline(value, name)
    return _headed(text, name, _TOP_KEY)


def parse_sections(data: bytes, name: str) -> Document:
    """TOML and INI: the text as it stands, comments included, headed by its `[sections]`."""
    return _headed(decode(data), name, _SECTION)


def parse_plist(data: bytes, name: str) -> Document:
    """A property list of Apple's, as XML or binary."""
    try:
        return _outline(plistlib.loads(data), name)
    except (plistlib.InvalidFileException, ExpatError, ValueError, TypeError, IndexError, OverflowError) as error:
        raise Unreadable("damaged property list") from error
    except RecursionError as error:
        raise Unreadable(TOO_NESTED) from error


def _outline(value: object, name: str) -> Document:
    builder = DocumentBuilder()
    write_outline(NodeBuilder().node(value), builder)
    return builder.build(name, {})


def _headed(text: str, name: str, pattern: re.Pattern[str]) -> Document:
    headings = (Heading(found.start(), 1, found[1].strip()) for found in pattern.finditer(text))
    return Document(text=text, title=name, headings=tuple(headings))


def _is_too_deep(text: str) -> bool:
    depth = deepest = 0
    for bracket in re.finditer(r"[\[\]{}]", text):
        depth += 1 if bracket[0] in "[{" else -1
        deepest = max(depth, deepest)
    return deepest > _MAX_BRACKETS or bool(_MANY_DASHES.search(text))

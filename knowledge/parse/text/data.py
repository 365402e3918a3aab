"""JSON, JSON Lines, YAML, TOML and property lists → readable text. What is malformed is given as the text it is."""

from __future__ import annotations

import json
import plistlib
import re
from collections.abc import Iterator
from typing import Any
from xml.parsers.expat import ExpatError

from knowledge.document import Document, Heading
from knowledge.parse.document_builder import DocumentBuilder
from knowledge.parse.input import Unreadable
from knowledge.parse.text.decode import decode
from knowledge.parse.text.nested_data import Fields, Outline, write_outline

# Deeper than this libyaml overruns its stack: flow collections, and block sequences within one line.
_MAX_BRACKETS = 1000
_MANY_DASHES = re.compile(r"(?:[-?:][ \t]+){200}")
_TOP_KEY = re.compile(r"^([^\s#\-'\"{\[][^:\n]{0,80}):[ \t]*(?:[|>][^\n]*)?\n(?=[ \t-])", re.MULTILINE)
_SECTION = re.compile(r"^[ \t]*\[{1,2}([^\[\]\n]{1,100})\]{1,2}[ \t]*(?:[#;].*)?$", re.MULTILINE)


def parse_json(data: bytes, name: str) -> Document:
    """The data as tables and lines of `key: value`.

    Raises Unreadable where they are nested too deeply.
    """
    text = decode(data)
    try:
        return _outlined(_loaded(text), name)
    except ValueError:  # as with comments in it
        return Document(text=text, title=name)
    except RecursionError as error:
        raise Unreadable("more than a million values, or nested without end") from error


def parse_json_lines(data: bytes, name: str) -> Document:
    """The records as one table, or one after another where they are no table."""
    text = decode(data)
    try:
        return _outlined([_loaded(line) for line in text.split("\n") if line.strip()], name)
    except ValueError:
        return Document(text=text, title=name)
    except RecursionError as error:
        raise Unreadable("more than a million values, or nested without end") from error


def parse_yaml(data: bytes, name: str) -> Document:
    """A list of records as a table; else the text as it stands, comments included, headed by its outermost keys."""
    text = decode(data)
    document = _yaml_records(text, name)
    return document or Document(text=text, title=name, headings=tuple(_headings(_TOP_KEY, text)))


def parse_sections(data: bytes, name: str) -> Document:
    """TOML and INI: the text as it stands, comments included, headed by its `[sections]`."""
    text = decode(data)
    return Document(text=text, title=name, headings=tuple(_headings(_SECTION, text)))


def parse_plist(data: bytes, name: str) -> Document:
    """A property list of Apple's, as XML or binary."""
    try:
        return _outlined(plistlib.loads(data), name)
    except (plistlib.InvalidFileException, ExpatError, ValueError, TypeError, IndexError, OverflowError) as error:
        raise Unreadable("damaged property list") from error
    except RecursionError as error:
        raise Unreadable("more than a million values, or nested without end") from error


def _loaded(text: str) -> Any:
    """Numbers stay as they are written: 1.10 is not 1.1, and an identifier may be of any length."""
    return json.loads(text, parse_float=str, parse_int=str)


def _outlined(value: object, name: str) -> Document:
    builder = DocumentBuilder()
    write_outline(Outline().node(value), builder)
    return builder.build(name, {})


def _yaml_records(text: str, name: str) -> Document | None:
    """The document where the text is a list of records, as such or as the only value; None for other YAML."""
    import yaml

    if not re.match(r"\s*(?:---[^\n]*\n)?(?:#[^\n]*\n|\s)*(?:[\w-]+:\s*\n\s*)?-\s", text) or _is_too_deep(text):
        return None
    try:
        value = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    node = Outline().node(value)
    inner = node.pairs[0][1] if isinstance(node, Fields) and len(node.pairs) == 1 else node
    if not isinstance(inner, list) or not all(isinstance(item, Fields) for item in inner):
        return None
    return _outlined(value, name)


def _is_too_deep(text: str) -> bool:
    depth = deepest = 0
    for bracket in re.finditer(r"[\[\]{}]", text):
        depth += 1 if bracket[0] in "[{" else -1
        deepest = max(depth, deepest)
    return deepest > _MAX_BRACKETS or bool(_MANY_DASHES.search(text))


def _headings(pattern: re.Pattern[str], text: str) -> Iterator[Heading]:
    for found in pattern.finditer(text):
        yield Heading(found.start(), 1, found[1].strip())

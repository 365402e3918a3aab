"""Source code → its own text, headed by its definitions, so that a chunk is a function with its class as context."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from knowledge.document import Document, Heading
from knowledge.parse.input import Unreadable
from knowledge.parse.text.decode import decode
from knowledge.parse.text.definitions import (
    C_TOKENS,
    HASH_TOKENS,
    RUST_TOKENS,
    SCRIPT_TOKENS,
    Definition,
    brace_definitions,
    indented_definitions,
    python_definitions,
    statements,
)

_RUBY = re.compile(r"[ \t]*(?:def|class|module)[ \t]+([\w.:?!=]+)")
_LUA = re.compile(r"[ \t]*(?:local[ \t]+)?function[ \t]+([\w.:]+)|([\w.:]+)[ \t]*=[ \t]*function\b")
_ELIXIR = re.compile(r"[ \t]*def(?:p|module|macro|macrop|protocol|impl)?[ \t]+([\w.?!]+)")
_JULIA = re.compile(r"[ \t]*(?:function|macro|module|(?:mutable[ \t]+)?struct|abstract type)[ \t]+([\w.!{}]+)")
_BASIC = re.compile(
    r"[ \t]*(?:(?:Public|Private|Friend|Shared|Static|Overrides)[ \t]+)*"
    r"(?:Sub|Function|Class|Module|Property)[ \t]+(\w+)",
    re.IGNORECASE,
)
_SQL = re.compile(
    r"^[ \t]*CREATE[ \t]+(?:OR[ \t]+REPLACE[ \t]+)?(?:\w+[ \t]+){0,2}?"
    r"(?:TABLE|VIEW|FUNCTION|PROCEDURE|TRIGGER|INDEX|TYPE|SCHEMA)[ \t]+"
    r"(?:IF[ \t]+NOT[ \t]+EXISTS[ \t]+)?([\w.\"`\[\]]+)",
    re.IGNORECASE | re.MULTILINE,
)

# A container that fits into one chunk of the default embedder (256 tokens) is not taken apart.
_WHOLE_CHARACTERS = 1000
_MAX_LEVEL = 6
_LONG_LINE_CHARACTERS = 10_000
_MINIFIED_CHARACTERS, _MINIFIED_MEAN_LINE = 5000, 300  # people's code has lines of 30 to 40 characters on the mean
_GENERATED = re.compile(
    r"@generated\b|\bgenerated\b[^\n]*\bdo not (?:edit|modify)\b|\bdo not edit\b[^\n]*\bgenerated\b",
    re.IGNORECASE,
)
_GENERATED_WITHIN_LINES = 20


@dataclass(frozen=True, slots=True)
class CodeParser:
    """A parser for the language whose definitions `find` gives, in order of their start."""

    find: Callable[[str], list[Definition]]

    def __call__(self, data: bytes, name: str) -> Document:
        """The text as it stands; each definition is a heading whose own line belongs to its section.

        Raises Unreadable for minified or generated code.
        """
        text = decode(data)
        _refuse_generated(text)
        definitions = list(_without_parts(self.find(text)))
        blocks = [
            (definition.start, definition.end)
            for number, definition in enumerate(definitions, start=1)
            if number == len(definitions) or definitions[number].start >= definition.end
        ]
        return Document(text=text, title=name, headings=tuple(_headings(text, definitions)), blocks=tuple(blocks))


def _indented(pattern: re.Pattern[str]) -> CodeParser:
    return CodeParser(lambda text: indented_definitions(text, pattern))


def _braces(tokens: re.Pattern[str]) -> CodeParser:
    return CodeParser(lambda text: brace_definitions(text, tokens))


# Each is named for the best known of the languages that are read alike.
parse_python = CodeParser(python_definitions)
parse_c = _braces(C_TOKENS)
parse_java = _braces(RUST_TOKENS)
parse_javascript = _braces(SCRIPT_TOKENS)
parse_shell = _braces(HASH_TOKENS)
parse_ruby = _indented(_RUBY)
parse_elixir = _indented(_ELIXIR)
parse_basic = _indented(_BASIC)
parse_lua = _indented(_LUA)
parse_julia = _indented(_JULIA)
parse_sql = CodeParser(lambda text: statements(text, _SQL))
parse_other_code = CodeParser(lambda _: [])


def _refuse_generated(text: str) -> None:
    lines = text.count("\n") + 1
    if len(text) > _MINIFIED_CHARACTERS and len(text) > _MINIFIED_MEAN_LINE * lines:
        raise Unreadable("minified code")
    if any(len(line) > _LONG_LINE_CHARACTERS for line in text.split("\n")):
        raise Unreadable("generated code: it has lines of more than 10,000 characters")
    if _GENERATED.search("\n".join(text.split("\n", _GENERATED_WITHIN_LINES)[:_GENERATED_WITHIN_LINES])):
        raise Unreadable("generated code, as its first lines say")


def _without_parts(definitions: Sequence[Definition]) -> Iterator[Definition]:
    """The definitions without those that lie within a small one."""
    whole_until = 0
    for definition in definitions:
        if definition.end > whole_until or definition.start >= whole_until:
            yield definition
            if definition.end - definition.start <= _WHOLE_CHARACTERS:
                whole_until = definition.end


def _headings(text: str, definitions: Sequence[Definition]) -> Iterator[Heading]:
    """A heading for each definition, and an untitled one where text follows that belongs to it no more."""
    stack: list[Definition] = []
    for start, definition in [*((definition.start, definition) for definition in definitions), (len(text), None)]:
        ended = None
        while stack and stack[-1].end <= start:
            ended = stack.pop()
        if ended and text[ended.end : start].strip():
            yield Heading(ended.end, min(ended.depth + 1, _MAX_LEVEL), "", keeps_line=True)
        if definition:
            yield Heading(start, min(definition.depth + 1, _MAX_LEVEL), definition.name, keeps_line=True)
            stack.append(definition)

"""Source code → its own text, headed by its definitions, so that a chunk is a function and says whose."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

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

Finder = Callable[[str], list[Definition]]

_PYTHON = re.compile(r"[ \t]*(?:(?:async[ \t]+)?def|class)[ \t]+(\w+)")
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


def _python(text: str) -> list[Definition]:
    found = python_definitions(text)
    return indented_definitions(text, _PYTHON) if found is None else found


def _braces(tokens: re.Pattern[str]) -> Finder:
    return lambda text: brace_definitions(text, tokens)


def _indented(pattern: re.Pattern[str]) -> Finder:
    return lambda text: indented_definitions(text, pattern)


def _none(_: str) -> list[Definition]:
    return []


FINDERS: Mapping[str, Finder] = {
    **dict.fromkeys(".py .pyi .pyw .pyx".split(), _python),
    **dict.fromkeys(".c .h .cc .cpp .cxx .hh .hpp .hxx .cs .m .mm .cu .cuh .ino".split(), _braces(C_TOKENS)),
    **dict.fromkeys(".java .go .rs .kt .kts .swift .scala .dart .zig .proto".split(), _braces(RUST_TOKENS)),
    **dict.fromkeys(".js .jsx .mjs .cjs .ts .tsx .mts .cts .php .groovy .gradle".split(), _braces(SCRIPT_TOKENS)),
    **dict.fromkeys(".sh .bash .zsh .fish .pl .pm .r .ps1 .psm1 .awk .tcl".split(), _braces(HASH_TOKENS)),
    **dict.fromkeys(".rb .rake .cr".split(), _indented(_RUBY)),
    **dict.fromkeys(".ex .exs".split(), _indented(_ELIXIR)),
    **dict.fromkeys(".vb .bas .vbs".split(), _indented(_BASIC)),
    ".lua": _indented(_LUA),
    ".jl": _indented(_JULIA),
    ".sql": lambda text: statements(text, _SQL),
    **dict.fromkeys(
        ".css .scss .sass .less .vue .svelte .xsl .xslt .xsd .dtd .bat .cmd .hs .ml .mli .fs .clj .lisp .el .erl .f90 "
        ".f .pas .asm .s .v .sv .vhd .cmake .mk .tf .hcl .nix .graphql .gql .thrift .vim .diff .patch .jinja .j2 "
        ".erb .ejs .hbs .twig .liquid .mustache".split(),
        _none,
    ),
}


def parse_code(text: str, name: str, finder: Finder) -> Document:
    """The text as it stands; each definition is a heading whose own line belongs to what it heads.

    Raises Unreadable for code that nobody wrote: minified or generated.
    """
    _refuse_machine_made(text)
    definitions = list(_shown(finder(text)))
    return Document(
        text=text,
        title=name,
        headings=tuple(_headings(text, definitions)),
        blocks=tuple(_innermost(definitions)),
    )


def code_parser(finder: Finder) -> Callable[[bytes, str], Document]:
    """A parser for the language that `finder` reads."""
    return lambda data, name: parse_code(decode(data), name, finder)


def _refuse_machine_made(text: str) -> None:
    lines = text.count("\n") + 1
    if len(text) > _MINIFIED_CHARACTERS and len(text) > _MINIFIED_MEAN_LINE * lines:
        raise Unreadable("minified code: its lines were not written by people")
    if any(len(line) > _LONG_LINE_CHARACTERS for line in text.split("\n")):
        raise Unreadable("generated code: it has lines of more than 10,000 characters")
    if _GENERATED.search("\n".join(text.split("\n", _GENERATED_WITHIN_LINES)[:_GENERATED_WITHIN_LINES])):
        raise Unreadable("generated code, as its first lines say")


def _shown(definitions: Sequence[Definition]) -> Iterator[Definition]:
    """The definitions without those that lie within a small one."""
    whole_until = 0
    for definition in definitions:
        if definition.end > whole_until or definition.start >= whole_until:
            yield definition
            if definition.end - definition.start <= _WHOLE_CHARACTERS:
                whole_until = definition.end


def _headings(text: str, definitions: Sequence[Definition]) -> Iterator[Heading]:
    """A heading for each definition, and one without title where what follows belongs to it no more."""
    ends: list[Definition] = []
    for definition in definitions:
        yield from _ended(text, ends, definition.start)
        yield Heading(definition.start, min(definition.depth + 1, _MAX_LEVEL), definition.name, keeps_line=True)
        ends.append(definition)
    yield from _ended(text, ends, len(text))


def _ended(text: str, open_definitions: list[Definition], position: int) -> Iterator[Heading]:
    """An untitled heading where the outermost of the definitions that end before `position` does, if text follows."""
    ended = None
    while open_definitions and open_definitions[-1].end <= position:
        ended = open_definitions.pop()
    if ended and text[ended.end : position].strip():
        yield Heading(ended.end, min(ended.depth + 1, _MAX_LEVEL), "", keeps_line=True)


def _innermost(definitions: Sequence[Definition]) -> Iterator[tuple[int, int]]:
    for number, definition in enumerate(definitions, start=1):
        if number == len(definitions) or definitions[number].start >= definition.end:
            yield definition.start, definition.end

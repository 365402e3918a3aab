"""Definitions in source code: functions, classes and whatever else has a name and a body.

Python has its own grammar. Other languages are read without one: by indentation, by statements, or by braces, where
strings and comments are told from code, braces are matched, and the words before a brace say what it opens. That
reads two dozen languages, even where a file has errors.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

_INDENTATION = re.compile(r"[ \t]*")
_PYTHON = re.compile(r"[ \t]*(?:(?:async[ \t]+)?def|class)[ \t]+(\w+)")
_CLOSING = re.compile(r"[ \t]*(?:end\b|[)\]}])")


@dataclass(frozen=True, slots=True)
class Definition:
    """`name` is defined in `text[start:end]`, its comments and decorators included, `depth` definitions deep."""

    name: str
    start: int
    end: int
    depth: int


def python_definitions(text: str) -> list[Definition]:
    """Functions and classes of a module, not those within functions; by indentation where Python cannot parse it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes and the like in the file
            module = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return indented_definitions(text, _PYTHON)
    return list(_within(module.body, _line_starts(text), 0))


def indented_definitions(text: str, pattern: re.Pattern[str]) -> list[Definition]:
    """Definitions whose bodies are indented; the first group of `pattern` that matches in a line is the name."""
    lines = text.split("\n")
    starts = _line_starts(text)
    found: list[Definition] = []
    open_until: list[int] = []  # the ends of the definitions that a line is in
    for number, line in enumerate(lines):
        if match := pattern.match(line):
            open_until = [end for end in open_until if end > starts[number]]
            end = starts[_body_end(lines, number)] - 1
            first = number  # of the comments and decorators directly above
            while first and lines[first - 1].lstrip().startswith(("#", "--", "@", "//")):
                first -= 1
            found.append(Definition(_name(match), starts[first], end, len(open_until)))
            open_until.append(end)
    return found


def statements(text: str, pattern: re.Pattern[str]) -> list[Definition]:
    """Definitions that reach to the next one: statements of SQL."""
    matches = list(pattern.finditer(text))
    starts = [*(match.start() for match in matches), len(text)]
    return [Definition(_name(match), *span, 0) for match, span in zip(matches, pairwise(starts), strict=True)]


def _within(body: Sequence[ast.stmt], starts: Sequence[int], depth: int) -> Iterator[Definition]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            yield Definition(node.name, starts[first - 1], starts[node.end_lineno or first] - 1, depth)
            if isinstance(node, ast.ClassDef):
                yield from _within(node.body, starts, depth + 1)


def _line_starts(text: str) -> list[int]:
    """The start of each line, and of one after the last."""
    return [0, *accumulate(len(line) + 1 for line in text.split("\n"))]


def _body_end(lines: Sequence[str], first: int) -> int:
    """The number of the line after the body: it is indented no deeper, and does not close the definition."""
    margin = _margin(lines[first])
    last = first
    for number in range(first + 1, len(lines)):
        if lines[number].strip():
            if _margin(lines[number]) <= margin:
                return number + 1 if _CLOSING.match(lines[number]) and _margin(lines[number]) == margin else last + 1
            last = number
    return last + 1


def _margin(line: str) -> int:
    found = _INDENTATION.match(line)
    return len(found[0].expandtabs(8)) if found else 0


def _name(match: re.Match[str]) -> str:
    return next((group for group in match.groups() if group), "")


_SLASH_COMMENTS = r"//[^\n]*|/\*.*?(?:\*/|\Z)"
_STRINGS = r"\"\"\".*?(?:\"\"\"|\Z)|\"(?:\\.|[^\"\\\n])*\"?|`[^`]*`?"
_LETTER = r"'(?:\\.[^'\n]*|[^'\\\n])'"  # of one letter only: in Rust `'a` is no string
_QUOTED = r"'(?:\\.|[^'\\\n])*'?"
_PREPROCESSOR = r"(?m:^)[ \t]*\#(?:\\\n|[^\n])*"
_HASH_COMMENTS = r"(?:(?<=\s)|(?m:^))\#[^\n]*"


def _tokens(*skipped: str) -> re.Pattern[str]:
    return re.compile(f"(?P<skipped>{'|'.join(skipped)})|[{{}};]", re.DOTALL)


C_TOKENS = _tokens(_SLASH_COMMENTS, _STRINGS, _LETTER, _PREPROCESSOR)
RUST_TOKENS = _tokens(_SLASH_COMMENTS, _STRINGS, _LETTER)
SCRIPT_TOKENS = _tokens(_SLASH_COMMENTS, _STRINGS, _QUOTED)
HASH_TOKENS = _tokens(_HASH_COMMENTS, _STRINGS, _QUOTED)

_MAX_HEADER_CHARACTERS = 2000
_LETTERS = re.compile(r"[^\n]")
_WORD = r"[\w$.:~#?!-]*[\w$]"
_CONTAINER = re.compile(
    r"\b(?:class|struct|interface|trait|enum|record|object|namespace|module|mod|extension|protocol|union|actor|"
    rf"message|service)\s+(?:class\s+)?(?P<name>{_WORD})|\b(?P<impl>impl\b[^{{]*)|\btype\s+(?P<go>\w+)\s+(?:struct|interface)\b"
)
_FUNCTION = re.compile(
    rf"\b(?:function|func|fn|fun|def|sub|proc|rpc)(?:\s*+\*)?\s++(?:\([^()]*\)\s*)?(?P<name>{_WORD})|"
    r"(?<![\w$.])(?P<assigned>[\w$.]+)\s*(?:=|:|<-)\s*(?:async\s*)?(?:function\b[^{]*|(?:\([^{}]*\)|\w+)[^{}=]*=>)\s*\Z"
)
_CALLABLE = re.compile(r"(?P<name>operator\s*\S{1,3}|(?<![\w$:~#-])[\w$:~#-]*[\w$])\s*(?:<[^<>()]*>)?\s*\(")
_AFTER_PARAMETERS = re.compile(r"\)[\w\s:<>,*&?.\[\]|()\"'@=-]*\Z")
_CONTROL = frozenset(
    "if for while switch catch return else do with until unless elseif elif foreach using lock synchronized fixed "
    "when match loop select try throw new await super this sizeof typeof defer go guard repeat case".split()
)
_TRANSPARENT = re.compile(
    r"\A\s*(?:extern\s*\"C\"|namespace)\s*\Z|\bfunction\s*\([^()]*\)\s*\Z|\(\s*\([^()]*\)\s*=>\s*\Z"
)
# Comments, attributes and annotations before a definition may look like calls.
_ASIDE = re.compile(
    r"//[^\n]*|/\*.*?\*/|(?m:^[ \t]*\#[^\n]*)|(?m:^)[ \t]*\[[^\]\n]*\]|@[\w.]+(?:\([^()]*\))?", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class _OpenBrace:
    """A brace that is open, `depth` definitions deep. `is_entered`: definitions are looked for within it."""

    name: str
    start: int
    depth: int
    is_entered: bool


def brace_definitions(text: str, tokens: re.Pattern[str]) -> list[Definition]:
    """Functions, classes and the like, not those within functions, in order of their start."""
    found: list[Definition] = []
    stack: list[_OpenBrace] = []
    boundary = 0
    for token in tokens.finditer(text):
        if token["skipped"] is not None:
            continue
        if token[0] == "{":
            outer = stack[-1] if stack else _OpenBrace("", 0, 0, is_entered=True)
            unnamed = _OpenBrace("", 0, 0, is_entered=False)
            stack.append(_opened(text, boundary, token.start(), outer) if outer.is_entered else unnamed)
        elif token[0] == "}" and stack:
            brace = stack.pop()
            if brace.name:
                found.append(Definition(brace.name, brace.start, token.end(), brace.depth))
        boundary = token.end()
    return sorted(found, key=lambda definition: (definition.start, -definition.end))


def _opened(text: str, boundary: int, brace: int, outer: _OpenBrace) -> _OpenBrace:
    """The brace at `brace`, judged by the words since the last brace or semicolon, which ends at `boundary`."""
    start = max(boundary, brace - _MAX_HEADER_CHARACTERS)
    words = _ASIDE.sub(lambda found: _LETTERS.sub(" ", found[0]), text[start:brace])
    depth = outer.depth + bool(outer.name)
    if container := _CONTAINER.search(words):
        name = container["name"] or container["go"] or container["impl"]
        return _OpenBrace(
            " ".join(name.split()), _start(text, start, start + container.start()), depth, is_entered=True
        )
    if function := _FUNCTION.search(words) or _callable(words):
        groups = function.groupdict()
        name = " ".join((groups["name"] or groups.get("assigned") or "").split())
        return _OpenBrace(name, _start(text, start, start + function.start()), depth, is_entered=False)
    return _OpenBrace("", 0, depth, bool(_TRANSPARENT.search(words)))


def _callable(header: str) -> re.Match[str] | None:
    """A name before parentheses, as functions of C and methods of Java are written; None of a call or a condition."""
    found = _CALLABLE.search(header)
    if not found or found["name"] in _CONTROL or not _AFTER_PARAMETERS.search(header):
        return None
    before = header[: found.start()].split()
    return None if any(word in _CONTROL or "=" in word for word in before) else found


def _start(text: str, boundary: int, keyword: int) -> int:
    """The first of the lines without a blank one among them that lead to the keyword: comments, attributes, types."""
    start = text.rfind("\n", boundary, keyword) + 1 or boundary
    while start > boundary:
        above = text.rfind("\n", boundary, start - 1) + 1 or boundary
        if not text[above : start - 1].strip() or (above == boundary and boundary and text[boundary] != "\n"):
            break
        start = above
    return start

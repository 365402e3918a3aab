"""Definitions in source code: functions, classes and what else has a name and a body."""

import ast
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

_INDENTATION = re.compile(r"[ \t]*")
_CLOSING = re.compile(r"[ \t]*(?:end\b|[)\]}])")


@dataclass(frozen=True, slots=True)
class Definition:
    """`name` is defined in `text[start:end]`, its comments and decorators included, `depth` definitions deep."""

    name: str
    start: int
    end: int
    depth: int


def python_definitions(text: str) -> list[Definition] | None:
    """Functions and classes of a module, not those within functions; None where Python cannot parse it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the file's own oddities, as escapes that mean nothing
            module = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return list(_python(module.body, _line_starts(text), 0))


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
            found.append(Definition(_name(match), starts[_with_comments(lines, number)], end, len(open_until)))
            open_until.append(end)
    return found


def statements(text: str, pattern: re.Pattern[str]) -> list[Definition]:
    """Definitions that reach to the next one: statements of SQL."""
    matches = list(pattern.finditer(text))
    starts = [*(match.start() for match in matches), len(text)]
    return [Definition(_name(match), *span, 0) for match, span in zip(matches, pairwise(starts), strict=True)]


def _python(body: Sequence[ast.stmt], starts: Sequence[int], depth: int) -> Iterator[Definition]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            yield Definition(node.name, starts[first - 1], starts[node.end_lineno or first] - 1, depth)
            if isinstance(node, ast.ClassDef):
                yield from _python(node.body, starts, depth + 1)


def _line_starts(text: str) -> list[int]:
    """Where each line starts, and where one after the last would."""
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


def _with_comments(lines: Sequence[str], number: int) -> int:
    """The first of the lines directly above that are comments or decorators."""
    while number and lines[number - 1].lstrip().startswith(("#", "--", "@", "//")):
        number -= 1
    return number


def _margin(line: str) -> int:
    found = _INDENTATION.match(line)
    return len(found[0].expandtabs(8)) if found else 0


def _name(match: re.Match[str]) -> str:
    return next((group for group in match.groups() if group), "")

"""`difficulty = 'advanced' AND model_applicable has 'llama'`: a filter over the metadata of files."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from operator import eq, ge, gt, le, lt
from typing import Any

from errors import AppError
from knowledge.document import Metadata

Test = Callable[[Metadata], bool]

_TOKEN = re.compile(r"\s*(?:(\()|(\))|(!=|<=|>=|=|<|>)|'((?:[^']|'')*)'|(-?\d+(?:\.\d+)?)|([A-Za-z_][\w-]*))")
_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {"=": eq, "<": lt, "<=": le, ">": gt, ">=": ge}
_OPERATORS = (*_COMPARISONS, "!=", "has")


class FilterInvalid(AppError):
    """The filter does not parse."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def parse_where(text: str) -> Test:
    """A test of a file's metadata. AND binds tighter than OR; NOT and brackets work; a missing key fails every
    comparison but `!=`. `has` looks in a list, or in a text for a part of it. Raises FilterInvalid."""
    parser = _Parser(_tokens(text), text)
    test = parser.alternatives()
    if parser.peek() is not None:
        raise parser.invalid()
    return test


def _tokens(text: str) -> list[_Token]:
    kinds = ("open", "close", "operator", "string", "number", "word")
    tokens, position = [], 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None or match.lastindex is None:
            raise _invalid(text, text[position:].split()[0])
        tokens.append(_Token(kinds[match.lastindex - 1], match.group(match.lastindex)))
        position = match.end()
    return tokens


def _invalid(text: str, near: str) -> FilterInvalid:
    hint = "Write it as: difficulty = 'advanced' AND model_applicable has 'llama'"
    return FilterInvalid(f"The filter {text!r} is not understood near {near!r}.", hint)


class _Parser:
    def __init__(self, tokens: list[_Token], text: str) -> None:
        self._tokens, self._text, self._next = tokens, text, 0

    def peek(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def invalid(self) -> FilterInvalid:
        token = self.peek()
        return _invalid(self._text, token.text if token else "the end")

    def alternatives(self) -> Test:
        tests = [self._conjunction()]
        while self._take_word("OR"):
            tests.append(self._conjunction())
        return lambda metadata: any(test(metadata) for test in tests)

    def _conjunction(self) -> Test:
        tests = [self._term()]
        while self._take_word("AND"):
            tests.append(self._term())
        return lambda metadata: all(test(metadata) for test in tests)

    def _term(self) -> Test:
        if self._take_word("NOT"):
            inner = self._term()
            return lambda metadata: not inner(metadata)
        if self._take("open"):
            inner = self.alternatives()
            self._expect("close")
            return inner
        return self._comparison()

    def _comparison(self) -> Test:
        key = self._expect("word").text
        token = self.peek()
        operator = token.text.lower() if token and token.kind in ("operator", "word") else ""
        if operator not in _OPERATORS:
            raise self.invalid()
        self._next += 1
        value = self._take("string") or self._expect("number")
        return lambda metadata: _compare(metadata.get(key), operator, value)

    def _take_word(self, word: str) -> bool:
        token = self.peek()
        if token and token.kind == "word" and token.text.upper() == word:
            self._next += 1
            return True
        return False

    def _take(self, kind: str) -> _Token | None:
        token = self.peek()
        if token and token.kind == kind:
            self._next += 1
            return token
        return None

    def _expect(self, kind: str) -> _Token:
        token = self._take(kind)
        if token is None:
            raise self.invalid()
        return token


def _compare(actual: object, operator: str, value: _Token) -> bool:
    if operator == "!=":
        return not _compare(actual, "=", value)
    if actual is None:
        return False
    if operator == "has":
        return _unquoted(value) in (actual if isinstance(actual, tuple) else str(actual))
    wanted = _unquoted(value)
    if value.kind == "number" and isinstance(actual, int | float):
        return bool(_COMPARISONS[operator](float(actual), float(wanted)))
    return bool(_COMPARISONS[operator](str(actual), wanted))


def _unquoted(value: _Token) -> str:
    return value.text.replace("''", "'")

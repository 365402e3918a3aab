"""Filters over the metadata of files, as in `difficulty = 'advanced' AND model_applicable has 'llama'`."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from operator import eq, ge, gt, le, lt
from typing import Any, Protocol

from errors import AppError
from knowledge.document import Metadata
from knowledge.index.entry import Both, Either, FactFilter, HasAny, Not, fact, values_of

Test = Callable[[Metadata], bool]

_TOKEN = re.compile(r"\s*(?:(\()|(\))|(!=|<=|>=|=|<|>)|'((?:[^']|'')*)'|(-?\d+(?:\.\d+)?)|([A-Za-z_][\w-]*))")
_COMPARISONS: dict[str, Any] = {"=": eq, "<": lt, "<=": le, ">": gt, ">=": ge}
_OPERATORS = (*_COMPARISONS, "!=", "has")
_NAMED_KEYS, NAMED_VALUES = 12, 4  # in a hint, and of each key: what one takes in at a glance
_VALUE_CHARS = 30  # of each

FactValues = Mapping[str, Collection[str]]
"""For each key the distinct values that any file has, as `knowledge.index.entry.fact_values` writes them."""


class FilterInvalid(AppError):
    """The filter does not parse."""


class FilterKeyUnknown(FilterInvalid):
    """No file has one of the filter's keys."""

    def __init__(self, key: str, known: Mapping[str, Sequence[object]]) -> None:
        """`known`: the keys that files have, and some values of each."""
        near = get_close_matches(key, known, n=1)
        meant = f"Did you mean {near[0]}? " if near else ""
        more = f" and {len(known) - _NAMED_KEYS:,} more" if len(known) > _NAMED_KEYS else ""
        keys = ", ".join(f"{name} ({_some(known[name])})" for name in sorted(known)[:_NAMED_KEYS])
        names = f"The keys are {keys}{more}." if known else "No file has any key yet."
        super().__init__(f"No indexed file has the key {key!r}.", f"{meant}{names}")


def _some(values: Sequence[object]) -> str:
    """A few values, each of one line at the most."""
    plain = [str(value).lower() if isinstance(value, bool) else str(value) for value in values]
    cut = [text if len(text) <= _VALUE_CHARS else f"{text[:_VALUE_CHARS]}…" for text in plain[:NAMED_VALUES]]
    return ", ".join([*cut, "…"] if len(plain) > NAMED_VALUES else cut)


class Where(Protocol):
    """A parsed filter."""

    @property
    def keys(self) -> frozenset[str]:
        """The metadata keys in the filter."""
        ...

    def test(self, metadata: Metadata) -> bool:
        """True if a file with this metadata passes."""
        ...

    def predicate(self, values: FactValues) -> FactFilter:
        """The same filter over facts. `values` must have every value of `keys` that occurs in any file."""
        ...


def parse_where(text: str) -> Where:
    """Parse a filter. AND binds tighter than OR; NOT and brackets are allowed.

    A value of one word needs no quotes. A missing key fails every comparison but `!=`. `has` finds an element of a
    list, or a part of a text; a list fails every other comparison but `!=`. Raises FilterInvalid.
    """
    parser = _Parser(_tokens(text), text)
    where = parser.alternatives()
    if parser.peek() is not None:
        raise parser.invalid()
    return where


def all_filters(filters: Iterable[str | None]) -> str | None:
    """Return the filter that passes what all of these pass; None where there are none. Raises FilterInvalid."""
    given = [text for text in filters if text]
    for text in given:
        parse_where(text)  # each by itself, before brackets are put around it
    return " AND ".join(f"({text})" for text in given) if len(given) > 1 else next(iter(given), None)


@dataclass(frozen=True, slots=True)
class _Comparison:
    key: str
    operator: str
    value: str
    is_number: bool

    @property
    def keys(self) -> frozenset[str]:
        return frozenset({self.key})

    def test(self, metadata: Metadata) -> bool:
        actual = metadata.get(self.key)
        return actual is not None and self._passes(actual)

    def predicate(self, values: FactValues) -> FactFilter:
        stored = list(values.get(self.key, ()))
        passing = sorted(text for text, value in zip(stored, values_of(stored), strict=True) if self._passes(value))
        return HasAny(tuple(fact(self.key, text) for text in passing))

    def _passes(self, actual: object) -> bool:
        if self.operator == "has":
            return self.value in (actual if isinstance(actual, tuple) else str(actual))
        if isinstance(actual, tuple):
            return False
        if self.is_number and isinstance(actual, int | float):
            return bool(_COMPARISONS[self.operator](float(actual), float(self.value)))
        text = str(actual).lower() if isinstance(actual, bool) else str(actual)  # as front matter has it
        return bool(_COMPARISONS[self.operator](text, self.value))


@dataclass(frozen=True, slots=True)
class _Not:
    inner: Where

    @property
    def keys(self) -> frozenset[str]:
        return self.inner.keys

    def test(self, metadata: Metadata) -> bool:
        return not self.inner.test(metadata)

    def predicate(self, values: FactValues) -> FactFilter:
        return Not(self.inner.predicate(values))


@dataclass(frozen=True, slots=True)
class _All:
    parts: tuple[Where, ...]

    @property
    def keys(self) -> frozenset[str]:
        return frozenset().union(*(part.keys for part in self.parts))

    def test(self, metadata: Metadata) -> bool:
        return all(part.test(metadata) for part in self.parts)

    def predicate(self, values: FactValues) -> FactFilter:
        return Both(tuple(part.predicate(values) for part in self.parts))


@dataclass(frozen=True, slots=True)
class _Any:
    parts: tuple[Where, ...]

    @property
    def keys(self) -> frozenset[str]:
        return frozenset().union(*(part.keys for part in self.parts))

    def test(self, metadata: Metadata) -> bool:
        return any(part.test(metadata) for part in self.parts)

    def predicate(self, values: FactValues) -> FactFilter:
        return Either(tuple(part.predicate(values) for part in self.parts))


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


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

    def alternatives(self) -> Where:
        parts = [self._conjunction()]
        while self._accept_word("OR"):
            parts.append(self._conjunction())
        return _Any(tuple(parts)) if len(parts) > 1 else parts[0]

    def _conjunction(self) -> Where:
        parts = [self._term()]
        while self._accept_word("AND"):
            parts.append(self._term())
        return _All(tuple(parts)) if len(parts) > 1 else parts[0]

    def _term(self) -> Where:
        if self._accept_word("NOT"):
            return _Not(self._term())
        if self._accept("open"):
            inner = self.alternatives()
            self._expect("close")
            return inner
        return self._comparison()

    def _comparison(self) -> Where:
        key = self._expect("word").text
        token = self.peek()
        operator = token.text.lower() if token and token.kind in ("operator", "word") else ""
        if operator not in _OPERATORS:
            raise self.invalid()
        self._next += 1
        value = self._accept("string") or self._accept("number") or self._expect("word")
        wanted, is_number = value.text.replace("''", "'"), value.kind == "number"
        if operator == "!=":
            return _Not(_Comparison(key, "=", wanted, is_number))
        return _Comparison(key, operator, wanted, is_number)

    def _accept_word(self, word: str) -> bool:
        token = self.peek()
        if token and token.kind == "word" and token.text.upper() == word:
            self._next += 1
            return True
        return False

    def _accept(self, kind: str) -> _Token | None:
        token = self.peek()
        if token and token.kind == kind:
            self._next += 1
            return token
        return None

    def _expect(self, kind: str) -> _Token:
        token = self._accept(kind)
        if token is None:
            raise self.invalid()
        return token

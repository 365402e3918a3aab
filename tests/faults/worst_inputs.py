"""The worst that can be put before each regular expression of our code: runs of whatever its parts can match.

Run as a program, it tries every pattern that stands in a module and prints those that take more than linear time.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from re import _constants as codes, _parser  # type: ignore[attr-defined]
from types import FrameType, ModuleType
from typing import Any

SCREENED, LONG = 10_000, 1_000_000  # characters
# At 10,000 characters a quadratic pattern takes 300 ms and a linear one 0.1 ms; at a million the linear one takes 50.
# The limits, of processor time, leave room for a busy machine.
SCREENED_LIMIT_S, LONG_LIMIT_S = 0.08, 2.0
# Of what the code hands to these; they are tried at that length alone.
BOUNDED = {
    "knowledge.cutting.abbreviations": 24,
    "knowledge.parse.formats._SHEBANG": 4_096,
    "knowledge.parse.web.html._DECLARED": 4_096,
    "knowledge.parse.web.epub._DOCTYPE": 20_000,
    "knowledge.parse.text.definitions._FUNCTION": 2_000,
    "knowledge.parse.text.definitions._CALLABLE": 2_000,
    "knowledge.parse.text.definitions._AFTER_PARAMETERS": 2_000,
    "knowledge.parse.text.definitions._ASIDE": 2_000,
    "knowledge.parse.text.definitions._CONTAINER": 2_000,
    "knowledge.parse.text.definitions._TRANSPARENT": 2_000,
    "knowledge.parse.office.xlsx_format": 255,
    "knowledge.whole.cells._NUMBER": 100,
}
# How a pattern is used that its own module only hands on.
USED_AS = {"knowledge.parse.text.code": "match", "knowledge.parse.text.definitions._PYTHON": "match"}
METHODS = ("search", "match", "fullmatch", "finditer", "sub", "split", "findall")
_ANYWHERE = (
    *" \n\t.a1-`|*#=<[(一。&\"'\\{_",
    *("`a`. ", "[(", "- ", "| ", "a.", "a@", "\n\n", "\n ", "<!--", "<a ", "a b ", "1,", "//", "/*", "a:"),
)
_TAILS = ("", "\x00", "x")


@dataclass(frozen=True, slots=True)
class Found:
    """A pattern by name, and how it is used."""

    name: str
    pattern: re.Pattern[Any]
    methods: tuple[str, ...]


def patterns(packages: tuple[str, ...]) -> Iterator[Found]:
    """Every pattern that stands in a module, alone or in a tuple, list or dict, with the methods that the module calls.

    Where these cannot be told, `search` stands for them.
    """
    for package in map(importlib.import_module, packages):
        for at in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            try:
                module = importlib.import_module(at.name)
            except ImportError:  # an engine or an extra that is not installed
                continue
            yield from _in_module(module)


def _in_module(module: ModuleType) -> Iterator[Found]:
    source = inspect.getsource(module)
    for name, value in vars(module).items():
        if isinstance(value, re.Pattern) and f"{name} = " not in source and f"{name}, " not in source:
            continue  # imported from another module
        used = tuple(m for m in METHODS if re.search(rf"\b{re.escape(name)}\.{m}\b", source))
        for place, pattern in _inside(value):
            yield Found(
                f"{module.__name__}.{name}{place}",
                pattern,
                used or (USED_AS.get(module.__name__) or USED_AS.get(f"{module.__name__}.{name}", "search"),),
            )


def _inside(value: object) -> Iterator[tuple[str, re.Pattern[Any]]]:
    if isinstance(value, re.Pattern):
        yield "", value
    elif isinstance(value, tuple | list):
        for at, part in enumerate(value):
            yield from ((f"[{at}]{place}", pattern) for place, pattern in _inside(part))
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from ((f"[{key!r}]{place}", pattern) for place, pattern in _inside(part))


def worst_inputs(pattern: re.Pattern[Any], length: int) -> Iterator[Any]:
    """Texts of about so many characters: each part of the pattern repeated, behind what leads up to it."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    tree = _parser.parse(source, pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags)
    units = {("", unit) for unit in _ANYWHERE} | {*_units(tree, "")}
    whole = _sample(tree)
    units |= {("", whole), ("", whole[:-1]), *(("", lead + unit) for lead, unit in units if lead)}
    for lead, unit in sorted(units):
        for tail in _TAILS if unit else ():
            text = lead + unit * (length // len(unit)) + tail
            yield text if isinstance(pattern.pattern, str) else text.encode("latin-1", "replace")


def _units(tree: Any, lead: str) -> Iterator[tuple[str, str]]:
    """(what leads up to it, what can be repeated) for each repeat in the pattern, at any depth."""
    for code, value in tree:
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            for sample in _samples(value[2]):
                yield lead, sample
            yield from _units(value[2], lead)
        elif code is codes.SUBPATTERN:
            yield from _units(value[3], lead)
        elif code is codes.ATOMIC_GROUP:
            yield from _units(value, lead)
        elif code is codes.BRANCH:
            for branch in value[1]:
                yield from _units(branch, lead)
        elif code in (codes.ASSERT, codes.ASSERT_NOT):
            yield from _units(value[1], lead)
        lead += _sample([(code, value)])


def _samples(tree: Any) -> Iterator[str]:
    """Different texts that a repeated part matches once."""
    yield _sample(tree)
    for code, value in tree:
        if code is codes.IN:
            yield from (_character([item]) for item in value if item[0] is not codes.NEGATE)
        if code is codes.BRANCH:
            yield from map(_sample, value[1])


def _sample(tree: Any) -> str:
    """A short text that the pattern matches, as far as it is told without trying."""
    return "".join(_sample_of(code, value) for code, value in tree)


def _sample_of(code: Any, value: Any) -> str:
    if code is codes.LITERAL:
        return chr(value)
    if code is codes.NOT_LITERAL:
        return "b" if value == ord("a") else "a"
    if code is codes.ANY:
        return "a"
    if code is codes.IN:
        return _character(value)
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        return _sample(value[2]) * min(max(int(value[0]), 1), 4)
    if code is codes.SUBPATTERN:
        return _sample(value[3])
    if code is codes.ATOMIC_GROUP:
        return _sample(value)
    return _sample(value[1][0]) if code is codes.BRANCH else ""


def _character(items: Any) -> str:
    """A character of the class."""
    if items and items[0][0] is codes.NEGATE:
        excluded = re.compile("[" + "".join(map(_class_of, items[1:])) + "]")
        return next((c for c in "a b1.-_/é一\n" if not excluded.match(c)), "a")
    code, value = items[0]
    if code is codes.RANGE:
        return chr(value[0])
    if code is codes.CATEGORY:
        kinds: dict[Any, str] = {codes.CATEGORY_SPACE: " ", codes.CATEGORY_DIGIT: "1", codes.CATEGORY_NOT_WORD: "-"}
        return kinds.get(value, "a")
    return chr(value) if code is codes.LITERAL else "a"


def _class_of(item: Any) -> str:
    code, value = item
    if code is codes.CATEGORY:
        classes: dict[Any, str] = {
            codes.CATEGORY_SPACE: r"\s", codes.CATEGORY_NOT_SPACE: r"\S", codes.CATEGORY_DIGIT: r"\d",
            codes.CATEGORY_NOT_DIGIT: r"\D", codes.CATEGORY_WORD: r"\w", codes.CATEGORY_NOT_WORD: r"\W",
        }  # fmt: skip
        return classes[value]
    if code is codes.RANGE:
        return f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
    return re.escape(chr(value))


def seconds(found: Found, method: str, text: Any, limit_s: float) -> float:
    """How long the call takes; more than `limit_s` where it was stopped."""
    call = getattr(found.pattern, method)
    empty = "" if isinstance(text, str) else b""
    signal.setitimer(signal.ITIMER_VIRTUAL, limit_s)
    began = time.process_time()
    try:
        for _ in call(text) if method == "finditer" else [call(empty, text) if method == "sub" else call(text)]:
            pass
    except TimeoutError:
        return 2 * limit_s
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return time.process_time() - began


def slow_patterns(packages: tuple[str, ...]) -> Iterator[str]:
    """A line for each pattern and input that takes more than linear time."""
    for found in patterns(packages):
        for method in found.methods:
            length = next((most for name, most in BOUNDED.items() if found.name.startswith(name)), SCREENED)
            inputs = [*worst_inputs(found.pattern, length)]
            times = [seconds(found, method, text, SCREENED_LIMIT_S) for text in inputs]
            worst = max(range(len(inputs)), key=times.__getitem__)
            long = inputs[worst] * (LONG // max(len(inputs[worst]), 1))
            if times[worst] > SCREENED_LIMIT_S:
                yield f"{found.name}.{method} {inputs[worst][:60]!r} … {inputs[worst][-10:]!r}"
            elif length == SCREENED and seconds(found, method, long, LONG_LIMIT_S) > LONG_LIMIT_S:
                yield f"{found.name}.{method} {inputs[worst][:60]!r} … at {LONG:,} characters"


def _stop(number: int, frame: FrameType | None) -> None:
    raise TimeoutError


if __name__ == "__main__":
    signal.signal(signal.SIGVTALRM, _stop)
    for line in slow_patterns(tuple(sys.argv[1:])):
        print(line, flush=True)  # noqa: T201

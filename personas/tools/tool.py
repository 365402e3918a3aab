"""A tool: typed inputs with units and limits, a JSON Schema made from them, and figures with units as its result."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields, replace
from difflib import get_close_matches
from typing import Any, get_args, get_type_hints

from errors import AppError

_LONGEST_VALUE = 80  # characters of an input, where the inputs are named in one line


class ToolNotFound(AppError):
    """No tool has this name."""


class ToolArgumentInvalid(AppError):
    """An argument is unknown, missing, of the wrong type or out of its range."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number of a result. `unit` may be empty; `note`: how it was computed."""

    name: str
    value: float
    unit: str = ""
    note: str = ""

    @property
    def text(self) -> str:
        """The number with its unit, at three digits: `1.41 GB`, `0.0052 s`, `70.6 billion`."""
        shown = (
            f"{self.value:,.0f}" if abs(self.value) >= 1000 or self.value == int(self.value) else f"{self.value:.3g}"
        )
        return f"{shown} {self.unit}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolResult:
    """What a tool computed, from which inputs, and what follows from it in a sentence or two.

    `given`: the names of the inputs that were given; the others are defaults. `text`: Markdown that was made, such as
    a prompt or a list of times.
    """

    tool: str
    inputs: Mapping[str, Any]
    figures: tuple[Figure, ...]
    says: str
    given: tuple[str, ...] = ()
    text: str = ""

    def figure(self, name: str) -> Figure:
        """The figure of that name."""
        return next(one for one in self.figures if one.name == name)

    @property
    def markdown(self) -> str:
        """What follows, the text that was made, a table of the figures, and `Computed by …` with the inputs."""
        rows = "\n".join(f"| {one.name} | {one.text} | {one.note} |" for one in self.figures)
        table = f"| figure | value | from |\n|---|---:|---|\n{rows}" if rows else ""
        return "\n\n".join(filter(None, (self.says, self.text, table, f"{self.origin}.")))

    @property
    def origin(self) -> str:
        """`Computed by slo_budget from objective 99.9; assumed: days 30`."""
        named = [(name, _shortened(value)) for name, value in self.inputs.items()]
        given = ", ".join(f"{name} {value}" for name, value in named if name in self.given)
        assumed = ", ".join(f"{name} {value}" for name, value in named if name not in self.given)
        return (
            f"Computed by {self.tool}" + (f" from {given}" if given else "") + (f"; assumed: {assumed}" * bool(assumed))
        )


@dataclass(frozen=True, slots=True)
class Tool:
    """A function from one dataclass of inputs, made with `parameter`, to a result."""

    name: str
    summary: str
    inputs: type
    compute: Callable[[Any], ToolResult]

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema of the arguments (draft 2020-12)."""
        hints = get_type_hints(self.inputs)
        properties = {one.name: _property(hints[one.name], one) for one in fields(self.inputs)}
        required = [one.name for one in fields(self.inputs) if one.default is MISSING]
        return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}

    def run(self, arguments: Mapping[str, Any]) -> ToolResult:
        """The result for these arguments; numbers may be texts. Raises ToolArgumentInvalid."""
        known = {one.name: one for one in fields(self.inputs)}
        for name in arguments:
            if name not in known:
                near = next(iter(get_close_matches(name, known, n=1, cutoff=0.5)), "")
                hint = f"Did you mean {near}?" if near else f"It takes {', '.join(known)}."
                raise ToolArgumentInvalid(f"{self.name} has no argument {name}", hint)
        missing = [name for name, one in known.items() if one.default is MISSING and name not in arguments]
        if missing:
            raise ToolArgumentInvalid(f"{self.name} needs {', '.join(missing)}", known[missing[0]].metadata["about"])
        hints = get_type_hints(self.inputs)
        values = {name: _value(name, hints[name], known[name], given) for name, given in arguments.items()}
        return replace(self.compute(self.inputs(**values)), given=tuple(arguments))


def parameter(
    about: str,
    default: Any = MISSING,
    *,
    low: float | None = None,
    high: float | None = None,
    examples: Iterable[str] = (),
) -> Any:
    """A dataclass field of a tool's inputs. `about`: what it is, with its unit. `low`, `high`: limits of a number.

    `examples`: values of a text; others may be right too.
    """
    return field(default=default, metadata={"about": about, "low": low, "high": high, "examples": tuple(examples)})


def given_inputs(inputs: Any) -> dict[str, Any]:
    """The inputs that were given, and those with a default other than None."""
    return {name: value for name, value in asdict(inputs).items() if value is not None}


def _shortened(value: object) -> str:
    """A value in one line of at most a few words."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    text = f"{value:,.9g}" if is_number else f"{value}"
    line = " / ".join(part.strip() for part in text.splitlines() if part.strip())
    return line if len(line) <= _LONGEST_VALUE else f"{line[:_LONGEST_VALUE].rstrip()} …"


def _plain(hint: Any) -> Any:
    return (
        next((arg for arg in get_args(hint) if arg is not type(None)), hint) if type(None) in get_args(hint) else hint
    )


def _property(hint: Any, one: Any) -> dict[str, Any]:
    kind = _plain(hint)
    described: dict[str, Any] = {"description": one.metadata["about"]}
    if choices := get_args(kind):
        return {**described, "enum": list(choices)}
    described["type"] = {int: "integer", float: "number", str: "string", bool: "boolean"}[kind]
    for key, name in (("low", "minimum"), ("high", "maximum")):
        if one.metadata[key] is not None:
            described[name] = one.metadata[key]
    if one.metadata["examples"]:
        described["examples"] = list(one.metadata["examples"])
    if one.default is not MISSING and one.default is not None:
        described["default"] = one.default
    return described


def _value(name: str, hint: Any, one: Any, given: Any) -> Any:
    kind = _plain(hint)
    if choices := get_args(kind):
        if given not in choices:
            near = get_close_matches(str(given), map(str, choices), n=3, cutoff=0.3) or list(map(str, choices))
            raise ToolArgumentInvalid(f"{name} cannot be {given}", f"One of: {', '.join(near)}.")
        return given
    if kind is str:
        return str(given)
    if kind is bool:
        if str(given).casefold() not in ("true", "false", "yes", "no"):
            raise ToolArgumentInvalid(f"{name} must be true or false", f"It is {given}.")
        return str(given).casefold() in ("true", "yes")
    number = _number(str(given))
    if number is None or (kind is int and number != int(number)):
        wanted = "a whole number" if kind is int and number is not None else "a number"
        raise ToolArgumentInvalid(f"{name} must be {wanted}", f"It is {given}. {one.metadata['about']}")
    number = kind(number)
    low, high = one.metadata["low"], one.metadata["high"]
    if (low is not None and number < low) or (high is not None and number > high):
        limits = f"from {low:,} to {high:,}" if high is not None else f"at least {low:,}"
        raise ToolArgumentInvalid(f"{name} must be {limits}", f"It is {number:,.9g}.")
    return number


def _number(text: str) -> float | None:
    """The finite number that a text is, with commas between thousands or without; None of any other text."""
    try:
        number = float(re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text))
    except ValueError:
        return None
    return number if math.isfinite(number) else None

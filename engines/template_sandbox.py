"""Compiles chat templates so that none runs, or grows, without end: they come from downloaded files.

Jinja's sandbox keeps a template from Python's insides, not from three nested loops over a hundred thousand numbers.
Here each turn of a loop, each call and each filter is counted, and every text is measured.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from math import prod
from time import thread_time
from typing import Any, NoReturn, cast

from jinja2 import TemplateError, ext, nodes, pass_context, sandbox, visitor

from engines.errors import TemplateRefused, TemplateUnbounded

_MOST_SECONDS = 0.5  # of processor time for one rendering; the longest conversations take some ten milliseconds
_MOST_STEPS = 1_000_000
_MOST_CHARACTERS = 1 << 24  # of a text, beyond four times the conversation; a window of a million tokens has 4 million
_MOST_SOURCE = 1 << 18  # characters; the longest chat templates have some 30,000
_LARGEST_NUMBER = 10_000  # that a call or a filter may be given, as a width
_MOST_BITS = 4096  # of a whole number
_LARGEST_PRODUCT = 1 << 31  # of the sizes of all arguments: a word replaced in a long conversation has 2**26
_CHECKED_EVERY = 64  # steps, as asking for the time takes longer than most steps
_CONTAINERS = (list, tuple, dict, set)
_FAILURES = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RuntimeError)


class CompiledTemplate:
    """A template in the sandbox. Thread-safe."""

    def __init__(self, source: str, strftime_now: Callable[[str], str]) -> None:
        """Raises TemplateRefused when `source` is not a template."""
        if len(source) > _MOST_SOURCE:
            raise TemplateRefused(f"It has {len(source):,} characters; the longest have some 30,000.")
        self._environment = _BoundedEnvironment()
        self._environment.globals["raise_exception"] = _refuse
        self._environment.globals["strftime_now"] = strftime_now
        try:
            self._template = self._environment.from_string(source)
        except (TemplateError, SyntaxError, RecursionError, MemoryError) as error:
            raise TemplateRefused(str(error) or type(error).__name__) from error

    def render(self, messages: list[dict[str, str]], **values: object) -> str:
        """The text for these messages. Raises TemplateRefused, TemplateUnbounded."""
        characters = sum(len(message["content"]) for message in messages)
        self._environment.begin(_MOST_CHARACTERS + 4 * characters)
        try:
            rendered: str = self._template.render(messages=messages, **values)
        except (MemoryError, RecursionError) as error:
            raise TemplateUnbounded from error
        except _FAILURES as error:
            raise TemplateRefused(str(error)) from error
        return rendered


def _refuse(reason: object) -> NoReturn:
    raise TemplateRefused(str(reason))


class _GenerationBlocks(ext.Extension):
    """`{% generation %}` marks answers for training: its contents are kept."""

    tags = {"generation"}  # noqa: RUF012 - as Jinja declares it

    def parse(self, parser: Any) -> Any:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


class _Measuring(visitor.NodeTransformer):
    """Has the environment count the turns of loops, and join texts."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - as Jinja names it
        self.generic_visit(node)
        node.iter = _call("turns", cast(nodes.Expr, node.iter))
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802 - as Jinja names it
        self.generic_visit(node)
        return _call("join", *node.nodes)


def _call(method: str, *arguments: nodes.Expr) -> nodes.Call:
    return nodes.Call(nodes.EnvironmentAttribute(method), list(arguments), [], None, None)


class _BoundedEnvironment(sandbox.ImmutableSandboxedEnvironment):
    """Raises TemplateUnbounded once a rendering has taken too many steps, too long, or made too long a text."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self) -> None:
        super().__init__(
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.loopcontrols", _GenerationBlocks],
            optimized=False,  # nothing runs while it is compiled
            finalize=_measured_output,
        )
        self._rendering = threading.local()
        del self.globals["lipsum"]  # it writes as many words as it is asked for
        self.filters = {name: self._counted(function) for name, function in self.filters.items()}

    def begin(self, most_characters: int) -> None:
        """Begin to count for a rendering on this thread."""
        self._rendering.steps, self._rendering.characters = 0, 0
        self._rendering.most_characters = most_characters
        self._rendering.until = thread_time() + _MOST_SECONDS

    def step(self, *values: object) -> None:
        """Count a step that reads these values."""
        rendering = self._rendering
        rendering.steps += 1 + sum(map(_weight, values))
        is_checked = bool(values) or rendering.steps % _CHECKED_EVERY == 0
        if rendering.steps > _MOST_STEPS or (is_checked and thread_time() > rendering.until):
            raise TemplateUnbounded

    def turns(self, items: Iterable[object]) -> Iterable[object]:
        """The items of a loop, each a step."""
        return _Turns(self, items)

    def join(self, *parts: object) -> str:
        """The parts as one text."""
        self.step(*parts)
        joined: str = self._measured("".join([self._measured(str(part)) for part in parts]))
        return joined

    def put_out(self, value: Any) -> Any:
        """The value, counted as a part of the text."""
        self.step(value)
        self._rendering.characters += len(value) if isinstance(value, str) else 1
        if self._rendering.characters > self._rendering.most_characters:
            raise TemplateUnbounded
        return value

    def call(self, context: Any, function: Any, *arguments: Any, **named: Any) -> Any:
        """Call what a template calls."""
        self._check(getattr(function, "__self__", None), *arguments, *named.values())
        return self._measured(sandbox.SandboxedEnvironment.call(self, context, function, *arguments, **named))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Compute an operation whose result may be large."""
        if isinstance(left, int) and isinstance(right, int):
            if operator == "**" and left.bit_length() * right > _MOST_BITS:
                raise TemplateUnbounded
        elif operator == "*":
            self._check(left, right)
        self.step(left, right)
        return self._measured(super().call_binop(context, operator, left, right))

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        template: nodes.Template = _Measuring().visit(super()._parse(source, name, filename))
        template.set_environment(self)
        return template

    def _counted(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The filter, each use of which is a step."""

        @wraps(function)
        def count(*arguments: Any, **named: Any) -> Any:
            self._check(*arguments, *named.values())
            return self._measured(function(*arguments, **named))

        return count

    def _check(self, *arguments: object) -> None:
        """Count a step with arguments: its result may be as large as all of them multiplied."""
        self.step(*arguments)
        sizes = [
            one if type(one) is int else len(one) if isinstance(one, str | list | tuple) else 1 for one in arguments
        ]
        numbers = [one for one in arguments if type(one) is int]
        if prod(max(1, size) for size in sizes) > _LARGEST_PRODUCT or any(one > _LARGEST_NUMBER for one in numbers):
            raise TemplateUnbounded

    def _measured(self, value: Any) -> Any:
        """The value, unless it is too long a text or number."""
        if isinstance(value, str) and len(value) > self._rendering.most_characters:
            raise TemplateUnbounded
        if isinstance(value, int) and value.bit_length() > _MOST_BITS:
            raise TemplateUnbounded
        return value


class _Turns:
    """The items of a loop; its length is known where that of the items is."""

    def __init__(self, environment: _BoundedEnvironment, items: Iterable[object]) -> None:
        self._environment, self._items = environment, items

    def __len__(self) -> int:
        return len(self._items)  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[object]:
        for item in self._items:
            self._environment.step()
            yield item


@pass_context
def _measured_output(context: Any, value: Any) -> Any:
    return context.environment.put_out(value)


def _weight(value: object) -> int:
    """The number of values inside of nested ones, each counted wherever it stands."""
    count, stack = 0, [value]
    while stack:
        one = stack.pop()
        if isinstance(one, _CONTAINERS):
            count += len(one)
            if count > _MOST_STEPS:
                raise TemplateUnbounded
            stack += one.values() if isinstance(one, dict) else one
    return count

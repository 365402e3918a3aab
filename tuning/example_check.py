"""Checks examples before any time is spent on them: their form, length, repetition, and personal data."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.guards import find_personal
from engines import ChatTokens, Message, TokenSequence
from errors import AppError
from tuning.examples import Example, LineProblem, read_examples
from tuning.plan import DataPlan

_SHOWN = 5  # problems named in an error


class ExamplesInvalid(AppError):
    """Examples have problems that must be corrected first."""


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file of examples as tokens, in its order, without the lines that have a problem that stops."""

    path: Path
    sequences: tuple[TokenSequence, ...]
    problems: tuple[LineProblem, ...]

    @property
    def answer_tokens(self) -> int:
        """The number of tokens to learn from."""
        return sum(one.answer_tokens for one in self.sequences)

    @property
    def lengths(self) -> tuple[int, int, int]:
        """The shortest, the median and the longest conversation, in tokens."""
        found = sorted(map(len, self.sequences)) or [0]
        return found[0], round(statistics.median(found)), found[-1]


def check_files(data: DataPlan, tokens: ChatTokens) -> tuple[CheckedFile, CheckedFile | None]:
    """The examples to train on and those held out. Raises ExamplesUnreadable, TemplateRefused."""
    seen = dict[tuple[Message, ...], int]()
    train = _check(data.train, data, tokens, seen, {})
    if data.held_out is None:
        return train, None
    return train, _check(data.held_out, data, tokens, {}, seen)


def refuse_problems(*files: CheckedFile | None) -> None:
    """Raises ExamplesInvalid where a file has a problem that stops, or nothing is left to learn from."""
    for file in filter(None, files):
        stopping = [one for one in file.problems if one.stops]
        if stopping:
            named = [f"line {one.line}: {one.problem}: {one.detail}" for one in stopping[:_SHOWN]]
            rest = [f"and {len(stopping) - _SHOWN:,} more: `carrel tune check` lists them"] * (len(stopping) > _SHOWN)
            raise ExamplesInvalid(f"{file.path.name} has {len(stopping):,} problems", "\n".join([*named, *rest]))
        if not file.answer_tokens:
            raise ExamplesInvalid(f"{file.path.name} has no answers to learn from", "Add examples with answers.")


def _check(
    path: Path,
    data: DataPlan,
    tokens: ChatTokens,
    seen: dict[tuple[Message, ...], int],
    trained_on: dict[tuple[Message, ...], int],
) -> CheckedFile:
    """`seen`: gets the line of each conversation. `trained_on`: those that must not be held out too."""
    examples, problems = read_examples(path)
    sequences, found = [], list(problems)
    for example in examples:
        sequence = tokens.sequence(example.messages)
        wrong = [*_problems(example, sequence, data, seen, trained_on)]
        found += wrong
        if not any(one.stops for one in wrong):
            sequences.append(sequence)
        seen.setdefault(example.messages, example.line)
    return CheckedFile(path, tuple(sequences), tuple(sorted(found, key=lambda one: one.line)))


def _problems(
    example: Example,
    sequence: TokenSequence,
    data: DataPlan,
    seen: dict[tuple[Message, ...], int],
    trained_on: dict[tuple[Message, ...], int],
) -> Iterator[LineProblem]:
    if len(sequence) > data.max_tokens:
        detail = f"{len(sequence):,} tokens. Shorten it, or raise max_tokens, which is {data.max_tokens:,}."
        yield LineProblem(example.line, "too long", detail)
    if example.messages in seen:
        yield LineProblem(example.line, "duplicate", f"It is the same as line {seen[example.messages]}.", stops=False)
    if example.messages in trained_on:
        detail = f"It is line {trained_on[example.messages]} of the training examples too."
        yield LineProblem(example.line, "held out", detail)
    if personal := _personal(example.messages):
        yield LineProblem(example.line, "personal data", personal, stops=data.personal_data == "refuse")


def _personal(messages: Sequence[Message]) -> str:
    """The kinds of personal data and how often each occurs, as `2 EMAIL, 1 PHONE`; never the data itself."""
    kinds = Counter(one.kind for message in messages for one in find_personal(message.text))
    return ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))

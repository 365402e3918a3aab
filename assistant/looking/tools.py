"""The tools with which a model looks again: each reads files that its question may be answered from, and no others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.looking.step_line import StepRequest
from assistant.reading.budget import Budget, fit_passages
from assistant.reading.retrieval import Find
from assistant.reading.whole_budget import fit_whole
from assistant.tools.computing import Computer
from assistant.tools.tool_lines import parse_call
from assistant.tools.tool_use import ToolUse
from assistant.values import ReadWhole
from errors import AppError
from knowledge import Library, Passage, Scope, WholeReading, read_around

_MOST_FILES = 40  # names of a list: some 400 tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """What a step has found. `told`: for the model, besides passages; `outcome`: for people; `last`: of all steps."""

    passages: tuple[Passage, ...] = ()
    read_whole: tuple[ReadWhole, ...] = ()
    told: str = ""
    outcome: str = "nothing new"
    last: bool = False
    tools: tuple[ToolUse, ...] = ()


@dataclass(frozen=True, slots=True)
class Toolbox:
    """Read-only tools over a library, within the scope and filter of a question. `executor`: runs them.

    `computer`, `names`: what computes, and the tools of the persona.
    `find`: searches as for the question. `read`: the question, it in context and passages → whole documents.
    """

    executor: Executor
    library: Library
    scope: Scope
    where: str | None
    find: Find
    read: Callable[[str, str, Sequence[Passage]], WholeReading | None]
    computer: Computer | None = None
    names: tuple[str, ...] = ()

    def use(self, asked: StepRequest, known: Sequence[Passage], budget: Budget) -> Future[StepResult]:
        """Find, on a worker, what is not among the passages known, within `budget.passage_tokens`."""
        return self.executor.submit(self._found, asked, known, budget)

    def _found(self, asked: StepRequest, known: Sequence[Passage], budget: Budget) -> StepResult:
        match asked.tool:
            case "search":
                return _passages(self.find(asked.words, in_context="").passages, known, budget)
            case "around":
                return self._around(asked.words, known, budget)
            case "files":
                return self._files(asked.words)
            case "count":
                return self._count(asked.words, known, budget)
            case "tool":
                return self._compute(asked.words, budget)

    def _compute(self, line: str, budget: Budget) -> StepResult:
        """What a tool computes; of wrong arguments what is wrong with them."""
        name, arguments = parse_call(line)
        if self.computer is None or name not in self.names:
            there = ", ".join(self.names) or "none"
            return StepResult(told=f"There is no tool {name}. There are: {there}.", outcome="no such tool")
        try:
            use = self.computer.attempt(name, arguments)
        except AppError as error:
            return StepResult(told=f"{error.title}. {error.hint}", outcome=error.title)
        if use.failed:
            return StepResult(told=f"{use.result.says} Correct the line.", outcome="wrong arguments", tools=(use,))
        first = use.result.figures[0] if use.result.figures else None
        outcome = f"{first.name} {first.text}" if first else "done"
        return StepResult(told=_clipped(use.told, budget), outcome=outcome, tools=(use,))

    def _around(self, number: str, known: Sequence[Passage], budget: Budget) -> StepResult:
        if not number.isascii() or not number.isdecimal() or not 1 <= int(number) <= len(known):
            return StepResult(told=f"There is no passage {number}.", outcome="no such passage")
        try:
            return _passages(read_around(self.library, known[int(number) - 1]), known, budget)
        except AppError:
            return StepResult(told="The file is no longer there.", outcome="its file is gone")

    def _files(self, words: str) -> StepResult:
        wanted = words.casefold().split()
        paths = [path for path in self._paths() if any(word in path.name.casefold() for word in wanted)]
        if not paths:
            return StepResult(told="No file's name has these words.", outcome="no file")
        more = [f"and {len(paths) - _MOST_FILES:,} more"] if len(paths) > _MOST_FILES else []
        count = f"{len(paths):,} file{'s' if len(paths) > 1 else ''}"
        names = [path.name for path in paths[:_MOST_FILES]]
        return StepResult(told="\n".join([f"{count}:", *names, *more]), outcome=count)

    def _paths(self) -> list[Path]:
        """The indexed files within the scope."""
        shared = {
            folder.id for folder in self.library.folders() if folder.persona_id not in (None, self.scope.persona_id)
        }
        inside = (
            None if self.scope.folders is None else [folder.expanduser().resolve() for folder in self.scope.folders]
        )
        return [
            row.path
            for row in self.library.files_passing(self.where)
            if row.status == "indexed"
            and row.folder_id not in shared
            and (inside is None or any(map(row.path.is_relative_to, inside)))
        ]

    def _count(self, words: str, known: Sequence[Passage], budget: Budget) -> StepResult:
        for question in questions_to_count(words):
            if reading := self.read(question, question, known):
                around = budget.prompt_tokens - budget.room("", question)
                only = replace(budget, window_tokens=budget.passage_tokens + around, answer_tokens=0)
                fitted = fit_whole(question, "", (), reading, only)
                facts = [fact for read in fitted.read_whole for fact in read.facts] if fitted else []
                if fitted and facts:
                    count = f"{len(facts)} count{'s' if len(facts) > 1 else ''}"
                    return StepResult(passages=fitted.passages, read_whole=fitted.read_whole, outcome=count)
        return StepResult(told="This cannot be counted in the files.", outcome="nothing to count")


def _clipped(told: str, budget: Budget) -> str:
    """As many of the lines as the budget of a step has room for."""
    kept, room = list[str](), budget.passage_tokens
    for line in told.splitlines():
        room -= budget.count(line) + 1
        if room < 0:
            break
        kept.append(line)
    return "\n".join(kept)


def questions_to_count(words: str) -> tuple[str, str]:
    """The questions that words may mean which are to be counted: they may ask for no count themselves."""
    return words, f"How many {words}?"


def _passages(found: Sequence[Passage], known: Sequence[Passage], budget: Budget) -> StepResult:
    """The new passages that fit."""
    new = [passage for passage in found if not any(_is_within(passage, one) for one in known)]
    fitted = fit_passages("", "", new, budget)
    if not fitted:
        return StepResult()
    return StepResult(passages=fitted, outcome=f"{len(fitted)} passage{'s' if len(fitted) > 1 else ''}")


def _is_within(passage: Passage, other: Passage) -> bool:
    return passage.path == other.path and other.start <= passage.start and passage.end <= other.end

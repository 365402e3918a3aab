"""A persona: a prompt, sampling settings, and knowledge of its own."""

from dataclasses import dataclass, field
from pathlib import Path

from errors import AppError

DEFAULT_PASSAGES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonaHeader:
    """The fields that a list of personas shows, read from the first few kilobytes of `persona.md`."""

    id: str
    name: str
    summary: str
    folder: Path
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """A persona with its prompt.

    `knowledge`: the folder of its own pages, or None. `starters`: questions to start with. `passages`: the number of
    passages to retrieve. `temperature`, `max_tokens`: its sampling; None leaves the engine's default.
    """

    id: str
    name: str
    summary: str
    prompt: str
    folder: Path
    tags: tuple[str, ...] = ()
    knowledge: Path | None = None
    starters: tuple[str, ...] = field(default_factory=tuple)
    passages: int = DEFAULT_PASSAGES
    temperature: float | None = None
    max_tokens: int | None = None


class PersonaNotFound(AppError):
    """No persona has this number, id or name, or more than one has."""


class PersonaInvalid(AppError):
    """A persona's file cannot be used. `path`: the file; `problem`: the key in it and the value expected."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"The persona {path.parent.name} cannot be used: {problem}.", f"Correct {path}.")
        self.path = path
        self.problem = problem


class PersonaExists(AppError):
    """A persona of this id exists already and is not overwritten."""

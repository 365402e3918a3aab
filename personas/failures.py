"""What can be wrong with a persona, in words for the person who wrote it."""

from pathlib import Path

from errors import AppError


class PersonaNotFound(AppError):
    """No persona has this number, id or name, or more than one has."""


class PersonaInvalid(AppError):
    """A persona's file cannot be used: `path` is the file, `problem` the key in it and what was expected there."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"The persona {path.parent.name} cannot be used: {problem}.", f"Correct {path}")
        self.path = path
        self.problem = problem


class PersonaExists(AppError):
    """A persona of this id is there already and is not overwritten."""

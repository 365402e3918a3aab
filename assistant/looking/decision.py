"""Decides where a model may look again: as the person says, and else by its size."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from assistant.settings import AnswerSettings
from engines import read_card
from errors import AppError
from personas import LookAgain, Persona

# Smaller models seldom keep to a protocol, and look again where the answer is before them.
LEAST_PARAMETERS = 3e9
_SIZE = re.compile(r"(?<![\w.])(\d{1,4}(?:\.\d+)?)[bB](?![a-zA-Z])")  # as in Qwen2.5-7B-Instruct
_REMEMBERED = 16  # models


def may_look(
    persona: Persona, settings: AnswerSettings, parameters: float | None, asked: LookAgain | None = None
) -> bool:
    """True where a model may look again. `asked`: for this question. `parameters`: of the model; None: not known."""
    choice = asked or persona.look_again or settings.look_again
    return choice == "on" or (choice == "auto" and (parameters or 0) >= LEAST_PARAMETERS)


@lru_cache(_REMEMBERED)
def parameters_of(path: Path, stamp: object) -> float | None:
    """The number of parameters that a model's files tell, or the name of a server's. `stamp`: of the files' content.

    None where neither does.
    """
    try:
        return read_card(path).parameters or None
    except AppError:
        size = _SIZE.search(path.name)
        return float(size[1]) * 1e9 if size else None

"""A new persona of the person's own, ready to be edited."""

import json
from pathlib import Path

from errors import AppError
from personas.catalogue import FILE_NAME, KNOWLEDGE, is_id
from personas.failures import PersonaExists

_TEMPLATE = """\
---
# The head: what the list shows, and how this persona reads and writes. Keep it under 4 KiB.
name: {name}
summary: "Say in one sentence what this persona answers."
tags: []
# Questions to begin with, one per line:
# starters:
#   - "What do I know about …?"
# How many passages it reads for a question, 1 to 20:
# passages: 6
# 0 writes the likeliest words, 2 the wildest; left out, the model's default counts:
# temperature: 0.3
# Longest answer, in tokens:
# max_tokens: 1024
---
You are {name_plain}. Answer from the numbered passages that come with the question, and cite them as [1] or [2] behind
each statement that rests on them. If the passages do not hold the answer, say so plainly.
"""


def create(folder: Path, id: str, name: str) -> Path:
    """The new `<folder>/<id>/persona.md`, with comments that explain each key, beside an empty `knowledge` folder.

    `id` is as `410-llm-engineer`. Raises PersonaExists where there is one, AppError where `id` or `name` will not do
    or the folder cannot be written.
    """
    _check(id, name)
    place = folder / id
    if (place / FILE_NAME).exists():
        raise PersonaExists(f"The persona {id} is there already.", f"Edit {place / FILE_NAME}, or take another id.")
    try:
        (place / KNOWLEDGE).mkdir(parents=True, exist_ok=True)
        (place / FILE_NAME).write_text(_text(name.strip()), encoding="utf-8")
    except OSError as error:
        raise AppError(f"The persona {id} cannot be written to {place}.", str(error.strerror)) from error
    return place / FILE_NAME


def _check(id: str, name: str) -> None:
    if not is_id(id):
        hint = "Three digits, then words of a–z and 0–9 joined by hyphens, as 410-llm-engineer."
        raise AppError(f"{id!r} is not a persona's id.", hint)
    if not name.strip() or not name.strip().isprintable():
        raise AppError("A persona needs a name of one line.", "As: LLM engineer")


def _text(name: str) -> str:
    return _TEMPLATE.format(name=json.dumps(name, ensure_ascii=False), name_plain=name)

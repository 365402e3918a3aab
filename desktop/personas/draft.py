"""A persona that is being edited: between its front matter and the fields of the editor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, NamedTuple

from desktop.language import mark, told, told_error, tr
from errors import AppError
from knowledge import all_filters
from personas import FrontMatter, Persona, value_problem

REQUIRED = {"name": mark("Give it a name."), "summary": mark("Say in one sentence what it answers.")}
_PROMPT = (
    "You are … Answer from the numbered passages that come with the question, and cite them as [1] or [2] after each "
    "statement that they support. If the passages do not contain the answer, say so plainly."
)


class PersonaDraft(NamedTuple):
    """A persona to edit. `id`: "" until a new one is saved; `added`: paths to copy into its knowledge.

    `files`, `size_bytes`: of its knowledge so far.
    """

    id: str
    front: FrontMatter
    prompt: str
    is_own: bool = True
    files: int = 0
    size_bytes: int = 0
    added: tuple[Path, ...] = ()


NEW = PersonaDraft("", FrontMatter(name="", summary=""), _PROMPT)


def field_values(front: FrontMatter) -> dict[str, Any]:
    """Return the values of the fields by key, as YAML has them; None or [] for a default, which is not shown."""
    shown: dict[str, Any] = {}
    for field in fields(FrontMatter):
        value = getattr(front, field.name)
        if isinstance(value, tuple):
            shown[field.name] = list(value)
        elif field.name == "files":
            shown[field.name] = value
        else:
            shown[field.name] = None if value in (field.default, "") else value
    if str(shown["thinking"]).isdecimal():
        shown["thinking"] = int(shown["thinking"])
    return shown


def front_of(values: Mapping[str, Any]) -> FrontMatter:
    """Return the front matter of fields without problems."""
    given: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    if given.get("thinking") is not None:
        given["thinking"] = str(given["thinking"])
    return FrontMatter(**{key: value for key, value in given.items() if value is not None})


def problems_of(values: Mapping[str, Any], prompt: str) -> dict[str, str]:
    """Return what is wrong with fields, by key, in words for people."""
    problems: dict[str, str] = {}
    for key, value in values.items():
        if value is None:
            problems |= {key: tr(REQUIRED[key])} if key in REQUIRED else {}
        elif problem := value_problem(key, value):
            problems[key] = told(f"It {problem.split(' ', 1)[1].replace('`', '')}.")
    if not prompt.strip():
        problems["prompt"] = tr("Write how it answers.")
    if where := values.get("where"):
        try:
            all_filters((where,))
        except AppError as error:
            problems["where"] = told_error(error)
    return problems


def persona_of(persona_id: str, values: Mapping[str, Any], prompt: str) -> Persona:
    """Return the persona to preview, without the values that are wrong."""
    wrong = problems_of(values, prompt)
    right = {key: value for key, value in values.items() if key not in wrong}
    named = {"name": tr("New persona"), "summary": tr("What it answers, in one sentence.")}
    front = front_of({**named, **{key: value for key, value in right.items() if value is not None}})
    given: dict[str, Any] = {field.name: getattr(front, field.name) for field in fields(FrontMatter)}
    return Persona(id=persona_id, prompt=prompt, folder=Path(), **given)

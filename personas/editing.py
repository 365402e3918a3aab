"""Changes to the person's own personas: save, copy, remove and restore."""

from __future__ import annotations

import re
import shutil
import time
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import yaml

from errors import AppError
from personas.catalogue import BUILTIN_PERSONAS, FILE_NAME, KNOWLEDGE, is_id
from personas.front_matter_text import new_text, updated_text, values_of
from personas.persona import (
    LIMIT_BYTES,
    FrontMatter,
    PersonaExists,
    PersonaInvalid,
    PersonaNotFound,
    parse_front_matter,
    read_persona_file,
)
from personas.synonyms import SYNONYMS_FILE

REMOVED = ".removed"  # no id of a persona, so no catalogue lists it
_DAY_SECONDS = 86_400
_FIRST_OWN_NUMBER = 501
_SLUG_CHARACTERS = 40


def save_persona(folder: Path, front: FrontMatter, prompt: str) -> Path:
    """Write `<folder>/persona.md`, where there may be one already; return the file.

    Comments, the order of keys and what does not change stay as they are in the file; comments inside a list that
    changes go with it, and all of them where the front matter has anchors or stands in braces. Raises PersonaInvalid
    before anything is written where the values are invalid, the prompt is empty or the front matter is over 4 KiB, and
    AppError where the file cannot be written.
    """
    file = folder / FILE_NAME
    if not prompt.strip():
        raise PersonaInvalid(file, "it has no prompt below its front matter")
    with writing(folder):
        head, body, line_end = _text_of(file)
    values = values_of(front)
    before = _front_of(file, head)
    if before is not None:
        was = values_of(before)
        changes = {key: values.get(key) for key in {**was, **values} if was.get(key) != values.get(key)}
        updated = updated_text(head, changes)
        head = updated if _front_of(file, updated) == front else new_text(values)
    else:
        head = new_text(values)
    if parse_front_matter(file, head.encode()) != front:
        raise PersonaInvalid(file, "its front matter cannot hold these values")
    kept = body if body.strip() == prompt.strip() else f"{prompt.strip()}\n"
    if len(head.encode()) + 8 > LIMIT_BYTES:
        raise PersonaInvalid(file, "its front matter is over 4 KiB; shorten the summary, the starters or the tags")
    _write(file, f"---\n{head}\n---\n{kept}".replace("\n", line_end))
    return file


def copy_persona(
    source: Path, personas: Path, id: str, front: FrontMatter | None = None, prompt: str | None = None
) -> Path:
    """Copy a persona's folder, with its knowledge, to `<personas>/<id>`; return that.

    `front`, `prompt`: of the copy; None: the same. Raises PersonaExists, PersonaInvalid where source or copy are
    invalid, and AppError where the copy cannot be written.
    """
    was_front, was_prompt = read_persona_file(source / FILE_NAME)
    target = personas / id
    if not is_id(id):
        raise AppError(f"{id!r} is not a valid persona id.", "Use three digits and a word, such as 501-gardener.")
    if target.exists():
        raise PersonaExists(f"The persona {id} exists already.", "Choose another id.")
    with writing(target), staged_folder(personas, id) as staged:
        staged.mkdir()
        (staged / FILE_NAME).write_bytes((source / FILE_NAME).read_bytes())
        if (source / KNOWLEDGE).is_dir():
            shutil.copytree(source / KNOWLEDGE, staged / KNOWLEDGE, ignore=shutil.ignore_patterns(".*"))
        if (source / SYNONYMS_FILE).is_file():
            shutil.copy2(source / SYNONYMS_FILE, staged / SYNONYMS_FILE)
        save_persona(staged, front or was_front, was_prompt if prompt is None else prompt)
        staged.replace(target)
    return target


def add_knowledge(folder: Path, paths: Sequence[Path]) -> None:
    """Copy files and folders into a persona's knowledge, beside what has the same name there.

    Raises AppError where one cannot be read or written.
    """
    knowledge = folder / KNOWLEDGE
    with writing(folder):
        knowledge.mkdir(exist_ok=True)
        for path in paths:
            target = _free_name(knowledge, path.name)
            if path.is_dir():
                shutil.copytree(path, target, ignore=shutil.ignore_patterns(".*"))
            else:
                shutil.copy2(path, target)


def remove_persona(folder: Path) -> Path:
    """Move one of the person's own personas aside, so that `restore_persona` brings it back; return where it is.

    Raises AppError for a built-in one, and where it cannot be moved.
    """
    if folder.parent == BUILTIN_PERSONAS:
        raise AppError(f"The persona {folder.name} comes with Carrel and stays.", "Remove a persona of your own.")
    aside = folder.parent / REMOVED / folder.name
    with writing(folder):
        aside.parent.mkdir(exist_ok=True)
        shutil.rmtree(aside, ignore_errors=True)
        folder.replace(aside)
        aside.touch()
    return aside


def restore_persona(personas: Path, id: str) -> Path:
    """Bring back a removed persona; return its folder. Raises PersonaNotFound, PersonaExists."""
    aside, folder = personas / REMOVED / id, personas / id
    if not is_id(id) or not aside.is_dir():
        removed = ", ".join(removed_personas(personas)) or "none"
        raise PersonaNotFound(f"There is no removed persona {id!r}.", f"Removed are: {removed}")
    if folder.exists():
        raise PersonaExists(f"The persona {id} exists already.", "Remove it first.")
    with writing(folder):
        aside.replace(folder)
    return folder


def removed_personas(personas: Path) -> list[str]:
    """Return the ids of removed personas that can be brought back."""
    aside = personas / REMOVED
    return sorted(place.name for place in aside.iterdir()) if aside.is_dir() else []


def purge_removed(personas: Path, older_than_days: float) -> None:
    """Erase the personas that were removed longer ago than that."""
    before = time.time() - older_than_days * _DAY_SECONDS
    for id in removed_personas(personas):
        place = personas / REMOVED / id
        if place.stat().st_mtime <= before:
            shutil.rmtree(place, ignore_errors=True)


def free_id(taken: Collection[str], name: str) -> str:
    """Return an id for a persona of this name: the first number from 501 that no id in `taken` has, then its words.

    Where all numbers are taken it shares one. Raises AppError where none is left for these words.
    """
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    words = "-".join(re.findall(r"[a-z0-9]+", plain))[:_SLUG_CHARACTERS].strip("-") or "persona"
    used = {id[:3] for id in taken}
    numbers = [f"{number:03}" for number in (*range(_FIRST_OWN_NUMBER, 1000), *range(1, _FIRST_OWN_NUMBER))]
    for number in (*(each for each in numbers if each not in used), *numbers):
        if f"{number}-{words}" not in taken:
            return f"{number}-{words}"
    raise AppError(f"There is no number left for {name!r}.", "Remove a persona, or choose another name.")


def knowledge_size(folder: Path) -> tuple[int, int]:
    """Return the number of files in a persona's own knowledge, and their bytes."""
    knowledge = folder / KNOWLEDGE
    sizes = [path.stat().st_size for path in knowledge.rglob("*") if path.is_file()] if knowledge.is_dir() else []
    return len(sizes), sum(sizes)


@contextmanager
def writing(place: Path) -> Iterator[None]:
    """Raise AppError where the block cannot write to the disk. `place`: a persona's folder or file, for the message."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise AppError(f"The persona {place.name} cannot be written to {place.parent}.", reason) from error


@contextmanager
def staged_folder(personas: Path, id: str) -> Iterator[Path]:
    """A folder to fill beside the personas, which no catalogue lists; it is gone afterwards, unless it was moved."""
    personas.mkdir(parents=True, exist_ok=True)
    staged = personas / f".new-{id}"
    shutil.rmtree(staged, ignore_errors=True)
    try:
        yield staged
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _free_name(folder: Path, name: str) -> Path:
    target, at = folder / name, 2
    while target.exists():
        target, at = folder / f"{Path(name).stem} {at}{Path(name).suffix}", at + 1
    return target


def _text_of(file: Path) -> tuple[str, str, str]:
    """Front matter, prompt and line end of a file; empty texts where it is not there or has no front matter."""
    try:
        text = file.read_bytes().decode("utf-8-sig", "replace")
    except FileNotFoundError:
        return "", "", "\n"
    line_end = "\r\n" if "\r\n" in text else "\n"
    found = re.match(r"---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)(.*)", text.replace("\r\n", "\n"), re.DOTALL | re.MULTILINE)
    return (found[1].rstrip("\n"), found[2], line_end) if found else ("", "", line_end)


def _front_of(file: Path, head: str) -> FrontMatter | None:
    """The values of a front matter; None where it is invalid."""
    try:
        return parse_front_matter(file, head.encode())
    except (PersonaInvalid, yaml.YAMLError):
        return None


def _write(file: Path, text: str) -> None:
    """Write the whole file, or nothing."""
    with writing(file.parent):
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_name(f".{file.name}.new")
        fresh.write_bytes(text.encode())
        fresh.replace(file)

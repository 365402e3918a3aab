"""The personas there are: those built in and the person's own, found by number, id or name."""

import json
import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path

from errors import AppError
from personas.front_matter import read_front_matter, read_whole
from personas.persona import Persona, PersonaExists, PersonaHeader, PersonaInvalid, PersonaNotFound

BUILTIN = Path(__file__).parent / "builtin"
DEFAULT_PERSONA = "001-reader"
FILE_NAME = "persona.md"
KNOWLEDGE = "knowledge"

_ID = re.compile(r"\d{3}-[a-z0-9]+(?:-[a-z0-9]+)*")


def is_id(text: str) -> bool:
    """True for an id such as `410-llm-engineer`: three digits, then words of a–z and 0–9 joined by hyphens."""
    return _ID.fullmatch(text) is not None


class Catalogue:
    """The personas under `folders`, each `<id>/persona.md`. Of two with one id, the one in the later folder counts.

    Nothing is kept: every call reads the folders as they are, so a persona written a moment ago is there.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = tuple(folders)

    def headers(self) -> list[PersonaHeader]:
        """Every usable persona, sorted by id, from the head of its file alone; `problems` has the others."""
        return [header for header in self._scan() if isinstance(header, PersonaHeader)]

    def problems(self) -> list[tuple[Path, str]]:
        """The files of personas that cannot be used, and why."""
        broken = [(error.path, error.problem) for error in self._scan() if isinstance(error, PersonaInvalid)]
        return broken + [(path, "its folder must be named as `410-llm-engineer`") for path in self._misnamed()]

    def find(self, wanted: str) -> PersonaHeader:
        """The persona of this number (`410`), id (`410-llm-engineer`) or name (`LLM engineer`), in any case.

        Raises PersonaNotFound, with the nearest names or the several that match; PersonaInvalid where the one that is
        meant cannot be used.
        """
        key = wanted.strip().casefold()
        places = self._places()
        ids = [id for id in places if _means(key, id)]
        if len(ids) == 1:
            return _header(places[ids[0]])
        headers = self.headers()
        matching = [h for h in headers if h.id in ids] if ids else [h for h in headers if h.name.casefold() == key]
        if len(matching) == 1:
            return matching[0]
        raise _ambiguous(wanted, matching) if matching else _not_found(wanted, headers)

    def load(self, wanted: str) -> Persona:
        """The whole persona that `find` finds. Raises as `find` does, and PersonaInvalid where its prompt is empty."""
        folder = self.find(wanted).folder
        front, prompt = read_whole(folder / FILE_NAME)
        if not prompt:
            raise PersonaInvalid(folder / FILE_NAME, "below its head there is no prompt")
        knowledge = folder / KNOWLEDGE
        return Persona(
            id=folder.name,
            name=front.name,
            summary=front.summary,
            prompt=prompt,
            folder=folder,
            tags=front.tags,
            knowledge=knowledge if knowledge.is_dir() else None,
            starters=front.starters,
            passages=front.passages,
            temperature=front.temperature,
            max_tokens=front.max_tokens,
        )

    def _places(self) -> dict[str, Path]:
        """The folder of each id, sorted by id."""
        found = {entry.name: entry for entry in self._entries() if is_id(entry.name)}
        return dict(sorted(found.items()))

    def _entries(self) -> Iterable[Path]:
        for folder in self._folders:
            if folder.is_dir():
                yield from folder.iterdir()

    def _scan(self) -> Iterable[PersonaHeader | PersonaInvalid]:
        for place in self._places().values():
            try:
                yield _header(place)
            except PersonaInvalid as error:
                yield error

    def _misnamed(self) -> list[Path]:
        files = [entry / FILE_NAME for entry in self._entries() if not is_id(entry.name)]
        return sorted(file for file in files if file.is_file())


def _header(place: Path) -> PersonaHeader:
    front = read_front_matter(place / FILE_NAME)
    return PersonaHeader(id=place.name, name=front.name, summary=front.summary, folder=place, tags=front.tags)


def _means(key: str, id: str) -> bool:
    number, slug = id.split("-", 1)
    return key in (id, slug) or (key.isdecimal() and int(key) == int(number))


def _ambiguous(wanted: str, matching: Sequence[PersonaHeader]) -> PersonaNotFound:
    title = f"{wanted!r} is the number or name of {len(matching)} personas."
    return PersonaNotFound(title, f"Say which: {', '.join(h.id for h in matching)}")


def _not_found(wanted: str, headers: Sequence[PersonaHeader]) -> PersonaNotFound:
    return PersonaNotFound(f"There is no persona {wanted!r}.", _advice(wanted.strip().casefold(), headers))


def _advice(key: str, headers: Sequence[PersonaHeader]) -> str:
    if not headers:
        return "There are no personas yet: carrel personas new"
    by_text = {text: h for h in headers for text in (h.id, h.id.split("-", 1)[1], h.name.casefold())}
    near = dict.fromkeys(by_text[text] for text in get_close_matches(key, by_text, n=5, cutoff=0.5))
    shown = list(near)[:3] or headers[:3]
    start = "The nearest are" if near else "There are"
    return f"{start}: {', '.join(f'{h.id} ({h.name})' for h in shown)}"


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

"""The catalogue of personas, built-in and the person's own, found by number, id or name."""

import json
import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path

from errors import AppError
from personas.persona import (
    Persona,
    PersonaExists,
    PersonaHeader,
    PersonaInvalid,
    PersonaNotFound,
    read_front_matter,
    read_persona_file,
)
from personas.synonyms import read_synonyms

BUILTIN_PERSONAS = Path(__file__).parent / "builtin"
DEFAULT_PERSONA = "001-reader"
FILE_NAME = "persona.md"
KNOWLEDGE = "knowledge"
VECTORS = "vectors.bin"  # of a built-in persona's pages

_ID = re.compile(r"\d{3}-[a-z0-9]+(?:-[a-z0-9]+)*")


def is_id(text: str) -> bool:
    """True for an id such as `410-llm-engineer`: three digits, then words of a–z and 0–9 joined by hyphens."""
    return _ID.fullmatch(text) is not None


class Catalogue:
    """The personas in `folders`, each `<id>/persona.md`. Of two with the same id, the later folder's counts.

    Every call looks at the folders, so a new persona is found at once; a file is read again when it has changed.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = tuple(folders)
        self._read: dict[Path, tuple[_Stamp, PersonaHeader]] = {}

    def headers(self) -> list[PersonaHeader]:
        """Every valid persona, sorted by id, from the front matter alone; `problems` has the others."""
        return [header for header in self._scan() if isinstance(header, PersonaHeader)]

    def problems(self) -> list[tuple[Path, str]]:
        """The files of invalid personas, each with the reason."""
        broken = [(error.path, error.problem) for error in self._scan() if isinstance(error, PersonaInvalid)]
        return broken + self.misnamed()

    def misnamed(self) -> list[tuple[Path, str]]:
        """The files of personas whose folders are not named like one, each with the reason."""
        entries = [entry for entry in self._entries() if not is_id(entry.name) and not entry.name.startswith(".")]
        files = [entry / FILE_NAME for entry in entries]
        found = sorted(file for file in files if file.is_file())
        return [(file, "its folder needs a name such as `410-llm-engineer`") for file in found]

    def find(self, wanted: str) -> PersonaHeader:
        """The persona of this number (`410`), id (`410-llm-engineer`) or name (`LLM engineer`), in any case.

        Raises PersonaNotFound, with the nearest names or all that match; PersonaInvalid where the persona cannot be
        used.
        """
        key = wanted.strip().casefold()
        folders = self.folders()
        ids = [id for id in folders if _is_called(id, key)]
        if len(ids) == 1:
            return self._header(folders[ids[0]])
        headers = self.headers()
        matching = [h for h in headers if h.id in ids] if ids else [h for h in headers if h.name.casefold() == key]
        if len(matching) == 1:
            return matching[0]
        if matching:
            title = f"{wanted!r} is the number or name of {len(matching)} personas."
            raise PersonaNotFound(title, f"Choose one of these: {', '.join(h.id for h in matching)}")
        raise PersonaNotFound(f"There is no persona {wanted!r}.", _nearest(key, headers))

    def load(self, wanted: str) -> Persona:
        """The persona that `find` finds, with its prompt. Raises as `find` does; PersonaInvalid for an empty prompt."""
        folder = self.find(wanted).folder
        front, prompt = read_persona_file(folder / FILE_NAME)
        if not prompt:
            raise PersonaInvalid(folder / FILE_NAME, "it has no prompt below its front matter")
        knowledge = folder / KNOWLEDGE
        return Persona(
            id=folder.name,
            name=front.name,
            summary=front.summary,
            prompt=prompt,
            folder=folder,
            tags=front.tags,
            tools=front.tools,
            knowledge=knowledge if knowledge.is_dir() else None,
            starters=front.starters,
            passages=front.passages,
            where=front.where,
            preset=front.preset,
            temperature=front.temperature,
            max_tokens=front.max_tokens,
            thinking=front.thinking,
            look_again=front.look_again,
            refuse=front.refuse,
            refusal=front.refusal,
            files=front.files,
            synonyms=read_synonyms(folder),
        )

    def folders(self, wanted: str = "") -> dict[str, Path]:
        """The folder of each id, sorted by id, also of invalid personas. `wanted`: only of this number or id."""
        found = {id: folder for id, folder in self._all_folders().items() if not wanted or _is_called(id, wanted)}
        return dict(sorted(found.items()))

    def is_built_in(self, id: str) -> bool:
        """True if a persona of this id comes with the first of the folders, whether or not a later one counts."""
        return (self._folders[0] / id / FILE_NAME).is_file()

    def _all_folders(self) -> dict[str, Path]:
        return {entry.name: entry for entry in self._entries() if is_id(entry.name)}

    def _entries(self) -> Iterable[Path]:
        for folder in self._folders:
            if folder.is_dir():
                yield from folder.iterdir()

    def _scan(self) -> Iterable[PersonaHeader | PersonaInvalid]:
        for folder in self.folders().values():
            try:
                yield self._header(folder)
            except PersonaInvalid as error:
                yield error

    def _header(self, folder: Path) -> PersonaHeader:
        file = folder / FILE_NAME
        stamp, known = _stamp(file), self._read.get(folder)
        if known and stamp and known[0] == stamp:
            return known[1]
        front = read_front_matter(file)
        header = PersonaHeader(
            id=folder.name,
            name=front.name,
            summary=front.summary,
            folder=folder,
            tags=front.tags,
            tools=front.tools,
            files=front.files,
        )
        if stamp:
            self._read[folder] = (stamp, header)
        return header


_Stamp = tuple[int, int, int]


def _stamp(file: Path) -> _Stamp | None:
    """Size, time in nanoseconds and inode of a file: the same as long as it is; None where it is not there."""
    try:
        stat = file.stat()
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns, stat.st_ino


def _is_called(id: str, wanted: str) -> bool:
    """True for the persona's id, its words or its number, in any case."""
    key = wanted.strip().casefold()
    digits, slug = id.split("-", 1)
    return key in (id, slug) or (key.isdecimal() and int(key) == int(digits))


def _nearest(key: str, headers: Sequence[PersonaHeader]) -> str:
    if not headers:
        return "There are no personas yet. Create one with `carrel personas new`."
    by_text = {text: h for h in headers for text in (h.id, h.id.split("-", 1)[1], h.name.casefold())}
    near = dict.fromkeys(by_text[text] for text in get_close_matches(key, by_text, n=5, cutoff=0.5))
    shown = list(near)[:3] or headers[:3]
    start = "The nearest are" if near else "There are"
    return f"{start}: {', '.join(f'{h.id} ({h.name})' for h in shown)}"


_TEMPLATE = """\
---
# The front matter: the entry in the list, and settings of this persona. Keep it under 4 KiB.
name: {name}
summary: "Say in one sentence what this persona answers."
tags: []
# Questions to start with, one per line:
# starters:
#   - "What do I know about …?"
# Tools that it computes with; `carrel tool` lists them:
# tools: [estimate_cost]
# Answer from files; false: a model answers from what it knows:
# files: true
# Number of passages to read for a question, 1 to 20:
# passages: 6
# Read only files whose front matter passes this filter:
# where: "difficulty = 'advanced' AND year >= 2024"
# How answers are sampled: exact, balanced, creative or fast:
# preset: exact
# Sampling temperature, from 0 (the likeliest words) to 2; the model's default if left out:
# temperature: 0.3
# Questions with one of these words or phrases are refused, with this answer:
# refuse: [dosage, Dosierung, 剂量]
# refusal: "I do not advise on doses. Please ask a pharmacist."
# Maximum length of an answer, in tokens:
# max_tokens: 1024
# Let the model think first: off, on, or a number of tokens; as in the settings if left out:
# thinking: off
# Let the model look again where the first passages do not answer: auto, on or off; as in the settings if left out:
# look_again: auto
---
You are {name_plain}. Answer from the numbered passages that come with the question, and cite them as [1] or [2] after
each statement that they support. If the passages do not contain the answer, say so plainly.
"""


def create_persona(folder: Path, id: str, name: str) -> Path:
    """Create `<folder>/<id>/persona.md`, with comments that explain each key, beside an empty `knowledge` folder.

    `id`: such as `410-llm-engineer`. Raises PersonaExists where there is one, AppError where `id` or `name` is invalid
    or the folder cannot be written.
    """
    name = name.strip()
    if not is_id(id):
        hint = "Use three digits, then words of a–z and 0–9 joined by hyphens, such as 410-llm-engineer."
        raise AppError(f"{id!r} is not a valid persona id.", hint)
    if not name or not name.isprintable():
        raise AppError("A persona needs a name of one line.", "Use a name such as: LLM engineer")
    file = folder / id / FILE_NAME
    if file.exists():
        raise PersonaExists(f"The persona {id} exists already.", f"Edit {file}, or choose another id.")
    try:
        (folder / id / KNOWLEDGE).mkdir(parents=True, exist_ok=True)
        text = _TEMPLATE.format(name=json.dumps(name, ensure_ascii=False), name_plain=name)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise AppError(f"The persona {id} cannot be written to {file.parent}.", str(error.strerror)) from error
    return file

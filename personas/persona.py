"""A persona: a prompt, sampling settings and knowledge of its own; and the front matter of the file it is read from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from errors import AppError
from personas.tools.tool_names import TOOL_NAMES

PresetName = Literal["exact", "balanced", "creative", "fast"]
LookAgain = Literal["auto", "on", "off"]

DEFAULT_PASSAGES = 6
DEFAULT_REFUSAL = "I do not answer questions on this topic."


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonaHeader:
    """The fields that a list of personas shows, read from the first few kilobytes of `persona.md`."""

    id: str
    name: str
    summary: str
    folder: Path
    tags: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    files: bool = True


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Rows of a word or phrase as people say it, in lower case, and the words that texts have for it."""

    rows: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def words_for(self, question: str) -> str:
        """The words of every row whose phrase is in the question, each once, with spaces; "" where there are none.

        Words that the question has itself are left out.
        """
        asked = question.lower()
        found = (word for phrase, words in self.rows if _stands_in(asked, phrase) for word in words)
        return " ".join(dict.fromkeys(word for word in found if word.lower() not in asked))


NO_SYNONYMS = Synonyms()


def _stands_in(text: str, phrase: str) -> bool:
    """True if a word begins with the phrase; anywhere in a text of a script without spaces."""
    if not phrase[0].isascii():
        return phrase in text
    at = text.find(phrase)
    while at > 0 and text[at - 1].isalnum() and text[at - 1].isascii():
        at = text.find(phrase, at + 1)
    return at >= 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """A persona with its prompt.

    `tools`: the names of those that it computes with. `knowledge`: the folder of its own pages, or None.
    `starters`: questions to start with. `passages`: the number of passages to retrieve. `where`: a filter over
    front matter, for those passages; None: of any file. `preset`: how its answers are sampled; `temperature`,
    `max_tokens` go before it; None leaves the default. `thinking`: `off`, `on` or a number of tokens; None: as the
    settings say. `look_again`: a model may look again where the first passages do not answer; None: as the settings
    say. `refuse`: words and phrases of questions that it answers with `refusal` alone. `files`: it answers from the
    person's files and its own pages; False: a model answers from what it knows. `synonyms`: what is searched for
    besides the words of a question.
    """

    id: str
    name: str
    summary: str
    prompt: str
    folder: Path
    tags: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    knowledge: Path | None = None
    starters: tuple[str, ...] = field(default_factory=tuple)
    passages: int = DEFAULT_PASSAGES
    where: str | None = None
    preset: PresetName | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    thinking: str | None = None
    look_again: LookAgain | None = None
    refuse: tuple[str, ...] = ()
    refusal: str = DEFAULT_REFUSAL
    files: bool = True
    synonyms: Synonyms = NO_SYNONYMS

    @property
    def front(self) -> FrontMatter:
        """The values of its front matter."""
        return FrontMatter(**{field.name: getattr(self, field.name) for field in fields(FrontMatter)})


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


LIMIT_BYTES = 4096
_READ_BYTES = 1024  # enough for most
_BORDER = b"---"
_BOM = b"\xef\xbb\xbf"

# The parser in C reads a catalogue of 142 in a tenth of the time; PyYAML has it wherever its wheels do.
_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """The values of a persona's front matter; None leaves the engine's default."""

    name: str
    summary: str
    tags: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    starters: tuple[str, ...] = ()
    passages: int = DEFAULT_PASSAGES
    where: str | None = None
    preset: PresetName | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    thinking: str | None = None
    look_again: LookAgain | None = None
    refuse: tuple[str, ...] = ()
    refusal: str = DEFAULT_REFUSAL
    files: bool = True


@dataclass(frozen=True, slots=True)
class _Key:
    expected: str
    accepts: Callable[[object], bool]
    required: bool = False


def read_front_matter(path: Path) -> FrontMatter:
    """Read the front matter of a file, and nothing below it; at most 4 KiB. Raises PersonaInvalid."""
    try:
        with path.open("rb", buffering=0) as file:
            data = b""
            while len(data) < LIMIT_BYTES and _closing(data.removeprefix(_BOM)) is None:
                if not (more := file.read(min(_READ_BYTES, LIMIT_BYTES - len(data)))):
                    break
                data += more
            return parse_front_matter(path, _split(path, data.removeprefix(_BOM))[0])
    except OSError as error:
        raise PersonaInvalid(path, f"it cannot be read ({error.strerror})") from error


def read_persona_file(path: Path) -> tuple[FrontMatter, str]:
    """Read the front matter and the prompt below it, stripped of blank lines. Raises PersonaInvalid."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PersonaInvalid(path, f"it cannot be read ({error.strerror})") from error
    head, body = _split(path, data.removeprefix(_BOM))
    return parse_front_matter(path, head), _decoded(path, body).replace("\r\n", "\n").strip()


def parse_front_matter(path: Path, head: bytes) -> FrontMatter:
    """Parse the YAML of a front matter. `path`: for the message of PersonaInvalid."""
    try:
        parsed = yaml.load(_decoded(path, head), Loader=_Loader)
    except yaml.YAMLError as error:
        raise PersonaInvalid(path, f"its front matter is not YAML ({_location(error)})") from error
    if not isinstance(parsed, dict):
        raise PersonaInvalid(path, "its front matter must be lines of `key: value`")
    values: dict[str, Any] = {str(key): value for key, value in parsed.items()}
    _check(path, values)
    lists = {key: tuple(value) for key, value in values.items() if isinstance(value, list)}
    for key in ("thinking", "look_again"):
        if isinstance(value := values.get(key), bool):  # YAML reads on and off as truth values
            values[key] = "on" if value else "off"
        elif key in values:
            values[key] = str(value)
    return FrontMatter(**{**values, **lists})


def _split(path: Path, data: bytes) -> tuple[bytes, bytes]:
    if data.split(b"\n", 1)[0].rstrip() != _BORDER:
        raise PersonaInvalid(path, "its first line is not `---`")
    closing = _closing(data)
    if closing is None or closing[0] > LIMIT_BYTES:
        raise PersonaInvalid(path, f"no line `---` closes its front matter within {LIMIT_BYTES // 1024} KiB")
    return data[len(_BORDER) : closing[0]], data[closing[1] :]


def _closing(data: bytes) -> tuple[int, int] | None:
    """The start and end of the second line of `---`; None until the whole line has been read."""
    start = data.find(b"\n" + _BORDER)
    while start >= 0:
        end = data.find(b"\n", start + 1)
        line_end = len(data) if end < 0 else end
        if data[start + 1 : line_end].rstrip() == _BORDER:
            return start + 1, line_end
        start = data.find(b"\n" + _BORDER, start + 1)
    return None


def _decoded(path: Path, data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise PersonaInvalid(path, "it is not UTF-8 text") from error


def _location(error: yaml.YAMLError) -> str:
    """The line in the file, and the parser's problem with it."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"line {error.problem_mark.line + 1}: {error.problem}"
    return str(error).splitlines()[0]


def value_problem(key: str, value: object) -> str:
    """Return what is wrong with a key of the front matter or its value, as YAML has it; "" where nothing is."""
    if key not in _KEYS:
        nearest = get_close_matches(key, _KEYS, n=1)
        advice = f"did you mean `{nearest[0]}`" if nearest else f"known keys are {', '.join(_KEYS)}"
        return f"`{key}` is not a known key; {advice}"
    if not _KEYS[key].accepts(value):
        return f"`{key}` must be {_KEYS[key].expected}"
    unknown = [name for name in value if name not in TOOL_NAMES] if key == "tools" and isinstance(value, list) else []
    if not unknown:
        return ""
    near = get_close_matches(unknown[0], TOOL_NAMES, n=1, cutoff=0.4)
    advice = f"did you mean {near[0]}" if near else f"there are {', '.join(TOOL_NAMES)}"
    return f"`tools` names {unknown[0]}, which is no tool; {advice}"


def _check(path: Path, values: Mapping[str, object]) -> None:
    for key, value in values.items():
        if problem := value_problem(key, value):
            raise PersonaInvalid(path, problem)
    for key, rule in _KEYS.items():
        if rule.required and key not in values:
            raise PersonaInvalid(path, f"`{key}` is missing; it must be {rule.expected}")


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(_is_text(item) for item in value)


def _is_number(value: object, low: int, high: int) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high


def _integer(low: int, high: int) -> Callable[[object], bool]:
    return lambda value: isinstance(value, int) and _is_number(value, low, high)


def _is_look_again(value: object) -> bool:
    return isinstance(value, bool) or value in get_args(LookAgain)


def _is_thinking(value: object) -> bool:
    return value in ("off", "on") or isinstance(value, bool) or _integer(1, 32768)(value)


_KEYS: Mapping[str, _Key] = {
    "name": _Key("text, such as `LLM engineer`", _is_text, required=True),
    "summary": _Key("one sentence that says what it answers", _is_text, required=True),
    "tags": _Key("a list of words, such as `[llm, inference]`", _is_texts),
    "tools": _Key("a list of tools, such as `[estimate_cost]`", _is_texts),
    "starters": _Key("a list of questions", _is_texts),
    "files": _Key("true or false", lambda value: isinstance(value, bool)),
    "passages": _Key("a whole number from 1 to 20", _integer(1, 20)),
    "where": _Key("a filter in quotes, such as `\"difficulty = 'advanced'\"`", _is_text),
    "preset": _Key("exact, balanced, creative or fast", lambda value: value in get_args(PresetName)),
    "temperature": _Key("a number from 0 to 2", lambda value: _is_number(value, 0, 2)),
    "refuse": _Key("a list of words or phrases", _is_texts),
    "refusal": _Key("a sentence to answer with", _is_text),
    "max_tokens": _Key("a whole number from 1 to 32768", _integer(1, 32768)),
    "look_again": _Key("auto, on or off", _is_look_again),
    "thinking": _Key("off, on, or a number of tokens from 1 to 32768", _is_thinking),
}

"""The head of a `persona.md`: YAML between two lines of `---`, checked key by key."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from io import FileIO
from pathlib import Path
from typing import Any

import yaml

from personas.persona import DEFAULT_PASSAGES, PersonaInvalid

LIMIT_BYTES = 4096
_READ_BYTES = 1024  # a usual head fits
_BORDER = b"---"
_BOM = b"\xef\xbb\xbf"

# The parser in C reads a catalogue of 142 in a tenth of the time; PyYAML has it wherever its wheels do.
_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """The keys of a persona's head, each of its type; None leaves the engine's default."""

    name: str
    summary: str
    tags: tuple[str, ...] = ()
    starters: tuple[str, ...] = ()
    passages: int = DEFAULT_PASSAGES
    temperature: float | None = None
    max_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class _Key:
    expected: str
    accepts: Callable[[object], bool]
    required: bool = False


def read_front_matter(path: Path) -> FrontMatter:
    """The head of the file at `path`, reading no further than it and at most 4 KiB. Raises PersonaInvalid."""
    try:
        with path.open("rb", buffering=0) as file:
            return parse_front_matter(path, _head(path, file))
    except OSError as error:
        raise PersonaInvalid(path, f"it cannot be read ({error.strerror})") from error


def read_whole(path: Path) -> tuple[FrontMatter, str]:
    """The head and the text below it, without the blank lines around it. Raises PersonaInvalid."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PersonaInvalid(path, f"it cannot be read ({error.strerror})") from error
    head, body = _split(path, data.removeprefix(_BOM))
    return parse_front_matter(path, head), _decoded(path, body).replace("\r\n", "\n").strip()


def parse_front_matter(path: Path, head: bytes) -> FrontMatter:
    """`head`, the YAML alone, as values. `path` is for the message of PersonaInvalid."""
    values = _mapping(path, head)
    _check(path, values)
    lists = {key: tuple(value) for key, value in values.items() if isinstance(value, list)}
    return FrontMatter(**{**values, **lists})


def _head(path: Path, file: FileIO) -> bytes:
    data = b""
    while len(data) < LIMIT_BYTES:
        more = file.read(min(_READ_BYTES, LIMIT_BYTES - len(data)))
        data += more
        if not more or _closing(data.removeprefix(_BOM)) is not None:
            break
    return _split(path, data.removeprefix(_BOM))[0]


def _split(path: Path, data: bytes) -> tuple[bytes, bytes]:
    if not _opens(data):
        raise PersonaInvalid(path, "its first line is not `---`")
    closing = _closing(data)
    if closing is None or closing[0] > LIMIT_BYTES:
        raise PersonaInvalid(path, f"no line `---` closes its head within {LIMIT_BYTES // 1024} KiB")
    return data[len(_BORDER) : closing[0]], data[closing[1] :]


def _opens(data: bytes) -> bool:
    return data.split(b"\n", 1)[0].rstrip() == _BORDER


def _closing(data: bytes) -> tuple[int, int] | None:
    """Where the second line of `---` starts and ends; None while it has not been read whole."""
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


def _mapping(path: Path, head: bytes) -> dict[str, Any]:
    try:
        values = yaml.load(_decoded(path, head), Loader=_Loader)
    except yaml.YAMLError as error:
        raise PersonaInvalid(path, f"its head is not YAML ({_place(error)})") from error
    if not isinstance(values, dict):
        raise PersonaInvalid(path, "its head must be lines of `key: value`")
    return {str(key): value for key, value in values.items()}


def _place(error: yaml.YAMLError) -> str:
    """The line in the file and what the parser met there."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"line {error.problem_mark.line + 1}: {error.problem}"
    return str(error).splitlines()[0]


def _check(path: Path, values: Mapping[str, object]) -> None:
    for key, value in values.items():
        if key not in _KEYS:
            raise PersonaInvalid(path, _unknown(key))
        if not _KEYS[key].accepts(value):
            raise PersonaInvalid(path, f"`{key}` must be {_KEYS[key].expected}")
    for key, rule in _KEYS.items():
        if rule.required and key not in values:
            raise PersonaInvalid(path, f"`{key}` is missing; it must be {rule.expected}")


def _unknown(key: str) -> str:
    nearest = get_close_matches(key, _KEYS, n=1)
    advice = f"did you mean `{nearest[0]}`" if nearest else f"known keys are {', '.join(_KEYS)}"
    return f"`{key}` is not a known key; {advice}"


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(_is_text(item) for item in value)


def _is_temperature(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 2


def _whole_between(low: int, high: int) -> Callable[[object], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


_KEYS: Mapping[str, _Key] = {
    "name": _Key("a text, as `LLM engineer`", _is_text, required=True),
    "summary": _Key("one sentence that says what it answers", _is_text, required=True),
    "tags": _Key("a list of words, as `[llm, inference]`", _is_texts),
    "starters": _Key("a list of questions", _is_texts),
    "passages": _Key("a whole number from 1 to 20", _whole_between(1, 20)),
    "temperature": _Key("a number from 0 to 2", _is_temperature),
    "max_tokens": _Key("a whole number from 1 to 32768", _whole_between(1, 32768)),
}

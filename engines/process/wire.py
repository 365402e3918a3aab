"""The protocol between Carrel and an engine's process: typed messages, as length-prefixed frames of JSON.

JSON, because it cannot run code, and every field is checked: the process at the other end reads an untrusted model.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, is_dataclass
from functools import cache
from math import isfinite
from pathlib import Path
from types import NoneType, UnionType
from typing import IO, Any, Literal, Union, get_args, get_origin, get_type_hints

from engines.engine_settings import EngineName, EngineSettings
from engines.protocol import Finish, Message, PieceKind, Sampling, Usage
from engines.sampling_choice import SamplingChoice

LARGEST_RESPONSE = 1 << 20  # bytes: a piece, an error or a count takes some hundred
LARGEST_REQUEST = 1 << 30  # a prompt of any length is sent, and refused there for its tokens

_LENGTH = struct.Struct(">I")


class Malformed(Exception):
    """The other end sends what is no message."""


@dataclass(frozen=True, slots=True)
class Open:
    """Load a model; the first request. `debug`: write debug messages to standard error."""

    engine: EngineName
    path: Path
    settings: EngineSettings
    debug: bool = False


@dataclass(frozen=True, slots=True)
class CountTokens:
    """Answered by a Value."""

    id: int
    text: str


@dataclass(frozen=True, slots=True)
class CountPromptTokens:
    """Answered by a Value."""

    id: int
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Prepare:
    """Render and check a prompt; answered by Done. `sampling` None: a prefill, for a reply that `thinks` or not."""

    id: int
    messages: tuple[Message, ...]
    sampling: Sampling | None
    keep: bool = True
    thinks: bool = False


@dataclass(frozen=True, slots=True)
class Begin:
    """Compute what was prepared under this id; answered by Pieces and Ended."""

    id: int


@dataclass(frozen=True, slots=True)
class Stop:
    """End what was prepared under this id, begun or not."""

    id: int


@dataclass(frozen=True, slots=True)
class Look:
    """Answered by Counts, while what was begun under this id runs."""

    id: int


@dataclass(frozen=True, slots=True)
class Forget:
    """Delete chats; answered by Done."""

    id: int
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Memory:
    """Answered by Owners."""

    id: int


@dataclass(frozen=True, slots=True)
class Ping:
    """Answered by Alive at once, whatever is being computed."""


@dataclass(frozen=True, slots=True)
class Close:
    """Close the engine and end. The end of the stream says the same."""


Request = Open | CountTokens | CountPromptTokens | Prepare | Begin | Stop | Look | Forget | Memory | Ping | Close


@dataclass(frozen=True, slots=True)
class Progress:
    """The share of the model that is loaded; None: it is, and is being tuned for this machine."""

    share: float | None


@dataclass(frozen=True, slots=True)
class Opened:
    """The model is loaded."""

    name: str
    model: str
    context_tokens: int
    keeps_thoughts: bool
    recommended: SamplingChoice


@dataclass(frozen=True, slots=True)
class Alive:
    """`steps`: computed since the start; it grows while there is anything to compute."""

    steps: int


@dataclass(frozen=True, slots=True)
class Value:
    """A number of tokens."""

    id: int
    value: int


@dataclass(frozen=True, slots=True)
class Owners:
    """Bytes of memory by owner."""

    id: int
    bytes: dict[str, int]


@dataclass(frozen=True, slots=True)
class Done:
    """A request without a result has been carried out."""

    id: int


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of an answer, and the counts so far."""

    id: int
    text: str
    tokens: int
    usage: Usage
    kind: PieceKind = "answer"
    recasts: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """The counts of an answer so far."""

    id: int
    usage: Usage


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of an answer."""

    id: int
    finish: Finish
    usage: Usage


@dataclass(frozen=True, slots=True)
class Failed:
    """An AppError. `id` 0: of the opening. `kind`: its class; `numbers`: its attributes."""

    id: int
    kind: str
    title: str
    hint: str
    numbers: dict[str, int] = field(default_factory=dict)


Response = Progress | Opened | Alive | Value | Owners | Done | Text | Counts | Ended | Failed


def write_frame(stream: IO[bytes], payload: bytes) -> None:
    """Send `payload` at once."""
    stream.write(_LENGTH.pack(len(payload)) + payload)
    stream.flush()


def read_frame(stream: IO[bytes], largest: int) -> bytes:
    """The next payload. Raises EOFError when the other end is gone, and Malformed when it is larger than `largest`."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    if length > largest:
        raise Malformed(f"a frame of {length} bytes")
    payload = stream.read(length)
    if len(payload) < length:
        raise EOFError
    return payload


def encode(message: Request | Response) -> bytes:
    """The message as JSON: the name of its class and its fields."""
    return json.dumps([type(message).__name__, asdict(message)], default=str).encode()


def decode_request(payload: bytes) -> Request:
    """The request back. Raises Malformed."""
    request: Request = _decode(payload, _kinds(Request))
    return request


def decode_response(payload: bytes) -> Response:
    """The response back. Raises Malformed."""
    response: Response = _decode(payload, _kinds(Response))
    return response


@cache
def _kinds(union: Any) -> dict[str, type]:
    return {kind.__name__: kind for kind in get_args(union)}


def _decode(payload: bytes, kinds: dict[str, type]) -> Any:
    try:
        name, fields = json.loads(payload)
        return _reader(kinds[name])(fields)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Malformed(f"{type(error).__name__}: {error}") from error


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    """A function that turns what JSON holds into a value of `kind`; it raises TypeError, ValueError or KeyError."""
    arguments, origin = get_args(kind), get_origin(kind)
    if origin in (Union, UnionType):
        (inner,) = (_reader(argument) for argument in arguments if argument is not NoneType)
        return lambda value: None if value is None else inner(value)
    if origin is Literal:
        return {argument: argument for argument in arguments}.__getitem__
    if origin is tuple:
        item = _reader(arguments[0])
        return lambda value: tuple(map(item, _exactly(list, value)))
    if origin is dict:
        key, item = map(_reader, arguments)
        return lambda value: {key(name): item(each) for name, each in _exactly(dict, value).items()}
    if is_dataclass(kind):
        readers = {name: _reader(hint) for name, hint in get_type_hints(kind).items()}
        return lambda value: kind(**{name: readers[name](each) for name, each in _exactly(dict, value).items()})  # type: ignore[operator]
    if kind is float:
        return _finite
    if kind is Path:
        return lambda value: Path(_exactly(str, value))
    return lambda value: _exactly(kind, value)


def _exactly(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise TypeError(f"{kind.__name__} expected, not {type(value).__name__}")
    return value


def _finite(value: Any) -> float:
    if type(value) not in (int, float) or not isfinite(value):
        raise ValueError("a finite number expected")
    return float(value)

"""The protocol between the parser's process and ours: length-prefixed frames, of JSON and of bytes.

JSON, because it cannot run code: the process at the other end reads untrusted files. What it sends is checked, and read
in frames that take a moment each, however long the file is.

To the child: a header, and then a stream of frames that an empty one ends. A `Request` and the file's bytes are
answered; `TOKENIZER` and the bytes of a tokenizer are not. From the child: `Unreadable` as JSON, or a header, the
compressed text, and the chunks in frames of some hundred each.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import IO

from knowledge.chunk import Chunk
from knowledge.chunked_document import ChunkedDocument, bounded_metadata
from knowledge.cutting.place import Place, places_from, role_from
from knowledge.parse.secrecy import Use

# Compressed text at its limit of 20 million characters, each of four bytes, and room for its structure.
MAX_FRAME_BYTES = 120_000_000
MAX_CHUNKS_BYTES = 120_000_000  # of all frames of chunks together
BLOCK_BYTES = 1 << 20  # of what is streamed
CHUNKS_PER_FRAME = 500
CHARACTERS_PER_FRAME = 500_000
MAX_LOSSES_CHARACTERS = 500  # a line or two of the table of files

# The child's answer instead of a document; the same empty frame ends a stream.
OUT_OF_MEMORY = END = b""
TOKENIZER = b"tokenizer"

_LENGTH = struct.Struct(">I")


class FrameTooLarge(Exception):
    """The other end sends more than a document can be."""


@dataclass(frozen=True, slots=True)
class Request:
    """A file to read, whose bytes follow. `suffix`: of its format; `name`: the file's, without folder and ending.

    `recognise`: the text of its pictures. `counts_tokens`: with the tokenizer that was sent last, not by estimate.
    `limit_seconds`: on the clock, for reading and cutting it.
    `judged_as`: the use of its format, where a file that holds a secret is to be refused; None: it is not judged.
    """

    suffix: str
    name: str
    recognise: bool
    counts_tokens: bool
    limit_seconds: float
    judged_as: Use | None = None


def write_frame(stream: IO[bytes], payload: bytes) -> None:
    """Send `payload` at once."""
    stream.write(_LENGTH.pack(len(payload)))
    stream.write(payload)
    stream.flush()


def read_frame(stream: IO[bytes], max_bytes: int = MAX_FRAME_BYTES) -> bytes:
    """The next payload. Raises EOFError when the other end is gone, and FrameTooLarge."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    if length > max_bytes:
        raise FrameTooLarge
    payload = stream.read(length)
    if len(payload) < length:
        raise EOFError
    return payload


def read_stream(stream: IO[bytes]) -> bytes:
    """Everything up to the end of a stream."""
    return b"".join(iter(lambda: read_frame(stream), END))


def request_to_json(request: Request) -> bytes:
    """The request as JSON."""
    return json.dumps(asdict(request)).encode()


def request_from_json(payload: bytes) -> Request:
    """The request back."""
    return Request(**json.loads(payload))


def document_frames(document: ChunkedDocument) -> list[bytes]:
    """The frames that carry a document."""
    header = {
        "title": document.title,
        "metadata": dict(document.metadata),
        "losses": document.losses,
        "chunks": len(document.chunks),
    }
    frames = [json.dumps(header).encode(), document.body]
    return frames + [_json([_values(chunk) for chunk in some]) for some in _slices(document.chunks)]


def read_document(header: bytes, stream: IO[bytes]) -> ChunkedDocument:
    """The document behind its header. Raises ValueError or FrameTooLarge when the frames carry none, and EOFError."""
    values = _object(header)
    title, metadata, count = _text(values.get("title")), _object_of(values.get("metadata")), values.get("chunks")
    body = read_frame(stream)
    chunks: list[Chunk] = []
    left_bytes = MAX_CHUNKS_BYTES
    while isinstance(count, int) and len(chunks) < count:
        frame = read_frame(stream, left_bytes)
        left_bytes -= len(frame)
        some = json.loads(frame)
        if not isinstance(some, list) or not some:
            raise ValueError("no chunks")
        chunks += map(_chunk, some)
    checked = {_text(key): _metadata_value(value) for key, value in metadata.items()}
    return ChunkedDocument(
        title=title,
        metadata=bounded_metadata(checked),
        body=body,
        chunks=tuple(chunks),
        losses=_text(values.get("losses"))[:MAX_LOSSES_CHARACTERS],
    )


def _slices(chunks: Iterable[Chunk]) -> Iterator[list[Chunk]]:
    some: list[Chunk] = []
    characters = 0
    for chunk in chunks:
        some.append(chunk)
        characters += len(chunk.text) + len(chunk.context)
        if len(some) == CHUNKS_PER_FRAME or characters > CHARACTERS_PER_FRAME:
            yield some
            some, characters = [], 0
    if some:
        yield some


def _values(chunk: Chunk) -> list[object]:
    return [chunk.text, chunk.start, chunk.end, chunk.heading, chunk.page, chunk.context, chunk.places, chunk.role]


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def _chunk(values: object) -> Chunk:
    if not isinstance(values, list) or len(values) != 8:
        raise ValueError("not a chunk")
    text, start, end, heading, page, context, places, role = values
    return Chunk(
        text=_text(text),
        start=_place(start),
        end=_place(end),
        heading=tuple(_text(title) for title in _list(heading)),
        page=None if page is None else _place(page),
        context=_text(context),
        places=tuple(map(_checked, places_from(places))),
        role=role_from(role),
    )


def _checked(place: Place) -> Place:
    _place(place.start)
    for title in place.heading:
        _text(title)
    return place


def _object(payload: bytes) -> dict[str, object]:
    return _object_of(json.loads(payload))


def _object_of(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise ValueError("not a list")
    return value


def _place(value: object) -> int:
    if type(value) is not int or not 0 <= value < 2**31:
        raise ValueError("not a place in a text")
    return value


def _text(value: object) -> str:
    """The text. A lone surrogate, which no database takes, is a ValueError too."""
    if not isinstance(value, str):
        raise ValueError("not a text")
    value.encode()
    return value


def _metadata_value(value: object) -> str | int | float | bool | tuple[str, ...]:
    if isinstance(value, bool | int | float):
        return value
    return tuple(map(_text, value)) if isinstance(value, list) else _text(value)

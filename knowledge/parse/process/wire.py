"""The protocol between the parser's process and ours: length-prefixed frames, documents as JSON.

JSON, because it cannot run code: the process at the other end reads untrusted files.
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict
from typing import IO

from knowledge.document import Document, Heading

# A text at its limit of 20 million characters, each of four bytes, and room for its structure.
MAX_FRAME_BYTES = 120_000_000

# The child's answer instead of a document; the same empty frame says at its start that it is ready.
OUT_OF_MEMORY = READY = b""

# Precedes the path of a file whose text is to be recognised; no path has a zero byte.
RECOGNISE = b"\0"

_LENGTH = struct.Struct(">I")


class FrameTooLarge(Exception):
    """The other end sends more than a document can be."""


def write_frame(stream: IO[bytes], payload: bytes) -> None:
    """Send `payload` at once."""
    stream.write(_LENGTH.pack(len(payload)) + payload)
    stream.flush()


def read_frame(stream: IO[bytes]) -> bytes:
    """The next payload. Raises EOFError when the other end is gone, and FrameTooLarge."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    if length > MAX_FRAME_BYTES:
        raise FrameTooLarge
    payload = stream.read(length)
    if len(payload) < length:
        raise EOFError
    return payload


def document_to_json(document: Document) -> bytes:
    """The document as JSON in UTF-8."""
    values = asdict(document) | {"headings": [(h.start, h.level, h.title, h.keeps_line) for h in document.headings]}
    return json.dumps(values, ensure_ascii=False).encode("utf-8", "surrogatepass")


def document_from_json(payload: bytes) -> Document:
    """The document back. Raises ValueError, KeyError or TypeError when `payload` is not one."""
    values = json.loads(payload.decode("utf-8", "surrogatepass"))
    metadata = values["metadata"].items()
    return Document(
        text=values["text"],
        title=values["title"],
        body_start=values["body_start"],
        headings=tuple(Heading(*heading) for heading in values["headings"]),
        page_starts=tuple(values["page_starts"]),
        blocks=tuple((start, end) for start, end in values["blocks"]),
        metadata={key: tuple(value) if isinstance(value, list) else value for key, value in metadata},
    )

"""A document as the ledger keeps it: its compressed text, its metadata and its chunks."""

from __future__ import annotations

import codecs
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from knowledge.chunk import Chunk, TokenCounts, chunk
from knowledge.document import Document, Metadata

# Headings included. MiniLM reads 256; the rest is room for special tokens counted once per paragraph.
CHUNK_TOKENS = 240
PIECE_BYTES = 1 << 20  # unpacked at once
MAX_TEXT_BYTES = 80_000_000  # 20 million characters, each of four bytes
# As JSON. It goes with every passage of the file; the longest of some 4,000 real files has 806 characters.
MAX_METADATA_CHARACTERS = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkedDocument:
    """`body`: the document's text, compressed; `chunks` point into it. `losses`: see `Document`, on one line."""

    title: str
    metadata: Metadata
    body: bytes
    chunks: tuple[Chunk, ...]
    losses: str = ""

    @property
    def text(self) -> str:
        """The document's text."""
        return text_of(self.body)


def chunked(document: Document, name: str, count_tokens: TokenCounts) -> ChunkedDocument:
    """The document cut into chunks. `name`: of its file; a title that only repeats it is left out.

    A rename must change no chunk.
    """
    kept = replace(document, title="") if document.title == name else document
    return ChunkedDocument(
        title=kept.title,
        metadata=bounded_metadata(kept.metadata),
        body=zlib.compress(kept.text.encode("utf-8", "replace"), 1),
        chunks=tuple(chunk(kept, count_tokens, CHUNK_TOKENS)),
        losses=", ".join(kept.losses),
    )


def text_of(body: bytes) -> str:
    """The text that was compressed to `body`; no more than a document can have, whatever it would unpack to."""
    decoder = codecs.getincrementaldecoder("utf-8")("ignore")
    return "".join(decoder.decode(piece) for piece in _unpacked(body))


def _unpacked(body: bytes) -> Iterator[bytes]:
    """Pieces that take milliseconds each: while one is decoded, no other thread runs."""
    unpacking, left_bytes = zlib.decompressobj(), MAX_TEXT_BYTES
    while body and left_bytes > 0:
        piece = unpacking.decompress(body, min(PIECE_BYTES, left_bytes))
        yield piece
        left_bytes -= len(piece)
        body = unpacking.unconsumed_tail


def bounded_metadata(metadata: Metadata) -> Metadata:
    """The metadata as far as MAX_METADATA_CHARACTERS go; a value that is too long is left out, and so is its key."""
    kept: dict[str, str | int | float | bool | tuple[str, ...]] = {}
    left = MAX_METADATA_CHARACTERS
    for key, value in metadata.items():
        length = len(json.dumps([key, value]))
        if length <= left:
            kept[key] = value
            left -= length
    return kept

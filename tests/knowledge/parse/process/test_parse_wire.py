import io
import struct
from collections.abc import Sequence
from dataclasses import replace

import pytest

from knowledge.chunk import Chunk
from knowledge.chunked_document import ChunkedDocument
from knowledge.parse.process.wire import (
    END,
    FrameTooLarge,
    document_frames,
    read_document,
    read_frame,
    read_stream,
    write_frame,
)

CHUNKS = tuple(
    Chunk(text=f"Ä😀 {n}", start=n, end=n + 4, heading=("Ä", "B"), page=n or None, context="Ä › B")
    for n in range(1_200)
)
DOCUMENT = ChunkedDocument(
    title="Ä",
    metadata={"tags": ("a", "b"), "draft": True, "score": 0.5, "n": 3},
    body=b"\0body",
    chunks=CHUNKS,
    losses="1 picture was not read",
)


def read(frames: Sequence[bytes]) -> ChunkedDocument:
    stream = io.BytesIO()
    for frame in frames[1:]:
        write_frame(stream, frame)
    stream.seek(0)
    return read_document(frames[0], stream)


def test_a_document_comes_back_equal() -> None:
    assert read(document_frames(DOCUMENT)) == DOCUMENT


def test_a_long_document_comes_in_frames_that_take_a_moment_each() -> None:
    long = [replace(CHUNKS[0], text="a" * 16_000)] * 1_000
    assert max(map(len, document_frames(replace(DOCUMENT, chunks=(*CHUNKS, *long))))) < 600_000


def test_a_lone_surrogate_does_not_reach_the_ledger() -> None:
    frames = document_frames(replace(DOCUMENT, chunks=(replace(CHUNKS[0], text="a\ud800"),)))
    assert read(frames).chunks[0].text == "a?"
    with pytest.raises(ValueError):
        read([frames[0], frames[1], b'[["\\ud800", 0, 1, [], null, ""]]'])


@pytest.mark.parametrize(
    "chunks",
    [
        b"{}",
        b"[]",
        b"[1]",
        b'[["a", 0, 1, [], null]]',
        b'[[1, 0, 1, [], null, ""]]',
        b'[["a", "0", 1, [], null, ""]]',
        b'[["a", 0, 1e999, [], null, ""]]',
        b'[["a", -1, 1, [], null, ""]]',
        b'[["a", 0, 1, "x", true, ""]]',
        b'[["a", 0, 1, [{}], null, ""]]',
        b"not json",
    ],
)
def test_what_is_no_chunk_is_an_error(chunks: bytes) -> None:
    header, body, *_ = document_frames(DOCUMENT)
    with pytest.raises(ValueError):
        read([header, body, chunks])


@pytest.mark.parametrize("header", [b"[]", b"1", b'{"title": 1}', b'{"title": "", "metadata": {"a": {}}, "chunks": 0}'])
def test_what_is_no_header_is_an_error(header: bytes) -> None:
    with pytest.raises(ValueError):
        read([header, b"body"])


def test_metadata_without_end_is_cut() -> None:
    frames = document_frames(replace(DOCUMENT, metadata={"long": "a" * 1_000_000, "short": "b"}))
    assert read(frames).metadata == {"short": "b"}


def test_a_stream_ends_with_an_empty_frame() -> None:
    stream = io.BytesIO()
    for frame in (b"one", b"two", END, b"next"):
        write_frame(stream, frame)
    stream.seek(0)
    assert (read_stream(stream), read_frame(stream)) == (b"onetwo", b"next")


def test_frames_follow_one_another() -> None:
    stream = io.BytesIO()
    write_frame(stream, b"one")
    write_frame(stream, b"")
    stream.seek(0)

    assert [read_frame(stream), read_frame(stream)] == [b"one", b""]


@pytest.mark.parametrize("data", [b"", b"\0\0", struct.pack(">I", 5) + b"abc"])
def test_a_broken_frame_is_the_end(data: bytes) -> None:
    with pytest.raises(EOFError):
        read_frame(io.BytesIO(data))


def test_a_frame_larger_than_any_document_is_not_read() -> None:
    with pytest.raises(FrameTooLarge):
        read_frame(io.BytesIO(struct.pack(">I", 2**31) + b"abc"))

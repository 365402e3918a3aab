import io
import struct

import pytest

from knowledge.document import Document, Heading
from knowledge.parse.process.wire import FrameTooLarge, document_from_json, document_to_json, read_frame, write_frame


def test_a_document_comes_back_equal() -> None:
    document = Document(
        text="# Ä😀\ud800\n",
        title="Ä",
        body_start=2,
        headings=(Heading(0, 1, "Ä"),),
        page_starts=(0, 3),
        blocks=((1, 2),),
        metadata={"tags": ("a", "b"), "draft": True, "score": 0.5, "n": 3},
    )

    assert document_from_json(document_to_json(document)) == document


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

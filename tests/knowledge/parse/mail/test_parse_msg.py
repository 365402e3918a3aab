import datetime
import struct

import pytest
from hypothesis import given, settings, strategies as st

from knowledge.document import Document
from knowledge.parse.input import Unreadable
from knowledge.parse.mail.compressed_rtf import decompressed
from knowledge.parse.mail.msg import parse_msg
from tests.knowledge.parse.ole_files import Tree, ole

SENT = datetime.datetime(2023, 3, 28, 17, 0, 31, tzinfo=datetime.UTC)


def properties(header_bytes: int, *entries: tuple[int, int, int]) -> dict[str, bytes]:
    packed = (struct.pack("<HHIQ", kind, number, 6, value) for number, kind, value in entries)
    return {"__properties_version1.0": bytes(header_bytes) + b"".join(packed)}


def text(number: int, value: str) -> dict[str, bytes]:
    return {f"__substg1.0_{number:04X}001F": value.encode("utf-16-le")}


def message(parts: Tree, header_bytes: int = 32) -> dict[str, "bytes | Tree"]:
    steps = int((SENT - datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)).total_seconds()) * 10_000_000
    head = text(0x0037, "Plans") | text(0x0C1A, "Ann") | text(0x0C1F, "ann@x.org")
    return {**properties(header_bytes, (0x0039, 0x0040, steps), (0x3FDE, 3, 65001)), **head, **parts}


def recipient(number: int, name: str, address: str, kind: int) -> dict[str, Tree]:
    parts = properties(8, (0x0C15, 3, kind)) | text(0x3001, name) | text(0x39FE, address)
    return {f"__recip_version1.0_#{number:08X}": parts}


def attachment(parts: Tree) -> dict[str, Tree]:
    return {"__attach_version1.0_#00000000": {**properties(8), **parts}}


def msg(parts: Tree) -> Document:
    return parse_msg(ole(message(parts)), "file")


def reason(data: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        parse_msg(data, "file")
    return caught.value.reason


HEAD = "From: Ann <ann@x.org>\nDate: 2023-03-28T17:00:31+00:00"


@pytest.mark.parametrize(
    ("language", "encoding", "name", "body"),
    [
        (1049, "cp1251", "Пётр", "Автоматически"),
        (0x0404, "cp950", "王小明", "中文測試"),
        (0x0804, "cp936", "王小明", "中文测试"),
        (1033, "cp1252", "René", "Reçu"),
    ],
)
def test_text_of_bytes_is_in_the_code_page_of_the_language(language: int, encoding: str, name: str, body: str) -> None:
    person = {"__substg1.0_3001001E": name.encode(encoding)} | text(0x39FE, "p@x.org")
    to = {"__recip_version1.0_#00000000": {**properties(8, (0x0C15, 3, 1)), **person}}
    stated = properties(32, (0x3FF1, 3, language))
    document = parse_msg(ole({**stated, "__substg1.0_1000001E": body.encode(encoding), **to}), "file")

    assert document.text == f"To: {name} <p@x.org>\n\n{body}"


def test_the_head_and_the_plain_text_are_read() -> None:
    document = msg(text(0x1000, "Hello.\r\n  Indented."))

    assert document.title == "Plans"
    assert document.text == f"{HEAD}\n\nHello.\n  Indented."
    assert document.metadata == {"from": "Ann <ann@x.org>", "date": "2023-03-28T17:00:31+00:00"}


def test_recipients_are_told_by_their_kind() -> None:
    people = recipient(0, "Bob", "bob@x.org", 1) | recipient(1, "Cy", "cy@x.org", 2) | recipient(2, "D", "d@x.org", 3)
    metadata = msg({**text(0x1000, "x"), **people}).metadata

    assert (metadata["to"], metadata["cc"]) == (("Bob <bob@x.org>",), ("Cy <cy@x.org>",))


def test_an_address_within_an_organisation_is_left_out() -> None:
    assert msg(recipient(0, "Bob", "/O=X/CN=BOB", 1)).metadata["to"] == ("Bob",)


def test_html_is_read_where_there_is_no_plain_text() -> None:
    html = {"__substg1.0_10130102": "<p>marked <b>wörds</b></p>".encode()}

    assert msg(html).text == f"{HEAD}\n\nmarked wörds"


def test_a_long_text_is_read_whole() -> None:
    assert msg(text(0x1000, "word " * 2000)).text.count("word") == 2000


def test_text_in_a_code_page_is_decoded() -> None:
    parts = properties(32, (0x3FFD, 3, 1251)) | {"__substg1.0_1000001E": "Привет".encode("cp1251")}

    assert parse_msg(ole(parts), "file").text == "Привет"


def test_attached_files_are_read() -> None:
    key = text(0x3707, "arrival.txt") | {"__substg1.0_37010102": b"The key hangs behind the mirror."}
    document = msg({**text(0x1000, "See the file."), **attachment(key)})
    assert "Attachments: arrival.txt\n" in document.text and document.losses == ()
    assert document.text.endswith("See the file.\n\narrival.txt\n\nThe key hangs behind the mirror.")
    assert [heading.title for heading in document.headings] == ["arrival.txt"]


# The examples of MS-OXRTFCP 4.1.
HELLO = "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
REPEATED = "1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0"


@pytest.mark.parametrize(
    ("compressed", "rtf"),
    [
        (HELLO, rb"{\rtf1\ansi\ansicpg1252\pard hello world}" + b"\r\n"),
        (REPEATED, rb"{\rtf1 WXYZWXYZWXYZWXYZWXYZ}"),
    ],
)
def test_compressed_rtf_is_expanded(compressed: str, rtf: bytes) -> None:
    assert decompressed(bytes.fromhex(compressed)) == rtf


def test_a_message_that_has_its_text_as_compressed_rtf_is_read() -> None:
    assert msg({"__substg1.0_10090102": bytes.fromhex(HELLO)}).text.endswith("\n\nhello world")


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_damaged_compressed_rtf_ends(data: bytes) -> None:
    size = 200
    expanded = decompressed(struct.pack("<IIII", len(data) + 12, size, 0x75465A4C, 0) + data)
    assert len(expanded) <= size


def test_attachments_without_their_content_are_named() -> None:
    document = msg({**text(0x1000, "x"), **attachment(text(0x3707, "report.pdf"))})

    assert document.metadata["attachments"] == ("report.pdf",)
    assert "Attachments (not read): report.pdf" in document.text


def test_a_message_within_a_message_is_headed_by_its_subject() -> None:
    inner = {"__substg1.0_3701000D": message(text(0x1000, "Deep words."), header_bytes=24)}
    document = msg({**text(0x1000, "Outer words."), **attachment(inner)})

    assert [(h.level, h.title) for h in document.headings] == [(2, "Plans")]
    assert document.text == f"{HEAD}\n\nOuter words.\n\nPlans\n\n{HEAD}\n\nDeep words."


@pytest.mark.parametrize(
    "parts", [text(0x001A, "IPM.Note.SMIME"), attachment(text(0x370E, "application/pgp-encrypted"))]
)
def test_an_encrypted_message_says_so(parts: Tree) -> None:
    assert reason(ole(message(parts))) == "encrypted mail: only its recipient's key opens it"


def test_a_signed_message_is_not_encrypted() -> None:
    assert msg(text(0x001A, "IPM.Note.SMIME.MultipartSigned") | text(0x1000, "x")).text.endswith("x")


@pytest.mark.parametrize("data", [b"words", ole({"WordDocument": b"x"})])
def test_what_is_no_message_says_so(data: bytes) -> None:
    assert reason(data) == "not an Outlook message, despite its name"


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_damaged_message_ends_as_a_document_or_a_reason(data: st.DataObject) -> None:
    whole = bytearray(ole(message({**text(0x1000, "Hello."), **recipient(0, "Bob", "bob@x.org", 1)})))
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=20)):
        whole[place] = data.draw(st.integers(0, 255))
    try:
        parse_msg(bytes(whole[: data.draw(st.integers(1, len(whole)))]), "file")
    except Unreadable as error:
        assert error.reason

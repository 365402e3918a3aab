import io
import struct

import pytest
from olefile import OleFileIO

from knowledge.parse.input import Unreadable
from knowledge.parse.old_office.old_office import parse_old_office
from tests.knowledge.parse.old_office.ppt_files import (
    BODY,
    OTHER,
    TITLE,
    Slide,
    box,
    drawing,
    ppt,
    record,
    shape,
    string,
)
from tests.knowledge.parse.ole_files import ole


def test_slides_are_pages_with_title_texts_from_the_top_and_notes() -> None:
    slides = [
        Slide([(OTHER, 300, "Left foot"), (BODY, 100, "One\rTwo"), (TITLE, 0, "Tour")], notes="Thank Mrs Oduya."),
        Slide([(OTHER, 0, "Żabka насосы")]),
    ]
    document = parse_old_office(ppt(slides), "name")

    assert document.text == "Tour\n\n- One\n- Two\n\nLeft foot\n\nNotes:\nThank Mrs Oduya.\n\nSlide 2\n\nŻabka насосы"
    assert [document.text[start:][:7] for start in document.page_starts] == ["Tour\n\n-", "Slide 2"]
    assert document.title == "Tour"


def test_a_table_is_told_by_the_frame_of_its_group() -> None:
    def cell(left: int, top: int, text: str) -> bytes:
        anchor = record(0xF00F, struct.pack("<iiii", left, top, left + 90, top + 20))
        held = record(0xF00D, box(OTHER, text), container=True)
        return record(0xF004, record(0xF00A, bytes(8), 202) + anchor + held, container=True)

    def group(option: int) -> bytes:
        options = record(0xF122, struct.pack("<HI", option, 1), instance=1)
        anchor = record(0xF010, struct.pack("<hhhh", 100, 10, 500, 300))
        frame = record(0xF004, record(0xF009, bytes(16)) + record(0xF00A, bytes(8)) + options + anchor, container=True)
        cells = [cell(0, 0, "Item"), cell(90, 0, "Price"), cell(90, 20, "19.90"), cell(0, 20, "Kettle")]
        return record(0xF003, frame + b"".join(cells), container=True)

    def text(option: int) -> str:
        return parse_old_office(ppt([Slide([], parts=drawing(group(option)))]), "name").text

    assert text(0x039F) == "Slide 1\n\n| Item | Price |\n| --- | --- |\n| Kettle | 19.90 |"
    assert text(0x0381) == "Slide 1\n\nItem\n\nPrice\n\nKettle\n\n19.90"


def test_of_a_file_for_two_versions_the_newer_one_is_read() -> None:
    with OleFileIO(io.BytesIO(ppt([Slide([(TITLE, 0, "Tour")])]))) as whole:
        streams = {name: whole.openstream(name).read() for name in ("PowerPoint Document", "Current User")}
    data = ole({"PowerPoint Document": b"of 95", "Current User": b"95", "PP97_DUALSTORAGE": streams})

    assert parse_old_office(data, "name").text == "Tour"


def test_what_stands_for_the_date_of_notes_is_left_out() -> None:
    slides = [Slide([(TITLE, 0, "Tour")], notes="*"), Slide([(TITLE, 0, "End")], notes="*\rThank her.")]

    assert parse_old_office(ppt(slides), "name").text == "Tour\n\nEnd\n\nNotes:\nThank her."


def test_the_comments_of_a_slide_name_their_author() -> None:
    said = record(12000, string("Noor") + string("Closed in March.", 1), container=True)
    tags = record(5000, record(5002, string("___PPT10") + record(5003, said), container=True), container=True)

    text = parse_old_office(ppt([Slide([(TITLE, 0, "Tour")], parts=tags)]), "name").text

    assert text == "Tour\n\n[Comment by Noor: Closed in March.]"


def test_raised_digits_and_addresses_behind_links_are_told() -> None:
    styles = struct.pack("<IHI", 15, 0, 0)
    styles += struct.pack("<IIhIIhII", 2, 0x80000, 0, 1, 0x80000, 30, 12, 0)
    link = record(4082, record(4083, struct.pack("<II", 0, 7)), container=True)
    link += record(4063, struct.pack("<ii", 7, 13))
    texts = box(OTHER, "106 of tickets", record(4001, styles) + link)
    address = record(4055, record(4051, struct.pack("<I", 7)) + string("https://t.example", 1), container=True)
    data = ppt([Slide([], parts=drawing(shape(0, texts)))], links=record(1033, address, container=True))

    assert parse_old_office(data, "name").text == "Slide 1\n\n10⁶ of ticket (https://t.example)s"


def test_text_that_only_the_outline_holds_is_found_by_its_number() -> None:
    shapes = drawing(shape(0, record(3998, struct.pack("<I", 0))))
    page = record(1006, shapes, container=True)
    listed = record(1011, struct.pack("<IIiII", 2, 0, 0, 0x100, 0)) + box(TITLE, "Pumps")
    deck = record(1000, record(4080, listed, container=True), container=True)
    directory = record(6002, struct.pack("<III", 2 << 20 | 1, 0, len(deck)))
    edit = record(4085, struct.pack("<IIIIIII", 0, 0, 0, len(deck + page), 1, 3, 0))

    # Without the stream that tells where the last edit is, it is looked for.
    assert parse_old_office(ole({"PowerPoint Document": deck + page + directory + edit}), "name").text == "Pumps"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (
            ppt([Slide([(TITLE, 0, "Tour")])], token=0xF3D1C4DF),
            "encrypted PowerPoint presentation: it needs a password",
        ),
        (ole({"PowerPoint Document": b""}), "damaged PowerPoint presentation"),
        (ole({"PowerPoint Document": b"\x0f\0" * 4000}), "damaged PowerPoint presentation"),
    ],
)
def test_unreadable_ones_are_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse_old_office(data, "name")

    assert caught.value.reason == reason

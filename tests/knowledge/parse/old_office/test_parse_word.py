import random
import struct
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from knowledge.parse import Unreadable, parse
from knowledge.parse.old_office.old_office import parse_old_office
from tests.knowledge.parse.ole_files import ole

LEASE = Path("tests/data/office/lease.doc")
TABLE_IN_TEXT, CHARACTER_PAGES, LISTS = 0x1A2, 0xFA, 154 + 8 * 73


def word(
    text: str,
    *,
    length: int | None = None,
    table: bytes | None = None,
    flags: int = 0,
    lists: bytes = b"",
    extra: Mapping[str, Mapping[str, bytes]] = MappingProxyType({}),
) -> bytes:
    """A Word file of one piece, without formats; `length`: of its text as it is stated; `extra`: further storages."""
    fib = bytearray(0x400)
    struct.pack_into("<HH", fib, 0, 0xA5EC, 0xC1)
    struct.pack_into("<H", fib, 10, flags)
    struct.pack_into("<i", fib, 76, len(text) if length is None else length)
    pieces = struct.pack("<IIHIH", 0, len(text), 0, len(fib), 0)
    clx = b"\2" + struct.pack("<I", len(pieces)) + pieces if table is None else table
    struct.pack_into("<II", fib, TABLE_IN_TEXT, 0, len(clx))
    struct.pack_into("<II", fib, LISTS, len(clx), len(lists))
    stored = text.encode("utf-16-le", "surrogatepass")
    return ole({"WordDocument": bytes(fib) + stored, "0Table": clx + lists, **extra})


def bytes_as_text(data: bytes) -> bytes:
    """A Word file whose piece, of one byte a character, leads to these bytes."""
    pieces = struct.pack("<IIHIH", 0, len(data), 0, 1 << 30 | 0x400 * 2, 0)
    table = b"\2" + struct.pack("<I", len(pieces)) + pieces
    return word(data.decode("utf-16-le", "surrogatepass"), length=len(data), table=table)


def test_a_document_of_word_is_read_with_what_stands_around_its_text() -> None:
    document = parse(LEASE)

    assert document.text == (
        "Lease of the mill\n\n"
        "1. Parties\n  - 1.1 The landlord is Harbour Estates.\n  - 1.2 The tenant is Fern Joinery.\n"
        "2. Rent\n  - 2.1 Late payment bears interest of five per cent.\n\n"
        "The tank holds 10⁶ litres of H₂O.\n\n"
        "Book the meeting room (https://rooms.example.org/book) early. Prices are in zł and ₴ and 万元 😀.\n\n"
        "The budget is approved.\n\n[Comment by Ines: Only up to forty thousand euros.]\n\n"
        "| Item | Price |\n| --- | --- |\n| Kettle | 19.90 |\n| Teapot |  |\n\n"
        "The end.\n\nMeasured in spring.\n\nDocument no. QM-17\n\nConfidential"
    )
    assert [(heading.level, heading.title) for heading in document.headings] == [(1, "Lease of the mill")]


def test_text_outlives_the_loss_of_its_formats() -> None:
    assert parse_old_office(word("One.\r", lists=struct.pack("<H28x", 1)), "name").text == "One."
    assert parse_old_office(word("One.\rTwo \x13 PAGE \x14iii\x15.\r"), "name").text == "One.\n\nTwo iii."


@pytest.mark.parametrize(
    ("field", "shown"),
    [
        (r'EQ \* jc2 \* "Font:MS Mincho" \* hps11 \o\ad(\s\up 10(とうきょう),東京)', "東京"),
        (r"EQ \f(1,2)", "1/2"),
        (r"EQ \x(boxed)", ""),
    ],
)
def test_equations_of_fields_are_read_as_they_are_shown(field: str, shown: str) -> None:
    assert parse_old_office(word(f"In \x13{field}\x15 now.\r"), "name").text == " ".join(f"In {shown} now.".split())


def test_a_short_text_with_the_separators_of_its_notes_is_no_garbage() -> None:
    text = "A.\r\x03\r\r\x04\r\r\x03\r\r\x04\r\r"

    assert parse_old_office(word(text, length=3), "name").text == "A."


def test_a_ticked_box_of_a_form_is_told_from_an_empty_one() -> None:
    assert parse_old_office(word("\x13 FORMCHECKBOX \x14\x15 Paid\r"), "name").text == "☐ Paid"


def test_macros_are_told_as_lost() -> None:
    assert parse_old_office(word("Ha.\r", extra={"Macros": {"VBA": b"x"}}), "name").losses == ("macros were not read",)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (word("words", flags=0x100), "encrypted Word document: it needs a password"),
        (word("\u0378\ufffe\ue123" * 50), "damaged Word document: its text cannot be found"),
        (
            word("words", table=b"\2" + struct.pack("<I", 16) + struct.pack("<IIHIH", 5, 2, 0, 0, 0)),
            "damaged Office document",
        ),
        (bytes_as_text(random.Random(1).randbytes(4_000)), "damaged Word document: its text cannot be found"),
        (ole({"WordDocument": b"\xec\xa5"}), "damaged Office document"),
        (ole({"WordDocument": b"\xec\xa5\xc1\0" + b"\0" * 900}), "damaged Office document"),
    ],
)
def test_unreadable_ones_are_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse_old_office(data, "name")

    assert caught.value.reason == reason


def test_text_that_the_file_is_too_short_for_is_left_out() -> None:
    pieces = struct.pack("<IIHIH", 0, 5_000_000, 0, 0x400, 0)
    data = word("All there is.\r", length=5_000_000, table=b"\2" + struct.pack("<I", len(pieces)) + pieces)

    assert parse_old_office(data, "name").text == "All there is."


def test_word_95_is_read_as_text_with_rows_ended_by_two_marks() -> None:
    text = "Preis\x07Menge\x07\x07zwölf\x075\x07\x07Ende.\r".encode("cp1252")

    assert parse_old_office(word_95(text, language=0x0407), "name").text == (
        "| Preis | Menge |\n| --- | --- |\n| zwölf | 5 |\n\nEnde."
    )


@pytest.mark.parametrize(
    ("text", "encoding", "character_sets", "macintosh"),
    [
        ("Договор аренды мельницы", "cp1251", (0, 2, 204), False),
        ("Smlouva o nájmu mlýna č. 7 ve městě Řevnice", "cp1250", (0, 238), False),
        ("Le bail du moulin à été signé", "cp1252", (0, 204), False),
        ("Le bail du moulin à été signé", "mac_roman", (77,), True),
    ],
)
def test_word_95_has_the_letters_of_its_fonts(
    text: str, encoding: str, character_sets: tuple[int, ...], macintosh: bool
) -> None:
    data = word_95(f"{text}\r".encode(encoding), character_sets=character_sets, macintosh=macintosh)

    assert parse_old_office(data, "name").text == text


def word_95(
    text: bytes, *, language: int = 0x0409, character_sets: tuple[int, ...] = (), macintosh: bool = False
) -> bytes:
    """A document of Word 95 with a font of each character set."""
    fib = bytearray(0x400)
    fonts = b"".join(bytes((8, 0, 0, 0, one, 0)) + b"F1\0" for one in character_sets)
    struct.pack_into("<HHxxH", fib, 0, 0xA5DC, 104, language)
    struct.pack_into("<H", fib, 0x14, 256 if macintosh else 0)
    struct.pack_into("<I", fib, 0x18, len(fib))
    struct.pack_into("<i", fib, 0x34, len(text))
    struct.pack_into("<II", fib, 0xD0, len(fib) + len(text), 2 + len(fonts))
    return ole({"WordDocument": bytes(fib) + text + struct.pack("<H", 2 + len(fonts)) + fonts})


def test_the_words_behind_a_link_are_read_where_its_data_and_its_separator_share_a_format() -> None:
    """Word gives the mark of a link's data and the separator behind it one run of characters."""
    text = 'See \x13 HYPERLINK "https://mill.example" \x01\x14the mill\x15 today.\r'
    first = text.index("\x01")
    data = with_characters(text, first, first + 2, b"\x03\x6a" + struct.pack("<I", 0))

    assert parse_old_office(data, "name").text == "See the mill (https://mill.example) today."


def with_characters(text: str, first: int, last: int, formats: bytes) -> bytes:
    """A Word file of one piece whose characters `first` to `last` have these properties."""
    fib = bytearray(0x400)
    struct.pack_into("<HH", fib, 0, 0xA5EC, 0xC1)
    struct.pack_into("<i", fib, 76, len(text))
    pieces = struct.pack("<IIHIH", 0, len(text), 0, len(fib), 0)
    clx = b"\2" + struct.pack("<I", len(pieces)) + pieces
    struct.pack_into("<II", fib, TABLE_IN_TEXT, 0, len(clx))
    characters = bytes(fib) + text.encode("utf-16-le")
    page_number = -(-len(characters) // 512)
    pages = struct.pack("<III", len(fib), len(characters), page_number)
    struct.pack_into("<II", fib, CHARACTER_PAGES, len(clx), len(pages))
    bounds = struct.pack("<4I", *(len(fib) + 2 * place for place in (0, first, last, len(text))))
    page = (bounds + bytes((0, 240, 0))).ljust(480, b"\0") + bytes((len(formats),)) + formats
    characters = bytes(fib) + characters[len(fib) :].ljust(page_number * 512 - len(fib), b"\0")
    return ole({"WordDocument": characters + page.ljust(511, b"\0") + b"\3", "0Table": clx + pages})

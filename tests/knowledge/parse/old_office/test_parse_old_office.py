import pytest

from knowledge.parse.input import Unreadable
from knowledge.parse.old_office.old_office import parse_old_office
from tests.knowledge.parse.office_files import odf, pptx, shape
from tests.knowledge.parse.ole_files import ole

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (OLE + b"\0" * 504, "damaged Office document"),
        (OLE + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le"), "encrypted Office document: it needs a password"),
        (ole({"Contents": b"words"}), "not a document of Word, Excel or PowerPoint, despite its name"),
        (b"\xdb\xa5-\0" + b"\0" * 500, "a document of Office before 1995, which is not supported"),
        (b"%PDF-1.4", "not an Office document, despite its name"),
        (b"wo\0rds", "not an Office document, despite its name"),
    ],
)
def test_what_is_no_old_document_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse_old_office(data, "name")

    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (pptx([shape("Plan", kind="title")]), "Plan"),
        (odf("text", "<text:p>Plan</text:p>"), "Plan"),
        (b"<html><table><tr><td>a<td>b</table>", "| a | b |\n| --- | --- |"),
        (b"{\\rtf1 Plan\\par}", "Plan"),
        (b"item\tqty\ncandle\t40\n", "| item | qty |\n| --- | --- |\n| candle | 40 |"),
        (b"Just words.", "Just words."),
    ],
)
def test_other_formats_under_an_old_name_are_read(data: bytes, text: str) -> None:
    assert parse_old_office(data, "name").text == text

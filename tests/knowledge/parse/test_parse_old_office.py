import pytest

from knowledge.parse.input import Unreadable
from knowledge.parse.parsers import parse_old_office
from tests.knowledge.parse.office_files import pptx, shape

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("stream", "reason"),
    [
        ("WordDocument", "an old Word document (.doc), which is not supported"),
        ("Workbook", "an old Excel workbook (.xls), which is not supported"),
        ("PowerPoint Document", "an old PowerPoint presentation (.ppt), which is not supported"),
        ("EncryptedPackage", "encrypted Office document: it needs a password"),
        ("", "not an Office document, despite its name"),
    ],
)
def test_old_formats_are_refused_by_name(stream: str, reason: str) -> None:
    data = OLE + b"\0" * 504 + stream.encode("utf-16-le") if stream else b"words"
    with pytest.raises(Unreadable) as caught:
        parse_old_office(data, "name")

    assert caught.value.reason == reason


def test_newer_formats_under_an_old_name_are_read() -> None:
    assert parse_old_office(pptx([shape("Plan", kind="title")]), "name").text == "Plan"
    assert parse_old_office(b"<html><table><tr><td>a<td>b</table>", "name").text == "| a | b |\n| --- | --- |"

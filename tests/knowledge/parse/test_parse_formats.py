import io
import zipfile

import pytest

from knowledge.parse.formats import refuse_misnamed
from knowledge.parse.input import Unreadable

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def archive(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        for name in names:
            package.writestr(name, "x")
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "suffix", "reason"),
    [
        (b"<html>", ".pdf", "not a PDF, despite its name"),
        (b"plain words", ".pdf", "not a PDF, despite its name"),
        (b"plain words", ".docx", "not a Word document, despite its name"),
        (archive("xl/workbook.xml"), ".docx", "not a Word document, despite its name"),
        (OLE + b"\0" * 600, ".docx", "not a Word document, despite its name"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), ".docx", "encrypted Word document: it needs a password"),
        (b"%PDF-1.4", ".txt", "a PDF, although its name ends in .txt"),
        (archive("word/document.xml"), ".md", "a Word document, although its name ends in .md"),
        (archive("a"), ".html", "a zip archive, although its name ends in .html"),
        (b"\x89PNG\r\n\x1a\n", ".txt", "a PNG image, although its name ends in .txt"),
        (b"{\\rtf1 x}", ".txt", "an RTF document, although its name ends in .txt"),
    ],
)
def test_certain_contradictions_are_refused(data: bytes, suffix: str, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        refuse_misnamed(data, suffix)

    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("data", "suffix"),
    [
        (b"junk before\n%PDF-1.4", ".pdf"),
        (archive("word/document.xml"), ".docx"),
        (b"<!doctype html>", ".html"),
        (b"<!doctype html>", ".md"),
        (b"A file that begins with %PDF- is a PDF", ".txt"),
        (b"words", ".html"),
        (b"", ".txt"),
    ],
)
def test_what_fits_its_name_is_let_through(data: bytes, suffix: str) -> None:
    refuse_misnamed(data, suffix)


def test_the_hint_tells_what_to_do() -> None:
    with pytest.raises(Unreadable) as caught:
        refuse_misnamed(archive("xl/workbook.xml"), ".docx")

    assert caught.value.hint == "It is an Excel workbook. Rename it to end in .xlsx."


def test_a_package_of_a_version_that_is_not_known_is_still_recognised() -> None:
    data = bytearray(archive("word/document.xml"))
    data[data.index(b"PK\x01\x02") + 6] = 99

    refuse_misnamed(bytes(data), ".docx")

"""`knowledge.parse`: which files are read, and why others are not."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

import knowledge.parse.parsers
from knowledge.parse import Unreadable, parse, supported
from knowledge.parse.parsers import PARSERS, parser_of
from tests.knowledge.parse import pdf_files


def reason(path: Path) -> str:
    with pytest.raises(Unreadable) as caught:
        parse(path)
    return caught.value.reason


@pytest.mark.parametrize("name", ["a.md", "a.MD", "a.markdown", "a.txt", "a.log", "a.rst", "a.org", "a.pdf", "a.docx"])
def test_formats_are_known_by_their_suffix(name: str) -> None:
    assert supported(Path(name))


@pytest.mark.parametrize("name", ["README", "LICENSE", "licence", "CHANGELOG"])
def test_well_known_names_without_suffix_are_read_as_text(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text("words")

    assert parse(path).text == "words"


@pytest.mark.parametrize("name", ["a.exe", "a", "a.md.bak", ".md", "a.zip"])
def test_other_names_are_not_supported(name: str) -> None:
    assert not supported(Path(name))


@pytest.mark.parametrize("suffix", sorted(PARSERS))
def test_every_supported_ending_has_a_parser(suffix: str) -> None:
    assert supported(Path(f"a{suffix}"))
    assert callable(parser_of(suffix))


def test_asking_what_is_supported_loads_no_parser() -> None:
    program = (
        "import sys; from pathlib import Path; from knowledge.parse import supported\n"
        "assert supported(Path('a.docx')) and supported(Path('a.pdf')) and not supported(Path('a.exe'))\n"
        "print(sorted(m for m in sys.modules if m.startswith('knowledge.parse.') and m.rpartition('.')[2] in "
        "('docx', 'pdfium', 'mail', 'html', 'markdown', 'plain', 'decode')))"
    )
    root = Path(__file__).parents[3]

    assert subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True).stdout == b"[]\n"


def test_a_format_that_is_not_supported_is_refused(tmp_path: Path) -> None:
    assert reason(tmp_path / "a.xyz") == "format not supported: .xyz"


def test_title_is_the_file_name_where_the_file_has_none(tmp_path: Path) -> None:
    path = tmp_path / "shopping list.txt"
    path.write_text("bread")

    assert parse(path).title == "shopping list"


@pytest.mark.skipif(os.name != "posix", reason="names are Unicode here")
def test_a_name_that_is_not_unicode_gives_a_title_that_is(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.txt")
    try:
        path.write_text("bread")
    except OSError:
        pytest.skip("this file system takes Unicode names only")

    assert parse(path).title == "caf\ufffd"


def test_an_empty_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.touch()

    assert reason(path) == "empty file"


@pytest.mark.parametrize("name", ["a.md", "a.txt", "a.html"])
def test_a_file_of_white_space_has_no_text(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(" \n\t\n")

    assert reason(path) == "no text in it"


def test_front_matter_alone_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("---\nbirthday: 1984-03-12\n---\n")

    document = parse(path)
    assert "birthday: 1984-03-12" in document.text
    assert document.metadata == {"birthday": "1984-03-12"}


def test_empty_front_matter_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("---\n---\n")

    assert reason(path) == "no text in it"


def test_a_vanished_file_says_so(tmp_path: Path) -> None:
    assert reason(tmp_path / "a.txt") == "the file no longer exists"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="nothing is forbidden to this user")
def test_a_forbidden_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("secret")
    path.chmod(0)

    assert reason(path) == "no permission to read it"


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.mkdir()

    assert reason(path) == "not a regular file"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    os.mkfifo(path)

    assert reason(path) == "not a regular file"


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(50_000_001)

    assert reason(path) == "larger than 50 MB"


def test_too_much_text_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knowledge.parse.parsers, "MAX_CHARACTERS", 3_000_000)
    path = tmp_path / "a.txt"
    path.write_bytes(b"a" * 3_000_001)

    assert reason(path) == "more than 3 million characters of text"


def test_misnamed_files_say_what_they_are(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "zip.txt", "w") as archive:
        archive.writestr("a", "b")
    (tmp_path / "page.pdf").write_text("<!DOCTYPE html><p>Hi")
    (tmp_path / "pdf.md").write_bytes(pdf_files.pdf([["Hi"]]))

    assert reason(tmp_path / "zip.txt") == "a zip archive, although its name ends in .txt"
    assert reason(tmp_path / "page.pdf") == "not a PDF, despite its name"
    assert reason(tmp_path / "pdf.md") == "a PDF, although its name ends in .md"


def test_the_error_shown_to_a_person_carries_the_reason(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as caught:
        parse(tmp_path / "a.txt")

    assert caught.value.title == "This file cannot be read: the file no longer exists"


SUFFIXES = [".md", ".txt", ".rst", ".org", ".html", ".pdf", ".docx"]
MAGIC = [b"", b"%PDF-1.7\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe", b"---\na: ", b"<html>"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(suffix=st.sampled_from(SUFFIXES), magic=st.sampled_from(MAGIC), data=st.binary(max_size=300))
def test_any_bytes_end_as_a_document_or_a_reason(tmp_path: Path, suffix: str, magic: bytes, data: bytes) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(magic + data)
    try:
        document = parse(path)
    except Unreadable as error:
        assert error.reason
    else:
        assert document.text.strip()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_pdf_ends_as_a_document_or_a_reason(tmp_path: Path, data: st.DataObject) -> None:
    whole = bytearray(pdf_files.pdf([["Some text", "on a page"]]))
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=20)):
        whole[place] = data.draw(st.integers(0, 255))
    path = tmp_path / "a.pdf"
    path.write_bytes(bytes(whole[: data.draw(st.integers(1, len(whole)))]))
    try:
        parse(path)
    except Unreadable as error:
        assert error.reason

"""Files that are left out, or followed, for what they hold and where they are: secrets and links."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pytest

from knowledge.library import Library
from knowledge.sync import walk
from tests.knowledge.parse.office_files import xlsx
from tests.knowledge.parse.pdf_files import pdf
from tests.knowledge.sync.sync_library import write


def test_a_linked_file_can_be_read_whole(library: Library, notes: Path) -> None:
    path = write(notes / "kept/pond.md", "The pond was cleaned in June.")
    (notes / "pond.md").symlink_to(path)
    library.sync()
    assert library.document_text(notes / "pond.md") == library.document_text(path) == path.read_text()


def test_a_link_is_judged_by_the_name_of_its_target_too(library: Library, notes: Path) -> None:
    (notes / "notes.txt").symlink_to(write(notes / "passwords.txt", "words"))
    library.sync()
    assert {row.path.name: row.status for row in library.files()} == {
        "notes.txt": "skipped",
        "passwords.txt": "skipped",
    }


def test_a_secret_by_its_content_is_left_out_unless_everything_is_wanted(library: Library, notes: Path) -> None:
    write(notes / "letter.md", "Hello.\n\nAGE-SECRET-KEY-1" + "QX7RT2ZP9" * 6 + "ABCD")
    library.sync()
    (row,) = library.files()
    assert (row.status, row.reason.partition(":")[0]) == ("skipped", "looks like an access token")
    library.remove_folder(notes)
    library.add_folder(notes, everything=True)
    library.sync()
    assert [row.status for row in library.files()] == ["indexed"]


def test_a_secret_inside_a_document_that_is_no_text_is_left_out(library: Library, notes: Path) -> None:
    document = docx.Document()
    document.add_paragraph("The key is AGE-SECRET-KEY-1" + "QX7RT2ZP9" * 6 + "ABCD")
    document.save(str(notes / "letter.docx"))
    library.sync()
    assert [row.status for row in library.files()] == ["skipped"]


def test_a_secret_that_moves_out_of_a_folder_with_everything_is_judged_again(
    library: Library, notes: Path, tmp_path: Path
) -> None:
    path = write(tmp_path / "all" / "letter.md", "AGE-SECRET-KEY-1" + "QX7RT2ZP9" * 6 + "ABCD")
    library.add_folder(tmp_path / "all", everything=True)
    library.sync()
    path.rename(notes / "letter.md")
    library.sync()
    assert [row.status for row in library.files()] == ["skipped"]


def test_a_link_exchanged_after_the_walk_brings_nothing_in(
    library: Library, notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = write(tmp_path / "outside" / "a.md", "the teapot is outside")
    write(notes / "a.md", "the kettle is inside")
    listed = walk.list_directories

    def exchange(*given: Any, **options: Any) -> Iterator[walk.DirectoryListing]:
        yield from listed(*given, **options)
        (notes / "a.md").unlink(missing_ok=True)
        (notes / "a.md").symlink_to(outside)

    monkeypatch.setattr("knowledge.sync.changes.list_directories", exchange)
    library.sync()
    (row,) = library.files()
    assert "leads out of your folders" in row.reason
    assert library.searcher.search("teapot").passages == ()


def test_files_without_words_are_passed_over_whatever_their_format(library: Library, notes: Path) -> None:
    write(notes / "a.txt", "")
    write(notes / "b.txt", " \n")
    docx.Document().save(str(notes / "c.docx"))
    (notes / "d.xlsx").write_bytes(xlsx({"Sheet1": "<sheetData/>"}))
    (notes / "e.pdf").write_bytes(pdf([[]]))
    library.sync()
    reasons = {row.path.name: (row.status, row.reason) for row in library.files()}
    assert reasons.pop("a.txt") == ("skipped", "empty file")
    assert set(reasons.values()) == {("skipped", "no text in it")} and len(reasons) == 4

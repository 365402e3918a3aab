"""A sync: every file has a row, and what is odd has a reason."""

import os
import time
from pathlib import Path
from typing import Any

import pytest

from knowledge.chunked_document import ChunkedDocument
from knowledge.ledger.ledger import Ledger
from knowledge.library import Library
from knowledge.sync.progress import SyncProgress
from tests.embedders import WordsEmbedder
from tests.knowledge.parse.office_files import xlsx
from tests.knowledge.sync.sync_library import index, write


def test_a_folder_removed_while_it_is_indexed_leaves_nothing(
    library: Library, notes: Path, tmp_path: Path, ledger: Ledger
) -> None:
    for n in range(5):
        write(notes / f"{n}.md", f"text {n}")

    def remove(at: SyncProgress) -> None:
        if at.done_files == 2 and library.folders():
            library.remove_folder(notes)

    library.sync(on_progress=remove)
    library.sync()
    assert library.files() == [] and index(tmp_path).ids() == set() and not ledger.read("SELECT * FROM pending")


def test_a_directory_that_could_not_be_listed_has_a_row_until_it_can(
    library: Library, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(notes / "sub" / "a.md", "kettle")
    library.sync()
    listing = os.scandir

    def refuse(path: Path) -> object:
        if str(path).endswith("sub"):
            raise PermissionError(13, "Permission denied")
        return listing(path)

    monkeypatch.setattr(os, "scandir", refuse)
    library.sync()
    assert {row.path.name: row.status for row in library.files()} == {"a.md": "indexed", "sub": "skipped"}
    monkeypatch.undo()
    library.sync()
    assert {row.path.name: row.status for row in library.files()} == {"a.md": "indexed"}


def test_an_undone_edit_embeds_nothing(library: Library, notes: Path, embedder: WordsEmbedder) -> None:
    path = write(notes / "a.md", "first")
    library.sync()
    write(path, "second", seconds_ago=5)
    library.sync()
    embedder.embedded.clear()
    write(path, "first", seconds_ago=2)
    report = library.sync()
    assert (report.indexed, embedder.embedded) == (1, [])


def test_hidden_files_and_secrets_are_indexed_only_if_everything_is(library: Library, notes: Path) -> None:
    write(notes / ".draft.md", "hidden kettle")
    write(notes / "passwords.txt", "kettle: 1234")
    library.sync()
    assert [(row.path.name, row.status) for row in library.files()] == [("passwords.txt", "skipped")]
    assert "secret" in library.files()[0].reason
    library.add_folder(notes, everything=True)
    library.sync()
    assert {row.path.name: row.status for row in library.files()} == {
        ".draft.md": "indexed",
        "passwords.txt": "indexed",
    }
    library.add_folder(notes)
    assert library.folders()[0].everything  # it is covered


def test_a_file_that_grows_while_it_is_read_is_read_again(
    library: Library, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(notes / "a.md", "beginning")
    parse = library._indexing._parser.parse

    def grow(file: Path, tokenizer_file: Path | None, **conditions: Any) -> ChunkedDocument:
        document = parse(file, tokenizer_file, **conditions)
        path.write_text("beginning and end")
        return document

    monkeypatch.setattr(library._indexing._parser, "parse", grow)
    library.sync()
    monkeypatch.undo()
    library.sync()
    assert library.document_text(path) == "beginning and end"


def test_a_huge_sparse_file_is_refused_without_reading_it(library: Library, notes: Path) -> None:
    with (notes / "huge.txt").open("wb") as file:
        file.truncate(5 * 2**30)
    began = time.monotonic()
    report = library.sync()
    assert report.skipped == 1 and "larger than" in library.files()[0].reason and time.monotonic() - began < 5


def test_a_file_that_vanishes_before_it_is_read_leaves_no_row(
    library: Library, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(notes / "a.md", "kettle")

    def vanish(asked: Path) -> str:
        path.unlink(missing_ok=True)
        return ""

    monkeypatch.setattr("knowledge.sync.reading.secret_by_path", vanish)
    library.sync()
    assert library.files() == []


def test_times_in_the_future_are_as_good_as_others(library: Library, notes: Path, embedder: WordsEmbedder) -> None:
    path = write(notes / "a.md", "kettle", seconds_ago=-(10**6))
    library.sync()
    assert library.files()[0].stat.mtime_ns == path.stat().st_mtime_ns


def test_the_same_name_in_two_normal_forms_is_two_files(library: Library, notes: Path) -> None:
    write(notes / "caf\u00e9.md", "one")
    write(notes / "cafe\u0301.md", "two")
    assert library.sync().indexed == len(list(notes.iterdir()))


@pytest.mark.logs("parser died")
def test_a_file_that_kills_the_parser_twice_is_left_alone_until_it_changes(
    library: Library, notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "site-packages"
    broken.mkdir()
    (broken / "lxml.py").write_text("import os; os.abort()")
    monkeypatch.syspath_prepend(broken)
    path = write(notes / "a.html", "<p>x")
    library.sync()
    assert "crashed" in library.files()[0].reason
    library.close()
    again = Library(tmp_path / "home", lambda name: None)
    again.sync()
    assert "twice" in again.files()[0].reason
    monkeypatch.setattr("knowledge.parse.process.parser_process.ParserChild", None)  # not even started
    os.utime(path)
    assert again.sync().failed == 1
    monkeypatch.undo()
    write(path, "<p>y")
    assert again.sync().indexed == 1
    again.close()


def test_a_sound_file_without_text_is_skipped_whatever_its_format(library: Library, notes: Path) -> None:
    write(notes / "a.txt", "")
    write(notes / "b.txt", " \n")
    (notes / "c.xlsx").write_bytes(xlsx({"Data": "<sheetData/>"}))
    library.sync()
    assert {row.path.name: row.status for row in library.files()} == dict.fromkeys(
        ("a.txt", "b.txt", "c.xlsx"), "skipped"
    )

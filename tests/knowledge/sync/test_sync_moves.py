"""Files keep their rows wherever they go, and nothing is embedded for it."""

import threading
from pathlib import Path

import pytest

from knowledge.ledger.ledger import Ledger
from knowledge.library import Library
from tests.embedders import WordsEmbedder
from tests.knowledge.sync.sync_library import assert_true, ids, index_version, write


def test_a_renamed_folder_keeps_every_row_and_writes_no_index(
    library: Library, notes: Path, embedder: WordsEmbedder, tmp_path: Path, ledger: Ledger
) -> None:
    for n in range(10):
        write(notes / "here" / f"{n}.md", f"text {n}")
    library.sync()
    before, version = {p.name: i for p, i in ids(library).items()}, index_version(tmp_path)
    embedder.embedded.clear()
    (notes / "here").rename(notes / "there")
    library.sync()
    assert {p.name: i for p, i in ids(library).items()} == before and embedder.embedded == []
    assert index_version(tmp_path) == version
    assert_true(library, ledger, tmp_path, notes)


def test_a_file_moved_to_another_watched_folder_keeps_its_row(
    library: Library, notes: Path, embedder: WordsEmbedder, tmp_path: Path, ledger: Ledger
) -> None:
    other = tmp_path / "another"  # walked before the folder that it comes from, by no order at all after
    other.mkdir()
    library.add_folder(other)
    path = write(notes / "a.md", "kettle")
    library.sync()
    before = ids(library)[path]
    embedder.embedded.clear()
    path.rename(other / "b.md")
    library.sync()
    assert ids(library) == {other / "b.md": before} and embedder.embedded == []
    (other / "b.md").rename(notes / "c.md")
    library.sync()
    assert ids(library) == {notes / "c.md": before} and embedder.embedded == []
    assert_true(library, ledger, tmp_path, notes, other)


def test_a_file_that_takes_anothers_name_replaces_it(
    library: Library, notes: Path, tmp_path: Path, ledger: Ledger
) -> None:
    a, b = write(notes / "a.md", "one"), write(notes / "b.md", "two")
    library.sync()
    before = ids(library)[a]
    a.rename(b)
    library.sync()
    assert ids(library) == {b: before} and library.document_text(b) == "one"
    assert_true(library, ledger, tmp_path, notes)


def test_two_files_that_change_names_are_told_apart(
    library: Library, notes: Path, tmp_path: Path, embedder: WordsEmbedder, ledger: Ledger
) -> None:
    a, b = write(notes / "a.md", "one"), write(notes / "b.md", "two")
    library.sync()
    embedder.embedded.clear()
    a.rename(notes / "c.md")
    b.rename(a)
    (notes / "c.md").rename(b)
    library.sync()
    assert (library.document_text(a), library.document_text(b), embedder.embedded) == ("two", "one", [])
    assert_true(library, ledger, tmp_path, notes)


def test_a_file_just_written_and_moved_is_known_by_its_content(library: Library, notes: Path) -> None:
    path = write(notes / "a.md", "kettle", seconds_ago=0)
    library.sync()
    before = ids(library)[path]
    path.rename(notes / "b.md")
    library.sync()
    assert ids(library) == {notes / "b.md": before}


def test_another_ending_is_read_anew(library: Library, notes: Path) -> None:
    path = write(notes / "a.txt", "# Title\n\nbody")
    library.sync()
    path.rename(notes / "a.md")
    library.sync()
    (passage,) = library.searcher.search("body").passages
    assert passage.heading == ("Title",)


def test_a_name_given_back_between_two_syncs_is_found_out(
    library: Library, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kill after the ledger followed a rename, and the rename undone: the old fingerprint must not be believed."""
    a = write(notes / "a.md", "one")
    library.sync()
    a.rename(notes / "b.md")
    cancelled = threading.Event()
    monkeypatch.setattr("knowledge.sync.sync.Sync._settle", lambda self, changes: cancelled.set())
    library.sync()
    monkeypatch.undo()
    (notes / "b.md").rename(a)
    library.sync()
    assert list(ids(library)) == [a]


def test_a_file_moved_to_a_secrets_name_is_no_longer_indexed(library: Library, notes: Path) -> None:
    path = write(notes / "a.txt", "kettle")
    library.sync()
    path.rename(notes / "passwords.txt")
    library.sync()
    assert [row.status for row in library.files()] == ["skipped"] and library.searcher.search("kettle").passages == ()

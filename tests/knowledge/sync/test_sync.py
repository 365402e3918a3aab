"""A sync: files keep their rows wherever they go, what is odd has a reason, and a foreign index is not used."""

import os
import shutil
import sqlite3
import threading
import time
from pathlib import Path

import pytest

from knowledge.index.index import Index, IndexUnwritable
from knowledge.ledger import database
from knowledge.ledger.ledger import Ledger, LedgerUnwritable
from knowledge.library import Library
from knowledge.sync import walk
from knowledge.sync.indexing import folder_name


class Words:
    """Three numbers for a text, which are the same for the same text. Counts what it embeds."""

    name, dimensions, max_tokens = "words", 3, 256

    def __init__(self):
        self.embedded = []

    def embed(self, texts):
        import numpy as np

        self.embedded += texts
        rows = np.array([[1, len(t), sum(t.encode()) % 97] for t in texts], np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def embed_question(self, question):
        return self.embed([question])[0]

    def token_counts(self, texts):
        return [len(t.split()) + 2 for t in texts]

    def piece_ranks(self, words):
        return None

    def close(self):
        pass


@pytest.fixture
def embedder():
    return Words()


@pytest.fixture
def notes(tmp_path):
    folder = tmp_path / "notes"
    folder.mkdir()
    return folder


@pytest.fixture
def library(tmp_path, notes, embedder):
    opened = Library(tmp_path / "home", lambda name: embedder)
    opened.add_folder(notes)
    yield opened
    opened.close()


@pytest.fixture
def ledger(tmp_path, library):
    opened = Ledger(tmp_path / "home" / "ledger.db")
    yield opened
    opened.close()


def write(path, text, seconds_ago=10):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    then = time.time_ns() - seconds_ago * 10**9
    os.utime(path, ns=(then, then))
    return path


def ids(library):
    return {row.path: row.id for row in library.files()}


def index(tmp_path):
    return Index(tmp_path / "home" / "index" / folder_name("words"), 3)


def index_version(tmp_path):
    return index(tmp_path).version()


def assert_true(library, ledger, tmp_path, *folders):
    """Folder, ledger and index hold the same."""
    found = {found.path for folder in folders for found in walk.walk(folder)}
    assert {row.path for row in library.files()} == found
    assert index(tmp_path).ids() == ledger.chunk_ids()
    assert not ledger.read("SELECT * FROM pending")


def test_a_renamed_folder_keeps_every_row_and_writes_no_index(library, notes, embedder, tmp_path, ledger):
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


def test_a_file_moved_to_another_watched_folder_keeps_its_row(library, notes, embedder, tmp_path, ledger):
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


def test_a_file_that_takes_anothers_name_replaces_it(library, notes, tmp_path, ledger):
    a, b = write(notes / "a.md", "one"), write(notes / "b.md", "two")
    library.sync()
    before = ids(library)[a]
    a.rename(b)
    library.sync()
    assert ids(library) == {b: before} and library.document_text(b) == "one"
    assert_true(library, ledger, tmp_path, notes)


def test_two_files_that_change_names_are_told_apart(library, notes, tmp_path, embedder, ledger):
    a, b = write(notes / "a.md", "one"), write(notes / "b.md", "two")
    library.sync()
    embedder.embedded.clear()
    a.rename(notes / "c.md")
    b.rename(a)
    (notes / "c.md").rename(b)
    library.sync()
    assert (library.document_text(a), library.document_text(b), embedder.embedded) == ("two", "one", [])
    assert_true(library, ledger, tmp_path, notes)


def test_a_file_just_written_and_moved_is_known_by_its_content(library, notes):
    path = write(notes / "a.md", "kettle", seconds_ago=0)
    library.sync()
    before = ids(library)[path]
    path.rename(notes / "b.md")
    library.sync()
    assert ids(library) == {notes / "b.md": before}


def test_another_ending_is_read_anew(library, notes):
    path = write(notes / "a.txt", "# Title\n\nbody")
    library.sync()
    path.rename(notes / "a.md")
    library.sync()
    (passage,) = library.search("body").passages
    assert passage.heading == ("Title",)


def test_a_folder_removed_while_it_is_indexed_leaves_nothing(library, notes, tmp_path, ledger):
    for n in range(5):
        write(notes / f"{n}.md", f"text {n}")
    library.sync(on_progress=lambda at: at.done_files == 2 and library.folders() and library.remove_folder(notes))
    library.sync()
    assert library.files() == [] and index(tmp_path).ids() == set() and not ledger.read("SELECT * FROM pending")


def test_a_directory_that_could_not_be_listed_has_a_row_until_it_can(library, notes, monkeypatch):
    write(notes / "sub" / "a.md", "kettle")
    library.sync()
    listing = os.scandir

    def refuse(path):
        if str(path).endswith("sub"):
            raise PermissionError(13, "Permission denied")
        return listing(path)

    monkeypatch.setattr(os, "scandir", refuse)
    library.sync()
    assert {row.path.name: row.status for row in library.files()} == {"a.md": "indexed", "sub": "skipped"}
    monkeypatch.undo()
    library.sync()
    assert {row.path.name: row.status for row in library.files()} == {"a.md": "indexed"}


def test_an_undone_edit_embeds_nothing(library, notes, embedder):
    path = write(notes / "a.md", "first")
    library.sync()
    write(path, "second", seconds_ago=5)
    library.sync()
    embedder.embedded.clear()
    write(path, "first", seconds_ago=2)
    report = library.sync()
    assert (report.indexed, embedder.embedded) == (1, [])


def test_a_name_given_back_between_two_syncs_is_found_out(library, notes, monkeypatch):
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


def test_hidden_files_and_secrets_are_indexed_only_if_everything_is(library, notes):
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


def test_a_file_moved_to_a_secrets_name_is_no_longer_indexed(library, notes):
    path = write(notes / "a.txt", "kettle")
    library.sync()
    path.rename(notes / "passwords.txt")
    library.sync()
    assert [row.status for row in library.files()] == ["skipped"] and library.search("kettle").passages == ()


def test_a_file_that_grows_while_it_is_read_is_read_again(library, notes, monkeypatch):
    path = write(notes / "a.md", "beginning")
    parse = library._indexing._parser.parse

    def grow(file):
        document = parse(file)
        path.write_text("beginning and end")
        return document

    monkeypatch.setattr(library._indexing._parser, "parse", grow)
    library.sync()
    monkeypatch.undo()
    library.sync()
    assert library.document_text(path) == "beginning and end"


def test_a_huge_sparse_file_is_refused_without_reading_it(library, notes):
    with (notes / "huge.txt").open("wb") as file:
        file.truncate(5 * 2**30)
    began = time.monotonic()
    report = library.sync()
    assert report.skipped == 1 and "larger than" in library.files()[0].reason and time.monotonic() - began < 5


def test_a_file_that_vanishes_before_it_is_read_leaves_no_row(library, notes, monkeypatch):
    path = write(notes / "a.md", "kettle")
    monkeypatch.setattr("knowledge.sync.reading.secret_reason", lambda p: path.unlink(missing_ok=True) or "")
    library.sync()
    assert library.files() == []


def test_times_in_the_future_are_as_good_as_others(library, notes, embedder):
    path = write(notes / "a.md", "kettle", seconds_ago=-(10**6))
    library.sync()
    assert library.files()[0].stat.mtime_ns == path.stat().st_mtime_ns


def test_the_same_name_in_two_normal_forms_is_two_files(library, notes):
    write(notes / "caf\u00e9.md", "one")
    write(notes / "cafe\u0301.md", "two")
    assert library.sync().indexed == len(list(notes.iterdir()))


def test_a_file_that_kills_the_parser_twice_is_left_alone_until_it_changes(library, notes, tmp_path, monkeypatch):
    broken = tmp_path / "broken"
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
    monkeypatch.setattr("knowledge.sync.parser_process.ParserChild", None)  # not even started
    os.utime(path)
    assert again.sync().failed == 1
    monkeypatch.undo()
    write(path, "<p>y")
    assert again.sync().indexed == 1
    again.close()


def test_an_index_from_another_time_is_built_again(library, notes, tmp_path, embedder):
    write(notes / "a.md", "first")
    library.sync()
    library.close()
    home = tmp_path / "home"
    shutil.copytree(home / "index", tmp_path / "index-of-before")
    again = Library(home, lambda name: embedder)
    write(notes / "b.md", "second")
    again.sync()
    again.close()
    shutil.rmtree(home / "index")
    shutil.copytree(tmp_path / "index-of-before", home / "index")
    embedder.embedded.clear()
    restored = Library(home, lambda name: embedder)
    assert {p.text for p in restored.search("x").passages} == {"first", "second"}
    assert embedder.embedded == ["x"]
    restored.close()


def test_a_ledger_from_another_time_never_answers_from_a_later_index(library, notes, tmp_path, embedder):
    write(notes / "a.md", "first")
    library.sync()
    library.close()
    home = tmp_path / "home"
    shutil.copy(home / "ledger.db", tmp_path / "ledger-of-before")
    again = Library(home, lambda name: embedder)
    later = [write(notes / "b.md", "second"), write(notes / "c.md", "third")]
    again.sync()
    again.close()
    for path in later:
        path.unlink()
    shutil.copy(tmp_path / "ledger-of-before", home / "ledger.db")
    write(notes / "d.md", "fourth")  # its chunk has the number that the second's had
    restored = Library(home, lambda name: embedder)
    restored.sync()
    assert {p.text for p in restored.search("x").passages} == {"first", "fourth"}
    assert len(index(tmp_path).ids()) == 2
    restored.close()


def test_a_write_cut_short_is_done_once_more(library, notes, tmp_path, ledger, monkeypatch):
    write(notes / "a.md", "first")
    library.sync()
    write(notes / "b.md", "second")

    class Killed(BaseException):
        pass

    def kill(*arguments):
        raise Killed

    monkeypatch.setattr("knowledge.ledger.indexes.IndexTable.followed", kill)
    with pytest.raises(Killed):
        library.sync()
    monkeypatch.undo()
    monkeypatch.setattr(Index, "quarantine", kill)  # it is known for ours
    library.sync()
    assert_true(library, ledger, tmp_path, notes)


def test_a_full_disk_is_told_and_the_next_sync_carries_on(library, notes, tmp_path, ledger):
    write(notes / "a.md", "first")
    library.sync()
    for n in range(30):
        write(notes / f"{n}.md", f"{n} " + "word " * 2000)
    pages = ledger.read("PRAGMA page_count")[0][0]
    connect = database.sqlite3.connect

    def connect_to_full_disk(*arguments, **kwargs):
        connection = connect(*arguments, **kwargs)
        connection.execute(f"PRAGMA max_page_count = {pages + 4}")
        return connection

    library.close()
    with pytest.MonkeyPatch.context() as full:
        full.setattr(database.sqlite3, "connect", connect_to_full_disk)
        again = Library(tmp_path / "home", lambda name: None)
        with pytest.raises(LedgerUnwritable, match="full"):
            again.sync()
        again.close()
    library = Library(tmp_path / "home", lambda name: Words())
    library.sync()
    assert_true(library, ledger, tmp_path, notes)
    library.close()


@pytest.mark.parametrize("place", ["knowledge.index.durability.Durability.ensure", "knowledge.index.seal.Seal.begin"])
def test_an_index_that_finds_no_room_is_kept_and_carries_on(library, notes, tmp_path, ledger, monkeypatch, place):
    write(notes / "a.md", "first")
    library.sync()

    def refuse(*arguments):
        raise OSError(28, "No space left on device")

    write(notes / "b.md", "second")
    monkeypatch.setattr(place, refuse)
    with pytest.raises(IndexUnwritable, match="No space"):
        library.sync()
    monkeypatch.undo()
    monkeypatch.setattr(Index, "quarantine", refuse)  # it is not taken for damaged
    library.sync()
    assert_true(library, ledger, tmp_path, notes)


def test_a_ledger_of_the_first_version_goes_on_without_reading_or_embedding_anything(
    library, notes, tmp_path, embedder
):
    path = write(notes / "a.md", "---\nyear: 2024\n---\nkettle")
    library.sync()
    library.close()
    _to_version_1(tmp_path / "home" / "ledger.db")
    embedder.embedded.clear()
    again = Library(tmp_path / "home", lambda name: embedder)
    report = again.sync()
    assert (report.unchanged, report.indexed, embedder.embedded) == (1, 0, [])
    assert [p.text for p in again.search("kettle", where="year = 2024").passages] == ["kettle"]
    assert again.document_text(path) == path.read_text()
    again.close()


def _to_version_1(path: Path) -> None:
    """Undo what later versions of the schema brought."""
    database = sqlite3.connect(path)
    database.executescript(
        """
        DROP TRIGGER chunk_added; DROP TRIGGER chunk_removed; DROP TRIGGER file_reclassified;
        DROP TRIGGER text_used; DROP TRIGGER text_unused; DROP TABLE unused_texts;
        DROP INDEX files_by_reader; ALTER TABLE files DROP COLUMN reader;
        DROP TABLE pending; DROP TABLE index_files; DROP TABLE indexes; DROP TABLE directories; DROP TABLE facts;
        DROP INDEX files_by_folder; DROP INDEX files_waiting;
        ALTER TABLE files ADD COLUMN body BLOB;
        UPDATE files SET body = (SELECT body FROM texts WHERE file_id = files.id);
        DROP TABLE texts;
        ALTER TABLE files DROP COLUMN chunks; ALTER TABLE files DROP COLUMN parser_deaths;
        CREATE INDEX files_by_folder ON files (folder_id);
        ALTER TABLE folders DROP COLUMN everything;
        CREATE TABLE old (model TEXT NOT NULL, hash BLOB NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (model, hash))
        WITHOUT ROWID;
        INSERT INTO old SELECT model, hash, vector FROM vectors;
        DROP TABLE vectors;
        ALTER TABLE old RENAME TO vectors;
        PRAGMA user_version = 1;
        """
    )
    database.close()

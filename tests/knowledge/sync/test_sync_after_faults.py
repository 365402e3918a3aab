"""What is from another time, cut short or in want of room: a sync carries on, and a foreign index is not used."""

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from knowledge.index.index import IndexTable, IndexUnwritable
from knowledge.ledger.database import LedgerUnwritable
from knowledge.ledger.ledger import Ledger
from knowledge.library import Library
from tests.embedders import WordsEmbedder
from tests.knowledge.sync.sync_library import assert_true, index, write


def test_an_index_from_another_time_is_built_again(
    library: Library, notes: Path, tmp_path: Path, embedder: WordsEmbedder
) -> None:
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
    assert {p.text for p in restored.searcher.search("x").passages} == {"first", "second"}
    assert embedder.embedded == ["x"]
    restored.close()


@pytest.mark.logs("built again")
def test_a_ledger_from_another_time_never_answers_from_a_later_index(
    library: Library, notes: Path, tmp_path: Path, embedder: WordsEmbedder
) -> None:
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
    assert {p.text for p in restored.searcher.search("x").passages} == {"first", "fourth"}
    assert len(index(tmp_path).ids()) == 2
    restored.close()


def test_a_write_cut_short_is_done_once_more(
    library: Library, notes: Path, tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(notes / "a.md", "first")
    library.sync()
    write(notes / "b.md", "second")

    class Killed(BaseException):
        pass

    def kill(*arguments: object) -> None:
        raise Killed

    monkeypatch.setattr("knowledge.ledger.indexes.Indexes.mark_followed", kill)
    with pytest.raises(Killed):
        library.sync()
    monkeypatch.undo()
    monkeypatch.setattr(IndexTable, "quarantine", kill)  # it is known for ours
    library.sync()
    assert_true(library, ledger, tmp_path, notes)


def test_a_full_disk_is_told_and_the_next_sync_carries_on(
    library: Library, notes: Path, tmp_path: Path, ledger: Ledger
) -> None:
    write(notes / "a.md", "first")
    library.sync()
    for n in range(30):
        write(notes / f"{n}.md", f"{n} " + "word " * 2000)
    pages = ledger.read("PRAGMA page_count")[0][0]
    connect = sqlite3.connect

    def connect_to_full_disk(*arguments: Any, **kwargs: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **kwargs)
        connection.execute(f"PRAGMA max_page_count = {pages + 4}")
        return connection

    library.close()
    with pytest.MonkeyPatch.context() as full:
        full.setattr(sqlite3, "connect", connect_to_full_disk)
        again = Library(tmp_path / "home", lambda name: None)
        with pytest.raises(LedgerUnwritable, match="full"):
            again.sync()
        again.close()
    library = Library(tmp_path / "home", lambda name: WordsEmbedder("words", 3))
    library.sync()
    assert_true(library, ledger, tmp_path, notes)
    library.close()


@pytest.mark.parametrize("place", ["knowledge.index.table_files.Durability.ensure", "knowledge.sync.verify.Seal.begin"])
def test_an_index_that_finds_no_room_is_kept_and_carries_on(
    library: Library, notes: Path, tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    write(notes / "a.md", "first")
    library.sync()

    def refuse(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    write(notes / "b.md", "second")
    monkeypatch.setattr(place, refuse)
    with pytest.raises(IndexUnwritable, match="No space"):
        library.sync()
    monkeypatch.undo()
    monkeypatch.setattr(IndexTable, "quarantine", refuse)  # it is not taken for damaged
    library.sync()
    assert_true(library, ledger, tmp_path, notes)


def test_a_ledger_of_the_first_version_goes_on_without_reading_or_embedding_anything(
    library: Library, notes: Path, tmp_path: Path, embedder: WordsEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge.sync.changes.PARSER_VERSION", 1)  # as it was then
    monkeypatch.setattr("knowledge.sync.changes.CHUNKER_VERSION", 1)
    path = write(notes / "a.md", "---\nyear: 2024\n---\nkettle")
    library.sync()
    library.close()
    _to_version_1(tmp_path / "home" / "ledger.db")
    embedder.embedded.clear()
    again = Library(tmp_path / "home", lambda name: embedder)
    report = again.sync()
    assert (report.unchanged, report.indexed, embedder.embedded) == (1, 0, [])
    assert [p.body for p in again.searcher.search("kettle", where="year = 2024").passages] == ["kettle"]
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
        DROP TABLE languages; DROP TABLE pending; DROP TABLE index_files; DROP TABLE indexes;
        DROP TABLE directories; DROP TABLE facts;
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

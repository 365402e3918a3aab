"""A damaged ledger is set aside and made anew: no folder is lost, nothing is embedded twice, nothing moved by hand."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from knowledge.ledger.database import LedgerUnreadable
from knowledge.ledger.ledger import Ledger
from knowledge.library import Library
from knowledge.sqlite.database_file import hint_for, trouble_of
from tests.embedders import RankedWordsEmbedder

Damage = Callable[[Path], object]
pytestmark = pytest.mark.timeout(60)  # the first to search waits for LanceDB to load


class CountingEmbedder(RankedWordsEmbedder):
    """Counts the texts that it was given."""

    texts = 0

    def embed(self, texts):  # type: ignore[no-untyped-def]
        CountingEmbedder.texts += len(texts)
        return super().embed(texts)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    for number in range(30):
        path = tmp_path / "notes" / f"{number}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"# Kettle {number}\n\nThe kettle of page {number} is copper.\n")
    return tmp_path / "notes"


def opened(tmp_path: Path) -> Library:
    return Library(tmp_path / "library", lambda name: CountingEmbedder("words"))


def drop_table(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("DROP TABLE chunks")
    database.close()


DAMAGES: dict[str, Damage] = {
    "garbage": lambda path: path.write_bytes(b"not a database at all, but long enough to look" * 100),
    "zeroed": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "zeroed first page": lambda path: path.write_bytes(bytes(4096) + path.read_bytes()[4096:]),
    "halved": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 8192 * 4096]),
    "emptied": lambda path: path.write_bytes(b""),
    "missing": lambda path: path.unlink(),
    "without a table": drop_table,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_ledger_is_made_anew_with_its_folders(tmp_path: Path, notes: Path, damage: str) -> None:
    library = opened(tmp_path)
    library.add_folder(notes, everything=True)
    library.sync()
    library.close()
    ledger = tmp_path / "library" / "ledger.db"
    DAMAGES[damage](ledger)
    damaged = ledger.read_bytes() if ledger.exists() else b""
    library = opened(tmp_path)
    for _ in range(2):  # half a file may only show when it is read
        try:
            assert [(folder.path, folder.everything) for folder in library.folders()] == [(notes, True)]
            assert library.sync().indexed + library.sync().unchanged >= 30
            break
        except LedgerUnreadable as told:
            assert "again" in told.hint
            library.close()
            library = opened(tmp_path)
    assert library.searcher.search("copper kettle").passages
    assert library.repair and library.repair.title and library.repair.hint
    library.close()
    kept = [path.read_bytes() for path in ledger.parent.glob("ledger.db.damaged-*")]
    assert damaged in kept if damage not in ("emptied", "missing") else kept == []
    library = opened(tmp_path)
    assert library.folders() and library.repair is None
    library.close()


def test_what_was_embedded_is_not_embedded_again(tmp_path: Path, notes: Path) -> None:
    library = opened(tmp_path)
    library.add_folder(notes)
    library.sync()
    library.close()
    ledger = tmp_path / "library" / "ledger.db"
    ledger.write_bytes(bytes(4096) + ledger.read_bytes()[4096:])
    CountingEmbedder.texts = 0
    library = opened(tmp_path)
    report = library.sync()
    library.close()
    assert (report.indexed, report.embedded, CountingEmbedder.texts) == (30, 0, 0)


def test_damage_found_while_reading_is_told_and_repaired_by_the_next_start(tmp_path: Path, notes: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.db")
    ledger.folders.add(notes, None)
    ledger.close()
    with sqlite3.connect(tmp_path / "ledger.db") as database:
        (page,) = database.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'files'").fetchone()
    database.close()
    with (tmp_path / "ledger.db").open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 8)
    ledger = Ledger(tmp_path / "ledger.db")
    with pytest.raises(LedgerUnreadable) as told:
        ledger.read("SELECT * FROM files NOT INDEXED")
    assert "Start Carrel again" in told.value.hint
    ledger.close()
    ledger = Ledger(tmp_path / "ledger.db")
    assert ledger.files.all() == [] and [folder.path for folder in ledger.folders.all()] == [notes]
    ledger.close()


def test_older_copy_of_the_ledger_does_not_turn_the_folders_back(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.db")
    first = ledger.folders.add(tmp_path / "first", None)
    ledger.close()
    shutil.copy(tmp_path / "ledger.db", tmp_path / "older")
    ledger = Ledger(tmp_path / "ledger.db")
    ledger.folders.add(tmp_path / "second", "001-reader")
    ledger.folders.remove(first.id)
    ledger.close()
    shutil.copy(tmp_path / "older", tmp_path / "ledger.db")
    ledger = Ledger(tmp_path / "ledger.db")
    assert [(f.path, f.persona_id) for f in ledger.folders.all()] == [(tmp_path / "second", "001-reader")]
    ledger.close()


@pytest.mark.parametrize("content", [None, b"", b"{", b"[]", b'{"changes": 9, "folders": 7}', b"\xff\xfe"])
def test_damaged_list_of_folders_is_written_anew(tmp_path: Path, content: bytes | None) -> None:
    ledger, listed = Ledger(tmp_path / "ledger.db"), tmp_path / "folders.json"
    ledger.folders.add(tmp_path / "first", None)
    ledger.close()
    before = json.loads(listed.read_bytes())
    listed.unlink()
    if content is not None:
        listed.write_bytes(content)
    ledger = Ledger(tmp_path / "ledger.db")
    assert len(ledger.folders.all()) == 1
    ledger.close()
    assert json.loads(listed.read_bytes()) == before


def test_folder_that_was_removed_just_before_a_kill_stays_removed(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.db")
    folder, listed = ledger.folders.add(tmp_path / "first", None), tmp_path / "folders.json"
    before = listed.read_bytes()
    ledger.folders.remove(folder.id)
    ledger.close()
    listed.write_bytes(before)  # as if killed between the commit and the list
    ledger = Ledger(tmp_path / "ledger.db")
    assert ledger.folders.all() == []
    ledger.close()


@pytest.mark.parametrize(
    ("code", "trouble"),
    [
        (sqlite3.SQLITE_NOTADB, "damaged"),
        (sqlite3.SQLITE_CORRUPT, "damaged"),
        (sqlite3.SQLITE_CORRUPT_VTAB, "damaged"),
        (sqlite3.SQLITE_FULL, "full"),
        (sqlite3.SQLITE_CANTOPEN, "forbidden"),
        (sqlite3.SQLITE_READONLY, "forbidden"),
        (sqlite3.SQLITE_BUSY, "busy"),
        (sqlite3.SQLITE_IOERR_READ, "failing"),
    ],
)
def test_troubles_are_told_apart_and_no_hint_loses_data(tmp_path: Path, code: int, trouble: str) -> None:
    error = sqlite3.OperationalError("said")
    error.sqlite_errorcode = code
    assert trouble_of(error, tmp_path / "ledger.db") == trouble
    hint = hint_for(trouble_of(error, tmp_path / "ledger.db"), tmp_path / "ledger.db").lower()
    assert hint.endswith(".") and not any(word in hint for word in ("delete", "remove", "move "))


def test_read_only_disk_is_no_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    error = sqlite3.OperationalError("unable to open database file")
    error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
    read_only = os.statvfs_result((0, 0, 0, 0, 0, 0, 0, 0, os.ST_RDONLY, 0))
    monkeypatch.setattr(os, "statvfs", lambda folder: read_only)
    assert trouble_of(error, tmp_path / "ledger.db") == "read-only"


def test_ledger_of_the_version_before_gets_its_list(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.db")
    ledger.folders.add(tmp_path / "first", None)
    ledger.close()
    with sqlite3.connect(tmp_path / "ledger.db") as database:
        database.execute("DROP TABLE notes")
    database.close()
    (tmp_path / "folders.json").unlink()
    ledger = Ledger(tmp_path / "ledger.db")
    assert len(ledger.folders.all()) == 1
    ledger.close()
    assert (tmp_path / "folders.json").exists()


def test_a_ledger_that_cannot_be_opened_is_left_closed(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.db")
    ledger.folders.add(tmp_path / "first", None)
    ledger.close()
    (tmp_path / "folders.json").unlink()
    (tmp_path / "folders.json").mkdir()  # so that the list cannot be written
    with pytest.raises(LedgerUnreadable) as told:
        Ledger(tmp_path / "ledger.db").folders.all()
    assert [file.path for file in psutil.Process().open_files() if Path(file.path).parent == tmp_path] == []
    assert told.value.hint

"""A home made by version 0.1.0 opens as it is: nothing is indexed again, no chat is lost."""

from __future__ import annotations

import sqlite3
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.home import Home
from assistant.values import Answered
from assistant.workspace import Workspace

pytestmark = pytest.mark.timeout(60)  # the first to search waits for LanceDB to load
MADE = Path(__file__).parents[1] / "data" / "home-0.1.0.tar.gz"
NOTES_THEN = "/home/reader/notes"


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """The home and the notes as they were, moved here: the ledger is told their new path and inodes."""
    with tarfile.open(MADE) as archive:
        archive.extractall(tmp_path, filter="data")
    notes = tmp_path / "notes"
    ledger = sqlite3.connect(tmp_path / "carrel" / "library" / "ledger.db")
    with ledger:
        for table in ("folders", "directories", "files"):
            ledger.execute(f"UPDATE {table} SET path = replace(path, ?, ?)", (NOTES_THEN, str(notes)))
        for file in notes.iterdir():
            ledger.execute("UPDATE files SET inode = ? WHERE path = ?", (file.stat().st_ino, str(file)))
    ledger.close()
    return notes


@pytest.fixture
def workspace(notes: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setattr("knowledge.sync.changes.PARSER_VERSION", 1)  # as it was: of a later one files are read again
    monkeypatch.setattr("knowledge.sync.changes.CHUNKER_VERSION", 1)
    workspace = Workspace(Home(notes.parent / "carrel"))
    yield workspace
    workspace.close()


@pytest.mark.logs("is built again")  # as its terms are other ones now
def test_nothing_is_read_or_embedded_again(workspace: Workspace, notes: Path) -> None:
    report = workspace.library.sync([notes])
    assert (report.unchanged, report.indexed, report.removed, report.failed) == (5, 0, 0, 0)
    assert (report.chunks, report.embedded) == (5, 0)
    assert {row.path.name for row in workspace.library.files() if row.status == "indexed"} == {
        path.name for path in notes.iterdir()
    }


def test_a_question_is_answered_from_the_index_that_was_there(workspace: Workspace) -> None:
    *_, last = workspace.asking.ask("What did we decide about the boiler?", persona="001-reader")
    assert isinstance(last, Answered)
    assert "replace the gas boiler with a heat pump" in last.turn.answer


def test_no_chat_is_lost(workspace: Workspace) -> None:
    chats = workspace.conversations.list()
    assert {(chat.pinned, chat.folder, chat.deleted_at) for chat in chats} == {(False, "", None)}
    assert workspace.conversations.drafts.read(chats[0].id).text == ""
    assert [found.snippet for found in workspace.conversations.search("gas boiler with")] != []
    assert [chat.title for chat in chats] == ["How many invoices are overdue?", "What did we decide about the boiler?"]
    (turn,) = workspace.conversations.every_turn(chats[1].id)
    assert "heat pump" in turn.answer and turn.citations[0].quote in turn.passages[0].text


def test_a_copy_of_the_chats_is_kept_as_they_were(workspace: Workspace) -> None:
    assert len(workspace.conversations.list()) == 2
    (copy,) = workspace.home.backups.glob("conversations-*-v*.db")
    before = sqlite3.connect(copy)
    assert copy.stem.endswith(f"-v{before.execute('PRAGMA user_version').fetchone()[0]}")
    assert "drafts" not in {name for (name,) in before.execute("SELECT name FROM sqlite_schema")}
    assert before.execute("SELECT count(*) FROM turns").fetchone() == (2,)
    before.close()
    for chat in workspace.conversations.list():
        workspace.conversations.delete(chat.id)
        workspace.conversations.purge(chat.id)
    after = sqlite3.connect(copy)
    assert after.execute("SELECT count(*) FROM turns").fetchone() == (0,)  # deleted means gone
    after.close()


def test_the_settings_that_were_chosen_hold(workspace: Workspace) -> None:
    assert workspace.settings.network.offline
    assert workspace.settings.search.embedder == "all-MiniLM-L6-v2"
    assert workspace.setting_problems == ()

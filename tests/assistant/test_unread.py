"""Asked while files wait: the answer says how many are unread, and never that nothing in the files answers it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.home import Home
from assistant.models.encoders import Encoders
from assistant.values import Answered, Turn
from assistant.workspace import Workspace
from knowledge import LibraryBusy, UnreadFiles


class NoEncoders(Encoders):
    def open_embedder(self, name: str | None = None) -> None:
        return None


class KeywordWorkspace(Workspace):
    encoders_type = NoEncoders


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    opened = KeywordWorkspace(Home(tmp_path / "home"))
    yield opened
    opened.close()


def ask(workspace: Workspace, question: str, *, reread: bool = False) -> Turn:
    *_, last = workspace.asking.ask(question, persona="001-reader", reread=reread)
    assert isinstance(last, Answered)
    return last.turn


def read_some(workspace: Workspace, notes: Path, files: int) -> None:
    """Index the folder until so many files are read, as if Carrel was closed then."""
    workspace.library.add_folder(notes)
    cancelled = threading.Event()
    workspace.library.sync(
        cancelled=cancelled, on_progress=lambda at: cancelled.set() if at.done_files >= files else None
    )


def test_nothing_is_not_said_of_files_that_were_not_read(workspace: Workspace, notes: Path) -> None:
    read_some(workspace, notes, 0)
    turn = ask(workspace, "What does the boiler cost?")
    assert turn.unread == UnreadFiles(2, 2)
    assert turn.answer == "Nothing in the files read so far answers this. 2 of 2 files are still unread."
    workspace.library.sync()
    again = ask(workspace, "What does the boiler cost?", reread=True)
    assert again.answer.startswith("No file answers this.")
    assert again.is_reread and not again.unread


def test_a_folder_that_was_just_added_is_unread(workspace: Workspace, notes: Path) -> None:
    workspace.library.add_folder(notes)
    turn = ask(workspace, "What is the desk made of?")
    assert turn.answer == "Nothing in the files read so far answers this. The files in a new folder are still unread."


def test_what_was_unread_is_kept_with_the_answer(workspace: Workspace, notes: Path) -> None:
    read_some(workspace, notes, 1)
    turn = ask(workspace, "What is the desk made of?")
    (kept,) = workspace.conversations.every_turn(turn.conversation_id)
    assert kept.unread == turn.unread and 1 <= kept.unread.files <= 2


def test_a_named_file_is_read_before_the_others(workspace: Workspace, notes: Path) -> None:
    for n in range(30):
        (notes / f"{n}.md").write_text(f"note {n}\n")
    (notes / "insurance policy.txt").write_text("The policy covers hail.\n\n" * 5_000)
    read_some(workspace, notes, 0)
    ask(workspace, "What does the insurance policy cover?")
    read_some(workspace, notes, 1)
    assert [row.path.name for row in workspace.library.files() if not row.is_unread] == ["insurance policy.txt"]


@pytest.fixture
def half_read(tmp_path: Path, notes: Path) -> Path:
    """A home whose folder another Carrel is indexing."""
    home = tmp_path / "home"
    opened = KeywordWorkspace(Home(home))
    read_some(opened, notes, 1)
    opened.close()
    return home


@pytest.mark.logs("not installed")
@pytest.mark.timeout(60)
def test_the_command_line_says_it_too(
    half_read: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def busy(*_: object, **__: object) -> None:
        raise LibraryBusy("Carrel is already indexing.", "Try again when it is done.")

    monkeypatch.setattr("knowledge.library.Library.sync", busy)
    monkeypatch.setattr("assistant.workspace.Workspace.prepare_persona", lambda *_: None)
    arguments = ["--home", str(half_read), "ask", "--model", "none", "What is the desk made of?"]
    assert main([*arguments, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["unread_files"], told["known_files"], told["unread_folders"]) in ((1, 2, 0), (2, 2, 0))
    assert main(arguments) == 0
    assert "of 2 files" in capsys.readouterr().out

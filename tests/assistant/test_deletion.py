"""Deleted means gone: no file of the home holds a word of what was deleted."""

from __future__ import annotations

import shutil
import sqlite3
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.home import Home
from assistant.settings import ChatSettings, Settings
from assistant.values import Answered, Turn
from assistant.workspace import Workspace

pytestmark = pytest.mark.timeout(60)  # the first to search waits for LanceDB to load
# Of each place a word of its own: a file, a folder, a chat. None of their letters change in a search index.
FILE, FOLDER, CHAT = "zyzzyvafil", "quokkafold", "xylotchat"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    for name, word in (("gone.md", FILE), ("stays.md", "staying")):
        path = tmp_path / "notes" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"---\ntags: [{word}]\n---\n# About {word}\n\nThe {word} beetle sleeps under a stone.\n")
    (tmp_path / "private").mkdir()
    for number in range(40):
        (tmp_path / "private" / f"{number}.md").write_text(f"# {FOLDER} {number}\n\nOf {FOLDER} number {number}.\n")
    return Home(tmp_path / "home")


@pytest.fixture
def space(home: Home, tmp_path: Path) -> Iterator[Workspace]:
    space = Workspace(home)
    for folder in ("notes", "private"):
        space.library.add_folder(tmp_path / folder)
    space.library.sync()
    yield space
    space.close()


def ask(space: Workspace, question: str) -> Turn:
    *_, last = space.asking.ask(question, persona="001-reader")
    assert isinstance(last, Answered)
    return last.turn


def left_of(word: str, home: Home) -> set[str]:
    """The files that hold the word: as bytes, as UTF-16, in a compressed text, or in a row of an index."""
    found = set()
    for path in home.path.rglob("*"):
        if path.is_file():
            content = path.read_bytes().lower()
            if any(word.encode(code) in content for code in ("utf-8", "utf-16-le", "utf-16-be")):
                found.add(path.name)
    with sqlite3.connect(f"file:{home.library / 'ledger.db'}?mode=ro", uri=True) as ledger:
        bodies = [zlib.decompress(body).decode().lower() for (body,) in ledger.execute("SELECT body FROM texts")]
    ledger.close()
    found |= {"texts" for body in bodies if word in body}
    return found | {f"version {version}" for version, rows in index_versions(home) if word in str(rows)}


def index_versions(home: Home) -> Iterator[tuple[str, list[object]]]:
    """The rows of every version that can still be read of every index."""
    import lancedb

    for folder in (home.library / "index").glob("*/*.lance"):
        table = lancedb.connect(folder.parent).open_table(folder.stem)
        for version in table.list_versions():
            table.checkout(version["version"])
            yield f"{folder.parent.name} {version['version']}", table.to_arrow().to_pylist()


def test_the_words_are_there_to_begin_with(space: Workspace, home: Home) -> None:
    ask(space, f"What sleeps under the {CHAT} stone?")
    assert left_of(FILE, home) and left_of(FOLDER, home) and left_of(CHAT, home)


def test_deleted_file_leaves_no_word(space: Workspace, home: Home, tmp_path: Path) -> None:
    (tmp_path / "notes" / "gone.md").unlink()
    assert space.library.sync().removed == 1
    assert left_of(FILE, home) == set()
    assert space.library.searcher.search("staying beetle").passages[0].path.name == "stays.md"


def test_removed_folder_leaves_no_word(space: Workspace, home: Home, tmp_path: Path) -> None:
    space.library.remove_folder(tmp_path / "private")
    space.library.sync()
    assert left_of(FOLDER, home) == set()


def test_everything_removed_leaves_no_word(space: Workspace, home: Home, tmp_path: Path) -> None:
    for folder in ("private", "notes"):
        space.library.remove_folder(tmp_path / folder)
    space.library.sync()
    assert left_of(FOLDER, home) | left_of(FILE, home) == set()
    assert space.library.searcher.search("beetle").passages == ()
    space.library.add_folder(tmp_path / "notes")
    space.library.sync()
    assert space.library.searcher.search("staying beetle").passages


def test_word_edited_out_of_a_file_is_gone_after_a_day(
    space: Workspace, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "notes" / "gone.md").write_text("# Another\n\nNothing of it.\n")
    space.library.sync()
    monkeypatch.setattr("knowledge.sync.indexing.ERASE_AFTER_S", -1.0)
    space.library.sync()
    assert left_of(FILE, home) == set()


def test_chat_deleted_in_a_window_that_closes_leaves_no_word_where_no_trash_is_kept(
    space: Workspace, home: Home
) -> None:
    space.settings = Settings(chats=ChatSettings(trash_days=0))
    turn = ask(space, f"What sleeps under the {CHAT} stone?")
    space.keep_copy()
    space.delete_conversation(turn.conversation_id)
    space.close()
    assert left_of(CHAT, home) == set()


def test_chat_in_the_trash_is_there_after_a_restart_and_leaves_no_word_once_deleted_for_good(
    space: Workspace, home: Home
) -> None:
    turn = ask(space, f"What sleeps under the {CHAT} stone?")
    space.keep_copy()
    space.delete_conversation(turn.conversation_id)
    space.close()
    again = Workspace(home)
    assert [chat.id for chat in again.conversations.trash()] == [turn.conversation_id]
    again.purge_conversations(turn.conversation_id)
    assert left_of(CHAT, home) == set()
    again.close()


def test_chat_leaves_the_trash_for_good_after_the_days_of_the_settings(
    space: Workspace, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn = ask(space, f"What sleeps under the {CHAT} stone?")
    space.delete_conversation(turn.conversation_id)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 29 * 86_400)
    space.empty_old_trash()
    assert left_of(CHAT, home)
    monkeypatch.setattr(time, "time", lambda: now + 31 * 86_400)
    space.empty_old_trash()
    assert left_of(CHAT, home) == set()


def test_quotes_of_removed_files_are_forgotten_in_the_trash_too(space: Workspace, home: Home, tmp_path: Path) -> None:
    turn = ask(space, "Which beetle sleeps under a stone?")
    space.delete_conversation(turn.conversation_id)
    (tmp_path / "notes" / "gone.md").unlink()
    space.library.sync()
    assert space.forget_gone_quotes() == 1
    assert left_of(FILE, home) == set()


def test_deleted_chat_leaves_no_typed_line(space: Workspace, home: Home) -> None:
    turn = ask(space, f"Does the {CHAT} sleep?")
    home.chat_history.write_text(f"another question\n{turn.question}\nDoes\\040the\\040{CHAT}\\040sleep?\n", "utf-8")
    space.delete_conversation(turn.conversation_id)
    space.purge_conversations(turn.conversation_id)
    assert home.chat_history.read_text("utf-8") == "another question\n"
    assert left_of(CHAT, home) == set()


def test_chat_restored_in_time_stays(space: Workspace) -> None:
    turn = ask(space, f"What sleeps under the {CHAT} stone?")
    space.delete_conversation(turn.conversation_id)
    space.conversations.restore(turn.conversation_id)
    space.purge_conversations(turn.conversation_id)
    assert [talk.id for talk in space.conversations.list()] == [turn.conversation_id]


def test_quotes_of_removed_files_are_forgotten_when_it_is_wanted(space: Workspace, home: Home, tmp_path: Path) -> None:
    turn = ask(space, "Which beetle sleeps under a stone?")
    assert FILE in str(turn.passages)
    assert space.count_gone_quotes() == 0
    (tmp_path / "notes" / "gone.md").unlink()
    space.library.sync()
    assert (space.count_gone_quotes(), space.forget_gone_quotes(), space.count_gone_quotes()) == (1, 1, 0)
    assert left_of(FILE, home) == set()
    (kept,) = space.conversations.every_turn(turn.conversation_id)
    assert "staying" in str(kept.passages) and kept.question == turn.question


def test_folder_that_is_not_there_now_is_no_removed_one(space: Workspace, tmp_path: Path) -> None:
    ask(space, "Which beetle sleeps under a stone?")
    (tmp_path / "notes").rename(tmp_path / "unmounted")
    assert space.count_gone_quotes() == 0


def test_command_removes_a_folder_with_all_that_is_quoted_from_it(
    space: Workspace, home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(space, f"What is {FOLDER} number 7?")
    space.close()
    private, at = str(tmp_path / "private"), ["--home", str(home.path)]
    assert main([*at, "folders", "remove", private, "--forget-quotes"]) == 0
    assert "1 saved answer" in capsys.readouterr().out
    with sqlite3.connect(home.conversations) as talks:
        (question, answer, passages) = talks.execute("SELECT question, answer, passages FROM turns").fetchone()
    talks.close()
    assert FOLDER in question and FOLDER not in answer and FOLDER not in passages
    assert left_of(f"of {FOLDER}", home) == set()


def test_index_of_an_earlier_embedder_keeps_no_word(space: Workspace, home: Home, tmp_path: Path) -> None:
    from tests.embedders import RankedWordsEmbedder

    space.library.embedders.change(RankedWordsEmbedder("others"))
    (tmp_path / "notes" / "gone.md").unlink()
    shutil.rmtree(tmp_path / "private")
    (tmp_path / "private").mkdir()
    space.library.sync()
    assert left_of(FILE, home) | left_of(FOLDER, home) == set()

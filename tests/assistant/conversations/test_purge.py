"""Deleted means gone: from the database, its log, its search index and its copies."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.conversations.conversations import UNDO_SECONDS, ConversationNotFound, Conversations
from assistant.values import Citation, Step
from tests.assistant.samples import make_passage, make_turn

WORD = "zyzzyvamarker"


def left_of(word: str, folder: Path) -> list[str]:
    """The files in which the word still stands, as UTF-8 or UTF-16, in any case."""
    forms = [form.encode(code) for form in (word, word.upper()) for code in ("utf-8", "utf-16-le", "utf-16-be")]
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if any(form in path.read_bytes() for form in forms)]


@pytest.fixture
def talks(tmp_path: Path) -> Iterator[Conversations]:
    talks = Conversations(tmp_path / "conversations.db")
    talks.save(make_turn(1, conversation_id="kept", question="What is kept?"))
    talks.save(make_turn(2, conversation_id="gone", question=f"What is {WORD}?", answer=f"{WORD} is a beetle."))
    yield talks
    talks.close()


def test_purged_conversation_leaves_no_byte(talks: Conversations, tmp_path: Path) -> None:
    talks.delete("gone")
    assert left_of(WORD, tmp_path)
    assert talks.purge("gone") == ("gone",)
    assert left_of(WORD, tmp_path) == []
    assert left_of(WORD[:3], tmp_path) == []  # nor in pieces, as the search index has it
    assert [talk.id for talk in talks.list()] == ["kept"]


def test_purge_reaches_the_copies(talks: Conversations, tmp_path: Path) -> None:
    copy = talks.copies.make_if_due()
    assert copy and left_of(WORD, copy.parent)
    talks.delete("gone")
    talks.purge("gone")
    assert left_of(WORD, tmp_path) == []
    with sqlite3.connect(copy) as database:
        assert database.execute("SELECT id FROM conversations").fetchall() == [("kept",)]
    database.close()


def test_copy_from_which_nothing_can_be_deleted_is_deleted(talks: Conversations, tmp_path: Path) -> None:
    copy = talks.copies.make_if_due()
    assert copy
    copy.write_bytes(b"no database " + copy.read_bytes()[12:])
    talks.delete("gone")
    talks.purge("gone")
    assert left_of(WORD, tmp_path) == [] and not copy.exists()


def test_what_is_not_deleted_is_not_purged(talks: Conversations) -> None:
    assert talks.purge("kept", "gone") == ()
    assert len(talks.list()) == 2


def test_start_purges_what_no_window_can_restore(
    talks: Conversations, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    talks.delete("gone")
    assert talks.purge_old(0) == ()  # it may still be restored
    later = time.time() + UNDO_SECONDS + 1
    monkeypatch.setattr(time, "time", lambda: later)
    assert talks.purge_old(0) == ("gone",)
    assert left_of(WORD, tmp_path) == []


def test_answer_that_ends_after_the_deletion_brings_nothing_back(talks: Conversations) -> None:
    talks.delete("gone")
    talks.save(make_turn(3, conversation_id="gone", parent_id="turn-2"))
    assert [talk.id for talk in talks.list()] == ["kept"]
    talks.restore("gone")
    assert len(talks.turns("gone")) == 2


def test_answer_that_ends_after_the_purge_is_refused(talks: Conversations) -> None:
    talks.delete("gone")
    talks.purge("gone")
    with pytest.raises(ConversationNotFound):
        talks.save(make_turn(4, conversation_id="gone"))


def test_what_an_earlier_version_left_behind_is_erased_too(tmp_path: Path) -> None:
    path = tmp_path / "conversations.db"
    Conversations(path).close()
    with sqlite3.connect(path) as earlier:
        earlier.execute("PRAGMA application_id = 0")
        earlier.execute("CREATE TABLE scratch (text)")
        earlier.executemany("INSERT INTO scratch VALUES (?)", [(f"{WORD} {n}" * 50,) for n in range(50)])
    earlier.execute("PRAGMA secure_delete = OFF")
    earlier.execute("DROP TABLE scratch")
    earlier.close()
    assert left_of(WORD, tmp_path)
    talks = Conversations(path)
    talks.save(make_turn(1))
    talks.delete("talk")
    talks.purge("talk")
    talks.close()
    assert left_of(WORD, tmp_path) == []


def test_quotes_of_a_removed_file_are_forgotten(talks: Conversations, tmp_path: Path) -> None:
    secret, other = Path("/notes/secret.md"), Path("/notes/other.md")
    said = f"The {WORD} sleeps."
    turn = make_turn(
        5,
        conversation_id="kept",
        answer=f"It says “{said}” [1] and more [2].",
        passages=(make_passage(said, path=str(secret), heading=(WORD,)), make_passage("Another.", path=str(other))),
        citations=(Citation(n=1, path=secret, start=0, end=len(said), quote=said),),
        read_whole=(),
        steps=(Step(said="LOOK files: s", tool="files", words="s", outcome="1 file", told=f"{WORD}.md"),),
    )
    talks.save(turn)
    talks.delete("gone")
    talks.copies.make_if_due()
    talks.purge("gone")
    assert [one.id for one in talks.quoting(lambda path: path == secret)] == ["turn-5"]
    assert talks.forget_quotes(lambda path: path == secret) == (turn,)
    assert left_of(WORD, tmp_path) == []
    (now,) = [one for one in talks.every_turn("kept") if one.id == "turn-5"]
    assert [passage.text for passage in now.passages] == ["", "Another."]
    assert now.answer == "It says “…” [1] and more [2]."
    assert talks.quoting(lambda path: path == secret) == ()


def test_answer_of_quotations_loses_those_of_the_removed_file(talks: Conversations, tmp_path: Path) -> None:
    talks.delete("gone")
    talks.purge("gone")
    talks.save(
        make_turn(
            6,
            conversation_id="kept",
            engine="quotes",
            answer=f"From your files:\n\n> The {WORD} sleeps.\n> [1]\n\n> Another. [2]",
            passages=(make_passage(f"The {WORD} sleeps.", path="/a.md"), make_passage("Another.", path="/b.md")),
            citations=(),
            read_whole=(),
        )
    )
    talks.forget_quotes(lambda path: path == Path("/a.md"))
    assert left_of(WORD, tmp_path) == []
    (now,) = [one for one in talks.every_turn("kept") if one.id == "turn-6"]
    assert "> Another. [2]" in now.answer


def test_quotes_are_forgotten_in_a_copy_of_an_earlier_version(talks: Conversations, tmp_path: Path) -> None:
    turn = make_turn(7, conversation_id="kept", passages=(make_passage(f"The {WORD} sleeps.", path="/a.md"),))
    talks.save(turn)
    talks.delete("gone")
    copy = talks.copies.make_if_due()
    talks.purge("gone")
    assert copy
    with sqlite3.connect(copy) as database:
        database.execute("DROP INDEX turns_by_answer_key")
        for column in ("answered_at", "answer_key", "claims", "thought_seconds", "thoughts"):
            database.execute(f"ALTER TABLE turns DROP COLUMN {column}")
    database.close()
    talks.forget_quotes(lambda path: path == Path("/a.md"))
    assert left_of(WORD, tmp_path) == []

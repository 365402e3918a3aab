"""Searching conversations: the turn that has the words, the text around them, the newest first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.conversations.conversations import Conversations
from assistant.conversations.finding import MOST_FOUND, snippet
from tests.assistant.samples import make_turn


@pytest.fixture
def talks(tmp_path: Path) -> Iterator[Conversations]:
    talks = Conversations(tmp_path / "conversations.db")
    yield talks
    talks.close()


@pytest.mark.parametrize("words", ["walnut", "WALNUT table", "nu", "호두", "호두 walnut"])
def test_search_names_the_newest_turn_with_every_word(talks: Conversations, words: str) -> None:
    for number in (1, 2, 3):
        parent = f"turn-{number - 1}" if number > 1 else None
        answer = "Oak." if number == 3 else "A walnut table, 호두나무."
        talks.save(make_turn(number, parent_id=parent, answer=answer))
    (found,) = talks.search(words)
    assert (found.summary.id, found.turn_id) == ("talk", "turn-2")
    assert "walnut table, 호두나무" in found.snippet


def test_turn_of_a_branch_that_was_left_is_found(talks: Conversations) -> None:
    talks.save(make_turn(1, answer="walnut"))
    talks.save(make_turn(2, answer="oak"))  # beside it
    assert [found.turn_id for found in talks.search("walnut")] == ["turn-1"]


def test_title_alone_is_found_without_a_turn(talks: Conversations) -> None:
    talks.save(make_turn(1))
    talks.rename("talk", "Furniture")
    (found,) = talks.search("furni")
    assert (found.turn_id, found.snippet) == ("", "")


def test_what_is_in_the_trash_is_not_found(talks: Conversations) -> None:
    talks.save(make_turn(1, answer="walnut"))
    talks.delete("talk")
    assert talks.search("walnut") == ()
    assert talks.search("wa") == ()


def test_only_the_newest_are_found_of_very_many(talks: Conversations) -> None:
    for number in range(MOST_FOUND + 5):
        talks.save(make_turn(number, conversation_id=f"talk-{number}", answer="walnut"))
    found = talks.search("walnut")
    assert len(found) == MOST_FOUND
    assert found[0].summary.id == f"talk-{MOST_FOUND + 4}"


def test_snippet_is_one_line_around_the_first_word() -> None:
    text = f"{'before ' * 20}\nthe walnut\n\ntree {'after ' * 40}"
    assert snippet(text, ["tree", "walnut"]).startswith("…before the walnut tree after")
    assert snippet(text, ["tree", "walnut"]).endswith("…")
    assert snippet("walnut", ["walnut"]) == "walnut"
    assert snippet("walnut (x", ["(x"]) == "walnut (x"
    assert snippet("oak", ["walnut"]) == ""
    assert snippet("## Wood\n\n> A **walnut** table", ["walnut"]) == "Wood A walnut table"


def test_pinned_and_filed_conversations_say_so(talks: Conversations) -> None:
    for number in (1, 2):
        talks.save(make_turn(number, conversation_id=f"talk-{number}"))
    talks.pin("talk-1", True)
    talks.file("talk-1", " House ")
    talks.file("talk-2", "House")
    talks.rename_folder("House", "Home")
    assert {(one.id, one.pinned, one.folder) for one in talks.list()} == {
        ("talk-1", True, "Home"),
        ("talk-2", False, "Home"),
    }
    talks.pin("talk-1", False)
    talks.rename_folder("Home", "")
    assert {(one.pinned, one.folder) for one in talks.list()} == {(False, "")}

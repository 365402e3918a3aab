import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.conversations import store as conversation_store
from assistant.conversations.conversations import ConversationNotFound, Conversations, short_title
from assistant.conversations.store import ConversationsUnavailable
from assistant.values import Step
from engines.protocol import Usage
from tests.assistant.samples import make_turn

Open = Callable[[], Conversations]


@pytest.fixture
def reopen(tmp_path: Path) -> Iterator[Open]:
    with ExitStack() as opened:

        def open_again() -> Conversations:
            talks = Conversations(tmp_path / "conversations.db")
            opened.callback(talks.close)
            return talks

        yield open_again


@pytest.fixture
def talks(reopen: Open) -> Conversations:
    return reopen()


def test_turn_comes_back_as_it_was_saved(talks: Conversations) -> None:
    talks.save(make_turn())
    assert talks.turns("talk") == (make_turn(),)


def test_steps_in_which_the_model_looked_again_come_back(talks: Conversations) -> None:
    step = Step(said="LOOK files: desk", tool="files", words="desk", outcome="1 file", told="1 file:\ndesk.md")
    talks.save(make_turn(steps=(step, replace(step, passages=1, seconds=0.5, usage=Usage(prompt_tokens=9)))))
    (turn,) = talks.turns("talk")
    assert [one.usage.prompt_tokens for one in turn.steps] == [0, 9]
    assert turn.steps[0] == step


def test_turns_survive_closing(talks: Conversations, reopen: Open) -> None:
    talks.save(make_turn())
    talks.close()
    assert reopen().turns("talk") == (make_turn(),)


def test_newest_branch_is_the_default(talks: Conversations) -> None:
    first, old = make_turn(1), make_turn(2, parent_id="turn-1")
    again = make_turn(3, parent_id="turn-1", question="Question 2?")
    for turn in (first, old, again):
        talks.save(turn)
    assert talks.turns("talk") == (first, again)


def test_older_branch_is_reached_by_its_leaf(talks: Conversations) -> None:
    for turn in (make_turn(1), make_turn(2, parent_id="turn-1"), make_turn(3, parent_id="turn-1")):
        talks.save(turn)
    assert [turn.id for turn in talks.turns("talk", "turn-2")] == ["turn-1", "turn-2"]


def test_branches_name_every_turn_by_the_one_before_it(talks: Conversations) -> None:
    for turn in (make_turn(1), make_turn(2, parent_id="turn-1"), make_turn(3, parent_id="turn-1")):
        talks.save(turn)
    assert talks.branches("talk") == {None: ("turn-1",), "turn-1": ("turn-2", "turn-3")}


def test_turn_after_an_unknown_parent_is_refused_whole(talks: Conversations) -> None:
    with pytest.raises(ConversationNotFound):
        talks.save(make_turn(2, parent_id="nobody"))
    assert talks.list() == []


def test_unknown_conversation_is_an_expected_failure(talks: Conversations) -> None:
    with pytest.raises(ConversationNotFound):
        talks.turns("nothing")


def test_list_is_newest_first_and_counts_turns(talks: Conversations) -> None:
    for turn in (make_turn(1), make_turn(2, conversation_id="other"), make_turn(3, parent_id="turn-1")):
        talks.save(turn)
    assert [(s.id, s.title, s.turns) for s in talks.list()] == [("talk", "Question 1?", 2), ("other", "Question 2?", 1)]


def test_deleted_conversation_is_hidden_until_it_is_restored(talks: Conversations) -> None:
    talks.save(make_turn())
    talks.delete("talk")
    hidden = (*talks.list(), *talks.search("Question"))
    talks.restore("talk")
    assert (hidden, [s.id for s in talks.list()]) == ((), ["talk"])


def test_renamed_conversation_has_its_new_title(talks: Conversations) -> None:
    talks.save(make_turn())
    talks.rename("talk", "  Oak ")
    assert talks.list()[0].title == "Oak"


@pytest.mark.parametrize("text", ["oak", "OAK question", "100%", "法律", "第一条", '"quoted"'])
def test_search_finds_words_in_question_and_answer(talks: Conversations, text: str) -> None:
    talks.save(make_turn(1, answer='Oak, 100%, "quoted", 《中国法律》第一条'))
    talks.save(make_turn(2, conversation_id="other", question="Roses", answer="June"))
    assert "talk" in [found.summary.id for found in talks.search(text)]


@pytest.mark.parametrize("text", ["elm", "oak roses", "a_k", "%"])
def test_search_leaves_out_conversations_without_the_words(talks: Conversations, text: str) -> None:
    talks.save(make_turn(1, answer="oak"))
    talks.save(make_turn(2, conversation_id="other", question="Roses", answer="June"))
    assert talks.search(text) == ()


def test_search_works_the_same_without_a_full_text_index(
    talks: Conversations, reopen: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    talks.save(make_turn(1, answer="oak"))
    monkeypatch.setattr("assistant.conversations.store._CREATE", "CREATE VIRTUAL TABLE found_turns USING missing ()")
    unindexed = reopen()
    unindexed.save(make_turn(2, parent_id="turn-1", answer="elm tree"))
    assert [len(unindexed.search(word)) for word in ("oak", "elm", "ash")] == [1, 1, 0]


def test_turns_written_without_the_index_are_found_once_it_is_there(
    reopen: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("assistant.conversations.store._CREATE", "CREATE VIRTUAL TABLE found_turns USING missing ()")
        reopen().save(make_turn(answer="elm tree"))
    assert len(reopen().search("elm")) == 1


def test_threads_save_side_by_side(talks: Conversations) -> None:
    def save(number: int) -> None:
        talks.save(make_turn(number, conversation_id=f"talk-{number}"))

    threads = [threading.Thread(target=save, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(talks.list()) == 8


def test_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "conversations.db") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(ConversationsUnavailable, match="newer"):
        Conversations(tmp_path / "conversations.db")


def test_turn_of_the_first_version_comes_back_with_nothing_read_whole(
    reopen: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("assistant.conversations.store._MIGRATIONS", conversation_store._MIGRATIONS[:1])
        conversation_store.connect(tmp_path / "conversations.db").close()
    connection = sqlite3.connect(tmp_path / "conversations.db")
    columns = "id, conversation_id, persona_id, question, answer, passages, citations, engine, model, finish, usage"
    kept = ("turn-1", "talk", "001-reader", "Why?", "So.", "[]", "[]", "quotes", "", "quotes", "{}")
    with connection:
        connection.execute("INSERT INTO conversations VALUES ('talk', 'Why?', '001-reader', 1, 1, NULL)")
        connection.execute(
            f"INSERT INTO turns ({columns}, created_at, timings_ms) VALUES ({'?, ' * len(kept)} 1, '{{}}')", kept
        )
    connection.close()
    (turn,) = reopen().turns("talk")
    assert (turn.answer, turn.read_whole) == ("So.", ())
    assert (turn.thoughts, turn.thought_seconds) == ("", 0.0)


def test_thoughts_are_kept_and_not_searched(talks: Conversations) -> None:
    talks.save(make_turn(thoughts="Perhaps a walnut?", thought_seconds=1.5))
    (turn,) = talks.turns("talk")
    assert (turn.thoughts, turn.thought_seconds) == ("Perhaps a walnut?", 1.5)
    assert talks.search("walnut") == ()


def test_title_is_cut_at_a_word() -> None:
    title = short_title("I have a model with many parameters, and\nthe latency is far too high for me")
    assert title == "I have a model with many parameters, and the latency is far…"


def test_title_of_a_text_without_spaces_is_cut_at_the_limit() -> None:
    assert short_title("法" * 100) == "法" * 59 + "…"

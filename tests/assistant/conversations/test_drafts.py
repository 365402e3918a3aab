"""Questions that have no answer yet: kept through a kill, forgotten with the answer and with the conversation."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.conversations.conversations import Conversations
from assistant.conversations.drafts import NEW_CHAT
from assistant.values import Draft
from tests.assistant.conversations.test_purge import WORD, left_of
from tests.assistant.samples import make_turn


@pytest.fixture
def talks(tmp_path: Path) -> Iterator[Conversations]:
    talks = Conversations(tmp_path / "conversations.db")
    yield talks
    talks.close()


def ask(talks: Conversations, question: str = "Why oak?", at: float = 1_000.0) -> None:
    talks.ask("talk", "001-reader", question, at)


def test_conversation_is_listed_once_its_first_question_is_asked(talks: Conversations) -> None:
    ask(talks)
    assert [(one.title, one.turns) for one in talks.list()] == [("Why oak?", 0)]
    assert talks.turns("talk") == ()


def test_question_is_kept_until_its_answer_is_saved(talks: Conversations) -> None:
    ask(talks)
    talks.drafts.write("talk", "And elm?")
    assert talks.drafts.read("talk").text == "Why oak?\nAnd elm?"
    talks.save(make_turn(1, question="Why oak?"))
    assert talks.drafts.read("talk") == Draft("", "And elm?")


def test_question_that_got_no_answer_stands_before_what_was_typed_since(talks: Conversations) -> None:
    ask(talks)
    talks.drafts.write("talk", "And elm?")
    talks.drafts.take_back("talk")
    assert talks.drafts.read("talk") == Draft("", "Why oak?\nAnd elm?")


def test_question_that_was_answered_before_it_is_noted_is_not_kept(talks: Conversations) -> None:
    talks.save(make_turn(1, question="Why oak?"))  # saved at 1,001
    ask(talks, at=1_000.5)
    assert talks.drafts.read("talk") == Draft()


def test_another_first_question_titles_the_conversation_anew(talks: Conversations) -> None:
    ask(talks)
    ask(talks, "Why elm?")
    talks.save(make_turn(1, question="Why elm?"))
    ask(talks, "Why ash?", at=2_000.0)
    assert [one.title for one in talks.list()] == ["Why elm?"]


def test_conversation_without_a_turn_goes_with_its_draft(talks: Conversations) -> None:
    ask(talks)
    talks.drafts.take_back("talk")
    talks.drafts.write("talk", "")
    assert talks.list() == []


@pytest.mark.parametrize("text", ["half a ques", "한국어 질문", "a\nb"])
def test_draft_of_a_new_chat_is_there_after_a_restart(talks: Conversations, tmp_path: Path, text: str) -> None:
    talks.drafts.write(NEW_CHAT, text)
    talks.close()
    again = Conversations(tmp_path / "conversations.db")
    assert again.drafts.read(NEW_CHAT).text == text
    assert again.list() == []
    again.close()


def test_draft_is_there_after_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "conversations.db"
    program = (
        "import os, signal, sys; from pathlib import Path\n"
        "from assistant.conversations.conversations import Conversations\n"
        "talks = Conversations(Path(sys.argv[1]))\n"
        "talks.ask('talk', '001-reader', 'Why oak?', 1.0)\n"
        "talks.drafts.write('talk', 'And')\n"
        f"os.kill(os.getpid(), {int(signal.SIGKILL)})\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(path)], check=False, env={**os.environ}, timeout=9)
    assert done.returncode == -signal.SIGKILL
    again = Conversations(path)
    assert again.drafts.read("talk") == Draft("Why oak?", "And")
    assert [one.title for one in again.list()] == ["Why oak?"]
    again.close()


def test_draft_of_a_purged_conversation_leaves_no_byte(talks: Conversations, tmp_path: Path) -> None:
    talks.save(make_turn(1))
    talks.drafts.write("talk", f"What is {WORD}?")
    talks.copies.make_if_due()
    talks.delete("talk")
    assert left_of(WORD, tmp_path)
    talks.purge("talk")
    assert left_of(WORD, tmp_path) == []

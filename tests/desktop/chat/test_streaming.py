"""An answer while it is written: stopped, broken off, left behind for another chat."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.chat.message_view import ENDINGS
from desktop.widgets.notices import Notice
from desktop.window.workbench import Workbench
from engines.errors import EngineDied
from tests.desktop.talk import Pause, ask, hold, use_model
from tests.desktop.widgets import button, press, texts, write
from tests.scripted_engine import ScriptedEngine

pytestmark = pytest.mark.timeout(30)
DEATH = EngineDied("llama.cpp", restarts=True)
WORDS = "One two three four five six seven eight nine ten."
Model = Callable[[str], Path]


@pytest.fixture
def engine(bench: Workbench, qtbot: QtBot, model: Model) -> ScriptedEngine:
    return use_model(bench, qtbot, model(WORDS))


@pytest.fixture
def held(bench: Workbench, qtbot: QtBot, engine: ScriptedEngine) -> Iterator[Pause]:
    """An answer of which three words are written."""
    pause = hold(bench, qtbot, engine, "Count")
    yield pause
    pause.end()


def last(bench: Workbench) -> list[str]:
    """The words around the last answer."""
    return texts(bench.chat.view.answers[-1])


def chats(bench: Workbench) -> list[str]:
    return [row.title for row in bench.sidebar.chats.rows.rows]


def test_words_are_shown_before_the_answer_is_whole(bench: Workbench, held: Pause) -> None:
    assert bench.chat.view.answers[-1].body.markdown == "One two three"
    assert bench.session.busy


def test_a_stopped_answer_keeps_its_words_and_says_so(bench: Workbench, qtbot: QtBot, held: Pause) -> None:
    with qtbot.waitSignal(bench.session.answered):
        button(bench.chat, "Stop (Esc)").click()
        held.end()
    assert bench.session.turns[-1].answer.strip() == "One two three"
    assert ENDINGS["stopped"] in last(bench)


def test_after_a_stop_one_can_ask_on(bench: Workbench, qtbot: QtBot, held: Pause, engine: ScriptedEngine) -> None:
    with qtbot.waitSignal(bench.session.answered):
        bench.session.stop()
        held.end()
    qtbot.waitUntil(lambda: not bench.session.busy)
    engine.before_piece = lambda at: None
    assert ask(bench, qtbot, "And again?").answer.strip() == WORDS
    assert [turn.question for turn in bench.session.turns] == ["Count", "And again?"]


def test_a_question_typed_meanwhile_stays_in_the_box(bench: Workbench, qtbot: QtBot, held: Pause) -> None:
    write(bench.chat.composer.box, "Next?")
    press(bench.chat.composer.box, Qt.Key.Key_Return)
    with qtbot.waitSignal(bench.session.answered):
        held.end()
    assert bench.chat.composer.box.toPlainText() == "Next?"
    assert len(bench.session.turns) == 1


def test_no_question_can_be_edited_while_an_answer_is_written(
    bench: Workbench, qtbot: QtBot, engine: ScriptedEngine
) -> None:
    ask(bench, qtbot, "Before")
    pause = hold(bench, qtbot, engine, "Count")
    press(bench.chat.composer.box, Qt.Key.Key_Up)
    assert bench.chat.composer.box.toPlainText() == ""
    pause.end()


def test_a_new_chat_begins_at_once_and_stays_empty(bench: Workbench, qtbot: QtBot, held: Pause) -> None:
    bench.start_new()
    assert bench.chat.view.answers == []
    assert not bench.chat.view.welcome.isHidden()
    assert button(bench.chat, "Send (Enter)").isVisible()
    with qtbot.assertNotEmitted(bench.session.wrote, wait=100):
        held.end()
    assert bench.session.turns == ()


def test_what_was_written_of_an_answer_left_behind_is_kept_and_listed(
    bench: Workbench, qtbot: QtBot, held: Pause
) -> None:
    bench.start_new()
    held.end()
    qtbot.waitUntil(lambda: chats(bench) == ["Count"])
    with qtbot.waitSignal(bench.session.opened):
        bench.sidebar.conversation_chosen.emit(bench.sidebar.chats.rows.rows[0].key)
    qtbot.waitUntil(lambda: len(bench.session.turns) == 1)
    assert bench.session.turns[0].answer.strip() == "One two three"


def test_another_chat_shows_only_its_own_turns(bench: Workbench, qtbot: QtBot, engine: ScriptedEngine) -> None:
    first = ask(bench, qtbot, "First?").conversation_id
    bench.start_new()
    pause = hold(bench, qtbot, engine, "Second?")
    with qtbot.waitSignal(bench.session.opened):
        bench.session.open(first)
    qtbot.waitUntil(lambda: len(bench.session.turns) == 1)
    pause.end()
    qtbot.waitUntil(lambda: set(chats(bench)) == {"First?", "Second?"})
    assert [turn.question for turn in bench.session.turns] == ["First?"]
    assert bench.chat.view.answers[-1].body.markdown.strip() == WORDS


def test_a_chat_asked_right_after_another_was_left_gets_its_own_answer(
    bench: Workbench, qtbot: QtBot, held: Pause, engine: ScriptedEngine
) -> None:
    bench.start_new()
    held.end()
    engine.before_piece = lambda at: None
    turn = ask(bench, qtbot, "Something else")
    assert (turn.question, turn.answer.strip()) == ("Something else", WORDS)
    assert turn.parent_id is None


def break_off(engine: ScriptedEngine, error: Exception) -> None:
    def die(at: int) -> None:
        if at == 3:
            raise error

    engine.before_piece = die


def test_an_engine_that_dies_is_told_under_what_was_written(
    bench: Workbench, qtbot: QtBot, engine: ScriptedEngine
) -> None:
    break_off(engine, DEATH)
    with qtbot.waitSignal(bench.session.failed):
        bench.chat.ask("Count")
    answer = bench.chat.view.answers[-1]
    assert [notice.title for notice in answer.findChildren(Notice)] == [DEATH.title]
    assert not bench.session.busy
    assert button(bench.chat, "Send (Enter)").isVisible()


def test_a_question_that_failed_is_asked_again_with_a_click(
    bench: Workbench, qtbot: QtBot, engine: ScriptedEngine
) -> None:
    break_off(engine, DEATH)
    with qtbot.waitSignal(bench.session.failed):
        bench.chat.ask("Count")
    engine.before_piece = lambda at: None
    with qtbot.waitSignal(bench.session.answered):
        button(bench.chat.view.answers[-1], "Answer again").click()
    assert [turn.question for turn in bench.session.turns] == ["Count"]
    assert len(bench.chat.view.answers) == 1


def test_a_failure_leaves_the_earlier_turns(bench: Workbench, qtbot: QtBot, engine: ScriptedEngine) -> None:
    ask(bench, qtbot, "Before")
    break_off(engine, DEATH)
    with qtbot.waitSignal(bench.session.failed):
        bench.chat.ask("Count")
    assert [turn.question for turn in bench.session.turns] == ["Before"]
    assert len(bench.chat.view.answers) == 2


def test_what_fails_in_a_chat_that_was_left_is_not_told_in_the_next(
    bench: Workbench, qtbot: QtBot, engine: ScriptedEngine
) -> None:
    left = threading.Event()

    def die_once_left(at: int) -> None:
        if at == 3 and not left.is_set():
            left.wait(8)
            raise DEATH

    engine.before_piece = die_once_left
    bench.chat.ask("Count")
    qtbot.waitUntil(lambda: bool(bench.chat.view.answers[-1].body.markdown))
    bench.start_new()
    left.set()
    ask(bench, qtbot, "Something else")
    assert bench.chat.view.findChildren(Notice) == []


def test_a_bug_in_an_engine_is_told_as_one(
    bench: Workbench, qtbot: QtBot, engine: ScriptedEngine, caplog: pytest.LogCaptureFixture
) -> None:
    break_off(engine, ZeroDivisionError("by nothing"))
    with qtbot.waitSignal(bench.session.failed):
        bench.chat.ask("Count")
    qtbot.waitUntil(lambda: bool(bench.chat.notices.notices()))
    told = bench.chat.view.answers[-1].findChildren(Notice)[0]
    assert told.title == "Something went wrong inside Carrel"
    assert "ZeroDivisionError: by nothing" in told.hint
    assert "ZeroDivisionError" in caplog.text


def test_choosing_another_persona_leaves_the_running_answer(
    bench: Workbench, qtbot: QtBot, engine: ScriptedEngine
) -> None:
    ask(bench, qtbot, "Before")
    pause = hold(bench, qtbot, engine, "Count")
    bench.sidebar.persona_chosen.emit("410-llm-engineer")
    pause.end()
    assert bench.session.turns == ()
    assert not bench.session.busy


def test_asking_an_edited_question_again_shows_it_once(bench: Workbench, qtbot: QtBot, engine: ScriptedEngine) -> None:
    ask(bench, qtbot, "Frist?")
    press(bench.chat.composer.box, Qt.Key.Key_Up)
    bench.chat.composer.write("First?")
    with qtbot.waitSignal(bench.session.answered):
        press(bench.chat.composer.box, Qt.Key.Key_Return)
    assert [turn.question for turn in bench.session.turns] == ["First?"]
    qtbot.waitUntil(lambda: "2/2" in last(bench))

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
from tests.desktop.driver import button, press, texts, write
from tests.desktop.talk import Pause, ask, hold, key_of, listed, use_model
from tests.scripted_engine import ScriptedEngine

pytestmark = pytest.mark.timeout(30)
DEATH = EngineDied("llama.cpp", restarts=True)
WORDS = "One two three four five six seven eight nine ten."
Model = Callable[[str], Path]


@pytest.fixture
def engine(workbench: Workbench, qtbot: QtBot, model: Model) -> ScriptedEngine:
    return use_model(workbench, qtbot, model(WORDS))


@pytest.fixture
def held(workbench: Workbench, qtbot: QtBot, engine: ScriptedEngine) -> Iterator[Pause]:
    """An answer of which three words are written."""
    pause = hold(workbench, qtbot, engine, "Count")
    yield pause
    pause.end()


def last(workbench: Workbench) -> list[str]:
    """The words around the last answer."""
    return texts(workbench.chat.view.answers[-1])


def test_words_are_shown_before_the_answer_is_whole(workbench: Workbench, held: Pause) -> None:
    assert workbench.chat.view.answers[-1].body.markdown == "One two three"
    assert workbench.session.busy


def test_a_stopped_answer_keeps_its_words_and_says_so(workbench: Workbench, qtbot: QtBot, held: Pause) -> None:
    with qtbot.waitSignal(workbench.session.answered):
        button(workbench.chat, "Stop (Esc)").click()
        held.end()
    assert workbench.session.turns[-1].answer.strip() == "One two three"
    assert ENDINGS["stopped"] in last(workbench)


def test_after_a_stop_one_can_ask_on(workbench: Workbench, qtbot: QtBot, held: Pause, engine: ScriptedEngine) -> None:
    with qtbot.waitSignal(workbench.session.answered):
        workbench.session.stop()
        held.end()
    qtbot.waitUntil(lambda: not workbench.session.busy)
    engine.before_piece = lambda at: None
    assert ask(workbench, qtbot, "And again?").answer.strip() == WORDS
    assert [turn.question for turn in workbench.session.turns] == ["Count", "And again?"]


def test_a_question_typed_meanwhile_stays_in_the_box(workbench: Workbench, qtbot: QtBot, held: Pause) -> None:
    write(workbench.chat.composer.box, "Next?")
    press(workbench.chat.composer.box, Qt.Key.Key_Return)
    with qtbot.waitSignal(workbench.session.answered):
        held.end()
    assert workbench.chat.composer.box.toPlainText() == "Next?"
    assert len(workbench.session.turns) == 1


def test_no_question_can_be_edited_while_an_answer_is_written(
    workbench: Workbench, qtbot: QtBot, engine: ScriptedEngine
) -> None:
    ask(workbench, qtbot, "Before")
    pause = hold(workbench, qtbot, engine, "Count")
    press(workbench.chat.composer.box, Qt.Key.Key_Up)
    assert workbench.chat.composer.box.toPlainText() == ""
    pause.end()


def test_a_new_chat_begins_at_once_and_stays_empty(workbench: Workbench, qtbot: QtBot, held: Pause) -> None:
    workbench.start_new()
    assert workbench.chat.view.answers == []
    assert not workbench.chat.view.welcome.isHidden()
    assert button(workbench.chat, "Send (Enter)").isVisible()
    with qtbot.assertNotEmitted(workbench.session.wrote, wait=100):
        held.end()
    assert workbench.session.turns == ()


def test_an_answer_left_behind_goes_on_and_is_listed(workbench: Workbench, qtbot: QtBot, held: Pause) -> None:
    workbench.start_new()
    held.end()
    qtbot.waitUntil(lambda: listed(workbench) == ["Count"])
    with qtbot.waitSignal(workbench.session.opened):
        workbench.open_chat(key_of(workbench, "Count"), "")
    qtbot.waitUntil(lambda: len(workbench.session.turns) == 1)
    assert workbench.session.turns[0].answer.strip() == WORDS


def test_another_chat_shows_only_its_own_turns(workbench: Workbench, qtbot: QtBot, engine: ScriptedEngine) -> None:
    first = ask(workbench, qtbot, "First?").conversation_id
    workbench.start_new()
    pause = hold(workbench, qtbot, engine, "Second?")
    with qtbot.waitSignal(workbench.session.opened):
        workbench.session.open(first)
    qtbot.waitUntil(lambda: len(workbench.session.turns) == 1)
    pause.end()
    qtbot.waitUntil(lambda: set(listed(workbench)) == {"First?", "Second?"})
    assert [turn.question for turn in workbench.session.turns] == ["First?"]
    assert workbench.chat.view.answers[-1].body.markdown.strip() == WORDS


def test_a_chat_asked_right_after_another_was_left_gets_its_own_answer(
    workbench: Workbench, qtbot: QtBot, held: Pause, engine: ScriptedEngine
) -> None:
    workbench.start_new()
    held.end()
    engine.before_piece = lambda at: None
    turn = ask(workbench, qtbot, "Something else")
    assert (turn.question, turn.answer.strip()) == ("Something else", WORDS)
    assert turn.parent_id is None


def break_off(engine: ScriptedEngine, error: Exception) -> None:
    def die(at: int) -> None:
        if at == 3:
            raise error

    engine.before_piece = die


def test_an_engine_that_dies_is_told_under_what_was_written(
    workbench: Workbench, qtbot: QtBot, engine: ScriptedEngine
) -> None:
    break_off(engine, DEATH)
    with qtbot.waitSignal(workbench.session.failed):
        workbench.chat.ask("Count")
    answer = workbench.chat.view.answers[-1]
    assert [notice.title for notice in answer.findChildren(Notice)] == [DEATH.title]
    assert not workbench.session.busy
    assert button(workbench.chat, "Send (Enter)").isVisible()


def test_a_question_that_failed_is_asked_again_with_a_click(
    workbench: Workbench, qtbot: QtBot, engine: ScriptedEngine
) -> None:
    break_off(engine, DEATH)
    with qtbot.waitSignal(workbench.session.failed):
        workbench.chat.ask("Count")
    engine.before_piece = lambda at: None
    with qtbot.waitSignal(workbench.session.answered):
        button(workbench.chat.view.answers[-1], "Retry").click()
    assert [turn.question for turn in workbench.session.turns] == ["Count"]
    assert len(workbench.chat.view.answers) == 1


def test_a_failure_leaves_the_earlier_turns(workbench: Workbench, qtbot: QtBot, engine: ScriptedEngine) -> None:
    ask(workbench, qtbot, "Before")
    break_off(engine, DEATH)
    with qtbot.waitSignal(workbench.session.failed):
        workbench.chat.ask("Count")
    assert [turn.question for turn in workbench.session.turns] == ["Before"]
    assert len(workbench.chat.view.answers) == 2


def test_what_fails_in_a_chat_that_was_left_is_not_told_in_the_next(
    workbench: Workbench, qtbot: QtBot, engine: ScriptedEngine
) -> None:
    left = threading.Event()

    def die_once_left(at: int) -> None:
        if at == 3 and not left.is_set():
            left.wait(8)
            raise DEATH

    engine.before_piece = die_once_left
    workbench.chat.ask("Count")
    qtbot.waitUntil(lambda: bool(workbench.chat.view.answers[-1].body.markdown))
    workbench.start_new()
    left.set()
    ask(workbench, qtbot, "Something else")
    assert workbench.chat.view.findChildren(Notice) == []


def test_a_bug_in_an_engine_is_told_as_one(
    workbench: Workbench, qtbot: QtBot, engine: ScriptedEngine, caplog: pytest.LogCaptureFixture
) -> None:
    break_off(engine, ZeroDivisionError("by nothing"))
    with qtbot.waitSignal(workbench.session.failed):
        workbench.chat.ask("Count")
    qtbot.waitUntil(lambda: bool(workbench.chat.notices.notices()))
    told = workbench.chat.view.answers[-1].findChildren(Notice)[0]
    assert told.title == "Something went wrong inside Carrel"
    assert "ZeroDivisionError: by nothing" in told.hint
    assert "ZeroDivisionError" in caplog.text


def test_choosing_another_persona_leaves_the_running_answer(
    workbench: Workbench, qtbot: QtBot, engine: ScriptedEngine
) -> None:
    ask(workbench, qtbot, "Before")
    pause = hold(workbench, qtbot, engine, "Count")
    workbench.sidebar.persona_chosen.emit("410-llm-engineer")
    pause.end()
    assert workbench.session.turns == ()
    assert not workbench.session.busy


def test_asking_an_edited_question_again_shows_it_once(
    workbench: Workbench, qtbot: QtBot, engine: ScriptedEngine
) -> None:
    ask(workbench, qtbot, "Frist?")
    press(workbench.chat.composer.box, Qt.Key.Key_Up)
    workbench.chat.composer.write("First?")
    with qtbot.waitSignal(workbench.session.answered):
        press(workbench.chat.composer.box, Qt.Key.Key_Return)
    assert [turn.question for turn in workbench.session.turns] == ["First?"]
    qtbot.waitUntil(lambda: "2/2" in last(workbench))

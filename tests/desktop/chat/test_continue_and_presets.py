"""An answer that was cut goes on at a click, and a chip at the box chooses how answers are written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.chat.message_view import ENDINGS, AnswerView
from desktop.window.workbench import Workbench
from tests.desktop.driver import click, texts
from tests.desktop.talk import ask, use_model
from tests.scripted_engine import ScriptedEngine

pytestmark = [pytest.mark.timeout(30), pytest.mark.qt_log_ignore("This plugin does not support")]
WORDS = " ".join(f"word{n}." for n in range(900))  # the default persona writes 800 tokens at most


@pytest.fixture
def engine(workbench: Workbench, qtbot: QtBot, model: Callable[[str], Path]) -> ScriptedEngine:
    engine = use_model(workbench, qtbot, model(WORDS))
    engine.write_seconds = 0.0
    return engine


def answer(workbench: Workbench) -> AnswerView:
    return workbench.chat.view.answers[-1]


def test_a_cut_answer_goes_on_in_its_place(workbench: Workbench, qtbot: QtBot, engine: ScriptedEngine) -> None:
    cut = ask(workbench, qtbot, "Count")
    assert (cut.finish, ENDINGS["length"] in texts(answer(workbench))) == ("length", True)
    assert not answer(workbench).more.isHidden()
    with qtbot.waitSignal(workbench.session.answered):
        answer(workbench).more.click()
    qtbot.waitUntil(lambda: not workbench.session.busy)
    (whole,) = workbench.session.turns
    assert (whole.answer, whole.id) == (WORDS, cut.id)
    assert [one.body.markdown for one in workbench.chat.view.answers] == [WORDS]
    assert answer(workbench).more.isHidden()
    assert ENDINGS["length"] not in texts(answer(workbench))
    assert workbench.session.branch(whole) == (1, 1)


def test_only_the_last_answer_can_go_on(workbench: Workbench, qtbot: QtBot, engine: ScriptedEngine) -> None:
    ask(workbench, qtbot, "Count")
    ask(workbench, qtbot, "Again")
    first, second = workbench.chat.view.answers
    assert (first.more.isHidden(), second.more.isHidden()) == (True, False)


def test_a_continued_question_is_edited_once(workbench: Workbench, qtbot: QtBot, engine: ScriptedEngine) -> None:
    ask(workbench, qtbot, "Count")
    with qtbot.waitSignal(workbench.session.answered):
        answer(workbench).more.click()
    qtbot.waitUntil(lambda: not workbench.session.busy)
    edited = list[object]()
    workbench.chat.view.edit_wanted.connect(edited.append)
    workbench.chat.view._column.questions[-1].edit_wanted.emit()
    assert edited == [workbench.session.turns[-1]]


def test_an_answer_that_repeated_itself_says_so(
    workbench: Workbench, qtbot: QtBot, model: Callable[[str], Path]
) -> None:
    use_model(workbench, qtbot, model("The boiler is checked in March. " * 40))
    turn = ask(workbench, qtbot, "When?")
    assert turn.finish == "repetition"
    assert turn.answer.count("March") <= 3
    assert ENDINGS["repetition"] in texts(answer(workbench))
    assert answer(workbench).more.isHidden()


def test_the_chip_decides_how_the_next_answers_are_written(
    workbench: Workbench, qtbot: QtBot, engine: ScriptedEngine
) -> None:
    manner = workbench.controls.manner
    qtbot.waitUntil(manner.isVisible)
    click(manner)
    menu = manner.menu
    assert menu is not None
    named = {action.text(): action for action in menu.actions()}
    usual, fast = named["As the persona and the settings say"], named["Fast: short answers from fewer passages"]
    assert fast.isChecked() is False and usual.isChecked()
    fast.trigger()
    named["Answer at once, without thinking"].trigger()
    menu.close()
    assert manner.text() == "Fast · no thinking ▾"
    ask(workbench, qtbot, "Count")
    sampling = engine.samplings[0]
    assert (sampling.temperature, sampling.max_tokens) == (0.0, 256)
    assert sampling.thinking_tokens == 0

"""A question that was answered before is answered at once, which stands beside the persona's name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.chat.message_view import AnswerView
from desktop.window.workbench import Workbench
from tests.desktop.driver import texts
from tests.desktop.talk import ask, use_model
from tests.scripted_engine import ScriptedEngine

pytestmark = pytest.mark.timeout(30)
SAID = "Answered before, just now"


@pytest.fixture
def engine(workbench: Workbench, qtbot: QtBot, model: Callable[[str], Path]) -> ScriptedEngine:
    engine = use_model(workbench, qtbot, model("Of oak."))
    workbench.session.choose_preset("exact")
    return engine


def answers(workbench: Workbench) -> list[AnswerView]:
    return workbench.chat.view.answers


def test_the_second_answer_says_that_it_was_given_before(
    workbench: Workbench, qtbot: QtBot, engine: ScriptedEngine
) -> None:
    ask(workbench, qtbot, "What is it made of?")
    assert SAID not in texts(answers(workbench)[-1])
    workbench.session.start_new()
    ask(workbench, qtbot, "What is it made of?")
    assert (answers(workbench)[-1].body.markdown, len(engine.samplings)) == ("Of oak.", 1)
    assert SAID in texts(answers(workbench)[-1])


def test_answer_again_asks_the_model(workbench: Workbench, qtbot: QtBot, engine: ScriptedEngine) -> None:
    ask(workbench, qtbot, "What is it made of?")
    engine.script = "Of pine."
    with qtbot.waitSignal(workbench.session.answered):
        answers(workbench)[-1].again_wanted.emit()
    assert (answers(workbench)[-1].body.markdown, SAID in texts(answers(workbench)[-1])) == ("Of pine.", False)

"""The steps in which a model looked again: one quiet line each above the answer, while it is written and after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from assistant.home import Home
from assistant.values import Looked, PromptContext, Retrieved, Step
from desktop.background import Background
from desktop.chat.message_view import AnswerView
from desktop.panel.side_panel import SidePanel
from desktop.window.workbench import Workbench
from tests.desktop.driver import texts
from tests.desktop.talk import ask, use_model
from tests.desktop.values import PASSAGE, TURN

pytestmark = [pytest.mark.timeout(30), pytest.mark.qt_log_ignore("This plugin does not support")]
STEP = Step(said="LOOK search: tea", tool="search", words="tea", outcome="1 passage", passages=1)
LINE = "Looked again: tea · 1 passage"
FOUND = replace(PASSAGE, path=Path("/notes/more.md"))


@pytest.fixture
def home(home: Home) -> Home:
    home.settings.write_text('[answers]\nlook_again = "on"\n', "utf-8")
    return home


@pytest.fixture
def answer(qtbot: QtBot, background: Background) -> AnswerView:
    made = AnswerView(background, "Reader")
    qtbot.addWidget(made)
    made.resize(700, 400)
    made.show()
    return made


def test_a_step_is_shown_while_the_answer_is_written_and_stays(answer: AnswerView) -> None:
    looked = Looked(PromptContext((PASSAGE, FOUND), steps=(STEP,)))
    answer.show_retrieved(Retrieved((PASSAGE,), {}))
    answer.show_looked(looked)
    assert {LINE, "Reading on…"} <= set(texts(answer))
    answer.append("At 80")
    assert LINE in texts(answer) and "Reading on…" not in texts(answer)
    answer.finish(replace(TURN, passages=looked.context.passages, steps=looked.context.steps))
    assert LINE in texts(answer)


def test_an_answer_without_steps_has_no_line(answer: AnswerView) -> None:
    answer.finish(TURN)
    assert not [text for text in texts(answer) if "Looked again" in text]


def test_what_a_step_found_is_among_the_sources(qtbot: QtBot, background: Background) -> None:
    panel = SidePanel(background)
    qtbot.addWidget(panel)
    panel.show_retrieved(Retrieved((PASSAGE,), {}))
    panel.show_looked(Looked(PromptContext((PASSAGE, FOUND), steps=(STEP,))))
    assert any("more.md" in text for text in texts(panel))


def test_the_window_lets_a_model_look_again_where_the_settings_do(
    workbench: Workbench, qtbot: QtBot, model: Callable[[str], Path]
) -> None:
    use_model(workbench, qtbot, model("LOOK search: apples"))
    turn = ask(workbench, qtbot, "What is it made of?")
    assert [step.outcome for step in turn.steps] == ["nothing new", "already looked for"]
    assert "Looked again: apples · nothing new" in "".join(texts(workbench.chat.view.answers[-1]))

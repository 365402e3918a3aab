"""A model's thoughts in the window: one quiet line above the answer, which a click or a key unfolds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from assistant.values import Thought, Turn, Written, Wrote
from desktop.background import Background
from desktop.chat.message_view import ONLY_THOUGHTS, AnswerView
from desktop.chat.thoughts_view import THINKING
from desktop.chats.running_answers import join_written
from desktop.window.workbench import Workbench
from tests.desktop.driver import button, texts
from tests.desktop.talk import ask, use_model
from tests.desktop.values import TURN

pytestmark = [pytest.mark.timeout(30), pytest.mark.qt_log_ignore("This plugin does not support")]
THOUGHTS = "Perhaps at 90 degrees? No."
THOUGHT = replace(TURN, thoughts=THOUGHTS, thought_seconds=8.2)
SHOW, HIDE = "Thought for 8 s. Show the thoughts", "Thought for 8 s. Hide the thoughts"


@pytest.fixture
def answer(qtbot: QtBot, background: Background) -> AnswerView:
    made = AnswerView(background, "Reader")
    qtbot.addWidget(made)
    made.resize(700, 400)
    made.show()
    return made


def line(answer: AnswerView, turn: Turn = THOUGHT) -> QAbstractButton:
    answer.finish(turn)
    return button(answer, SHOW)


def test_thoughts_are_folded_into_a_line(answer: AnswerView) -> None:
    assert line(answer).text() == "Thought for 8 s"
    assert THOUGHTS not in texts(answer)
    assert answer.body.markdown == TURN.answer


def test_a_click_unfolds_and_folds_them(answer: AnswerView) -> None:
    line(answer).click()
    assert THOUGHTS in texts(answer)
    button(answer, HIDE).click()
    assert THOUGHTS not in texts(answer)


def test_the_keyboard_unfolds_them(answer: AnswerView) -> None:
    heading = line(answer)
    assert heading in answer.stops()
    QTest.keyClick(heading, Qt.Key.Key_Space)
    assert THOUGHTS in texts(answer)


def test_an_answer_without_thoughts_has_no_line(answer: AnswerView) -> None:
    answer.finish(TURN)
    assert not any("Thought" in each.text() for each in answer.findChildren(QAbstractButton) if each.isVisible())


def test_it_says_that_the_model_thinks_while_it_does(answer: AnswerView) -> None:
    answer.append_thought(Thought("Perhaps"))
    (heading,) = (each for each in answer.findChildren(QAbstractButton) if each.text() == THINKING)
    assert heading.isVisible()
    heading.click()
    answer.append_thought(Thought(" at 90?"))
    assert "Perhaps at 90?" in texts(answer)
    assert answer.body.markdown == ""


def test_what_turns_out_to_be_a_thought_leaves_the_answer(answer: AnswerView) -> None:
    answer.append("Perhaps at 90?")
    answer.append_thought(Thought(" No.", recasts=True))
    assert answer.body.markdown == ""
    answer.finish(replace(THOUGHT, thoughts="Perhaps at 90? No."))
    button(answer, SHOW).click()
    assert "Perhaps at 90? No." in texts(answer)


def test_an_answer_of_thoughts_alone_says_so(answer: AnswerView) -> None:
    answer.finish(replace(THOUGHT, answer="", citations=(), finish="length"))
    assert ONLY_THOUGHTS in texts(answer)


def test_neighbours_are_told_at_once_and_in_order() -> None:
    told: list[Written] = [
        Thought("a"),
        Thought("b"),
        Wrote("c"),
        Wrote("d"),
        Thought("e", recasts=True),
        Thought("f"),
        Wrote("g"),
    ]
    assert join_written(told) == [Thought("ab"), Wrote("cd"), Thought("ef", recasts=True), Wrote("g")]


def test_thoughts_of_a_model_are_folded_above_its_answer(
    workbench: Workbench, qtbot: QtBot, model: Callable[[str], Path]
) -> None:
    use_model(workbench, qtbot, model("<think>One, or two?</think>\n\nTwo."))
    turn = ask(workbench, qtbot, "How many?")
    view = workbench.chat.view.answers[-1]
    assert (turn.answer, turn.thoughts, view.body.markdown) == ("Two.", "One, or two?", "Two.")
    assert button(view, "Thought for 1 s. Show the thoughts").isVisibleTo(view)

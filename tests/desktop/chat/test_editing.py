"""Editing an earlier question, and letters that are typed elsewhere on the page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.chat.text_blocks import TextBlock
from desktop.window.workbench import Workbench
from tests.desktop.driver import button, click, press, texts, write
from tests.desktop.talk import ask, use_model

pytestmark = [pytest.mark.timeout(30), pytest.mark.qt_log_ignore("This plugin does not support")]
BANNER = "Editing an earlier question · Esc to leave"
Model = Callable[[str], Path]


@pytest.fixture
def two_turns(workbench: Workbench, qtbot: QtBot, model: Model) -> Workbench:
    use_model(workbench, qtbot, model("An answer."))
    ask(workbench, qtbot, "One?")
    ask(workbench, qtbot, "Two?")
    return workbench


def questions(workbench: Workbench) -> list[str]:
    return [turn.question for turn in workbench.session.turns]


def edit_first(workbench: Workbench) -> None:
    click(workbench.chat.view._column.questions[0].edit_button)


def send(workbench: Workbench, qtbot: QtBot) -> None:
    with qtbot.waitSignal(workbench.session.answered):
        press(workbench.chat.composer.box, Qt.Key.Key_Return)


def test_editing_is_announced_and_left_with_escape(two_turns: Workbench, qtbot: QtBot) -> None:
    box = two_turns.chat.composer.box
    write(box, "half a thought")
    edit_first(two_turns)
    assert BANNER in texts(two_turns.chat)
    assert box.toPlainText() == "One?"
    press(box, Qt.Key.Key_Escape)
    assert BANNER not in texts(two_turns.chat)
    assert box.toPlainText() == "half a thought"
    box.setPlainText("Three?")
    send(two_turns, qtbot)
    assert questions(two_turns) == ["One?", "Two?", "Three?"]


def test_editing_is_left_with_a_click(two_turns: Workbench) -> None:
    edit_first(two_turns)
    button(two_turns.chat, "Leave the question as it is (Esc)").click()
    assert (two_turns.chat.composer.text, two_turns.chat.edit_banner.isHidden()) == ("", True)


def test_changed_words_branch_and_what_was_typed_before_comes_back(two_turns: Workbench, qtbot: QtBot) -> None:
    write(two_turns.chat.composer.box, "half a thought")
    edit_first(two_turns)
    write(two_turns.chat.composer.box, " More")
    send(two_turns, qtbot)
    assert questions(two_turns) == ["One? More"]
    assert two_turns.chat.composer.text == "half a thought"
    assert two_turns.chat.edit_banner.isHidden()


def test_the_same_words_are_asked_after_the_last_turn(two_turns: Workbench, qtbot: QtBot) -> None:
    edit_first(two_turns)
    send(two_turns, qtbot)
    assert questions(two_turns) == ["One?", "Two?", "One?"]


def test_another_question_in_the_emptied_box_branches_nothing(two_turns: Workbench, qtbot: QtBot) -> None:
    box = two_turns.chat.composer.box
    press(box, Qt.Key.Key_Up)
    press(box, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    press(box, Qt.Key.Key_Delete)
    assert two_turns.chat.edit_banner.isHidden()
    write(box, "Three?")
    send(two_turns, qtbot)
    assert questions(two_turns) == ["One?", "Two?", "Three?"]


def test_opening_another_chat_leaves_the_edit(two_turns: Workbench) -> None:
    edit_first(two_turns)
    two_turns.start_new()
    assert two_turns.chat.edit_banner.isHidden()


def test_the_box_has_the_focus_at_the_start(workbench: Workbench, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: workbench.window().focusWidget() is workbench.chat.composer.box)


def test_letters_typed_anywhere_on_the_page_go_to_the_box(two_turns: Workbench) -> None:
    answer = two_turns.chat.view.answers[0]
    for place in (button(answer, "Copy answer as Markdown"), answer.body.findChildren(TextBlock)[0]):
        place.setFocus()
        press(place, Qt.Key.Key_H)
    assert two_turns.chat.composer.text == "hh"
    assert two_turns.window().focusWidget() is two_turns.chat.composer.box


def test_copying_from_an_answer_types_nothing(two_turns: Workbench) -> None:
    (block,) = two_turns.chat.view.answers[0].body.findChildren(TextBlock)
    block.setFocus()
    press(block, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert two_turns.chat.composer.text == ""

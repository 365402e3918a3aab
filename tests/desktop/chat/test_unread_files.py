"""Asked while files wait: the answer says so, and the question is asked again by itself once they are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.chat.message_view import REREAD, AnswerView
from desktop.chat.unread_note import CANCEL, LATER, NOW, UnreadNote
from desktop.window.workbench import Workbench
from knowledge import UnreadFiles
from tests.desktop.driver import click, press, texts
from tests.desktop.talk import ask
from tests.desktop.values import TURN

pytestmark = [pytest.mark.timeout(40), pytest.mark.qt_log_ignore("This plugin does not support")]
WAIT_MS = 9000


@pytest.fixture
def paused(workbench: Workbench, qtbot: QtBot, notes: Path) -> Iterator[Workbench]:
    """A window whose folder is listed and not read: indexing is paused."""
    with qtbot.waitSignal(workbench.folders.pause_changed):
        workbench.folders.set_paused(True)
    workbench.folders.add(notes)
    qtbot.waitUntil(lambda: workbench.folders.snapshot.waiting == 2, timeout=WAIT_MS)
    yield workbench
    workbench.folders.set_paused(False)


def last(workbench: Workbench) -> AnswerView:
    return workbench.chat.view.answers[-1]


def read_all(workbench: Workbench, qtbot: QtBot) -> None:
    workbench.folders.set_paused(False)
    qtbot.waitUntil(lambda: not workbench.later.waits, timeout=WAIT_MS)


def test_the_answer_says_how_many_files_are_unread(paused: Workbench, qtbot: QtBot) -> None:
    turn = ask(paused, qtbot, "How is green tea brewed?")
    assert turn.answer == "Nothing in the files read so far answers this. 2 of 2 files are still unread."
    assert last(paused).unread.isVisible() and last(paused).unread.button.text() == LATER


def test_an_answer_from_some_files_says_what_it_may_miss(qtbot: QtBot) -> None:
    note = UnreadNote()
    qtbot.addWidget(note)
    note.show_of(replace(TURN, unread=UnreadFiles(12, 243)))
    assert texts(note) == ["12 of 243 files were still unread when you asked. This answer may miss something."]
    note.show_of(replace(TURN, unread=UnreadFiles(1, 2)))
    assert texts(note)[0].startswith("1 of 2 files was still unread when you asked.")
    note.show_of(TURN)
    assert note.isHidden()


def test_the_question_is_asked_again_by_itself_and_marked(paused: Workbench, qtbot: QtBot) -> None:
    ask(paused, qtbot, "How is green tea brewed?")
    click(last(paused).unread.button)
    assert last(paused).unread.button.text() == CANCEL
    with qtbot.waitSignal(paused.session.answered, timeout=WAIT_MS):
        paused.folders.set_paused(False)
    turn = paused.session.turns[-1]
    assert "80 degrees" in turn.answer and turn.is_reread and not turn.unread
    assert any(REREAD in words for words in texts(last(paused)))
    assert not last(paused).unread.isVisible()
    assert paused.session.branch(turn) == (2, 2)


def test_a_wish_can_be_taken_back_by_keyboard(paused: Workbench, qtbot: QtBot) -> None:
    ask(paused, qtbot, "How is green tea brewed?")
    last(paused).unread.button.setFocus()
    press(last(paused).unread.button, Qt.Key.Key_Space)
    press(last(paused).unread.button, Qt.Key.Key_Space)
    read_all(paused, qtbot)
    qtbot.wait(50)
    assert len(paused.session.turns) == 1 and not paused.session.busy
    assert last(paused).unread.button.text() == NOW


def test_later_questions_stay_where_they_are(paused: Workbench, qtbot: QtBot) -> None:
    ask(paused, qtbot, "How is green tea brewed?")
    click(last(paused).unread.button)
    ask(paused, qtbot, "And the tomatoes?")
    with qtbot.waitSignal(paused.session.answered, timeout=WAIT_MS):
        paused.folders.set_paused(False)
    assert [turn.question for turn in paused.session.turns] == [
        "How is green tea brewed?",
        "And the tomatoes?",
        "How is green tea brewed?",
    ]


def test_a_chat_that_is_not_open_is_answered_when_it_is(paused: Workbench, qtbot: QtBot) -> None:
    turn = ask(paused, qtbot, "How is green tea brewed?")
    click(last(paused).unread.button)
    paused.start_new()
    read_all(paused, qtbot)
    qtbot.wait(50)
    assert not paused.session.busy
    with qtbot.waitSignal(paused.session.answered, timeout=WAIT_MS):
        paused.session.open(turn.conversation_id)
    assert "80 degrees" in paused.session.turns[-1].answer


def test_where_all_files_are_read_nothing_is_said(workbench: Workbench, qtbot: QtBot) -> None:
    ask(workbench, qtbot, "How is green tea brewed?")
    assert not last(workbench).unread.isVisible()

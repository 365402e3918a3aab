"""A long chat: only what is near is built, and what one reads stays in its place meanwhile."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from assistant.conversations.conversations import Conversations
from assistant.home import Home
from desktop.chat.chat_view import ChatView
from desktop.chat.message_view import QuestionView
from desktop.window.workbench import Workbench
from tests.assistant.samples import make_turn
from tests.desktop.driver import button, settle
from tests.desktop.talk import listed, open_chat

pytestmark = [pytest.mark.timeout(30), pytest.mark.qt_log_ignore("This plugin does not support")]
TURNS = 60
ANSWER = "\n\n".join(f"Paragraph {n} with several words in it, of which none says anything." for n in range(12))


@pytest.fixture
def long_chat(home: Home) -> None:
    talks = Conversations(home.conversations)
    for number in range(TURNS):
        parent = f"turn-{number - 1}" if number else None
        talks.save(make_turn(number, parent_id=parent, answer=ANSWER, citations=(), passages=(), read_whole=()))
    talks.close()


@pytest.fixture
def view(long_chat: None, workbench: Workbench, qtbot: QtBot) -> ChatView:
    """The view, with the chat open."""
    qtbot.waitUntil(lambda: len(listed(workbench)) == 1)
    open_chat(workbench, qtbot, listed(workbench)[0])
    shown = workbench.chat.view
    qtbot.waitUntil(lambda: len(shown.answers) > 2 and not shown._filling.isActive())
    settle()
    return shown


def first_shown(view: ChatView) -> QuestionView:
    """The question that is nearest below the top of the view."""
    value = view.verticalScrollBar().value()
    return next(question for question in view._column.questions if question.y() >= value)


def test_a_long_chat_opens_at_its_end_with_a_part_of_its_turns(view: ChatView) -> None:
    assert len(view.answers) < TURNS / 2
    assert view.answers[-1].turn is not None
    assert view.answers[-1].turn.id == f"turn-{TURNS - 1}"
    assert view.pinned


def test_what_one_reads_stays_in_place_while_turns_above_are_built(view: ChatView, qtbot: QtBot) -> None:
    bar = view.verticalScrollBar()
    bar.setValue(40)
    read, first = first_shown(view), view._column.first
    before = read.y() - bar.value()
    qtbot.waitUntil(lambda: view._column.first < first and not view._filling.isActive())
    settle()  # a layout that was asked for is done
    assert abs(read.y() - bar.value() - before) <= 1


def test_scrolling_reaches_the_first_turn_and_the_last_again(view: ChatView, qtbot: QtBot) -> None:
    bar = view.verticalScrollBar()

    def at_top() -> bool:
        bar.setValue(0)
        return view._column.first == 0

    qtbot.waitUntil(at_top, timeout=9000)
    assert view.answers[0].turn is not None
    assert view.answers[0].turn.id == "turn-0"
    qtbot.waitUntil(lambda: not view._filling.isActive())
    assert len(view.answers) < TURNS / 2
    button(view, "Jump to latest").click()
    qtbot.waitUntil(lambda: view.answers[-1].turn is not None and view.answers[-1].turn.id == f"turn-{TURNS - 1}")
    assert view.pinned

"""A chat that a search found opens at the hit, in its branch, with the words marked; stepping branches stays there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from desktop.chat.text_blocks import TextBlock
from desktop.window.workbench import Workbench
from tests.desktop.driver import button, write
from tests.desktop.talk import ask, listed, open_chat, use_model

pytestmark = [pytest.mark.timeout(30), pytest.mark.qt_log_ignore("This plugin does not support")]
LONG = "\n\n".join(f"Paragraph {n} with several words in it." for n in range(40))
Model = Callable[[str], Path]


def marked(workbench: Workbench) -> list[TextBlock]:
    return [block for block in workbench.chat.view.findChildren(TextBlock) if block.extraSelections()]


def is_in_view(workbench: Workbench, block: TextBlock) -> bool:
    view = workbench.chat.view
    place = block.mapTo(view._column, block.marked_place()).y() - view.verticalScrollBar().value()
    return 0 <= place < view.viewport().height()


@pytest.fixture
def branched(workbench: Workbench, qtbot: QtBot, model: Model) -> Workbench:
    """A chat whose first question has two long answers, a marked word in the older one, and other turns after it."""
    engine = use_model(workbench, qtbot, model(LONG))
    engine.script = f"{LONG}\n\nThe walnut table.\n\n{LONG}"
    ask(workbench, qtbot, "First?")
    engine.script = LONG
    ask(workbench, qtbot, "Second?")
    with qtbot.waitSignal(workbench.session.answered, timeout=9000):
        workbench.session.ask_again(workbench.session.turns[0])
    workbench.start_new()
    return workbench


def test_a_hit_opens_in_its_branch_with_the_words_marked_and_in_view(branched: Workbench, qtbot: QtBot) -> None:
    write(branched.sidebar.search, "walnut")
    rows = branched.sidebar.chats.list.rows
    qtbot.waitUntil(lambda: [row.line[:10] != "" for row in rows.rows] == [True])
    assert "walnut table" in rows.rows[0].line
    open_chat(branched, qtbot, "First?")
    assert [turn.question for turn in branched.session.turns] == ["First?", "Second?"]
    qtbot.waitUntil(lambda: len(marked(branched)) == 1)
    (block,) = marked(branched)
    assert [mark.cursor.selectedText() for mark in block.extraSelections()] == ["walnut"]
    qtbot.waitUntil(lambda: is_in_view(branched, block))
    assert not branched.chat.view.pinned


def test_a_chat_opened_from_the_whole_list_marks_nothing(branched: Workbench, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: listed(branched) == ["First?"])
    open_chat(branched, qtbot, "First?")
    assert marked(branched) == []
    assert branched.chat.view.pinned


def test_stepping_branches_stays_where_one_is(branched: Workbench, qtbot: QtBot) -> None:
    open_chat(branched, qtbot, "First?")
    view = branched.chat.view
    qtbot.waitUntil(lambda: view.verticalScrollBar().maximum() > 600)
    view.verticalScrollBar().setValue(0)
    answer = view.answers[0]
    arrows = button(answer, "Previous answer")
    view.verticalScrollBar().setValue(arrows.mapTo(view._column, QPoint()).y() - 300)
    before = view._column.questions[0].y() - view.verticalScrollBar().value()
    with qtbot.waitSignal(branched.session.opened):
        arrows.click()
    assert [turn.question for turn in branched.session.turns] == ["First?", "Second?"]
    qtbot.wait(50)  # what the layouts still do
    assert view._column.questions[0].y() - view.verticalScrollBar().value() == before
    assert not view.pinned

"""Chats opened, deleted and closed while others are read or written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from desktop.app import DesktopApp
from desktop.chats.running_answers import PendingQuestion
from desktop.window.workbench import Workbench
from tests.desktop.driver import button, texts, write
from tests.desktop.talk import ask, hold, key_of, listed, use_model
from tests.scripted_engine import ScriptedEngine

pytestmark = [
    pytest.mark.timeout(30),
    pytest.mark.qt_log_ignore("This plugin does not support"),
]
Model = Callable[[str], Path]
WORDS = "One two three four five six seven eight nine ten."


@pytest.fixture
def engine(workbench: Workbench, qtbot: QtBot, model: Model) -> ScriptedEngine:
    return use_model(workbench, qtbot, model(WORDS))


def questions(workbench: Workbench) -> list[str]:
    return [turn.question for turn in workbench.session.turns]


@pytest.fixture
def two(workbench: Workbench, qtbot: QtBot, engine: ScriptedEngine) -> tuple[str, str]:
    """Two chats, the second of them open."""
    first = ask(workbench, qtbot, "First?").conversation_id
    workbench.start_new()
    second = ask(workbench, qtbot, "Second?").conversation_id
    qtbot.waitUntil(lambda: len(listed(workbench)) == 2)
    return first, second


def test_of_two_chats_opened_at_once_the_last_is_shown(
    workbench: Workbench, qtbot: QtBot, two: tuple[str, str]
) -> None:
    opened: list[object] = []
    workbench.session.opened.connect(lambda turns, look_at: opened.append(turns))
    workbench.session.open(two[1])
    workbench.session.open(two[0])
    qtbot.waitUntil(lambda: questions(workbench) == ["First?"])
    assert len(opened) == 1


def test_an_opened_chat_shows_its_title_its_mark_and_its_newest_words(
    workbench: Workbench, qtbot: QtBot, two: tuple[str, str]
) -> None:
    workbench.open_chat(two[0], "")
    qtbot.waitUntil(lambda: questions(workbench) == ["First?"])
    assert workbench._bar.title == "First?"
    assert workbench.sidebar.chats.list.marked == two[0]
    assert workbench.chat.view.pinned


def test_a_new_chat_overtakes_one_that_is_being_opened(
    workbench: Workbench, qtbot: QtBot, two: tuple[str, str]
) -> None:
    workbench.session.open(two[0])
    workbench.start_new()
    ask(workbench, qtbot, "Third?")
    assert questions(workbench) == ["Third?"]


def test_opening_a_chat_from_a_page_leads_to_the_chat(workbench: Workbench, qtbot: QtBot, two: tuple[str, str]) -> None:
    workbench.pages.show_folders()
    workbench.open_chat(two[0], "")
    assert workbench.pages.currentWidget() is workbench.chat


def test_a_chat_that_is_deleted_while_it_is_written_stays_deleted(
    workbench: Workbench, qtbot: QtBot, engine: ScriptedEngine
) -> None:
    first = ask(workbench, qtbot, "First?").conversation_id
    qtbot.waitUntil(lambda: listed(workbench) == ["First?"])
    pause = hold(workbench, qtbot, engine, "And then?")
    workbench.sidebar.chats.delete(first)
    with qtbot.waitSignal(workbench.running.answered):
        pause.end()
    engine.before_piece = lambda at: None
    ask(workbench, qtbot, "Another?")
    qtbot.waitUntil(lambda: listed(workbench) == ["Another?"])


def test_the_chat_that_was_deleted_while_written_comes_back_whole(
    workbench: Workbench, qtbot: QtBot, engine: ScriptedEngine
) -> None:
    first = ask(workbench, qtbot, "First?").conversation_id
    qtbot.waitUntil(lambda: listed(workbench) == ["First?"])
    pause = hold(workbench, qtbot, engine, "And then?")
    workbench.sidebar.chats.delete(first)
    with qtbot.waitSignal(workbench.history.deleted):
        pause.end()
    assert workbench.toast.isVisible()
    button(workbench.toast, "Undo").click()
    qtbot.waitUntil(lambda: listed(workbench) == ["First?"])
    workbench.open_chat(first, "")
    qtbot.waitUntil(lambda: questions(workbench) == ["First?", "And then?"])


def test_a_question_that_was_stopped_before_it_began_comes_back_before_what_was_typed_since(
    workbench: Workbench, engine: ScriptedEngine
) -> None:
    write(workbench.chat.composer.box, "And also")
    workbench.session.withdrawn.emit(PendingQuestion("Why?", "001-reader", "c1", None))
    assert workbench.chat.composer.box.toPlainText() == "Why?\nAnd also"


def test_a_question_that_was_stopped_before_it_began_can_be_sent_again(
    workbench: Workbench, engine: ScriptedEngine
) -> None:
    workbench.session.withdrawn.emit(PendingQuestion("Why?", "001-reader", "c1", None))
    assert workbench.chat.composer.box.toPlainText() == "Why?"
    assert workbench.chat.view.answers == []


def test_an_answer_that_is_written_when_the_window_closes_is_there_at_the_next_start(
    app: DesktopApp, workbench: Workbench, qtbot: QtBot, model: Model, memory: QSettings
) -> None:
    use_model(workbench, qtbot, model(" ".join(f"word{n}" for n in range(5000))))
    workbench.chat.ask("Count")
    qtbot.waitUntil(lambda: len(workbench.chat.view.answers[-1].body.markdown) > 20)
    app.window.close()
    app.close()
    again = DesktopApp(memory, app._open_workspace)
    with qtbot.waitSignal(again.ready):
        again.window.show()
    later = again.workbench
    assert later is not None
    qtbot.waitUntil(lambda: listed(later) == ["Count"], timeout=9000)
    later.open_chat(key_of(later, "Count"), "")
    qtbot.waitUntil(lambda: questions(later) == ["Count"])
    assert later.session.turns[0].answer.startswith("word0 word1 word2")
    assert "Stopped. The answer so far is kept." in texts(later.chat.view.answers[0])
    qtbot.waitUntil(lambda: not later.folders.busy)
    again.window.close()
    again.close()
    shiboken6.delete(again.window)
    shiboken6.delete(again)

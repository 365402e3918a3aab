"""Chats opened, deleted and closed while others are read or written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from desktop.app import Desk
from desktop.chat.chat_session import Question
from desktop.window.workbench import Workbench
from tests.desktop.talk import ask, hold, use_model
from tests.desktop.widgets import button, texts, write
from tests.scripted_engine import ScriptedEngine

pytestmark = [
    pytest.mark.timeout(30),
    pytest.mark.qt_log_ignore("This plugin does not support"),
]
Model = Callable[[str], Path]
WORDS = "One two three four five six seven eight nine ten."


@pytest.fixture
def engine(bench: Workbench, qtbot: QtBot, model: Model) -> ScriptedEngine:
    return use_model(bench, qtbot, model(WORDS))


def chats(bench: Workbench) -> list[str]:
    return [row.title for row in bench.sidebar.chats.rows.rows]


def questions(bench: Workbench) -> list[str]:
    return [turn.question for turn in bench.session.turns]


@pytest.fixture
def two(bench: Workbench, qtbot: QtBot, engine: ScriptedEngine) -> tuple[str, str]:
    """Two chats, the second of them open."""
    first = ask(bench, qtbot, "First?").conversation_id
    bench.start_new()
    second = ask(bench, qtbot, "Second?").conversation_id
    qtbot.waitUntil(lambda: len(chats(bench)) == 2)
    return first, second


def test_of_two_chats_opened_at_once_the_last_is_shown(bench: Workbench, qtbot: QtBot, two: tuple[str, str]) -> None:
    opened: list[object] = []
    bench.session.opened.connect(opened.append)
    bench.session.open(two[1])
    bench.session.open(two[0])
    qtbot.waitUntil(lambda: questions(bench) == ["First?"])
    assert len(opened) == 1


def test_an_opened_chat_shows_its_title_its_mark_and_its_newest_words(
    bench: Workbench, qtbot: QtBot, two: tuple[str, str]
) -> None:
    bench.sidebar.conversation_chosen.emit(two[0])
    qtbot.waitUntil(lambda: questions(bench) == ["First?"])
    assert bench._bar.title == "First?"
    assert chats(bench)[bench.sidebar.chats.currentIndex().row()] == "First?"
    assert bench.chat.view.pinned


def test_a_new_chat_overtakes_one_that_is_being_opened(bench: Workbench, qtbot: QtBot, two: tuple[str, str]) -> None:
    bench.session.open(two[0])
    bench.start_new()
    ask(bench, qtbot, "Third?")
    assert questions(bench) == ["Third?"]


def test_opening_a_chat_from_a_page_leads_to_the_chat(bench: Workbench, qtbot: QtBot, two: tuple[str, str]) -> None:
    bench.pages.show_folders()
    bench.sidebar.conversation_chosen.emit(two[0])
    assert bench.pages.currentWidget() is bench.chat


def test_a_chat_that_is_deleted_while_it_is_written_stays_deleted(
    bench: Workbench, qtbot: QtBot, engine: ScriptedEngine
) -> None:
    first = ask(bench, qtbot, "First?").conversation_id
    qtbot.waitUntil(lambda: chats(bench) == ["First?"])
    pause = hold(bench, qtbot, engine, "And then?")
    bench.sidebar.delete(first)
    with qtbot.waitSignal(bench.session.kept):
        pause.end()
    engine.before_piece = lambda at: None
    ask(bench, qtbot, "Another?")
    qtbot.waitUntil(lambda: chats(bench) == ["Another?"])


def test_the_chat_that_was_deleted_while_written_comes_back_whole(
    bench: Workbench, qtbot: QtBot, engine: ScriptedEngine
) -> None:
    first = ask(bench, qtbot, "First?").conversation_id
    qtbot.waitUntil(lambda: chats(bench) == ["First?"])
    pause = hold(bench, qtbot, engine, "And then?")
    bench.sidebar.delete(first)
    with qtbot.waitSignal(bench.history.deleted):
        pause.end()
    assert bench.offers.toast is not None
    button(bench.offers.toast, "Undo").click()
    qtbot.waitUntil(lambda: chats(bench) == ["First?"])
    bench.sidebar.conversation_chosen.emit(first)
    qtbot.waitUntil(lambda: questions(bench) == ["First?", "And then?"])


def test_a_question_that_was_stopped_before_it_began_comes_back_before_what_was_typed_since(
    bench: Workbench, engine: ScriptedEngine
) -> None:
    write(bench.chat.composer.box, "And also")
    bench.session.withdrawn.emit(Question("Why?", "001-reader", None, None))
    assert bench.chat.composer.box.toPlainText() == "Why?\nAnd also"


def test_a_question_that_was_stopped_before_it_began_can_be_sent_again(
    bench: Workbench, engine: ScriptedEngine
) -> None:
    bench.session.withdrawn.emit(Question("Why?", "001-reader", None, None))
    assert bench.chat.composer.box.toPlainText() == "Why?"
    assert bench.chat.view.answers == []


def test_an_answer_that_is_written_when_the_window_closes_is_there_at_the_next_start(
    desk: Desk, bench: Workbench, qtbot: QtBot, model: Model, memory: QSettings
) -> None:
    use_model(bench, qtbot, model("word " * 5000))
    bench.chat.ask("Count")
    qtbot.waitUntil(lambda: len(bench.chat.view.answers[-1].body.markdown) > 20)
    desk.window.close()
    desk.close()
    again = Desk(memory, desk._open_workspace)
    with qtbot.waitSignal(again.ready):
        again.window.show()
    later = again.workbench
    assert later is not None
    qtbot.waitUntil(lambda: chats(later) == ["Count"], timeout=9000)
    later.sidebar.conversation_chosen.emit(later.sidebar.chats.rows.rows[0].key)
    qtbot.waitUntil(lambda: questions(later) == ["Count"])
    assert later.session.turns[0].answer.startswith("word word word")
    assert "Stopped. What was written so far is kept." in texts(later.chat.view.answers[0])
    qtbot.waitUntil(lambda: not later.folders.busy)
    again.window.close()
    again.close()
    shiboken6.delete(again.window)
    shiboken6.delete(again)

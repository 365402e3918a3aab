"""Answers that go on while another chat, persona or page is shown; several of them; questions that fail."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSystemTrayIcon
from pytestqt.qtbot import QtBot

from desktop.app import DesktopApp
from desktop.widgets.notices import Notice
from desktop.window.workbench import Workbench
from engines.errors import EngineDied
from tests.desktop.driver import button, press, texts, write
from tests.desktop.talk import Pause, ask, hold, listed, open_chat, use_model
from tests.scripted_engine import ScriptedEngine

pytestmark = [pytest.mark.timeout(30), pytest.mark.qt_log_ignore("This plugin does not support")]
DEATH = EngineDied("llama.cpp", restarts=True)
WORDS = "One two three four five six seven eight nine ten."
Model = Callable[[str], Path]


@pytest.fixture
def engine(workbench: Workbench, qtbot: QtBot, model: Model) -> ScriptedEngine:
    return use_model(workbench, qtbot, model(WORDS))


@pytest.fixture
def held(workbench: Workbench, qtbot: QtBot, engine: ScriptedEngine) -> Iterator[Pause]:
    """An answer of which three words are written."""
    pause = hold(workbench, qtbot, engine, "Count")
    yield pause
    pause.end()


def notes(workbench: Workbench) -> dict[str, str]:
    """What the list says of each chat."""
    return {row.title: row.note for row in workbench.sidebar.chats.list.rows.rows if not row.is_heading}


def last_words(workbench: Workbench) -> str:
    return workbench.chat.view.answers[-1].body.markdown.strip()


def send(workbench: Workbench, words: str) -> None:
    """Type a question and press Enter."""
    write(workbench.chat.composer.box, words)
    press(workbench.chat.composer.box, Qt.Key.Key_Return)


def test_a_new_chat_is_listed_while_its_answer_is_written(workbench: Workbench, qtbot: QtBot, held: Pause) -> None:
    qtbot.waitUntil(lambda: notes(workbench) == {"Count": "Writing…"})
    assert workbench.sidebar.chats.list.marked == workbench.session.conversation_id


def test_an_answer_goes_on_while_another_chat_is_open_and_is_new_afterwards(
    workbench: Workbench, qtbot: QtBot, engine: ScriptedEngine
) -> None:
    ask(workbench, qtbot, "First?")
    workbench.start_new()
    pause = hold(workbench, qtbot, engine, "Second?")
    open_chat(workbench, qtbot, "First?")
    pause.end()
    qtbot.waitUntil(lambda: notes(workbench)["Second?"] == "● New")
    assert [turn.question for turn in workbench.session.turns] == ["First?"]
    open_chat(workbench, qtbot, "Second?")
    qtbot.waitUntil(lambda: last_words(workbench) == WORDS)
    assert notes(workbench)["Second?"] != "● New"
    assert workbench.session.turns[-1].finish == "end"


def test_a_chat_that_is_opened_while_it_is_written_shows_what_is_there_and_goes_on(
    workbench: Workbench, qtbot: QtBot, held: Pause
) -> None:
    workbench.start_new()
    assert not workbench.session.busy
    qtbot.waitUntil(lambda: listed(workbench) == ["Count"])
    open_chat(workbench, qtbot, "Count")
    assert last_words(workbench) == "One two three"
    assert button(workbench.chat, "Stop (Esc)").isVisible()
    with qtbot.waitSignal(workbench.session.answered):
        held.end()
    assert last_words(workbench) == WORDS
    assert len(workbench.chat.view.answers) == 1


@pytest.mark.parametrize("elsewhere", ["folders", "persona", "new chat"])
def test_an_answer_goes_on_behind_a_page_and_another_persona(
    workbench: Workbench, qtbot: QtBot, held: Pause, elsewhere: str
) -> None:
    if elsewhere == "folders":
        workbench.pages.show_folders()
    elif elsewhere == "persona":
        workbench.sidebar.persona_chosen.emit("410-llm-engineer")
    else:
        workbench.start_new()
    with qtbot.waitSignal(workbench.running.answered) as answered:
        held.end()
    assert answered.args is not None
    assert answered.args[0].answer.strip() == WORDS


def test_a_second_question_waits_and_says_so_and_is_then_answered(
    workbench: Workbench, qtbot: QtBot, held: Pause
) -> None:
    workbench.start_new()
    send(workbench, "Me too")
    assert "Waiting for another answer…" in texts(workbench.chat.view.answers[-1])
    qtbot.waitUntil(lambda: notes(workbench) == {"Me too": "Waiting…", "Count": "Writing…"})
    held.end()
    qtbot.waitUntil(lambda: not workbench.running.count, timeout=9000)
    assert [turn.question for turn in workbench.session.turns] == ["Me too"]
    assert last_words(workbench) == WORDS


def test_a_question_that_waits_can_be_taken_back_at_once(workbench: Workbench, qtbot: QtBot, held: Pause) -> None:
    workbench.start_new()
    send(workbench, "Me too")
    press(workbench.chat.composer.box, Qt.Key.Key_Escape)
    assert workbench.chat.composer.text == "Me too"
    assert workbench.chat.view.answers == []
    assert workbench.running.count == 1


def test_stopping_one_answer_leaves_the_other(workbench: Workbench, qtbot: QtBot, held: Pause) -> None:
    workbench.start_new()
    send(workbench, "Me too")
    qtbot.waitUntil(lambda: "Count" in listed(workbench))
    open_chat(workbench, qtbot, "Count")
    button(workbench.chat, "Stop (Esc)").click()
    held.end()
    qtbot.waitUntil(lambda: not workbench.running.count, timeout=9000)
    assert workbench.session.turns[-1].finish == "stopped"
    open_chat(workbench, qtbot, "Me too")
    assert workbench.session.turns[-1].answer.strip() == WORDS


class Tray:
    """Where notifications go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shown: list[str] = []
        monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: True)
        monkeypatch.setattr(QSystemTrayIcon, "showMessage", lambda tray, title, text, *_: self.shown.append(text))


def test_a_notification_comes_when_another_window_is_in_front_and_only_then(
    app: DesktopApp, workbench: Workbench, qtbot: QtBot, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    tray = Tray(monkeypatch)
    workbench.window().activateWindow()
    qtbot.waitUntil(workbench.isActiveWindow)
    ask(workbench, qtbot, "In front?")
    assert tray.shown == []
    monkeypatch.setattr(type(workbench), "isActiveWindow", lambda window: False)
    workbench.start_new()
    ask(workbench, qtbot, "Behind?")
    assert tray.shown == ["Behind?"]
    behind = workbench.session.conversation_id
    workbench.start_new()
    assert app.presence is not None
    app.presence.tray._icon.messageClicked.emit()
    qtbot.waitUntil(lambda: workbench.session.conversation_id == behind)


@pytest.fixture
def broken(engine: ScriptedEngine) -> threading.Event:
    """The model dies before its first word, until this is set."""
    mended = threading.Event()

    def die(at: int) -> None:
        if not mended.is_set():
            raise DEATH

    engine.before_piece = die
    return mended


def fail(workbench: Workbench, qtbot: QtBot, words: str) -> None:
    with qtbot.waitSignal(workbench.running.failed):
        send(workbench, words)
    qtbot.waitUntil(lambda: not workbench.session.busy)


def test_a_question_that_failed_comes_back_into_the_box_with_its_error_and_retry(
    workbench: Workbench, qtbot: QtBot, broken: threading.Event
) -> None:
    fail(workbench, qtbot, "Count")
    assert workbench.chat.composer.text == "Count"
    qtbot.waitUntil(lambda: DEATH.title in texts(workbench.chat.view))
    broken.set()
    with qtbot.waitSignal(workbench.session.answered):
        button(workbench.chat.view, "Retry").click()
    assert workbench.chat.composer.text == ""
    assert [turn.question for turn in workbench.session.turns] == ["Count"]
    qtbot.waitUntil(lambda: workbench.chat.view.findChildren(Notice) == [])


def test_a_question_that_failed_is_still_there_after_another_chat_was_open(
    workbench: Workbench, qtbot: QtBot, broken: threading.Event
) -> None:
    fail(workbench, qtbot, "Count")
    workbench.start_new()
    assert workbench.chat.composer.text == ""
    qtbot.waitUntil(lambda: workbench.chat.view.findChildren(Notice) == [])
    qtbot.waitUntil(lambda: notes(workbench) == {"Count": "Not answered"})
    open_chat(workbench, qtbot, "Count")
    qtbot.waitUntil(lambda: workbench.chat.composer.text == "Count")
    qtbot.waitUntil(lambda: DEATH.title in texts(workbench.chat.view))
    broken.set()
    with qtbot.waitSignal(workbench.session.answered):
        button(workbench.chat.view, "Retry").click()
    assert [turn.question for turn in workbench.session.turns] == ["Count"]


def test_a_question_that_failed_can_be_changed_and_sent(
    workbench: Workbench, qtbot: QtBot, broken: threading.Event
) -> None:
    fail(workbench, qtbot, "Cuont")
    workbench.chat.composer.write("Count")
    broken.set()
    with qtbot.waitSignal(workbench.session.answered):
        press(workbench.chat.composer.box, Qt.Key.Key_Return)
    assert len(workbench.chat.view.answers) == 1
    qtbot.waitUntil(lambda: listed(workbench) == ["Count"])


def test_what_was_typed_meanwhile_stays_behind_the_question_that_failed(
    workbench: Workbench, qtbot: QtBot, engine: ScriptedEngine
) -> None:
    gate = threading.Event()

    def die(at: int) -> None:
        gate.wait(8)
        raise DEATH

    engine.before_piece = die
    send(workbench, "Count")
    write(workbench.chat.composer.box, "And")
    with qtbot.waitSignal(workbench.session.failed):
        gate.set()
    assert workbench.chat.composer.text == "Count\nAnd"


def test_an_answer_that_broke_off_while_another_chat_was_open_is_kept_as_far_as_it_came(
    workbench: Workbench, qtbot: QtBot, engine: ScriptedEngine
) -> None:
    gate = threading.Event()

    def die(at: int) -> None:
        if at == 3:
            gate.wait(8)
            raise DEATH

    engine.before_piece = die
    send(workbench, "Count")
    qtbot.waitUntil(lambda: bool(workbench.chat.view.answers[-1].body.markdown))
    workbench.start_new()
    with qtbot.waitSignal(workbench.running.failed):
        gate.set()
    qtbot.waitUntil(lambda: notes(workbench) == {"Count": "Not answered"})
    open_chat(workbench, qtbot, "Count")
    assert [turn.finish for turn in workbench.session.turns] == ["stopped"]
    assert len(workbench.chat.view.answers) == 1
    assert notes(workbench)["Count"] != "Not answered"

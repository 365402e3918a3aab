"""A chat without files: what the window says with a model, and without one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.composer.chat_foot import LOCAL_NOTE, PLAIN_NOTE
from desktop.window.workbench import Workbench
from tests.desktop.driver import texts
from tests.desktop.talk import ask, use_model

pytestmark = [pytest.mark.timeout(30), pytest.mark.qt_log_ignore("This plugin does not support")]


@pytest.fixture
def assistant(workbench: Workbench, qtbot: QtBot) -> Workbench:
    """The window, with the general assistant chosen."""
    workbench.choose_persona("002-assistant")
    qtbot.waitUntil(lambda: workbench.chat.foot.note.text() == PLAIN_NOTE)
    return workbench


def test_a_model_answers_and_nothing_is_said_of_files(
    assistant: Workbench, qtbot: QtBot, model: Callable[[str], Path]
) -> None:
    engine = use_model(assistant, qtbot, model("Tomatoes need sun [1]."))
    turn = ask(assistant, qtbot, "What do tomatoes need?")
    assert turn.answer == "Tomatoes need sun [1]."
    assert any(prompt[-1].text == "What do tomatoes need?" for prompt in engine.prompts)
    shown = " ".join(texts(assistant.chat.view.answers[-1]))
    assert not any(word in shown for word in ("source", "your files", "not in", "passage"))


def test_without_a_model_the_question_waits_with_words_that_help(assistant: Workbench, qtbot: QtBot) -> None:
    expected = {
        "General assistant writes with a model, and none is chosen",
        "Choose a model (Ctrl+M, or --model), or ask Reader, who quotes your files.",
    }
    assistant.chat.ask("What do tomatoes need?")
    view = assistant.chat.view
    qtbot.waitUntil(lambda: bool(view.answers) and expected <= set(texts(view)), timeout=9000)
    qtbot.waitUntil(lambda: assistant.chat.composer.text == "What do tomatoes need?")


def test_the_notes_follow_the_persona(assistant: Workbench, qtbot: QtBot) -> None:
    row = next(row for row in assistant.sidebar.personas.rows.rows if row.key == "002-assistant")
    assert row.extra == "Reads no files"
    assistant.choose_persona("001-reader")
    qtbot.waitUntil(lambda: assistant.chat.foot.note.text() == LOCAL_NOTE)

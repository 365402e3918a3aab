"""One message for another persona, and the pill that counts unread files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.window.workbench import Workbench
from tests.desktop.driver import click, press, texts, write
from tests.desktop.talk import ask, use_model, watch

pytestmark = [pytest.mark.timeout(30), pytest.mark.qt_log_ignore("This plugin does not support")]
Model = Callable[[str], Path]


def choose_engineer(workbench: Workbench) -> None:
    """Pick the DevOps engineer by mouse and keyboard."""
    box = workbench.chat.composer.box
    click(workbench.controls.persona)
    write(box, "devops")
    press(box, Qt.Key.Key_Return)


def test_the_next_message_is_answered_by_another_persona_and_then_it_is_back(
    workbench: Workbench, qtbot: QtBot, model: Model
) -> None:
    use_model(workbench, qtbot, model("An answer."))
    usual = workbench.personas.current
    assert usual is not None
    first = ask(workbench, qtbot, "First?")
    write(workbench.chat.composer.box, "Second?")
    choose_engineer(workbench)
    assert workbench.chat.composer.text == "Second?"
    assert workbench.controls.persona.text() == "DevOps engineer, this time ▾"
    assert workbench.chat.composer.box.placeholderText() == "Ask DevOps engineer…"
    second = ask(workbench, qtbot, "Second?")
    assert "DevOps engineer" in texts(workbench.chat.view)
    assert workbench.controls.persona.text() == f"{usual.name} ▾"
    assert workbench.chat.composer.box.placeholderText() == f"Ask {usual.name}…"
    third = ask(workbench, qtbot, "Third?")
    assert (first.persona_id, third.persona_id) == (usual.id, usual.id)
    assert second.persona_id != usual.id
    workbench.start_new()
    workbench.open_chat(first.conversation_id)
    qtbot.waitUntil(lambda: len(workbench.session.turns) == 3)
    assert workbench.personas.current == usual


def test_choosing_the_usual_persona_takes_the_other_back(workbench: Workbench) -> None:
    choose_engineer(workbench)
    click(workbench.controls.persona)
    press(workbench.chat.composer.box, Qt.Key.Key_Return)  # the usual one stands first
    assert workbench.personas.answering == workbench.personas.current


def test_the_pill_counts_unread_files_and_opens_the_folders(workbench: Workbench, qtbot: QtBot, notes: Path) -> None:
    pill = workbench.controls.unread
    workbench.folders.set_paused(True)
    workbench.folders.add(notes)
    qtbot.waitUntil(lambda: pill.text() == "2 unread")
    assert pill.isVisible()
    click(pill)
    assert workbench.pages.currentWidget() is workbench.pages.show_folders()
    workbench.folders.set_paused(False)
    qtbot.waitUntil(pill.isHidden, timeout=9000)


def test_how_the_model_writes_is_offered_only_where_a_model_writes(
    workbench: Workbench, qtbot: QtBot, notes: Path, model: Model
) -> None:
    watch(workbench, qtbot, notes)
    assert workbench.controls.manner.isHidden()
    use_model(workbench, qtbot, model("An answer."))
    assert not workbench.controls.manner.isHidden()

"""The model of last time at a start of the window, choosing another, and one that crashes."""

import json
from pathlib import Path
from typing import NoReturn

import pytest
from pytestqt.qtbot import QtBot

from assistant.home import Home
from desktop.background import Background
from desktop.models.model_choice import ModelChoice, ModelState
from desktop.window.workbench import Workbench
from engines.errors import EngineDied
from errors import AppError
from tests.desktop.talk import use_model


def test_model_that_ended_carrel_is_not_opened_and_the_person_hears_why(
    qtbot: QtBot, home: Home, background: Background, tmp_path: Path
) -> None:
    model = tmp_path / "scripted.gguf"
    model.write_text("An answer.", "utf-8")
    home.settings.write_text(f"[model]\npath = {json.dumps(str(model))}\n", "utf-8")
    home.opening_note.write_text(json.dumps({"path": str(model), "process": 0, "since": 0.0}), "utf-8")
    choice, told = ModelChoice(background), list[AppError]()
    choice.failed.connect(told.append)
    with qtbot.assertNotEmitted(choice.changed):
        choice.preload()
        qtbot.waitUntil(lambda: bool(told))
    assert "scripted.gguf was not opened" in told[0].title
    choice.choose(model)
    qtbot.waitUntil(lambda: choice.state.path == model)


def scripted(folder: Path, name: str) -> Path:
    (folder / name).write_text("An answer.", "utf-8")
    return folder / name


def test_earlier_choice_is_not_shown_while_the_later_one_loads(
    qtbot: QtBot, background: Background, tmp_path: Path
) -> None:
    choice, shown = ModelChoice(background), list[ModelState]()
    choice.changed.connect(shown.append)
    first, second = scripted(tmp_path, "first.gguf"), scripted(tmp_path, "second.gguf")
    choice.choose(first)
    choice.choose(second)
    qtbot.waitUntil(lambda: choice.state.path == second)
    assert not any(state.path == first for state in shown)


@pytest.mark.timeout(40)
def test_model_that_crashed_twice_is_no_longer_named(workbench: Workbench, qtbot: QtBot, tmp_path: Path) -> None:
    def die(at: int) -> NoReturn:
        raise EngineDied("llama.cpp", restarts=False)

    engine = use_model(workbench, qtbot, scripted(tmp_path, "scripted.gguf"))
    engine.before_piece = die
    with qtbot.waitSignal(workbench.session.failed, timeout=20_000):
        workbench.chat.ask("Hello?")
    qtbot.waitUntil(lambda: workbench.models.state == ModelState())


def test_the_word_on_a_model_that_was_not_opened_goes_once_one_is(
    workbench: Workbench, qtbot: QtBot, tmp_path: Path
) -> None:
    workbench.models.choose(tmp_path / "missing.gguf")
    qtbot.waitUntil(lambda: bool(workbench.chat.notices.notices()))
    use_model(workbench, qtbot, scripted(tmp_path, "scripted.gguf"))
    assert not workbench.chat.notices.notices()

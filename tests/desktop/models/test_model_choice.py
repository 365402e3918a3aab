"""The model of last time at a start of the window."""

import json
from pathlib import Path

from pytestqt.qtbot import QtBot

from assistant.home import Home
from desktop.background import Background
from desktop.models.model_choice import ModelChoice
from errors import AppError


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

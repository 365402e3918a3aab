"""While a model reads and writes, the window says how far and how fast; while it loads, which step it is at."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.models.model_choice import ModelState
from desktop.window.workbench import Workbench
from tests.desktop.driver import texts
from tests.desktop.talk import WAIT_MS, Pause, use_model, watch

pytestmark = [
    pytest.mark.timeout(40),
    pytest.mark.qt_log_ignore("This plugin does not support"),
]


def test_reading_is_counted_live_and_then_the_speed_of_writing(
    workbench: Workbench, qtbot: QtBot, notes: Path, model: Callable[[str], Path]
) -> None:
    watch(workbench, qtbot, notes)
    engine = use_model(workbench, qtbot, model("Six hours of sun are what they need [1]."))
    engine.read_seconds = 0.006
    pause = Pause(engine, 3)
    workbench.chat.ask("How many hours of sun do tomatoes need?")
    answers = workbench.chat.view.answers
    said = re.compile(r"Reading [\d,]+ of [\d,]+ tokens")
    qtbot.waitUntil(lambda: any(map(said.match, texts(answers[-1]))), timeout=WAIT_MS)
    assert answers[-1].bar.isVisible()
    qtbot.waitUntil(lambda: any(text.endswith("tokens/s") for text in texts(answers[-1])), timeout=WAIT_MS)
    assert not answers[-1].bar.isVisible() and not any(map(said.match, texts(answers[-1])))
    pause.end()
    qtbot.waitUntil(lambda: not workbench.session.busy, timeout=WAIT_MS)


def test_tuning_is_named_once_the_model_is_loaded(workbench: Workbench) -> None:
    for percent, words in ((62, "Loading big.gguf… 62 %"), (None, "Tuning for your processor (once)…")):
        workbench.models.changed.emit(ModelState(loading="big.gguf", percent=percent))
        assert workbench.model_menu.text() == words

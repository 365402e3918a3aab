"""A window over a real workspace; only the model is scripted, at the engine's edge."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["LC_ALL"] = "C.UTF-8"  # the window is in English, whoever runs the tests
os.environ["LANGUAGE"] = "en"

import pytest
import shiboken6
from PySide6.QtCore import QSettings, QUrl
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from assistant.home import Home
from assistant.models.chat_models import ChatModels
from assistant.models.encoders import Encoders
from assistant.models.open_models import Progress
from assistant.workspace import Workspace
from desktop.app import DesktopApp
from desktop.background import Background
from desktop.models.model_choice import SERVER
from desktop.widgets.theme import Appearance
from desktop.window.workbench import Workbench
from engines.protocol import Engine
from tests.scripted_engine import open_script

NOTES = {
    "garden.md": "# Garden\n\n## Tomatoes\n\nTomatoes need six hours of sun and are watered every second day.\n",
    "tea.md": "# Tea\n\n## Green tea\n\nGreen tea is brewed at 80 degrees for two minutes, never with boiling water.\n",
}


class ScriptedModels(ChatModels):
    """Loads scripted models; real ones and servers as what they are."""

    def _load(self, path: Path, on_progress: Progress) -> Engine:
        real = path == SERVER or (path.exists() and path.read_bytes().startswith(b"GGUF"))
        return super()._load(path, on_progress) if real else open_script(path)


class NoEncoders(Encoders):
    """Search is by keywords alone."""

    def open_embedder(self, name: str | None = None) -> None:
        return None


class ScriptedWorkspace(Workspace):
    """A real workspace that searches by keywords and loads scripted models."""

    models_type = ScriptedModels
    encoders_type = NoEncoders


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").create()


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    for name, text in NOTES.items():
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture
def memory(tmp_path: Path) -> QSettings:
    """Of a person who has skipped the steps of a first start."""
    kept = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    kept.setValue("first_run", "done")
    return kept


@pytest.fixture
def background(home: Home, qapp: object) -> Iterator[Background]:
    made = Background(lambda: ScriptedWorkspace(home))
    yield made
    made.close()


@pytest.fixture
def app(qtbot: QtBot, memory: QSettings, home: Home) -> Iterator[DesktopApp]:
    """A first start: the window is filled and the personas are listed, nothing else is there."""
    made = DesktopApp(memory, lambda: ScriptedWorkspace(home))
    made.window.resize(1280, 820)
    with qtbot.waitSignal(made.ready):
        made.window.show()
    yield made
    made.appearance.choose_scheme("system")
    made.window.close()
    made.close()
    shiboken6.delete(made.window)
    shiboken6.delete(made)


@pytest.fixture
def workbench(qtbot: QtBot, app: DesktopApp) -> Workbench:
    made = app.workbench
    assert made is not None
    qtbot.waitUntil(lambda: made.personas.current is not None and not made.folders.busy, timeout=9000)
    return made


@pytest.fixture
def model(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a scripted model: the text is what it answers."""

    def write(answer: str) -> Path:
        path = tmp_path / "scripted.gguf"
        path.write_text(answer, "utf-8")
        return path

    return write


@pytest.fixture
def appearance(qtbot: QtBot, memory: QSettings) -> Iterator[Appearance]:
    """The zoom and the colours of every widget; both are put back."""
    made = Appearance(memory)
    made.choose_scheme("light")
    yield made
    made.reset_zoom()
    made.choose_scheme("system")
    shiboken6.delete(made)


@pytest.fixture
def opened_addresses(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was handed to the system to be opened."""
    opened: list[str] = []

    def keep(address: QUrl) -> bool:
        opened.append(address.toString(QUrl.ComponentFormattingOption.FullyEncoded))
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", keep)
    return opened

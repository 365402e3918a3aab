"""A window over a real workspace; only the model is scripted, at the engine's edge."""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import pytest
import shiboken6
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from assistant.home import Home
from assistant.workspace import Workspace
from desktop.app import Desk
from desktop.background import Background
from desktop.workbench import Workbench
from engines.protocol import Engine, Finish, Message, Piece, Sampling, Usage

NOTES = {
    "garden.md": "# Garden\n\n## Tomatoes\n\nTomatoes need six hours of sun and are watered every second day.\n",
    "tea.md": "# Tea\n\n## Green tea\n\nGreen tea is brewed at 80 degrees for two minutes, never with boiling water.\n",
}


class ScriptedReply:
    """Writes its pieces one after another, `pause_s` apart."""

    def __init__(self, pieces: Sequence[str], pause_s: float) -> None:
        self._pieces, self._pause_s = pieces, pause_s
        self._stopped = False
        self._ended = False
        self._written = 0

    def __iter__(self) -> Iterator[Piece]:
        for piece in self._pieces:
            if self._stopped:
                return
            self._written += 1
            yield Piece(piece, 1)
            time.sleep(self._pause_s)
        self._ended = True

    def stop(self) -> None:
        self._stopped = True

    @property
    def usage(self) -> Usage:
        return Usage(
            prompt_tokens=900,
            reused_tokens=600,
            output_tokens=self._written,
            prefill_seconds=0.5,
            first_token_seconds=0.6,
            decode_seconds=max(self._written - 1, 0) * 0.05,
        )

    @property
    def finish(self) -> Finish:
        return "end" if self._ended else "stopped"


class ScriptedEngine:
    """An engine whose every answer is the text of its model file."""

    name, context_tokens = "scripted", 8192

    def __init__(self, model: Path) -> None:
        self.model = model.stem
        self._pieces = [word + " " for word in model.read_text("utf-8").split(" ")]

    def count_tokens(self, text: str) -> int:
        return len(text) // 4

    def count_prompt_tokens(self, messages: Sequence[Message]) -> int:
        return sum(len(message.text) // 4 for message in messages)

    def reply(self, messages: Sequence[Message], sampling: Sampling, *, keep: bool = True) -> ScriptedReply:
        return ScriptedReply(self._pieces, 0.002)

    def prefill(self, messages: Sequence[Message]) -> ScriptedReply:
        return ScriptedReply([], 0.0)

    def memory(self) -> Mapping[str, int]:
        return {"weights": 400_000_000, "kv": 90_000_000}

    def close(self) -> None:
        return


class ScriptedWorkspace(Workspace):
    """A real workspace that searches by keywords and loads scripted models."""

    def _load(self, path: Path) -> Engine:
        return ScriptedEngine(path)

    def open_embedder(self, name: str | None = None) -> None:
        return None


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
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def background(home: Home, qapp: object) -> Iterator[Background]:
    made = Background(lambda: ScriptedWorkspace(home))
    yield made
    made.close()


@pytest.fixture
def desk(qtbot: QtBot, memory: QSettings, home: Home) -> Iterator[Desk]:
    """A first start: the window is filled and the personas are listed, nothing else is there."""
    made = Desk(memory, lambda: ScriptedWorkspace(home))
    made.window.resize(1280, 820)
    with qtbot.waitSignal(made.ready):
        made.window.show()
    yield made
    made.look.choose_scheme("system")
    made.window.close()
    made.close()
    shiboken6.delete(made.window)
    shiboken6.delete(made)


@pytest.fixture
def bench(qtbot: QtBot, desk: Desk) -> Workbench:
    made = desk.workbench
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

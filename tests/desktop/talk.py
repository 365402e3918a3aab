"""Talking to a window: a model for it, questions, and an answer that can be held in the middle."""

from __future__ import annotations

import threading
from pathlib import Path

from pytestqt.qtbot import QtBot

from assistant.values import Turn
from desktop.background import Callbacks
from desktop.window.workbench import Workbench
from tests.scripted_engine import ScriptedEngine

WAIT_MS = 9000


def use_model(bench: Workbench, qtbot: QtBot, path: Path) -> ScriptedEngine:
    """Choose a scripted model, and return its engine once it is loaded."""
    bench.models.choose(path)
    qtbot.waitUntil(lambda: bool(bench.models.state.engine), timeout=WAIT_MS)
    found: list[ScriptedEngine] = []
    bench._background.run("read", lambda space, _: space.models.chosen, bench, Callbacks(found.append))
    qtbot.waitUntil(lambda: bool(found), timeout=WAIT_MS)
    return found[0]


def ask(bench: Workbench, qtbot: QtBot, question: str) -> Turn:
    """Ask as a person does, and return the turn once it is saved."""
    with qtbot.waitSignal(bench.session.answered, timeout=WAIT_MS):
        bench.chat.ask(question)
    qtbot.waitUntil(lambda: not bench.session.busy)
    return bench.session.turns[-1]


def watch(bench: Workbench, qtbot: QtBot, folder: Path) -> None:
    """Have a folder indexed."""
    bench.folders.add(folder)
    qtbot.waitUntil(lambda: bool(bench.folders.shelf.files) and not bench.folders.busy, timeout=4 * WAIT_MS)


class Pause:
    """Holds an engine before a token of its answer until it is let on."""

    def __init__(self, engine: ScriptedEngine, before: int) -> None:
        self._gate = threading.Event()
        self._before = before
        self._engine = engine
        engine.before_piece = self._wait

    def end(self) -> None:
        """Let the answer go on."""
        self._gate.set()

    def _wait(self, at: int) -> None:
        if at == self._before and not self._engine.closed:
            self._gate.wait(8)


def hold(bench: Workbench, qtbot: QtBot, engine: ScriptedEngine, question: str, *, before: int = 3) -> Pause:
    """Ask, and return once the words before that token are on the screen."""
    pause = Pause(engine, before)
    bench.chat.ask(question)
    qtbot.waitUntil(lambda: bool(bench.chat.view.answers) and _count(bench) >= before, timeout=WAIT_MS)
    return pause


def _count(bench: Workbench) -> int:
    return len(bench.chat.view.answers[-1].body.markdown.split())

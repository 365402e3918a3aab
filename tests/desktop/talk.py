"""Talking to a window: a model for it, questions, and an answer that can be held in the middle."""

from __future__ import annotations

import threading
from pathlib import Path

from pytestqt.qtbot import QtBot

from assistant.values import Turn
from desktop.background import Callbacks
from desktop.window.workbench import Workbench
from tests.desktop.driver import click
from tests.scripted_engine import ScriptedEngine

WAIT_MS = 9000


def use_model(workbench: Workbench, qtbot: QtBot, path: Path) -> ScriptedEngine:
    """Choose a scripted model, and return its engine once it is loaded."""
    workbench.models.choose(path)
    qtbot.waitUntil(lambda: bool(workbench.models.state.engine), timeout=WAIT_MS)
    found: list[ScriptedEngine] = []
    workbench._background.run("read", lambda space, _: space.models.chosen, workbench, Callbacks(found.append))
    qtbot.waitUntil(lambda: bool(found), timeout=WAIT_MS)
    return found[0]


def ask(workbench: Workbench, qtbot: QtBot, question: str) -> Turn:
    """Ask as a person does, and return the turn once it is saved."""
    with qtbot.waitSignal(workbench.session.answered, timeout=WAIT_MS):
        workbench.chat.ask(question)
    qtbot.waitUntil(lambda: not workbench.session.busy)
    return workbench.session.turns[-1]


def watch(workbench: Workbench, qtbot: QtBot, folder: Path) -> None:
    """Have a folder indexed."""
    workbench.folders.add(folder)
    folders = workbench.folders  # which list what they have read a moment after they are done
    qtbot.waitUntil(
        lambda: bool(folders.snapshot.files) and not folders.busy and not folders.snapshot.waiting, timeout=4 * WAIT_MS
    )


def listed(workbench: Workbench) -> list[str]:
    """The titles of the chats in the sidebar, without the headings."""
    return [row.title for row in workbench.sidebar.chats.list.rows.rows if not row.is_heading]


def key_of(workbench: Workbench, title: str) -> str:
    """The id of the chat in the sidebar that has this title."""
    (row,) = (row for row in workbench.sidebar.chats.list.rows.rows if row.title == title and not row.is_heading)
    return row.key


def open_chat(workbench: Workbench, qtbot: QtBot, title: str) -> None:
    """Click on a chat in the sidebar, and return once it is shown."""
    key, rows = key_of(workbench, title), workbench.sidebar.chats.list
    rows.scrollTo(rows.rows.place_of(key))
    click(rows.viewport(), rows.visualRect(rows.rows.place_of(key)).center())
    qtbot.waitUntil(lambda: workbench.session.conversation_id == key, timeout=WAIT_MS)


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


def hold(workbench: Workbench, qtbot: QtBot, engine: ScriptedEngine, question: str, *, before: int = 3) -> Pause:
    """Ask, and return once the words before that token are on the screen."""
    pause = Pause(engine, before)
    workbench.chat.ask(question)
    qtbot.waitUntil(lambda: bool(workbench.chat.view.answers) and _count(workbench) >= before, timeout=WAIT_MS)
    return pause


def _count(workbench: Workbench) -> int:
    return len(workbench.chat.view.answers[-1].body.markdown.split())

"""The chat that was open when the window was closed is open again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import shiboken6
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from assistant.home import Home
from desktop.app import DesktopApp
from desktop.window.workbench import Workbench
from tests.desktop.conftest import ScriptedWorkspace
from tests.desktop.talk import WAIT_MS, ask

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@contextmanager
def opened(memory: QSettings, home: Home, qtbot: QtBot) -> Iterator[Workbench]:
    """The window, from its start to its end."""
    app = DesktopApp(memory, lambda: ScriptedWorkspace(home))
    with qtbot.waitSignal(app.ready):
        app.window.show()
    assert app.workbench is not None
    made = app.workbench
    qtbot.waitUntil(lambda: made.personas.current is not None and not made.folders.busy, timeout=WAIT_MS)
    yield made
    app.window.close()
    app.close()
    shiboken6.delete(app.window)
    shiboken6.delete(app)


def test_the_open_chat_is_open_again(memory: QSettings, home: Home, qtbot: QtBot) -> None:
    with opened(memory, home, qtbot) as first:
        ask(first, qtbot, "When is tea ready?")
    with opened(memory, home, qtbot) as second:
        qtbot.waitUntil(lambda: bool(second.session.turns), timeout=WAIT_MS)
        assert second.session.turns[-1].question == "When is tea ready?"
        second.start_new()
    with opened(memory, home, qtbot) as third:
        assert not third.session.turns

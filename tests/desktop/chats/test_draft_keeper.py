"""What is typed and not sent is there again: in its own chat, after a restart, after a crash."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from assistant.home import Home
from assistant.workspace import Workspace
from desktop.app import DesktopApp
from desktop.background import Callbacks
from desktop.window.workbench import Workbench
from tests.desktop.driver import write
from tests.desktop.talk import ask, hold, listed, open_chat, use_model

pytestmark = [pytest.mark.timeout(30), pytest.mark.qt_log_ignore("This plugin does not support")]
Model = Callable[[str], Path]


def test_each_chat_has_a_draft_of_its_own(workbench: Workbench, qtbot: QtBot, model: Model) -> None:
    use_model(workbench, qtbot, model("An answer."))
    ask(workbench, qtbot, "First?")
    box = workbench.chat.composer.box
    write(box, "half of the first")
    workbench.start_new()
    assert box.toPlainText() == ""
    write(box, "half of a new one")
    qtbot.waitUntil(lambda: listed(workbench) == ["First?"])
    open_chat(workbench, qtbot, "First?")
    qtbot.waitUntil(lambda: box.toPlainText() == "half of the first")
    workbench.start_new()
    qtbot.waitUntil(lambda: box.toPlainText() == "half of a new one")


def test_a_question_that_was_sent_leaves_no_draft(workbench: Workbench, qtbot: QtBot, model: Model) -> None:
    use_model(workbench, qtbot, model("An answer."))
    write(workbench.chat.composer.box, "First?")
    workbench.chat.composer._submit()
    qtbot.waitUntil(lambda: len(workbench.session.turns) == 1)
    workbench.start_new()
    open_chat(workbench, qtbot, "First?")
    found: list[str] = []
    key = str(workbench.session.conversation_id)
    workbench._background.run(
        "save", lambda space, _: space.conversations.drafts.read(key).text, workbench, Callbacks(found.append)
    )
    qtbot.waitUntil(lambda: found == [""])
    assert workbench.chat.composer.text == ""


def restarted(qtbot: QtBot, app: DesktopApp, memory: QSettings) -> DesktopApp:
    """Close the window, and open another one on the same home."""
    app.window.close()
    app.close()
    again = DesktopApp(memory, app._open_workspace)
    with qtbot.waitSignal(again.ready):
        again.window.show()
    return again


def end(qtbot: QtBot, app: DesktopApp) -> None:
    assert app.workbench is not None
    later = app.workbench
    qtbot.waitUntil(lambda: later.personas.current is not None and not later.folders.busy, timeout=9000)
    app.window.close()
    app.close()
    shiboken6.delete(app.window)
    shiboken6.delete(app)


def test_a_draft_is_there_after_a_quit_right_behind_the_last_key(
    app: DesktopApp, workbench: Workbench, qtbot: QtBot, memory: QSettings
) -> None:
    write(workbench.chat.composer.box, "half a question")
    again = restarted(qtbot, app, memory)
    later = again.workbench
    assert later is not None
    qtbot.waitUntil(lambda: later.chat.composer.text == "half a question", timeout=9000)
    end(qtbot, again)


def test_a_draft_is_on_the_disk_soon_after_the_last_key(workbench: Workbench, qtbot: QtBot, home: Home) -> None:
    write(workbench.chat.composer.box, "half a question")

    def on_disk() -> bool:
        found: list[str] = []
        workbench._background.run(
            "save", lambda space, _: space.conversations.drafts.read("").text, workbench, Callbacks(found.append)
        )
        qtbot.waitUntil(lambda: bool(found))
        return found == ["half a question"]

    qtbot.waitUntil(on_disk)


def test_a_question_that_waited_when_the_window_closed_is_back_in_its_box(
    app: DesktopApp, workbench: Workbench, qtbot: QtBot, model: Model, memory: QSettings
) -> None:
    engine = use_model(workbench, qtbot, model("One two three four five six."))
    pause = hold(workbench, qtbot, engine, "Count")
    workbench.start_new()
    workbench.chat.ask("Me too")
    qtbot.waitUntil(lambda: "Me too" in listed(workbench))
    pause.end()
    again = restarted(qtbot, app, memory)
    later = again.workbench
    assert later is not None
    qtbot.waitUntil(lambda: "Me too" in listed(later), timeout=9000)
    open_chat(later, qtbot, "Me too")
    qtbot.waitUntil(lambda: later.chat.composer.text == "Me too" or len(later.session.turns) == 1)
    end(qtbot, again)


def test_a_kill_while_an_answer_is_written_loses_no_question(
    workbench: Workbench, qtbot: QtBot, model: Model, home: Home
) -> None:
    engine = use_model(workbench, qtbot, model("One two three four five six."))
    pause = hold(workbench, qtbot, engine, "Count")
    qtbot.waitUntil(lambda: listed(workbench) == ["Count"])
    other = Workspace(home)  # what the next start would find
    (chat,) = other.conversations.list()
    assert other.conversations.drafts.read(chat.id).text == "Count"
    other.close()
    pause.end()
    qtbot.waitUntil(lambda: not workbench.session.busy)

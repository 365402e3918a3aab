from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from assistant.workspace import Workspace
from desktop.background import Background, Callbacks, Task
from errors import AppError


class Witness(QObject):
    """Notes what it is told, and on which thread."""

    def __init__(self) -> None:
        super().__init__()
        self.values: list[Any] = []
        self.threads: set[threading.Thread] = set()

    def note(self, value: object) -> None:
        self.values.append(value)
        self.threads.add(threading.current_thread())


def test_work_runs_off_the_ui_thread_and_its_result_arrives_on_it(background: Background, qtbot: QtBot) -> None:
    witness = Witness()
    background.run("read", lambda _, __: threading.current_thread(), witness, Callbacks(witness.note))
    qtbot.waitUntil(lambda: bool(witness.values))
    assert witness.values[0] is not threading.main_thread()
    assert witness.threads == {threading.main_thread()}


def test_reports_are_gathered_in_order(background: Background, qtbot: QtBot) -> None:
    witness, done = Witness(), Witness()

    def count(_: Workspace, task: Task) -> None:
        for number in range(1000):
            task.report(number)

    background.run("read", count, witness, Callbacks(done.note, reported=witness.note))
    qtbot.waitUntil(lambda: bool(done.values))
    assert [number for gulp in witness.values for number in gulp] == list(range(1000))
    assert len(witness.values) < 100
    assert witness.threads == {threading.main_thread()}


def test_an_expected_failure_goes_to_its_callback(background: Background, qtbot: QtBot) -> None:
    witness = Witness()

    def fail(_: Workspace, __: Task) -> None:
        raise AppError("No", "Because.")

    background.run("read", fail, witness, Callbacks(witness.note, witness.note))
    qtbot.waitUntil(lambda: bool(witness.values))
    assert witness.values[0].title == "No"


def test_a_bug_is_logged_and_announced(background: Background, qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    def fail(_: Workspace, __: Task) -> None:
        raise ZeroDivisionError("oops")

    with caplog.at_level(logging.ERROR), qtbot.waitSignal(background.crashed) as told:
        background.run("read", fail, background, Callbacks(print))
    assert told.args == ["ZeroDivisionError: oops"]
    assert "work failed" in caplog.text


def test_cancelling_stops_what_was_registered_even_before_it_was(background: Background, qtbot: QtBot) -> None:
    witness, may_register = Witness(), threading.Event()

    def work(_: Workspace, task: Task) -> bool:
        may_register.wait(5)
        stopped = threading.Event()
        task.when_cancelled(stopped.set)
        return stopped.is_set()

    task = background.run("read", work, witness, Callbacks(witness.note))
    task.cancel()
    may_register.set()
    qtbot.waitUntil(lambda: bool(witness.values))
    assert witness.values == [True]


def test_nothing_is_called_when_the_owner_is_gone(background: Background, qtbot: QtBot) -> None:
    witness, owner, gone = Witness(), QObject(), threading.Event()
    callbacks = Callbacks(witness.note)
    background.run("read", lambda _, __: gone.wait(5), owner, callbacks)
    _delete(owner)
    gone.set()
    background.run("read", lambda _, __: "later", witness, callbacks)
    qtbot.waitUntil(lambda: bool(witness.values))
    assert witness.values == ["later"]


def _delete(thing: QObject) -> None:
    import shiboken6

    destroy: Callable[[QObject], None] = shiboken6.delete
    destroy(thing)

"""Where nothing was found, buttons lead to what may help."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desktop.folders.folders_page import FoldersPage
from desktop.window.workbench import Workbench
from tests.desktop.driver import button, click
from tests.desktop.talk import ask, watch

pytestmark = [pytest.mark.timeout(40), pytest.mark.qt_log_ignore("This plugin does not support")]
WAIT_MS = 9000


@pytest.fixture
def paused(workbench: Workbench, qtbot: QtBot, notes: Path) -> Iterator[Workbench]:
    """A window whose folder is listed and not read."""
    with qtbot.waitSignal(workbench.folders.pause_changed):
        workbench.folders.set_paused(True)
    workbench.folders.add(notes)
    qtbot.waitUntil(lambda: workbench.folders.snapshot.waiting == 2, timeout=WAIT_MS)
    yield workbench
    workbench.folders.set_paused(False)


def shown_state(page: FoldersPage) -> str:
    return next(state for state, each in page.states.items() if each.isChecked())


def test_a_folder_can_be_added_from_there(workbench: Workbench, qtbot: QtBot) -> None:
    assert ask(workbench, qtbot, "How is green tea brewed?").finish == "nothing"
    click(button(workbench.chat.view.answers[-1], "Add folder…"))
    assert workbench.pages.currentWidget() is workbench.pages.show_folders()
    dialogs = workbench.window().findChildren(QFileDialog)
    assert [dialog.windowTitle() for dialog in dialogs if dialog.isVisible()] == ["Choose a folder"]
    for dialog in dialogs:
        dialog.reject()


def test_unread_files_are_listed_alone(paused: Workbench, qtbot: QtBot) -> None:
    ask(paused, qtbot, "How is green tea brewed?")
    click(button(paused.chat.view.answers[-1], "Show unread files"))
    page = paused.pages.currentWidget()
    assert isinstance(page, FoldersPage) and shown_state(page) == "waiting"


def test_files_are_listed_where_all_are_read(workbench: Workbench, qtbot: QtBot, notes: Path) -> None:
    watch(workbench, qtbot, notes)
    workbench.pages.show_folders().show_state("failed")
    ask(workbench, qtbot, "zzqqxx vvkkww?")
    click(button(workbench.chat.view.answers[-1], "Show files"))
    page = workbench.pages.currentWidget()
    assert isinstance(page, FoldersPage) and shown_state(page) == ""


def test_an_answer_with_sources_has_none_of_them(workbench: Workbench, qtbot: QtBot, notes: Path) -> None:
    watch(workbench, qtbot, notes)
    assert ask(workbench, qtbot, "How is green tea brewed?").finish == "quotes"
    assert workbench.chat.view.answers[-1].nothing_found.isHidden()

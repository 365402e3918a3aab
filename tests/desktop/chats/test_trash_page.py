"""The trash: what is deleted waits there, comes back, or is erased for good."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from assistant.home import Home
from desktop.chats.trash_page import TrashPage
from desktop.window.workbench import Workbench
from tests.desktop.driver import button, press, texts
from tests.desktop.talk import ask, key_of, listed, use_model

pytestmark = [pytest.mark.timeout(30), pytest.mark.qt_log_ignore("This plugin does not support")]
Model = Callable[[str], Path]
WORD = "zyzzyvatrash"


@pytest.fixture
def trash(workbench: Workbench, qtbot: QtBot, model: Model) -> TrashPage:
    """The page, with one deleted chat; its offer to undo has passed."""
    use_model(workbench, qtbot, model("An answer."))
    ask(workbench, qtbot, f"What is {WORD}?")
    qtbot.waitUntil(lambda: len(listed(workbench)) == 1)
    workbench.sidebar.chats.delete(key_of(workbench, f"What is {WORD}?"))
    qtbot.waitUntil(lambda: workbench.toast.isVisible())
    workbench.toast._timer.start(1)
    qtbot.waitUntil(workbench.toast.isHidden)
    press(workbench, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    page = workbench.pages.currentWidget()
    assert isinstance(page, TrashPage)
    qtbot.waitUntil(lambda: len(page.list.rows.rows) == 1)
    return page


def holds_word(home: Home) -> bool:
    files = [path for path in home.path.rglob("*") if path.is_file()]
    return any(WORD.encode() in path.read_bytes() for path in files)


def test_a_deleted_chat_comes_back_from_the_trash(trash: TrashPage, workbench: Workbench, qtbot: QtBot) -> None:
    button(trash, "Restore").click()
    qtbot.waitUntil(lambda: listed(workbench) == [f"What is {WORD}?"])
    qtbot.waitUntil(lambda: "The trash is empty." in texts(trash))


@pytest.mark.parametrize("way", ["button", "key", "everything"])
def test_deleted_for_good_leaves_no_word(
    trash: TrashPage, workbench: Workbench, qtbot: QtBot, home: Home, way: str
) -> None:
    assert holds_word(home)
    if way == "key":
        trash.list.setFocus()
        press(trash.list, Qt.Key.Key_Delete)
    else:
        button(trash, "Delete for good" if way == "button" else "Empty the trash").click()
    assert holds_word(home)  # it asks first
    button(trash.notices, "Delete for good").click()
    qtbot.waitUntil(lambda: not holds_word(home), timeout=9000)
    qtbot.waitUntil(lambda: "The trash is empty." in texts(trash))


def test_the_list_of_chats_leads_to_the_trash(workbench: Workbench) -> None:
    button(workbench.sidebar, "Deleted chats (Ctrl+Shift+T)").click()
    assert isinstance(workbench.pages.currentWidget(), TrashPage)

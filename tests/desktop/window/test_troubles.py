"""Errors stand above every page with the button that helps; pages leave by Esc, without the chat's title and panel."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from assistant.home import Home
from desktop.folders.watched_folders import FORBIDDEN
from desktop.widgets.notices import Notice
from desktop.window.workbench import Workbench
from errors import AppError
from knowledge.library import Library
from tests.desktop.driver import button, press, settle, texts
from tests.desktop.talk import ask, use_model, watch

pytestmark = [pytest.mark.timeout(40), pytest.mark.qt_log_ignore("This plugin does not support")]
WAIT_MS = 9000
Model = Callable[[str], Path]


def notice(workbench: Workbench, qtbot: QtBot) -> Notice:
    qtbot.waitUntil(lambda: len(workbench.chat.notices.notices()) == 1, timeout=WAIT_MS)
    settle()
    return workbench.chat.notices.notices()[0]


def is_above(shown: Notice, page: object) -> bool:
    """True where the notice can be seen, with the page below it."""
    return (
        shown.isVisible()
        and shown.mapToGlobal(shown.rect().bottomLeft()).y()
        <= page.mapToGlobal(  # type: ignore[attr-defined]
            page.rect().topLeft()  # type: ignore[attr-defined]
        ).y()
    )


@pytest.fixture
def truncated(tmp_path: Path) -> Path:
    path = tmp_path / "truncated.gguf"
    path.write_bytes(b"GGUF\x03\x00\x00\x00")
    return path


def test_a_truncated_model_says_so_on_the_models_page(workbench: Workbench, qtbot: QtBot, truncated: Path) -> None:
    page = workbench.pages.show_models()
    workbench.models.choose(truncated)
    shown = notice(workbench, qtbot)
    assert is_above(shown, page)
    with qtbot.waitSignal(workbench.models.failed, timeout=WAIT_MS):
        button(shown, "Try again").click()
    notice(workbench, qtbot)
    button(notice(workbench, qtbot), "Choose another model").click()
    qtbot.waitUntil(lambda: workbench.chat.notices.notices() == [])


def test_a_model_that_opens_ends_the_notice(workbench: Workbench, qtbot: QtBot, truncated: Path, model: Model) -> None:
    workbench.models.choose(truncated)
    notice(workbench, qtbot)
    use_model(workbench, qtbot, model("Yes."))
    qtbot.waitUntil(lambda: workbench.chat.notices.notices() == [])


def test_a_parser_that_cannot_start_says_so_on_the_folders_page(
    workbench: Workbench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise AppError("The reader of files cannot be started", "Restart Carrel.")

    page = workbench.pages.show_folders()
    with monkeypatch.context() as broken:
        broken.setattr(Library, "sync", fail)
        workbench.folders.sync()
        shown = notice(workbench, qtbot)
        assert is_above(shown, page) and shown.title == "The reader of files cannot be started"
    with qtbot.waitSignal(workbench.folders.finished, timeout=WAIT_MS):
        button(shown, "Try again").click()
    assert workbench.chat.notices.notices() == []


def test_a_folder_without_permission_is_told_above_every_page_until_it_can_be_read(
    workbench: Workbench, qtbot: QtBot, notes: Path, monkeypatch: pytest.MonkeyPatch, opened_addresses: list[str]
) -> None:
    real, refused = os.scandir, [True]

    def scandir(path: str | Path) -> object:
        if refused and str(path) == str(notes):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    workbench.folders.add(notes)
    shown = notice(workbench, qtbot)
    assert (shown.title, shown.hint) == ("notes can't be read", FORBIDDEN)
    assert any("1 can't be read" in words for words in texts(workbench.sidebar))
    refused.clear()
    workbench.folders.rewatch()
    qtbot.waitUntil(lambda: workbench.chat.notices.notices() == [], timeout=WAIT_MS)


@pytest.fixture
def mistaken(home: Home) -> None:
    home.settings.write_text(
        '# mine\n[model]\nmemory_percent = 50\ncontext_token = 4\n[answers]\npersona = "001-reader"\n'
    )


def test_an_unknown_setting_names_file_line_and_key_and_the_window_works(
    mistaken: None, workbench: Workbench, qtbot: QtBot, opened_addresses: list[str], home: Home
) -> None:
    workbench.pages.show_models()
    shown = notice(workbench, qtbot)
    assert shown.title == "settings.toml, line 4: unknown setting “context_token” under [model]"
    assert shown.hint == "Did you mean “context_tokens”?"
    assert len(workbench.personas.headers) > 2
    assert ask(workbench, qtbot, "Is the window alive?").answer
    button(shown, "Open file").click()
    assert opened_addresses == [home.settings.as_uri()]


@pytest.mark.parametrize("name", ["show_folders", "show_connections", "show_models"])
def test_esc_leaves_a_page(workbench: Workbench, name: str) -> None:
    page = getattr(workbench.pages, name)()
    settle()
    press(page, Qt.Key.Key_Escape)
    assert workbench.pages.currentWidget() is workbench.chat
    assert workbench.chat.composer.box.hasFocus()


def test_esc_clears_a_search_before_it_leaves(workbench: Workbench, qtbot: QtBot, notes: Path) -> None:
    watch(workbench, qtbot, notes)
    page = workbench.pages.show_folders()
    page.search.setFocus()
    page.search.setText("tea")
    press(page.search, Qt.Key.Key_Escape)
    assert (page.search.text(), workbench.pages.currentWidget()) == ("", page)
    press(page.search, Qt.Key.Key_Escape)
    assert workbench.pages.currentWidget() is workbench.chat


def test_the_chat_takes_its_title_and_its_panel_with_it(workbench: Workbench, qtbot: QtBot, notes: Path) -> None:
    watch(workbench, qtbot, notes)
    ask(workbench, qtbot, "How is green tea brewed?")
    workbench.panel.open()
    panel = workbench.panel.open()
    title = workbench._bar.title
    assert title and panel.isVisible()
    workbench.pages.show_folders()
    assert (workbench._bar.title, panel.isVisible()) == ("", False)
    workbench.panel.toggle()
    assert not panel.isVisible()
    workbench.pages.show_chat()
    assert (workbench._bar.title, panel.isVisible()) == (title, True)

"""The offline switch and the log of connections, from the settings to the page."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from assistant.home import Home
from assistant.settings_file import load_settings
from desktop.network.connections_page import EMPTY, ConnectionsPage
from desktop.window.title_bar import build_menu
from desktop.window.workbench import Workbench
from network.connections import OFFLINE_VARIABLE, Connections, Offline


def switch(workbench: Workbench) -> QAction:
    menu = build_menu(workbench, workbench._actions, workbench._appearance, workbench.network)
    return next(action for action in menu.actions() if action.text() == "Work offline")


def texts(page: ConnectionsPage) -> list[str]:
    return [f"{row.title} | {row.line}" for row in page.list.rows.rows]


def test_a_machine_that_nothing_has_left_says_so(workbench: Workbench, qtbot: QtBot) -> None:
    page = workbench.pages.show_connections()
    qtbot.waitUntil(page.empty.isVisible)
    assert page.empty.text() == EMPTY
    assert not page.list.isVisible()


def test_connections_are_readable_lines_the_newest_first(workbench: Workbench, qtbot: QtBot, home: Home) -> None:
    log = Connections(home.connection_log)
    with log.opened("download of a model", "hub.example", 443) as traffic:
        traffic.received_bytes, traffic.sent_bytes = 2_500_000, 800
    with pytest.raises(Offline):
        Connections(home.connection_log, lambda: True).announce("question to a model", "gpu.example", 8000)
    page = workbench.pages.show_connections()
    qtbot.waitUntil(lambda: len(texts(page)) == 2)
    refused, done = texts(page)
    assert refused == "Question to a model | gpu.example, port 8000 · blocked: Carrel was offline"
    assert done.startswith("Download of a model | hub.example, port 443 · done in 0.")
    assert done.endswith(" s · 2.5 MB received, 800 B sent")
    assert not page.empty.isVisible()


def test_the_switch_in_the_menu_is_kept_in_the_settings(workbench: Workbench, qtbot: QtBot, home: Home) -> None:
    switch(workbench).trigger()
    qtbot.waitUntil(lambda: workbench.network.state.offline)
    assert load_settings(home.settings).network.offline
    assert switch(workbench).isChecked()
    assert workbench.pages.show_connections().offline.isChecked()


def test_the_page_switches_back(workbench: Workbench, qtbot: QtBot, home: Home) -> None:
    workbench.network.choose(True)
    page = workbench.pages.show_connections()
    qtbot.waitUntil(page.offline.isChecked)
    page.offline.click()
    qtbot.waitUntil(lambda: not workbench.network.state.offline)
    assert not load_settings(home.settings).network.offline
    assert page.state.text().startswith("Carrel connects only")


def test_a_switch_that_the_environment_has_set_cannot_be_moved(
    workbench: Workbench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(OFFLINE_VARIABLE, "1")
    page = workbench.pages.show_connections()
    qtbot.waitUntil(lambda: workbench.network.state.fixed)
    assert switch(workbench).isChecked() and not switch(workbench).isEnabled()
    assert OFFLINE_VARIABLE in page.state.text()

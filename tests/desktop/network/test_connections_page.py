"""The offline switch and the log of connections, from the settings to the page."""

import pytest
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from assistant.home import Home
from assistant.settings_file import load_settings
from desktop.network.connections_page import EMPTY, ConnectionsPage
from desktop.window.app_menu import build_menu
from desktop.window.workbench import Workbench
from network.connections import OFFLINE_VARIABLE, Connections, Offline


def switch(bench: Workbench) -> QAction:
    menu = build_menu(bench, bench._actions, bench._look, bench.network)
    return next(action for action in menu.actions() if action.text().startswith("Offline"))


def texts(page: ConnectionsPage) -> list[str]:
    return [f"{row.title} | {row.line}" for row in page.list.rows.rows]


def test_a_machine_that_nothing_has_left_says_so(bench: Workbench, qtbot: QtBot) -> None:
    page = bench.pages.show_connections()
    qtbot.waitUntil(page.empty.isVisible)
    assert page.empty.text() == EMPTY
    assert not page.list.isVisible()


def test_connections_are_readable_lines_the_newest_first(bench: Workbench, qtbot: QtBot, home: Home) -> None:
    log = Connections(home.connection_log)
    with log.opened("download of a model", "hub.example", 443) as traffic:
        traffic.received_bytes, traffic.sent_bytes = 2_500_000, 800
    with pytest.raises(Offline):
        Connections(home.connection_log, lambda: True).announce("question to a model", "gpu.example", 8000)
    page = bench.pages.show_connections()
    qtbot.waitUntil(lambda: len(texts(page)) == 2)
    refused, done = texts(page)
    assert refused == "Question to a model | gpu.example, port 8000 · refused: Carrel was offline"
    assert done.startswith("Download of a model | hub.example, port 443 · done in 0.")
    assert done.endswith(" s · 2.5 MB received, 800 B sent")
    assert not page.empty.isVisible()


def test_the_switch_in_the_menu_is_kept_in_the_settings(bench: Workbench, qtbot: QtBot, home: Home) -> None:
    switch(bench).trigger()
    qtbot.waitUntil(lambda: bench.network.state.offline)
    assert load_settings(home.settings).network.offline
    assert switch(bench).isChecked()
    assert bench.pages.show_connections().offline.isChecked()


def test_the_page_switches_back(bench: Workbench, qtbot: QtBot, home: Home) -> None:
    bench.network.choose(True)
    page = bench.pages.show_connections()
    qtbot.waitUntil(page.offline.isChecked)
    page.offline.click()
    qtbot.waitUntil(lambda: not bench.network.state.offline)
    assert not load_settings(home.settings).network.offline
    assert page.state.text().startswith("Connections are allowed")


def test_a_switch_that_the_environment_has_set_cannot_be_moved(
    bench: Workbench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(OFFLINE_VARIABLE, "1")
    page = bench.pages.show_connections()
    qtbot.waitUntil(lambda: bench.network.state.fixed)
    assert switch(bench).isChecked() and not switch(bench).isEnabled()
    assert OFFLINE_VARIABLE in page.state.text()

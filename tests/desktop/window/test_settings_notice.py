"""A settings file with mistakes: the window opens, says so, and opens the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from assistant.home import Home
from assistant.settings import SettingProblem
from assistant.settings_file import load_settings
from desktop.widgets.buttons import TextButton
from desktop.widgets.notices import Notice, settings_notice
from desktop.window.workbench import Workbench


def the_notice(workbench: Workbench, qtbot: QtBot) -> Notice:
    qtbot.waitUntil(lambda: len(workbench.chat.notices.notices()) == 1, timeout=9000)
    return workbench.chat.notices.notices()[0]


@pytest.fixture
def mistaken(home: Home) -> None:
    home.settings.write_text("[model]\ncontext_token = 4\n[answers]\npassage_tokens = 100\n")


@pytest.fixture
def emptied(home: Home) -> None:
    home.settings.write_text("[answers]\npassage_tokens = 100\n")
    load_settings(home.settings)
    home.settings.write_text("")


def test_window_opens_with_a_notice_that_opens_the_file(
    mistaken: None, workbench: Workbench, qtbot: QtBot, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []

    def open_url(url: QUrl) -> bool:
        opened.append(Path(url.toLocalFile()))
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    notice = the_notice(workbench, qtbot)
    assert "context_token" in notice.title and "context_tokens" in notice.hint
    (button,) = notice.findChildren(TextButton)
    button.click()
    assert opened == [home.settings]
    assert workbench.chat.notices.notices() == []


def test_several_mistakes_are_one_notice(qtbot: QtBot, tmp_path: Path) -> None:
    problems = [SettingProblem("Unknown table [a]", "Known names: model."), SettingProblem("Unknown table [b]", "")]
    notice = settings_notice(tmp_path / "settings.toml", problems)
    qtbot.addWidget(notice)
    assert notice.title == "settings.toml has 2 errors; all other settings apply"
    assert "[a]" in notice.hint and "[b]" in notice.hint


def test_emptied_file_shows_the_window_offline_until_it_is_switched_off(
    emptied: None, workbench: Workbench, qtbot: QtBot, home: Home
) -> None:
    notice = the_notice(workbench, qtbot)
    assert notice.title == "settings.toml is empty"
    qtbot.waitUntil(workbench.chat.foot.offline.isVisible)
    workbench.network.choose(False)
    qtbot.waitUntil(lambda: not workbench.network.state.offline)
    assert load_settings(home.settings).answers.passage_tokens == 100
    assert not load_settings(home.settings).network.offline


def test_file_without_mistakes_shows_no_notice(workbench: Workbench, qtbot: QtBot) -> None:
    assert workbench.chat.notices.notices() == []

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from assistant.home import Home
from desktop.app import DesktopApp


def test_the_window_answers_others_of_its_home_until_it_closes(app: DesktopApp, qtbot: QtBot, home: Home) -> None:
    address: Path = home.path / "owner.json"
    qtbot.waitUntil(address.exists, timeout=8_000)
    app.close()
    assert not address.exists()

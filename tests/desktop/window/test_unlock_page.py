"""A home with a passphrase: the window asks for it before anything else is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import keyring
import pytest
import shiboken6
from keyring.backends import fail
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from assistant.home import Home
from assistant.passphrase.conversion import set_passphrase
from desktop.app import DesktopApp
from desktop.window.unlock_page import UnlockPage
from errors import AppError
from tests.desktop.conftest import ScriptedWorkspace
from tests.vault import Vault

PASSPHRASE = "a good passphrase"


@pytest.fixture
def vault(monkeypatch: pytest.MonkeyPatch) -> Vault:
    made = Vault()
    monkeypatch.setattr(keyring, "get_keyring", lambda: made)
    return made


@pytest.fixture
def start(
    qtbot: QtBot, home: Home, memory: QSettings, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], DesktopApp]]:
    monkeypatch.delenv("CARREL_PASSPHRASE", raising=False)
    monkeypatch.setattr("assistant.passphrase.home_key._N", 1 << 8)
    set_passphrase(home, PASSPHRASE)
    made: list[DesktopApp] = []

    def begin() -> DesktopApp:
        made.append(DesktopApp(memory, lambda: ScriptedWorkspace(home), is_protected=home.has_passphrase))
        made[-1].window.resize(1280, 820)
        made[-1].window.show()
        return made[-1]

    yield begin
    for app in made:
        app.window.close()
        app.close()
        shiboken6.delete(app.window)
        shiboken6.delete(app)


def asked(qtbot: QtBot, app: DesktopApp) -> UnlockPage:
    qtbot.waitUntil(lambda: app.unlock_page is not None and app.unlock_page.isVisible(), timeout=9000)
    assert app.unlock_page is not None
    return app.unlock_page


def test_wrong_passphrase_is_said_and_the_right_one_opens(qtbot: QtBot, start: Callable[[], DesktopApp]) -> None:
    app = start()
    page = asked(qtbot, app)
    assert app.workbench is None and page.field.hasFocus()
    QTest.keyClicks(page.field, "not this one")
    QTest.keyClick(page.field, Qt.Key.Key_Return)
    qtbot.waitUntil(page.problem.isVisible)
    assert "not the passphrase" in page.problem.text() and page.button.isEnabled()
    QTest.keyClicks(page.field, PASSPHRASE)  # over the selected one
    with qtbot.waitSignal(app.ready):
        QTest.mouseClick(page.button, Qt.MouseButton.LeftButton)
    assert app.window.centralWidget() is app.workbench


def test_remembered_on_this_computer_it_is_not_asked_for_again(
    qtbot: QtBot, start: Callable[[], DesktopApp], vault: Vault
) -> None:
    app = start()
    page = asked(qtbot, app)
    page.remember.setChecked(True)
    QTest.keyClicks(page.field, PASSPHRASE)
    with qtbot.waitSignal(app.ready):
        QTest.keyClick(page.field, Qt.Key.Key_Return)
    assert len(vault.kept) == 1 and PASSPHRASE not in str(vault.kept)
    app.close()
    again = start()
    with qtbot.waitSignal(again.ready):
        pass
    assert again.workbench is not None and again.unlock_page is None


def test_without_a_keyring_the_home_opens_and_says_so(
    qtbot: QtBot, start: Callable[[], DesktopApp], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring, "get_keyring", fail.Keyring)
    app = start()
    page = asked(qtbot, app)
    page.remember.setChecked(True)
    QTest.keyClicks(page.field, PASSPHRASE)
    said: list[AppError] = []
    page.not_remembered.connect(said.append)
    with qtbot.waitSignal(app.ready):
        QTest.keyClick(page.field, Qt.Key.Key_Return)
    assert [error.title for error in said] == ["This system has no keyring that Carrel can use"]


def test_closed_without_a_passphrase_nothing_is_opened(
    qtbot: QtBot, start: Callable[[], DesktopApp], home: Home
) -> None:
    app = start()
    asked(qtbot, app)
    app.window.close()
    app.close()
    assert not list(home.path.rglob("*.damaged*"))

"""Carrel on the desktop: one window for each home, the ask bar, the tray, About, small screens."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QSettings, QSize, Qt
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QSystemTrayIcon
from pytestqt.qtbot import QtBot

from assistant.doctor.own_version import own_version
from desktop.app import DesktopApp, window_lock
from desktop.system.presence import Presence
from desktop.system.single_instance import tell_first
from desktop.system.tray import Tray, app_icon
from desktop.window.main_window import MainWindow
from desktop.window.workbench import Workbench
from tests.desktop.driver import button, press, texts, write
from tests.desktop.talk import WAIT_MS

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", "No such signal QPlatformNativeInterface")


@pytest.fixture
def presence(app: DesktopApp, workbench: Workbench) -> Presence:
    assert app.presence is not None
    return app.presence


@pytest.fixture
def with_tray(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that has a tray; the offscreen one has none."""
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: True))


@pytest.fixture
def window(memory: QSettings, qapp: object) -> Iterator[MainWindow]:
    made = MainWindow(memory)
    yield made
    made.close()
    shiboken6.delete(made)


@pytest.mark.timeout(30)  # it starts Python twice
def test_a_second_start_raises_the_first_window_and_ends(tmp_path: Path) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "CARREL_HOME": str(tmp_path / "home")}
    command = [sys.executable, "-m", "desktop"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as first:
        while not (tmp_path / "home" / "window.lock").exists():
            assert first.poll() is None
        second = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=20, check=False)
        assert first.poll() is None
        first.kill()
    assert second.returncode == 0, second.stderr


@pytest.mark.timeout(30)
def test_a_crash_leaves_no_home_locked(tmp_path: Path) -> None:
    file = tmp_path / "window.lock"
    code = (
        "import sys; from PySide6.QtCore import QLockFile; held = QLockFile(sys.argv[1]);"
        "print(held.tryLock(0), flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as first:
        assert first.stdout and first.stdout.readline() == b"True\n"
        assert not window_lock(tmp_path).tryLock(0)
        first.kill()
    assert window_lock(tmp_path).tryLock(0)


def test_a_later_start_brings_the_window_to_the_front(app: DesktopApp, presence: Presence, qtbot: QtBot) -> None:
    app.window.hide()
    with qtbot.waitSignal(presence.starts.wished):
        _tell_from_another_process(presence, "show")
    assert app.window.isVisible()


def test_a_later_start_can_ask_for_the_bar(presence: Presence, workbench: Workbench, qtbot: QtBot) -> None:
    with qtbot.waitSignal(presence.starts.wished):
        _tell_from_another_process(presence, "ask")
    assert presence.bar is not None and presence.bar.isVisible()
    write(presence.bar.field, "When is tea ready?")
    with qtbot.waitSignal(workbench.session.answered, timeout=WAIT_MS):
        press(presence.bar.field, Qt.Key.Key_Return)
    assert workbench.session.turns[-1].question == "When is tea ready?"
    assert not presence.bar.isVisible()


def test_esc_closes_the_bar_and_an_empty_question_asks_nothing(presence: Presence) -> None:
    presence.open_bar()
    assert presence.bar is not None
    press(presence.bar.field, Qt.Key.Key_Return)
    assert presence.bar.isVisible()
    press(presence.bar, Qt.Key.Key_Escape)
    assert not presence.bar.isVisible()


def test_nobody_answers_where_no_window_is_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.system.single_instance.ANSWER_MS", 200)
    assert not tell_first(tmp_path, "show")


def test_without_the_choice_to_stay_closing_the_window_ends_carrel(
    memory: QSettings, with_tray: None, window: MainWindow, qtbot: QtBot
) -> None:
    tray = Tray(memory)
    window.stays_hidden = lambda: tray.stays
    with qtbot.assertNotEmitted(window.hidden_away):
        window.show()
        window.close()
    tray.choose_stays(True)
    with qtbot.waitSignal(window.hidden_away):
        window.show()
        window.close()
    tray.hide()


def test_without_a_tray_nothing_stays_in_it(memory: QSettings) -> None:
    tray = Tray(memory)
    tray.choose_stays(True)
    assert not tray.stays


def test_the_application_has_an_icon_at_every_size(qapp: object) -> None:
    icon = app_icon()
    assert {size.width() for size in icon.availableSizes()} == {16, 24, 32, 48, 64, 128, 256}
    assert icon.pixmap(256).toImage().pixelColor(128, 20).name() == "#1d6a4d"


def test_about_says_the_version_and_copies_what_a_report_needs(workbench: Workbench) -> None:
    dialog = workbench.show_about()
    assert any(own_version() in text for text in texts(dialog))
    button(dialog, "Copy details").click()
    assert QGuiApplication.clipboard().text().startswith(f"Carrel {own_version()}")
    dialog.close()


def test_the_window_fits_a_small_screen(memory: QSettings, monkeypatch: pytest.MonkeyPatch, qapp: object) -> None:
    monkeypatch.setattr(QScreen, "availableSize", lambda screen: QSize(683, 384))  # 1366x768 at 200 %
    made = MainWindow(memory)
    assert made.width() <= 683 and made.height() <= 384
    shiboken6.delete(made)


def _tell_from_another_process(presence: Presence, wish: str) -> None:
    code = (
        "import sys; from pathlib import Path; from PySide6.QtCore import QCoreApplication;"
        "from desktop.system.single_instance import tell_first;"
        "app = QCoreApplication([]); tell_first(Path(sys.argv[1]), sys.argv[2])"
    )
    home = Path(presence._window._memory.fileName()).parent
    threading.Thread(target=subprocess.run, args=([sys.executable, "-c", code, str(home), wish],)).start()

"""Builds the application: look, background, window. Anything slow begins only after the window has painted."""

import logging
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings
from PySide6.QtWidgets import QApplication

from desktop.background import Background
from desktop.main_window import MainWindow
from desktop.theme import Appearance

if TYPE_CHECKING:
    from assistant.home import Home
    from assistant.workspace import Workspace

APP_ID = "org.carrel.Carrel"


class Desk(QObject):
    """The window and what works behind it, for one home."""

    def __init__(self, home: "Home") -> None:
        super().__init__()
        self._home = home
        memory = QSettings(str(home.path / "window.ini"), QSettings.Format.IniFormat, self)
        self.look = Appearance(memory, self)
        self.background = Background(self._open_workspace, self)
        self.window = MainWindow(self.background, memory, self.look)
        self.window.painted.connect(self.window.begin)

    def close(self) -> None:
        """End the workers and close the workspace. Waits for them: the window is to be gone by now."""
        self.window.hide()
        self.window.folders.end()
        self.background.close()

    def _open_workspace(self) -> "Workspace":
        from assistant.workspace import Workspace

        return Workspace(self._home)


def build_application() -> QApplication:
    """The application, with its own style and name."""
    application = QApplication(sys.argv[:1])
    application.setApplicationName("carrel")
    application.setApplicationDisplayName("Carrel")
    application.setDesktopFileName(APP_ID)
    application.setStyle("fusion")
    return application


def run(home: "Home") -> int:
    """Open the window and stay until it is closed; the exit code."""
    application = build_application()
    sys.excepthook = _log_bug
    desk = Desk(home)
    desk.window.show()
    code = application.exec()
    desk.close()
    return code


def _log_bug(kind, bug, trace) -> None:  # type: ignore[no-untyped-def]
    logging.getLogger("carrel.desktop").critical("a bug on the window's thread", exc_info=(kind, bug, trace))

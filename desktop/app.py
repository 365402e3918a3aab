"""Builds the application. The frame paints first; everything else is imported and built after that."""

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QApplication

from desktop.main_window import MainWindow
from desktop.theme import Appearance

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from assistant.home import Home
    from assistant.workspace import Workspace
    from desktop.background import Background
    from desktop.garbage import Collector
    from desktop.workbench import Workbench

APP_ID = "io.github.carrel.Carrel"


class Desk(QObject):
    """The window and what works behind it."""

    ready = Signal()  # the window can be used; lists are still filling

    def __init__(self, memory: QSettings, open_workspace: "Callable[[], Workspace]") -> None:
        super().__init__()
        self._memory, self._open_workspace = memory, open_workspace
        self.look = Appearance(memory, self)
        self.window = MainWindow(memory)
        self.background: Background | None = None
        self.workbench: Workbench | None = None
        self._collector: Collector | None = None
        self.window.painted.connect(self._fill)

    def close(self) -> None:
        """End the workers and close the workspace. Waits for them: the window is to be gone by now."""
        self.window.hide()
        if self.workbench is not None:
            self.workbench.folders.end()
        if self.background is not None:
            self.background.close()
        if self._collector is not None:
            self._collector.stop()

    def _fill(self) -> None:
        from desktop.background import Background
        from desktop.garbage import Collector
        from desktop.workbench import Workbench

        self._collector = Collector(self)
        self.background = Background(self._open_workspace, self)
        self.workbench = Workbench(self.background, self._memory, self.look)
        self.window.setCentralWidget(self.workbench)
        self.window.closing.connect(self.workbench.remember)
        self.workbench.folders.settled.connect(self._collector.settle)
        self.workbench.models.loaded.connect(self._collector.settle)
        self.workbench.begin()
        self.ready.emit()


def build_application() -> QApplication:
    """The application, with its own style and name."""
    application = QApplication(sys.argv[:1])
    application.setApplicationName("carrel")
    application.setApplicationDisplayName("Carrel")
    application.setDesktopFileName(APP_ID)
    application.setStyle("fusion")
    return application


def open_desk(home: "Home") -> Desk:
    """The desk of a home; nothing is shown yet."""

    def open_workspace() -> "Workspace":
        from assistant.workspace import Workspace
        from desktop.log_file import keep_log

        keep_log(home.logs)
        return Workspace(home)

    return Desk(QSettings(str(home.path / "window.ini"), QSettings.Format.IniFormat), open_workspace)


def run(home: "Home") -> int:
    """Open the window and stay until it is closed; the exit code."""
    application = build_application()
    sys.excepthook = _log_bug
    desk = open_desk(home)
    desk.window.show()
    code = application.exec()
    desk.close()
    return code


def _log_bug(kind: type[BaseException], bug: BaseException, trace: "TracebackType | None") -> None:
    import logging

    logging.getLogger("carrel.desktop").critical("a bug on the window's thread", exc_info=(kind, bug, trace))

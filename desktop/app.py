"""Builds the application. The frame paints first; everything else is imported and built after that."""

import gc
import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, QTimer, Signal
from PySide6.QtWidgets import QApplication

from desktop.widgets.theme import Appearance
from desktop.window.main_window import MainWindow

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from assistant.home import Home
    from assistant.workspace import Workspace
    from desktop.background import Background
    from desktop.window.workbench import Workbench

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
        from desktop.app import Collector
        from desktop.background import Background
        from desktop.window.workbench import Workbench

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
        from desktop.app import keep_log

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


FILE_NAME = "carrel.log"
_MOST_BYTES = 1_000_000
_OLD_FILES = 2


def keep_log(folder: Path) -> None:
    """Write warnings and worse to `folder`/carrel.log from now on, once however often it is asked for."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE_NAME
    root = logging.getLogger()
    if any(isinstance(h, RotatingFileHandler) and Path(h.baseFilename) == path.absolute() for h in root.handlers):
        return
    handler = RotatingFileHandler(path, maxBytes=_MOST_BYTES, backupCount=_OLD_FILES, encoding="utf-8", delay=True)
    handler.setLevel(logging.WARNING)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root.addHandler(handler)


EVERY_MS = 500
YOUNG_PER_FULL = 60  # a full look every half a minute


class Collector(QObject):
    """Takes the collector over from CPython until `stop`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settled = False
        self._helpings = 0
        gc.disable()
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self._collect)
        self._timer.start()

    def settle(self, _: object = None) -> None:
        """What the libraries have built stays for good: never look at it again."""
        gc.freeze()
        self._settled = True

    def stop(self) -> None:
        """Give the collector back."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    def _collect(self) -> None:
        self._helpings += 1
        full = self._settled and self._helpings % YOUNG_PER_FULL == 0
        gc.collect(2 if full else 1)

"""Builds the application. The frame paints first; everything else is imported and built after that."""

from __future__ import annotations

import gc
import logging
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, QTimer, Signal
from PySide6.QtWidgets import QApplication

from desktop.widgets.theme import Appearance
from desktop.window.main_window import MainWindow

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.home import Home
    from assistant.workspace import Workspace
    from desktop.background import Background
    from desktop.window.unlock_page import UnlockPage
    from desktop.window.workbench import Workbench

APP_ID = "io.github.carrel.Carrel"
LOG_NAME = "carrel.log"
MAX_LOG_BYTES = 1_000_000
LOG_BACKUPS = 2
COLLECT_EVERY_MS = 500
YOUNG_PER_FULL = 60  # a full collection every half a minute


class DesktopApp(QObject):
    """The window and what works behind it."""

    ready = Signal()  # the window can be used; lists are still filling
    _imported = Signal(object, object, object)

    def __init__(
        self, memory: QSettings, open_workspace: Callable[[], Workspace], *, is_protected: bool = False
    ) -> None:
        """`is_protected`: by a passphrase, which is asked for unless it is remembered."""
        super().__init__()
        self._memory, self._open_workspace, self._is_protected = memory, open_workspace, is_protected
        self.appearance = Appearance(memory, self)
        self.window = MainWindow(memory)
        self.background: Background | None = None
        self.unlock_page: UnlockPage | None = None
        self.workbench: Workbench | None = None
        self._collector: Collector | None = None
        self._closed = False
        self.window.painted.connect(self._import)
        self._imported.connect(self._begin)

    def close(self) -> None:
        """End the workers and close the workspace. Waits for them, so the window should be hidden by then."""
        self._closed = True
        self.window.hide()
        if self.workbench is not None:
            self.workbench.folders.end()
        if self.background is not None:
            self.background.close()
        if self._collector is not None:
            self._collector.stop()

    def _import(self) -> None:
        """Import what fills the window, after the first paint and on a thread: it takes a fifth of a second."""

        def load() -> None:
            from desktop import background
            from desktop.window import unlock_page, workbench

            self._imported.emit(background.Background, unlock_page.UnlockPage, workbench.Workbench)

        threading.Thread(target=load, name="imports").start()

    def _begin(self, background: type[Background], unlock_page: type[UnlockPage], workbench: type[Workbench]) -> None:
        """Build the contents of the window, once the home is open."""
        if self._closed:
            return
        self._collector = Collector(self)
        self.background = background(self._open_workspace, self)
        if not self._is_protected:
            self._fill(workbench)
            return
        page = self.unlock_page = unlock_page(self.background)
        page.opened.connect(lambda: self._fill(workbench))
        page.not_remembered.connect(self.background.failed)
        page.needed.connect(lambda: self.window.setCentralWidget(page))
        page.open_remembered()

    def _fill(self, workbench: type[Workbench]) -> None:
        if self._closed or self.background is None or self._collector is None:
            return
        if self.unlock_page is not None:
            self.unlock_page.deleteLater()
            self.unlock_page = None
        self.workbench = workbench(self.background, self._memory, self.appearance)
        self.window.setCentralWidget(self.workbench)
        self.window.closing.connect(self.workbench.remember)
        self.workbench.folders.settled.connect(self._collector.freeze)
        self.workbench.models.loaded.connect(self._collector.freeze)
        self.workbench.begin()
        self.ready.emit()


class Collector(QObject):
    """Runs the garbage collector from a timer, where it cannot interrupt a paint, instead of by CPython's counts."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._frozen = False
        self._collections = 0
        gc.disable()
        self._timer = QTimer(self, interval=COLLECT_EVERY_MS)
        self._timer.timeout.connect(self._collect)
        self._timer.start()

    def freeze(self, _: object = None) -> None:
        """Exempt everything that exists now from collection: libraries and the window stay for good."""
        gc.freeze()
        self._frozen = True

    def stop(self) -> None:
        """Give collection back to CPython."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    def _collect(self) -> None:
        self._collections += 1
        full = self._frozen and self._collections % YOUNG_PER_FULL == 0
        gc.collect(2 if full else 1)


def build_application() -> QApplication:
    """Return the application with its own style and name."""
    application = QApplication(sys.argv[:1])
    application.setApplicationName("carrel")
    application.setApplicationDisplayName("Carrel")
    application.setDesktopFileName(APP_ID)
    application.setStyle("fusion")
    return application


def open_app(home: Home) -> DesktopApp:
    """Return the app of a home; nothing is shown yet."""

    def open_workspace() -> Workspace:
        from assistant.workspace import Workspace  # on a worker: it loads SQLite and the index

        log_to(home.create().logs)
        return Workspace(home)

    memory = QSettings(str(home.path / "window.ini"), QSettings.Format.IniFormat)
    return DesktopApp(memory, open_workspace, is_protected=home.has_passphrase)


def run(home: Home) -> int:
    """Open the window, stay until it is closed and return the exit code."""
    application = build_application()
    log = logging.getLogger("carrel.desktop")
    sys.excepthook = lambda *bug: log.critical("a bug on the window's thread", exc_info=bug)
    threading.excepthook = lambda bug: log.critical("a bug on another thread", exc_info=bug.exc_value)
    app = open_app(home)
    app.window.show()
    code = application.exec()
    app.close()
    return code


def log_to(folder: Path) -> None:
    """Write warnings and worse to `folder`/carrel.log from now on; a second call for the folder does nothing."""
    from logging.handlers import RotatingFileHandler  # loads sockets and pickle: not before the first paint

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / LOG_NAME
    root = logging.getLogger()
    if any(isinstance(h, RotatingFileHandler) and Path(h.baseFilename) == path.absolute() for h in root.handlers):
        return
    handler = RotatingFileHandler(path, maxBytes=MAX_LOG_BYTES, backupCount=LOG_BACKUPS, encoding="utf-8", delay=True)
    handler.setLevel(logging.WARNING)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root.addHandler(handler)

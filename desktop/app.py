"""Builds the application. The frame paints first; everything else is imported and built after that."""

from __future__ import annotations

import gc
import logging
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QObject, QProcess, QSettings, QTimer, Signal
from PySide6.QtWidgets import QApplication

from assistant.home import find_home
from desktop.widgets.theme import Appearance
from desktop.window.main_window import MainWindow

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from assistant.home import Home
    from assistant.workspace import Workspace
    from desktop.background import Background
    from desktop.language import Messages
    from desktop.system.presence import Presence
    from desktop.system.single_instance import Wish
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
    _imported = Signal(object, object)

    def __init__(
        self,
        memory: QSettings,
        open_workspace: Callable[[], Workspace],
        *,
        is_protected: bool = False,
        wish: Wish = "show",
    ) -> None:
        """`memory`: a file in the home. `is_protected`: by a passphrase, which is asked for unless it is remembered."""
        super().__init__()
        self._memory, self._open_workspace, self._is_protected = memory, open_workspace, is_protected
        self._home, self._wish = Path(memory.fileName()).parent, wish
        self.appearance = Appearance(memory, self)
        self.window = MainWindow(memory)
        self.background: Background | None = None
        self.presence: Presence | None = None
        self.unlock_page: UnlockPage | None = None
        self.workbench: Workbench | None = None
        self._collector: Collector | None = None
        self._closed = self.restarts = False
        self.window.painted.connect(self._import)
        self._imported.connect(self._begin)

    def close(self) -> None:
        """End the workers and close the workspace. Waits for them, so the window should be hidden by then."""
        self._closed = True
        self.window.hide()
        if self.presence is not None:
            self.presence.close()
        if self.workbench is not None:
            self.workbench.folders.end()
        if self.background is not None:
            self.background.close()
        if self._collector is not None:
            self._collector.stop()

    def _import(self) -> None:
        """Import what fills the window, after the first paint and on a thread: it takes a fifth of a second."""

        def load() -> None:
            from desktop import after_paint

            chosen = after_paint.chosen_language(self._home / "settings.toml")
            self._imported.emit(after_paint, after_paint.find_messages(chosen, self._home / after_paint.OWN_FOLDER))

        threading.Thread(target=load, name="imports").start()

    def _begin(self, contents: ModuleType, messages: Messages) -> None:
        """Build the contents of the window, once the home is open. `contents`: `desktop.after_paint`."""
        application = QApplication.instance()
        if self._closed or application is None:
            return
        contents.use_messages(application, messages)
        self.appearance.load_face()
        self._collector = Collector(self)
        self.background = contents.Background(self._open_workspace, self)
        self.ready.connect(contents.HomeOwner(self.background, self).begin)
        self.presence = contents.Presence(self.window, self._memory, self._home, self)
        if self._wish == "ask":
            self.presence.open_bar()
        if not self._is_protected:
            self._fill(contents.Workbench)
            return
        page = self.unlock_page = contents.UnlockPage(self.background)
        page.opened.connect(lambda: self._fill(contents.Workbench))
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
        self.workbench.pages.restart_wanted.connect(self._restart)
        if self.presence is not None:
            self.presence.asked.connect(self.workbench.ask_anew)
            self.workbench.answered_behind.connect(self.presence.tray.notify)
            self.presence.tray.notice_clicked.connect(self.workbench.open_chat)
        self.ready.emit()

    def _restart(self) -> None:
        self.restarts = True
        if self.presence is not None:
            self.presence.quit()


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


def open_app(home: Home, wish: Wish = "show") -> DesktopApp:
    """Return the app of a home; nothing is shown yet. `wish`: what it shows first."""

    def open_workspace() -> Workspace:
        from assistant.workspace import Workspace  # on a worker: it loads SQLite and the index

        log_to(home.create().logs)
        return Workspace(home)

    memory = QSettings(str(home.path / "window.ini"), QSettings.Format.IniFormat)
    return DesktopApp(memory, open_workspace, is_protected=home.has_passphrase, wish=wish)


def run(home_folder: Path | None, wish: Wish = "show") -> int:
    """Open the window, stay until it is closed and return the exit code. `wish`: what it shows first.

    Where the home has a window already, that one is raised instead.
    """
    application, home = build_application(), find_home(home_folder)
    with suppress(OSError):  # whoever opens the home says why it cannot be used
        home.path.mkdir(parents=True, exist_ok=True)
    lock = window_lock(home.path)
    if not lock.tryLock(0) and lock.error() == QLockFile.LockError.LockFailedError:
        return _raise_first(home, wish)
    log = logging.getLogger("carrel.desktop")
    sys.excepthook = lambda *bug: log.critical("a bug on the window's thread", exc_info=bug)
    threading.excepthook = lambda bug: log.critical("a bug on another thread", exc_info=bug.exc_value)
    app = open_app(home, wish)
    app.window.show()
    code = application.exec()
    app.close()
    lock.unlock()
    if app.restarts:
        QProcess.startDetached(sys.executable, ["-m", "carrel_desktop", "--home", str(home.path)])
    return code


def window_lock(home: Path) -> QLockFile:
    """Return the lock that a window of the home holds while it is open."""
    lock = QLockFile(str(home / "window.lock"))
    lock.setStaleLockTime(0)  # it is stale once its process has ended, and never by age
    return lock


def _raise_first(home: Home, wish: Wish) -> int:
    from desktop.system.single_instance import tell_first  # loads QtNetwork

    if tell_first(home.path, wish):
        return 0
    sys.stderr.write(f"Carrel is open already for {home.path}, and does not answer. Close it there, then try again.\n")
    return 1


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

"""Carrel's presence on the desktop: its icon, the tray, the ask bar, and what later starts ask for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QApplication

from desktop.system.ask_bar import AskBar
from desktop.system.single_instance import LaterStarts
from desktop.system.tray import Tray, app_icon

if TYPE_CHECKING:
    from desktop.window.main_window import MainWindow


class Presence(QObject):
    """Raises the window and opens the ask bar when that is wanted, from the tray or by a later start."""

    asked = Signal(str)  # a question for a new chat

    def __init__(self, window: MainWindow, memory: QSettings, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window = window
        QApplication.setWindowIcon(app_icon())
        self.tray = Tray(memory, self)
        self.starts = LaterStarts(home, self)
        self.bar: AskBar | None = None
        self.starts.wished.connect(self.fulfil)
        self.tray.show_wanted.connect(self.raise_window)
        self.tray.ask_wanted.connect(self.open_bar)
        self.tray.notice_clicked.connect(self.raise_window)
        self.tray.quit_wanted.connect(self.quit)
        window.stays_hidden = lambda: self.tray.stays
        window.hidden_away.connect(lambda: QApplication.setQuitOnLastWindowClosed(False))

    def fulfil(self, wish: str) -> None:
        """Show the window, or for `ask` the bar."""
        (self.open_bar if wish == "ask" else self.raise_window)()

    def raise_window(self) -> None:
        """Show the window in front of others."""
        QApplication.setQuitOnLastWindowClosed(True)
        if self._window.isMinimized():
            self._window.showNormal()
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()

    def open_bar(self) -> None:
        """Open the ask bar."""
        if self.bar is None:
            self.bar = AskBar()
            self.bar.asked.connect(self._ask)
        self.bar.open()

    def close(self) -> None:
        """Hear of no later start, and take the icon out of the tray."""
        self.starts.close()
        self.tray.hide()
        if self.bar is not None:
            self.bar.deleteLater()
            self.bar = None

    def _ask(self, question: str) -> None:
        self.raise_window()
        self.asked.emit(question)

    def quit(self) -> None:
        """Close the window, and end though the tray would keep it."""
        self._window.stays_hidden = lambda: False
        self._window.close()
        QApplication.quit()

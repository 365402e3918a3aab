"""A notification on the desktop when an answer is done while another program is in front."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QSystemTrayIcon, QWidget

SHOWN_MS = 8_000


class Notifier(QObject):
    """Shows notifications through an icon in the tray, which is there as long as one is shown."""

    clicked = Signal(str)  # conversation id

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._tray: QSystemTrayIcon | None = None
        self._conversation = ""
        self._end = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._end.timeout.connect(self._hide)

    def notify(self, conversation_id: str, title: str) -> None:
        """Say that the answer in a chat is done; nothing while the window is in front, or where there is no tray."""
        if self._window.isActiveWindow() or not QSystemTrayIcon.isSystemTrayAvailable():
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(self._window.window().windowIcon(), self)
            self._tray.messageClicked.connect(self._open)
        self._conversation = conversation_id
        self._tray.show()
        self._tray.showMessage("Your answer is ready", title, QSystemTrayIcon.MessageIcon.NoIcon, SHOWN_MS)
        self._end.start()

    def _open(self) -> None:
        self._window.window().activateWindow()
        self.clicked.emit(self._conversation)

    def _hide(self) -> None:
        if self._tray is not None:
            self._tray.hide()

"""The icon of the application, and the one in the system's tray with its menu."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from desktop.language import tr
from desktop.widgets.buttons import icon_pixmap

SIZES = (16, 24, 32, 48, 64, 128, 256)
STAYS = "window/stays_in_tray"


def app_icon() -> QIcon:
    """Return the icon of the application, at every size that desktops ask for."""
    icon = QIcon()
    for size in SIZES:
        icon.addPixmap(icon_pixmap("carrel", "#1d6a4d", size))
    return icon


class Tray(QObject):
    """An icon in the tray, where the system has one. With `stays`, closing the window leaves Carrel there."""

    show_wanted = Signal()
    ask_wanted = Signal()
    quit_wanted = Signal()
    notice_clicked = Signal(str)  # id of the conversation whose answer is done

    def __init__(self, memory: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._memory, self._noted = memory, ""
        self._menu = QMenu()
        self._menu.setAccessibleName(tr("Carrel in the tray"))
        self._icon = QSystemTrayIcon(app_icon(), self)
        self._icon.setToolTip("Carrel")
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._act)
        self._icon.messageClicked.connect(lambda: self.notice_clicked.emit(self._noted))
        for label, wanted in (
            (tr("Open Carrel"), self.show_wanted),
            (tr("Ask…"), self.ask_wanted),
            (tr("Quit"), self.quit_wanted),
        ):
            self._menu.addAction(label).triggered.connect(wanted)
        stay = self._menu.addAction(tr("Stay here when the window is closed"))
        stay.setCheckable(True)
        stay.setChecked(self.stays)
        stay.triggered.connect(self.choose_stays)
        if self.is_there:
            self._icon.show()

    @property
    def is_there(self) -> bool:
        """True where the system has a tray."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    @property
    def stays(self) -> bool:
        """True if Carrel stays in the tray when its window is closed: the person chose so, and there is a tray."""
        return self.is_there and str(self._memory.value(STAYS)) == "true"

    def choose_stays(self, stays: bool) -> None:
        """Stay in the tray from now on, or end with the window."""
        self._memory.setValue(STAYS, "true" if stays else "false")

    def notify(self, conversation_id: str, title: str) -> None:
        """Say on the desktop that the answer in a chat is done."""
        if self.is_there:
            self._noted = conversation_id
            self._icon.showMessage(tr("Your answer is ready"), title, self._icon.icon())

    def hide(self) -> None:
        """Take the icon out of the tray."""
        self._icon.hide()

    def _act(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason == QSystemTrayIcon.ActivationReason.Trigger:
            self.show_wanted.emit()

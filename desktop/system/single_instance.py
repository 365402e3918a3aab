"""One window for each home: a second start raises the first, and loads no model again."""

from __future__ import annotations

import time
from hashlib import sha256
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

Wish = Literal["show", "ask"]
WISHES: tuple[Wish, ...] = ("show", "ask")
RETRY_MS = 100
ANSWER_MS = 5000  # a first start answers once its window has painted and its workers have begun


class LaterStarts(QObject):
    """Hears of later starts for the same home."""

    wished = Signal(str)  # a Wish

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        name = _server_name(home)
        QLocalServer.removeServer(name)  # of a process that ended in a crash
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._hear)
        self._server.listen(name)

    def close(self) -> None:
        """Hear no more."""
        self._server.close()

    def _hear(self) -> None:
        socket = self._server.nextPendingConnection()

        def read() -> None:
            wish = bytes(socket.readLine(64).data()).decode("ascii", "replace").strip()
            if wish in WISHES:
                socket.write(b"ok\n")
                self.wished.emit(wish)
            socket.disconnectFromServer()

        socket.readyRead.connect(read)
        socket.disconnected.connect(socket.deleteLater)


def tell_first(home: Path, wish: Wish) -> bool:
    """Tell the window that is open what is wanted; False where it does not answer."""
    socket, deadline = QLocalSocket(), time.monotonic() + ANSWER_MS / 1000
    socket.connectToServer(_server_name(home))
    while not socket.waitForConnected(RETRY_MS):
        if time.monotonic() > deadline:
            return False
        time.sleep(RETRY_MS / 1000)
        socket.connectToServer(_server_name(home))
    socket.write(f"{wish}\n".encode())
    return socket.waitForReadyRead(ANSWER_MS)


def _server_name(home: Path) -> str:
    return f"carrel-{sha256(str(home.resolve()).encode()).hexdigest()[:24]}"

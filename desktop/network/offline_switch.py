"""The offline switch and the log of connections, as the window sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from desktop.background import Background, Callbacks, Task
from network import OFFLINE_VARIABLE, forbidden_by_environment

if TYPE_CHECKING:
    from assistant.workspace import Workspace


REFUSES = "Block every connection to other computers"


class NetworkState(NamedTuple):
    """`offline`: connections to other machines are refused. `fixed`: an environment variable decides that."""

    offline: bool = False
    fixed: bool = False


class Network(QObject):
    """Sets and reports the switch, and reads the log, on a worker."""

    changed = Signal(object)  # NetworkState
    logged = Signal(object)  # tuple[Connection, ...], the newest first

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self.state = NetworkState()

    def refresh(self) -> None:
        """Read the switch again."""
        self._background.run("read", _state, self, Callbacks(self._set))

    def choose(self, offline: bool) -> None:
        """Refuse connections from now on, or allow them. The settings keep the choice."""

        def change(space: Workspace, task: Task) -> NetworkState:
            space.choose_offline(offline)
            return _state(space, task)

        self._background.run("read", change, self, Callbacks(self._set))

    def read_log(self) -> None:
        """Read the log and report it."""
        self._background.run(
            "read", lambda space, _: tuple(reversed(space.connections.history())), self, Callbacks(self.logged.emit)
        )

    def _set(self, state: NetworkState) -> None:
        self.state = state
        self.changed.emit(state)


def environment_note(state: NetworkState) -> str:
    """Reason that the switch is fixed; empty where it is not."""
    return f"This is set by the environment variable {OFFLINE_VARIABLE}." if state.fixed else ""


def _state(space: Workspace, _: Task) -> NetworkState:
    return NetworkState(space.connections.offline, forbidden_by_environment())

"""The offline switch and the log of connections, as the window sees them."""

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from desktop.background import Background, Callbacks, Task
from network.connections import OFFLINE_VARIABLE, forbidden_by_environment

if TYPE_CHECKING:
    from assistant.workspace import Workspace
    from network.connections import Connection


class NetworkState(NamedTuple):
    """`offline`: connections to other machines are refused. `fixed`: by the environment, which nothing here changes."""

    offline: bool = False
    fixed: bool = False


class Network(QObject):
    """Sets and shows the switch, and reads the log, on a worker."""

    changed = Signal(object)  # NetworkState
    logged = Signal(object)  # tuple[Connection, ...], the newest first

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self.state = NetworkState()

    def refresh(self) -> None:
        """Ask for the switch."""
        self._background.run("read", _state, self, Callbacks(self._set))

    def choose(self, offline: bool) -> None:
        """Refuse connections from now on, or allow them; kept in the settings."""

        def change(space: "Workspace", task: Task) -> NetworkState:
            space.choose_offline(offline)
            return _state(space, task)

        self._background.run("read", change, self, Callbacks(self._set))

    def read_log(self) -> None:
        """Ask for the log."""
        self._background.run("read", _history, self, Callbacks(self.logged.emit))

    def _set(self, state: NetworkState) -> None:
        self.state = state
        self.changed.emit(state)


def fixed_words(state: NetworkState) -> str:
    """Why the switch cannot be moved; empty where it can."""
    return f"The environment says so, by {OFFLINE_VARIABLE}." if state.fixed else ""


def _state(space: "Workspace", _: Task) -> NetworkState:
    return NetworkState(space.connections.offline, forbidden_by_environment())


def _history(space: "Workspace", _: Task) -> "tuple[Connection, ...]":
    return tuple(reversed(space.connections.history()))

"""The offline switch, and every connection to another machine as a person reads it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.background import Background, Callbacks, Task
from desktop.language import mark, told, tr
from desktop.widgets.buttons import IconButton, TextButton
from desktop.widgets.labels import Label, size_text
from desktop.widgets.list_rows import ListRow, RowList
from desktop.widgets.theme import LARGE, UNIT
from network import OFFLINE_VARIABLE, forbidden_by_environment

if TYPE_CHECKING:
    from assistant.workspace import Workspace
    from network import Connection

REFUSES = mark("Block every connection to other computers")
OFFLINE_NOTE = mark("Offline: Carrel blocks every connection to other computers.")


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
    return tr("This is set by the environment variable {name}.", name=OFFLINE_VARIABLE) if state.fixed else ""


def _state(space: Workspace, _: Task) -> NetworkState:
    return NetworkState(space.connections.offline, forbidden_by_environment())


SHOWN = 500  # lines; a list of thousands is slow to lay out, and the file has them all
EXPLANATION = mark(
    "Carrel runs on this computer. Every connection to another one is logged here before it opens: "
    "where it goes, why, and how much data passes, but never the data itself. What other programs ask of your files "
    "over MCP is listed too."
)
EMPTY = mark("No connections yet. Nothing has left this computer.")


class ConnectionsPage(QWidget):
    """A page in place of the conversation; Back returns to it."""

    closed = Signal()

    def __init__(self, network: Network, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._network = network
        self.offline = TextButton(tr("Work offline"), "offline")
        self.offline.setCheckable(True)
        self.state, self.empty, self.more = (
            Label(wrap=True),
            Label(tr(EMPTY), ink="muted"),
            Label(ink="muted", wrap=True),
        )
        self.list = RowList(tr("Connections, newest first"))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._lay_out()
        self.offline.clicked.connect(network.choose)
        network.changed.connect(self.show_state)
        network.logged.connect(self.show_log)
        self.show_state(network.state)
        for widget in (self.list, self.empty, self.more):
            widget.hide()  # until the log has been read

    def showEvent(self, event: QShowEvent) -> None:
        """Read the log again."""
        super().showEvent(event)
        self._network.refresh()
        self._network.read_log()

    def show_state(self, state: NetworkState) -> None:
        """Say whether connections are allowed."""
        self.offline.setChecked(state.offline)
        self.offline.setEnabled(not state.fixed)
        self.offline.setToolTip(environment_note(state) or tr(REFUSES))
        allowed = tr("Carrel connects only when something you chose needs it.")
        refused = f"{tr(OFFLINE_NOTE)} {environment_note(state)}"
        self.state.setText(refused.rstrip() if state.offline else allowed)

    def show_log(self, log: tuple[Connection, ...]) -> None:
        """Show these connections, or say that there are none."""
        self.list.replace([_row(connection) for connection in log[:SHOWN]])
        self.list.setVisible(bool(log))
        self.empty.setVisible(not log)
        self.more.setText(
            tr(
                "Showing the newest {shown} of {total}. Run `carrel connections` in a terminal to see them all.",
                shown=SHOWN,
                total=len(log),
            )
        )
        self.more.setVisible(len(log) > SHOWN)

    def _lay_out(self) -> None:
        back, again = IconButton("left", tr("Back to the chat")), IconButton("refresh", tr("Refresh"))
        back.clicked.connect(self.closed)
        again.clicked.connect(self._network.read_log)
        head = QHBoxLayout()
        head.addWidget(back)
        head.addWidget(Label(tr("Connections"), LARGE, bold=True), 1)
        head.addWidget(again)
        head.addWidget(self.offline)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * UNIT, 2 * UNIT, 3 * UNIT, 2 * UNIT)
        column.setSpacing(UNIT + 4)
        column.addLayout(head)
        column.addWidget(Label(tr(EXPLANATION), ink="muted", wrap=True))
        column.addWidget(self.state)
        column.addWidget(self.empty)
        column.addWidget(self.list, 1)
        column.addWidget(self.more)
        column.addStretch(0)
        column.setAlignment(Qt.AlignmentFlag.AlignTop)


def _row(connection: Connection) -> ListRow:
    began, purpose = datetime.fromtimestamp(connection.began), told(connection.purpose)
    when = f"{began:%H:%M}" if began.date() == datetime.now().date() else f"{began:%Y-%m-%d %H:%M}"
    server = (
        tr("{host}, port {port}", host=connection.host, port=str(connection.port))
        if connection.port
        else connection.host
    )
    line = f"{server} · {_outcome(connection)}"
    return ListRow(connection.id, purpose[:1].upper() + purpose[1:], when, line)


def _outcome(connection: Connection) -> str:
    kind, _, detail = connection.outcome.partition(": ")
    if kind == "refused":
        return (
            tr("blocked: Carrel was {detail}", detail=told(detail))
            if detail == "offline"
            else tr("blocked: {detail}", detail=detail)
        )
    if kind == "open":
        return tr("still open")
    if detail == "not counted":
        return tr("done, amount of data unknown")
    passed = tr(
        "{received} received, {sent} sent",
        received=size_text(connection.received_bytes),
        sent=size_text(connection.sent_bytes),
    )
    result = f"{told(kind)} ({detail})" if detail else told(kind)
    return tr("{result} in {seconds:.1f} s · {passed}", result=result, seconds=connection.seconds, passed=passed)

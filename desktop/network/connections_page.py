"""Every connection to another machine, as a person reads it, and the switch that refuses them."""

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.network.offline_switch import Network, NetworkState, fixed_words
from desktop.widgets.buttons import IconButton, TextButton
from desktop.widgets.labels import Label
from desktop.widgets.list_rows import Row, RowList
from desktop.widgets.theme import LARGE, UNIT

if TYPE_CHECKING:
    from network.connections import Connection

SHOWN = 500  # lines; a list of thousands is slow to lay out, and the file has them all
EXPLANATION = (
    "Carrel works on this machine. Whatever connects to another one is written down here first: "
    "who was called, why, and how much passed, never what."
)
EMPTY = "Nothing has left this machine."


class ConnectionsPage(QWidget):
    """A page in the place of the conversation; Back returns to it."""

    closed = Signal()

    def __init__(self, network: Network, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._network = network
        self.offline = TextButton("Offline", "")
        self.offline.setCheckable(True)
        self.state, self.empty, self.more = Label(wrap=True), Label(EMPTY, ink="muted"), Label(ink="muted", wrap=True)
        self.list = RowList("Connections, the newest first")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._lay_out()
        self.offline.clicked.connect(network.choose)
        network.changed.connect(self.show_state)
        network.logged.connect(self.show_log)
        self.show_state(network.state)
        for widget in (self.list, self.empty, self.more):
            widget.hide()  # until the log is read, nothing is known

    def showEvent(self, event: QShowEvent) -> None:
        """Read the log anew."""
        super().showEvent(event)
        self._network.refresh()
        self._network.read_log()

    def show_state(self, state: NetworkState) -> None:
        """Say whether connections are allowed."""
        self.offline.setChecked(state.offline)
        self.offline.setEnabled(not state.fixed)
        self.offline.setToolTip(fixed_words(state) or "Refuse every connection to another machine")
        allowed = "Connections are allowed where something that you chose needs one."
        refused = "Offline: every connection to another machine is refused. " + fixed_words(state)
        self.state.setText(refused.rstrip() if state.offline else allowed)

    def show_log(self, log: "tuple[Connection, ...]") -> None:
        """Show these connections, or say that there are none."""
        self.list.replace([_row(connection) for connection in log[:SHOWN]])
        self.list.setVisible(bool(log))
        self.empty.setVisible(not log)
        self.more.setText(f"The newest {SHOWN:,} of {len(log):,}; `carrel connections` lists them all.")
        self.more.setVisible(len(log) > SHOWN)

    def _lay_out(self) -> None:
        back, again = IconButton("left", "Back to the chat"), IconButton("refresh", "Read the log again")
        back.clicked.connect(self.closed)
        again.clicked.connect(self._network.read_log)
        head = QHBoxLayout()
        head.addWidget(back)
        head.addWidget(Label("Connections", LARGE, bold=True), 1)
        head.addWidget(again)
        head.addWidget(self.offline)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * UNIT, 2 * UNIT, 3 * UNIT, 2 * UNIT)
        column.setSpacing(UNIT + 4)
        column.addLayout(head)
        column.addWidget(Label(EXPLANATION, ink="muted", wrap=True))
        column.addWidget(self.state)
        column.addWidget(self.empty)
        column.addWidget(self.list, 1)
        column.addWidget(self.more)
        column.addStretch(0)
        column.setAlignment(Qt.AlignmentFlag.AlignTop)


def _row(connection: "Connection") -> Row:
    line = f"{connection.host}, port {connection.port} · {_outcome(connection)}"
    return Row(connection.id, _sentence(connection.purpose), _when(connection.began), line)


def _outcome(connection: "Connection") -> str:
    kind, _, detail = connection.outcome.partition(": ")
    if kind == "refused":
        return f"refused: Carrel was {detail}" if detail == "offline" else f"refused: {detail}"
    if kind == "open":
        return "not ended yet"
    if detail == "not counted":
        return "done, by a library that does not say how much passed"
    passed = f"{_bytes(connection.received_bytes)} received, {_bytes(connection.sent_bytes)} sent"
    said = f"{kind} ({detail})" if detail else kind
    return f"{said} in {connection.seconds:.1f} s · {passed}"


def _when(began: float) -> str:
    """`14:05` today, with the date before."""
    then = datetime.fromtimestamp(began)
    return f"{then:%H:%M}" if then.date() == datetime.now().date() else f"{then:%Y-%m-%d %H:%M}"


def _sentence(purpose: str) -> str:
    return purpose[:1].upper() + purpose[1:]


def _bytes(count: int) -> str:
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} B"

"""The line below the question box: where questions go, and whether anything may leave this computer at all."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.buttons import TextButton
from desktop.labels import ElidedLabel
from desktop.model_choice import ModelState
from desktop.network import NetworkState, fixed_words
from desktop.theme import SMALL, UNIT

HERE = "Answers come from your files, on this computer. Check the sources."
OFFLINE = "Carrel is offline: every connection to another computer is refused."


class ChatFoot(QWidget):
    """A footnote, and a quiet badge that is there only while Carrel is offline."""

    connections_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.note = ElidedLabel(HERE, SMALL, ink="muted")
        self.offline = TextButton("Offline", "offline", kind="quiet")
        self.offline.clicked.connect(self.connections_wanted)
        self.offline.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(UNIT)
        row.addWidget(self.note, 1)
        row.addWidget(self.offline)
        self.setFixedHeight(self.offline.sizeHint().height())  # the box above keeps its place

    def show_network(self, state: NetworkState) -> None:
        """Say whether Carrel is offline."""
        words = f"{OFFLINE} {fixed_words(state)}".rstrip()
        self.offline.setToolTip(words)
        self.offline.setAccessibleDescription(words)
        self.offline.setVisible(state.offline)

    def show_model(self, state: ModelState) -> None:
        """Say where questions go."""
        away = f"Questions, and the passages found for them, go to {state.model}. Check the sources."
        self.note.setText(away if state.away else HERE)

"""What stands around the question box: a banner while an earlier question is edited, and a note below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.language import mark, tr
from desktop.models.model_choice import ModelState
from desktop.network.connections_page import OFFLINE_NOTE, NetworkState, environment_note
from desktop.widgets.buttons import IconButton, TextButton
from desktop.widgets.labels import ElidedLabel, Surface
from desktop.widgets.theme import SMALL, UNIT

if TYPE_CHECKING:
    from personas import Persona

LOCAL_NOTE = mark("Answers come from your files, on this computer. Check the sources.")
PLAIN_NOTE = mark("Answers come from the model alone, on this computer, and may be wrong. Your files are not read.")


class EditBanner(Surface):
    """A line over the box while an earlier question is in it, with the way out."""

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("accent_soft", parent=parent)
        leave = IconButton("close", tr("Leave the question as it is (Esc)"), size=24)
        leave.clicked.connect(self.left)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * UNIT, UNIT // 2, UNIT, UNIT // 2)
        row.addWidget(ElidedLabel(tr("Editing an earlier question · Esc to leave"), SMALL), 1)
        row.addWidget(leave)
        self.hide()


class ChatFoot(QWidget):
    """A note below the question box, and a badge while Carrel is offline."""

    connections_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.note = ElidedLabel(tr(LOCAL_NOTE), SMALL, ink="muted")
        self._server, self._reads_files = "", True
        self.offline = TextButton(tr("Offline"), "offline", kind="quiet")
        self.offline.clicked.connect(self.connections_wanted)
        self.offline.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(UNIT)
        row.addWidget(self.note, 1)
        row.addWidget(self.offline)
        self._keep_height()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the font size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._keep_height()

    def show_network(self, state: NetworkState) -> None:
        """Show the badge while Carrel is offline."""
        note = f"{tr(OFFLINE_NOTE)} {environment_note(state)}".rstrip()
        self.offline.setToolTip(note)
        self.offline.setAccessibleDescription(note)
        self.offline.setVisible(state.offline)

    def show_model(self, state: ModelState) -> None:
        """Say where questions are sent."""
        self._server = state.model if state.away else ""
        self._update_note()

    def show_persona(self, persona: Persona) -> None:
        """Say whether answers come from files."""
        self._reads_files = persona.files
        self._update_note()

    def _update_note(self) -> None:
        if not self._server:
            self.note.setText(tr(LOCAL_NOTE) if self._reads_files else tr(PLAIN_NOTE))
        elif self._reads_files:
            sent = tr(
                "Questions and the passages found for them are sent to {server}. Check the sources.",
                server=self._server,
            )
            self.note.setText(sent)
        else:
            self.note.setText(tr("Questions are sent to {server}. Your files are not read.", server=self._server))

    def _keep_height(self) -> None:
        """Reserve room for the badge while it is hidden, so that the box above stays in place."""
        self.setFixedHeight(self.offline.sizeHint().height())

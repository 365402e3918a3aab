"""The models page: chat models that suit this computer, downloads, and a field for any other model by name."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from assistant.models.model_downloads import ListedModel, find_spec
from desktop.models.download_card import DownloadCard
from desktop.models.download_list import Download, ModelDownloads, ModelListing
from desktop.models.model_choice import ModelChoice, ModelState
from desktop.network.connections_page import Network, NetworkState, environment_note
from desktop.widgets.buttons import IconButton, TextButton
from desktop.widgets.fields import TextField, slim_scrolling
from desktop.widgets.labels import Label, Surface
from desktop.widgets.theme import BODY, LARGE, UNIT
from engines import Machine

EXPLANATION = (
    "Open models, most from Hugging Face. Downloads continue when this window is closed. A finished download is "
    "checked, then used."
)
OFFLINE = "Carrel is offline. Go online to download models."
UNKNOWN = "Enter OWNER/MODEL or OWNER/MODEL:QUANTIZATION."


class ModelsPage(QWidget):
    """A page in place of the conversation; Back returns to it."""

    closed = Signal()

    def __init__(
        self, downloads: ModelDownloads, choice: ModelChoice, network: Network, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._downloads, self._choice, self._network = downloads, choice, network
        self.cards: dict[str, DownloadCard] = {}
        self._shown: tuple[ListedModel, ...] = ()
        self.machine = Label("Checking this computer…", ink="muted", wrap=True)
        self.offline = _OfflineLine(network)
        self.field = TextField("OWNER/MODEL on Hugging Face")
        self.unknown = Label(UNKNOWN, ink="muted", wrap=True)
        self._list = QVBoxLayout()
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        back = IconButton("left", "Back to the chat")
        back.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.addWidget(back)
        head.addWidget(Label("Models", LARGE, bold=True), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * UNIT, 2 * UNIT, 3 * UNIT, 0)
        column.setSpacing(UNIT + 4)
        column.addLayout(head)
        column.addWidget(Label(EXPLANATION, ink="muted", wrap=True))
        column.addWidget(self.machine)
        column.addWidget(self._scroll_area(), 1)
        downloads.listed.connect(self.show_listing)
        downloads.progressed.connect(self.show_downloads)
        choice.changed.connect(self._show_use)
        network.changed.connect(self._show_offline)
        self._show_offline(network.state)

    def showEvent(self, event: QShowEvent) -> None:
        """Read the list again: models also come and go by other means."""
        super().showEvent(event)
        self._downloads.reload()

    def show_listing(self, listing: ModelListing) -> None:
        """Show these models and the downloads."""
        if listing.machine is not None:
            self.machine.setText(machine_text(listing.machine, listing.free_bytes))
        if listing.models != self._shown:  # else the focus and the place in the list stay
            self._shown = listing.models
            for name in tuple(self.cards):
                self._drop(name)
            for listed in listing.models:
                self._add(DownloadCard(listed.model.name, listed), listed.spec.name)
        self.show_downloads(self._downloads.downloads)
        self._show_use(self._choice.state)
        self._show_offline(self._network.state)

    def show_downloads(self, downloads: Mapping[str, Download]) -> None:
        """Show the progress of each. A model that is not on the list is shown above it."""
        for name in downloads.keys() - self.cards.keys():
            self._add(DownloadCard(name.replace("--", "/")), name, at=0)
        listed = {one.spec.name for one in self._downloads.listing.models}
        for name in self.cards.keys() - listed - downloads.keys():
            self._drop(name)
        for name, card in self.cards.items():
            card.show_download(downloads.get(name))

    def download_named(self) -> None:
        """Start the download that the field names, or say how to name one."""
        spec = find_spec(self.field.text().strip())
        self.unknown.setVisible(spec is None)
        if spec is not None:
            self.field.clear()
            self._downloads.start(spec)

    def _add(self, card: DownloadCard, name: str, at: int = -1) -> None:
        self.cards[name] = card
        card.acted.connect(lambda step: self._act(name, step))
        card.discarded.connect(lambda: self._downloads.cancel(name))
        card.show_offline(self._network.state.offline)
        self._list.insertWidget(at if at >= 0 else self._list.count(), card)

    def _act(self, name: str, step: str) -> None:
        listed = next((one for one in self._downloads.listing.models if one.spec.name == name), None)
        if step == "pause":
            self._downloads.pause(name)
        elif step in ("resume", "retry"):
            self._downloads.resume(name)
        elif step == "download" and listed is not None:
            self._downloads.start(listed.spec)
        elif step == "use" and listed is not None and listed.path is not None:
            self._choice.choose(listed.path)

    def _show_use(self, state: ModelState) -> None:
        used = state.path if state.engine else None
        for listed in self._downloads.listing.models:
            if card := self.cards.get(listed.spec.name):
                card.show_use(listed.path is not None and listed.path == used)

    def _show_offline(self, state: NetworkState) -> None:
        self.offline.show_state(state)
        self._named.setEnabled(not state.offline)
        for card in self.cards.values():
            card.show_offline(state.offline)

    def _drop(self, name: str) -> None:
        card = self.cards.pop(name)
        self._list.removeWidget(card)
        card.hide()
        card.deleteLater()

    def _scroll_area(self) -> QScrollArea:
        self._named = TextButton("Download", "drop")
        self._named.setAccessibleName("Download this model")
        self._named.clicked.connect(self.download_named)
        self.field.returnPressed.connect(self.download_named)
        row = QHBoxLayout()
        row.setSpacing(UNIT)
        row.addWidget(self.field, 1)
        row.addWidget(self._named)
        self._list.setSpacing(UNIT)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, UNIT, 3 * UNIT)
        column.setSpacing(UNIT)
        column.addWidget(self.offline)
        column.addLayout(self._list)
        column.addSpacing(UNIT)
        column.addWidget(Label("Another model from Hugging Face", BODY, bold=True))
        column.addLayout(row)
        column.addWidget(self.unknown)
        column.addStretch(1)
        self.unknown.hide()
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        slim_scrolling(area)
        return area


class _OfflineLine(Surface):
    """Says that nothing can be downloaded, and offers to go online."""

    def __init__(self, network: Network) -> None:
        super().__init__("card", "border")
        self._text = Label(OFFLINE, wrap=True)
        self._allow = TextButton("Go online", kind="primary")
        self._allow.clicked.connect(lambda: network.choose(False))
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * UNIT, UNIT, UNIT, UNIT)
        row.addWidget(self._text, 1)
        row.addWidget(self._allow)

    def show_state(self, state: NetworkState) -> None:
        """Show the line while Carrel is offline."""
        self._text.setText(f"{OFFLINE} {environment_note(state)}".rstrip())
        self._allow.setVisible(not state.fixed)
        self.setVisible(state.offline)


def machine_text(machine: Machine, free_bytes: int) -> str:
    """Return `This computer: 16 GB of memory, NVIDIA X with 8 GB, 120 GB free on disk.`"""
    gpus = [f"{gpu.name} with {gpu.memory_bytes / 1e9:.0f} GB" for gpu in machine.gpus]
    parts = [f"{machine.memory_bytes / 1e9:.0f} GB of memory", *gpus, f"{free_bytes / 1e9:.0f} GB free on disk"]
    return f"This computer: {', '.join(parts)}."

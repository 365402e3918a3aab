"""The models page: chat models that suit this computer, the hub's, and the models of search, with their downloads."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from assistant.doctor.llama_check import UnusedCard
from assistant.models.model_downloads import find_spec
from desktop.folders.embedder_offer import EmbedderCard, EmbedderChange
from desktop.language import mark, told_error, tr
from desktop.models.download_card import CardContents, DownloadCard, chat_contents, encoder_contents, hub_contents
from desktop.models.download_list import Download, ModelDownloads, ModelListing
from desktop.models.hub_finder import NOTHING, HubFinder, TokenRow
from desktop.models.model_choice import ModelChoice, ModelState
from desktop.network.connections_page import Network, NetworkState, environment_note
from desktop.widgets.buttons import IconButton, TextButton
from desktop.widgets.fields import TextField, slim_scrolling
from desktop.widgets.labels import Label, Surface
from desktop.widgets.theme import BODY, LARGE, UNIT
from engines import Machine
from errors import AppError
from knowledge import encoder_spec, find_encoder
from network import DownloadSpec, HubModel

EXPLANATION = mark(
    "Open models, most from Hugging Face. Downloads continue when this window is closed. A finished download is "
    "checked, then used."
)
OFFLINE = mark("Carrel is offline. Go online to download models.")
ABOUT_SEARCH = mark(
    "An embedder finds passages by what they mean; a reranker then reads the best ones again. Another embedder reads "
    "all files anew while the present one answers."
)


class ModelsPage(QWidget):
    """A page in place of the conversation; Back returns to it."""

    closed = Signal()
    deletion_wanted = Signal(str, object, object)  # name; what takes it back; what deletes the model

    def __init__(
        self,
        downloads: ModelDownloads,
        choice: ModelChoice,
        network: Network,
        embedder: EmbedderChange,
        finder: HubFinder,
    ) -> None:
        super().__init__()
        self._downloads, self._choice, self._network = downloads, choice, network
        self._embedder, self._finder = embedder, finder
        self.cards: dict[str, DownloadCard] = {}
        self._specs: dict[str, DownloadSpec] = {}
        self._results: set[str] = set()
        self._shown: tuple[object, ...] = ()
        self.machine = Label(tr("Checking this computer…"), ink="muted", wrap=True)
        self.offline = OfflineLine(network)
        self.field = TextField(tr("Search Hugging Face, or enter OWNER/MODEL:QUANTIZATION"))
        self.note = Label("", ink="muted", wrap=True)
        self._search = TextButton(tr("Search"), "search")
        self._chat, self._found, self._encoders = QVBoxLayout(), QVBoxLayout(), QVBoxLayout()
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._lay_out()
        self._search.clicked.connect(self.search)
        self.field.returnPressed.connect(self.search)
        downloads.listed.connect(self.show_listing)
        downloads.progressed.connect(self.show_downloads)
        choice.changed.connect(self._show_use)
        network.changed.connect(self._show_offline)
        finder.found.connect(self.show_found)
        finder.failed.connect(self._show_failure)
        embedder.moved.connect(lambda state: downloads.reload() if state.stage in ("changed", "offered") else None)
        self._show_offline(network.state)

    def showEvent(self, event: QShowEvent) -> None:
        """Read the list again: models also come and go by other means."""
        super().showEvent(event)
        self._downloads.reload()

    def show_listing(self, listing: ModelListing) -> None:
        """Show these models and the downloads."""
        if listing.machine is not None:
            unused = card_text(listing.unused_card) if listing.unused_card else ""
            self.machine.setText(f"{machine_text(listing.machine, listing.free_bytes)} {unused}".rstrip())
        if (*listing.models, *listing.encoders) != self._shown:  # else the focus and the place in the list stay
            self._shown = (*listing.models, *listing.encoders)
            for name in self.cards.keys() - self._results:
                self._drop(name)
            for listed in listing.models:
                self._add(chat_contents(listed), listed.spec, self._chat)
            for encoder in listing.encoders:
                self._add(encoder_contents(encoder), encoder_spec(encoder.model), self._encoders)
        self.show_downloads(self._downloads.downloads)
        self._show_use(self._choice.state)
        self._show_offline(self._network.state)

    def show_downloads(self, downloads: Mapping[str, Download]) -> None:
        """Show the progress of each. A model that is on no list is shown above them."""
        for name in downloads.keys() - self.cards.keys():
            self._add(CardContents(name.replace("--", "/")), None, self._chat, name, at=0)
        for name in self.cards.keys() - self._specs.keys() - downloads.keys():
            self._drop(name)
        for name, card in self.cards.items():
            card.show_download(downloads.get(name))

    def search(self) -> None:
        """Download the model that the field names as OWNER/MODEL, or search the hub for its words."""
        text = self.field.text().strip()
        if not text:
            return
        self.note.hide()
        if spec := find_spec(text):
            self.field.clear()
            self._downloads.start(spec)
            return
        self._search.setEnabled(False)
        self._finder.search(text)

    def show_found(self, models: tuple[HubModel, ...]) -> None:
        """Show what the hub has found."""
        self._search.setEnabled(not self._network.state.offline)
        for name in tuple(self._results):
            self._drop(name)
        for model in models:
            spec = find_spec(model.name)
            if spec is not None and spec.name not in self.cards:
                self._add(hub_contents(model), spec, self._found)
                self._results.add(spec.name)
        self._say("" if models else tr(NOTHING))
        self.show_downloads(self._downloads.downloads)

    def _add(
        self, contents: CardContents, spec: DownloadSpec | None, column: QVBoxLayout, name: str = "", at: int = -1
    ) -> None:
        card = DownloadCard(contents)
        key = spec.name if spec else name
        self.cards[key] = card
        if spec is not None:
            self._specs[key] = spec
        card.acted.connect(lambda step: self._act(key, step))
        card.discarded.connect(lambda: self._downloads.cancel(key))
        card.deleted.connect(lambda: self._delete(key))
        card.show_offline(self._network.state.offline)
        column.insertWidget(at if at >= 0 else column.count(), card)

    def _act(self, name: str, step: str) -> None:
        card, spec = self.cards[name], self._specs.get(name)
        if step == "pause":
            self._downloads.pause(name)
        elif step in ("resume", "retry"):
            self._downloads.resume(name)
        elif step == "download" and spec is not None:
            self._downloads.start(spec)
        elif step == "use" and card.contents.path is not None:
            self._use(name, card.contents.path)

    def _use(self, name: str, path: Path) -> None:
        if name not in {encoder.model.name for encoder in self._downloads.listing.encoders}:
            self._choice.choose(path)
        elif find_encoder(name).kind == "embedder":
            self._embedder.begin(name)
        else:
            self._downloads.use_reranker(name)

    def _delete(self, name: str) -> None:
        """Hide a model, and delete it once that is not taken back."""
        card = self.cards[name]
        card.hide()
        delete = partial(self._downloads.delete, card.contents.path or Path(), name)
        self.deletion_wanted.emit(card.contents.name, card.show, delete)

    def _show_use(self, state: ModelState) -> None:
        used = state.path if state.engine else None
        encoders = {encoder.model.name for encoder in self._downloads.listing.encoders if encoder.used}
        for name, card in self.cards.items():
            card.show_use(name in encoders or (card.contents.path is not None and card.contents.path == used))

    def _show_offline(self, state: NetworkState) -> None:
        self.offline.show_state(state)
        self._search.setEnabled(not state.offline)
        for card in self.cards.values():
            card.show_offline(state.offline)

    def _show_failure(self, error: AppError) -> None:
        self._search.setEnabled(not self._network.state.offline)
        self._say(told_error(error))

    def _say(self, words: str) -> None:
        self.note.setText(words)
        self.note.setVisible(bool(words))

    def _drop(self, name: str) -> None:
        card = self.cards.pop(name)
        self._specs.pop(name, None)
        self._results.discard(name)
        card.hide()
        card.deleteLater()

    def _lay_out(self) -> None:
        back = IconButton("left", tr("Back to the chat"))
        back.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.addWidget(back)
        head.addWidget(Label(tr("Models"), LARGE, bold=True), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * UNIT, 2 * UNIT, 3 * UNIT, 0)
        column.setSpacing(UNIT + 4)
        column.addLayout(head)
        column.addWidget(Label(tr(EXPLANATION), ink="muted", wrap=True))
        column.addWidget(self.machine)
        column.addWidget(self._scroll_area(), 1)

    def _scroll_area(self) -> QScrollArea:
        row = QHBoxLayout()
        row.setSpacing(UNIT)
        row.addWidget(self.field, 1)
        row.addWidget(self._search)
        self.note.hide()
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, UNIT, 3 * UNIT)
        column.setSpacing(UNIT)
        column.addWidget(self.offline)
        column.addLayout(self._chat)
        column.addSpacing(UNIT)
        column.addWidget(Label(tr("More chat models"), BODY, bold=True))
        column.addLayout(row)
        column.addWidget(self.note)
        column.addLayout(self._found)
        column.addWidget(TokenRow(self._finder))
        column.addSpacing(UNIT)
        column.addWidget(Label(tr("Models of search"), BODY, bold=True))
        column.addWidget(Label(tr(ABOUT_SEARCH), ink="muted", wrap=True))
        column.addWidget(EmbedderCard(self._embedder))
        column.addLayout(self._encoders)
        column.addStretch(1)
        for each in (self._chat, self._found, self._encoders):
            each.setSpacing(UNIT)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        slim_scrolling(area)
        return area


class OfflineLine(Surface):
    """Says that nothing can be downloaded, and offers to go online."""

    def __init__(self, network: Network) -> None:
        super().__init__("card", "border")
        self._text = Label(tr(OFFLINE), wrap=True)
        self._allow = TextButton(tr("Go online"), kind="primary")
        self._allow.clicked.connect(lambda: network.choose(False))
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * UNIT, UNIT, UNIT, UNIT)
        row.addWidget(self._text, 1)
        row.addWidget(self._allow)

    def show_state(self, state: NetworkState) -> None:
        """Show the line while Carrel is offline."""
        self._text.setText(f"{tr(OFFLINE)} {environment_note(state)}".rstrip())
        self._allow.setVisible(not state.fixed)
        self.setVisible(state.offline)


def machine_text(machine: Machine, free_bytes: int) -> str:
    """Return `This computer: 16 GB of memory, NVIDIA X with 8 GB, 120 GB free on disk.`"""
    gpus = [tr("{name} with {size:.0f} GB", name=gpu.name, size=gpu.memory_bytes / 1e9) for gpu in machine.gpus]
    parts = [
        tr("{size:.0f} GB of memory", size=machine.memory_bytes / 1e9),
        *gpus,
        tr("{size:.0f} GB free on disk", size=free_bytes / 1e9),
    ]
    return tr("This computer: {parts}.", parts=", ".join(parts))


def card_text(card: UnusedCard) -> str:
    """Return how to use the graphics card: `A graphics card by AMD is not used. …`"""
    return tr(
        "A graphics card by {maker} is not used. To compile a llama.cpp that uses it: {command}",
        maker=card.maker,
        command=card.command,
    )

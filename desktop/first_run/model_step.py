"""The second step: a model that is here already, one to download, or none for now."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.first_run.model_row import ModelRow
from desktop.folders.embedder_offer import EmbedderCard, EmbedderChange
from desktop.language import mark, tr
from desktop.models.download_card import DownloadCard, chat_contents, duration_text, progress_text
from desktop.models.download_list import Download, ModelDownloads, ModelListing
from desktop.models.model_choice import FoundModels, ModelChoice, ModelList, ModelState
from desktop.models.models_page import OfflineLine
from desktop.network.connections_page import Network, NetworkState
from desktop.widgets.buttons import TextButton
from desktop.widgets.labels import Label, size_text
from desktop.widgets.theme import SMALL, UNIT

ABOUT = mark("A model writes answers in its own words, on this computer. Without one, Carrel answers with quotes.")
MOST_FOUND = 3  # models here that are offered; the others stand in the menu of models
LINE_MBIT = 100  # per second, of the line for which the time to download is given


class ModelStep(QWidget):
    """Offers models: the one recommended for this machine and a small one to try out, and those found here."""

    settled = Signal()  # the model or the downloads have changed
    later = Signal()
    more_wanted = Signal()

    def __init__(
        self,
        choice: ModelChoice,
        found: FoundModels,
        downloads: ModelDownloads,
        network: Network,
        embedder: EmbedderChange,
    ) -> None:
        super().__init__()
        self.search_model = EmbedderCard(embedder)
        self._choice, self._downloads, self._network = choice, downloads, network
        self.cards: dict[str, DownloadCard] = {}
        self.rows: dict[Path, ModelRow] = {}
        self._looking = Label(tr("Looking at this computer…"), ink="muted")
        self._here, self._offered = QVBoxLayout(), QVBoxLayout()
        self._here_caption = Label(tr("On this computer already"), SMALL * 1.07, bold=True, ink="muted")
        self.offline = OfflineLine(network)
        self._lay_out()
        found.changed.connect(self.show_found)
        downloads.listed.connect(self.show_listing)
        downloads.progressed.connect(self.show_downloads)
        choice.changed.connect(self._show_use)
        network.changed.connect(self._show_offline)
        self.show_found(found.found)
        self.show_listing(downloads.listing)
        self._show_offline(network.state)
        found.scan()
        downloads.reload()
        embedder.refresh()

    @property
    def note(self) -> str:
        """Return a few words on the state: the model in use, loading or being downloaded; "" before a choice."""
        state = self._choice.state
        if state.loading:
            return tr("Opening {loading}…", loading=state.loading)
        if state.engine:
            return state.model
        for name, one in self._downloads.downloads.items():
            if one.active:
                card = self.cards.get(name)
                return f"{card.contents.name if card else name}: {progress_text(one)}"
        return ""

    @property
    def is_under_way(self) -> bool:
        """Return True while a model is being downloaded or opened."""
        return bool(self._choice.state.loading) or any(one.active for one in self._downloads.downloads.values())

    def show_found(self, found: ModelList) -> None:
        """Offer the models that were found here and can be used."""
        wanted = [entry for entry in found.entries if entry.usable][:MOST_FOUND]
        if [entry.path for entry in wanted] != list(self.rows):
            for row in self.rows.values():
                row.hide()
                row.deleteLater()
            self.rows = {entry.path: ModelRow(entry) for entry in wanted}
            for row in self.rows.values():
                row.chosen.connect(self._choice.choose)
                self._here.addWidget(row)
        self._here_caption.setVisible(bool(self.rows))
        self._show_use(self._choice.state)

    def show_listing(self, listing: ModelListing) -> None:
        """Offer the recommended model and the small one, unless they are among those found here."""
        self._looking.setVisible(not listing.models)
        wanted = {one.spec.name: one for one in listing.models if one.recommended or one.model.trial}
        for name, listed in wanted.items():
            if name not in self.cards:
                time = duration_text(listed.model.size * 8 / (LINE_MBIT * 1e6))
                about = tr(
                    "{size}  ·  {time} to download at {speed} Mbit/s",
                    size=size_text(listed.model.size),
                    time=time,
                    speed=LINE_MBIT,
                )
                card = DownloadCard(chat_contents(listed)._replace(about=about))
                card.acted.connect(lambda step, name=name: self._act(name, step))
                card.discarded.connect(lambda name=name: self._downloads.cancel(name))
                self.cards[name] = card
                self._offered.addWidget(card)
            self.cards[name].setVisible(listed.path is None)
        self.show_downloads(self._downloads.downloads)
        self._show_offline(self._network.state)

    def show_downloads(self, downloads: Mapping[str, Download]) -> None:
        """Show the progress of each, in place."""
        for name, card in self.cards.items():
            card.show_download(downloads.get(name))
        self.settled.emit()

    def _act(self, name: str, step: str) -> None:
        if step == "pause":
            self._downloads.pause(name)
        elif step in ("resume", "retry"):
            self._downloads.resume(name)
        elif step == "download":
            spec = next(one.spec for one in self._downloads.listing.models if one.spec.name == name)
            self._downloads.start(spec)

    def _show_use(self, state: ModelState) -> None:
        for path, row in self.rows.items():
            row.show_state(state, is_used=bool(state.engine) and path == state.path)
        self.settled.emit()

    def _show_offline(self, state: NetworkState) -> None:
        self.offline.show_state(state)
        for card in self.cards.values():
            card.show_offline(state.offline)

    def _lay_out(self) -> None:
        later = TextButton(tr("Later: answer with quotes"), kind="plain")
        later.clicked.connect(self.later)
        more = TextButton(tr("More models…"), kind="quiet")
        more.clicked.connect(self.more_wanted)
        foot = QHBoxLayout()
        foot.setSpacing(UNIT)
        foot.addWidget(later)
        foot.addWidget(more)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT + 2)
        column.addWidget(self.search_model)
        column.addWidget(Label(tr(ABOUT), ink="muted", wrap=True))
        column.addWidget(self._here_caption)
        column.addLayout(self._here)
        column.addWidget(self.offline)
        column.addWidget(self._looking)
        column.addLayout(self._offered)
        column.addLayout(foot)
        for each in (self._here, self._offered):
            each.setSpacing(UNIT)

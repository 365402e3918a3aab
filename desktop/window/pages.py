"""The middle of the window: the conversation, folders, connections or models. A page is built when first shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.chat.chat_page import ChatPage
from desktop.chats.history import History
from desktop.chats.trash_page import TrashPage
from desktop.first_run.nothing_found import Remedy
from desktop.folders.embedder_offer import EmbedderChange
from desktop.folders.folders_page import FoldersPage
from desktop.folders.watched_folders import WatchedFolders
from desktop.models.download_list import ModelDownloads
from desktop.models.hub_finder import HubFinder
from desktop.models.model_choice import ModelChoice
from desktop.models.models_page import ModelsPage
from desktop.network.connections_page import ConnectionsPage, Network
from desktop.personas.editor_page import EditorPage
from desktop.personas.gallery_page import GalleryPage
from desktop.personas.own_personas import OwnPersonas
from desktop.settings.settings_page import SettingsPage
from desktop.settings.stored_settings import StoredSettings
from desktop.widgets.theme import Appearance, colours


class PageServices(NamedTuple):
    """The objects whose state the pages show."""

    folders: WatchedFolders
    network: Network
    models: ModelChoice
    downloads: ModelDownloads
    embedder: EmbedderChange
    finder: HubFinder
    settings: StoredSettings
    appearance: Appearance
    history: History
    personas: OwnPersonas


class Pages(QStackedWidget):
    """A stack of pages. The conversation is always there, and Back on the others returns to it."""

    restart_wanted = Signal()
    folder_removed = Signal(object)  # Path: it can be added again
    deletion_wanted = Signal(str, object, object)  # a model's name; what takes it back; what deletes it
    persona_wanted = Signal(str)  # the id of one to chat with
    turned = Signal(bool)  # True when the conversation is shown, False for another page

    def __init__(self, chat: ChatPage, services: PageServices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chat, self._services = chat, services
        self._folders_page: FoldersPage | None = None
        self._connections_page: ConnectionsPage | None = None
        self._models_page: ModelsPage | None = None
        self._settings_page: SettingsPage | None = None
        self._trash_page: TrashPage | None = None
        self._gallery_page: GalleryPage | None = None
        self._editor_page: EditorPage | None = None
        services.personas.removed.connect(self._offer_persona)
        self.addWidget(chat)
        self.currentChanged.connect(lambda _: self.turned.emit(self.currentWidget() is chat))

    @property
    def chat(self) -> ChatPage:
        """The page of the conversation."""
        return self._chat

    def show_chat(self) -> None:
        """Show the conversation."""
        self.setCurrentWidget(self._chat)
        self._chat.composer.setFocus()

    def show_folders(self) -> FoldersPage:
        """Show the folders in the place of the conversation."""
        if self._folders_page is None:
            self._folders_page = FoldersPage(self._services.folders, self._services.embedder)
            self._folders_page.closed.connect(self.show_chat)
            self._folders_page.removed.connect(self.folder_removed)
            self.addWidget(self._folders_page)
        self._show(self._folders_page)
        return self._folders_page

    def show_files(self, remedy: Remedy) -> None:
        """Do what may help where nothing was found: show all files, the unread ones, or ask for a folder."""
        page = self.show_folders()
        page.show_state("waiting" if remedy == "show unread files" else "")
        if remedy == "add folder":
            page.choose_folder()

    def add_folder(self) -> None:
        """Show the folders and ask for one to watch."""
        self.show_folders().choose_folder()

    def show_connections(self) -> ConnectionsPage:
        """Show the log of connections in the place of the conversation."""
        if self._connections_page is None:
            self._connections_page = ConnectionsPage(self._services.network)
            self._connections_page.closed.connect(self.show_chat)
            self.addWidget(self._connections_page)
        self._show(self._connections_page)
        return self._connections_page

    def show_models(self) -> ModelsPage:
        """Show the models to download in the place of the conversation."""
        if self._models_page is None:
            services = self._services
            self._models_page = ModelsPage(
                services.downloads, services.models, services.network, services.embedder, services.finder
            )
            self._models_page.deletion_wanted.connect(self.deletion_wanted)
            self._models_page.closed.connect(self.show_chat)
            self.addWidget(self._models_page)
        self._show(self._models_page)
        return self._models_page

    def show_settings(self, shortcuts: Sequence[tuple[str, str]]) -> SettingsPage:
        """Show the settings in the place of the conversation. `shortcuts`: what keys do, and the keys."""
        if self._settings_page is None:
            self._settings_page = SettingsPage(self._services.settings, self._services.appearance, shortcuts)
            self._settings_page.closed.connect(self.show_chat)
            self._settings_page.restart_wanted.connect(self.restart_wanted)
            self.addWidget(self._settings_page)
        self._show(self._settings_page)
        return self._settings_page

    def show_trash(self) -> TrashPage:
        """Show the deleted chats in the place of the conversation."""
        if self._trash_page is None:
            self._trash_page = TrashPage(self._services.history)
            self._trash_page.closed.connect(self.show_chat)
            self.addWidget(self._trash_page)
        self._show(self._trash_page)
        return self._trash_page

    def show_personas(self) -> GalleryPage:
        """Show the gallery of personas in the place of the conversation."""
        if self._gallery_page is None:
            self._gallery_page = GalleryPage(self._services.personas)
            self._gallery_page.closed.connect(self.show_chat)
            self._gallery_page.chat_wanted.connect(self.persona_wanted)
            self._gallery_page.edit_wanted.connect(self.edit_persona)
            self.addWidget(self._gallery_page)
        self.setCurrentWidget(self._gallery_page)
        return self._gallery_page

    def edit_persona(self, persona_id: str) -> EditorPage:
        """Show the fields of a persona, or for "" of a new one, in the place of the gallery."""
        if self._editor_page is None:
            self._editor_page = EditorPage(self._services.personas)
            self._editor_page.closed.connect(self.show_personas)
            self._editor_page.try_wanted.connect(self._try_persona)
            self.addWidget(self._editor_page)
        self._show(self._editor_page)
        self._editor_page.edit(persona_id)
        return self._editor_page

    def _try_persona(self, persona_id: str, starter: str) -> None:
        self.persona_wanted.emit(persona_id)
        if starter:
            self._chat.ask(starter)

    def _offer_persona(self, persona_id: str, name: str) -> None:
        self.deletion_wanted.emit(name, lambda: self._services.personas.restore(persona_id), None)

    @property
    def shows_models(self) -> bool:
        """True while the models page is shown."""
        return self._models_page is not None and self.currentWidget() is self._models_page

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return to the conversation on Esc, which no field of the page wanted."""
        if event.key() == Qt.Key.Key_Escape and self.currentWidget() is not self._chat:
            self.show_chat()
        else:
            super().keyPressEvent(event)

    def _show(self, page: QWidget) -> None:
        self.setCurrentWidget(page)
        page.setFocus()


class PageSurface(QWidget):
    """The surface that pages stand on."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Fill the surface."""
        QPainter(self).fillRect(self.rect(), colours(self.palette()).base)

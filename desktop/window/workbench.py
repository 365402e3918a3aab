"""The contents of the window: sidebar, page and side panel, wired to the objects that do the work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from assistant.home import Home
from desktop.background import Background, Callbacks
from desktop.chat.answer_later import AnswerLater
from desktop.chat.chat_page import ChatPage
from desktop.chat.chat_session import NEWEST, ChatSession, LookAt
from desktop.chat.markdown_blocks import preload
from desktop.chat.persona_choice import PersonaChoice
from desktop.chats.draft_keeper import DraftKeeper
from desktop.chats.history import History
from desktop.chats.running_answers import RunningAnswers
from desktop.composer.composer_controls import ComposerControls
from desktop.first_run.onboarding import Onboarding
from desktop.folders.drops import DropImporter, DropOverlay, dropped_paths
from desktop.folders.embedder_offer import EmbedderChange
from desktop.folders.indexing_progress import short_progress_text
from desktop.folders.watched_folders import WatchedFolders
from desktop.language import tr
from desktop.models.download_list import ModelDownloads
from desktop.models.hub_finder import HubFinder
from desktop.models.model_choice import FoundModels, ModelChoice
from desktop.models.model_menu import ModelMenu
from desktop.network.connections_page import Network
from desktop.panel.side_panel import PanelDock
from desktop.personas.own_personas import OwnPersonas
from desktop.safekeeping import Safekeeping
from desktop.settings.settings_page import SettingsPage
from desktop.settings.stored_settings import SettingsState, StoredSettings
from desktop.system.about import show_about
from desktop.widgets.column_widths import HairlineSplitter
from desktop.widgets.notices import Notice, Toast, settings_notice
from desktop.widgets.theme import UNIT, Appearance
from desktop.window.announcements import Announcements
from desktop.window.main_window import SIDEBAR_WIDTH, sidebar_width
from desktop.window.pages import Pages, PageServices, PageSurface
from desktop.window.shortcuts import shortcut_lines, show_shortcuts
from desktop.window.sidebar import Sidebar
from desktop.window.title_bar import Command, TitleBar, build_menu, install
from desktop.window.troubles import Troubles

if TYPE_CHECKING:
    from assistant.settings import SettingProblem
    from assistant.values import ConversationSummary, Turn
    from errors import AppError
    from knowledge import SyncProgress

KEY = QKeySequence.StandardKey
CRASH = "Something went wrong inside Carrel"


class Workbench(QWidget):
    """Shows what the objects behind it report, and passes on what the person asks for."""

    answered_behind = Signal(str, str)  # conversation id, title: an answer is done while the window is not in front

    def __init__(self, background: Background, memory: QSettings, appearance: Appearance) -> None:
        super().__init__()
        self._background, self._memory, self._appearance = background, memory, appearance
        self.running = RunningAnswers(background, self)
        self.session, self.history = ChatSession(background, self.running, self), History(background, self)
        self.personas = PersonaChoice(background, memory, self)
        self.folders = WatchedFolders(background, self)
        self.drops = DropImporter(background, self.folders, self)
        self.models, self.found = ModelChoice(background, self), FoundModels(background, self)
        self.downloads, self.network = ModelDownloads(background, self), Network(background, self)
        self.safekeeping, self.later = Safekeeping(background, self), AnswerLater(self.session, self.folders, self)
        self.troubles, self.sidebar = Troubles(self.folders, self.models, self), Sidebar()
        self.announcements = Announcements(self.session, self.folders, self.models, self)
        self.chat = ChatPage(background, self.session, self.personas)
        self.embedder = EmbedderChange(background, self.downloads, self)
        self.settings = StoredSettings(background, self)
        services = PageServices(
            folders=self.folders,
            network=self.network,
            models=self.models,
            downloads=self.downloads,
            embedder=self.embedder,
            finder=HubFinder(background, self),
            settings=self.settings,
            appearance=appearance,
            history=self.history,
            personas=OwnPersonas(background, self.personas, memory, self),
        )
        self.controls = ComposerControls(background, self.chat, self.session, self.personas, self.folders, self.drops)
        self.drafts = DraftKeeper(background, self.session, self.chat.composer, self.controls.reach, self)
        self.pages = Pages(self.chat, services)
        self.onboarding = Onboarding(background, memory, services, self.found, self.pages, self.session, self)
        self.model_menu = ModelMenu(self.models, self.found)
        self._bar = TitleBar(self.model_menu)
        self._splitter = HairlineSplitter()
        self.panel = PanelDock(background, self.session, self.models, self.personas, self._splitter, self)
        self.toast, self._drop_overlay = Toast(self), DropOverlay(self)
        self._commands = self._list_commands()
        self._actions = install(self, self._commands)
        self._lay_out()
        self._connect()
        width = sidebar_width(memory)
        self.sidebar.setVisible(width > 0)
        self._splitter.setSizes([width or SIDEBAR_WIDTH, max(self.width() - width, 3 * SIDEBAR_WIDTH)])
        self.chat.composer.setFocus()

    def begin(self) -> None:
        """Read on workers what fills the window."""
        self.personas.refresh()
        self.history.begin()
        self.drafts.begin()
        self.folders.begin()
        self.models.preload()
        self.network.refresh()
        self.downloads.refresh()

        def show(found: tuple[Path, tuple[SettingProblem, ...]]) -> None:
            if found[1]:
                self.chat.show_notice(settings_notice(*found))

        self._background.run(
            "read", lambda space, _: (space.home.settings, space.setting_problems), self, Callbacks(show)
        )
        self._background.run("read", lambda _, __: preload(), self, Callbacks())
        self.safekeeping.begin()
        if chat := str(self._memory.value("window/chat") or ""):
            self.session.open(chat)
        self.chat.composer.setFocus()  # only now it is part of a window

    def start_new(self) -> None:
        """Show an empty conversation, ready to be typed into."""
        self.session.start_new()
        self.pages.show_chat()

    def ask_anew(self, question: str) -> None:
        """Ask a question in a new chat."""
        self.start_new()
        self.chat.ask(question)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Say what a drop will do, if it carries files of this computer."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            self.folders.expect_files()
            self._drop_overlay.cover()
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Hide the overlay."""
        self._drop_overlay.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """Watch dropped folders, read dropped files."""
        self._drop_overlay.hide()
        dropped = dropped_paths(event.mimeData())
        if not any(dropped):
            return
        self.drops.add(dropped)
        if dropped.folders and self.onboarding.steps is None:
            self.pages.show_folders()
        event.acceptProposedAction()

    def remember(self) -> None:
        """Keep the open chat, what is typed, and the width of the sidebar, for the next start."""
        self.drafts.save()
        self._memory.setValue("window/chat", self.session.conversation_id if self.session.turns else "")
        self._memory.setValue("window/sidebar", self.sidebar.width() if self.sidebar.isVisible() else 0)

    def _list_commands(self) -> tuple[Command, ...]:
        return (
            Command("New chat", (KEY.New,), self.start_new),
            Command("Search personas and chats", ("Ctrl+K", "Ctrl+Shift+F"), self.focus_search),
            Command("Attach files…", ("Ctrl+Shift+A",), self.controls.choose_files),
            Command("Find in this chat or source", (KEY.Find,), self.find_words),
            Command("Copy chat with sources", ("Ctrl+Shift+C",), lambda: self._with_turns(self.chat.exporter.copy)),
            Command("Export chat…", ("Ctrl+Shift+E",), lambda: self._with_turns(self.chat.exporter.export)),
            Command("Print chat…", (KEY.Print,), lambda: self._with_turns(self.chat.exporter.print)),
            Command("All personas", ("Ctrl+Shift+K",), self.pages.show_personas),
            Command("Folders", ("Ctrl+Shift+O",), self.pages.show_folders),
            Command("Connections", ("Ctrl+Shift+L",), self.pages.show_connections),
            Command("Settings", ("Ctrl+,",), self.show_settings),
            Command("Trash", ("Ctrl+Shift+T",), self.pages.show_trash),
            Command("Undo", (KEY.Undo,), self.undo),
            Command("Choose a model…", ("Ctrl+M",), self.model_menu.open_menu),
            Command("Download a model…", ("Ctrl+Shift+M",), self.pages.show_models),
            Command("Show or hide the sidebar", ("F9",), self.toggle_sidebar),
            Command("Show or hide the side panel", ("F8",), self.panel.toggle),
            Command("Show performance", ("Ctrl+Shift+P",), self.panel.show_performance),
            Command("Go to the question box", ("Ctrl+L",), self.pages.show_chat),
            Command("Zoom in", (KEY.ZoomIn, "Ctrl+="), lambda: self._appearance.zoom_by(1)),
            Command("Zoom out", (KEY.ZoomOut,), lambda: self._appearance.zoom_by(-1)),
            Command("Reset zoom", ("Ctrl+0",), self._appearance.reset_zoom),
            Command("Open the menu", ("F10",), self.open_menu),
            Command("Keyboard shortcuts", ("Ctrl+?", "F1"), lambda: show_shortcuts(self, self._commands)),
            Command("About Carrel", (), self.show_about),
            Command("Close window", (KEY.Close,), self._close),
            Command("Quit", (KEY.Quit,), self._close),
        )

    def _lay_out(self) -> None:
        self.setAcceptDrops(True)
        centre = PageSurface()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar)
        column.addWidget(self.chat.notices)
        column.addWidget(self.pages, 1)
        self._splitter.add(self.sidebar, 26 * UNIT)
        self._splitter.add(centre, 48 * UNIT)
        self._splitter.setStretchFactor(1, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._splitter)

    def _connect(self) -> None:
        side, session, bar = self.sidebar, self.session, self._bar
        bar.sidebar_wanted.connect(self.toggle_sidebar)
        bar.panel_wanted.connect(self.panel.toggle)
        bar.menu_wanted.connect(self.open_menu)
        side.new_chat.connect(self.start_new)
        side.persona_chosen.connect(self.choose_persona)
        side.chats.chosen.connect(self.open_chat)
        side.searched.connect(self.history.search)
        side.chats.renamed.connect(self.history.rename)
        side.chats.pinned.connect(self.history.pin)
        side.chats.filed.connect(self.history.file)
        side.chats.folder_renamed.connect(self.history.rename_folder)
        side.chats.deleted.connect(self.delete_conversation)
        side.chats.trash_wanted.connect(self.pages.show_trash)
        side.settings_wanted.connect(self.show_settings)
        side.personas_wanted.connect(self.pages.show_personas)
        self.pages.persona_wanted.connect(self.choose_persona)
        self.history.listed.connect(side.chats.show_all)
        self.history.found.connect(side.chats.show_found)
        self.history.listed.connect(self._show_title)
        self.drafts.saved.connect(self.history.refresh)
        self.running.changed.connect(lambda: side.chats.show_states(self.running.states()))
        self.running.answered.connect(self._announce)
        self.running.failed.connect(lambda _: self.models.reread())
        offer = self.toast.offer_undo
        self.history.deleted.connect(
            lambda chat: offer(
                tr("“{title}” was deleted", title=chat.title),
                lambda: self.history.restore(chat.id),
                lambda: self.history.end_undo(chat.id),
            )
        )
        self.drops.imported.connect(lambda drop: offer(drop.summary, lambda: self.drops.undo(drop)))
        self.pages.turned.connect(bar.follow_page)
        self.pages.turned.connect(self.panel.follow_page)
        self.pages.folder_removed.connect(
            lambda path: offer(
                tr("{name} is no longer watched", name=path.name),
                lambda: self.folders.add(path),
                self.safekeeping.look_for_quotes,
            )
        )
        self.pages.deletion_wanted.connect(lambda name, *acts: offer(tr("{name} was deleted", name=name), *acts))
        self.personas.listed.connect(side.show_personas)
        self.personas.chosen.connect(side.mark_persona)
        self.personas.sized.connect(side.show_size)
        self.folders.changed.connect(self._show_folders)
        self.folders.progressed.connect(self.show_progress)
        self.folders.finished.connect(lambda _: side.show_progress(""))
        self.folders.finished.connect(self._show_folders)
        self.folders.finished.connect(self.safekeeping.look_after)
        self.safekeeping.noticed.connect(self.chat.show_notice)
        self.troubles.noticed.connect(self.chat.show_notice)
        self.troubles.models_wanted.connect(self.model_menu.open_menu)
        self.later.waiting.connect(self.chat.view.show_unread)
        self.chat.view.later_wanted.connect(self.later.want)
        self.models.changed.connect(self.chat.foot.show_model)
        for follow in (self.chat.foot.show_network, self.settings.read, self.downloads.show_offline):
            self.network.changed.connect(follow)
        self.settings.changed.connect(self._follow_settings)
        self.chat.connections_wanted.connect(self.pages.show_connections)
        self.downloads.installed.connect(self.models.choose)
        self.downloads.failed.connect(self._show_failed_download)
        self.model_menu.download_wanted.connect(self.pages.show_models)
        self.models.changed.connect(self.controls.show_model)
        for asking in (side, self.troubles, self.controls):
            asking.folders_wanted.connect(self.pages.show_folders)
        session.answered.connect(self._show_title)
        session.asked.connect(lambda question: side.chats.mark(question.conversation_id))
        session.opened.connect(self.show_opened)
        self.chat.cited.connect(self.panel.open_citation)
        self.chat.sources_wanted.connect(self.panel.show_sources)
        self.panel.link_clicked.connect(self.chat.confirm_link)
        self.chat.view.welcome.folder_wanted.connect(self.pages.add_folder)
        self._background.failed.connect(self.chat.show_error)
        self._background.crashed.connect(
            lambda bug: self.chat.show_notice(Notice("danger", CRASH, f"{bug}. Details are in the log."))
        )

    def choose_persona(self, persona_id: str) -> None:
        """Choose who answers. A conversation that has turns is left for a new one."""
        self.chat.view.welcome.show_greeting()
        self.personas.choose(persona_id)
        if self.session.turns:
            self.session.start_new()
        self.pages.show_chat()

    def show_opened(self, turns: tuple[Turn, ...]) -> None:
        """Follow a conversation that was opened: its title, its row and its persona."""
        self.sidebar.chats.mark(self.session.conversation_id)
        self._show_title()
        if asked := [turn.persona_id for turn in turns]:  # of which one may have been another's
            self.personas.choose(max(asked, key=asked.count))

    def _show_title(self, _: object = None) -> None:
        """Show the conversation's title; until it has one, its first question."""
        turns = self.session.turns
        asked = " ".join(turns[0].question.split()) if turns else ""
        self._bar.show_title(self.history.title(self.session.conversation_id) or asked)

    def _follow_settings(self, state: SettingsState) -> None:
        if not self.network.state.fixed and state.settings.network.offline != self.network.state.offline:
            self.network.refresh()

    def _show_folders(self, _: object = None) -> None:
        self.sidebar.show_folders(self.folders.snapshot)
        self.chat.view.welcome.invite_folder(not self.folders.snapshot.folders)

    def show_progress(self, progress: SyncProgress) -> None:
        """Show the progress of indexing in the sidebar."""
        if text := short_progress_text(progress):
            self.sidebar.show_progress(text)

    def _show_failed_download(self, error: AppError) -> None:
        if not self.pages.shows_models:  # there the model's own card shows it
            self.chat.show_error(error)

    def delete_conversation(self, summary: ConversationSummary) -> None:
        """Delete a conversation, and leave it first if it is open."""
        self.running.stop(summary.id)
        if summary.id == self.session.conversation_id:
            self.session.start_new()
        self.history.delete(summary)

    def show_settings(self) -> SettingsPage:
        """Show the settings in the place of the conversation."""
        return self.pages.show_settings(shortcut_lines(self._commands))

    def show_about(self) -> QDialog:
        """Open the dialog that says what this is, and where its log is."""
        home = Path(self._memory.fileName()).parent
        return show_about(self, home, Home(home).logs)

    def open_chat(self, conversation_id: str, turn_id: str = "") -> None:
        """Open a conversation; at a turn that a search found, with its words marked."""
        words = tuple(self.history.wanted.split()) if turn_id else ()
        self.session.open(conversation_id, look_at=LookAt(turn_id, words) if turn_id else NEWEST)
        self.pages.show_chat()

    def undo(self) -> None:
        """Undo what the toast offers to undo, else the last deletion of a chat."""
        if not self.toast.take_back():
            self.history.restore_last()

    def _announce(self, turn: Turn) -> None:
        """List a chat anew whose answer is done; say so where another program is in front."""
        self.history.refresh()
        if not self.isActiveWindow():
            self.answered_behind.emit(turn.conversation_id, self.history.title(turn.conversation_id) or turn.question)

    def focus_search(self) -> None:
        """Go to the search field of the sidebar."""
        self.sidebar.show()
        self.panel.hide_if_crowded()
        self.sidebar.search.setFocus()
        self.sidebar.search.selectAll()

    def find_words(self) -> None:
        """Find words in the source that has the keyboard, else in the chat."""
        if not self.panel.find():
            self.pages.show_chat()
            self.chat.find_bar.open()

    def _with_turns(self, act: Callable[[Sequence[Turn], str], None]) -> None:
        """Act on the chat that is open, if it has an answer."""
        if turns := self.session.turns:
            act(turns, self.history.title(self.session.conversation_id) or turns[0].question)

    def toggle_sidebar(self) -> None:
        """Show or hide the sidebar."""
        self.sidebar.setVisible(not self.sidebar.isVisible())
        self.panel.hide_if_crowded()

    def open_menu(self) -> None:
        """Open the menu below its button."""
        build_menu(self, self._actions, self._appearance, self.network).popup(self._bar.menu_corner())

    def _close(self) -> None:
        self.window().close()

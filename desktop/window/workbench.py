"""What fills the window: sidebar, conversation or folders, and the side panel, wired to the parts behind them."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.background import Background, Callbacks, Task
from desktop.chat.chat_page import ChatPage
from desktop.chat.chat_session import ChatSession
from desktop.chat.history import History
from desktop.chat.persona_choice import PersonaChoice
from desktop.folders.drops import Intake
from desktop.folders.indexing_progress import rest_words
from desktop.folders.watched_folders import WatchedFolders
from desktop.models.download_list import ModelDownloads
from desktop.models.found_models import FoundModels
from desktop.models.model_choice import ModelChoice
from desktop.models.model_menu import ModelMenu
from desktop.network.offline_switch import Network
from desktop.panel.panel_dock import PanelDock
from desktop.widgets.notices import Notice, settings_notice
from desktop.widgets.theme import UNIT, Appearance
from desktop.window.app_menu import Command, build_menu, install, show_shortcuts
from desktop.window.main_window import SIDEBAR_WIDTH, HairlineSplitter, PageSurface, sidebar_width
from desktop.window.pages import Behind, Pages
from desktop.window.sidebar import Sidebar
from desktop.window.title_bar import TitleBar
from desktop.window.undo_offers import UndoOffers

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.settings import SettingProblem
    from assistant.values import ConversationSummary, Turn
    from assistant.workspace import Workspace
    from desktop.folders.drops import DropTarget
    from errors import AppError
    from knowledge.sync.progress import SyncProgress, SyncReport

KEY = QKeySequence.StandardKey


class Workbench(QWidget):
    """Shows what the parts below it say and passes on what the person wants."""

    def __init__(self, background: Background, memory: QSettings, look: Appearance) -> None:
        super().__init__()
        self._background, self._memory, self._look = background, memory, look
        self.session = ChatSession(background, self)
        self.history = History(background, self)
        self.personas = PersonaChoice(background, memory, self)
        self.folders = WatchedFolders(background, self)
        self.intake = Intake(background, self.folders, self)
        self.models = ModelChoice(background, self)
        self.found = FoundModels(background, self)
        self.downloads = ModelDownloads(background, self)
        self.network = Network(background, self)
        self.sidebar = Sidebar()
        self.chat = ChatPage(background, self.session, self.personas)
        self.pages = Pages(self.chat, Behind(self.folders, self.network, self.models, self.downloads))
        self.model_menu = ModelMenu(self.models, self.found)
        self._bar = TitleBar(self.model_menu)
        self._splitter = HairlineSplitter()
        self.panel = PanelDock(background, self.session, self._splitter, self)
        self.offers = UndoOffers(self.history, self.folders, self.intake, self)
        self._drop_target: DropTarget | None = None
        self._commands = self._list_commands()
        self._actions = install(self, self._commands)
        self._lay_out()
        self._connect()
        self._restore()

    def begin(self) -> None:
        """Fill the window. All of it runs on workers."""
        self.personas.refresh()
        self.history.begin()
        self.folders.begin()
        self.models.preload()
        self.network.refresh()
        self.downloads.refresh()
        self._background.run("read", _setting_problems, self, Callbacks(self._show_setting_problems))
        self._background.run("read", _warm_up, self, Callbacks(_settled))

    def start_new(self) -> None:
        """An empty conversation, ready to be typed into."""
        self.session.start_new()
        self.pages.show_chat()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Say what a drop will do, if it carries files of this computer."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            from desktop.folders.drops import DropTarget

            self.folders.expect_files()
            self._drop_target = self._drop_target or DropTarget(self)
            self._drop_target.cover()
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Lift the veil."""
        if self._drop_target is not None:
            self._drop_target.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """Watch dropped folders, read dropped files."""
        from desktop.folders.drops import dropped

        if self._drop_target is not None:
            self._drop_target.hide()
        found = dropped(event.mimeData())
        if not any(found):
            return
        self.intake.take(found)
        if found.folders:
            self.pages.show_folders()
        event.acceptProposedAction()

    def remember(self) -> None:
        """Keep the width of the sidebar for the next start."""
        self._memory.setValue("window/sidebar", self.sidebar.width() if self.sidebar.isVisible() else 0)

    def _list_commands(self) -> tuple[Command, ...]:
        return (
            Command("New chat", (KEY.New,), self.start_new),
            Command("Search personas and chats", ("Ctrl+K", KEY.Find, "Ctrl+Shift+F"), self._focus_search),
            Command("Folders", ("Ctrl+Shift+O",), self.pages.show_folders),
            Command("Connections", ("Ctrl+Shift+L",), self.pages.show_connections),
            Command("Choose a model…", ("Ctrl+M",), self._choose_model),
            Command("Download a model…", ("Ctrl+Shift+M",), self.pages.show_models),
            Command("Sidebar", ("F9",), self._toggle_sidebar),
            Command("Sources and performance", ("F8",), self.panel.toggle),
            Command("Performance", ("Ctrl+Shift+P",), self.panel.show_performance),
            Command("Question box", ("Ctrl+L",), self.pages.show_chat),
            Command("Zoom in", (KEY.ZoomIn, "Ctrl+="), lambda: self._look.zoom_by(1)),
            Command("Zoom out", (KEY.ZoomOut,), lambda: self._look.zoom_by(-1)),
            Command("Normal size", ("Ctrl+0",), self._look.reset_zoom),
            Command("Menu", ("F10",), self._open_menu),
            Command("Keyboard shortcuts", ("Ctrl+?", "F1"), self._show_shortcuts),
            Command("Close the window", (KEY.Close,), self._close),
            Command("Quit", (KEY.Quit,), self._close),
        )

    def _lay_out(self) -> None:
        self.setAcceptDrops(True)
        centre = PageSurface()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar)
        column.addWidget(self.pages, 1)
        self._splitter.addWidget(self.sidebar)
        self._splitter.addWidget(centre)
        for place in (0, 1):
            self._splitter.setCollapsible(place, False)
        self._splitter.setStretchFactor(1, 1)
        self.sidebar.setMinimumWidth(26 * UNIT)
        centre.setMinimumWidth(48 * UNIT)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._splitter)

    def _connect(self) -> None:
        side, session, bar = self.sidebar, self.session, self._bar
        bar.sidebar_wanted.connect(self._toggle_sidebar)
        bar.panel_wanted.connect(self.panel.toggle)
        bar.menu_wanted.connect(self._open_menu)
        side.new_chat.connect(self.start_new)
        side.persona_chosen.connect(self._choose_persona)
        side.conversation_chosen.connect(self._open_conversation)
        side.searched.connect(self.history.search)
        side.renamed.connect(self.history.rename)
        side.deleted.connect(self._delete)
        side.folders_wanted.connect(self.pages.show_folders)
        self.history.listed.connect(side.show_conversations)
        self.history.listed.connect(self._show_title)
        self.pages.folder_removed.connect(self.offers.offer_folder)
        self.personas.listed.connect(side.show_personas)
        self.personas.chosen.connect(side.mark_persona)
        self.personas.sized.connect(side.show_size)
        self.folders.changed.connect(self._show_shelf)
        self.folders.progressed.connect(self._show_progress)
        self.folders.finished.connect(self._end_progress)
        self.models.failed.connect(self.chat.show_error)
        self.models.changed.connect(self.chat.foot.show_model)
        self.network.changed.connect(self.chat.foot.show_network)
        self.chat.connections_wanted.connect(self.pages.show_connections)
        self.downloads.installed.connect(self.models.choose)
        self.network.changed.connect(self.downloads.show_offline)
        self.downloads.failed.connect(self._show_failed_download)
        self.model_menu.download_wanted.connect(self.pages.show_models)
        session.answered.connect(self._show_answered)
        session.opened.connect(self._show_opened)
        session.kept.connect(self.history.refresh)
        self.chat.cited.connect(self.panel.open_citation)
        self.chat.sources_wanted.connect(self.panel.show_sources)
        self.chat.view.welcome.folder_wanted.connect(self.pages.add_folder)
        self._background.failed.connect(self.chat.show_error)
        self._background.crashed.connect(self._show_crash)

    def _restore(self) -> None:
        width = sidebar_width(self._memory)
        self.sidebar.setVisible(width > 0)
        self._splitter.setSizes([width or SIDEBAR_WIDTH, max(self.width() - width, 3 * SIDEBAR_WIDTH)])
        self.chat.composer.setFocus()

    def _choose_persona(self, persona_id: str) -> None:
        self.personas.choose(persona_id)
        if self.session.turns:
            self.session.start_new()
        self.pages.show_chat()

    def _open_conversation(self, conversation_id: str) -> None:
        self.session.open(conversation_id)
        self.pages.show_chat()

    def _show_opened(self, turns: "tuple[Turn, ...]") -> None:
        self.sidebar.mark_conversation(self.session.conversation_id)
        self._show_title()
        if turns and turns[-1].persona_id:
            self.personas.choose(turns[-1].persona_id)

    def _show_answered(self, turn: "Turn") -> None:
        self._show_title()
        self.sidebar.mark_conversation(turn.conversation_id)

    def _show_title(self, _: object = None) -> None:
        """The conversation's title; until it is known, the words of its first question."""
        turns = self.session.turns
        asked = " ".join(turns[0].question.split()) if turns else ""
        self._bar.show_title(self.history.title(self.session.conversation_id) or asked)

    def _show_shelf(self) -> None:
        shelf = self.folders.shelf
        self.sidebar.show_shelf(shelf)
        self.chat.view.welcome.invite_folder(not shelf.folders)

    def _show_progress(self, progress: "SyncProgress") -> None:
        if progress.pause_reason:
            self.sidebar.show_progress(rest_words(progress.pause_reason))
        elif progress.done_files < progress.total_files:
            self.sidebar.show_progress(f"{progress.done_files:,} of {progress.total_files:,}…")

    def _end_progress(self, _: "SyncReport | None") -> None:
        self.sidebar.show_shelf(self.folders.shelf)

    def _show_crash(self, what: str) -> None:
        self.chat.show_notice(
            Notice("danger", "Something went wrong inside Carrel", f"{what}. It was written to the log.")
        )

    def _show_setting_problems(self, found: "tuple[Path, tuple[SettingProblem, ...]]") -> None:
        path, problems = found
        if problems:
            self.chat.show_notice(settings_notice(path, problems))

    def _show_failed_download(self, error: "AppError") -> None:
        if not self.pages.shows_models:  # there the model's own card says it
            self.chat.show_error(error)

    def _delete(self, summary: "ConversationSummary") -> None:
        if summary.id == self.session.conversation_id:
            self.session.start_new()
        self.history.delete(summary, after_answers=not self.session.busy)

    def _choose_model(self) -> None:
        self.model_menu.open_menu()

    def _focus_search(self) -> None:
        self.sidebar.show()
        self.panel.give_way()
        self.sidebar.search.setFocus()
        self.sidebar.search.selectAll()

    def _toggle_sidebar(self) -> None:
        self.sidebar.setVisible(not self.sidebar.isVisible())
        self.panel.give_way()

    def _open_menu(self) -> None:
        menu = build_menu(self, self._actions, self._look, self.network)
        menu.popup(self._bar.menu_corner())

    def _close(self) -> None:
        self.window().close()

    def _show_shortcuts(self) -> None:
        show_shortcuts(self, self._commands)


def _setting_problems(space: "Workspace", _: Task) -> "tuple[Path, tuple[SettingProblem, ...]]":
    return space.home.settings, space.setting_problems


def _warm_up(_: "Workspace", __: Task) -> None:
    """Import what the first answer is laid out with."""
    from desktop.chat.markdown_blocks import highlight, split_blocks

    split_blocks("warm")
    highlight("warm = 1", "python", dark=False)


def _settled(_: object) -> None:
    """Nothing follows."""

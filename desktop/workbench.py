"""What fills the window: sidebar, conversation or folders, and the side panel, wired to the parts behind them."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, QTimer
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.app_menu import Command, build_menu, install, show_shortcuts
from desktop.background import Background, Callbacks, Task
from desktop.buttons import IconButton
from desktop.chat_page import ChatPage
from desktop.chat_session import ChatSession
from desktop.found_models import FoundModels
from desktop.history import History
from desktop.intake import Intake
from desktop.labels import ElidedLabel
from desktop.main_window import SIDEBAR_WIDTH, sidebar_width
from desktop.model_choice import ModelChoice
from desktop.model_menu import ModelMenu
from desktop.network import Network
from desktop.notices import Notice
from desktop.persona_choice import PersonaChoice
from desktop.progress import rest_words
from desktop.sidebar import Sidebar
from desktop.splitter import HairlineSplitter, PageSurface
from desktop.theme import UNIT, Appearance
from desktop.watched_folders import WatchedFolders

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.values import ConversationSummary, Retrieved, Turn
    from assistant.workspace import Workspace
    from desktop.connections_page import ConnectionsPage
    from desktop.drop_target import DropTarget
    from desktop.folders_page import FoldersPage
    from desktop.intake import Arrival
    from desktop.notices import Toast
    from desktop.side_panel import SidePanel
    from knowledge.sync.progress import SyncProgress, SyncReport

KEY = QKeySequence.StandardKey
PANEL_WIDTH = 392  # px at first; the splitter's handle changes it


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
        self.network = Network(background, self)
        self.sidebar = Sidebar()
        self.chat = ChatPage(background, self.session, self.personas)
        self.panel: SidePanel | None = None
        self.folders_page: FoldersPage | None = None
        self.connections_page: ConnectionsPage | None = None
        self._toast: Toast | None = None
        self._drop_target: DropTarget | None = None
        self._commands = self._list_commands()
        self._actions = install(self, self._commands)
        self._lay_out()
        self._connect()
        self._restore()

    def begin(self) -> None:
        """Fill the window. All of it runs on workers."""
        self.personas.refresh()
        self.history.refresh()
        self.folders.begin()
        self.models.preload()
        self.network.refresh()
        self._background.run("read", _warm_up, self, Callbacks(_settled))

    def start_new(self) -> None:
        """An empty conversation, ready to be typed into."""
        self.session.start_new()
        self.show_chat()

    def show_folders(self) -> "FoldersPage":
        """Show the folders in the place of the conversation."""
        if self.folders_page is None:
            from desktop.folders_page import FoldersPage

            self.folders_page = FoldersPage(self.folders)
            self.folders_page.closed.connect(self.show_chat)
            self.folders_page.removed.connect(self._offer_folder_back)
            self._pages.addWidget(self.folders_page)
        self._pages.setCurrentWidget(self.folders_page)
        self.folders_page.setFocus()
        return self.folders_page

    def show_connections(self) -> "ConnectionsPage":
        """Show the log of connections in the place of the conversation."""
        if self.connections_page is None:
            from desktop.connections_page import ConnectionsPage

            self.connections_page = ConnectionsPage(self.network)
            self.connections_page.closed.connect(self.show_chat)
            self._pages.addWidget(self.connections_page)
        self._pages.setCurrentWidget(self.connections_page)
        self.connections_page.setFocus()
        return self.connections_page

    def show_chat(self) -> None:
        """Show the conversation."""
        self._pages.setCurrentWidget(self.chat)
        self.chat.composer.setFocus()

    def open_panel(self) -> "SidePanel":
        """The side panel, built if need be, and shown."""
        if self.panel is None:
            from desktop.side_panel import SidePanel

            self.panel = SidePanel(self._background)
            self.panel.closed.connect(self.toggle_panel)
            self._splitter.addWidget(self.panel)
            self._splitter.setCollapsible(2, False)
            self.panel.setMinimumWidth(36 * UNIT)
            self.panel.show_turn(self.session.turns[-1] if self.session.turns else None)
            rest = self._splitter.width() - PANEL_WIDTH - self.sidebar.width()
            self._splitter.setSizes([self.sidebar.width(), rest, PANEL_WIDTH])
        self.panel.show()
        return self.panel

    def toggle_panel(self) -> None:
        """Show or hide the side panel."""
        if self.panel is not None and self.panel.isVisible():
            self.panel.hide()
        else:
            self.open_panel()

    def show_performance(self) -> None:
        """Show the figures of the last answer."""
        self.open_panel().show_performance()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Say what a drop will do, if it carries files."""
        if event.mimeData().hasUrls():
            from desktop.drop_target import DropTarget

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
        from desktop.drop_target import dropped

        if self._drop_target is not None:
            self._drop_target.hide()
        found = dropped(event.mimeData())
        self.intake.take(found)
        if found.folders:
            self.show_folders()
        event.acceptProposedAction()

    def remember(self) -> None:
        """Keep the width of the sidebar for the next start."""
        self._memory.setValue("window/sidebar", self.sidebar.width() if self.sidebar.isVisible() else 0)

    def _list_commands(self) -> tuple[Command, ...]:
        return (
            Command("New chat", (KEY.New,), self.start_new),
            Command("Search personas and chats", ("Ctrl+K", KEY.Find, "Ctrl+Shift+F"), self._focus_search),
            Command("Folders", ("Ctrl+Shift+O",), self.show_folders),
            Command("Connections", ("Ctrl+Shift+L",), self.show_connections),
            Command("Choose a model…", ("Ctrl+M",), self._choose_model),
            Command("Sidebar", ("F9",), self._toggle_sidebar),
            Command("Sources and performance", ("F8",), self.toggle_panel),
            Command("Performance", ("Ctrl+Shift+P",), self.show_performance),
            Command("Question box", ("Ctrl+L",), self.show_chat),
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
        self._pages = QStackedWidget()
        self._pages.addWidget(self.chat)
        centre = PageSurface()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._build_bar())
        column.addWidget(self._pages, 1)
        self._splitter = HairlineSplitter()
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

    def _build_bar(self) -> QHBoxLayout:
        self._title = ElidedLabel("New chat", bold=True)
        self.model_menu = ModelMenu(self.models, self.found)
        bar = QHBoxLayout()
        bar.setContentsMargins(UNIT, UNIT, UNIT, UNIT)
        bar.setSpacing(UNIT // 2)
        sidebar = IconButton("sidebar", "Show or hide the sidebar (F9)")
        panel = IconButton("panel", "Sources and performance (F8)")
        self._more = IconButton("more", "Menu (F10)")
        sidebar.clicked.connect(self._toggle_sidebar)
        panel.clicked.connect(self.toggle_panel)
        self._more.clicked.connect(self._open_menu)
        bar.addWidget(sidebar)
        bar.addSpacing(UNIT // 2)
        bar.addWidget(self._title, 1)
        for widget in (self.model_menu, panel, self._more):
            bar.addWidget(widget)
        return bar

    def _connect(self) -> None:
        side, session = self.sidebar, self.session
        side.new_chat.connect(self.start_new)
        side.persona_chosen.connect(self._choose_persona)
        side.conversation_chosen.connect(self._open_conversation)
        side.searched.connect(self.history.search)
        side.renamed.connect(self.history.rename)
        side.deleted.connect(self.history.delete)
        side.folders_wanted.connect(self.show_folders)
        self.history.listed.connect(side.show_conversations)
        self.history.deleted.connect(self._offer_conversation_back)
        self.personas.listed.connect(side.show_personas)
        self.personas.chosen.connect(side.mark_persona)
        self.personas.sized.connect(side.show_size)
        self.folders.changed.connect(self._show_shelf)
        self.folders.progressed.connect(self._show_progress)
        self.folders.finished.connect(self._end_progress)
        self.intake.arrived.connect(self._show_arrival)
        self.models.failed.connect(self.chat.show_error)
        session.retrieved.connect(self._show_retrieved)
        session.answered.connect(self._show_answered)
        session.opened.connect(self._show_opened)
        self.chat.cited.connect(self._open_citation)
        self.chat.sources_wanted.connect(self._show_sources)
        self.chat.view.welcome.folder_wanted.connect(self._add_folder)
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
        self.show_chat()

    def _open_conversation(self, conversation_id: str) -> None:
        self.session.open(conversation_id)
        self.show_chat()

    def _show_opened(self, turns: "tuple[Turn, ...]") -> None:
        self.sidebar.mark_conversation(self.session.conversation_id)
        self._title.setText(_title(turns))
        if turns and turns[-1].persona_id:
            self.personas.choose(turns[-1].persona_id)
        if self.panel is not None:
            self.panel.show_turn(turns[-1] if turns else None)

    def _show_retrieved(self, retrieved: "Retrieved") -> None:
        # In a turn of the event loop of its own: the conversation is laid out first.
        QTimer.singleShot(0, self, lambda: self._list_passages(retrieved))

    def _list_passages(self, retrieved: "Retrieved") -> None:
        if self.session.busy and (panel := self._panel_for(bool(retrieved.passages))) is not None:
            panel.show_retrieved(retrieved)

    def _show_answered(self, turn: "Turn") -> None:
        self._title.setText(_title(self.session.turns))
        self.sidebar.mark_conversation(turn.conversation_id)
        self.history.refresh()
        QTimer.singleShot(0, self, lambda: self._describe(turn))

    def _describe(self, turn: "Turn") -> None:
        if turn in self.session.turns and (panel := self._panel_for(bool(turn.passages))) is not None:
            panel.show_turn(turn)

    def _panel_for(self, sources: bool) -> "SidePanel | None":
        """The panel if it is there; with sources to show and room for it, it opens by itself once."""
        if self.panel is None and sources and self.width() >= 120 * UNIT:
            return self.open_panel()
        return self.panel

    def _show_sources(self, turn: "Turn") -> None:
        panel = self.open_panel()
        panel.show_turn(turn)
        panel.show_sources()

    def _open_citation(self, turn: "Turn | None", n: int) -> None:
        panel = self.open_panel()
        if turn is not None:
            panel.show_turn(turn)
        panel.open_citation(n)

    def _show_shelf(self) -> None:
        shelf = self.folders.shelf
        self.sidebar.show_shelf(shelf)
        self.chat.view.welcome.invite_folder(not shelf.folders)

    def _show_progress(self, progress: "SyncProgress") -> None:
        if progress.holding:
            self.sidebar.show_progress(rest_words(progress.holding))
        elif progress.done_files < progress.total_files:
            self.sidebar.show_progress(f"{progress.done_files:,} of {progress.total_files:,}…")

    def _end_progress(self, _: "SyncReport | None") -> None:
        self.sidebar.show_shelf(self.folders.shelf)

    def _show_crash(self, what: str) -> None:
        self.chat.show_notice(
            Notice("danger", "Something went wrong inside Carrel", f"{what}. It was written to the log.")
        )

    def _show_arrival(self, arrival: "Arrival") -> None:
        self._offer(arrival.words, lambda: self.intake.take_back(arrival))

    def _offer_conversation_back(self, summary: "ConversationSummary") -> None:
        if summary.id == self.session.conversation_id:
            self.session.start_new()
        self._offer(f"“{summary.title}” was deleted", lambda: self.history.restore(summary.id))

    def _offer_folder_back(self, path: Path) -> None:
        self._offer(f"{path.name} is no longer watched", lambda: self.folders.add(path))

    def _offer(self, words: str, undo: "Callable[[], None]") -> None:
        from desktop.notices import Toast

        self._toast = self._toast or Toast(self)
        self._toast.offer(words, undo)

    def _add_folder(self) -> None:
        self.show_folders().choose_folder()

    def _choose_model(self) -> None:
        self.model_menu.open_menu()

    def _focus_search(self) -> None:
        self.sidebar.show()
        self.sidebar.search.setFocus()
        self.sidebar.search.selectAll()

    def _toggle_sidebar(self) -> None:
        self.sidebar.setVisible(not self.sidebar.isVisible())

    def _open_menu(self) -> None:
        menu = build_menu(self, self._actions, self._look, self.network)
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _close(self) -> None:
        self.window().close()

    def _show_shortcuts(self) -> None:
        show_shortcuts(self, self._commands)


def _title(turns: "tuple[Turn, ...]") -> str:
    return " ".join(turns[0].question.split()) if turns else "New chat"


def _warm_up(_: "Workspace", __: Task) -> None:
    """Import what the first answer is laid out with."""
    from desktop.markdown import highlight, split_blocks

    split_blocks("warm")
    highlight("warm = 1", "python", dark=False)


def _settled(_: object) -> None:
    """Nothing follows."""

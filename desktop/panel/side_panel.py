"""The side panel with sources, the text of a source and performance, and its place in the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, QTimer, Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QButtonGroup, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from assistant.values import searched_line
from desktop.background import Background, Callbacks
from desktop.chat.chat_session import ChatSession
from desktop.chat.persona_choice import PersonaChoice
from desktop.language import tr
from desktop.models.model_choice import ModelChoice
from desktop.panel.performance_panel import PerformancePanel
from desktop.panel.sources_panel import SourcesPanel
from desktop.reading.document_viewer import PAGED, DocumentViewer
from desktop.reading.text_view import Span
from desktop.widgets.buttons import IconButton, TextButton
from desktop.widgets.column_widths import HairlineSplitter
from desktop.widgets.theme import UNIT, zoomed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from assistant.values import Citation, Looked, Retrieved, Turn
    from knowledge import Passage


class SidePanel(QWidget):
    """Two tabs, sources and performance; the viewer of a source takes the place of the first."""

    closed = Signal()

    def __init__(
        self,
        background: Background,
        pages_of: Callable[[Path], str] = lambda path: "",
        parent: QWidget | None = None,
    ) -> None:
        """`pages_of`: see `SourcesPanel`."""
        super().__init__(parent)
        self._turn: Turn | None = None
        self._passages: tuple[Passage, ...] = ()
        self._background = background
        self._opened = 0  # the quote in the viewer, among the answer's
        self.sources, self.performance = SourcesPanel(pages_of), PerformancePanel(background)
        self.viewer = DocumentViewer(background)
        self.stack = QStackedWidget()
        for page in (self.sources, self.viewer, self.performance):
            self.stack.addWidget(page)
        self._sources_tab, self._performance_tab = _tab(tr("Sources"), "document"), _tab(tr("Performance"), "gauge")
        self._lay_out()
        self._tabs = QButtonGroup(self)
        self._tabs.addButton(self._sources_tab)
        self._tabs.addButton(self._performance_tab)
        self._sources_tab.setChecked(True)
        self._sources_tab.clicked.connect(self.show_sources)
        self._performance_tab.clicked.connect(self.show_performance)
        self.sources.opened.connect(self.open_passage)
        self.viewer.closed.connect(self.show_sources)
        self.viewer.step_wanted.connect(self._step_quote)

    def sizeHint(self) -> QSize:
        """Return a width for a paragraph."""
        return QSize(46 * UNIT, 80 * UNIT)

    def show_retrieved(self, retrieved: Retrieved) -> None:
        """Show the passages that the answer being written is based on."""
        self._turn, self._passages = None, retrieved.passages
        self._expect_pages()
        self.sources.show_passages(retrieved.passages)
        self.sources.show_guards(())
        self.sources.show_searched(searched_line(retrieved.searched_for))
        self.sources.show_whole(retrieved.read_whole)
        self.performance.show_stages(retrieved.timings_ms, retrieved.reranked)
        if self.stack.currentWidget() is self.viewer:
            self.show_sources()

    def show_looked(self, looked: Looked) -> None:
        """Show what was found when the model looked again, too."""
        self._passages = looked.context.passages
        self.sources.show_passages(self._passages)
        self.sources.show_whole(looked.context.read_whole)

    def show_turn(self, turn: Turn | None) -> None:
        """Show a turn's sources and figures, unless they are shown already. None: an empty conversation."""
        if turn is not None and turn is self._turn:
            return
        self._turn, self._passages = turn, turn.passages if turn else ()
        self._expect_pages()
        self.sources.show_passages(self._passages, turn.citations if turn else ())
        self.sources.show_guards(turn.guards if turn else ())
        self.sources.show_searched(searched_line(turn.searched_for if turn else ""))
        self.sources.show_whole(turn.read_whole if turn else ())
        if turn:
            self.performance.show_turn(turn)
        else:
            self.performance.clear()
        if self.stack.currentWidget() is self.viewer:
            self.show_sources()

    def show_sources(self) -> None:
        """Switch to the sources."""
        self._sources_tab.setChecked(True)
        self.stack.setCurrentWidget(self.sources)

    def show_performance(self) -> None:
        """Switch to the performance figures."""
        self._performance_tab.setChecked(True)
        self.stack.setCurrentWidget(self.performance)

    def open_citation(self, n: int) -> None:
        """Open the file of citation `n` with the quoted span marked."""
        if 1 <= n <= len(self._passages):
            self.open_passage(self._passages[n - 1], n)

    def open_passage(self, passage: Passage, n: int) -> None:
        """Open a passage in its file with the cited part marked, or all of it when nothing was cited."""
        citations = self._turn.citations if self._turn else ()
        at = next((at for at, each in enumerate(citations) if each.n == n), None)
        if at is None:
            self._view(passage, None)
        else:
            self._opened = at
            self._view(citations[at], (at + 1, len(citations)))

    def _step_quote(self, step: int) -> None:
        citations = self._turn.citations if self._turn else ()
        if 0 <= self._opened + step < len(citations):
            self._opened += step
            self._view(citations[self._opened], (self._opened + 1, len(citations)))

    def _view(self, source: Citation | Passage, quote: tuple[int, int] | None) -> None:
        self._sources_tab.setChecked(True)
        self.stack.setCurrentWidget(self.viewer)
        place = " · ".join(filter(None, (" › ".join(source.heading), f"p. {source.page}" if source.page else "")))
        self.viewer.open(Span(source.path, source.start, source.end, place, source.page), quote)

    def _expect_pages(self) -> None:
        """Have the process that draws pages start, so that the first one comes at once."""
        if any(passage.path.suffix.lower() in PAGED for passage in self._passages):
            self._background.run("read", lambda space, _: space.library.expect_pages(), self, Callbacks())

    def _lay_out(self) -> None:
        close = IconButton("close", tr("Close the panel (F8)"), size=28)
        close.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.setContentsMargins(UNIT + 4, UNIT + 2, UNIT, UNIT // 2)
        head.setSpacing(UNIT // 2)
        head.addWidget(_TabRow(self._sources_tab, self._performance_tab))
        head.addStretch(1)
        head.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.stack, 1)


class _TabRow(QWidget):
    accessible_role = QAccessible.Role.PageTabList

    def __init__(self, *tabs: TextButton) -> None:
        super().__init__()
        self.setAccessibleName(tr("Side panel"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(UNIT // 2)
        for tab in tabs:
            row.addWidget(tab)


def _tab(words: str, icon: str) -> TextButton:
    tab = TextButton(words, icon, kind="quiet")
    tab.setCheckable(True)
    tab.accessible_role = QAccessible.Role.PageTab
    return tab


PANEL_WIDTH = 392  # px at first; the splitter's handle changes it
ROOMY_WIDTH = 120 * UNIT  # px of window width from which the panel may open by itself


class PanelDock(QObject):
    """Shows the last turn in the splitter's last column. The panel is built when needed and opens by itself once."""

    link_clicked = Signal(str)  # in a source

    def __init__(
        self,
        background: Background,
        session: ChatSession,
        models: ModelChoice,
        personas: PersonaChoice,
        splitter: HairlineSplitter,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background, self._session, self._splitter = background, session, splitter
        self._models, self._personas = models, personas
        self._panel: SidePanel | None = None
        self._is_away = False  # another page than the chat is shown
        self._returns = False  # the panel was open when the chat was left
        splitter.installEventFilter(self)
        session.asked.connect(models.wake)
        session.retrieved.connect(self.show_retrieved)
        session.looked.connect(self.show_looked)
        session.answered.connect(self.show_answered)
        session.opened.connect(self.show_opened)

    def open(self) -> SidePanel:
        """Show the side panel, building it the first time, and return it."""
        if self._panel is None:
            self._panel = self._build()
        if self._is_away:
            self._returns = True
            return self._panel
        self._panel.show()
        if self._crowded() and (sidebar := self._splitter.widget(0)) is not None:
            sidebar.hide()
        return self._panel

    def follow_page(self, is_chat: bool) -> None:
        """Hide the panel while another page than the chat is shown."""
        if is_chat == self._is_away:
            self._is_away = not is_chat
            if is_chat and self._returns:
                self.open()
            elif not is_chat and self._panel is not None:
                self._returns = self._panel.isVisible()
                self._panel.hide()

    def hide_if_crowded(self) -> None:
        """Hide the panel where the columns would overlap."""
        if self._panel is not None and self._panel.isVisible() and self._crowded():
            self._panel.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hide the panel when the window becomes too narrow."""
        if event.type() == QEvent.Type.Resize:
            self.hide_if_crowded()
        return False

    def find(self) -> bool:
        """Open the bar that finds words in a source, if the keyboard is there; False where it is not."""
        panel, focus = self._panel, QApplication.focusWidget()
        is_there = panel is not None and focus is not None and panel.isAncestorOf(focus)
        if panel is None or not is_there or panel.stack.currentWidget() is not panel.viewer:
            return False
        panel.viewer.open_find()
        return True

    def toggle(self) -> None:
        """Show or hide the side panel."""
        if self._panel is not None and self._panel.isVisible():
            self._panel.hide()
        elif not self._is_away:
            self.open()

    def show_performance(self) -> None:
        """Show the performance of the last answer."""
        self.open().show_performance()

    def show_sources(self, turn: Turn) -> None:
        """Show the sources of an answer."""
        panel = self.open()
        panel.show_turn(turn)
        panel.show_sources()

    def open_citation(self, turn: Turn | None, n: int) -> None:
        """Show the source of citation `n` of a turn; None: of the answer being written."""
        panel = self.open()
        if turn is not None:
            panel.show_turn(turn)
        panel.open_citation(n)

    def _build(self) -> SidePanel:
        panel = SidePanel(self._background, self._personas.pages_of)
        splitter, turns = self._splitter, self._session.turns
        panel.closed.connect(self.toggle)
        panel.viewer.link_clicked.connect(self.link_clicked)
        panel.performance.memory.model_unloaded.connect(self._models.reread)
        splitter.add(panel, 36 * UNIT)
        panel.show_turn(turns[-1] if turns else None)
        first = splitter.widget(0)
        side = first.width() if first is not None else 0
        width = max(PANEL_WIDTH, min(zoomed(PANEL_WIDTH), splitter.width() // 3))
        splitter.setSizes([side, splitter.width() - width - side, width])
        return panel

    def _crowded(self) -> bool:
        """Return True when the visible columns need more than the width; Qt would let them overlap."""
        columns = [self._splitter.widget(place) for place in range(self._splitter.count())]
        return sum(one.minimumWidth() for one in columns if one and not one.isHidden()) > self._splitter.width()

    def show_opened(self, turns: tuple[Turn, ...]) -> None:
        """Show the last turn of a conversation that was opened."""
        if self._panel is not None:
            self._panel.show_turn(turns[-1] if turns else None)

    def show_retrieved(self, retrieved: Retrieved) -> None:
        """Show the passages that an answer will be based on."""

        def show() -> None:
            if self._session.busy and (panel := self._panel_for(bool(retrieved.passages))) is not None:
                panel.show_retrieved(retrieved)

        QTimer.singleShot(0, self, show)  # the conversation is laid out first

    def show_looked(self, looked: Looked) -> None:
        """Show what the model found when it looked again."""

        def show() -> None:
            if self._session.busy and (panel := self._panel_for(bool(looked.context.passages))) is not None:
                panel.show_looked(looked)

        QTimer.singleShot(0, self, show)

    def show_answered(self, turn: Turn) -> None:
        """Show a turn that is complete."""

        def show() -> None:
            if turn in self._session.turns and (panel := self._panel_for(bool(turn.passages))) is not None:
                panel.show_turn(turn)

        QTimer.singleShot(0, self, show)

    def _panel_for(self, sources: bool) -> SidePanel | None:
        """Return the panel if it is built. With sources to show and room for it, it opens by itself once."""
        if self._panel is None and sources and self._splitter.width() >= ROOMY_WIDTH:
            return self.open()
        return self._panel

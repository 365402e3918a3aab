"""The right side: sources, the text of a source, and performance. Each is built when it is first looked at."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.background import Background
from desktop.panel.document_viewer import DocumentViewer, Span
from desktop.panel.performance_panel import PerformancePanel
from desktop.panel.sources_panel import SourcesPanel
from desktop.widgets.buttons import IconButton, TextButton
from desktop.widgets.theme import UNIT

if TYPE_CHECKING:
    from assistant.values import Citation, Retrieved, Turn
    from knowledge.passage import Passage


class SidePanel(QWidget):
    """Two tabs, and a viewer that lies over the first."""

    closed = Signal()

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._turn: Turn | None = None
        self._passages: tuple[Passage, ...] = ()
        self.sources, self.performance = SourcesPanel(), PerformancePanel(background)
        self.viewer = DocumentViewer(background)
        self.stack = QStackedWidget()
        for page in (self.sources, self.viewer, self.performance):
            self.stack.addWidget(page)
        self._sources_tab, self._performance_tab = _tab("Sources", "document"), _tab("Performance", "gauge")
        self._lay_out()
        self._connect()

    def sizeHint(self) -> QSize:
        """Room for a paragraph."""
        return QSize(46 * UNIT, 80 * UNIT)

    def show_retrieved(self, retrieved: "Retrieved") -> None:
        """Show what the answer being written is made from."""
        self._turn, self._passages = None, retrieved.passages
        self.sources.show_passages(retrieved.passages)
        self.sources.show_whole(retrieved.read_whole)
        self.performance.show_stages(retrieved.timings_ms)
        if self.stack.currentWidget() is self.viewer:
            self.show_sources()

    def show_turn(self, turn: "Turn | None") -> None:
        """Show a turn's sources and figures; None: an empty conversation. What is shown already stays as it is."""
        if turn is not None and turn is self._turn:
            return
        self._turn, self._passages = turn, turn.passages if turn else ()
        self.sources.show_passages(self._passages, turn.citations if turn else ())
        self.sources.show_whole(turn.read_whole if turn else ())
        if turn:
            self.performance.show_turn(turn)
        else:
            self.performance.clear()
        if self.stack.currentWidget() is self.viewer:
            self.show_sources()

    def show_sources(self) -> None:
        """Turn to the sources."""
        self._sources_tab.setChecked(True)
        self.stack.setCurrentWidget(self.sources)

    def show_performance(self) -> None:
        """Turn to the figures."""
        self._performance_tab.setChecked(True)
        self.stack.setCurrentWidget(self.performance)

    def open_citation(self, n: int) -> None:
        """Open the file of citation `n` with the quoted span marked."""
        if 1 <= n <= len(self._passages):
            self.open_passage(self._passages[n - 1], n)

    def open_passage(self, passage: "Passage", n: int) -> None:
        """Open a passage in its file: the cited part of it, or the whole of it when nothing was cited."""
        cited = self._citation(n)
        start, end = (cited.start, cited.end) if cited else (passage.start, passage.end)
        place = " › ".join(passage.heading) + (f" · p. {passage.page}" if passage.page else "")
        self.viewer.open(Span(passage.path, start, end, place))
        self._sources_tab.setChecked(True)
        self.stack.setCurrentWidget(self.viewer)

    def _citation(self, n: int) -> "Citation | None":
        return next((each for each in self._turn.citations if each.n == n), None) if self._turn else None

    def _lay_out(self) -> None:
        close = IconButton("close", "Close the panel (F8)", size=28)
        close.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.setContentsMargins(UNIT + 4, UNIT + 2, UNIT, UNIT // 2)
        head.setSpacing(UNIT // 2)
        head.addWidget(self._sources_tab)
        head.addWidget(self._performance_tab)
        head.addStretch(1)
        head.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.stack, 1)

    def _connect(self) -> None:
        self._tabs = QButtonGroup(self)
        self._tabs.addButton(self._sources_tab)
        self._tabs.addButton(self._performance_tab)
        self._sources_tab.setChecked(True)
        self._sources_tab.clicked.connect(self.show_sources)
        self._performance_tab.clicked.connect(self.show_performance)
        self.sources.opened.connect(self.open_passage)
        self.viewer.closed.connect(self.show_sources)


def _tab(words: str, icon: str) -> TextButton:
    tab = TextButton(words, icon, kind="quiet")
    tab.setCheckable(True)
    return tab

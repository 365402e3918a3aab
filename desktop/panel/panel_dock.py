"""The place of the side panel: it is built when first needed, opens by itself once, and follows the conversation."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QSplitter

from desktop.background import Background
from desktop.chat.chat_session import ChatSession
from desktop.widgets.theme import UNIT

if TYPE_CHECKING:
    from assistant.values import Retrieved, Turn
    from desktop.panel.side_panel import SidePanel

PANEL_WIDTH = 392  # px at first; the splitter's handle changes it
ROOMY_WIDTH = 120 * UNIT  # px of a window in which the panel may open by itself


class PanelDock(QObject):
    """Shows the last turn's sources and figures in the splitter's last column."""

    def __init__(
        self, background: Background, session: ChatSession, splitter: QSplitter, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._background, self._session, self._splitter = background, session, splitter
        self._panel: SidePanel | None = None
        splitter.installEventFilter(self)
        session.retrieved.connect(self._show_retrieved)
        session.answered.connect(self._show_answered)
        session.opened.connect(self._show_opened)

    def open(self) -> "SidePanel":
        """The side panel, built if need be, and shown."""
        if self._panel is None:
            self._panel = self._build()
        self._panel.show()
        if self._is_crowded() and (sidebar := self._splitter.widget(0)) is not None:
            sidebar.hide()
        return self._panel

    def give_way(self) -> None:
        """Hide the panel where the columns beside it would lie over one another."""
        if self._panel is not None and self._panel.isVisible() and self._is_crowded():
            self._panel.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Give way when the window becomes narrow."""
        if event.type() == QEvent.Type.Resize:
            self.give_way()
        return False

    def toggle(self) -> None:
        """Show or hide the side panel."""
        if self._panel is not None and self._panel.isVisible():
            self._panel.hide()
        else:
            self.open()

    def show_performance(self) -> None:
        """Show the figures of the last answer."""
        self.open().show_performance()

    def show_sources(self, turn: "Turn") -> None:
        """Show what an answer was made from."""
        panel = self.open()
        panel.show_turn(turn)
        panel.show_sources()

    def open_citation(self, turn: "Turn | None", n: int) -> None:
        """Show the grounds of a marker; None: of the answer that is being written."""
        panel = self.open()
        if turn is not None:
            panel.show_turn(turn)
        panel.open_citation(n)

    def _build(self) -> "SidePanel":
        from desktop.panel.side_panel import SidePanel

        panel, splitter, turns = SidePanel(self._background), self._splitter, self._session.turns
        panel.closed.connect(self.toggle)
        splitter.addWidget(panel)
        splitter.setCollapsible(splitter.indexOf(panel), False)
        panel.setMinimumWidth(36 * UNIT)
        panel.show_turn(turns[-1] if turns else None)
        first = splitter.widget(0)
        side = first.width() if first is not None else 0
        splitter.setSizes([side, splitter.width() - PANEL_WIDTH - side, PANEL_WIDTH])
        return panel

    def _is_crowded(self) -> bool:
        """Whether the columns that are shown need more than there is; below their least widths Qt lets them overlap."""
        columns = [self._splitter.widget(place) for place in range(self._splitter.count())]
        return sum(one.minimumWidth() for one in columns if one and not one.isHidden()) > self._splitter.width()

    def _show_opened(self, turns: "tuple[Turn, ...]") -> None:
        if self._panel is not None:
            self._panel.show_turn(turns[-1] if turns else None)

    def _show_retrieved(self, retrieved: "Retrieved") -> None:
        # In a turn of the event loop of its own: the conversation is laid out first.
        QTimer.singleShot(0, self, lambda: self._list_passages(retrieved))

    def _list_passages(self, retrieved: "Retrieved") -> None:
        if self._session.busy and (panel := self._panel_for(bool(retrieved.passages))) is not None:
            panel.show_retrieved(retrieved)

    def _show_answered(self, turn: "Turn") -> None:
        QTimer.singleShot(0, self, lambda: self._describe(turn))

    def _describe(self, turn: "Turn") -> None:
        if turn in self._session.turns and (panel := self._panel_for(bool(turn.passages))) is not None:
            panel.show_turn(turn)

    def _panel_for(self, sources: bool) -> "SidePanel | None":
        """The panel if it is there; with sources to show and room for it, it opens by itself once."""
        if self._panel is None and sources and self._splitter.width() >= ROOMY_WIDTH:
            return self.open()
        return self._panel

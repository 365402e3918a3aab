"""The passages an answer was made from; a click opens one in its file's text."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.fields import slim_scrolling
from desktop.labels import ClickCard, ElidedLabel, Label
from desktop.theme import SMALL, UNIT, colours, sized_font

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assistant.values import Citation
    from knowledge.passage import Passage

SNIPPET_CHARACTERS = 240


class SourcesPanel(QScrollArea):
    """A card for each passage, in the numbers the answer uses."""

    opened = Signal(object, int)  # Passage, n

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards: list[SourceCard] = []
        self._passages: tuple[Passage, ...] = ()
        self._empty = Label("The passages an answer is made from will be listed here.", ink="muted", wrap=True)
        page = QWidget()
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(2 * UNIT, UNIT, 2 * UNIT, 2 * UNIT)
        self._column.setSpacing(UNIT)
        self._column.addWidget(self._empty)
        self._column.addStretch(1)
        self.setWidget(page)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        slim_scrolling(self)

    @property
    def cards(self) -> "list[SourceCard]":
        """The cards, by number."""
        return list(self._cards)

    def show_passages(self, passages: "Sequence[Passage]", citations: "Iterable[Citation]" = ()) -> None:
        """List these passages, the cited ones marked."""
        if tuple(passages) != self._passages:
            self._passages = tuple(passages)
            self._build()
        cited = {citation.n: citation.quote for citation in reversed(tuple(citations))}
        for n, card in enumerate(self._cards, 1):
            card.show_cited(cited.get(n))

    def _build(self) -> None:
        for card in self._cards:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._cards = [SourceCard(n, passage) for n, passage in enumerate(self._passages, 1)]
        for place, card in enumerate(self._cards):
            card.chosen.connect(self.opened)
            self._column.insertWidget(place + 1, card)
        self._empty.setVisible(not self._cards)


class SourceCard(ClickCard):
    """One passage: its number, where it stands, and how it begins or what was quoted from it."""

    chosen = Signal(object, int)

    def __init__(self, n: int, passage: "Passage") -> None:
        name = passage.path.name
        super().__init__(f"Source {n}: {name}, {' › '.join(passage.heading)}")
        self._passage, self._n = passage, n
        self.setToolTip(str(passage.path))
        head = QHBoxLayout()
        head.setSpacing(UNIT)
        self._badge = Badge(n)
        head.addWidget(self._badge)
        head.addWidget(ElidedLabel(name, bold=True), 1)
        if passage.page is not None:
            head.addWidget(Label(f"p. {passage.page}", SMALL, ink="muted"))
        column = QVBoxLayout(self)
        column.setContentsMargins(UNIT + 4, UNIT + 2, UNIT + 4, UNIT + 4)
        column.setSpacing(UNIT // 2)
        column.addLayout(head)
        if passage.heading:
            column.addWidget(ElidedLabel(" › ".join(passage.heading), SMALL, ink="accent"))
        self._words = Label(_snippet(passage.text), SMALL * 1.07, ink="muted", wrap=True)
        column.addWidget(self._words)
        self.clicked.connect(self._choose)

    def show_cited(self, quote: str | None) -> None:
        """Mark it as cited and show what was quoted; None: it was only read."""
        self._badge.mark(cited=quote is not None)
        self._words.setText(_snippet(quote or self._passage.text))

    def _choose(self) -> None:
        self.chosen.emit(self._passage, self._n)


class Badge(QWidget):
    """A number in a circle: filled when the answer cites it, a ring when it was only read."""

    def __init__(self, n: int) -> None:
        super().__init__()
        self._n, self._cited = n, False

    def mark(self, *, cited: bool) -> None:
        """Fill it, or leave the ring."""
        self._cited = cited
        self.setToolTip("Cited in the answer" if cited else "Read, not cited")
        self.update()

    def sizeHint(self) -> QSize:
        """Room for two digits."""
        side = QFontMetrics(sized_font(SMALL, bold=True)).height() + UNIT
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The circle and the number."""
        painter, shades = QPainter(self), colours(self.palette())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(shades.accent), 1.2))
        painter.setBrush(QColor(shades.accent) if self._cited else Qt.BrushStyle.NoBrush)
        side = min(self.width(), self.height()) - 2
        circle = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        painter.drawEllipse(circle)
        painter.setFont(sized_font(SMALL, bold=True))
        painter.setPen(QColor(shades.on_accent if self._cited else shades.accent))
        painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, str(self._n))


def _snippet(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= SNIPPET_CHARACTERS else words[:SNIPPET_CHARACTERS].rsplit(" ", 1)[0] + " …"

"""The passages an answer was made from, and the documents read whole; a click opens one in its file's text."""

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.widgets.buttons import IconButton
from desktop.widgets.fields import slim_scrolling
from desktop.widgets.labels import ClickCard, ElidedLabel, Label, plain_tooltip
from desktop.widgets.theme import SMALL, UNIT, colours, sized_font

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assistant.values import Citation, ReadWhole
    from knowledge.passage import Passage, StageScores

SNIPPET_CHARACTERS = 240
_CELL_BORDERS = re.compile(r"\s*\|(?:[\s:|-]*\|)?\s*")  # of a Markdown table, with the row of dashes below its header
MOST_CARDS = 40  # of a whole document only what is cited gets a card; a card for each of 500 takes seconds


class SourcesPanel(QScrollArea):
    """A card for each passage, in the numbers the answer uses."""

    opened = Signal(object, int)  # Passage, n

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards: dict[int, SourceCard] = {}
        self._passages: tuple[Passage, ...] = ()
        self._empty = Label("The passages an answer is made from will be listed here.", ink="muted", wrap=True)
        self.whole = Label("", SMALL * 1.07, ink="muted", wrap=True)
        self._more = Label("", SMALL, ink="muted", wrap=True)
        page = QWidget()
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(2 * UNIT, UNIT, 2 * UNIT, 2 * UNIT)
        self._column.setSpacing(UNIT)
        for label in (self._empty, self.whole, self._more):
            self._column.addWidget(label)
        self._column.addStretch(1)
        for label in (self.whole, self._more):
            label.hide()
        self.setWidget(page)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        slim_scrolling(self)

    @property
    def cards(self) -> "list[SourceCard]":
        """The cards, by number."""
        return list(self._cards.values())

    def show_passages(self, passages: "Sequence[Passage]", citations: "Iterable[Citation]" = ()) -> None:
        """List these passages, the cited ones marked; of very many, the cited ones or the first."""
        cited = {citation.n: citation.quote for citation in reversed(tuple(citations))}
        numbers: Sequence[int] = range(1, len(passages) + 1)
        if len(passages) > MOST_CARDS:
            numbers = sorted(cited)[:MOST_CARDS] or numbers[:MOST_CARDS]
        if tuple(passages) != self._passages or list(self._cards) != list(numbers):
            self._passages = tuple(passages)
            self._build(numbers)
        for n, card in self._cards.items():
            card.show_cited(cited.get(n))

    def show_whole(self, read: "Sequence[ReadWhole]") -> None:
        """Say which documents were read whole, and of which only excerpts."""
        self.whole.setText("\n".join(each.summary for each in read))
        self.whole.setVisible(bool(read))

    def _build(self, numbers: "Sequence[int]") -> None:
        for card in self._cards.values():
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._cards = {n: SourceCard(n, self._passages[n - 1]) for n in numbers}
        for place, card in enumerate(self._cards.values(), 2):
            card.chosen.connect(self.opened)
            self._column.insertWidget(place, card)
        self._empty.setVisible(not self._passages)
        hidden = len(self._passages) - len(self._cards)
        self._more.setText(f"{hidden:,} more passages were read." if hidden else "")
        self._more.setVisible(hidden > 0)


class SourceCard(ClickCard):
    """One passage: its number, where it stands, and how it begins or what was quoted from it."""

    chosen = Signal(object, int)

    def __init__(self, n: int, passage: "Passage") -> None:
        name = passage.path.name
        super().__init__(f"Source {n}: {name}, {' › '.join(passage.heading)}")
        self._passage, self._n = passage, n
        self.setToolTip(plain_tooltip(str(passage.path)))
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
        self._add_scores(head, column)
        self.clicked.connect(self._choose)

    def show_cited(self, quote: str | None) -> None:
        """Mark it as cited and show what was quoted; None: it was only read."""
        self._badge.mark(cited=quote is not None)
        self._words.setText(_snippet(quote or self._passage.text))

    def _add_scores(self, head: QHBoxLayout, column: QVBoxLayout) -> None:
        """A fold with what each stage of the search thought of it, where it was searched for."""
        lines = score_lines(self._passage.scores)
        self.scores = Label("\n".join([*lines, "Higher scores are better."]), SMALL, ink="muted", wrap=True)
        self.scores.hide()
        column.addWidget(self.scores)
        if lines:
            self.fold = IconButton("down", f"Why source {self._n} was found", size=24)
            self.fold.setCheckable(True)
            self.fold.toggled.connect(self.scores.setVisible)
            head.addWidget(self.fold)

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


def score_lines(scores: "StageScores") -> list[str]:
    """What each stage of the search thought, best known first: its rank among all passages, and its score."""
    if not scores.fused and scores.vector is None and scores.keyword is None:
        return []
    found = [
        ("Meaning", scores.vector_rank, scores.vector, "similarity"),
        ("Words", scores.keyword_rank, scores.keyword, "BM25"),
    ]
    lines = [
        f"{stage}: {f'rank {rank}' if rank else 'not among the first'}, {unit} {score:.2f}"
        for stage, rank, score, unit in found
        if score is not None
    ]
    lines.append(f"Overall: {scores.fused:.3f}")
    return lines if scores.rerank is None else [*lines, f"Read again by the reranker: {scores.rerank:.2f}"]


def _snippet(text: str) -> str:
    words = _CELL_BORDERS.sub(" · ", " ".join(text.split())).strip(" ·")
    return words if len(words) <= SNIPPET_CHARACTERS else words[:SNIPPET_CHARACTERS].rsplit(" ", 1)[0] + " …"

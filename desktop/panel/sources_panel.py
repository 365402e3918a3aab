"""The passages an answer is based on, and the documents read whole. A click opens a passage in its file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.language import mark, told, tr
from desktop.widgets.buttons import IconButton
from desktop.widgets.fields import slim_scrolling
from desktop.widgets.labels import ClickCard, ElidedLabel, FlagLabel, Label, plain_tooltip
from desktop.widgets.theme import SMALL, UNIT, colours, sized_font

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from assistant.guards import GuardNote
    from assistant.values import Citation, ReadWhole
    from knowledge import Passage, StageScores

SNIPPET_CHARACTERS = 240
RANKED = mark("{stage}: rank {rank}, {unit} {score:.2f}")
UNRANKED = mark("{stage}: not in the top results, {unit} {score:.2f}")
FORGOTTEN = mark("Forgotten, as its file was removed.")
_CELL_BORDERS = re.compile(r"\s*\|(?:[\s:|-]*\|)?\s*")  # of a Markdown table, with the row of dashes below its header
MAX_CARDS = 40  # 500 cards take seconds to build, so of a whole document only cited passages get one


class SourcesPanel(QScrollArea):
    """A card for each passage, numbered as in the answer."""

    opened = Signal(object, int)  # Passage, n

    def __init__(self, pages_of: Callable[[Path], str] = lambda path: "", parent: QWidget | None = None) -> None:
        """`pages_of`: names whose a file is that comes with a persona, as `LLM engineer's pages`."""
        super().__init__(parent)
        self._pages_of = pages_of
        self._cards: dict[int, SourceCard] = {}
        self._passages: tuple[Passage, ...] = ()
        self._empty = Label(tr("The sources of an answer will appear here."), ink="muted", wrap=True)
        self.searched = Label("", SMALL * 1.07, ink="muted", wrap=True)
        self.whole = Label("", SMALL * 1.07, ink="muted", wrap=True)
        self._more = Label("", SMALL, ink="muted", wrap=True)
        self.notes = Label("", SMALL, ink="muted", wrap=True)
        page = QWidget()
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(2 * UNIT, UNIT, 2 * UNIT, 2 * UNIT)
        self._column.setSpacing(UNIT)
        for label in (self._empty, self.searched, self.whole, self._more, self.notes):
            self._column.addWidget(label)
        self._column.addStretch(1)
        for label in (self.searched, self.whole, self._more, self.notes):
            label.hide()
        self.setWidget(page)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        slim_scrolling(self)

    @property
    def cards(self) -> list[SourceCard]:
        """Cards in the order of their numbers."""
        return list(self._cards.values())

    def show_passages(self, passages: Sequence[Passage], citations: Iterable[Citation] = ()) -> None:
        """List these passages with the cited ones marked; of very many, only the cited ones or the first."""
        cited = {citation.n: citation.quote for citation in reversed(tuple(citations))}
        numbers: Sequence[int] = range(1, len(passages) + 1)
        if len(passages) > MAX_CARDS:
            numbers = sorted(cited)[:MAX_CARDS] or numbers[:MAX_CARDS]
        if tuple(passages) != self._passages or list(self._cards) != list(numbers):
            self._passages = tuple(passages)
            self._build(numbers)
        for n, card in self._cards.items():
            card.show_cited(cited.get(n))

    def show_guards(self, notes: Sequence[GuardNote]) -> None:
        """Mark the passages that give orders to a model, and list what the guard rails found and did."""
        flagged = {n for note in notes if note.layer == "sources" for n in note.passages}
        for n, card in self._cards.items():
            card.flag.setVisible(n in flagged)
        self.notes.setText("\n".join(note.says for note in notes))
        self.notes.setVisible(bool(notes))

    def show_searched(self, line: str) -> None:
        """Show what was searched for, where it is not the question."""
        self.searched.setText(line)
        self.searched.setVisible(bool(line))

    def show_whole(self, read: Sequence[ReadWhole]) -> None:
        """Show which documents were read whole, and which in excerpts."""
        self.whole.setText("\n".join(told(each.summary) for each in read))
        self.whole.setVisible(bool(read))

    def _build(self, numbers: Sequence[int]) -> None:
        for card in self._cards.values():
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        passages = {n: self._passages[n - 1] for n in numbers}
        self._cards = {n: SourceCard(n, one, self._pages_of(one.path)) for n, one in passages.items()}
        for place, card in enumerate(self._cards.values(), 3):
            card.chosen.connect(self.opened)
            self._column.insertWidget(place, card)
        self._empty.setVisible(not self._passages)
        hidden = len(self._passages) - len(self._cards)
        self._more.setText(tr("{count} more passages were read.", count=hidden) if hidden else "")
        self._more.setVisible(hidden > 0)


class SourceCard(ClickCard):
    """A passage: its number, its place, and its beginning or the part that was quoted."""

    chosen = Signal(object, int)

    def __init__(self, n: int, passage: Passage, pages: str = "") -> None:
        name, relevance = passage.path.name, passage.relevance
        relevant = "" if relevance is None else tr("Relevance {percent}", percent=f"{relevance:.0%}")
        about = (
            tr("{name} of {owner}", name=name, owner=pages) if pages else name,
            " › ".join(passage.heading),
            *([relevant] if relevant else []),
        )
        super().__init__(tr("Source {number}: {place}", number=n, place=", ".join(about)))
        self._passage, self._n = passage, n
        self.setToolTip(plain_tooltip(str(passage.path)))
        head = QHBoxLayout()
        head.setSpacing(UNIT)
        self._badge = Badge(n)
        head.addWidget(self._badge)
        head.addWidget(ElidedLabel(name, bold=True), 1)
        if passage.page is not None:
            head.addWidget(Label(tr("p. {page}", page=passage.page), SMALL, ink="muted"))
        if relevant:
            self.relevance = Label(f"{relevance:.0%}", SMALL, ink="muted")
            self.relevance.setToolTip(relevant)
            head.addWidget(self.relevance)
        column = QVBoxLayout(self)
        column.setContentsMargins(UNIT + 4, UNIT + 2, UNIT + 4, UNIT + 4)
        column.setSpacing(UNIT // 2)
        column.addLayout(head)
        if pages:
            column.addWidget(Label(tr("From {places}", places=pages), SMALL, ink="muted"))
        if passage.heading:
            column.addWidget(ElidedLabel(" › ".join(passage.heading), SMALL, ink="accent"))
        self.flag = FlagLabel(tr("Gives orders to a model"), SMALL, wrap=True)
        self.flag.hide()
        column.addWidget(self.flag)
        self._text = Label(_snippet(passage.body) or tr(FORGOTTEN), SMALL * 1.07, ink="muted", wrap=True)
        column.addWidget(self._text)
        lines = score_lines(passage.scores)
        self.scores = Label("\n".join([*lines, tr("Higher scores are better.")]), SMALL, ink="muted", wrap=True)
        self.scores.hide()
        column.addWidget(self.scores)
        if lines:
            self.fold = IconButton("down", tr("Scores of source {number}", number=n), size=24)
            self.fold.setCheckable(True)
            self.fold.accessible_role = QAccessible.Role.Button
            self.fold.toggled.connect(self.scores.setVisible)
            head.addWidget(self.fold)
        self.clicked.connect(lambda: self.chosen.emit(self._passage, self._n))

    def show_cited(self, quote: str | None) -> None:
        """Mark the passage as cited and show the quote; None: it was read but not cited."""
        self._badge.mark(cited=quote is not None)
        self._text.setText(_snippet(quote or self._passage.body) or tr(FORGOTTEN))


class Badge(QWidget):
    """A number in a circle: filled for a cited passage, a ring for one that was only read."""

    def __init__(self, n: int) -> None:
        super().__init__()
        self._n, self._cited = n, False

    def mark(self, *, cited: bool) -> None:
        """Show the passage as cited or not."""
        self._cited = cited
        self.setToolTip(tr("Cited in the answer") if cited else tr("Read, not cited"))
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for two digits."""
        side = QFontMetrics(sized_font(SMALL, bold=True)).height() + UNIT
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        """Return the same."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the circle and the number."""
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


def score_lines(scores: StageScores) -> list[str]:
    """Return the rank and score that each stage of the search gave a passage, one line each."""
    if not scores.fused and scores.vector is None and scores.keyword is None:
        return []
    found = [
        (tr("Meaning"), scores.vector_rank, scores.vector, tr("similarity")),
        (tr("Keywords"), scores.keyword_rank, scores.keyword, "BM25"),
    ]
    lines = [
        tr(RANKED if rank else UNRANKED, stage=stage, rank=rank, unit=unit, score=score)
        for stage, rank, score, unit in found
        if score is not None
    ]
    lines.append(tr("Combined: {score:.3f}", score=scores.fused))
    return lines if scores.rerank is None else [*lines, tr("Reranker: {score:.2f}", score=scores.rerank)]


def _snippet(text: str) -> str:
    words = _CELL_BORDERS.sub(" · ", " ".join(text.split())).strip(" ·")
    return words if len(words) <= SNIPPET_CHARACTERS else words[:SNIPPET_CHARACTERS].rsplit(" ", 1)[0] + " …"

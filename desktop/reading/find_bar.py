"""Finding words in what is shown: a bar with the number of hits, all of them marked, one after another in view."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QTextEdit, QWidget
from shiboken6 import isValid

from desktop.language import tr
from desktop.widgets.buttons import IconButton
from desktop.widgets.fields import SearchField
from desktop.widgets.labels import Label
from desktop.widgets.theme import SMALL, UNIT, colours

TextWidget = QPlainTextEdit | QTextEdit
MOST_HITS = 1000  # that are marked; more help nobody
DELAY_MS = 120  # after the last key


class Hit(NamedTuple):
    """Found words: the widget, and their characters in it, in UTF-16 units."""

    text: TextWidget
    start: int
    end: int


class FindBar(QWidget):
    """Finds in the texts that `texts` returns, and has `reveal` bring a hit into view. Hidden until it is opened."""

    closed = Signal()

    def __init__(
        self,
        prompt: str,
        texts: Callable[[], Sequence[TextWidget]],
        reveal: Callable[[Hit], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._texts, self._reveal = texts, reveal
        self.hits: list[Hit] = []
        self.at = 0  # the hit in view
        self._marked: dict[TextWidget, list[QTextEdit.ExtraSelection]] = {}  # with the marks that they had before
        self.field = _FindField(prompt)
        self.count = Label("", SMALL, ink="muted")
        self._delay = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._delay.timeout.connect(self.find_words)
        self.field.textChanged.connect(lambda: self._delay.start())
        self.field.stepped.connect(self.step)
        self.field.left.connect(self.leave)
        self._lay_out()
        self.hide()

    def open(self) -> None:
        """Show the bar, ready to be typed into; words of before are found again."""
        self.show()
        self.field.setFocus()
        self.field.selectAll()
        self.find_words()

    def leave(self) -> None:
        """Hide the bar and its marks."""
        self._unmark()
        self.hide()
        self.closed.emit()

    def forget(self) -> None:
        """Hide the bar: other texts are shown, whose marks are not to be touched."""
        self._marked, self.hits = {}, []
        self.hide()

    def find_words(self) -> None:
        """Find the words in the field, and show the first hit."""
        self._delay.stop()
        self.at = 0
        self._mark()

    def step(self, steps: int) -> None:
        """Go to another hit; after the last comes the first. The texts may have grown meanwhile."""
        self._delay.stop()
        self.at += steps
        self._mark()

    def _mark(self) -> None:
        self._unmark()
        words = self.field.text().strip()
        self.hits = find_hits(self._texts(), words)
        self.at %= max(len(self.hits), 1)
        marks: dict[TextWidget, list[QTextEdit.ExtraSelection]] = {}
        for number, hit in enumerate(self.hits):
            marks.setdefault(hit.text, []).append(_mark_of(hit, is_current=number == self.at))
        for text, found in marks.items():
            self._marked[text] = text.extraSelections()
            text.setExtraSelections([*self._marked[text], *found])
        if self.hits:
            self._reveal(self.hits[self.at])
        count = f"{len(self.hits):,}{'+' if len(self.hits) >= MOST_HITS else ''}"
        self.count.setText(
            tr("{at} of {count}", at=self.at + 1, count=count) if self.hits else tr("Not found") if words else ""
        )

    def _unmark(self) -> None:
        for text, before in self._marked.items():
            if isValid(text):
                text.setExtraSelections(before)
        self._marked, self.hits = {}, []

    def _lay_out(self) -> None:
        previous = IconButton("up", tr("Previous hit (Shift+Enter)"), size=28)
        following = IconButton("down", tr("Next hit (Enter)"), size=28)
        close = IconButton("close", tr("Close (Esc)"), size=28)
        previous.clicked.connect(lambda: self.step(-1))
        following.clicked.connect(lambda: self.step(1))
        close.clicked.connect(self.leave)
        row = QHBoxLayout(self)
        row.setContentsMargins(UNIT, UNIT // 2, UNIT, UNIT // 2)
        row.setSpacing(UNIT // 2)
        row.addWidget(self.field, 1)
        for widget in (self.count, previous, following, close):
            row.addWidget(widget)


class _FindField(SearchField):
    stepped = Signal(int)
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.stepped.emit(-1 if back else 1)
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


def find_hits(texts: Sequence[TextWidget], words: str) -> list[Hit]:
    """Return the places of the words, whatever their case, from the first text to the last; at most MOST_HITS."""
    found: list[Hit] = []
    if not words:
        return found
    for text in texts:
        cursor = QTextCursor(text.document())
        while len(found) < MOST_HITS and not (cursor := text.document().find(words, cursor)).isNull():
            found.append(Hit(text, cursor.selectionStart(), cursor.selectionEnd()))
    return found


def _mark_of(hit: Hit, *, is_current: bool) -> QTextEdit.ExtraSelection:
    mark, shades = QTextEdit.ExtraSelection(), colours(hit.text.palette())
    cursor = QTextCursor(hit.text.document())
    cursor.setPosition(hit.start)
    cursor.setPosition(hit.end, QTextCursor.MoveMode.KeepAnchor)
    style = QTextCharFormat()
    style.setBackground(QColor(shades.accent if is_current else shades.accent_soft))
    style.setForeground(QColor(shades.on_accent if is_current else shades.text))
    mark.cursor, mark.format = cursor, style
    return mark

"""A list over the question box that completes what is being typed: `@` names of files, `/` prompts."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.composer.question_box import QuestionBox
from desktop.language import tr
from desktop.widgets.labels import Surface
from desktop.widgets.list_rows import ListRow, RowList
from desktop.widgets.theme import UNIT

MAX_ROWS = 8
_NAME = re.compile(r"(?<![A-Za-z0-9._+-])@([^\s@]{0,80})$")  # an @ within an address begins no name
_PROMPT = re.compile(r"^/([^\s/]{0,80})$")


class Choice(NamedTuple):
    """A row: its words, what is said of it, and what happens when it is taken."""

    words: str
    about: str
    take: Callable[[], None]


Find = Callable[[str], Sequence[Choice]]


class Completion(QObject):
    """Shows the rows of `find_names` after an `@`, and of `find_prompts` after a `/` that begins the box.

    Up and Down move, Enter and Tab take, Esc closes; the letters go on into the box.
    """

    def __init__(self, box: QuestionBox, above: QWidget, find_names: Find, find_prompts: Find) -> None:
        super().__init__(box)
        self._box, self._above = box, above
        self._finders = ((_NAME, find_names), (_PROMPT, find_prompts))
        self._typed = 0  # characters before the cursor that a choice replaces
        self._search: tuple[Find, int] | None = None  # what is searched, and where the words for it begin in the box
        self._rows: Sequence[Choice] = ()
        self.list = _Suggestions(above.window())
        self.list.taken.connect(self._take)
        box.textChanged.connect(self._look)
        box.cursorPositionChanged.connect(self._close_elsewhere)
        box.focus_changed.connect(lambda focused: None if focused else self.close())
        box.installEventFilter(self)

    def search(self, find: Find) -> None:
        """Show the rows that `find` has for what is typed from now on, until one is taken."""
        self._box.setFocus()
        self._search = find, self._box.textCursor().position()
        self._look()

    def refresh(self) -> None:
        """Find the rows again, where the list is open."""
        if self._rows:
            self._look()

    def close(self) -> None:
        """Hide the list."""
        self._rows, self._search = (), None
        self.list.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys that belong to the list, while it is open."""
        if not self._rows or event.type() not in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride):
            return False
        if not isinstance(event, QKeyEvent) or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            return False
        acts = {
            Qt.Key.Key_Up: lambda: self.list.step(-1),
            Qt.Key.Key_Down: lambda: self.list.step(1),
            Qt.Key.Key_Return: lambda: self._take(self.list.marked),
            Qt.Key.Key_Enter: lambda: self._take(self.list.marked),
            Qt.Key.Key_Tab: lambda: self._take(self.list.marked),
            Qt.Key.Key_Escape: self.close,
        }
        act = acts.get(Qt.Key(event.key()))
        if act is None:
            return False
        event.accept()  # no shortcut of the window
        if event.type() == QEvent.Type.KeyPress:
            act()
        return True

    def _look(self) -> None:
        cursor = self._box.textCursor()
        if self._search:
            find, start = self._search
            words = self._box.toPlainText()[start : cursor.position()]
            self._typed = len(words)
            self._show(find(words) if cursor.position() >= start else ())
            return
        before = cursor.block().text()[: cursor.positionInBlock()]
        if cursor.block().blockNumber() == 0 or "@" in before:
            for pattern, find in self._finders:
                if found := pattern.search(before):
                    self._typed = len(found[0])
                    self._show(find(found[1]))
                    return
        self.close()

    def _close_elsewhere(self) -> None:
        """Close when the cursor leaves the word."""
        cursor = self._box.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        if self._rows and not self._search and not any(pattern.search(before) for pattern, _ in self._finders):
            self.close()

    def _show(self, rows: Sequence[Choice]) -> None:
        self._rows = rows
        if not rows:
            self.close()
            return
        if self.list.parent() is not self._above.window():
            self.list.setParent(self._above.window())
        self.list.fill(rows, self._above.width() // 2)
        self._place()
        self.list.show()
        self.list.raise_()
        QTimer.singleShot(0, self, self._place)  # the box may be growing

    def _place(self) -> None:
        """Put the list right above the box."""
        height = self.list.needed_height
        corner = self._above.mapTo(self._above.window(), QPoint(0, 0))
        self.list.setGeometry(corner.x(), max(0, corner.y() - height - UNIT // 2), self._above.width(), height)

    def _take(self, at: int) -> None:
        if not 0 <= at < len(self._rows):
            return
        taken, typed = self._rows[at], self._typed
        self.close()
        cursor = self._box.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, typed)
        cursor.removeSelectedText()
        taken.take()


class _Suggestions(Surface):
    """The rows on a card; the keyboard stays in the box."""

    taken = Signal(int)

    def __init__(self, window: QWidget) -> None:
        super().__init__("base", "edge", window)
        self.list = RowList(tr("Suggestions"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.chosen.connect(lambda key: self.taken.emit(int(key)))
        column = QVBoxLayout(self)
        column.setContentsMargins(UNIT // 2, UNIT // 2, UNIT // 2, UNIT // 2)
        column.addWidget(self.list)
        self.hide()

    @property
    def marked(self) -> int:
        """The number of the marked row."""
        return int(self.list.marked or 0)

    @property
    def needed_height(self) -> int:
        """The height of the rows, up to eight, in pixels."""
        row = self.list.sizeHintForIndex(self.list.rows.index(0)).height()
        return row * min(len(self.list.rows.rows), MAX_ROWS) + UNIT + 2

    def fill(self, rows: Sequence[Choice], about_px: int) -> None:
        """List the rows, the first marked. `about_px`: room for what is said of them, so that their words have some."""
        metrics, right = self.fontMetrics(), Qt.TextElideMode.ElideRight
        told = [metrics.elidedText(row.about, right, about_px) for row in rows]
        self.list.replace([ListRow(str(at), row.words, told[at]) for at, row in enumerate(rows)], "0")

    def step(self, by: int) -> None:
        """Mark the row before or after, round and round."""
        self.list.mark(str((self.marked + by) % len(self.list.rows.rows)))
        self.list.scrollTo(self.list.rows.place_of(self.list.marked))

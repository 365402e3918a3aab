"""What the window says beside its contents: errors with a hint, questions that need a click, and Undo."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.widgets import icons
from desktop.widgets.buttons import IconButton, TextButton
from desktop.widgets.labels import ElidedLabel, Label, Surface
from desktop.widgets.theme import SMALL, UNIT, colours

if TYPE_CHECKING:
    from assistant.settings import SettingProblem

_ABOVE_FOOT = 15 * UNIT  # clear of the question box, into which one may be typing
TOAST_MS = 8000  # long enough to read and reach Undo
_ICONS = {"danger": "warning", "warning": "warning", "accent": "info"}


class Notice(Surface):
    """A title, a hint and at most one action. `tone`: accent, warning or danger."""

    closed = Signal()

    def __init__(self, tone: str, title: str, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__("card", "border", parent)
        self.setAccessibleName(title)
        self.setAccessibleDescription(hint)
        self.title, self.hint = title, hint
        self._tone = tone
        self._sign = Label()
        self._tint()
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(_selectable(Label(_breakable(title), bold=True, wrap=True)))
        if hint:
            words.addWidget(_selectable(Label(_breakable(hint), SMALL * 1.07, ink="muted", wrap=True)))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(2 * UNIT - 4, UNIT + 2, UNIT, UNIT + 2)
        self._row.setSpacing(UNIT + 4)
        self._row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addLayout(words, 1)

    def add_action(self, text: str, act: Callable[[], object], *, primary: bool = True) -> None:
        """A button that acts and closes the notice."""
        button = TextButton(text, kind="primary" if primary else "plain")
        button.clicked.connect(act)
        button.clicked.connect(self.closed)
        self._row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)

    def add_close(self) -> None:
        """A cross that closes the notice."""
        cross = IconButton("close", "Dismiss", size=28)
        cross.clicked.connect(self.closed)
        self._row.addWidget(cross, 0, Qt.AlignmentFlag.AlignTop)

    def changeEvent(self, event: QEvent) -> None:
        """Tint the sign again for light or dark."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def _tint(self) -> None:
        shade = getattr(colours(self.palette()), self._tone)
        self._sign.setPixmap(icons.pixmap(_ICONS[self._tone], shade, 20, self.devicePixelRatioF()))


class NoticeStack(QWidget):
    """Notices above the composer, newest last; the same one is not shown twice."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(UNIT)
        self._shown: list[Notice] = []
        self.hide()

    def show_notice(self, notice: Notice) -> None:
        """Show a notice until it is closed."""
        for shown in self.notices():
            if (shown.title, shown.hint) == (notice.title, notice.hint):
                self._close(shown)
        notice.add_close()
        notice.closed.connect(lambda: self._close(notice))
        self._shown.append(notice)
        self._column.addWidget(notice)
        self.show()

    def notices(self) -> list[Notice]:
        """What is shown, oldest first."""
        return list(self._shown)

    def _close(self, notice: Notice) -> None:
        if notice not in self._shown:
            return
        self._shown.remove(notice)
        self._column.removeWidget(notice)
        notice.hide()
        notice.deleteLater()
        self.setVisible(bool(self._shown))


def settings_notice(path: Path, problems: Sequence[SettingProblem]) -> Notice:
    """A notice of what is wrong in the settings file, with a button that opens the file."""
    title, hint = problems[0].title, problems[0].hint
    if len(problems) > 1:
        title = f"{path.name} has {len(problems)} mistakes; the rest of it applies"
        hint = "\n".join(f"{problem.title}. {problem.hint}" for problem in problems)
    notice = Notice("warning", title, hint)
    notice.add_action("Open the file", lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))))
    return notice


class Toast(Surface):
    """A line over the foot of the window with Undo; it goes away by itself."""

    def __init__(self, over: QWidget) -> None:
        super().__init__("text", parent=over)
        self._over = over
        self._undo: Callable[[], None] | None = None
        self._words = ElidedLabel("", ink="base")
        self._button = TextButton("Undo")
        self._button.clicked.connect(self._take_back)
        self._timer = QTimer(self, singleShot=True, interval=TOAST_MS)
        self._timer.timeout.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * UNIT, UNIT, UNIT, UNIT)
        row.setSpacing(2 * UNIT)
        row.addWidget(self._words)
        row.addWidget(self._button)
        over.installEventFilter(self)
        self.hide()

    def offer(self, words: str, undo: Callable[[], None]) -> None:
        """Say what was done and how to take it back."""
        self._undo = undo
        self._words.setText(words)
        self.setAccessibleName(words)
        self._place()
        self.show()
        self.raise_()
        self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the foot when the window changes size."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.FontChange):
            self._place()
        return False

    def _place(self) -> None:
        over, words = self._over, self._words
        room = over.width() - self._button.sizeHint().width() - 9 * UNIT
        words.setFixedWidth(max(0, min(words.sizeHint().width(), room)))
        self.adjustSize()
        self.move((over.width() - self.width()) // 2, over.height() - self.height() - _ABOVE_FOOT)

    def _take_back(self) -> None:
        self.hide()
        if self._undo is not None:
            self._undo()


def _breakable(text: str) -> str:
    """The text with places to break in very long words, of which a label cuts off what does not fit in its line."""
    return re.sub(r"([^\s/?-]{24})(?=[^\s/?-])", "\\1\u200b", text)


def _selectable(label: Label) -> Label:
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label

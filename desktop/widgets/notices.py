"""Messages of the window: notices with a title, a hint and an action, and a toast with Undo."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QAccessible, QDesktopServices, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.language import told, told_error, tr
from desktop.widgets.accessible import announce
from desktop.widgets.buttons import IconButton, TextButton, icon_pixmap
from desktop.widgets.labels import ElidedLabel, Label, Surface
from desktop.widgets.theme import SMALL, UNIT, colours, zoomed

if TYPE_CHECKING:
    from assistant.settings import SettingProblem

TOAST_MARGIN = 15 * UNIT  # above the foot of the window, clear of the question box
TOAST_MS = 8000  # long enough to read and reach Undo
ICON_NAMES = {"danger": "warning", "warning": "warning", "accent": "info"}


class Notice(Surface):
    """A title, a hint and actions. `tone`: accent, warning or danger."""

    accessible_role = QAccessible.Role.AlertMessage
    closed = Signal()

    def __init__(self, tone: str, title: str, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__("card", "border", parent)
        self.title, self.hint = title, hint = told(title), told(hint)
        self.setAccessibleName(title)
        self.setAccessibleDescription(hint)
        self._tone, self._is_said = tone, False
        self._icon = Label()
        self._tint()
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(_selectable(Label(_breakable(title), bold=True, wrap=True)))
        if hint:
            words.addWidget(_selectable(Label(_breakable(hint), SMALL * 1.07, ink="muted", wrap=True)))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(2 * UNIT - 4, UNIT + 2, UNIT, UNIT + 2)
        self._row.setSpacing(UNIT + 4)
        self._row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addLayout(words, 1)

    def add_action(self, text: str, act: Callable[[], object], *, primary: bool = True) -> None:
        """Add a button that acts and closes the notice."""
        button = TextButton(text, kind="primary" if primary else "plain")
        button.clicked.connect(act)
        button.clicked.connect(self.closed)
        self._row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)

    def add_close(self) -> None:
        """Add a button that closes the notice."""
        cross = IconButton("close", tr("Dismiss"), size=28)
        cross.clicked.connect(self.closed)
        self._row.addWidget(cross, 0, Qt.AlignmentFlag.AlignTop)

    def showEvent(self, event: QShowEvent) -> None:
        """Have screen readers say it, the first time that it is seen."""
        super().showEvent(event)
        if not self._is_said:
            self._is_said = True
            announce(self, f"{self.title}. {self.hint}".rstrip(), urgent=self._tone == "danger")

    def changeEvent(self, event: QEvent) -> None:
        """Tint the icon again for light or dark."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._tint()

    def _tint(self) -> None:
        shade = getattr(colours(self.palette()), self._tone)
        self._icon.setPixmap(icon_pixmap(ICON_NAMES[self._tone], shade, zoomed(20), self.devicePixelRatioF()))


class NoticeStack(QWidget):
    """Notices above each other, newest last. The same one is not shown twice."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(3 * UNIT, 0, 3 * UNIT, UNIT)
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
        """Return the visible notices, oldest first."""
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
    """Return a notice of the errors in the settings file, with a button that opens the file."""
    title, hint = problems[0].title, problems[0].hint
    if len(problems) > 1:
        title = tr("{name} has {count} errors; all other settings apply", name=path.name, count=len(problems))
        hint = "\n".join(told_error(problem) for problem in problems)
    notice = Notice("warning", title, hint)
    notice.add_action(tr("Open file"), lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))))
    return notice


class Toast(Surface):
    """A line near the foot of the window with Undo. It disappears by itself."""

    accessible_role = QAccessible.Role.AlertMessage

    def __init__(self, over: QWidget) -> None:
        super().__init__("text", parent=over)
        self._over = over
        self._undo: Callable[[], object] = self.hide
        self._end: Callable[[], object] | None = None
        self._text = ElidedLabel("", ink="base")
        self._button = TextButton(tr("Undo"))
        self._button.clicked.connect(self.take_back)
        self._timer = QTimer(self, singleShot=True, interval=TOAST_MS)
        self._timer.timeout.connect(self._finish)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * UNIT, UNIT, UNIT, UNIT)
        row.setSpacing(2 * UNIT)
        row.addWidget(self._text)
        row.addWidget(self._button)
        over.installEventFilter(self)
        self.hide()

    def offer_undo(self, text: str, undo: Callable[[], None], end: Callable[[], object] | None = None) -> None:
        """Say what was done, and offer to undo it. `end`: called once that was not wanted."""
        self._finish()
        self._undo, self._end = undo, end
        self._text.setText(text)
        self.setAccessibleName(text)
        self._place()
        self.show()
        self.raise_()
        self._timer.start()
        announce(self, tr("{done}. Ctrl+Z takes it back.", done=text))

    def take_back(self) -> bool:
        """Undo what is offered to be undone; False where nothing is."""
        if self.isHidden():
            return False
        self.hide()
        self._timer.stop()
        self._end = None
        self._undo()
        return True

    def _finish(self) -> None:
        self.hide()
        end, self._end = self._end, None
        if end is not None:
            end()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in place when the window changes size."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.FontChange):
            self._place()
        return False

    def _place(self) -> None:
        over, label = self._over, self._text
        room = over.width() - self._button.sizeHint().width() - 9 * UNIT
        label.setFixedWidth(max(0, min(label.sizeHint().width(), room)))
        self.adjustSize()
        self.move((over.width() - self.width()) // 2, over.height() - self.height() - TOAST_MARGIN)


def _breakable(text: str) -> str:
    """Return the text with break opportunities in very long words, which a label would cut off."""
    return re.sub(r"([^\s/?-]{24})(?=[^\s/?-])", "\\1\u200b", text)


def _selectable(label: Label) -> Label:
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label

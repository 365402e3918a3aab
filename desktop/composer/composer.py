"""The composer: the question box, what is attached above it, and below it what is chosen for the question."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QImage
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.composer.attached_files import AttachedFile
from desktop.composer.attachment_chip import AttachmentChip
from desktop.composer.question_box import QuestionBox, holds_attachments
from desktop.folders.drops import dropped_paths
from desktop.language import mark, told, tr
from desktop.widgets.buttons import RoundButton
from desktop.widgets.flow import FlowLayout
from desktop.widgets.labels import Label, Surface
from desktop.widgets.theme import SMALL, UNIT

WAITS = mark("Your question is sent when this is done. Esc: don't send it.")


class Composer(Surface):
    """A box that grows with the question, and a button: Send, or Stop while an answer is written.

    `foot`: the widgets below the box, laid out in lines. A question waits while what is attached is being read.
    """

    typed = Signal(str)  # the whole text, after each change
    submitted = Signal(str)
    cleared = Signal()  # the person has emptied the box
    stop_wanted = Signal()
    edit_last_wanted = Signal()
    attached = Signal(object)  # DroppedPaths
    image_attached = Signal(object)  # QImage
    detached = Signal(object)  # Path of an attachment

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("base", "edge", parent, radius=14)
        self.box = QuestionBox()
        self.button = RoundButton("send", tr("Send (Enter)"), size=36)
        self._busy = self._waits = False
        self._reading = self._problem = ""
        self._chips, self.foot = FlowLayout(), FlowLayout()
        self._note = Label("", SMALL, ink="muted", wrap=True)
        self._lay_out()
        self.setAcceptDrops(True)
        self.setFocusProxy(self.box)
        self.button.clicked.connect(lambda: self.stop_wanted.emit() if self._busy else self._submit())
        self.box.entered.connect(self._submit)
        self.box.escaped.connect(self._escape)
        self.box.up_in_empty.connect(self.edit_last_wanted)
        self.box.focus_changed.connect(self._show_focus)
        self.box.textChanged.connect(self._enable)
        self.box.textChanged.connect(lambda: self.typed.emit(self.text))
        self.box.emptied.connect(self.cleared)
        self.box.given.connect(self._attach)
        self._enable()

    @property
    def text(self) -> str:
        """The text in the box, without the spaces around it."""
        return self.box.toPlainText().strip()

    def set_busy(self, busy: bool) -> None:
        """Offer Stop in place of Send."""
        self._busy = busy
        self.button.rename(tr("Stop (Esc)") if busy else tr("Send (Enter)"), "stop" if busy else "send")
        self._enable()

    def name_persona(self, name: str) -> None:
        """Name the persona in the empty box."""
        self.box.setPlaceholderText(tr("Ask {name}…", name=name))

    def write(self, text: str) -> None:
        """Put text into the box, ready to be changed or sent."""
        self.fill(text)
        self.box.setFocus()

    def clear(self) -> None:
        """Empty the box."""
        self._waits = False
        self.box.clear()
        self._show_note()

    def fill(self, text: str) -> None:
        """Put text into the box, and leave the focus where it is."""
        self.box.setPlainText(text)
        self.box.moveCursor(self.box.textCursor().MoveOperation.End)

    def type(self, text: str) -> None:
        """Add a letter that was typed elsewhere, and go on in the box."""
        self.box.setFocus()
        self.box.textCursor().insertText(text)

    def show_attachments(self, items: Sequence[AttachedFile], reading: str) -> None:
        """Show what is attached. `reading`: a sentence on what is not read yet; once it is "", a waiting question goes.

        One that waits for a file that turns out to be unreadable stays in the box.
        """
        self._fill_chips(items)
        self._reading = reading
        self._problem = "\n".join(
            tr("{name} can't be read: {problem}.", name=one.path.name, problem=told(one.problem))
            for one in items
            if one.problem
        )
        if self._waits and not reading:
            self._waits = False
            if not self._problem:
                self._submit()
        self._show_note()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and folders of this computer."""
        if holds_attachments(event.mimeData()):
            self.restyle("accent_soft", "accent")
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Look as before."""
        self._show_focus(self.box.hasFocus())

    def dropEvent(self, event: QDropEvent) -> None:
        """Attach what is dropped."""
        self._show_focus(self.box.hasFocus())
        self._attach(event.mimeData())
        event.acceptProposedAction()
        self.box.setFocus()

    def _attach(self, data: QMimeData) -> None:
        dropped = dropped_paths(data)
        image = data.imageData()
        if any(dropped):
            self.attached.emit(dropped)
        elif isinstance(image, QImage):
            self.image_attached.emit(image)

    def _fill_chips(self, items: Sequence[AttachedFile]) -> None:
        kept: dict[Path, AttachmentChip] = {}
        while item := self._chips.takeAt(0):
            if isinstance(chip := item.widget(), AttachmentChip):
                kept[chip.path] = chip
        for one in items:
            chip = kept.pop(one.path, None) or AttachmentChip(one.path, self.detached.emit)
            chip.show_state(one)
            self._chips.addWidget(chip)
        for gone in kept.values():
            gone.hide()
            gone.deleteLater()
        self._above.setVisible(bool(items))

    def _show_note(self) -> None:
        self._note.setText("\n".join(filter(None, (self._reading, tr(WAITS) if self._waits else "", self._problem))))
        self._note.setVisible(bool(self._note.text()))

    def _show_focus(self, focused: bool) -> None:
        if isValid(self):  # the box loses the focus while the window is being destroyed, too
            self.restyle("base", "accent" if focused else "edge")

    def _escape(self) -> None:
        if self._waits:
            self._waits = False
            self._show_note()
        else:
            self.stop_wanted.emit()

    def _submit(self) -> None:
        text = self.text
        if not text or self._busy:
            return
        if self._reading:
            self._waits = True
            self._show_note()
            return
        self.box.clear()
        self.submitted.emit(text)

    def _enable(self) -> None:
        self.button.setEnabled(self._busy or bool(self.box.toPlainText().strip()))

    def _lay_out(self) -> None:
        self._above = QWidget()
        self._above.setLayout(self._chips)
        self._above.hide()
        self._note.hide()
        below = QWidget()
        below.setLayout(self.foot)
        row = QHBoxLayout()
        row.setSpacing(UNIT)
        row.addWidget(below, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * UNIT, UNIT, UNIT, UNIT)
        column.setSpacing(UNIT // 2)
        for widget in (self._above, self._note, self.box):
            column.addWidget(widget)
        column.addLayout(row)

"""A file's full reason, and what can be done with it: below the table, and in its menu."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from desktop.folders.file_table import sentence
from desktop.folders.watched_folders import WatchedFolders
from desktop.language import told, tr
from desktop.widgets.buttons import TextButton
from desktop.widgets.labels import ElidedLabel, Label, Surface
from desktop.widgets.theme import SMALL, UNIT
from knowledge import LEFT_OUT

if TYPE_CHECKING:
    from knowledge import FileLine

_Action = tuple[str, Callable[[], object]]


class FileActions(Surface):
    """The selected file: its path, why it is not indexed, and buttons; hidden while none is selected."""

    def __init__(self, folders: WatchedFolders, parent: QWidget | None = None) -> None:
        super().__init__("card", "border", parent)
        self._folders = folders
        self._file: FileLine | None = None
        self._path, self.reason = ElidedLabel("", bold=True), Label("", SMALL * 1.07, ink="muted", wrap=True)
        self._buttons = [
            TextButton(words, kind="quiet")
            for words in (tr("Open"), tr("Show in folder"), tr("Try again"), tr("Leave out"))
        ]
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._path)
        words.addWidget(self.reason)
        row = QHBoxLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * UNIT, UNIT, UNIT, UNIT // 2)
        column.setSpacing(2)
        column.addLayout(words)
        column.addLayout(row)
        for at, button in enumerate(self._buttons):
            button.clicked.connect(lambda _=False, at=at: self._act(at))
            row.addWidget(button)
        row.addStretch(1)
        self.hide()

    def show_file(self, file: FileLine | None) -> None:
        """Show a file; None: none is selected."""
        self._file = file
        self.setVisible(file is not None)
        if file is None:
            return
        self._path.setText(file.path.name)
        self._path.explain(str(file.path))
        self.reason.setText(sentence(told(file.reason)) or str(file.path.parent))
        for button, (words, _) in zip(self._buttons, self.choices(file), strict=True):
            button.relabel(words)

    def open_menu(self, file: FileLine, place: QPoint) -> None:
        """Open the menu of a file."""
        menu = QMenu(self)
        for words, act in self.choices(file):
            menu.addAction(words).triggered.connect(act)
        menu.popup(place)

    def choices(self, file: FileLine) -> tuple[_Action, ...]:
        """Return what can be done with a file."""
        again = (tr("Try again"), tr("Read again"))[file.state == "indexed"]
        left_out = file.state == "skipped" and file.reason == LEFT_OUT
        return (
            (tr("Open"), lambda: open_path(file.path)),
            (tr("Show in folder"), lambda: open_path(file.path.parent)),
            (again, lambda: self._folders.read_again([file.path])),
            (tr("Include again"), lambda: self._folders.read_again([file.path]))
            if left_out
            else (tr("Leave out"), lambda: self._folders.leave_out([file.path])),
        )

    def _act(self, at: int) -> None:
        if self._file is not None:
            self.choices(self._file)[at][1]()


def open_path(path: Path) -> None:
    """Open a file or folder in the program that the system has for it."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

"""The card of a watched folder: what is in it, why it cannot be read, and what can be done with it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from desktop.folders.file_actions import open_path
from desktop.folders.file_listing import COUNTED, PASSAGES, STATES
from desktop.folders.watched_folders import FolderSnapshot
from desktop.language import mark, told, tr, tr_count
from desktop.widgets.buttons import IconButton, TextButton
from desktop.widgets.labels import ElidedLabel, Surface
from desktop.widgets.theme import SMALL, UNIT

if TYPE_CHECKING:
    from knowledge import Folder

EVERYTHING = mark("Include hidden and sensitive files")


class FolderCard(Surface):
    """A watched folder: its name, a line on its state, and a menu; where it cannot be read, why, and Try again."""

    removed = Signal(object)  # Path
    everything_toggled = Signal(object, bool)  # Path, include everything
    tried_again = Signal()

    def __init__(self, folder: Folder, snapshot: FolderSnapshot, parent: QWidget | None = None) -> None:
        super().__init__("base", "border", parent)
        self._folder, self._problem = folder, ""
        name, home = folder.path.name or str(folder.path), Path.home()
        place = Path("~", folder.path.relative_to(home)) if folder.path.is_relative_to(home) else folder.path
        self.state = ElidedLabel("", SMALL, ink="muted")
        self.state.setAccessibleName(tr("State of the folder"))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(ElidedLabel(name, bold=True))
        words.addWidget(ElidedLabel(str(place), SMALL, ink="muted"))
        words.addWidget(self.state)
        self.again = TextButton(tr("Try again"), "refresh", kind="quiet")
        self.again.clicked.connect(self.tried_again)
        self.more = IconButton("more", tr("More actions for {name}", name=name), size=28)
        self.more.clicked.connect(lambda: self.menu().popup(self.more.mapToGlobal(self.more.rect().bottomLeft())))
        remove = IconButton("close", tr("Stop watching {name}", name=name), size=28)
        remove.clicked.connect(self._remove)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * UNIT, UNIT, UNIT, UNIT)
        row.addLayout(words, 1)
        for widget in (self.again, self.more, remove):
            row.addWidget(widget)
        self.show_state(folder, snapshot)

    def show_state(self, folder: Folder, snapshot: FolderSnapshot) -> None:
        """Show how many files it has, or why it cannot be read."""
        self._folder, self._problem = folder, snapshot.problems.get(folder.path, "")
        self.restyle("base", "warning" if self._problem else "border")
        self.again.setVisible(bool(self._problem))
        words = told(self._problem) or _state(folder, snapshot)
        if words != self.state.text():
            self.state.setText(words)

    def menu(self) -> QMenu:
        """Return the menu of actions on the folder."""
        menu = QMenu(self)
        menu.addAction(tr("Open folder")).triggered.connect(lambda: open_path(self._folder.path))
        everything = menu.addAction(tr(EVERYTHING))
        everything.setCheckable(True)
        everything.setChecked(self._folder.everything)
        everything.setEnabled(not self._problem)
        everything.toggled.connect(lambda wanted: self.everything_toggled.emit(self._folder.path, wanted))
        menu.addSeparator()
        menu.addAction(tr("Stop watching")).triggered.connect(self._remove)
        return menu

    def _remove(self) -> None:
        self.removed.emit(self._folder.path)


def _state(folder: Folder, snapshot: FolderSnapshot) -> str:
    """Return `12 files · 340 passages · 2 failed · includes hidden and sensitive files`."""
    count = snapshot.listing.counts.get(folder.id, Counter[str]())
    parts = [
        tr_count("{count} file", "{count} files", sum(count[state] for state in STATES)),
        tr_count("{count} passage", "{count} passages", count[PASSAGES]),
        *(tr(COUNTED[state], count=count[state]) for state in ("waiting", "skipped", "failed") if count[state]),
    ]
    return "  ·  ".join([*parts, *([tr("includes hidden and sensitive files")] if folder.everything else [])])

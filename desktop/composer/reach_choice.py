"""The files that the next question is answered from: a chip that names them, and the menu behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QWidget

from assistant.composing.reach import ALL_FOLDERS, NO_FILES, Reach
from desktop.background import Background
from desktop.chat.answer_facts import reach_text
from desktop.composer.chip import MenuChip, checked
from desktop.composer.filter_dialog import FilterDialog
from desktop.folders.watched_folders import WatchedFolders
from desktop.language import mark, tr

FILTER_ABOUT = mark("Answer from files alone whose front matter says so, such as: difficulty = advanced")


class ReachChoice(QObject):
    """The choice for the chat on screen. A file that is attached to a chat over all folders stands in their place."""

    changed = Signal(object)  # Reach
    chosen = Signal(object)  # Reach, changed by the person

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.reach = ALL_FOLDERS

    def show(self, reach: Reach) -> None:
        """Take over what a chat that was opened has."""
        if reach != self.reach:
            self.reach = reach
            self.changed.emit(reach)

    def choose(self, reach: Reach) -> None:
        """Answer from these files from now on."""
        if reach != self.reach:
            self.show(reach)
            self.chosen.emit(reach)

    def add(self, *, folders: Sequence[Path] = (), files: Sequence[Path] = ()) -> None:
        """Answer from these too, or from them alone where all folders or no files were chosen."""
        self.choose(self.reach.with_paths(folders=folders, files=files))

    def remove(self, path: Path) -> None:
        """Answer from this no longer; where nothing is left, from all folders."""
        self.choose(self.reach.without(path))


class ReachChip(MenuChip):
    """`All folders`, `2 folders`, a file's name or `No files`."""

    def __init__(
        self, background: Background, choice: ReachChoice, folders: WatchedFolders, parent: QWidget | None = None
    ) -> None:
        super().__init__(tr("Answer from"), "folder", parent)
        self._background, self._choice, self._folders = background, choice, folders
        choice.changed.connect(lambda reach: self.show_choice(reach_text(reach), reach != ALL_FOLDERS))
        self.show_choice(reach_text(choice.reach), False)

    def fill(self, menu: QMenu) -> None:
        """List the folders, each to be checked, and the files that are chosen."""
        reach = self._choice.reach
        checked(menu, tr("All folders"), reach.is_everywhere).triggered.connect(
            lambda: self._choice.choose(Reach(where=reach.where))
        )
        checked(menu, tr("No files: the model alone"), reach.no_files).triggered.connect(
            lambda: self._choice.choose(NO_FILES)
        )
        menu.addSeparator()
        watched = [folder.path for folder in self._folders.snapshot.folders]
        for path in dict.fromkeys([*watched, *reach.folders]):
            checked(menu, path.name or str(path), path in reach.folders, str(path)).toggled.connect(
                partial(self._toggle, path, folder=True)
            )
        if reach.files:
            menu.addSeparator()
        for path in reach.files:
            checked(menu, path.name, True, str(path)).toggled.connect(partial(self._toggle, path, folder=False))
        menu.addSeparator()
        filtered = checked(menu, reach.where or tr("Only files with…"), bool(reach.where), tr(FILTER_ABOUT))
        filtered.setEnabled(not reach.no_files)
        filtered.triggered.connect(self.open_filter)
        menu.addAction(tr("Type @ in the box to choose files")).setEnabled(False)

    def open_filter(self) -> FilterDialog:
        """Open the dialog of the filter."""
        dialog = FilterDialog(self._background, self.window(), self._choice.reach.where)
        dialog.chosen.connect(lambda where: self._choice.choose(replace(self._choice.reach, where=where)))
        dialog.open()
        return dialog

    def _toggle(self, path: Path, on: bool, *, folder: bool) -> None:
        if not on:
            self._choice.remove(path)
        elif folder:
            self._choice.add(folders=[path])
        else:
            self._choice.add(files=[path])

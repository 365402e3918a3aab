"""Errors that may happen while any page is shown, as notices above it, each with the button that helps."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.folders.file_actions import open_path
from desktop.folders.watched_folders import MISSING, FolderSnapshot, WatchedFolders
from desktop.language import tr
from desktop.models.model_choice import ModelChoice
from desktop.widgets.notices import Notice

if TYPE_CHECKING:
    from errors import AppError


class Troubles(QObject):
    """Makes notices of what fails, and takes them back once it is over."""

    noticed = Signal(object)  # Notice
    models_wanted = Signal()
    folders_wanted = Signal()

    def __init__(self, folders: WatchedFolders, models: ModelChoice, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folders, self._models = folders, models
        self._unreadable: dict[Path, Notice] = {}
        folders.failed.connect(self._show_failed_indexing)
        folders.changed.connect(self._show_unreadable)
        models.failed.connect(self._show_failed_model)

    def _show_failed_model(self, error: AppError) -> None:
        """Show why a model was not opened, until one is."""
        notice = Notice("danger", error.title, error.hint)
        self._models.loaded.connect(notice.closed)
        if (wanted := self._models.wanted) is not None:
            notice.add_action(tr("Try again"), lambda: self._models.choose(wanted), primary=False)
        notice.add_action(tr("Choose another model"), self.models_wanted.emit)
        self.noticed.emit(notice)

    def _show_failed_indexing(self, error: AppError) -> None:
        """Show why indexing ended, until it begins again."""
        notice = Notice("danger", error.title, error.hint)
        self._folders.started.connect(notice.closed)
        notice.add_action(tr("Show folders"), self.folders_wanted.emit, primary=False)
        notice.add_action(tr("Try again"), self._folders.sync)
        self.noticed.emit(notice)

    def _show_unreadable(self, snapshot: FolderSnapshot) -> None:
        """Show a notice of each folder that cannot be read, until it can; of one that is missing its card tells."""
        problems = {path: why for path, why in snapshot.problems.items() if why != MISSING}
        for path in self._unreadable.keys() - problems.keys():
            self._unreadable.pop(path).closed.emit()
        for path in problems.keys() - self._unreadable.keys():
            self._unreadable[path] = notice = Notice(
                "warning", tr("{name} can't be read", name=path.name), problems[path]
            )
            self._offer_help(notice, path)

    def _offer_help(self, notice: Notice, folder: Path) -> None:
        notice.add_action(tr("Show the folder"), lambda: open_path(folder.parent), primary=False)
        notice.add_action(tr("Try again"), self._folders.rewatch)
        self.noticed.emit(notice)

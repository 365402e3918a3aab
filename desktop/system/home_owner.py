"""Has this process answer the others of its home, such as `carrel ask`, with the model that it has loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from assistant.owner.owner import begin_owning
from desktop.background import Background, Callbacks

if TYPE_CHECKING:
    from assistant.workspace import Workspace
    from desktop.background import Task


class HomeOwner(QObject):
    """Begins on a worker, behind the model that is being loaded, and ends when the workspace closes."""

    def __init__(self, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._background = background

    def begin(self) -> None:
        """Answer others from now on, unless another process of the home does."""
        self._background.run("model", _begin, self, Callbacks())


def _begin(space: Workspace, task: Task) -> None:
    begin_owning(space)

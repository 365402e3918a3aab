"""The person's own prompts in the question box: found by what follows a `/`, filled in, edited in a dialog."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

from assistant.composing.prompts import OwnPrompt, PromptLibrary, fill_prompt, first_placeholder
from assistant.composing.reach import Reach
from desktop.background import Background, Callbacks, Task
from desktop.composer.completion import Choice
from desktop.composer.composer import Composer
from desktop.composer.prompt_dialog import PromptDialog
from desktop.folders.file_listing import folded_text
from desktop.language import tr

if TYPE_CHECKING:
    from assistant.workspace import Workspace


class Prompts(QObject):
    """Keeps the prompts as they were read last; they are read again after each use, as the file may be edited."""

    changed = Signal()

    def __init__(
        self, background: Background, composer: Composer, reach: Callable[[], Reach], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._background, self._composer, self._reach = background, composer, reach
        self.all: Sequence[OwnPrompt] = ()

    def read(self) -> None:
        """Read the file again, on a worker."""

        def read(space: Workspace, _: Task) -> list[OwnPrompt]:
            return PromptLibrary(space.home.prompts).all()

        self._background.run("read", read, self, Callbacks(self._keep))

    def find(self, typed: str) -> Sequence[Choice]:
        """Return the prompts whose name has the words, and the ways to more of them."""
        if not typed:
            self.read()
        sought = folded_text(typed)
        found = [one for one in self.all if sought in folded_text(one.name)]
        rows = [Choice(one.name, _first_line(one.text), partial(self._insert, one)) for one in found]
        return [*rows, Choice(tr("Edit prompts…"), "" if self.all else tr("you have none yet"), self._edit)]

    def open_dialog(self, text: str = "") -> PromptDialog:
        """Open the dialog. `text`: of a prompt to add."""
        dialog = PromptDialog(self._background, self._composer.window(), text)
        dialog.finished.connect(lambda _: self.read())
        dialog.open()
        return dialog

    def _edit(self) -> None:
        self.open_dialog()

    def _insert(self, prompt: OwnPrompt) -> None:
        """Put the prompt at the cursor, filled in; the first placeholder that is left is selected."""
        files = ", ".join(path.name for path in self._reach().paths)
        values = {"date": date.today().isoformat(), "file": files, "selection": self._selected()}
        text, cursor = fill_prompt(prompt, values), self._composer.box.textCursor()
        start = cursor.position()
        cursor.insertText(text)
        if place := first_placeholder(text):
            cursor.setPosition(start + place[0])
            cursor.setPosition(start + place[1], QTextCursor.MoveMode.KeepAnchor)
        self._composer.box.setTextCursor(cursor)
        self._composer.box.setFocus()

    def _selected(self) -> str:
        """The text that is selected in an answer or a source."""
        find = self._composer.window().findChildren
        texts: list[QTextEdit | QPlainTextEdit] = [*find(QTextEdit), *find(QPlainTextEdit)]
        cursors = [text.textCursor() for text in texts if text is not self._composer.box and text.isVisible()]
        return next((cursor.selection().toPlainText() for cursor in cursors if cursor.hasSelection()), "")

    def _keep(self, prompts: Sequence[OwnPrompt]) -> None:
        if prompts != self.all:
            self.all = prompts
            self.changed.emit()


def _first_line(text: str) -> str:
    line = text.strip().partition("\n")[0]
    return line if len(line) <= 60 else f"{line[:60].rstrip()}…"

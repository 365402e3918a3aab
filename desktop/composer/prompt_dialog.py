"""The dialog of the person's own prompts: added, changed, deleted, imported, exported."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from assistant.composing.prompts import OwnPrompt, PromptLibrary
from desktop.background import Background, Callbacks, Task
from desktop.language import mark, told_error, tr
from desktop.widgets.buttons import TextButton
from desktop.widgets.fields import TextField, slim_scrolling
from desktop.widgets.labels import FlagLabel, Label, Surface
from desktop.widgets.list_rows import ListRow, RowList
from desktop.widgets.theme import SMALL, UNIT, zoomed
from errors import AppError

if TYPE_CHECKING:
    from assistant.workspace import Workspace

ABOUT = mark("{{date}}, {{file}} and {{selection}} are filled in. Type / in the question box to use a prompt.")
MARKDOWN = mark("Markdown (*.md)")


class PromptDialog(QDialog):
    """A list on the left, and the prompt that is marked there on the right. Nothing is saved before Save."""

    def __init__(self, background: Background, parent: QWidget, text: str = "") -> None:
        """`text`: of a prompt to add, which lacks a name."""
        super().__init__(parent)
        self.setWindowTitle(tr("Prompts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._background = background
        self._prompts: list[OwnPrompt] = []
        self.edited = ""  # the name of the prompt on the right; "": a new one
        self.list = RowList(tr("Prompts"))
        self.name, self.body = TextField(tr("Name")), QPlainTextEdit()
        self.problem = FlagLabel("", SMALL, wrap=True)
        self.save_button = TextButton(tr("Save"), kind="primary")
        self.delete_button = TextButton(tr("Delete"), "trash", kind="quiet")
        self.new_button = TextButton(tr("New"), "plus", kind="quiet")
        self.import_button, self.export_button = (
            TextButton(tr("Import…"), "down", kind="quiet"),
            TextButton(tr("Export…"), "up", kind="quiet"),
        )
        self._lay_out()
        self.list.chosen.connect(self.edit)
        self.save_button.clicked.connect(self.save)
        self.delete_button.clicked.connect(self.delete)
        self.new_button.clicked.connect(lambda: self.begin(""))
        self.import_button.clicked.connect(self.choose_import)
        self.export_button.clicked.connect(self.choose_export)
        self.begin(text)
        self._change(lambda library: None)

    def begin(self, text: str) -> None:
        """Begin a new prompt with this text."""
        self._show(OwnPrompt("", text), "")
        self.name.setFocus()

    def edit(self, name: str) -> None:
        """Show a prompt to be changed."""
        self._show(next(one for one in self._prompts if one.name == name), name)

    def save(self) -> None:
        """Save what is on the right."""
        prompt, before = OwnPrompt(self.name.text(), self.body.toPlainText()), self.edited
        self._change(lambda library: library.save(prompt, before), " ".join(prompt.name.split()))

    def delete(self) -> None:
        """Delete the prompt on the right."""
        name = self.edited
        self._change(lambda library: library.delete(name))
        self.begin("")

    def bring_in(self, path: Path) -> None:
        """Add the prompts of a file."""
        self._change(lambda library: library.bring_in(path), self.edited)

    def export(self, path: Path) -> None:
        """Write every prompt to a file."""
        self._change(lambda library: library.export(path), self.edited)

    def choose_import(self) -> None:
        """Ask for a file of prompts and add them."""
        dialog = QFileDialog(self, tr("Import prompts"), str(Path.home()), tr(MARKDOWN))
        dialog.fileSelected.connect(lambda path: self.bring_in(Path(path)))
        dialog.open()

    def choose_export(self) -> None:
        """Ask where to write the prompts."""
        dialog = QFileDialog(self, tr("Export prompts"), str(Path.home() / "prompts.md"), tr(MARKDOWN))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(lambda path: self.export(Path(path)))
        dialog.open()

    def _change(self, change: Callable[[PromptLibrary], object], edited: str = "") -> None:
        """Change the library on a worker, and list what is there then."""

        def work(space: Workspace, _: Task) -> list[OwnPrompt]:
            library = PromptLibrary(space.home.prompts)
            change(library)
            return library.all()

        def listed(prompts: list[OwnPrompt]) -> None:
            self.problem.setText("")
            self._prompts = prompts
            if edited:
                self.edited = edited
            self._fill()

        self._background.run("save", work, self, Callbacks(listed, self._fail))

    def _fail(self, error: AppError) -> None:
        self.problem.setText(told_error(error))

    def _fill(self) -> None:
        self.list.replace([ListRow(one.name, one.name) for one in self._prompts], self.edited)
        self.delete_button.setEnabled(bool(self.edited))
        self.export_button.setEnabled(bool(self._prompts))

    def _show(self, prompt: OwnPrompt, edited: str) -> None:
        self.edited = edited
        self.name.setText(prompt.name)
        self.body.setPlainText(prompt.text)
        self._fill()

    def _lay_out(self) -> None:
        self.resize(zoomed(90 * UNIT), zoomed(56 * UNIT))
        self.body.setAccessibleName(tr("Text of the prompt"))
        self.body.setPlaceholderText(tr("Summarise {{file}} in five sentences."))
        self.body.setTabChangesFocus(True)
        slim_scrolling(self.body)
        around = Surface("base", "edge")
        inside = QVBoxLayout(around)
        inside.setContentsMargins(UNIT, UNIT, UNIT, UNIT)
        inside.addWidget(self.body)
        left, right, foot = QVBoxLayout(), QVBoxLayout(), QHBoxLayout()
        left.addWidget(self.list, 1)
        for button in (self.new_button, self.import_button, self.export_button):
            left.addWidget(button)
        for button in (self.delete_button, self.save_button):
            foot.addWidget(button)
        foot.insertStretch(1, 1)
        for widget in (self.name, around, Label(tr(ABOUT), SMALL, ink="muted", wrap=True), self.problem):
            right.addWidget(widget, 1 if widget is around else 0)
        right.addLayout(foot)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
        whole.setSpacing(2 * UNIT)
        whole.addLayout(left, 1)
        whole.addLayout(right, 2)

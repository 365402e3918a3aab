"""The chip that says what writes the answers, and the menu behind it."""

from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from desktop.buttons import TextButton
from desktop.model_choice import ModelChoice, ModelState
from desktop.theme import UNIT


class ModelMenu(TextButton):
    """`Quotes`, a model's name, or the name of what is loading."""

    def __init__(self, choice: ModelChoice, parent: QWidget | None = None) -> None:
        super().__init__("Quotes, no model", "quote", parent=parent)
        self._choice = choice
        self.setToolTip("What writes the answers")
        self.clicked.connect(self.open_menu)
        choice.changed.connect(self.show_state)

    def minimumSizeHint(self) -> QSize:
        """A long name may be cut."""
        return QSize(min(self.sizeHint().width(), 16 * UNIT), self.sizeHint().height())

    def show_state(self, state: ModelState) -> None:
        """Say what is loaded or loading."""
        if state.loading:
            self.relabel(f"Loading {state.loading}… {state.percent} %", "model")
        elif state.engine:
            self.relabel(f"{state.model} · {state.engine}", "model")
        else:
            self.relabel("Quotes, no model", "quote")
        self.setEnabled(not state.loading)

    def open_menu(self) -> None:
        """Offer a GGUF file, or none."""
        menu = QMenu(self)
        state = self._choice.state
        none = menu.addAction("No model: answer with quotes from the files")
        none.setCheckable(True)
        none.setChecked(not state.engine)
        none.triggered.connect(self._choose_none)
        if state.engine:
            loaded = menu.addAction(f"{state.model} ({state.context_tokens:,} tokens of context)")
            loaded.setCheckable(True)
            loaded.setChecked(True)
            loaded.setEnabled(False)
        menu.addSeparator()
        menu.addAction("Choose a GGUF file…").triggered.connect(self.choose_file)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def choose_file(self) -> None:
        """Ask for a model file and load it."""
        dialog = QFileDialog(self.window(), "Choose a model", str(Path.home()), "Models (*.gguf)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._load)
        dialog.open()

    def _load(self, path: str) -> None:
        self._choice.choose(Path(path))

    def _choose_none(self) -> None:
        self._choice.choose(None)

"""The chip that says what writes the answers, and the menu behind it."""

from pathlib import Path

from PySide6.QtCore import QObject, QPoint, QSize, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from desktop.models.found_models import Found, FoundModels, ModelLine
from desktop.models.model_choice import SERVER, ModelChoice, ModelState, Offer, Server
from desktop.widgets.buttons import TextButton
from desktop.widgets.labels import plain_tooltip
from desktop.widgets.theme import UNIT

LINES = 12  # models in the menu itself; the rest are behind "More models", so that it fits on a small screen


class ModelMenu(TextButton):
    """`Quotes`, a model's name, or the name of what is loading."""

    download_wanted = Signal()

    def __init__(self, choice: ModelChoice, found: FoundModels, parent: QWidget | None = None) -> None:
        super().__init__("Quotes, no model", "quote", parent=parent)
        self._choice, self._found = choice, found
        self.menu: QMenu | None = None
        self.setToolTip("What writes the answers")
        self.clicked.connect(self.open_menu)
        choice.changed.connect(self.show_state)
        choice.offered.connect(self._refill)
        found.changed.connect(self._refill)

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
        """Offer the models that were found, a server, a file, a folder, or none; what changes meanwhile shows in it."""
        self.menu = QMenu(self)
        self.menu.setAccessibleName("What writes the answers")
        self.menu.setToolTipsVisible(True)
        self.menu.aboutToHide.connect(self._forget)
        self._fill(self.menu)
        self._choice.refresh()
        self._found.look()
        self.menu.popup(self._corner(self.menu))

    def choose_file(self) -> None:
        """Ask for a model file and load it."""
        dialog = QFileDialog(self.window(), "Choose a model", str(Path.home()), "Models (*.gguf)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._load)
        dialog.open()

    def choose_folder(self) -> None:
        """Ask for a model's folder and load it."""
        dialog = QFileDialog(self.window(), "Choose a folder of safetensors", str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._load)
        dialog.open()

    def _fill(self, menu: QMenu) -> None:
        state, offer = self._choice.state, self._choice.offer
        none = _checked(menu.addAction("No model: answer with quotes from the files"), not state.engine)
        none.triggered.connect(self._choose_none)
        menu.addSeparator()
        self._add_models(menu, self._found.found, state)
        if offer.server is not None:
            menu.addSeparator()
            self._add_server(menu, offer.server, state)
        menu.addSeparator()
        menu.addAction("Download a model…").triggered.connect(self.download_wanted)
        menu.addAction("Choose a GGUF file…").triggered.connect(self.choose_file)
        menu.addAction("Choose a folder of safetensors…").triggered.connect(self.choose_folder)
        if offer.unchosen:
            menu.addSeparator()
            menu.addAction(_unload_words(offer)).triggered.connect(self._choice.unload)
        _join_choices(menu)

    def _add_models(self, menu: QMenu, found: Found, state: ModelState) -> None:
        if state.engine and state.path != SERVER and state.path not in {line.path for line in found.lines}:
            loaded = _checked(menu.addAction(_columns(state.model, "in use")), True)
            loaded.setToolTip(_window_words(state))
        for place, line in enumerate(found.lines):
            if place == LINES:
                menu = menu.addMenu("More models")
                menu.setToolTipsVisible(True)
            self._add_model(menu, line, state)
        for words in _remarks(found):
            menu.addAction(words).setEnabled(False)

    def _add_model(self, menu: QMenu, line: ModelLine, state: ModelState) -> None:
        chosen = bool(state.engine) and line.path == state.path
        held = line.path in self._choice.offer.unchosen
        needs = "in use" if chosen else "in memory" if held else line.needs
        name = f"{line.name}  ·  {line.size}" if line.size else line.name
        action = _checked(menu.addAction(_columns(name, needs)), chosen)
        action.setEnabled(line.usable or chosen or held)
        action.setToolTip(plain_tooltip(f"{_window_words(state)}\n{line.path}" if chosen else line.about))
        _Choose(action, self._choice, line.path)

    def _add_server(self, menu: QMenu, server: Server, state: ModelState) -> None:
        name = f"{server.model or 'Model'} on {server.host}"
        action = _checked(menu.addAction(_columns(name, server.protection)), state.path == SERVER)
        action.setEnabled(not server.refusal)
        action.setToolTip(plain_tooltip(server.refusal) or "The server that is set up under [remote] in the settings.")
        _Choose(action, self._choice, SERVER)

    def _refill(self, _: object) -> None:
        """Show what has just become known in the menu that is open, and leave the keyboard where it was."""
        if (menu := self.menu) is None:
            return
        active = menu.activeAction()
        words = active.text() if active is not None else ""
        for more in menu.findChildren(QMenu):
            more.close()
            more.deleteLater()
        menu.clear()
        self._fill(menu)
        again = next((action for action in menu.actions() if words and action.text() == words), None)
        if again is not None:
            menu.setActiveAction(again)
        menu.move(self._corner(menu))  # it has another size now

    def _corner(self, menu: QMenu) -> QPoint:
        """Below the chip, with the right edges in line: the chip stands at the right of the window."""
        return self.mapToGlobal(self.rect().bottomRight()) - QPoint(menu.sizeHint().width() - 1, 0)

    def _forget(self) -> None:
        if self.menu is not None:
            self.menu.deleteLater()
            self.menu = None

    def _load(self, path: str) -> None:
        self._choice.choose(Path(path))

    def _choose_none(self) -> None:
        self._choice.choose(None)


class _Choose(QObject):
    """Chooses a model when its line of the menu is clicked."""

    def __init__(self, action: QAction, choice: ModelChoice, path: Path) -> None:
        super().__init__(action)
        self._choice, self._path = choice, path
        action.triggered.connect(self._choose)

    def _choose(self) -> None:
        if self._choice.state.path != self._path:
            self._choice.choose(self._path)


def _checked(action: QAction, on: bool) -> QAction:
    action.setCheckable(True)
    action.setChecked(on)
    return action


def _join_choices(menu: QMenu) -> None:
    """Of the lines that can be checked one is: they show as alternatives, those behind "More models" among them."""
    group = QActionGroup(menu)
    behind = [line for action in menu.actions() if (more := _submenu(action)) for line in more.actions()]
    for action in (*menu.actions(), *behind):
        if action.isCheckable():
            group.addAction(action)


def _submenu(action: QAction) -> QMenu | None:
    more = action.menu()
    return more if isinstance(more, QMenu) else None


def _columns(name: str, remark: str) -> str:
    """A menu's text with a remark at its right edge, where Qt puts what follows a tab. Ampersands are no shortcuts."""
    return f"{name}\t{remark}".replace("&", "&&")


def _window_words(state: ModelState) -> str:
    return f"{state.context_tokens:,} tokens of context, by {state.engine}"


def _unload_words(offer: Offer) -> str:
    freed = f"frees {offer.unchosen_bytes / 1e9:.1f} GB" if offer.unchosen_bytes else ""
    return _columns("Unload models that are not chosen", freed)


def _remarks(found: Found) -> tuple[str, ...]:
    """What else is to be said of the looking, as lines that cannot be chosen."""
    if not found.looked:
        return ("Looking for models…",)
    if not found.lines:
        return ("No model was found on this machine",)
    return () if found.complete else ("There may be more: not every folder was looked through",)

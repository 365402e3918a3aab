"""The button that names the model in use, and the menu behind it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, QSize, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from assistant.visible_text import visible_line
from desktop.language import mark, tr
from desktop.models.model_choice import SERVER, FoundModels, ModelChoice, ModelEntry, ModelList, ModelState, Server
from desktop.widgets.buttons import TextButton
from desktop.widgets.labels import plain_tooltip
from desktop.widgets.theme import UNIT

MAX_ENTRIES = 12  # models in the menu itself; the rest are behind "More models", so that it fits on a small screen
ABOUT = mark("Model that writes the answers")
MAX_CHARACTERS = 32  # of the button, its icon among them; a longer name is cut in its middle

ROUTED = mark(
    "Of the models in memory, the smallest answers simple questions, the biggest those that ask for reasons, and none"
    " on a server those with personal data"
)


class ModelMenu(TextButton):
    """`Quotes only`, a model's name, or the name of the one that is loading."""

    download_wanted = Signal()

    def __init__(self, choice: ModelChoice, found: FoundModels, parent: QWidget | None = None) -> None:
        super().__init__(tr("Quotes only"), "quote", parent=parent)
        self._choice, self._found = choice, found
        self.menu: QMenu | None = None
        self.setToolTip(tr(ABOUT))
        self.clicked.connect(self.open_menu)
        choice.changed.connect(self.show_state)
        choice.others_changed.connect(self._refill)
        found.changed.connect(self._refill)

    def sizeHint(self) -> QSize:
        """Return room for the name, up to a width that leaves some for the title beside it."""
        hint = super().sizeHint()
        return QSize(min(hint.width(), MAX_CHARACTERS * self.fontMetrics().averageCharWidth()), hint.height())

    def minimumSizeHint(self) -> QSize:
        """Return the width that a long name is cut to."""
        return QSize(min(self.sizeHint().width(), 16 * UNIT), self.sizeHint().height())

    def show_state(self, state: ModelState) -> None:
        """Show which model is loaded or loading."""
        if state.loading:
            is_tuned = state.percent is None
            words = (
                tr("Tuning for your processor (once)…")
                if is_tuned
                else tr("Loading {model}… {percent} %", model=state.loading, percent=state.percent)
            )
            self.relabel(words, "model")
        elif state.engine:
            engine = tr("unloaded") if state.unloaded else state.engine
            self.relabel(" · ".join(filter(None, (state.model, engine))), "model")
        else:
            self.relabel(tr("Quotes only"), "quote")
        again = tr(". The next question loads it again") if state.unloaded else ""
        self.setToolTip(plain_tooltip(f"{tr(ABOUT)}: {self.text()}{again}"))
        self.setEnabled(not state.loading)

    def open_menu(self) -> None:
        """Open a menu of models: those found, a server, a file, a folder, or none. It follows changes while open."""
        self.menu = QMenu(self)
        self.menu.setAccessibleName(tr(ABOUT))
        self.menu.setToolTipsVisible(True)
        self.menu.aboutToHide.connect(self._forget)
        self._fill(self.menu)
        self._choice.refresh()
        self._found.scan()
        self.menu.popup(self._corner(self.menu))

    def choose_file(self) -> None:
        """Ask for a model file and load it."""
        dialog = QFileDialog(self.window(), tr("Choose a model file"), str(Path.home()), tr("GGUF models (*.gguf)"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._load)
        dialog.open()

    def choose_folder(self) -> None:
        """Ask for a model's folder and load it."""
        dialog = QFileDialog(self.window(), tr("Choose a model folder"), str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._load)
        dialog.open()

    def _fill(self, menu: QMenu) -> None:
        state, others = self._choice.state, self._choice.others
        none = _checked(menu.addAction(tr("No model: answer with quotes")), not state.engine)
        none.triggered.connect(lambda: self._choice.choose(None))
        menu.addSeparator()
        self._add_models(menu, self._found.found, state)
        if others.server is not None:
            menu.addSeparator()
            self._add_server(menu, others.server, state)
        menu.addSeparator()
        menu.addAction(tr("Download a model…")).triggered.connect(self.download_wanted)
        menu.addAction(tr("Open a GGUF file…")).triggered.connect(self.choose_file)
        menu.addAction(tr("Open a safetensors folder…")).triggered.connect(self.choose_folder)
        if others.unused:
            menu.addSeparator()
            freed = tr("frees {size:.1f} GB", size=others.unused_bytes / 1e9) if others.unused_bytes else ""
            menu.addAction(_columns(tr("Unload unused models"), freed)).triggered.connect(self._choice.unload)
        group = QActionGroup(menu)  # the checkable entries exclude each other, those under "More models" too
        submenus = [more for action in menu.actions() if isinstance(more := action.menu(), QMenu)]
        for action in (action for each in (menu, *submenus) for action in each.actions() if action.isCheckable()):
            group.addAction(action)
        if state.engine:
            menu.addSeparator()
            routed = _checked(menu.addAction(tr("Choose by the question")), others.by_difficulty)
            routed.setToolTip(tr(ROUTED))
            routed.toggled.connect(self._choice.route_by_difficulty)

    def _add_models(self, menu: QMenu, found: ModelList, state: ModelState) -> None:
        if state.engine and state.path != SERVER and state.path not in {entry.path for entry in found.entries}:
            loaded = _checked(menu.addAction(_columns(state.model, tr("in use"))), True)
            loaded.setToolTip(plain_tooltip(_context_text(state)))
        for place, entry in enumerate(found.entries):
            if place == MAX_ENTRIES:
                menu = menu.addMenu(tr("More models"))
                menu.setToolTipsVisible(True)
            self._add_model(menu, entry, state)
        if not found.scanned:
            note = tr("Looking for models…")
        elif not found.entries:
            note = tr("No models found on this computer")
        else:
            note = "" if found.complete else tr("There may be more; some folders were not searched")
        if note:
            menu.addAction(note).setEnabled(False)

    def _add_model(self, menu: QMenu, entry: ModelEntry, state: ModelState) -> None:
        chosen = bool(state.engine) and entry.path == state.path
        held = entry.path in self._choice.others.unused
        needs = tr("in use") if chosen else tr("in memory") if held else entry.needs
        name = f"{entry.name}  ·  {entry.size}" if entry.size else entry.name
        action = _checked(menu.addAction(_columns(name, needs)), chosen)
        action.setEnabled(entry.usable or chosen or held)
        action.setToolTip(plain_tooltip(f"{_context_text(state)}\n{entry.path}" if chosen else entry.about))
        action.triggered.connect(lambda: self._choose(entry.path))

    def _add_server(self, menu: QMenu, server: Server, state: ModelState) -> None:
        name = tr("{model} on {server}", model=server.model or tr("Model"), server=server.host)
        action = _checked(menu.addAction(_columns(name, server.protection)), state.path == SERVER)
        action.setEnabled(not server.refusal)
        action.setToolTip(plain_tooltip(server.refusal) or tr("The server in the [remote] section of your settings"))
        action.triggered.connect(lambda: self._choose(SERVER))

    def _choose(self, path: Path) -> None:
        if self._choice.state.path != path or self._choice.state.unloaded:
            self._choice.choose(path)

    def _refill(self, _: object) -> None:
        """Update the open menu and keep the entry under the keyboard."""
        if (menu := self.menu) is None:
            return
        active = menu.activeAction()
        label = active.text() if active is not None else ""
        for more in menu.findChildren(QMenu):
            more.close()
            more.deleteLater()
        menu.clear()
        self._fill(menu)
        again = next((action for action in menu.actions() if label and action.text() == label), None)
        if again is not None:
            menu.setActiveAction(again)
        menu.move(self._corner(menu))  # its size has changed

    def _corner(self, menu: QMenu) -> QPoint:
        """Return the corner of a menu below the button, aligned at the right: the button is at the window's right."""
        return self.mapToGlobal(self.rect().bottomRight()) - QPoint(menu.sizeHint().width() - 1, 0)

    def _forget(self) -> None:
        if self.menu is not None:
            self.menu.deleteLater()
            self.menu = None

    def _load(self, path: str) -> None:
        self._choice.choose(Path(path))


def _checked(action: QAction, on: bool) -> QAction:
    action.setCheckable(True)
    action.setChecked(on)
    return action


def _columns(name: str, remark: str) -> str:
    """Return a menu text with a remark at the right edge, where Qt puts what follows a tab; "&" is escaped."""
    return f"{visible_line(name)}\t{visible_line(remark)}".replace("&", "&&")


def _context_text(state: ModelState) -> str:
    return tr("{count} tokens of context, runs in {engine}", count=state.context_tokens, engine=state.engine)

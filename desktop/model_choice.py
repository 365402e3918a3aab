"""Which model writes the answers: a GGUF file, or none, and then answers are quotes."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from desktop.background import Background, Callbacks, Task

if TYPE_CHECKING:
    from assistant.workspace import Workspace
    from errors import AppError


class ModelState(NamedTuple):
    """`engine` is empty when answers are quotes; `loading` names the file being read, `percent` says how far it is."""

    model: str = ""
    engine: str = ""
    context_tokens: int = 0
    loading: str = ""
    percent: int = 0


class ModelChoice(QObject):
    """Loads a model off the UI thread and says what is loaded."""

    changed = Signal(object)  # ModelState
    loaded = Signal()
    failed = Signal(object)  # AppError

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self.state = ModelState()

    def preload(self) -> None:
        """Open the model of last time, if there was one."""
        self._background.run("read", lambda space, _: space.settings.model.path, self, Callbacks(self._preload))

    def choose(self, path: Path | None) -> None:
        """Load a GGUF file in place of what is loaded; None: answer with quotes."""
        name = path.name if path else self.state.model or "…"
        self._set(ModelState(loading=name))

        def load(space: "Workspace", task: Task) -> ModelState:
            engine = space.open_model(path, on_progress=lambda share: task.report(round(share * 100)))
            return ModelState(engine.model, engine.name, engine.context_tokens) if engine else ModelState()

        def show(percents: "tuple[int, ...]") -> None:
            if self.state.loading == name:
                self._set(ModelState(loading=name, percent=percents[-1]))

        self._background.run("model", load, self, Callbacks(self._finish, self._fail, show))

    def _preload(self, path: Path | None) -> None:
        if path is not None and self.state == ModelState():  # or a person was faster, and chose
            self.choose(path)

    def _finish(self, state: ModelState) -> None:
        self._set(state)
        if state.engine:
            self.loaded.emit()

    def _set(self, state: ModelState) -> None:
        self.state = state
        self.changed.emit(state)

    def _fail(self, error: "AppError") -> None:
        self._background.run("model", _loaded, self, Callbacks(self._set))
        self.failed.emit(error)


def _loaded(space: "Workspace", _: Task) -> ModelState:
    engine = space.engine
    return ModelState(engine.model, engine.name, engine.context_tokens) if engine else ModelState()

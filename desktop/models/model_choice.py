"""Which model writes the answers: one on this machine, one on a server, or none, and then answers are quotes."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from desktop.background import Background, Callbacks, Task

if TYPE_CHECKING:
    from assistant.workspace import Workspace
    from engines.protocol import Engine
    from errors import AppError

SERVER = Path("remote:")  # the server in the settings, as a path of theirs


class ModelState(NamedTuple):
    """`engine` is empty when answers are quotes; `loading` names the file being read, `percent` says how far it is.

    `away`: what the model reads leaves this computer.
    """

    model: str = ""
    engine: str = ""
    context_tokens: int = 0
    loading: str = ""
    percent: int = 0
    path: Path | None = None
    away: bool = False


class Server(NamedTuple):
    """The server in the settings. `refusal`: why it cannot be asked now."""

    host: str
    model: str
    protection: str
    refusal: str = ""


class Offer(NamedTuple):
    """What can be done besides: a server that is set up, and the bytes of models in memory that are not chosen."""

    server: Server | None = None
    unchosen: tuple[Path, ...] = ()
    unchosen_bytes: int = 0


class ModelChoice(QObject):
    """Loads a model off the UI thread and says what is loaded."""

    changed = Signal(object)  # ModelState
    offered = Signal(object)  # Offer
    loaded = Signal()
    failed = Signal(object)  # AppError

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self.state = ModelState()
        self.offer = Offer()

    def preload(self) -> None:
        """Open the model of last time, if there was one."""
        self._background.run("read", lambda space, _: space.settings.model.path, self, Callbacks(self._preload))

    def refresh(self) -> None:
        """Ask anew what can be offered."""
        self._background.run("read", _offer, self, Callbacks(self._set_offer))

    def unload(self) -> None:
        """Free the memory of every model that is not chosen."""
        self._background.run("model", lambda space, _: space.models.unload_others(), self, Callbacks(self._unloaded))

    def choose(self, path: Path | None) -> None:
        """Load a GGUF file, a folder of safetensors or SERVER in place of what is loaded; None: answer with quotes."""
        name = "the server's model" if path == SERVER else path.name if path else self.state.model or "…"
        self._set(ModelState(loading=name))

        def load(space: "Workspace", task: Task) -> ModelState:
            return _state(space.open_model(path, on_progress=lambda share: task.report(round(share * 100))), path)

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

    def _set_offer(self, offer: Offer) -> None:
        if offer != self.offer:
            self.offer = offer
            self.offered.emit(offer)

    def _unloaded(self, _: object) -> None:
        self.refresh()

    def _fail(self, error: "AppError") -> None:
        self._background.run("model", _loaded, self, Callbacks(self._set))
        self.failed.emit(error)


def _loaded(space: "Workspace", _: Task) -> ModelState:
    return _state(space.models.chosen, space.settings.model.path)


def _state(engine: "Engine | None", path: Path | None) -> ModelState:
    from assistant.models.servers import describe

    if engine is None:
        return ModelState()
    away = describe(engine, chosen=True).remote
    return ModelState(engine.model, engine.name, engine.context_tokens, path=path, away=away)


def _offer(space: "Workspace", _: Task) -> Offer:
    unchosen = space.models.others()
    return Offer(_server(space), tuple(unchosen), sum(unchosen.values()))


def _server(space: "Workspace") -> Server | None:
    from engines.errors import AddressRefused
    from engines.remote.server import parse_address
    from network.connections import is_this_machine

    chosen = space.settings.remote
    if not chosen.url:
        return None
    try:
        host = parse_address(chosen.url).host
    except AddressRefused as refused:
        return Server(chosen.url, chosen.model, "cannot be used", f"{refused.title}. {refused.hint}")
    if is_this_machine(host):
        return Server(host, chosen.model, "on this machine")
    masks = chosen.personal_data == "mask"
    protection = "personal data is masked" if masks else "personal data is not sent"
    return Server(host, chosen.model, protection, "Carrel is offline." if space.connections.offline else "")

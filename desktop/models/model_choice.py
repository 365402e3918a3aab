"""The model that writes the answers: one on this machine, one on a server, or none, when answers are quotes."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from assistant.models.model_library import FittedModel, find_chat_models, fitted, usable_machine
from assistant.models.servers import describe
from desktop.background import Background, Callbacks, Task
from desktop.language import told, told_error, tr
from desktop.widgets.labels import size_text
from engines import AddressRefused, Engine, Machine, ModelFit, parse_address
from errors import AppError
from network import is_this_machine

if TYPE_CHECKING:
    from assistant.workspace import Workspace

SERVER = Path("remote:")  # the server named in the settings, in the place of a model's path
FRESH_SECONDS = 30.0  # a scan reads the head of every model, some 0.1 s each; opening a menu twice need not


class ModelState(NamedTuple):
    """The chosen model. `engine` is empty when answers are quotes.

    `loading` names the file being loaded, `percent` its progress; None: it is being tuned. `away`: prompts leave
    this computer. `unloaded`: the chosen model is out of memory until the next question.
    """

    model: str = ""
    engine: str = ""
    context_tokens: int = 0
    loading: str = ""
    percent: int | None = 0
    path: Path | None = None
    away: bool = False
    unloaded: bool = False


class Server(NamedTuple):
    """The server in the settings. `refusal`: reason that it cannot be used now."""

    host: str
    model: str
    protection: str
    refusal: str = ""


class OtherModels(NamedTuple):
    """A server that is set up, and the models in memory that are not chosen, with their bytes.

    `by_difficulty`: each question goes to one of those in memory.
    """

    server: Server | None = None
    unused: tuple[Path, ...] = ()
    unused_bytes: int = 0
    by_difficulty: bool = False


class ModelChoice(QObject):
    """Loads a model off the UI thread and reports its state."""

    changed = Signal(object)  # ModelState
    others_changed = Signal(object)  # OtherModels
    loaded = Signal()
    failed = Signal(object)  # AppError

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._choices = 0
        self.wanted: Path | None = None  # the model that was chosen last, whether or not it could be loaded
        self.state = ModelState()
        self.others = OtherModels()

    def preload(self) -> None:
        """Open the model of last time, if there was one, and opening it ended no process."""

        def load(path: Path | None) -> None:
            if path is not None and self.state == ModelState():  # else the person has chosen meanwhile
                self.choose(path)

        self._background.run(
            "read", lambda space, _: space.models.remembered(), self, Callbacks(load, self.failed.emit)
        )

    def refresh(self) -> None:
        """Read again which server is set up and which models are in memory."""

        def read(space: Workspace, _: Task) -> OtherModels:
            unused = space.models.others()
            by_difficulty = space.settings.routing.by_difficulty
            return OtherModels(_server(space), tuple(unused), sum(unused.values()), by_difficulty)

        def show(others: OtherModels) -> None:
            if others != self.others:
                self.others = others
                self.others_changed.emit(others)

        self._background.run("read", read, self, Callbacks(show))

    def unload(self) -> None:
        """Free the memory of every model that is not chosen."""
        done = Callbacks(lambda _: self.refresh())
        self._background.run("model", lambda space, _: space.models.unload_others(), self, done)

    def route_by_difficulty(self, on: bool) -> None:
        """Let the difficulty of a question choose among the models in memory, or no longer."""

        def save(space: Workspace, _: Task) -> None:
            settings = space.settings
            space.settings = replace(settings, routing=replace(settings.routing, by_difficulty=on))

        self._background.run("read", save, self, Callbacks(lambda _: self.refresh(), self.failed.emit))

    def choose(self, path: Path | None) -> None:
        """Load a GGUF file, a folder of safetensors or SERVER in place of what is loaded; None: answer with quotes."""
        name = tr("the server's model") if path == SERVER else path.name if path else self.state.model or "…"
        self._set(ModelState(loading=name))
        self._choices += 1
        self.wanted = path
        choice = self._choices

        def load(space: Workspace, task: Task) -> ModelState:
            return _state(space.open_model(path, on_progress=lambda share: task.report(share)), path)

        def show(shares: tuple[float | None, ...]) -> None:
            if self.state.loading == name:
                share = shares[-1]
                self._set(ModelState(loading=name, percent=None if share is None else round(share * 100)))

        def finish(state: ModelState) -> None:
            if choice == self._choices:  # else another is being loaded
                self._set(state)
            if state.engine:
                self.loaded.emit()

        self._background.run("model", load, self, Callbacks(finish, self._fail, show))

    def wake(self, _: object = None) -> None:
        """Load the chosen model again if it is unloaded: a question was asked."""
        if self.state.unloaded:
            self.choose(self.state.path)

    def reread(self) -> None:
        """Read again which model answers: one that crashed twice is closed."""

        def read(space: Workspace, _: Task) -> ModelState:
            resting, path = space.models.unloaded, space.settings.model.path
            return _state(resting, path)._replace(unloaded=True) if resting else _state(space.models.chosen, path)

        self._background.run("model", read, self, Callbacks(self._set))

    def _set(self, state: ModelState) -> None:
        self.state = state
        self.changed.emit(state)

    def _fail(self, error: AppError) -> None:
        self.reread()
        self.failed.emit(error)


def _state(engine: Engine | None, path: Path | None) -> ModelState:
    if engine is None:
        return ModelState()
    away = describe(engine, chosen=True).remote
    return ModelState(engine.model, engine.name, engine.context_tokens, path=path, away=away)


def _server(space: Workspace) -> Server | None:
    chosen = space.settings.remote
    if not chosen.url:
        return None
    try:
        host = parse_address(chosen.url).host
    except AddressRefused as refused:
        return Server(chosen.url, chosen.model, tr("can't be used"), told_error(refused))
    if is_this_machine(host) and chosen.on_this_machine:
        return Server(host, chosen.model, tr("on this machine"))
    masks = chosen.personal_data == "mask" and space.settings.guard.low_risk == "mask"
    protection = tr("personal data is masked") if masks else tr("personal data is not sent")
    return Server(host, chosen.model, protection, tr("Carrel is offline.") if space.connections.offline else "")


class ModelEntry(NamedTuple):
    """A model as a menu shows it. `needs`: its fit here. `about`: more, for a tooltip. `usable`: it can be chosen.

    `owner`: the other program whose model it is; "" where it is Carrel's.
    """

    path: Path
    name: str
    size: str = ""
    needs: str = ""
    about: str = ""
    usable: bool = True
    owner: str = ""


class ModelList(NamedTuple):
    """Result of the last scan, usable models first. `complete`: it reached every folder in time."""

    entries: tuple[ModelEntry, ...] = ()
    complete: bool = True
    scanned: bool = False


class FoundModels(QObject):
    """The models on this machine: the result of the last scan, to be shown at once, and new scans."""

    changed = Signal(object)  # ModelList

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._scanning = False
        self._ended = -math.inf  # monotonic seconds
        self.found = ModelList()

    def scan(self) -> None:
        """Scan again, unless a scan is running or has only just ended."""
        if self._scanning or time.monotonic() < self._ended + FRESH_SECONDS:
            return

        def show(found: ModelList) -> None:
            self._scanning, self._ended = False, time.monotonic()
            if found != self.found:
                self.found = found
                self.changed.emit(found)

        def fail(error: AppError) -> None:
            self._scanning = False
            self._background.failed.emit(error)

        self._scanning = True
        self._background.run("scan", _scan, self, Callbacks(show, fail))


def _scan(space: Workspace, task: Task) -> ModelList:
    def clock() -> float:
        """Return the time; once the window closes, one past every limit."""
        return math.inf if task.cancelled.is_set() else time.monotonic()

    settings = space.settings
    scan = find_chat_models(space.home, settings, clock=clock)
    task.check()
    machine = usable_machine(space.home, settings)
    fits = fitted(scan.models, machine, settings, settings.model.context_tokens)
    unusable = [
        ModelEntry(
            path=one.path,
            name=one.name,
            needs=tr("can't be used"),
            about=f"{told(one.reason)}\n{one.path}",
            usable=False,
        )
        for one in scan.models
        if one.card is None
    ]
    entries = sorted(
        [*(_fitted_entry(one, machine) for one in fits), *unusable],
        key=lambda entry: (not entry.usable, entry.name.casefold()),
    )
    return ModelList(tuple(entries), scan.complete, scanned=True)


def _fitted_entry(one: FittedModel, machine: Machine) -> ModelEntry:
    card = one.model.card
    assert card is not None
    owner = "" if one.model.owner in ("Carrel", "settings") else one.model.owner
    where = tr("{path} of {owner}", path=one.model.path, owner=owner) if owner else str(one.model.path)
    return ModelEntry(
        path=one.model.path,
        name=one.model.name,
        size=f"{card.quantization}, {size_text(card.weights_bytes)}",
        needs=fit_summary(one.fit, machine.memory_bytes),
        about=f"{told(one.fit.advice)}\n{where}",
        usable=one.fit.verdict != "too large",
        owner=owner,
    )


def fit_summary(fit: ModelFit, memory_bytes: int) -> str:
    """Return `fits, about 12 tokens/s`, or how much too large the model is."""
    if fit.verdict == "too large":
        return tr(
            "too large: needs {needed:.1f} of {memory:.1f} GB",
            needed=fit.total_bytes / 1e9,
            memory=memory_bytes / 1e9,
        )
    speed = fit.expected_tokens_per_second
    return (
        tr("{verdict}, about {speed:.0f} tokens/s", verdict=told(fit.verdict), speed=speed)
        if speed
        else told(fit.verdict)
    )

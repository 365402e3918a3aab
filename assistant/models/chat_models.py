"""The chat models of a workspace: those in memory, the chosen one, and the routing of questions to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant.guards import Policy
from assistant.home import Home
from assistant.looking.decision import parameters_of
from assistant.models.masking import privacy_policy
from assistant.models.open_models import OpenModels, Progress, engine_settings, file_bytes
from assistant.models.opening_note import OpeningNote
from assistant.models.routing import RoutableModel, RoutingRules, route, route_helper
from assistant.models.servers import asked_servers, describe, open_server
from assistant.passphrase.protection import Protection
from assistant.saving.switches import NO_SHORTCUTS, Shortcut
from assistant.settings import Settings
from engines import Engine, Message, delete_snapshots, open_engine
from network import Connections


@dataclass(frozen=True, slots=True)
class HeldModel:
    """A model in memory: its name, the bytes that it takes, and whether it is the one that answers."""

    path: Path
    name: str
    bytes: int
    is_chosen: bool


class ChatModels:
    """Opens chat models, routes questions to them and frees their memory. Safe to use from any thread.

    `settings`: returns the current settings.
    """

    def __init__(
        self,
        home: Home,
        settings: Callable[[], Settings],
        connections: Connections,
        protection: Protection,
        without: frozenset[Shortcut] = NO_SHORTCUTS,
    ) -> None:
        self._home, self._settings, self._connections, self._without = home, settings, connections, without
        self._protection = protection
        self._open = OpenModels(self._load, lambda: settings().model.memory_bytes)
        self._note = OpeningNote(home.opening_note)
        self._chosen: Engine | None = None
        self._unloaded: tuple[Path, Engine] | None = None  # the chosen model, until the next question
        self._by_difficulty = False

    @property
    def chosen(self) -> Engine | None:
        """The model that answers; None: answers are quotations."""
        return self._chosen if self._chosen in self._open.engines() else None

    @property
    def chosen_path(self) -> Path | None:
        """The file of the model that answers, or will once it is loaded again; None: answers are quotations."""
        if self._unloaded:
            return self._unloaded[0]
        return next((held.path for held in self.held() if held.is_chosen), None)

    def choose(self, path: Path | None, on_progress: Progress = lambda share: None) -> Engine | None:
        """Let a model answer from the next question on; None: quote. Blocks for seconds unless it is in memory.

        `on_progress`: see `Progress`. A running answer is finished by the model that started it.
        The previous model stays in memory while the settings leave room for it; None unloads every model. Raises the
        engine's AppErrors; the previous model then still answers, unless it was evicted to make room.
        """
        self._chosen = self._open.open(path, on_progress) if path else None
        self._unloaded = None
        if path is None:
            self.unload_others()
        return self._chosen

    def route_by_difficulty(self) -> None:
        """Let the smallest open model answer simple questions and the biggest complex ones, until this is closed."""
        self._by_difficulty = True

    def remembered(self) -> Path | None:
        """The model of last time, to be opened unasked. Raises LastOpeningCrashed."""
        path = self._settings().model.path
        if path:
            self._note.check(path)
        return path

    @property
    def unloaded(self) -> Engine | None:
        """The chosen model where `unload` has closed it: its name and window can still be read."""
        return self._unloaded[1] if self._unloaded else None

    def unload(self, path: Path) -> None:
        """Free the memory of a model once its running answers have ended; `wake` loads the chosen one again."""
        engine = self._open.peek(path)
        if engine is not None and engine is self.chosen:
            self._unloaded = path, engine
        self._open.unload(path)

    def wake(self) -> None:
        """Load the chosen model again if it was unloaded. Blocks for seconds. Raises the engine's AppErrors."""
        if self._unloaded is not None:
            self.choose(self._unloaded[0])

    def held(self) -> tuple[HeldModel, ...]:
        """The models in memory, the chosen one first."""
        found = [
            HeldModel(path, engine.model, self._open.bytes_of(path), engine is self._chosen)
            for path in self._open.paths()
            if (engine := self._open.peek(path)) is not None
        ]
        return tuple(sorted(found, key=lambda model: not model.is_chosen))

    def unload_others(self) -> None:
        """Free the memory of every model but the chosen one, each when its running answers have ended."""
        for path in self.others():
            self._open.unload(path)

    def others(self) -> Mapping[Path, int]:
        """The bytes of each model in memory that is not chosen, which `unload_others` would free."""
        others = [path for path in self._open.paths() if self._open.peek(path) is not self._chosen]
        return {path: self._open.bytes_of(path) for path in others}

    def file_stamp(self, engine: Engine) -> tuple[str, int, int]:
        """The path, bytes and time of the file that a model in memory was read from; of a server, its name alone."""
        path = next((path for path in self._open.paths() if self._open.peek(path) is engine), Path(engine.model))
        return str(path), file_bytes(path), path.stat().st_mtime_ns if path.exists() else 0

    def parameters(self, engine: Engine) -> float | None:
        """The number of parameters of a model in memory; None where its files, or its name on a server, do not tell."""
        path, *stamp = self.file_stamp(engine)
        return parameters_of(Path(path), tuple(stamp))

    def route(self, question: str, read: Sequence[str]) -> tuple[Engine | None, str]:
        """The model that answers and the reason, for people. `read`: every other text that would be sent to it."""
        engines, available = self._available()
        settings = self._settings()
        by_difficulty = self._by_difficulty or settings.routing.by_difficulty
        rules = RoutingRules(
            stronger_for_complex=settings.routing.stronger_for_complex,
            by_difficulty=by_difficulty,
            policy=Policy(low="block") if by_difficulty else privacy_policy(settings.remote, settings.guard),
        )
        decided = route(question, tuple(read), available, rules)
        return (engines[available.index(decided.model)] if decided.model else None), decided.reason

    @contextmanager
    def helper(self, texts: Sequence[str]) -> Iterator[Engine | None]:
        """The smallest open model, kept in memory while the block runs; None where it would send personal data away."""
        engines, available = self._available()
        decided = route_helper(list(texts), available, RoutingRules(policy=Policy(low="block")))
        if decided.model is None or self._chosen is None:
            yield None
            return
        engine = engines[available.index(decided.model)]
        with self.lease(engine):
            yield engine

    def lease(self, engine: Engine) -> AbstractContextManager[None]:
        """Keep a model in memory while the block runs. Raises ModelUnloaded."""
        return self._open.lease(engine)

    def forget(self, messages: Sequence[Message]) -> None:
        """Delete the KV cache of every chat in which one of these messages was read, in memory and on disk."""
        self._open.forget(messages)
        delete_snapshots(self._home.snapshots, messages, self._protection.snapshot_key())

    def memory(self) -> Mapping[str, int]:
        """Bytes by owner over all models: `weights`, `kv`, `kv_parked`, `compute`."""
        return self._open.memory()

    def close(self) -> None:
        """Free everything; running answers end as stopped."""
        self._open.close()
        self._chosen = None

    def _available(self) -> tuple[Sequence[Engine], list[RoutableModel]]:
        engines = self._open.engines()
        return engines, [describe(engine, chosen=engine is self._chosen) for engine in engines]

    def _load(self, path: Path, on_progress: Progress) -> Engine:
        settings = self._settings()
        if servers := asked_servers(path, settings):
            policy = privacy_policy(settings.remote, settings.guard)
            trusted = settings.remote.on_this_machine
            return open_server(servers, policy, self._connections, trusted=trusted)
        with self._note.kept(path):
            chosen = engine_settings(self._home, settings, self._protection.snapshot_key(), self._without)
            return open_engine(path, chosen, on_progress)

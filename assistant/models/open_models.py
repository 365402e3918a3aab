"""The models in memory: one engine for each, under a budget of bytes; what was used longest ago makes room."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Condition, Lock

from assistant.home import Home
from assistant.settings import Settings
from engines.engine_settings import EngineSettings, LlamaSettings
from engines.errors import EngineDied
from engines.protocol import Engine, Message
from errors import AppError

Progress = Callable[[float], None]


class ModelUnloaded(AppError):
    """The model was unloaded between the question and its answer."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is no longer in memory", "Ask again: the model that is chosen now will answer.")


class _Open:
    """A loaded model. `users`: answers being written with it. `closing`: somebody has begun to close it."""

    def __init__(self, engine: Engine, file_bytes: int) -> None:
        self.engine = engine
        self.users = 0
        self.closing = False
        self._file_bytes = file_bytes

    @property
    def bytes(self) -> int:
        """What it holds, in its own numbers; the size of its file where it does not say."""
        return sum(self.engine.memory().values()) or self._file_bytes


class OpenModels:
    """Loads each model once and shares it. Any thread; loading blocks for seconds, one model at a time.

    `load`: opens the engine for a path, telling the share that is loaded; raises AppError. `budget_bytes`: how much all
    models together may hold. One that is bigger is loaded all the same, alone: what does not fit, its engine will say.
    """

    def __init__(self, load: Callable[[Path, Progress], Engine], budget_bytes: Callable[[], int]) -> None:
        self._load, self._budget_bytes = load, budget_bytes
        self._loading = Lock()
        self._changed = Condition()
        self._open: dict[Path, _Open] = {}  # the most recently used last
        self._leaving: list[_Open] = []
        self._closed = False

    def open(self, path: Path, on_progress: Progress = lambda share: None) -> Engine:
        """The engine for `path`, loaded unless it is there.

        Where room must be made, waits for the answers of the models that go. Raises what `load` raises.
        """
        with self._loading:
            if (found := self._touch(path)) is None:
                need = file_bytes(path)
                self._make_room(need)
                found = _Open(self._load(path, on_progress), need)
                with self._changed:
                    self._open[path] = found
                self._make_room(0, keep=path)
            return found.engine

    def peek(self, path: Path) -> Engine | None:
        """The engine for `path` if it is in memory."""
        with self._changed:
            return self._open[path].engine if path in self._open else None

    def unload(self, path: Path) -> None:
        """Free a model's memory once the answers that it is writing have ended. Returns before that."""
        with self._changed:
            leaving = self._open.get(path)
        if leaving:
            self._let_go(leaving)
            self._close_unused()

    @contextmanager
    def lease(self, engine: Engine) -> Iterator[None]:
        """Keeps an engine in memory while the block runs. Raises ModelUnloaded when it has gone.

        One that dies for good in the block goes, so that `open` loads the model anew.
        """
        with self._changed:
            held = next((one for one in self._open.values() if one.engine is engine), None)
            if held is None:
                raise ModelUnloaded(engine.model)
            held.users += 1
        try:
            yield
        except EngineDied as died:
            if not died.restarts:
                self._let_go(held)
            raise
        finally:
            with self._changed:
                held.users -= 1
            self._close_unused()

    def forget(self, messages: Sequence[Message]) -> None:
        """Have every model let go of the chats in which one of these messages was read; see `Engine.forget`."""
        with self._changed:
            held = [*self._open.values(), *self._leaving]
        for one in held:
            one.engine.forget(messages)

    def memory(self) -> Mapping[str, int]:
        """Bytes by owner over all models in memory, those on their way out included."""
        with self._changed:
            held = [*self._open.values(), *self._leaving]
        total: dict[str, int] = {}
        for one in held:
            for owner, size in one.engine.memory().items():
                total[owner] = total.get(owner, 0) + size
        return total

    def held_bytes(self, path: Path) -> int:
        """What a model holds; 0 when it is not in memory."""
        with self._changed:
            return self._open[path].bytes if path in self._open else 0

    def paths(self) -> tuple[Path, ...]:
        """The models in memory, the most recently used last."""
        with self._changed:
            return tuple(self._open)

    def engines(self) -> tuple[Engine, ...]:
        """The engines in memory, the most recently used last."""
        with self._changed:
            return tuple(one.engine for one in self._open.values())

    def close(self) -> None:
        """Free everything; running answers end as stopped. A model that is being loaded is waited for."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        with self._loading, self._changed:
            held = [*self._open.values(), *self._leaving]
            self._open.clear()
            self._leaving.clear()
        for one in held:
            one.engine.close()

    def _touch(self, path: Path) -> _Open | None:
        with self._changed:
            if (found := self._open.pop(path, None)) is not None:
                self._open[path] = found
            return found

    def _let_go(self, leaving: _Open) -> None:
        with self._changed:
            if leaving in self._open.values():
                self._open = {path: one for path, one in self._open.items() if one is not leaving}
                self._leaving.append(leaving)

    def _make_room(self, need_bytes: int, keep: Path | None = None) -> None:
        """Unload what was used longest ago until `need_bytes` more fit into the budget, or nothing else is left."""
        while (oldest := self._oldest(keep)) and self._staying_bytes() + need_bytes > self._budget_bytes():
            self.unload(oldest)
        with self._changed:
            self._changed.wait_for(lambda: self._closed or not self._leaving)

    def _oldest(self, keep: Path | None) -> Path | None:
        with self._changed:
            return next((path for path in self._open if path != keep), None)

    def _staying_bytes(self) -> int:
        with self._changed:
            return sum(one.bytes for one in self._open.values())

    def _close_unused(self) -> None:
        """Outside of the lock: an engine on its way out writes its chats to the disk first."""
        with self._changed:
            unused = [one for one in self._leaving if not one.users and not one.closing]
            for one in unused:
                one.closing = True
        for one in unused:
            one.engine.close()
        with self._changed:
            self._leaving = [one for one in self._leaving if one not in unused]
            self._changed.notify_all()


def file_bytes(path: Path) -> int:
    """The size of a model's file, or of all files in its folder; 0 when it is not there."""
    try:
        if path.is_dir():
            return sum(file.stat().st_size for file in path.iterdir() if file.is_file())
        return path.stat().st_size
    except OSError:
        return 0


def engine_settings(home: Home, settings: Settings) -> EngineSettings:
    """The settings of every engine; what they keep between two starts lies in the home."""
    model = settings.model
    llama = LlamaSettings(
        context_tokens=model.context_tokens,
        threads=model.threads,
        batch_tokens=model.batch_tokens,
        flash_attention=model.flash_attention,
        kv_type=model.kv_type,
        calibration_file=home.calibration,
        snapshot_folder=home.snapshots,
    )
    return EngineSettings(
        engine=model.engine,
        llama=llama,
        vllm=replace(settings.vllm, context_tokens=model.context_tokens),
        transformers=replace(settings.transformers, context_tokens=model.context_tokens),
    )

"""The models in memory: one engine for each, within a budget of bytes; the least recently used is evicted."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Condition, Lock

from assistant.home import Home
from assistant.saving.switches import NO_SHORTCUTS, Shortcut
from assistant.settings import Settings
from engines import Engine, EngineDied, EngineSettings, LlamaSettings, Message, favouring
from errors import AppError

Progress = Callable[[float | None], None]  # the share that is loaded; None: it is being tuned for this machine


class ModelUnloaded(AppError):
    """The model was unloaded between the question and its answer."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is no longer in memory", "Ask again, and the model that is selected now will answer.")


class _LoadedModel:
    """A model in memory. `users`: answers being written with it. `closing`: a thread has started to close it."""

    def __init__(self, engine: Engine, file_bytes: int) -> None:
        self.engine = engine
        self.users = 0
        self.closing = False
        self._file_bytes = file_bytes

    @property
    def bytes(self) -> int:
        """The memory it uses by its own count; the size of its file where it does not count."""
        return sum(self.engine.memory().values()) or self._file_bytes


class OpenModels:
    """Loads each model once and shares it. Any thread; loading blocks for seconds, one model at a time.

    `load`: opens the engine for a path and reports the share that is loaded; raises AppError. `budget_bytes`: the most
    that all models together may use. A model bigger than that is loaded alone: its engine reports what does not fit.
    """

    def __init__(self, load: Callable[[Path, Progress], Engine], budget_bytes: Callable[[], int]) -> None:
        self._load, self._budget_bytes = load, budget_bytes
        self._loading = Lock()
        self._changed = Condition()
        self._open: dict[Path, _LoadedModel] = {}  # the most recently used last
        self._evicted: list[_LoadedModel] = []  # until their answers have ended
        self._closed = False

    def open(self, path: Path, on_progress: Progress = lambda share: None) -> Engine:
        """The engine for `path`, loaded unless it is in memory.

        Waits for the answers of the models that are evicted to make room. Raises what `load` raises.
        """
        with self._loading:
            with self._changed:
                if (found := self._open.pop(path, None)) is not None:
                    self._open[path] = found  # as the most recently used
            if found is None:
                need = file_bytes(path)
                self._make_room(need)
                found = _LoadedModel(self._load(path, on_progress), need)
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
            model = self._open.get(path)
        if model:
            self._evict(model)
            self._close_unused()

    @contextmanager
    def lease(self, engine: Engine) -> Iterator[None]:
        """Keep an engine in memory while the block runs. Raises ModelUnloaded when it was unloaded before.

        An engine that dies for good in the block is evicted, so that `open` loads the model again.
        """
        with self._changed:
            model = next((one for one in self._open.values() if one.engine is engine), None)
            if model is None:
                raise ModelUnloaded(engine.model)
            model.users += 1
        try:
            yield
        except EngineDied as died:
            if not died.restarts:
                self._evict(model)
            raise
        finally:
            with self._changed:
                model.users -= 1
            self._close_unused()

    def forget(self, messages: Sequence[Message]) -> None:
        """Have every model delete the chats in which one of these messages was read; see `Engine.forget`."""
        for one in self._all():
            one.engine.forget(messages)

    def memory(self) -> Mapping[str, int]:
        """Bytes by owner over all models in memory, evicted ones included until they are closed."""
        total: dict[str, int] = {}
        for one in self._all():
            for owner, size in one.engine.memory().items():
                total[owner] = total.get(owner, 0) + size
        return total

    def bytes_of(self, path: Path) -> int:
        """The memory of one model; 0 when it is not in memory."""
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
            models = self._all()
            self._open.clear()
            self._evicted.clear()
        for one in models:
            one.engine.close()

    def _all(self) -> list[_LoadedModel]:
        with self._changed:
            return [*self._open.values(), *self._evicted]

    def _evict(self, model: _LoadedModel) -> None:
        with self._changed:
            if model in self._open.values():
                self._open = {path: one for path, one in self._open.items() if one is not model}
                self._evicted.append(model)

    def _make_room(self, need_bytes: int, keep: Path | None = None) -> None:
        """Evict the least recently used models until `need_bytes` more fit into the budget, or none is left."""
        while True:
            with self._changed:
                oldest = next((path for path in self._open if path != keep), None)
                used_bytes = sum(one.bytes for one in self._open.values())
            if oldest is None or used_bytes + need_bytes <= self._budget_bytes():
                break
            self.unload(oldest)
        with self._changed:
            self._changed.wait_for(lambda: self._closed or not self._evicted)

    def _close_unused(self) -> None:
        """Close evicted models without users. Outside of the lock, as an engine saves its chats to disk first."""
        with self._changed:
            unused = [one for one in self._evicted if not one.users and not one.closing]
            for one in unused:
                one.closing = True
        for one in unused:
            one.engine.close()
        with self._changed:
            self._evicted = [one for one in self._evicted if one not in unused]
            self._changed.notify_all()


def file_bytes(path: Path) -> int:
    """The size of a model's file, or of all files in its folder; 0 when it is missing."""
    try:
        if path.is_dir():
            return sum(file.stat().st_size for file in path.iterdir() if file.is_file())
        return path.stat().st_size
    except OSError:
        return 0


def engine_settings(
    home: Home, settings: Settings, snapshot_key: str = "", without: frozenset[Shortcut] = NO_SHORTCUTS
) -> EngineSettings:
    """The settings of every engine; what they keep between two starts is in the home."""
    model = settings.model
    llama = LlamaSettings(
        context_tokens=model.context_tokens,
        threads=model.threads,
        batch_tokens=model.batch_tokens,
        flash_attention=model.flash_attention,
        kv_type=model.kv_type,
        calibration_file=home.calibration,
        snapshot_folder=home.snapshots,
        snapshot_key=snapshot_key,
        drafting="drafts" not in without,
        kv_reuse="kv" not in without,
        library=model.llama_library,
        gpu_layers=model.gpu_layers,
    )
    llama, vllm = favouring(model.favours, llama, settings.vllm)
    return EngineSettings(
        engine=model.engine,
        llama=llama,
        vllm=replace(vllm, context_tokens=model.context_tokens),
        transformers=replace(settings.transformers, context_tokens=model.context_tokens),
    )

import os
import threading
from pathlib import Path

import pytest

from assistant.models.open_models import ModelUnloaded, OpenModels, Progress
from engines.errors import EngineDied, ModelUnreadable
from engines.protocol import Message
from tests.scripted_engine import ScriptedEngine

A, B, C = Path("a"), Path("b"), Path("c")
MEMORY = ScriptedEngine("").memory()
BYTES_EACH = sum(MEMORY.values())


class Loader:
    """Opens scripted engines and remembers them; what is missing cannot be opened."""

    def __init__(self) -> None:
        self.engines: dict[Path, ScriptedEngine] = {}
        self.times = 0

    def __call__(self, path: Path, on_progress: Progress) -> ScriptedEngine:
        if path.name == "missing":
            raise ModelUnreadable(path, "It is not there.")
        self.times += 1
        self.engines[path] = ScriptedEngine(path.name)
        return self.engines[path]

    def closed(self) -> set[Path]:
        return {path for path, engine in self.engines.items() if engine.closed}


@pytest.fixture
def load() -> Loader:
    return Loader()


def test_model_is_loaded_once_for_all_threads(load: Loader) -> None:
    models = OpenModels(load, lambda: 10 * BYTES_EACH)
    threads = [threading.Thread(target=models.open, args=(A,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert load.times == 1


def test_models_stay_as_long_as_the_budget_allows(load: Loader) -> None:
    models = OpenModels(load, lambda: 2 * BYTES_EACH)
    models.open(A)
    models.open(B)
    assert load.closed() == set()
    models.open(C)
    assert load.closed() == {A}


def test_least_recently_used_model_is_evicted_first(load: Loader) -> None:
    models = OpenModels(load, lambda: 2 * BYTES_EACH)
    for path in (A, B, A, C):
        models.open(path)
    assert load.closed() == {B}


def test_model_beyond_the_budget_is_loaded_alone(load: Loader) -> None:
    models = OpenModels(load, lambda: BYTES_EACH - 1)
    models.open(A)
    models.open(B)
    assert load.closed() == {A} and models.paths() == (B,)


def test_room_is_made_before_a_file_of_known_size_is_loaded(load: Loader, tmp_path: Path) -> None:
    big = tmp_path / "big"
    big.touch()
    os.truncate(big, BYTES_EACH)
    models = OpenModels(
        lambda path, told: load(path, told) if path == A or A in load.closed() else pytest.fail("no room yet"),
        lambda: BYTES_EACH,
    )
    models.open(A)
    models.open(big)
    assert models.paths() == (big,)


def test_model_that_cannot_be_opened_leaves_the_others(load: Loader) -> None:
    models = OpenModels(load, lambda: 10 * BYTES_EACH)
    kept = models.open(A)
    with pytest.raises(ModelUnreadable):
        models.open(Path("missing"))
    assert models.peek(A) is kept and load.closed() == set()


def test_leased_model_outlives_its_unloading(load: Loader) -> None:
    models = OpenModels(load, lambda: 10 * BYTES_EACH)
    with models.lease(models.open(A)):
        models.unload(A)
        assert load.closed() == set() and models.memory() == MEMORY
    assert load.closed() == {A} and models.memory() == {}


def test_loading_waits_for_the_answer_of_a_model_that_must_go(load: Loader) -> None:
    models = OpenModels(load, lambda: BYTES_EACH)
    opening = threading.Thread(target=models.open, args=(B,))
    with models.lease(models.open(A)):
        opening.start()
        opening.join(0.2)
        assert opening.is_alive() and load.closed() == set()
    opening.join()
    assert load.closed() == {A}


class SlowToClose(ScriptedEngine):
    """Writes its chats to the disk when it is closed, which takes until `written`."""

    def __init__(self) -> None:
        super().__init__("")
        self.closing, self.written = threading.Event(), threading.Event()

    def close(self) -> None:
        self.closing.set()
        assert self.written.wait(5)
        super().close()


def test_slow_eviction_blocks_no_other_model() -> None:
    slow = SlowToClose()
    models = OpenModels(lambda path, told: slow if path == A else ScriptedEngine(""), lambda: 10 * BYTES_EACH)
    models.open(A)
    unloading = threading.Thread(target=models.unload, args=(A,))
    unloading.start()
    assert slow.closing.wait(5)
    assert models.memory() == MEMORY and models.paths() == ()
    assert unloading.is_alive()
    slow.written.set()
    unloading.join()
    assert models.memory() == {}


def test_lease_of_a_model_that_has_gone_is_refused(load: Loader) -> None:
    models = OpenModels(load, lambda: 10 * BYTES_EACH)
    engine = models.open(A)
    models.unload(A)
    with pytest.raises(ModelUnloaded, match="no longer in memory"), models.lease(engine):
        pytest.fail("it has gone")


@pytest.mark.parametrize(("restarts", "loaded"), [(True, 1), (False, 2)])
def test_model_that_died_for_good_is_loaded_again(load: Loader, restarts: bool, loaded: int) -> None:
    models = OpenModels(load, lambda: 10 * BYTES_EACH)
    engine = models.open(A)
    with pytest.raises(EngineDied), models.lease(engine):
        raise EngineDied("scripted", restarts=restarts)
    assert (engine in models.engines()) == restarts
    models.open(A)
    assert load.times == loaded


def test_every_model_forgets(load: Loader) -> None:
    models = OpenModels(load, lambda: 10 * BYTES_EACH)
    models.open(A)
    models.open(B)
    models.forget([Message("user", "A secret?")])
    assert [engine.forgotten for engine in load.engines.values()] == [[Message("user", "A secret?")]] * 2


def test_memory_is_summed_by_owner(load: Loader) -> None:
    models = OpenModels(load, lambda: 10 * BYTES_EACH)
    models.open(A)
    models.open(B)
    assert models.memory() == {owner: 2 * size for owner, size in MEMORY.items()}


def test_closing_frees_what_is_leased_too(load: Loader) -> None:
    models = OpenModels(load, lambda: 10 * BYTES_EACH)
    with models.lease(models.open(A)):
        models.close()
        assert load.closed() == {A}

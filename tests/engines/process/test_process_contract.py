"""An engine in a process of its own keeps the contract, as the product runs it."""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

from engines.engine_settings import EngineSettings, LlamaSettings
from engines.opening import open_engine
from engines.process.engine_process import EngineProcess
from engines.protocol import Engine
from tests.engines.contract import EngineContract
from tests.engines.factory import Abilities
from tests.engines.llama.test_llama_contract import WINDOW, TinyModels
from tests.engines.process.conftest import Sabotage
from tests.models.byte_bpe import CHATML
from tests.models.tiny_gguf import write_tiny_gguf

pytestmark = [pytest.mark.engine, pytest.mark.logs("process ended with")]
NO_MEMORY = """
from engines.llama import context
def refuse(*arguments): raise MemoryError
context.LlamaContext = refuse
"""


class ProcessModels:
    """Engines on tiny models, each opened once and shared."""

    abilities = Abilities()
    long_text = TinyModels.long_text

    def __init__(self, folder: Path, sabotage: Sabotage) -> None:
        self._folder, self._sabotage = folder, sabotage
        self._opened: dict[object, Engine] = {}

    def open(self, says: str | Sequence[bytes] | None = None, template: str = "") -> Engine:
        key = (says if isinstance(says, str | None) else tuple(says), template)
        if key not in self._opened:
            self._opened[key] = self._load(self._model(f"{len(self._opened)}.gguf", says, template or CHATML))
        return self._opened[key]

    def open_own(self) -> Engine:
        return self._load(self._model("own.gguf"))

    def damaged(self) -> Sequence[Callable[[], Engine]]:
        whole = self._model("whole.gguf").read_bytes()
        path = self._folder / "damaged.gguf"
        path.write_bytes(whole[:-20_000])
        broken = self._model("broken.gguf", template="{% for message in messages %}")
        return [partial(self._load, model) for model in (path, broken, self._folder / "missing.gguf")]

    def open_without_memory(self) -> Engine:
        self._sabotage(NO_MEMORY)
        return self._load(self._model("large.gguf"))

    def kill(self, engine: Engine) -> bool:
        assert isinstance(engine, EngineProcess)
        os.kill(engine.pid, signal.SIGKILL)
        return True

    def close(self) -> None:
        for engine in self._opened.values():
            engine.close()

    def _model(self, name: str, says: str | Sequence[bytes] | None = None, template: str = CHATML) -> Path:
        return write_tiny_gguf(self._folder / name, context=WINDOW, says=says, template=template)

    def _load(self, path: Path) -> Engine:
        return open_engine(path, EngineSettings(llama=LlamaSettings(threads=1, context_tokens=WINDOW)))


class TestEngineProcess(EngineContract):
    @pytest.fixture
    def factory(self, tmp_path: Path, sabotage: Sabotage) -> Iterator[ProcessModels]:
        models = ProcessModels(tmp_path, sabotage)
        yield models
        models.close()

    def test_an_answer_that_repeats_itself_is_ended(self, factory: object, monkeypatch: object) -> None:
        pytest.skip("the engine in the process ends it, and has this test of its own")

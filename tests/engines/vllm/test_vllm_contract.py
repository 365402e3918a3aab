"""vLLM keeps the contract, on models that the tests build."""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

from engines.protocol import Engine
from engines.settings import VllmSettings
from engines.vllm.engine import VllmEngine
from tests.engines.contract import EngineContract
from tests.engines.factory import Abilities
from tests.tiny_llama import write_tiny_folder
from tests.tiny_vllm import core_process, vllm_installed

pytestmark = [pytest.mark.vllm, pytest.mark.timeout(240), vllm_installed]  # an engine takes 10 s and more to start
WINDOW = 4_096
BLOCK_TOKENS = 32


class TinyFolders:
    """Engines on tiny models, each opened once and shared. It reads the long text in about a second."""

    abilities = Abilities(
        forgets=False, reuse_block_tokens=BLOCK_TOKENS, owners=frozenset({"weights", "kv", "compute"})
    )
    long_text = "x1 " * 1_300

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._opened: dict[object, VllmEngine] = {}

    def open(self, says: str | Sequence[bytes] | None = None) -> VllmEngine:
        key = says if isinstance(says, str | None) else tuple(says)
        if key not in self._opened:
            self._opened[key] = _load(self._model(f"{len(self._opened)}", says))
        return self._opened[key]

    def open_own(self) -> VllmEngine:
        return _load(self._model("own"))

    def damaged(self) -> Sequence[Callable[[], Engine]]:
        whole = (self._model("whole") / "model.safetensors").read_bytes()
        contents = [b"", whole[:1_000], whole[:-20_000]]
        folders = [self._model(f"damaged-{number}") for number in range(len(contents))]
        for folder, content in zip(folders, contents, strict=True):
            (folder / "model.safetensors").write_bytes(content)
        unknown = write_tiny_folder(self._folder / "unknown", extra={"architectures": ["NobodyForCausalLM"]})
        return [partial(_load, folder) for folder in (*folders, unknown, self._folder / "missing")]

    def open_without_memory(self) -> VllmEngine:
        return _load(self._model("large"), kv_cache_bytes=1 << 46)

    def kill(self, engine: Engine) -> bool:
        assert isinstance(engine, VllmEngine)
        os.kill(core_process(engine), signal.SIGKILL)
        return True

    def close(self) -> None:
        for engine in self._opened.values():
            engine.close()

    def _model(self, name: str, says: str | Sequence[bytes] | None = None) -> Path:
        layers = 8 if says is None else 2
        return write_tiny_folder(self._folder / name, context=WINDOW, layers=layers, says=says)


def _load(path: Path, *, kv_cache_bytes: int = 64 << 20) -> VllmEngine:
    settings = VllmSettings(
        context_tokens=WINDOW, max_num_batched_tokens=256, kv_cache_bytes=kv_cache_bytes, dtype="float32"
    )
    return VllmEngine(path, settings)


@pytest.fixture(scope="module")
def factory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TinyFolders]:
    folders = TinyFolders(tmp_path_factory.mktemp("models"))
    yield folders
    folders.close()


class TestVllmEngine(EngineContract):
    pass

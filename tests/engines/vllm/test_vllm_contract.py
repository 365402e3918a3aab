"""vLLM keeps the contract, on models that the tests build."""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

from engines.engine_settings import VllmSettings
from engines.protocol import Engine
from engines.vllm.engine import VllmEngine
from tests.engines.contract import EngineContract
from tests.engines.factory import Abilities
from tests.engines.tiny_folders import WINDOW, TinyFolders
from tests.models.tiny_llama import write_tiny_folder
from tests.models.tiny_vllm import core_process, vllm_installed

pytestmark = [pytest.mark.vllm, pytest.mark.timeout(240), vllm_installed]  # an engine takes 10 s and more to start
BLOCK_TOKENS = 32


class VllmFolders(TinyFolders):
    abilities = Abilities(
        forgets=False, reuse_block_tokens=BLOCK_TOKENS, owners=frozenset({"weights", "kv", "compute"})
    )
    layers = 8

    def load(self, path: Path, *, kv_cache_bytes: int = 64 << 20) -> VllmEngine:
        settings = VllmSettings(
            context_tokens=WINDOW, max_num_batched_tokens=256, kv_cache_bytes=kv_cache_bytes, dtype="float32"
        )
        return VllmEngine(path, settings)

    def damaged(self) -> Sequence[Callable[[], Engine]]:
        unknown = write_tiny_folder(self.folder / "unknown", extra={"architectures": ["NobodyForCausalLM"]})
        return [*super().damaged(), partial(self.load, unknown)]

    def open_without_memory(self) -> VllmEngine:
        return self.load(self.model("large"), kv_cache_bytes=1 << 46)

    def kill(self, engine: Engine) -> bool:
        assert isinstance(engine, VllmEngine)
        os.kill(core_process(engine), signal.SIGKILL)
        return True


@pytest.fixture(scope="module")
def factory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VllmFolders]:
    folders = VllmFolders(tmp_path_factory.mktemp("models"))
    yield folders
    folders.close()


class TestVllmEngine(EngineContract):
    pass

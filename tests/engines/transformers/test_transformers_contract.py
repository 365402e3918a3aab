"""transformers keeps the contract, on models that the tests build."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from engines.engine_settings import TransformersSettings
from engines.protocol import Engine
from engines.transformers.engine import TransformersEngine
from tests.engines.contract import EngineContract
from tests.engines.factory import Abilities
from tests.engines.tiny_folders import WINDOW, TinyFolders
from tests.models.tiny_vllm import transformers_installed

pytestmark = [pytest.mark.transformers, pytest.mark.timeout(120), transformers_installed]  # it takes 10 s to import


class TransformersFolders(TinyFolders):
    abilities = Abilities(forgets=False, grammar=False, owners=frozenset({"weights", "kv"}))
    layers = 32

    def load(self, path: Path) -> TransformersEngine:
        return TransformersEngine(path, TransformersSettings(context_tokens=WINDOW))

    def open_without_memory(self) -> TransformersEngine:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=1_000))
            return self.load(self.model("large"))

    def kill(self, engine: Engine) -> bool:
        """Fail one computation, as a graphics processor that has no memory left does."""
        assert isinstance(engine, TransformersEngine)
        model = engine._model
        forward = model._model

        def fail(**_: Any) -> None:
            model._model = forward
            raise RuntimeError("out of memory")

        model._model = fail
        return True


@pytest.fixture(scope="module")
def factory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TransformersFolders]:
    folders = TransformersFolders(tmp_path_factory.mktemp("models"))
    yield folders
    folders.close()


class TestTransformersEngine(EngineContract):
    pass

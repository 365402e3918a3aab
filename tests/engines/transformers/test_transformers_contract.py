"""transformers keeps the contract, on models that the tests build."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from engines.protocol import Engine
from engines.settings import TransformersSettings
from engines.transformers.engine import TransformersEngine
from tests.engines.contract import EngineContract
from tests.engines.factory import Abilities
from tests.tiny_llama import write_tiny_folder
from tests.tiny_vllm import transformers_installed

pytestmark = [pytest.mark.transformers, pytest.mark.timeout(120), transformers_installed]  # it takes 10 s to import
WINDOW = 4_096


class TinyFolders:
    """Engines on tiny models, each opened once and shared."""

    abilities = Abilities(forgets=False, json_schema=False, grammar=False, owners=frozenset({"weights", "kv"}))
    long_text = "x1 " * 1_300

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._opened: dict[object, TransformersEngine] = {}

    def open(self, says: str | Sequence[bytes] | None = None) -> TransformersEngine:
        key = says if isinstance(says, str | None) else tuple(says)
        if key not in self._opened:
            self._opened[key] = _load(self._model(f"{len(self._opened)}", says))
        return self._opened[key]

    def open_own(self) -> TransformersEngine:
        return _load(self._model("own"))

    def damaged(self) -> Sequence[Callable[[], Engine]]:
        whole = (self._model("whole") / "model.safetensors").read_bytes()
        contents = [b"", whole[:1_000], whole[:-20_000]]
        folders = [self._model(f"damaged-{number}") for number in range(len(contents))]
        for folder, content in zip(folders, contents, strict=True):
            (folder / "model.safetensors").write_bytes(content)
        infinite = write_tiny_folder(self._folder / "infinite", scale=float("nan"))
        deeper = write_tiny_folder(self._folder / "deeper", extra={"num_hidden_layers": 30})  # than its weights
        return [partial(_load, folder) for folder in (*folders, infinite, deeper, self._folder / "missing")]

    def open_without_memory(self) -> TransformersEngine:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=1_000))
            return _load(self._model("large"))

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

    def close(self) -> None:
        for engine in self._opened.values():
            engine.close()

    def _model(self, name: str, says: str | Sequence[bytes] | None = None) -> Path:
        layers = 32 if says is None else 2
        return write_tiny_folder(self._folder / name, context=WINDOW, layers=layers, says=says)


def _load(path: Path) -> TransformersEngine:
    return TransformersEngine(path, TransformersSettings(context_tokens=WINDOW))


@pytest.fixture(scope="module")
def factory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TinyFolders]:
    folders = TinyFolders(tmp_path_factory.mktemp("models"))
    yield folders
    folders.close()


class TestTransformersEngine(EngineContract):
    pass

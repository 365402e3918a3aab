"""llama.cpp keeps the contract, on models that the tests build."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

from engines.engine_settings import LlamaSettings
from engines.llama.bindings import llama_library
from engines.llama.engine import LlamaEngine
from engines.protocol import Engine
from tests.engines.contract import EngineContract
from tests.engines.factory import Abilities
from tests.models.byte_bpe import CHATML
from tests.models.tiny_gguf import write_tiny_gguf

pytestmark = pytest.mark.engine
WINDOW = 8_192


class TinyModels:
    """Engines on tiny models, each opened once and shared. It reads the long text in about a second."""

    abilities = Abilities()
    long_text = "x1 " * 2_000

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder, self._monkeypatch = folder, monkeypatch
        self._opened: dict[object, LlamaEngine] = {}

    def open(self, says: str | Sequence[bytes] | None = None, template: str = "") -> LlamaEngine:
        key = (says if isinstance(says, str | None) else tuple(says), template)
        if key not in self._opened:
            self._opened[key] = self._load(self._model(f"{len(self._opened)}.gguf", says, template or CHATML))
        return self._opened[key]

    def open_own(self) -> LlamaEngine:
        return self._load(self._model("own.gguf"))

    def damaged(self) -> Sequence[Callable[[], Engine]]:
        whole = self._model("whole.gguf").read_bytes()
        no_numbers = whole[:-4] + b"\xff\xff\xff\xff"
        contents = [b"", b"<html>", whole[:1_000], whole[:-20_000], no_numbers]
        paths = [self._folder / f"damaged-{number}.gguf" for number in range(len(contents))]
        for path, content in zip(paths, contents, strict=True):
            path.write_bytes(content)
        broken = self._model("broken.gguf", template="{% for message in messages %}")
        return [partial(self._load, path) for path in (*paths, broken, self._folder / "missing.gguf")]

    def open_without_memory(self) -> LlamaEngine:
        with self._monkeypatch.context() as patch:
            patch.setattr(llama_library().api, "llama_init_from_model", lambda *_: None)
            return self._load(self._model("large.gguf"))

    def kill(self, engine: Engine) -> bool:
        """Fail one computation, as a graphics processor that is taken away does."""
        api, decode = llama_library().api, llama_library().api.llama_decode

        def fail(*_: object) -> int:
            self._monkeypatch.setattr(api, "llama_decode", decode)
            return -3

        self._monkeypatch.setattr(api, "llama_decode", fail)
        return True

    def close(self) -> None:
        for engine in self._opened.values():
            engine.close()

    def _model(self, name: str, says: str | Sequence[bytes] | None = None, template: str = CHATML) -> Path:
        return write_tiny_gguf(self._folder / name, context=WINDOW, says=says, template=template)

    def _load(self, path: Path) -> LlamaEngine:
        return LlamaEngine(path, LlamaSettings(threads=1, context_tokens=WINDOW))


class TestLlamaEngine(EngineContract):
    @pytest.fixture
    def factory(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TinyModels]:
        models = TinyModels(tmp_path, monkeypatch)
        yield models
        models.close()

"""Real llama.cpp engines on a model that the tests build themselves."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engines.engine_settings import LlamaSettings
from engines.llama.engine import LlamaEngine
from tests.models.tiny_gguf import write_tiny_gguf

OpenTiny = Callable[..., LlamaEngine]


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with random weights."""
    return write_tiny_gguf(tmp_path_factory.mktemp("models") / "tiny.gguf")


@pytest.fixture(scope="session")
def reciting_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that answers `Water boils at 100 °C 🙂 [1].`, one token a word, and ends."""
    return write_tiny_gguf(tmp_path_factory.mktemp("models") / "reciting.gguf", says="Water boils at 100 °C 🙂 [1].")


@pytest.fixture
def open_tiny(tiny_model: Path) -> Iterator[OpenTiny]:
    """Opens engines on the random model, on one thread as a tiny model wants, and closes them."""
    opened: list[LlamaEngine] = []

    def open_one(
        model: Path = tiny_model,
        *,
        context_tokens: int = 8192,
        batch_tokens: int = 64,
        parked_bytes: int = 1 << 20,
        snapshot_folder: Path | None = None,
        drafting: bool = True,
    ) -> LlamaEngine:
        settings = LlamaSettings(
            threads=1,
            context_tokens=context_tokens,
            batch_tokens=batch_tokens,
            parked_bytes=parked_bytes,
            snapshot_folder=snapshot_folder,
            drafting=drafting,
        )
        opened.append(LlamaEngine(model, settings))
        return opened[-1]

    yield open_one
    for engine in opened:
        engine.close()


@pytest.fixture
def engine(open_tiny: OpenTiny) -> LlamaEngine:
    """An engine on the random model."""
    return open_tiny()


@pytest.fixture
def reciter(open_tiny: OpenTiny, reciting_model: Path) -> LlamaEngine:
    """An engine on the reciting model."""
    return open_tiny(reciting_model)

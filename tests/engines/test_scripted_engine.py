"""The scripted engine keeps the contract, so that what is tested with it holds for real ones."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pytest

from engines.errors import GenerationFailed
from engines.protocol import Engine
from tests.engines.contract import EngineContract
from tests.engines.factory import Abilities
from tests.scripted_engine import ScriptedEngine, open_script


class Scripts:
    """Engines that read 2,000 tokens a second and write 1,000."""

    abilities = Abilities(samples=False, grammar=False, templates=False)
    long_text = "word " * 1_000

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self, says: str | Sequence[bytes] | None = None, template: str = "") -> ScriptedEngine:
        return ScriptedEngine(says, context_tokens=2_000, read_seconds=0.0005, write_seconds=0.001)

    def open_own(self) -> ScriptedEngine:
        return self.open()

    def damaged(self) -> Sequence[Callable[[], Engine]]:
        no_text = self._folder / "damaged.gguf"
        no_text.write_bytes(b"\xff")
        return [partial(open_script, no_text), partial(open_script, self._folder / "missing.gguf")]

    def open_without_memory(self) -> None:
        return None

    def kill(self, engine: Engine) -> bool:
        assert isinstance(engine, ScriptedEngine)

        def die(_at: int) -> None:
            engine.before_piece = lambda at: None
            raise GenerationFailed(-3)

        engine.before_piece = die
        return True


class TestScriptedEngine(EngineContract):
    @pytest.fixture
    def factory(self, tmp_path: Path) -> Scripts:
        return Scripts(tmp_path)

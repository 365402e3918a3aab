"""Engines in processes of their own, on the models that the tests build."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from engines.engine_settings import EngineSettings, LlamaSettings
from engines.process import launch
from engines.process.engine_child import ChildLimits
from engines.process.engine_process import EngineProcess
from engines.process.wire import Open

PATIENT = ChildLimits()
OpenProcess = Callable[..., EngineProcess]
Sabotage = Callable[[str], None]


@pytest.fixture
def open_process(tiny_model: Path) -> Iterator[OpenProcess]:
    """Opens engines in processes of their own, and closes them."""
    opened: list[EngineProcess] = []

    def open_one(
        model: Path = tiny_model,
        *,
        snapshot_folder: Path | None = None,
        limits: ChildLimits = PATIENT,
        on_progress: Callable[[float | None], None] = lambda share: None,
    ) -> EngineProcess:
        llama = LlamaSettings(threads=1, snapshot_folder=snapshot_folder)
        opening = Open("llama.cpp", model, EngineSettings(llama=llama))
        opened.append(EngineProcess(opening, on_progress, limits))
        return opened[-1]

    yield open_one
    for engine in opened:
        with suppress(ProcessLookupError):
            os.kill(engine.pid, signal.SIGCONT)
        engine.close()


@pytest.fixture
def sabotage(monkeypatch: pytest.MonkeyPatch) -> Sabotage:
    """Has the next processes run a piece of code before they serve."""

    def run_first(code: str) -> None:
        begin, end = launch.PROGRAM.rsplit("serve()", 1)
        monkeypatch.setattr(launch, "PROGRAM", f"{begin}\n{code}\nserve(){end}")

    return run_first

"""Memory can be freed where it is shown, and what was chosen comes back with the next question."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from desktop.panel.memory_list import MemoryList
from desktop.window.workbench import Workbench
from tests.desktop.driver import button, click, settle, texts
from tests.desktop.talk import ask, use_model, watch
from tests.models.tiny_gguf import write_tiny_gguf

WAIT_MS = 9000
pytestmark = pytest.mark.timeout(40)


def shown(workbench: Workbench, qtbot: QtBot) -> MemoryList:
    workbench.panel.show_performance()
    memory = workbench.panel.open().performance.memory
    qtbot.waitUntil(lambda: memory.sparkline.values != (), timeout=WAIT_MS)
    return memory


def measured(memory: MemoryList, qtbot: QtBot) -> float:
    """The total, measured anew."""
    before = len(memory.sparkline.values)
    memory.measure()
    qtbot.waitUntil(lambda: len(memory.sparkline.values) > before, timeout=WAIT_MS)
    return memory.sparkline.values[-1]


def opened(workbench: Workbench, qtbot: QtBot, path: Path) -> None:
    workbench.models.choose(path)
    qtbot.waitUntil(lambda: workbench.models.state.path == path and bool(workbench.models.state.engine), timeout=20_000)


def test_the_chosen_model_is_unloaded_and_the_next_question_loads_it_again(
    workbench: Workbench, qtbot: QtBot, notes: Path, model: Callable[[str], Path]
) -> None:
    watch(workbench, qtbot, notes)
    engine = use_model(workbench, qtbot, model("Eighty degrees [1]."))
    memory = shown(workbench, qtbot)
    click(button(memory, "Unload: scripted (selected)"))
    qtbot.waitUntil(lambda: workbench.model_menu.text() == "scripted · unloaded", timeout=WAIT_MS)
    assert engine.closed
    qtbot.waitUntil(lambda: "scripted is unloaded. The next question loads it again." in texts(memory), timeout=WAIT_MS)
    assert "Model weights" not in memory.owners.accessibleDescription()
    assert ask(workbench, qtbot, "How hot is green tea?").engine == "scripted"
    qtbot.waitUntil(lambda: workbench.model_menu.text() == "scripted · scripted", timeout=WAIT_MS)
    qtbot.waitUntil(lambda: "scripted (selected)" in memory.models.accessibleDescription(), timeout=WAIT_MS)


def test_a_model_that_is_not_chosen_goes_for_good(
    workbench: Workbench, qtbot: QtBot, tmp_path: Path, model: Callable[[str], Path]
) -> None:
    other = tmp_path / "other.gguf"
    other.write_text("Another answer.", "utf-8")
    for path in (other, model("An answer.")):
        opened(workbench, qtbot, path)
    memory = shown(workbench, qtbot)
    qtbot.waitUntil(lambda: "other" in memory.models.accessibleDescription(), timeout=WAIT_MS)
    click(button(memory, "Unload: other"))
    qtbot.waitUntil(lambda: memory.models.accessibleDescription() == "scripted (selected): 490 MB", timeout=WAIT_MS)
    assert workbench.model_menu.text() == "scripted · scripted"


@pytest.mark.engine
def test_the_process_of_a_model_is_gone_and_the_total_falls(workbench: Workbench, qtbot: QtBot, tmp_path: Path) -> None:
    opened(workbench, qtbot, write_tiny_gguf(tmp_path / "tiny.gguf"))
    memory = shown(workbench, qtbot)
    full, processes = measured(memory, qtbot), len(psutil.Process().children(recursive=True))
    click(button(memory, "Unload: Tiny (selected)"))
    qtbot.waitUntil(lambda: workbench.models.state.unloaded, timeout=WAIT_MS)
    assert len(psutil.Process().children(recursive=True)) == processes - 1
    assert full - measured(memory, qtbot) > 20_000_000


def test_processes_that_wait_for_files_are_ended(workbench: Workbench, qtbot: QtBot, notes: Path) -> None:
    watch(workbench, qtbot, notes)
    memory = shown(workbench, qtbot)
    qtbot.waitUntil(lambda: "Reading files" in memory.owners.accessibleDescription(), timeout=WAIT_MS)
    full, processes = measured(memory, qtbot), len(psutil.Process().children(recursive=True))
    end = button(memory, "End: Reading files")
    assert end.toolTip().startswith("End the processes that wait")
    click(end)
    qtbot.waitUntil(lambda: len(psutil.Process().children(recursive=True)) < processes, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: "Reading files" not in memory.owners.accessibleDescription(), timeout=WAIT_MS)
    assert full - measured(memory, qtbot) > 20_000_000
    settle()
    assert not end.isVisible()

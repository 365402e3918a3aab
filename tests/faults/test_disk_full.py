"""The disk fills up at any byte: a clear message, nothing damaged, reads go on, and it goes on by itself."""

import random

import pytest

from tests.faults import acts
from tests.faults.disk_shim import DiskFault
from tests.faults.library_under_test import assert_true
from tests.faults.processes import Processes
from tests.faults.seeds import seeds
from tests.faults.stage import Stage, edit

ENOUGH_BYTES = 600_000  # about what the act writes when nothing stands in its way


@pytest.fixture(scope="module")
def stage(processes: Processes, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    stage = Stage(tmp_path_factory.mktemp("full") / "case")
    stage.index(processes)
    return stage


@pytest.mark.parametrize("seed", seeds(50))
def test_the_disk_fills_up(shim: None, stage: Stage, processes: Processes, seed: int) -> None:
    stage.restore()
    edit(stage.notes)
    room_bytes = random.Random(seed).choice([0, random.Random(seed).randrange(ENOUGH_BYTES)])
    fault = DiskFault(root=stage.home)
    found = processes.run(acts.fill_the_disk, stage.home, stage.folders, room_bytes, fault=fault).returned()
    told = [message for message in found["told"] if message]
    assert all(title and hint for title, hint in told)
    assert found["reads"], "what was there before cannot be read"
    if room_bytes == 0:
        assert found["refused"] and told, "it filled up and nobody was told"
    start = processes.run(acts.start, stage.home, stage.folders).returned()
    assert {"turn-0", "turn-1", "turn-2", "full-1"} <= set(start["turns"])
    assert_true(stage.home / "library", stage.folders)

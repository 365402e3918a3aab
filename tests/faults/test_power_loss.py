"""The power fails: what was not flushed is gone, halved or zeros. No promised turn is; the index may be rebuilt."""

import logging
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.faults import acts
from tests.faults.disk_replay import LOSSES, WORLDS, Event, Replay, promises, read_log
from tests.faults.disk_shim import DiskFault
from tests.faults.library_under_test import assert_true
from tests.faults.processes import Processes
from tests.faults.seeds import seeds
from tests.faults.stage import Stage, edit

log = logging.getLogger(__name__)
pytestmark = pytest.mark.logs("^the power fails")  # so that a failure says when

RECORDED = ("index", "index_often", "save_turns", "save_settings_often", "answer_while_indexing")
FROM_NOTHING = ("index", "save_turns", "save_settings_often")
STATES = [(RECORDED[s % 5], WORLDS[s % 2], LOSSES[s % 3], s) for s in seeds(72)]


@dataclass(frozen=True, slots=True)
class Recording:
    """All that an act did to its home. `before`: a copy of the home as it was; `after`: as it is, and the notes."""

    events: list[Event]
    before: Path
    after: Path


@pytest.fixture(scope="module")
def stage(processes: Processes, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    stage = Stage(tmp_path_factory.mktemp("power") / "case")
    stage.index(processes)
    return stage


@pytest.fixture(scope="module")
def recording(
    stage: Stage, processes: Processes, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Recording]:
    if not processes.has_shim:
        pytest.skip("needs a C++ compiler and Linux's LD_PRELOAD, to record what is done to the disk")

    @cache
    def recorded(act: str) -> Recording:
        place = tmp_path_factory.mktemp(act)
        if act in FROM_NOTHING:
            stage.clear()
        else:
            stage.restore()
            edit(stage.notes)
        shutil.copytree(stage.home, place / "before")
        fault = DiskFault(root=stage.home, log=place / "log")
        processes.run(acts.note_promises, act, stage.home, stage.folders, fault=fault).returned()
        shutil.copytree(stage.root, place / "after")
        return Recording(list(read_log(place / "log")), place / "before", place / "after")

    return recorded


@pytest.mark.parametrize("act", RECORDED)
def test_the_recorder_sees_all_that_is_written(
    stage: Stage, recording: Callable[[str], Recording], tmp_path: Path, act: str
) -> None:
    recorded = recording(act)
    replay = Replay(stage.home, recorded.before, "strict")
    for event in recorded.events:
        replay.apply(event)
    replay.write(tmp_path / "replayed")
    assert _contents(tmp_path / "replayed") == _contents(recorded.after / "home")


@pytest.mark.parametrize(("act", "world", "loss", "seed"), STATES)
def test_the_power_fails(
    stage: Stage,
    recording: Callable[[str], Recording],
    processes: Processes,
    act: str,
    world: str,
    loss: str,
    seed: int,
) -> None:
    recorded = recording(act)
    moment = random.Random(seed).randint(1, len(recorded.events))
    log.warning("the power fails after event %d of %d", moment, len(recorded.events))
    replay = Replay(stage.home, recorded.before, world)
    for event in recorded.events[:moment]:
        replay.apply(event)
    shutil.rmtree(stage.notes)
    shutil.copytree(recorded.after / "notes", stage.notes)
    replay.write(stage.home, loss)
    found = processes.run(acts.start, stage.home, stage.folders).returned()
    promised = promises(recorded.events[:moment])
    if act == "save_settings_often":
        assert str(found["context_tokens"]) in [*promises(recorded.events), "8192"]  # a whole one, if not the last
    else:
        before = [] if act in FROM_NOTHING else ["turn-0", "turn-1", "turn-2"]
        assert {*promised, *before} <= set(found["turns"])
    assert_true(stage.home / "library", stage.folders)


def _contents(folder: Path) -> dict[str, bytes | None]:
    return {
        str(path.relative_to(folder)): None if path.is_dir() else path.read_bytes()
        for path in folder.rglob("*")
        if not path.name.endswith("-shm")
    }

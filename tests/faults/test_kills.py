"""A kill at any moment: the next start needs no repair, and what was promised is there."""

import logging
import random
from dataclasses import dataclass

import pytest

from tests.faults import acts
from tests.faults.disk_shim import DiskFault, KillPoint
from tests.faults.library_under_test import assert_true
from tests.faults.processes import Outcome, Processes
from tests.faults.seeds import seeds
from tests.faults.stage import Change, Stage, delete, edit, move

log = logging.getLogger(__name__)
pytestmark = pytest.mark.logs("^killed")  # so that a failure says when

READY_S = 5.0  # from the start of the process to its first found passages
TRIES = 6  # a process can be done before its time has come: then another moment is tried


@dataclass(frozen=True, slots=True)
class Operation:
    """What is done when the kill comes. `change`: what happened to the folder before; None: it was never indexed."""

    act: str
    change: Change | None = None


def _nothing(folder: object) -> None:
    pass


OPERATIONS = {
    "ingest": Operation("index"),
    "edit": Operation("index", edit),
    "delete": Operation("index", delete),
    "move": Operation("index", move),
    "optimise": Operation("index_often", _nothing),
    "embedder": Operation("change_embedder", edit),
    "turns": Operation("save_turns"),
    "settings": Operation("save_settings_often"),
    "answer": Operation("answer_while_indexing", edit),
}


@pytest.fixture(scope="module")
def stage(processes: Processes, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    stage = Stage(tmp_path_factory.mktemp("kills") / "case")
    stage.index(processes)
    return stage


@pytest.fixture(scope="module")
def rehearsed(stage: Stage, processes: Processes) -> dict[str, Outcome]:
    """How each operation goes when nothing strikes."""
    outcomes = {}
    for name, operation in OPERATIONS.items():
        outcomes[name] = _perform(stage, processes, operation, DiskFault(root=stage.home))
        assert outcomes[name].exit_code == 0, outcomes[name].error
    return outcomes


@pytest.mark.parametrize("seed", seeds(16))
@pytest.mark.parametrize("name", OPERATIONS)
def test_killed_at_a_named_point(
    shim: None, stage: Stage, rehearsed: dict[str, Outcome], processes: Processes, name: str, seed: int
) -> None:
    chance, counts = random.Random(f"{name}-{seed}"), rehearsed[name].disk_counts
    for _ in range(TRIES):
        kind = chance.choice([kind for kind, count in counts.items() if count])
        moment = chance.choice(["before", "after", "torn"] if kind == "w" else ["before", "after"])
        point = KillPoint(kind, chance.randrange(counts[kind]), moment)
        log.warning("killed %s", point)
        killed = _perform(stage, processes, OPERATIONS[name], DiskFault(root=stage.home, kill=point))
        if killed.was_killed:
            break
    assert killed.was_killed, killed.error
    _assert_good_start(stage, processes, killed)


@pytest.mark.parametrize("seed", seeds(9))
@pytest.mark.parametrize("name", OPERATIONS)
def test_killed_at_a_random_time(
    stage: Stage, rehearsed: dict[str, Outcome], processes: Processes, name: str, seed: int
) -> None:
    chance, seconds = random.Random(f"{name}-{seed}"), rehearsed[name].seconds
    for attempt in range(TRIES):
        killed = _perform(stage, processes, OPERATIONS[name], None, chance.uniform(0, seconds / (attempt + 1)))
        if killed.was_killed:
            break
    assert killed.was_killed, killed.error
    _assert_good_start(stage, processes, killed)


def _perform(
    stage: Stage, processes: Processes, operation: Operation, fault: DiskFault | None, kill_after_s: float | None = None
) -> Outcome:
    if operation.change is None:
        stage.clear()
    else:
        stage.restore()
        operation.change(stage.notes)
    return processes.run(acts.ACTS[operation.act], stage.home, stage.folders, fault=fault, kill_after_s=kill_after_s)


def _assert_good_start(stage: Stage, processes: Processes, killed: Outcome) -> None:
    found = processes.run(acts.start, stage.home, stage.folders).returned()
    promised = killed.said[1:]
    assert {turn for turn in promised if isinstance(turn, str)} <= set(found["turns"])
    if saved := [tokens for tokens in promised if isinstance(tokens, int)]:
        assert found["context_tokens"] in (saved[-1], saved[-1] + 1)  # or the one that was being saved
    assert found["ready_s"] <= READY_S
    assert found["passages"]
    assert_true(stage.home / "library", stage.folders)

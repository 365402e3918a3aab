"""Two Carrels on one home: one writes at a time, and both end well; a lock that a dead one left is no obstacle."""

from pathlib import Path

import pytest
from filelock import FileLock

from tests.faults import acts
from tests.faults.library_under_test import assert_true, state
from tests.faults.processes import Processes
from tests.faults.seeds import seeds
from tests.faults.stage import write_notes

RACES = 50


@pytest.mark.parametrize("seed", seeds(RACES))
def test_both_end_well(processes: Processes, tmp_path: Path, seed: int) -> None:
    folders = (tmp_path / "one", tmp_path / "two")
    for folder in folders:
        write_notes(folder)
    racers = [processes.start(acts.race, tmp_path / "home", folders, number) for number in range(2)]
    found = [racer.end().returned() for racer in racers]
    start = processes.run(acts.start, tmp_path / "home", folders).returned()
    assert {f"racer-{number}-{turn}" for number in range(2) for turn in range(3)} <= set(start["turns"])
    assert start["context_tokens"] in (2000, 2001)
    assert all(racer["found"] for racer in found)
    assert_true(tmp_path / "home" / "library", folders)


def test_a_lock_of_a_dead_process_is_no_obstacle(processes: Processes, tmp_path: Path) -> None:
    write_notes(tmp_path / "notes")
    killed = processes.run(acts.hold_the_lock, tmp_path / "home")
    assert killed.was_killed and (tmp_path / "home" / "library" / "index.lock").exists()
    processes.run(acts.start, tmp_path / "home", (tmp_path / "notes",)).returned()
    assert_true(tmp_path / "home" / "library", (tmp_path / "notes",))


def test_while_one_indexes_another_waits(processes: Processes, tmp_path: Path) -> None:
    write_notes(tmp_path / "notes")
    (tmp_path / "home" / "library").mkdir(parents=True)
    with FileLock(tmp_path / "home" / "library" / "index.lock"):
        running = processes.start(acts.index, tmp_path / "home", (tmp_path / "notes",))
        assert running.hear() == "begun"
        running.hear_nothing(seconds=1.5)
        assert state(tmp_path / "home" / "library").files == {}
    running.end().returned()
    assert_true(tmp_path / "home" / "library", (tmp_path / "notes",))

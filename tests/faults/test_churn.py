"""10,000 random things done to a folder while it is indexed: in the end walk, ledger and index are the same."""

import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

import pytest

from tests.faults import acts
from tests.faults.churn import Churn
from tests.faults.processes import Processes, Running
from tests.faults.seeds import seeds

OPERATIONS = 10_000
CHECKPOINTS = 4
STEPS_BETWEEN_SYNCS = (20, 300)


class Librarian:
    """A process that keeps its library open, and syncs when it is told to."""

    def __init__(self, processes: Processes, place: Path) -> None:
        heard, self._orders = Pipe(duplex=False)
        self._running: Running = processes.start(acts.keep_library, place / "home", heard, bound=True)
        self.order(("add", place / "notes"))
        self.answer()

    def order(self, order: Any) -> None:
        self._orders.send(order)

    def answer(self) -> Any:
        return self._running.hear()

    def leave(self) -> None:
        self.order(None)
        outcome = self._running.end()
        assert outcome.exit_code == 0, outcome.error


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder of short path, as some names in it are as long as names can be."""
    place = Path(tempfile.mkdtemp(prefix="carrel-churn-"))
    (place / "home").mkdir()
    yield place
    shutil.rmtree(place)


@pytest.mark.parametrize("seed", seeds(3))
def test_a_folder_in_turmoil_is_indexed_as_it_is(processes: Processes, place: Path, seed: int) -> None:
    os.umask(0o022)
    churn, chance = Churn(place / "notes", seed), random.Random(seed)
    librarians = [Librarian(processes, place) for _ in range(2)]
    until_sync = 0
    for step in range(1, OPERATIONS + 1):
        churn.step()
        until_sync -= 1
        if until_sync < 0:
            _sync(librarians, chance)
            until_sync = chance.randint(*STEPS_BETWEEN_SYNCS)
        if step % (OPERATIONS // CHECKPOINTS) == 0:
            churn.settle()
            librarians[0].order(("sync", None))
            librarians[0].answer()
            _check(processes, place)
    for librarian in librarians:
        librarian.leave()


def _sync(librarians: list[Librarian], chance: random.Random) -> None:
    """One of them syncs, or both at once; some are cancelled after a few files."""
    for librarian in (chosen := chance.sample(librarians, chance.choice([1, 1, 2]))):
        librarian.order(("sync", chance.choice([None, None, 1, 5])))
    for librarian in chosen:
        assert librarian.answer() == "synced"


def _check(processes: Processes, place: Path) -> None:
    running = processes.start(acts.check, place / "home", (place / "notes",), bound=True)
    running.end().returned()

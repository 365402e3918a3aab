"""The memory of real processes, by owner."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from assistant.models.memory_ledger import memory_by_owner, resident_bytes

MB = 1_000_000
CHILD = "import sys; held = bytearray(80_000_000); print(len(held), flush=True); sys.stdin.read()"


@pytest.fixture
def child() -> Iterator[int]:
    """A process of some 90 MB."""
    with subprocess.Popen([sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin and process.stdout
        process.stdout.readline()
        yield process.pid
        process.stdin.close()


def unexplained(owners: dict[str, int]) -> float:
    """Share of the total that no owner has."""
    return 1 - sum(size for owner, size in owners.items() if owner != "process") / owners["process"]


def test_every_byte_has_an_owner(child: int) -> None:
    parts = {"weights": 50 * MB, "kv": 10 * MB, "embedder": 5 * MB, "index": 0}
    owners = dict(memory_by_owner(parts, ()))
    assert abs(unexplained(owners)) < 0.02
    assert 10 * MB < owners["engines"] < 40 * MB
    assert "index" not in owners


def test_a_process_that_reads_files_is_told_from_one_of_a_model(child: int) -> None:
    owners = memory_by_owner({}, {child})
    assert 80 * MB < owners["parsers"] < 110 * MB
    assert "engines" not in owners


def test_a_model_in_this_process_is_not_counted_twice() -> None:
    here = resident_bytes()
    owners = dict(memory_by_owner({"weights": here // 4}, ()))
    assert abs(unexplained(owners)) < 0.02

"""Files that are hard to cut, and mutated ones: the window stands still for no longer than a blink."""

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.faults.hostile_files import mutated, valid_files
from tests.faults.long_files import long_files
from tests.faults.seeds import seeds

# Those of the review; the others are tried by hand: `python -m tests.faults.indexed_alone HOME FILE …`.
NAMES = ("dots-60k.txt", "code.md", "log.log", "chinese.txt", "letters.txt")
PAUSE_MS = 100.0  # 50 on a machine that does nothing else; a processor that others use too is waited for
MEMORY_MB = 400
MUTATIONS = 200


def indexed(tmp_path: Path, files: list[Path]) -> list[dict[str, Any]]:
    program = [sys.executable, "-m", "tests.faults.indexed_alone", str(tmp_path / "home"), *map(str, files)]
    done = subprocess.run(program, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True)
    assert done.returncode == 0, f"it ended with {done.returncode}"
    return [json.loads(line) for line in done.stdout.splitlines()]


def assert_harmless(found: dict[str, Any]) -> None:
    assert found["pause_ms"] <= PAUSE_MS and found["mb"] <= MEMORY_MB, found
    assert found["status"] in ("indexed", "waiting") or found["reason"], found


@pytest.mark.parametrize("name", NAMES)
def test_long_files_neither_stop_the_window_nor_fill_the_memory(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(long_files()[name]())
    (found,) = indexed(tmp_path, [file])
    print(found)  # noqa: T201
    assert_harmless(found)


def test_mutated_files_neither_stop_the_window_nor_fill_the_memory(tmp_path: Path) -> None:
    folder = tmp_path / "mutated"
    folder.mkdir()
    suffixes = sorted(valid_files())
    for seed, number in zip(seeds(MUTATIONS), range(MUTATIONS), strict=True):
        suffix = suffixes[number % len(suffixes)]
        (folder / f"{number}{suffix}").write_bytes(mutated(suffix, random.Random(f"{suffix}-{seed}")))
    (found,) = indexed(tmp_path, [folder])
    print(found)  # noqa: T201
    assert found["files"] == MUTATIONS
    assert_harmless(found)

"""Files that are hard to cut, and mutated ones: the window stands still for no longer than a blink."""

import json
import random
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.faults.hostile_files import mutated, valid_files
from tests.faults.long_files import long_files
from tests.faults.seeds import seeds

# As many as a minute takes; the others are tried by hand: `python -m tests.faults.indexed_alone HOME FILE …`.
INDEXED = (
    "dots-60k.txt code.md log.log chinese.txt letters.txt abbreviations.txt base64.txt line.txt spaces.txt"
    " surrogates.txt string.json"
).split()
ASKED = ("line.txt", "heading.md", "rows.csv")
PAUSE_MS = 100.0  # 50 on a machine that does nothing else; a processor that others use too is waited for
MEMORY_MB = 400
ATTEMPTS = 3  # a pause that is ours comes every time; one that other processes make does not
MUTATIONS = 200


def reported(module: str, tmp_path: Path, files: list[Path]) -> list[dict[str, Any]]:
    program = [sys.executable, "-m", f"tests.faults.{module}", str(tmp_path / "home"), *map(str, files)]
    done = subprocess.run(program, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True)
    assert done.returncode == 0, f"it ended with {done.returncode}"
    print(done.stdout)  # noqa: T201
    return [json.loads(line) for line in done.stdout.splitlines()]


def written(tmp_path: Path, names: Iterable[str]) -> list[Path]:
    files = [tmp_path / name for name in names]
    for file in files:
        file.write_bytes(long_files()[file.name]())
    return files


def assert_no_pauses(module: str, tmp_path: Path, names: Iterable[str]) -> None:
    for attempt in range(ATTEMPTS):
        (folder := tmp_path / str(attempt)).mkdir()
        paused = [found for found in reported(module, folder, written(folder, names)) if is_pause(found)]
        names = sorted({found["name"] for found in paused})
        if not names:
            return
    pytest.fail(str(paused))


def is_pause(found: dict[str, Any]) -> bool:
    assert found["mb"] <= MEMORY_MB, found
    assert found.get("status", "indexed") in ("indexed", "waiting") or found["reason"], found
    return bool(found["pause_ms"] > PAUSE_MS)


def test_long_files_neither_stop_the_window_nor_fill_the_memory(tmp_path: Path) -> None:
    assert_no_pauses("indexed_alone", tmp_path, INDEXED)


def test_questions_about_long_files_neither_stop_the_window_nor_fill_the_memory(tmp_path: Path) -> None:
    assert_no_pauses("asked_alone", tmp_path, ASKED)


def test_mutated_files_neither_stop_the_window_nor_fill_the_memory(tmp_path: Path) -> None:
    folder = tmp_path / "mutated"
    folder.mkdir()
    suffixes = sorted(valid_files())
    for seed, number in zip(seeds(MUTATIONS), range(MUTATIONS), strict=True):
        suffix = suffixes[number % len(suffixes)]
        (folder / f"{number}{suffix}").write_bytes(mutated(suffix, random.Random(f"{suffix}-{seed}")))
    (found,) = reported("indexed_alone", tmp_path, [folder])
    assert found["files"] == MUTATIONS
    assert not is_pause(found)

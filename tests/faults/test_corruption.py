"""Damaged files: Carrel opens, or says what to do and keeps the original; and it never answers from wrong contents."""

import os
import random
import shutil
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults import acts
from tests.faults.library_under_test import assert_true
from tests.faults.processes import Processes
from tests.faults.seeds import seeds
from tests.faults.stage import Stage, edit

OLDER_TURNS, TURNS = 3, 8


@dataclass(frozen=True, slots=True)
class Target:
    """What is damaged: one of the files that match, or with `whole` all of them. `hurts`: what may be lost by it."""

    pattern: str
    whole: bool = False
    hurts: str = "index"


TARGETS = {
    "ledger": Target("library/ledger.db", hurts="ledger"),
    "ledger-wal": Target("library/ledger.db-wal", hurts="ledger"),
    "ledger-and-wal": Target("library/ledger.db*", whole=True, hurts="ledger"),
    "conversations": Target("conversations.db", hurts="turns"),
    "conversations-wal": Target("conversations.db-wal", hurts="turns"),
    "settings": Target("settings.toml", hurts="settings"),
    "manifest": Target("library/index/*/*.lance/_versions/*.manifest"),
    "all-manifests": Target("library/index/*/*.lance/_versions/*.manifest", whole=True),
    "version-hint": Target("library/index/*/*.lance/_versions/*.json"),
    "index-data": Target("library/index/*/*.lance/data/*"),
    "index-of-words": Target("library/index/*/*.lance/_indices/*/*"),
    "index-transactions": Target("library/index/*/*.lance/_transactions/*"),
    "whole-index": Target("library/index/**/*", whole=True),
}
CHECKED = frozenset({"manifest", "index-data", "index-of-words", "index-transactions"})  # one bit of them shows
FOOTER_BYTES = 40  # where a file of LanceDB says where everything in it is


def zeroed(path: Path, chance: random.Random) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def halved(path: Path, chance: random.Random) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flipped(path: Path, chance: random.Random) -> None:
    """Ten bits, anywhere."""
    content = bytearray(path.read_bytes())
    for _ in range(10 if content else 0):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def rotten(path: Path, chance: random.Random) -> None:
    """One bit of the head, of the footer or of what is between, as a disk forgets it: the file's time stays."""
    content, status = bytearray(path.read_bytes()), path.stat()
    footer = max(len(content) - FOOTER_BYTES, 0)
    places = (range(1), range(footer), range(footer, len(content)), range(len(content) - 1, len(content)))
    content[chance.choice(chance.choice([place for place in places if place]))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def missing(path: Path, chance: random.Random) -> None:
    path.unlink()


DAMAGES: dict[str, Callable[[Path, random.Random], None]] = {
    damage.__name__: damage for damage in (zeroed, halved, flipped, missing, rotten)
}
TIMES = {"flipped": 4, "rotten": 6}
CASES = [
    (t, d, s)
    for t in TARGETS
    for d in (*DAMAGES, "stale")
    for s in seeds(TIMES.get(d, 2))
    if d != "rotten" or t in CHECKED
]


@pytest.fixture(scope="module")
def stage(processes: Processes, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """A home as a crash leaves it: with its logs. `-older` is how it was before the last edits."""
    stage = Stage(tmp_path_factory.mktemp("corruption") / "case")
    stage.clear()
    for turns, name in ((OLDER_TURNS, "older"), (TURNS, "indexed")):
        ended = processes.run(acts.index_and_vanish, stage.home, stage.folders, turns)
        assert ended.exit_code == -signal.SIGKILL, ended.error
        if name == "older":
            shutil.copytree(stage.home, stage.root.with_name("older"))
            edit(stage.notes)
    shutil.copytree(stage.root, stage.root.with_name(f"{stage.root.name}-indexed"))
    return stage


@pytest.mark.parametrize(("name", "damage", "seed"), CASES)
def test_damage_is_survived_or_explained(stage: Stage, processes: Processes, name: str, damage: str, seed: int) -> None:
    stage.restore()
    target = TARGETS[name]
    damaged = _damage(stage, target, damage, random.Random(f"{name}-{damage}-{seed}"))
    originals = {path: path.read_bytes() for path in damaged if path.exists()}
    found = processes.run(acts.start_or_explain, stage.home, stage.folders).returned()
    if "refused" in found:
        found = _follow_the_hint(stage, processes, found["refused"], originals)
    if target.hurts != "turns":
        assert {f"turn-{n}" for n in range(TURNS)} <= set(found["turns"])
    if target.hurts != "settings" or damage == "zeroed":  # then the copy applies
        assert found["context_tokens"] == TURNS
    assert found["passages"]
    assert_true(stage.home / "library", stage.folders)


def _damage(stage: Stage, target: Target, damage: str, chance: random.Random) -> list[Path]:
    """Do it; the files that it was done to. They are chosen by when they were written: LanceDB names them at random."""
    paths = [path for path in stage.home.glob(target.pattern) if path.is_file() and "-shm" not in path.name]
    paths.sort(key=lambda path: (path.stat().st_mtime_ns, path.stat().st_size))
    assert paths, "nothing to damage"
    chosen = paths if target.whole else [chance.choice(paths)]
    for path in chosen:
        if damage == "stale":
            _turn_back(path, stage)
        else:
            DAMAGES[damage](path, chance)
    return chosen


def _turn_back(path: Path, stage: Stage) -> None:
    """The file as it was, or gone if it was not there; of folders that are new since then, as much as there was."""
    older = stage.root.with_name("older") / path.relative_to(stage.home)
    if older.exists():
        shutil.copy(older, path)
    else:
        path.unlink()


def _follow_the_hint(
    stage: Stage, processes: Processes, refused: tuple[str, str], originals: dict[Path, bytes]
) -> dict[str, object]:
    """A refusal says what to do, and the original is still somewhere; moved away as it says, the next start is good."""
    title, hint = refused
    assert title and hint, refused
    for path, content in originals.items():
        assert any(content == kept.read_bytes() for kept in path.parent.iterdir() if kept.is_file()), "not kept"
        if path.exists() and path.read_bytes() == content:
            for part in path.parent.glob(f"{path.name.removesuffix('-wal')}*"):
                part.rename(part.with_name(f"away-{part.name}"))
    return processes.run(acts.start, stage.home, stage.folders).returned()  # type: ignore[no-any-return]

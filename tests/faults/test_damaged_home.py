"""A home in which any one file is damaged in any way comes back by itself: no turn, no folder is lost with it.

A turn may be lost where it stood in a damaged page itself and in no copy. Nothing is moved or deleted by hand.
"""

import random
import re
import shutil
import signal
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from assistant.settings_file import SettingsFile
from desktop.window.main_window import SIDEBAR_WIDTH, sidebar_width
from tests.faults import acts
from tests.faults.library_under_test import assert_true
from tests.faults.processes import Processes
from tests.faults.seeds import seeds
from tests.faults.stage import Stage, edit, write_notes
from tests.faults.test_corruption import DAMAGES as COMMON

CASES, STARTS = 60, 2
OLDER_TURNS, TURNS = range(10), range(10, 40)
IN_COPY = range(25)
PAGE_BYTES = 4096
TARGETS = (
    "conversations.db",
    "conversations.db-wal",
    "library/ledger.db",
    "library/ledger.db-wal",
    "library/folders.json",
    "library/index/*/*.lance/_versions/*.manifest",
    "library/index/*/*.lance/data/*",
    "settings.toml",
    "settings.last-good.toml",
    "window.ini",
    "snapshots/*",
    "backups/*",
)


def truncated(path: Path, chance: random.Random) -> None:
    path.write_bytes(path.read_bytes()[: chance.randrange(path.stat().st_size)])


def emptied(path: Path, chance: random.Random) -> None:
    path.write_bytes(b"")


def garbage(path: Path, chance: random.Random) -> None:
    path.write_bytes(chance.randbytes(path.stat().st_size))


def forbidden(path: Path, chance: random.Random) -> None:
    path.chmod(0)


def page_zeroed(path: Path, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    start = chance.randrange(0, len(content), PAGE_BYTES)
    content[start : start + PAGE_BYTES] = bytes(len(content[start : start + PAGE_BYTES]))
    path.write_bytes(content)


DAMAGES = {name: act for name, act in COMMON.items() if name != "rotten"} | {
    act.__name__: act for act in (truncated, emptied, garbage, forbidden, page_zeroed)
}
COMBINATIONS = [(target, damage) for target in TARGETS for damage in (*DAMAGES, "stale")]
random.Random(5).shuffle(COMBINATIONS)


@pytest.fixture(scope="module")
def stage(processes: Processes, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """A home that two processes lived in until they were killed; `-older` is how the first left it."""
    stage = Stage(tmp_path_factory.mktemp("damaged") / "case")
    stage.clear()
    write_notes(stage.root / "more")
    for turns, name in ((OLDER_TURNS, "older"), (TURNS, "indexed")):
        folders = (stage.notes,) if name == "older" else (stage.notes, stage.root / "more")
        ended = processes.run(acts.live, stage.home, folders, turns, name == "indexed")
        assert ended.exit_code == -signal.SIGKILL, ended.error
        (stage.home / "window.ini").write_text(f"[window]\nsidebar={len(turns)}\n")
        if name == "older":
            shutil.copytree(stage.home, stage.root.with_name("older"))
            edit(stage.notes)
    shutil.copytree(stage.root, stage.root.with_name(f"{stage.root.name}-indexed"))
    return stage


@pytest.mark.parametrize("seed", seeds(CASES))
def test_home_comes_back_by_itself(stage: Stage, processes: Processes, seed: int) -> None:
    target, damage = COMBINATIONS[seed % len(COMBINATIONS)]
    stage.restore()
    chance = random.Random(f"{target}-{damage}-{seed}")
    path = chance.choice(sorted(stage.home.glob(target), key=lambda path: path.stat().st_mtime_ns))
    before = path.read_bytes()
    if damage == "stale":
        _turn_back(path, stage)
    else:
        DAMAGES[damage](path, chance)
    folders = (stage.notes, stage.root / "more")
    for _ in range(STARTS):  # the first may find damage on its way, which the next repairs
        found = processes.run(acts.come_back, stage.home, folders, bound=True).returned()
        if "refused" not in found:
            break
    case = f"{damage} {path.relative_to(stage.home)}"
    assert "refused" not in found, (case, found)
    assert found["watched"] == set(folders), case
    assert found["found"], case
    assert {f"turn-{n}" for n in (*OLDER_TURNS, *TURNS)} - found["turns"].keys() <= _may_be_lost(path, before), case
    assert_true(stage.home / "library", folders)
    again = processes.run(acts.come_back, stage.home, folders, bound=True).returned()
    assert again["repairs"] == [] and found["turns"].items() <= again["turns"].items(), case
    assert SettingsFile(stage.home / "settings.toml").settings
    assert sidebar_width(QSettings(str(stage.home / "window.ini"), QSettings.Format.IniFormat)) in (
        *range(100),
        SIDEBAR_WIDTH,
    )


def _turn_back(path: Path, stage: Stage) -> None:
    older = stage.root.with_name("older") / path.relative_to(stage.home)
    if older.exists():
        shutil.copy(older, path)
    else:
        path.unlink()


def _may_be_lost(path: Path, before: bytes) -> set[str]:
    """The turns that no copy has and that stood in a damaged page of the conversations, or of their log."""
    if not path.name.startswith("conversations.db"):
        return set()
    kept = next(iter(sorted(path.parent.glob(f"{path.name}.damaged-*"))), path)
    after = kept.read_bytes() if kept.exists() else b""
    lost = set[bytes]()
    for start in range(0, len(before), PAGE_BYTES):
        if before[start : start + PAGE_BYTES] != after[start : start + PAGE_BYTES]:
            lost |= set(re.findall(rb"#(\d+)#", before[max(0, start - PAGE_BYTES) : start + 2 * PAGE_BYTES]))
    return {f"turn-{int(number)}" for number in lost if int(number) not in IN_COPY}

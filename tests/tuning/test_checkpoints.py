"""A checkpoint is whole or not there, and a run goes on from the newest that is whole."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tuning.checkpoints import Checkpoints
from tuning.curve_picture import draw_curves
from tuning.curves import CurvePoint, Curves


def write(folder: Path, content: bytes = b"state") -> None:
    (folder / "a.bin").write_bytes(content)
    (folder / "b.bin").write_bytes(content * 1_000)


def test_the_newest_is_found_and_older_ones_are_removed(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path, "run")
    for step in (5, 10, 115):
        checkpoints.write(step, write)
    newest = checkpoints.newest()
    assert newest and newest.step == 115
    assert sorted(path.name for path in tmp_path.iterdir()) == ["step-00000010", "step-00000115"]


@pytest.mark.parametrize("damage", ["cut", "flipped", "missing", "manifest"])
def test_a_damaged_checkpoint_is_passed_over(tmp_path: Path, damage: str) -> None:
    checkpoints = Checkpoints(tmp_path, "run")
    checkpoints.write(5, write)
    file = checkpoints.write(10, write).path / "b.bin"
    content = file.read_bytes()
    if damage == "cut":
        file.write_bytes(content[:-1])
    elif damage == "flipped":
        file.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    elif damage == "missing":
        file.unlink()
    else:
        (file.parent / "checkpoint.json").write_text("{")
    newest = checkpoints.newest()
    assert newest and newest.step == 5


def test_a_checkpoint_of_another_run_is_not_gone_on_from(tmp_path: Path) -> None:
    Checkpoints(tmp_path, "one").write(5, write)
    assert Checkpoints(tmp_path, "other").newest() is None
    assert Checkpoints(tmp_path, "other").of_another_run()
    assert not Checkpoints(tmp_path, "one").of_another_run()
    assert not Checkpoints(tmp_path / "none", "one").of_another_run()


def test_a_full_disk_leaves_the_one_before(tmp_path: Path) -> None:
    def fill(folder: Path) -> None:
        (folder / "a.bin").write_bytes(b"half")
        raise OSError(28, "No space left on device")

    checkpoints = Checkpoints(tmp_path, "run")
    checkpoints.write(5, write)
    with pytest.raises(OSError, match="No space"):
        checkpoints.write(10, fill)
    assert [path.name for path in tmp_path.iterdir()] == ["step-00000005"]


_WRITER = """
import sys
from pathlib import Path
from tuning.checkpoints import Checkpoints
checkpoints, step = Checkpoints(Path(sys.argv[1]), "run"), 0
while True:
    step += 1
    checkpoints.write(step, lambda folder: (folder / "a.bin").write_bytes(bytes([step % 256]) * 300_000))
"""


@pytest.mark.parametrize("milliseconds", [0, 3, 7, 20])
def test_killed_at_any_moment_it_has_a_whole_one(tmp_path: Path, milliseconds: int) -> None:
    with subprocess.Popen([sys.executable, "-c", _WRITER, str(tmp_path)]) as writer:
        while not any(tmp_path.glob("step-*")):
            time.sleep(0.001)
        time.sleep(milliseconds / 1_000)
        writer.kill()
    newest = Checkpoints(tmp_path, "run").newest()
    assert newest
    assert (newest.path / "a.bin").read_bytes() == bytes([newest.step % 256]) * 300_000


POINTS = [CurvePoint(step, 4.0 / step, 1e-4, 100, 0.5, 3.0 if step == 3 else None) for step in range(1, 6)]


def test_a_run_that_goes_on_drops_the_points_after_its_checkpoint(tmp_path: Path) -> None:
    curves = Curves(tmp_path / "curves.csv", 0)
    for point in POINTS:
        curves.add(point)
    with (tmp_path / "curves.csv").open("a") as file:
        file.write("6,0.")  # a line that a kill cut short
    assert Curves(tmp_path / "curves.csv", 3).points == POINTS[:3]
    assert len((tmp_path / "curves.csv").read_text().splitlines()) == 4
    assert Curves(tmp_path / "curves.csv", 0).points == []


@pytest.mark.parametrize("count", [0, 1, 5])
def test_the_curves_are_drawn_from_the_first_point_on(tmp_path: Path, count: int) -> None:
    draw_curves(POINTS[:count], tmp_path / "curves.png")
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")
    assert [file.name for file in tmp_path.iterdir()] == ["curves.png"]

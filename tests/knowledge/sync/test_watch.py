"""The watcher: tells that something changed, soon and once, whatever became of the folder."""

import queue
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from knowledge.sync import watch
from knowledge.sync.watch import Watcher

SOON_S = 5
Watch = Callable[..., None]  # given folders
Told = queue.Queue[float]  # when each was told


@pytest.fixture
def told() -> Told:
    return queue.Queue()


@pytest.fixture
def watched(tmp_path: Path, told: Told) -> Iterator[Watch]:
    """Begins to watch folders; stops at the end."""
    watchers = []

    def begin(*folders: Path, **kwargs: Any) -> None:
        watchers.append(Watcher(folders, lambda: told.put(time.monotonic()), **kwargs))

    yield begin
    for watcher in watchers:
        watcher.stop()


def test_a_burst_of_changes_is_told_once(tmp_path: Path, told: Told, watched: Watch) -> None:
    watched(tmp_path, debounce_s=0.3)
    for n in range(20):
        (tmp_path / f"{n}.md").write_text("x")
    told.get(timeout=SOON_S)
    with pytest.raises(queue.Empty):
        told.get(timeout=0.8)


def test_reading_a_file_is_no_change(tmp_path: Path, told: Told, watched: Watch) -> None:
    path = tmp_path / "a.md"
    path.write_text("x")
    watched(tmp_path, debounce_s=0.05)
    path.read_text()
    with pytest.raises(queue.Empty):
        told.get(timeout=0.5)


def test_a_file_in_a_new_folder_is_told(tmp_path: Path, told: Told, watched: Watch) -> None:
    watched(tmp_path, debounce_s=0.05)
    (tmp_path / "new").mkdir()
    told.get(timeout=SOON_S)
    (tmp_path / "new" / "a.md").write_text("x")
    told.get(timeout=SOON_S)


def test_what_never_rests_is_told_all_the_same(
    tmp_path: Path, told: Told, watched: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "LONGEST_WAIT_S", 0.5)
    watched(tmp_path, debounce_s=0.2)
    until = time.monotonic() + SOON_S
    while told.empty() and time.monotonic() < until:
        (tmp_path / "log.txt").write_text("x")
        time.sleep(0.02)
    assert not told.empty()


def test_a_folder_that_goes_and_comes_back_is_told_and_watched_again(
    tmp_path: Path, told: Told, watched: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "LOOK_S", 0.05)
    folder = tmp_path / "mounted"
    folder.mkdir()
    watched(folder, debounce_s=0.05)
    folder.rename(tmp_path / "away")
    told.get(timeout=SOON_S)
    (tmp_path / "away").rename(folder)
    told.get(timeout=SOON_S)
    time.sleep(0.3)  # whatever was told of the coming
    while not told.empty():
        told.get()
    (folder / "a.md").write_text("x")
    told.get(timeout=SOON_S)


def test_a_folder_that_comes_later_is_told(
    tmp_path: Path, told: Told, watched: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "LOOK_S", 0.05)
    watched(tmp_path / "later", debounce_s=0.05)
    (tmp_path / "later").mkdir()
    told.get(timeout=SOON_S)


def test_after_a_burst_as_large_as_the_kernels_queue_it_looks_again(
    tmp_path: Path, told: Told, watched: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "LOOK_S", 0.05)
    monkeypatch.setattr(watch, "LOOK_AGAIN_S", 0.2)
    monkeypatch.setattr(watch, "BURST_EVENTS", 10)
    watched(tmp_path, debounce_s=0.05)
    for n in range(20):
        (tmp_path / f"{n}.md").write_text("x")
    told.get(timeout=SOON_S)
    told.get(timeout=SOON_S)


def test_it_tells_every_hour_though_nothing_was_heard(
    tmp_path: Path, told: Told, watched: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "LOOK_S", 0.05)
    monkeypatch.setattr(watch, "RECONCILE_S", 0.2)
    watched(tmp_path)
    told.get(timeout=SOON_S)
    told.get(timeout=SOON_S)

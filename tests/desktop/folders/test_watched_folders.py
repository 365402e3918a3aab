"""One watcher at a time, and none once the window is gone."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.background import Background, Callbacks
from desktop.folders.watched_folders import WatchedFolders


@pytest.fixture
def folders(background: Background) -> Iterator[WatchedFolders]:
    made = WatchedFolders(background)
    yield made
    made.end()


def watchers() -> int:
    return sum(thread.name == "watcher" for thread in threading.enumerate())


def wait_for_reads(qtbot: QtBot, background: Background, folders: WatchedFolders) -> None:
    """Until what was asked of the lane so far is done, and its results are here."""
    done: list[object] = []
    background.run("read", lambda space, task: None, folders, Callbacks(done.append))
    qtbot.waitUntil(lambda: bool(done), timeout=9000)


def test_watching_more_twice_at_once_leaves_one_watcher(
    qtbot: QtBot, background: Background, folders: WatchedFolders, notes: Path
) -> None:
    folders.add(notes)
    folders.watch_more()
    folders.watch_more()
    wait_for_reads(qtbot, background, folders)
    qtbot.waitUntil(lambda: not folders.busy, timeout=9000)
    wait_for_reads(qtbot, background, folders)
    assert watchers() == 1


def test_end_leaves_no_watcher_even_while_one_begins(
    qtbot: QtBot, background: Background, folders: WatchedFolders
) -> None:
    folders.watch_more()
    folders.watch_more()
    folders.end()
    wait_for_reads(qtbot, background, folders)
    qtbot.waitUntil(lambda: not folders.busy, timeout=9000)
    assert watchers() == 0

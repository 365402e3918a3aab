"""One watcher at a time, and none once the window is gone; files are listed as they come."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.background import Background, Callbacks
from desktop.folders.watched_folders import WatchedFolders
from knowledge.library import Library
from knowledge.sync.progress import SyncProgress, SyncReport


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
    folders.rewatch()
    folders.rewatch()
    wait_for_reads(qtbot, background, folders)
    qtbot.waitUntil(lambda: not folders.busy, timeout=9000)
    wait_for_reads(qtbot, background, folders)
    assert watchers() == 1


def test_end_leaves_no_watcher_even_while_one_begins(
    qtbot: QtBot, background: Background, folders: WatchedFolders
) -> None:
    folders.rewatch()
    folders.rewatch()
    folders.end()
    wait_for_reads(qtbot, background, folders)
    qtbot.waitUntil(lambda: not folders.busy, timeout=9000)
    assert watchers() == 0


def test_files_are_listed_before_the_last_one_is_indexed(
    qtbot: QtBot, background: Background, folders: WatchedFolders, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, last_file = Library.sync, threading.Event()

    def sync(library: Library, on_progress: Callable[[SyncProgress], None], cancelled: threading.Event) -> SyncReport:
        report = real(library, cancelled=cancelled)
        while not last_file.wait(0.01):
            on_progress(SyncProgress(done_files=report.indexed, total_files=report.indexed + 1))
        return report

    monkeypatch.setattr(Library, "sync", sync)
    folders.add(notes)
    try:
        qtbot.waitUntil(lambda: bool(folders.snapshot.files), timeout=9000)
        assert folders.busy
    finally:
        last_file.set()
    qtbot.waitUntil(lambda: not folders.busy, timeout=9000)

"""What a person is told while folders are indexed, and what happens when that fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.background import Background
from desktop.folders.indexing_progress import ProgressLine, pause_text, progress_text, report_text
from desktop.folders.watched_folders import WatchedFolders
from desktop.widgets.bars import Bar
from desktop.widgets.theme import LIGHT
from desktop.window.workbench import Workbench
from errors import AppError
from knowledge.library import Library
from knowledge.sync.progress import SyncProgress, SyncReport
from tests.desktop.driver import button, colour_at, texts

pytestmark = [
    pytest.mark.timeout(40),
    pytest.mark.qt_log_ignore("This plugin does not support"),
]
FULL = AppError("The disk is full", "Make room and index again.")


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        (
            SyncProgress(done_files=12, total_files=3400, current=Path("/n/보고서.md")),
            "Read 12 of 3,400 files · 보고서.md",
        ),
        (SyncProgress(done_files=0, total_files=0), "Looking for changes…"),
        (SyncProgress(done_files=2, total_files=2, chunks=10, ready=10), "Read 2 of 2 files"),
        (SyncProgress(done_files=1, total_files=9, pause_reason="paused by hand"), "Paused · Read 1 of 9 files"),
        (
            SyncProgress(done_files=1, total_files=9, pause_reason="the moon is full"),
            "the moon is full · Read 1 of 9 files",
        ),
    ],
)
def test_how_far_an_indexing_is_is_said_in_words(progress: SyncProgress, words: str) -> None:
    assert progress_text(progress) == words


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (SyncReport(), "Up to date"),
        (SyncReport(unchanged=900, seconds=0.2), "Up to date"),
        (SyncReport(indexed=1200, seconds=61.24), "Up to date: 1,200 indexed in 61.2 s"),
        (
            SyncReport(indexed=2, removed=1, skipped=3, failed=4, seconds=1.0),
            "Up to date: 2 indexed, 1 removed, 3 skipped, 4 failed in 1.0 s",
        ),
    ],
)
def test_what_an_indexing_did_is_said_in_words(report: SyncReport, words: str) -> None:
    assert report_text(report) == words


def test_a_reason_to_rest_without_words_of_its_own_is_said_as_it_is() -> None:
    assert pause_text("the disk is asleep") == "the disk is asleep"


@pytest.fixture
def line(qtbot: QtBot) -> ProgressLine:
    made = ProgressLine()
    qtbot.addWidget(made)
    made.resize(800, 30)
    return made


def test_a_line_is_there_only_when_it_has_something_to_say(line: ProgressLine) -> None:
    assert line.isHidden()
    line.begin()
    assert not line.isHidden()
    assert texts(line) == ["Looking for changes…"]


def test_the_bar_follows_the_files(line: ProgressLine, qtbot: QtBot) -> None:
    line.begin()
    line.show_progress(SyncProgress(done_files=1, total_files=2))
    bar = line.findChildren(Bar)[0]
    qtbot.waitUntil(lambda: bar.width() > 100)
    middle = bar.height() // 2
    assert colour_at(bar, bar.width() // 4, middle) == LIGHT.accent
    assert colour_at(bar, bar.width() * 3 // 4, middle) == LIGHT.border


def test_an_indexing_that_begins_anew_begins_with_an_empty_bar(line: ProgressLine, qtbot: QtBot) -> None:
    line.begin()
    line.show_progress(SyncProgress(done_files=2, total_files=2))
    line.begin()
    bar = line.findChildren(Bar)[0]
    qtbot.waitUntil(lambda: bar.width() > 100)
    assert colour_at(bar, bar.width() // 4, bar.height() // 2) == LIGHT.border


def test_after_an_indexing_only_its_words_are_left(line: ProgressLine) -> None:
    line.begin()
    line.show_report(SyncReport(indexed=3, seconds=1.0))
    assert texts(line) == ["Up to date: 3 indexed in 1.0 s"]
    assert button(line, "Cancel").isHidden() and line.pause.isHidden()


def test_an_indexing_that_failed_leaves_no_line(line: ProgressLine) -> None:
    line.begin()
    line.show_report(None)
    assert line.isHidden()


def test_pause_and_resume_take_turns(line: ProgressLine, qtbot: QtBot) -> None:
    line.begin()
    with qtbot.waitSignal(line.pause_wanted) as wanted:
        line.pause.click()
    assert wanted.args == [True]
    line.show_paused(True)
    assert (line.pause.text(), texts(line)) == ("Resume", ["Paused · Looking for changes…"])
    with qtbot.waitSignal(line.pause_wanted) as wanted:
        line.pause.click()
    assert wanted.args == [False]
    line.show_paused(False)
    assert texts(line) == ["Looking for changes…"]


def test_a_pause_is_said_once(line: ProgressLine) -> None:
    line.begin()
    line.show_paused(True)
    line.show_progress(SyncProgress(done_files=1, total_files=9, pause_reason="paused by hand"))
    assert texts(line) == ["Paused · Read 1 of 9 files"]


def test_cancelling_is_reported(line: ProgressLine, qtbot: QtBot) -> None:
    line.begin()
    with qtbot.waitSignal(line.cancelled):
        button(line, "Cancel").click()


Sync = Callable[..., SyncReport]


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> list[AppError]:
    """What the next indexings fail with, one after another; after that they succeed."""
    errors = [FULL]
    real: Sync = Library.sync

    def sync(library: Library, *arguments: object, **named: object) -> SyncReport:
        if errors:
            raise errors.pop()
        return real(library, *arguments, **named)

    monkeypatch.setattr(Library, "sync", sync)
    return errors


@pytest.fixture
def folders(background: Background) -> Iterator[WatchedFolders]:
    made = WatchedFolders(background)
    yield made
    made.end()


def test_an_indexing_that_failed_is_told_and_is_over(
    folders: WatchedFolders, qtbot: QtBot, failing: list[AppError]
) -> None:
    with qtbot.waitSignal(folders.failed) as failed, qtbot.waitSignal(folders.finished) as finished:
        folders.sync()
    assert (failed.args, finished.args) == ([FULL], [None])
    assert not folders.busy


def test_what_was_asked_for_during_an_indexing_that_failed_is_done_after_it(
    folders: WatchedFolders, qtbot: QtBot, failing: list[AppError]
) -> None:
    reports: list[SyncReport | None] = []
    folders.finished.connect(reports.append)
    folders.sync()
    folders.sync()
    qtbot.waitUntil(lambda: len(reports) == 2)
    assert reports[0] is None and reports[1] is not None
    assert not folders.busy


def test_many_wishes_during_an_indexing_are_one_more(folders: WatchedFolders, qtbot: QtBot) -> None:
    ended: list[object] = []
    folders.finished.connect(ended.append)
    for _ in range(10):
        folders.sync()
    qtbot.waitUntil(lambda: not folders.busy, timeout=9000)
    assert len(ended) == 2


def test_a_failed_indexing_is_a_notice_above_the_question_box(
    workbench: Workbench, qtbot: QtBot, failing: list[AppError]
) -> None:
    failing.append(FULL)
    workbench.folders.sync()
    qtbot.waitUntil(lambda: bool(workbench.chat.notices.notices()))
    assert "The disk is full" in texts(workbench.chat.notices)


def test_the_sidebar_says_how_far_an_indexing_is_and_then_what_there_is(workbench: Workbench) -> None:
    workbench.folders.progressed.emit(SyncProgress(done_files=12, total_files=340))
    assert "12 of 340…" in texts(workbench.sidebar)
    workbench.folders.progressed.emit(SyncProgress(done_files=12, total_files=340, pause_reason="an answer is written"))
    assert "Waiting for the answer" in texts(workbench.sidebar)
    workbench.folders.finished.emit(SyncReport())
    assert "none yet" in texts(workbench.sidebar)

"""Files while they are indexed: listed as soon as found, with their states, without stutter."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.folders.file_table import FileTableModel
from desktop.folders.folders_page import FoldersPage
from desktop.folders.watched_folders import FORBIDDEN
from desktop.window.workbench import Workbench
from knowledge.ledger.rows import LEFT_OUT, Folder
from knowledge.sync.pace import Pace
from tests.desktop.driver import button, click, press, settle, texts, write
from tests.desktop.talk import watch
from tests.desktop.values import MANY, listing, many_files, snapshot

pytestmark = [pytest.mark.timeout(40), pytest.mark.qt_log_ignore("This plugin does not support")]
WAIT_MS = 9000
PAUSE_MS = 50  # the longest that the window may stand still


class Brake:
    """Lets indexing take one piece of work after another."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._pieces = 0
        real = Pace.wait
        brake = self

        def wait(pace: Pace, worked_s: float, stopped: object, tell: object) -> None:
            while brake._pieces <= 0 and not stopped():  # type: ignore[operator]
                time.sleep(0.005)
            brake._pieces -= 1
            real(pace, worked_s, stopped, tell)  # type: ignore[arg-type]

        monkeypatch.setattr(Pace, "wait", wait)

    def let(self, pieces: int) -> None:
        self._pieces = max(self._pieces, 0) + pieces


@pytest.fixture
def brake(workbench: Workbench, monkeypatch: pytest.MonkeyPatch) -> Brake:
    return Brake(monkeypatch)


def counted(page: FoldersPage) -> list[str]:
    return [each.text() for each in page.states.values()]


def test_files_are_listed_as_found_and_their_states_follow(
    workbench: Workbench, qtbot: QtBot, notes: Path, brake: Brake
) -> None:
    page = workbench.pages.show_folders()
    workbench.folders.add(notes)
    qtbot.waitUntil(lambda: counted(page)[:3] == ["All 2", "Indexed 0", "Waiting 2"], timeout=WAIT_MS)
    assert [page.table.files.index(row, 1).data() for row in (0, 1)] == ["Waiting", "Waiting"]
    assert page.cards[notes].state.text().endswith("2 waiting")
    qtbot.waitUntil(lambda: page.progress.text.text().startswith("Read 0 of 2 files"), timeout=WAIT_MS)
    brake.let(1000)
    qtbot.waitUntil(lambda: counted(page)[:3] == ["All 2", "Indexed 2", "Waiting 0"], timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not workbench.folders.busy, timeout=WAIT_MS)
    assert page.cards[notes].state.text() == "2 files  ·  2 passages"


def test_a_page_that_is_opened_meanwhile_shows_how_far_it_is(
    workbench: Workbench, qtbot: QtBot, notes: Path, brake: Brake
) -> None:
    workbench.folders.add(notes)
    qtbot.waitUntil(lambda: workbench.folders.progress is not None, timeout=WAIT_MS)
    assert workbench.pages.show_folders().progress.text.text().startswith("Read 0 of 2 files")
    assert "0 of 2…" in texts(workbench.sidebar)
    brake.let(1000)
    qtbot.waitUntil(lambda: "2 files" in texts(workbench.sidebar), timeout=WAIT_MS)


@pytest.fixture
def page(workbench: Workbench, qtbot: QtBot, notes: Path) -> FoldersPage:
    """The folders page with two files, one of which cannot be read."""
    (notes / "broken.pdf").write_text("not a pdf")
    watch(workbench, qtbot, notes)
    shown = workbench.pages.show_folders()
    qtbot.waitUntil(lambda: counted(shown)[4] == "Failed 1", timeout=WAIT_MS)
    settle()
    return shown


def select(page: FoldersPage, name: str) -> None:
    rows = range(page.table.files.rowCount())
    place = next(row for row in rows if page.table.files.index(row, 0).data() == name)
    click(page.table.viewport(), page.table.visualRect(page.table.files.index(place, 0)).center())


def test_the_reason_of_a_selected_file_can_be_read_in_full(page: FoldersPage) -> None:
    select(page, "broken.pdf")
    reason = next(filter(None, page.table.files.listing.reasons))
    assert page.file_actions.reason.text().lower() == reason.lower()
    assert page.file_actions.isVisible() and page.file_actions.reason.wordWrap()


def test_a_file_is_opened_and_shown_in_its_folder(page: FoldersPage, opened_addresses: list[str], notes: Path) -> None:
    select(page, "tea.md")
    button(page.file_actions, "Open").click()
    press(page.table, Qt.Key.Key_Return)
    button(page.file_actions, "Show in folder").click()
    file = (notes / "tea.md").as_uri()
    assert opened_addresses == [file, file, notes.as_uri()]


def test_a_file_is_left_out_and_taken_in_again(page: FoldersPage, qtbot: QtBot) -> None:
    select(page, "tea.md")
    button(page.file_actions, "Leave out").click()
    qtbot.waitUntil(lambda: counted(page)[3] == "Skipped 1", timeout=WAIT_MS)
    qtbot.waitUntil(lambda: page.file_actions.reason.text().lower() == LEFT_OUT, timeout=WAIT_MS)
    button(page.file_actions, "Include again").click()
    qtbot.waitUntil(lambda: counted(page)[1:4] == ["Indexed 2", "Waiting 0", "Skipped 0"], timeout=WAIT_MS)


def test_a_file_that_failed_is_tried_again(page: FoldersPage, qtbot: QtBot, notes: Path) -> None:
    select(page, "broken.pdf")
    with qtbot.waitSignal(workbench_finished(page), timeout=WAIT_MS):
        button(page.file_actions, "Try again").click()
    qtbot.waitUntil(lambda: counted(page)[4] == "Failed 1", timeout=WAIT_MS)


def workbench_finished(page: FoldersPage) -> object:
    return page._folders.finished


def test_the_keyboard_moves_through_the_files_and_their_buttons(page: FoldersPage, qtbot: QtBot) -> None:
    page.table.setFocus()
    press(page.table, Qt.Key.Key_Down)
    press(page.table, Qt.Key.Key_Down)
    assert page.table.selected() is not None
    names = []
    for _ in range(4):
        press(page.window().focusWidget() or page, Qt.Key.Key_Tab)
        names.append(getattr(page.window().focusWidget(), "accessibleName", str)())
    assert names == ["Open", "Show in folder", names[2], "Leave out"]


def test_an_unreadable_folder_says_why_and_is_tried_again(
    workbench: Workbench, qtbot: QtBot, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`scandir` refuses, as it does without the permission; the tests may run as root, whom nothing is refused."""
    real, refused = os.scandir, [True]

    def scandir(path: str | Path) -> object:
        if refused and str(path) == str(notes):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    workbench.folders.add(notes)
    page = workbench.pages.show_folders()
    qtbot.waitUntil(lambda: notes in page.cards and page.cards[notes].state.text() == FORBIDDEN, timeout=WAIT_MS)
    assert page.cards[notes].again.isVisible()
    refused.clear()
    page.cards[notes].again.click()
    qtbot.waitUntil(lambda: page.cards[notes].state.text() == "2 files  ·  2 passages", timeout=WAIT_MS)
    assert not page.cards[notes].again.isVisible()


def test_a_hundred_folders_scroll_and_can_be_sought(workbench: Workbench, qtbot: QtBot) -> None:
    page = quiet_page(workbench, qtbot)
    folders = [Folder(n, Path(f"/data/project {n}"), None) for n in range(100)]
    page.show_folders(snapshot(folders))
    settle()
    cards = [page.cards[folder.path] for folder in folders]
    tops = [card.mapTo(page, card.rect().topLeft()).y() for card in cards]
    assert all(after - before >= cards[0].height() for before, after in pairwise(tops))
    assert all(card.height() >= card.sizeHint().height() for card in cards)
    assert page._card_area.verticalScrollBar().maximum() > 0 and page.table.height() > 100
    write(page.folder_search, "project 42")
    assert [card for card in cards if not card.isHidden()] == [page.cards[Path("/data/project 42")]]


def best_ms(act: Callable[[], object], before: Callable[[], object]) -> float:
    """The milliseconds of computing that it takes the window's thread, painting too; the best of three."""
    took = []
    for _ in range(3):
        before()
        settle()
        began = time.thread_time()  # other processes may take turns on this machine
        act()
        settle()
        took.append((time.thread_time() - began) * 1000)
    return min(took)


def quiet_page(workbench: Workbench, qtbot: QtBot) -> FoldersPage:
    """The folders page, once nothing more comes from the empty home."""
    page = workbench.pages.show_folders()
    with qtbot.waitSignal(workbench.folders.changed):
        workbench.folders.refresh()
    qtbot.waitUntil(lambda: not workbench._background._running, timeout=WAIT_MS)
    settle()
    return page


def test_a_hundred_thousand_files_do_not_make_the_window_stutter(workbench: Workbench, qtbot: QtBot) -> None:
    files = many_files()
    folders = [Folder(n, Path(f"/home/anna/Documents/{n}"), None) for n in range(3)]
    page = quiet_page(workbench, qtbot)
    shelf = snapshot(folders, files)
    some = [files[n]._replace(state="waiting") for n in range(0, MANY, 500)]
    changed = shelf._replace(listing=shelf.listing.with_files(some))
    empty = snapshot(folders)
    figures = {"shown": best_ms(lambda: page.show_folders(shelf), lambda: page.show_folders(empty))}
    for text in ("r", "rep", "00042", "no such file", "damaged"):
        figures[text] = best_ms(partial(page.search.setText, text), page.search.clear)
    page.search.clear()
    figures["one state"] = best_ms(page.states["failed"].click, page.states[""].click)
    page.states[""].click()
    for at in (1, 2, 3, 4):
        figures[f"column {at}"] = best_ms(
            partial(page.table.sortByColumn, at, DESCENDING), partial(page.table.sortByColumn, 0, ASCENDING)
        )
        figures[f"states by {at}"] = best_ms(lambda: page.show_folders(changed), lambda: page.show_folders(shelf))
    assert max(figures.values()) < PAUSE_MS, figures


ASCENDING = Qt.SortOrder.AscendingOrder
DESCENDING = Qt.SortOrder.DescendingOrder


def test_a_listing_without_files_that_comes_again_changes_no_row(qtbot: QtBot) -> None:
    model, empty = FileTableModel(), listing([], [])
    model.show_listing(empty)
    changed: list[object] = []
    model.dataChanged.connect(lambda *cells: changed.append(cells))
    model.show_listing(empty)
    assert changed == []


def test_in_the_lowest_window_the_page_scrolls_and_nothing_overlaps(workbench: Workbench, qtbot: QtBot) -> None:
    page = quiet_page(workbench, qtbot)
    workbench.window().resize(workbench.window().minimumSize())
    page.show_folders(
        snapshot([Folder(n, Path(f"/data/project {n}"), None) for n in range(100)], many_files(range(50)))
    )
    page.table.selectRow(0)
    settle()
    parts = (page.folder_search, page._card_area, page.search, page.table, page.file_actions)
    tops = [part.mapTo(page, part.rect().topLeft()).y() for part in parts]
    for part, (top, after) in zip(parts, pairwise(tops), strict=False):
        assert top + part.height() <= after
    assert all(part.width() <= page.width() for part in parts)

"""What is dragged over the window and dropped on it: folders, files, text, and what is no file of this computer."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from assistant.home import Home
from desktop.folders.drops import Arrival, DropTarget, dropped
from desktop.widgets.theme import LIGHT
from desktop.window.workbench import Workbench
from tests.desktop.values import file_row
from tests.desktop.widgets import colours_in, drag_over, files, texts

pytestmark = [
    pytest.mark.timeout(40),
    pytest.mark.qt_log_ignore("This plugin does not support"),
]


def local(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drop(bench: Workbench, data: QMimeData) -> None:
    none = Qt.KeyboardModifier.NoModifier
    bench.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, none))


def veil(bench: Workbench) -> DropTarget | None:
    """What lies over the window, if it is seen."""
    return next((each for each in bench.findChildren(DropTarget) if each.isVisible()), None)


def test_folders_and_files_of_a_drop_are_told_apart(notes: Path) -> None:
    assert dropped(local(notes, notes / "tea.md")) == ((notes,), (notes / "tea.md",))


@pytest.mark.parametrize("name", ["100% sure #1?.md", "보고서 최종.md", "Größe & Maß.md", "<b>x<br>.md", "a\u202eb.md"])
def test_a_file_of_any_name_is_taken(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("x", "utf-8")
    assert dropped(local(path)).files == (path,)


def test_what_is_gone_by_now_is_left_out(notes: Path) -> None:
    assert dropped(local(notes / "gone.md", notes / "tea.md")).files == (notes / "tea.md",)


@pytest.mark.parametrize("address", ["https://example.org/a.md", "ftp://host/a.md", "data:text/plain,x", "smb://nas/a"])
def test_what_is_elsewhere_is_no_file_of_this_computer(address: str) -> None:
    assert dropped(files(address)) == ((), ())


def test_dragged_files_are_answered_with_what_a_drop_does(bench: Workbench, notes: Path) -> None:
    assert drag_over(bench, local(notes))
    over = veil(bench)
    assert over is not None
    assert over.geometry() == bench.rect()
    assert "Drop folders or files" in texts(over)
    assert LIGHT.accent in colours_in(over)


def test_files_dragged_over_the_question_box_are_the_windows(bench: Workbench, notes: Path) -> None:
    assert drag_over(bench.chat.composer.box.viewport(), local(notes / "tea.md"))
    assert veil(bench) is not None


def test_files_dragged_over_the_search_are_the_windows(bench: Workbench, notes: Path) -> None:
    assert drag_over(bench.sidebar.search, local(notes / "tea.md"))
    assert veil(bench) is not None


def test_a_dragged_link_is_not_taken(bench: Workbench) -> None:
    assert not drag_over(bench, files("https://example.org/a.md"))
    assert veil(bench) is None


def test_dragged_text_is_not_taken_by_the_window(bench: Workbench) -> None:
    data = QMimeData()
    data.setText("some words")
    assert not drag_over(bench, data)
    assert veil(bench) is None


def test_leaving_the_window_lifts_the_veil(bench: Workbench, notes: Path) -> None:
    drag_over(bench, local(notes))
    QApplication.sendEvent(bench, QDragLeaveEvent())
    assert veil(bench) is None


def test_dropping_lifts_the_veil(bench: Workbench, notes: Path) -> None:
    drag_over(bench, local(notes))
    drop(bench, local(notes))
    assert veil(bench) is None


def test_a_dropped_link_changes_nothing(bench: Workbench, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(bench.folders.started, wait=50):
        drop(bench, files("https://example.org/a.md"))
    assert bench.pages.currentWidget() is bench.chat


def test_a_dropped_folder_shows_the_folders(bench: Workbench, notes: Path) -> None:
    drop(bench, local(notes))
    assert bench.pages.currentWidget() is bench.pages.show_folders()


def test_a_dropped_file_leaves_the_chat_in_view(bench: Workbench, notes: Path) -> None:
    drop(bench, local(notes / "tea.md"))
    assert bench.pages.currentWidget() is bench.chat


def test_several_dropped_files_are_told_of_together(bench: Workbench, qtbot: QtBot, notes: Path) -> None:
    with qtbot.waitSignal(bench.intake.arrived, timeout=20_000) as arrived:
        drop(bench, local(notes / "tea.md", notes / "garden.md"))
    assert arrived.args is not None
    assert arrived.args[0].words.startswith("2 files are searchable, ")


def test_a_dropped_file_replaces_the_copy_of_an_earlier_one(bench: Workbench, qtbot: QtBot, notes: Path) -> None:
    with qtbot.waitSignal(bench.intake.arrived, timeout=20_000):
        drop(bench, local(notes / "tea.md"))
    (notes / "tea.md").write_text("# Tea\n\nBlack tea takes four minutes.\n")
    with qtbot.waitSignal(bench.intake.arrived, timeout=20_000):
        drop(bench, local(notes / "tea.md"))
    (row,) = bench.folders.shelf.files
    assert "four minutes" in row.path.read_text()


def test_a_file_that_cannot_be_copied_is_a_notice(bench: Workbench, qtbot: QtBot, notes: Path, home: Home) -> None:
    home.dropped.write_text("a file in the way")
    drop(bench, local(notes / "tea.md"))
    qtbot.waitUntil(lambda: bool(bench.chat.notices.notices()))
    assert bench.chat.notices.notices()[0].title.startswith("tea.md cannot be copied to ")
    assert str(home.dropped) in bench.chat.notices.notices()[0].title


@pytest.mark.parametrize(
    ("arrival", "words"),
    [
        (Arrival((), (), (file_row("/n/tea.md"),), 0.44), "tea.md is searchable, 0.4 s after the drop"),
        (
            Arrival((), (), (file_row("/n/a.md"), file_row("/n/b.pdf", "failed")), 2.0),
            "1 file is searchable, 2.0 s after the drop; 1 cannot be read",
        ),
        (
            Arrival((), (), (file_row("/n/a.pdf", "failed", reason="It needs a password."),), 1.0),
            "a.pdf cannot be searched: It needs a password.",
        ),
        (
            Arrival((), (), tuple(file_row(f"/n/{n}.md") for n in range(1200)), 61.0),
            "1,200 files are searchable, 61.0 s after the drop",
        ),
    ],
)
def test_what_came_in_is_said_in_words(arrival: Arrival, words: str) -> None:
    assert arrival.words == words


def test_an_empty_folder_says_nothing_and_files_that_come_later_are_no_drop(
    bench: Workbench, qtbot: QtBot, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with qtbot.waitSignal(bench.folders.finished, timeout=20_000):
        drop(bench, local(empty))
    with qtbot.waitSignal(bench.folders.changed):  # what the sync found is shown, and the drop is done with
        pass
    with qtbot.assertNotEmitted(bench.intake.arrived):
        (empty / "later.md").write_text("Later.")
        bench.folders.sync()
        qtbot.waitUntil(lambda: len(bench.folders.shelf.files) == 1, timeout=20_000)
        qtbot.waitUntil(lambda: not bench.folders.busy, timeout=20_000)

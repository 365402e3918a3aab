"""What is dragged over the window and dropped on it: folders, files, text, and what is no file of this computer."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from assistant.home import Home
from desktop.folders.drops import DropOverlay, ImportedDrop, dropped_paths
from desktop.widgets.theme import LIGHT
from desktop.window.workbench import Workbench
from tests.desktop.driver import colours_in, drag_over, files, texts
from tests.desktop.values import file_row

pytestmark = [
    pytest.mark.timeout(40),
    pytest.mark.qt_log_ignore("This plugin does not support"),
]


def local(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drop(workbench: Workbench, data: QMimeData) -> None:
    none = Qt.KeyboardModifier.NoModifier
    workbench.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, none))


def veil(workbench: Workbench) -> DropOverlay | None:
    """What lies over the window, if it is seen."""
    return next((each for each in workbench.findChildren(DropOverlay) if each.isVisible()), None)


def test_folders_and_files_of_a_drop_are_told_apart(notes: Path) -> None:
    assert dropped_paths(local(notes, notes / "tea.md")) == ((notes,), (notes / "tea.md",))


@pytest.mark.parametrize("name", ["100% sure #1?.md", "보고서 최종.md", "Größe & Maß.md", "<b>x<br>.md", "a\u202eb.md"])
def test_a_file_of_any_name_is_taken(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("x", "utf-8")
    assert dropped_paths(local(path)).files == (path,)


def test_what_is_gone_by_now_is_left_out(notes: Path) -> None:
    assert dropped_paths(local(notes / "gone.md", notes / "tea.md")).files == (notes / "tea.md",)


@pytest.mark.parametrize("address", ["https://example.org/a.md", "ftp://host/a.md", "data:text/plain,x", "smb://nas/a"])
def test_what_is_elsewhere_is_no_file_of_this_computer(address: str) -> None:
    assert dropped_paths(files(address)) == ((), ())


def test_dragged_files_are_answered_with_what_a_drop_does(workbench: Workbench, notes: Path) -> None:
    assert drag_over(workbench, local(notes))
    over = veil(workbench)
    assert over is not None
    assert over.geometry() == workbench.rect()
    assert "Drop folders or files" in texts(over)
    assert LIGHT.accent in colours_in(over)


def test_files_dragged_over_the_search_are_the_windows(workbench: Workbench, notes: Path) -> None:
    assert drag_over(workbench.sidebar.search, local(notes / "tea.md"))
    assert veil(workbench) is not None


def test_a_dragged_link_is_not_taken(workbench: Workbench) -> None:
    assert not drag_over(workbench, files("https://example.org/a.md"))
    assert veil(workbench) is None


def test_dragged_text_is_not_taken_by_the_window(workbench: Workbench) -> None:
    data = QMimeData()
    data.setText("some words")
    assert not drag_over(workbench, data)
    assert veil(workbench) is None


def test_leaving_the_window_lifts_the_veil(workbench: Workbench, notes: Path) -> None:
    drag_over(workbench, local(notes))
    QApplication.sendEvent(workbench, QDragLeaveEvent())
    assert veil(workbench) is None


def test_dropping_lifts_the_veil(workbench: Workbench, notes: Path) -> None:
    drag_over(workbench, local(notes))
    drop(workbench, local(notes))
    assert veil(workbench) is None


def test_a_dropped_link_changes_nothing(workbench: Workbench, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(workbench.folders.started, wait=50):
        drop(workbench, files("https://example.org/a.md"))
    assert workbench.pages.currentWidget() is workbench.chat


def test_a_dropped_folder_shows_the_folders(workbench: Workbench, notes: Path) -> None:
    drop(workbench, local(notes))
    assert workbench.pages.currentWidget() is workbench.pages.show_folders()


def test_a_dropped_file_leaves_the_chat_in_view(workbench: Workbench, notes: Path) -> None:
    drop(workbench, local(notes / "tea.md"))
    assert workbench.pages.currentWidget() is workbench.chat


def test_several_dropped_files_are_told_of_together(workbench: Workbench, qtbot: QtBot, notes: Path) -> None:
    with qtbot.waitSignal(workbench.drops.imported, timeout=20_000) as arrived:
        drop(workbench, local(notes / "tea.md", notes / "garden.md"))
    assert arrived.args is not None
    assert arrived.args[0].summary.startswith("2 files are ready to search (")


def test_a_second_dropped_file_of_a_name_is_kept_beside_the_first(
    workbench: Workbench, qtbot: QtBot, notes: Path, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "tea.md").write_text("# Tea\n\nBlack tea takes four minutes.\n")
    with qtbot.waitSignal(workbench.drops.imported, timeout=20_000):
        drop(workbench, local(notes / "tea.md", tmp_path / "other" / "tea.md"))
    first, second = sorted((row.path for row in workbench.folders.snapshot.files), key=lambda path: len(path.name))
    assert (first.name, second.name) == ("tea.md", "tea (2).md")
    assert first.read_bytes() == (notes / "tea.md").read_bytes()
    assert "four minutes" in second.read_text()


def test_the_same_file_dropped_again_makes_no_second_copy_and_its_undo_leaves_the_first(
    workbench: Workbench, qtbot: QtBot, notes: Path
) -> None:
    for _ in range(2):
        with qtbot.waitSignal(workbench.drops.imported, timeout=20_000) as arrived:
            drop(workbench, local(notes / "tea.md"))
    assert arrived.args is not None
    assert arrived.args[0].copies == ()
    workbench.drops.undo(arrived.args[0])
    qtbot.waitUntil(lambda: not workbench.folders.busy)
    (row,) = workbench.folders.snapshot.files
    assert row.path.read_bytes() == (notes / "tea.md").read_bytes()


def test_a_file_that_cannot_be_copied_is_a_notice(workbench: Workbench, qtbot: QtBot, notes: Path, home: Home) -> None:
    home.dropped.write_text("a file in the way")
    drop(workbench, local(notes / "tea.md"))
    qtbot.waitUntil(lambda: bool(workbench.chat.notices.notices()))
    assert workbench.chat.notices.notices()[0].title.startswith("tea.md couldn't be copied to ")
    assert str(home.dropped) in workbench.chat.notices.notices()[0].title


@pytest.mark.parametrize(
    ("dropped", "summary"),
    [
        (ImportedDrop((), (), (), (file_row("/n/tea.md"),), 0.44), "tea.md is ready to search (0.4 s)"),
        (
            ImportedDrop((), (), (), (file_row("/n/a.md"), file_row("/n/b.pdf", "failed")), 2.0),
            "1 file is ready to search (2.0 s), 1 couldn't be read",
        ),
        (
            ImportedDrop((), (), (), (file_row("/n/a.pdf", "failed", reason="It needs a password."),), 1.0),
            "a.pdf can't be searched: It needs a password.",
        ),
        (
            ImportedDrop((), (), (), tuple(file_row(f"/n/{n}.md") for n in range(1200)), 61.0),
            "1,200 files are ready to search (61.0 s)",
        ),
    ],
)
def test_a_drop_is_summed_up_in_one_line(dropped: ImportedDrop, summary: str) -> None:
    assert dropped.summary == summary


def test_an_empty_folder_says_nothing_and_files_that_come_later_are_no_drop(
    workbench: Workbench, qtbot: QtBot, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    drop(workbench, local(empty))
    qtbot.waitUntil(
        lambda: len(workbench.folders.snapshot.folders) == 1 and not workbench.drops._pending, timeout=20_000
    )
    with qtbot.assertNotEmitted(workbench.drops.imported):
        (empty / "later.md").write_text("Later.")
        workbench.folders.sync()
        qtbot.waitUntil(lambda: len(workbench.folders.snapshot.files) == 1, timeout=20_000)
        qtbot.waitUntil(lambda: not workbench.folders.busy, timeout=20_000)

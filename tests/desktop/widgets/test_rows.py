"""Lists of rows: what is chosen by mouse and keyboard, marked, measured and told."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.widgets.list_rows import ListRow, RowList
from desktop.widgets.theme import LIGHT, Appearance
from tests.desktop.driver import click, colours_in, press, shown_tooltip

ROWS = [
    ListRow("a", "Reader", "001", "Reads your files.", "Reads your folders only"),
    ListRow("b", "LLM engineer", "410", "Explains models."),
    ListRow("c", "Gardener"),
]


@pytest.fixture
def rows(qtbot: QtBot) -> RowList:
    made = RowList("Personas")
    qtbot.addWidget(made)
    made.resize(300, 300)
    made.replace(ROWS)
    made.show()
    return made


def height(rows: RowList, at: int) -> int:
    return rows.sizeHintForIndex(rows.rows.index(at)).height()


def place_of(rows: RowList, at: int) -> QPoint:
    return rows.visualRect(rows.rows.index(at)).center()


def told(rows: RowList, at: int, role: Qt.ItemDataRole) -> str:
    return str(rows.rows.data(rows.rows.index(at), role))


def test_a_click_reports_the_rows_key(rows: RowList, qtbot: QtBot) -> None:
    with qtbot.waitSignal(rows.chosen) as chosen:
        click(rows.viewport(), place_of(rows, 1))
    assert chosen.args == ["b"]


def test_arrows_move_without_choosing_and_enter_chooses(rows: RowList, qtbot: QtBot) -> None:
    rows.mark("a")
    with qtbot.assertNotEmitted(rows.chosen):
        press(rows, Qt.Key.Key_Down)
    with qtbot.waitSignal(rows.chosen) as chosen:
        press(rows, Qt.Key.Key_Return)
    assert chosen.args == ["b"]


def test_marking_a_row_does_not_report_it(rows: RowList, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(rows.chosen):
        rows.mark("b")
    assert rows.currentIndex().row() == 1


def test_marking_an_unknown_key_marks_nothing(rows: RowList) -> None:
    rows.mark("a")
    rows.mark("no such key")
    assert not rows.currentIndex().isValid()
    assert rows.selectedIndexes() == []


def test_the_marked_row_is_painted_in_the_accent(rows: RowList, qtbot: QtBot) -> None:
    assert LIGHT.accent_soft not in colours_in(rows.viewport())
    rows.mark("b")
    assert LIGHT.accent_soft in colours_in(rows.viewport())


def test_a_row_is_as_high_as_its_lines(rows: RowList) -> None:
    rows.mark("")
    assert height(rows, 0) == height(rows, 1) > height(rows, 2)


def test_the_marked_row_shows_one_line_more(rows: RowList) -> None:
    before = height(rows, 0)
    rows.mark("a")
    assert height(rows, 0) > before


def test_rows_grow_with_the_zoom(rows: RowList, appearance: Appearance) -> None:
    before = rows.contents_height()
    appearance.zoom_by(3)
    assert rows.contents_height() > before * 1.2


def test_the_same_rows_again_keep_the_place(rows: RowList, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(rows.rows.modelReset):
        rows.replace(list(ROWS), "b")
    assert rows.currentIndex().row() == 1


def test_the_marked_row_stays_marked_when_rows_come_before_it(rows: RowList) -> None:
    rows.mark("b")
    rows.replace([ListRow("new", "New"), *ROWS], "b")
    assert rows.currentIndex().row() == 2


def test_a_screen_reader_hears_the_whole_row(rows: RowList) -> None:
    heard = told(rows, 0, Qt.ItemDataRole.AccessibleTextRole)
    assert heard == "Reader, 001, Reads your files., Reads your folders only"


def test_a_row_without_more_is_heard_without_commas(rows: RowList) -> None:
    assert told(rows, 2, Qt.ItemDataRole.AccessibleTextRole) == "Gardener"


def test_a_title_that_looks_like_html_is_shown_as_it_is(rows: RowList) -> None:
    rows.replace([ListRow("x", "<b>Why?</b>", line="What is <i>this</i>?")])
    assert shown_tooltip(told(rows, 0, Qt.ItemDataRole.ToolTipRole)) == "<b>Why?</b>\nWhat is <i>this</i>?"


def test_a_right_click_wants_the_rows_menu(rows: RowList, qtbot: QtBot) -> None:
    with qtbot.waitSignal(rows.menu_wanted) as wanted:
        rows.customContextMenuRequested.emit(place_of(rows, 1))
    assert wanted.args is not None and wanted.args[0] == "b"


def test_a_right_click_below_the_rows_wants_nothing(rows: RowList, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(rows.menu_wanted):
        rows.customContextMenuRequested.emit(QPoint(10, 290))


def test_a_very_long_title_needs_no_more_room(rows: RowList) -> None:
    before = height(rows, 2)
    rows.replace([*ROWS[:2], ListRow("c", "Gardener " * 200)])
    assert height(rows, 2) == before
    assert not rows.horizontalScrollBar().isVisible()


def test_rows_have_nothing_below_them(rows: RowList) -> None:
    assert rows.rows.rowCount(rows.rows.index(0)) == 0
    assert rows.rows.rowCount(QModelIndex()) == 3


def test_shift_f10_opens_the_menu_of_the_row_that_the_keys_have_come_to(qtbot: QtBot) -> None:
    rows = RowList("Rows")
    qtbot.addWidget(rows)
    rows.replace([ListRow("a", "A"), ListRow("b", "B"), ListRow("c", "C")])
    rows.show()
    rows.setCurrentIndex(rows.rows.index(1))
    with qtbot.waitSignal(rows.menu_wanted) as wanted:
        QTest.keyClick(rows, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    assert wanted.args is not None and wanted.args[0] == "b"
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(1, 1), QPoint(1, 1))
    with qtbot.waitSignal(rows.menu_wanted) as wanted:
        QApplication.sendEvent(rows, event)
    assert wanted.args is not None and wanted.args[0] == "b"

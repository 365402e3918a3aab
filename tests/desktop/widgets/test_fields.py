"""Fields, bars and small pictures: what is typed, cut, drawn and told."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.widgets.bars import Amount, Bar, BarTable, Sparkline
from desktop.widgets.buttons import icon_pixmap
from desktop.widgets.fields import SearchField, TextField, slim_scrolling
from desktop.widgets.theme import LIGHT, Appearance
from tests.desktop.driver import colour_at, colours_in, drag_over, files, press, texts, write

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # heights that are fixed


@pytest.fixture
def field(qtbot: QtBot) -> TextField:
    made = TextField("OWNER/MODEL")
    qtbot.addWidget(made)
    made.show()
    return made


def test_escape_empties_a_field(field: TextField, qtbot: QtBot) -> None:
    write(field, "words")
    press(field, Qt.Key.Key_Escape)
    assert field.text() == ""


def test_a_second_escape_goes_on_to_the_window(qtbot: QtBot) -> None:
    class Window(QWidget):
        escapes = 0

        def keyPressEvent(self, event: QKeyEvent) -> None:
            self.escapes += event.key() == Qt.Key.Key_Escape

    window = Window()
    qtbot.addWidget(window)
    field = SearchField("Search")
    field.setParent(window)
    window.show()
    field.setText("words")
    press(field, Qt.Key.Key_Escape)
    assert window.escapes == 0
    press(field, Qt.Key.Key_Escape)
    assert int(window.escapes) == 1


@pytest.mark.parametrize("words", ["한국어", "größer", "שלום", "中文"])
def test_a_field_takes_any_language(field: TextField, words: str) -> None:
    field.insert(words)
    assert field.text() == words


def test_a_field_is_named_by_what_it_asks_for(field: TextField) -> None:
    assert field.accessibleName() == field.placeholderText() == "OWNER/MODEL"


def test_a_field_keeps_its_height_when_the_zoom_is_small(field: TextField, appearance: Appearance) -> None:
    appearance.zoom_by(-2)
    assert field.sizeHint().height() >= 32


def test_a_field_with_the_focus_has_an_edge_in_the_accent(field: TextField, qtbot: QtBot) -> None:
    field.clearFocus()
    assert LIGHT.accent not in colours_in(field)
    field.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    assert LIGHT.accent in colours_in(field)


def test_a_file_dragged_over_a_field_is_left_to_the_window(field: TextField) -> None:
    assert not drag_over(field, files("file:///notes/tea.md"))


def test_text_can_be_dragged_into_a_field(field: TextField) -> None:
    data = QMimeData()
    data.setText("some words")
    assert drag_over(field, data)


def test_a_scroll_bar_paints_nothing_where_there_is_nothing_to_scroll(qtbot: QtBot) -> None:
    area = QScrollArea()
    qtbot.addWidget(area)
    area.setWidget(QLabel("short"))
    slim_scrolling(area)
    area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
    area.resize(200, 200)
    area.show()
    assert not colours_in(area.verticalScrollBar()) & {LIGHT.border, LIGHT.muted}


def test_a_scroll_bar_has_a_thumb_where_there_is_more(qtbot: QtBot) -> None:
    area = QScrollArea()
    qtbot.addWidget(area)
    page = QWidget()
    page.setFixedSize(QSize(50, 2000))
    area.setWidget(page)
    slim_scrolling(area)
    area.resize(200, 200)
    area.show()
    assert colours_in(area.verticalScrollBar()) & {LIGHT.border, LIGHT.muted}


@pytest.mark.parametrize(("share", "filled"), [(0.0, 0), (0.25, 1), (0.5, 2), (1.0, 4), (7.0, 4), (-1.0, 0)])
def test_a_bar_is_filled_to_its_share(qtbot: QtBot, share: float, filled: int) -> None:
    bar = Bar()
    qtbot.addWidget(bar)
    bar.resize(400, 6)
    bar.fill(share)
    assert [colour_at(bar, x, 3) == LIGHT.accent for x in (50, 150, 250, 350)] == [n < filled for n in range(4)]


def test_a_table_of_bars_tells_its_numbers_in_words(qtbot: QtBot) -> None:
    table = BarTable()
    qtbot.addWidget(table)
    table.show_amounts([Amount("Index", 2.0, "2 MB"), Amount("Weights", 4.0, "4 MB")])
    assert table.accessibleDescription() == "Index: 2 MB; Weights: 4 MB"


def test_fewer_amounts_leave_no_line_of_before(qtbot: QtBot) -> None:
    table = BarTable()
    qtbot.addWidget(table)
    table.show_amounts([Amount("Index", 2.0, "2 MB"), Amount("Weights", 4.0, "4 MB")])
    table.show_amounts([Amount("Index", 3.0, "3 MB")])
    assert texts(table) == ["Index", "3 MB"]


def test_the_largest_amount_fills_its_bar(qtbot: QtBot) -> None:
    table = BarTable()
    qtbot.addWidget(table)
    table.show_amounts([Amount("Half", 2.0, "2"), Amount("Whole", 4.0, "4")])
    table.resize(400, 80)
    table.show()
    half, whole = sorted(table.findChildren(Bar), key=lambda bar: bar.y())
    right, middle = int(half.width() * 0.75), half.height() // 2
    assert (colour_at(half, right, middle), colour_at(whole, right, middle)) == (LIGHT.border, LIGHT.accent)


def test_amounts_of_nothing_leave_the_bars_empty(qtbot: QtBot) -> None:
    table = BarTable()
    qtbot.addWidget(table)
    table.show_amounts([Amount("Reused", 0, "0"), Amount("Read", 0, "0")])
    assert LIGHT.accent not in colours_in(table)


@pytest.fixture
def line(qtbot: QtBot) -> Sparkline:
    made = Sparkline("Memory", capacity=3)
    qtbot.addWidget(made)
    made.resize(100, 40)
    return made


def test_a_line_forgets_the_oldest_value(line: Sparkline) -> None:
    for value in (1.0, 2.0, 3.0, 4.0):
        line.add(value, f"{value:.0f} MB")
    assert line.values == (2.0, 3.0, 4.0)
    assert line.accessibleDescription() == "Now 4 MB"


def test_one_value_is_no_line_yet(line: Sparkline) -> None:
    line.add(5.0, "5 MB")
    assert LIGHT.accent not in colours_in(line)
    line.add(6.0, "6 MB")
    assert LIGHT.accent in colours_in(line)


def test_a_line_of_zeros_lies_on_the_ground(line: Sparkline) -> None:
    for _ in range(3):
        line.add(0.0, "0 MB")
    assert colour_at(line, 50, 5) != LIGHT.accent
    assert LIGHT.accent_soft not in {colour_at(line, x, 20) for x in range(0, 100, 10)}


def test_an_icon_is_drawn_in_the_colour_that_is_asked_for(qtbot: QtBot) -> None:
    image = icon_pixmap("copy", "#ff0000", 32).toImage()
    drawn = [image.pixelColor(x, y) for x in range(32) for y in range(32)]
    opaque = {shade.name() for shade in drawn if shade.alpha() == 255}
    assert opaque == {"#ff0000"}


def test_an_icon_is_sharp_on_a_dense_screen(qtbot: QtBot) -> None:
    drawn = icon_pixmap("copy", "#000000", 16, 2.0)
    assert (drawn.width(), drawn.deviceIndependentSize().width()) == (32, 16)


def test_a_bar_stretches_with_the_window(qtbot: QtBot) -> None:
    around = QWidget()
    qtbot.addWidget(around)
    bar = Bar()
    QVBoxLayout(around).addWidget(bar)
    around.resize(500, 40)
    around.show()
    assert bar.width() > 400

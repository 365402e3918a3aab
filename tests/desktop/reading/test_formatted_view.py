"""A Markdown source looks as it is meant to, and a table is shown in cells, with the cited words marked."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.background import Callbacks
from desktop.reading.document_viewer import DocumentViewer
from desktop.reading.formatted_view import FormattedView, formatted_html
from desktop.reading.table_view import table_around
from desktop.reading.text_view import Span
from desktop.widgets.theme import LIGHT
from desktop.window.workbench import Workbench
from tests.desktop.driver import button, colours_in, press, settle, write
from tests.desktop.talk import WAIT_MS, watch

pytestmark = [
    pytest.mark.timeout(40),
    pytest.mark.qt_log_ignore("This plugin does not support"),
]
Open = Callable[[str, str, str], DocumentViewer]
FILE = Path("/notes/page.md")


@pytest.fixture
def opened(workbench: Workbench, qtbot: QtBot, tmp_path: Path) -> Open:
    """Writes a file, has it indexed, and opens it at some of its words."""

    def make(name: str, content: str, words: str) -> DocumentViewer:
        path = tmp_path / "opened" / name
        path.parent.mkdir()
        path.write_text(content, "utf-8")
        watch(workbench, qtbot, path.parent)
        shown: list[str] = []
        workbench._background.run(
            "read", lambda space, _: space.library.document_text(path), workbench, Callbacks(shown.append)
        )
        qtbot.waitUntil(lambda: bool(shown))
        panel = workbench.panel.open()
        panel.stack.setCurrentWidget(panel.viewer)
        start = shown[0].index(words)
        panel.viewer.open(Span(path, start, start + len(words)))
        qtbot.waitUntil(lambda: bool(panel.viewer.marked_text()), timeout=WAIT_MS)
        settle()
        return panel.viewer

    return make


@pytest.fixture
def view(qtbot: QtBot) -> FormattedView:
    made = FormattedView()
    qtbot.addWidget(made)
    made.resize(380, 500)
    return made


@pytest.mark.parametrize(
    ("text", "words", "marked"),
    [
        ("# Tea\n\nHot **green tea** here.", "**green tea**", "green tea"),
        ("# Green tea\n\nHot.", "# Green tea", "Green tea"),
        ("- one\n- two\n- three", "- two\n- three", "two\nthree"),
        ("> a quote of tea", "> a quote", "a quote"),
        ("1. one\n2. two", "2. two", "two"),
        ("| a | b |\n| --- | --- |\n| tea | hot |\n", "| tea | hot |", "tea\thot"),
        ("```py\nx = 1\ny = 2\n```\n", "x = 1\n", "x = 1"),
        ("See [the tea](https://example.org/tea) now.", "the tea](https://example.org/tea) now", "the tea now"),
        ("🍅 tea and 한국어 문장.", "tea and 한국어", "tea and 한국어"),
        ("---\ntitle: x\n---\n# Tea\n\nHot water.", "Hot water", "Hot water"),
    ],
)
def test_the_cited_words_are_marked_and_the_brackets_are_gone(
    view: FormattedView, text: str, words: str, marked: str
) -> None:
    start = text.index(words)
    view.show_html(formatted_html(text, Span(FILE, start, start + len(words))))
    assert view.marked_text().replace("\n ", "\n").strip() in (marked, marked.replace("\n", " "))
    assert not {"\u2e22", "\u2e23"} & set(view.toPlainText())
    assert "title: x" not in view.toPlainText()


def test_a_source_opens_formatted_and_text_shows_what_was_read(opened: Open, qtbot: QtBot) -> None:
    viewer = opened("tea.md", "# Tea\n\nIt is **brewed** at 80 degrees.\n", "**brewed** at 80")
    view = viewer.formatted
    assert view is not None and view.isVisible() and view.marked_text() == "brewed at 80"
    assert LIGHT.marker in colours_in(view.viewport())
    button(viewer, "Text").click()
    assert viewer.text.isVisible() and viewer.marked_text() == "**brewed** at 80"
    button(viewer, "Formatted").click()
    viewer.open_find()
    write(viewer.find_bar.field, "degrees")
    qtbot.waitUntil(lambda: viewer.find_bar.count.text() == "1 of 1")
    assert viewer.find_bar.hits[0].text is view


def test_a_link_in_a_source_is_asked_about_and_nothing_is_loaded(
    opened: Open, workbench: Workbench, opened_addresses: list[str]
) -> None:
    viewer = opened("tea.md", "[tea](https://example.org) ![p](http://127.0.0.1:9/p.png) and hot water\n", "hot water")
    view = viewer.formatted
    assert view is not None
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 24))
    (notice,) = workbench.chat.notices.notices()
    assert notice.hint == "https://example.org" and not opened_addresses


def test_the_marked_words_of_a_long_page_are_in_view_and_laid_out_in_time(view: FormattedView, qtbot: QtBot) -> None:
    text = "\n\n".join(f"Paragraph {n} of *many*." for n in range(20_000))
    start = text.index("Paragraph 15000 ")
    html = formatted_html(text, Span(FILE, start, start + 15))
    view.show()
    began = time.perf_counter()
    view.show_html(html)
    took_ms = (time.perf_counter() - began) * 1000
    settle()
    assert view.marked_text() == "Paragraph 15000"
    assert view.viewport().rect().contains(view.cursorRect().center())
    assert took_ms < 250  # five times the aim, as other tests share the cores


CSV = "city;people\n" + "\n".join(f"Town {n};{n * 7}" for n in range(3000)) + "\n"


def test_a_row_of_a_table_is_shown_in_its_table(opened: Open) -> None:
    viewer = opened("towns.csv", CSV, "| Town 2500 | 17500 |")
    table = viewer.table
    assert table is not None and table.isVisible()
    assert table.marked_rows() == ["Town 2500\t17500"]
    model = table.model()
    row = next(row for row in range(model.rowCount()) if model.index(row, 0).data() == "Town 2500")
    assert table.viewport().rect().contains(table.visualRect(model.index(row, 0)).center())
    assert LIGHT.marker in colours_in(table.viewport())
    assert [model.headerData(at, Qt.Orientation.Horizontal) for at in (0, 1)] == ["city", "people"]
    assert model.headerData(row, Qt.Orientation.Vertical) == 2501
    table.selectRow(row)
    press(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "Town 2500\t17500"
    button(viewer, "Text").click()
    assert viewer.text.isVisible() and viewer.marked_text() == "| Town 2500 | 17500 |"


@pytest.mark.parametrize("words", ["Heading", "after"])
def test_what_is_in_no_table_is_shown_as_text(words: str) -> None:
    text = "Heading\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\nafter"
    start = text.index(words)
    assert table_around(text, Span(FILE, start, start + len(words))) is None


def test_of_a_span_over_several_rows_each_is_marked() -> None:
    text = "| a | b |\n| --- | --- |\n| 1 | 2 |\n| 3 | 4 |\n| 5 | 6 |"
    found = table_around(text, Span(FILE, text.index("| 1"), text.index("| 5")))
    assert found is not None and [found.rows[row] for row in found.cited] == [("1", "2"), ("3", "4")]

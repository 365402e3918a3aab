"""A citation of a PDF opens its page as a picture, with the quotation marked where it is printed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from assistant.values import Turn
from desktop.background import Callbacks
from desktop.reading.document_viewer import UNMARKED, DocumentViewer
from desktop.reading.page_view import MOST_OF_TEXT, PageView
from desktop.reading.text_view import Span
from desktop.widgets.theme import LIGHT
from desktop.window.workbench import Workbench
from knowledge import Library
from tests.desktop.driver import button, click, colours_in, press, settle, texts
from tests.desktop.talk import WAIT_MS, ask, watch
from tests.knowledge.parse.pdf_files import pdf

pytestmark = [
    pytest.mark.timeout(40),  # the first to index waits for LanceDB to load
    pytest.mark.qt_log_ignore("This plugin does not support"),
]
PAGES = [
    ["Contents"],
    [*(f"Line {n} of a page about other things." for n in range(25)), "The kettle holds exactly two litres of water."],
    ["The last page."],
]


@pytest.fixture
def manual(tmp_path: Path) -> Path:
    path = tmp_path / "manuals" / "kettle.pdf"
    path.parent.mkdir()
    path.write_bytes(pdf(PAGES))
    return path


@pytest.fixture
def turn(workbench: Workbench, qtbot: QtBot, manual: Path) -> Turn:
    """An answer that quotes the manual."""
    watch(workbench, qtbot, manual.parent)
    return ask(workbench, qtbot, "How many litres of water does the kettle hold?")


@pytest.fixture
def changed(
    workbench: Workbench, qtbot: QtBot, turn: Turn, manual: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[bytes], None]:
    """Replaces the manual with other bytes, whose text is not read yet."""

    def change(data: bytes) -> None:
        known: list[str] = []
        workbench._background.run(
            "read", lambda space, _: space.library.document_text(manual), workbench, Callbacks(known.append)
        )
        qtbot.waitUntil(lambda: bool(known), timeout=WAIT_MS)
        monkeypatch.setattr(Library, "document_text", lambda library, path: known[0])
        manual.write_bytes(data)

    return change


def shown_page(workbench: Workbench, qtbot: QtBot) -> tuple[DocumentViewer, PageView]:
    viewer = workbench.panel.open().viewer
    qtbot.waitUntil(lambda: viewer.pages is not None and viewer.pages.canvas.has_picture, timeout=WAIT_MS)
    assert viewer.pages is not None
    settle()
    return viewer, viewer.pages


@pytest.fixture
def page(workbench: Workbench, qtbot: QtBot, turn: Turn) -> PageView:
    """The page of the first source, opened by a click on its card."""
    panel = workbench.panel.open()
    panel.show_turn(turn)
    settle()
    click(panel.sources.cards[0])
    return shown_page(workbench, qtbot)[1]


def test_a_click_on_a_source_shows_its_page_with_the_quote_marked_and_in_view(page: PageView) -> None:
    assert (page.page, page.pages) == (2, 3)
    mark = page.canvas.first_mark()
    assert mark is not None
    assert LIGHT.marker in colours_in(page.canvas)
    middle = page.canvas.mapTo(page.area.viewport(), mark.center().toPoint())
    assert page.area.viewport().rect().contains(middle)
    assert page.canvas.accessibleName() == "Page 2 of 3, 1 marked line"


def test_the_page_turns_by_buttons_and_keys_and_is_marked_when_one_comes_back(page: PageView, qtbot: QtBot) -> None:
    click(page.following)
    qtbot.waitUntil(lambda: page.page == 3)
    assert not page.canvas.marks() and not page.following.isEnabled()
    press(page.area, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: page.page == 2)
    assert page.canvas.marks()


def test_its_text_fills_the_panel_and_its_width_and_zoom_can_be_chosen(page: PageView, qtbot: QtBot) -> None:
    view = page.area.viewport().width()
    text = view / page.canvas.width()
    assert 1 / MOST_OF_TEXT <= text < 1  # the margins of the paper are out of view
    press(page.area, Qt.Key.Key_0)
    assert view - 30 < page.canvas.width() <= view
    before = page.canvas.width()
    press(page.area, Qt.Key.Key_Plus)
    assert page.canvas.width() == pytest.approx(1.25 * before, abs=2)
    qtbot.waitUntil(lambda: page.canvas.width_px == page.width_px())  # drawn anew, so that it is sharp


def test_text_shows_what_was_read_and_page_leads_back(workbench: Workbench, page: PageView) -> None:
    viewer = workbench.panel.open().viewer
    button(viewer, "Text").click()
    assert viewer.text.isVisible() and "two litres" in viewer.marked_text()
    button(viewer, "Page").click()
    assert page.isVisible()


def test_a_page_without_the_words_is_shown_and_says_that_nothing_is_marked(
    workbench: Workbench, qtbot: QtBot, turn: Turn, changed: Callable[[bytes], None]
) -> None:
    changed(pdf([["", ""], [""], []], image=True))  # as a scan of it
    workbench.panel.open_citation(turn, 1)
    viewer, page = shown_page(workbench, qtbot)
    assert page.isVisible() and not page.canvas.marks() and UNMARKED in texts(viewer)


def test_a_file_whose_page_cannot_be_drawn_shows_its_text_and_why(
    workbench: Workbench, qtbot: QtBot, turn: Turn, changed: Callable[[bytes], None]
) -> None:
    changed(b"%PDF-1.7 of another day")
    workbench.panel.open_citation(turn, 1)
    viewer = workbench.panel.open().viewer
    qtbot.waitUntil(lambda: bool(viewer.marked_text()), timeout=WAIT_MS)
    assert viewer.text.isVisible()
    assert any(words.startswith("This page cannot be shown as a picture: damaged PDF") for words in texts(viewer))


def test_the_quotes_of_an_answer_follow_one_another(workbench: Workbench, qtbot: QtBot, turn: Turn) -> None:
    first = turn.citations[0]
    turn = replace(turn, citations=(first, replace(first, start=0, end=8, page=1, quote="Contents")))
    workbench.panel.open_citation(turn, first.n)
    viewer, _ = shown_page(workbench, qtbot)
    spans = []
    for at in range(len(turn.citations)):
        assert f"Quote {at + 1} of {len(turn.citations)}" in texts(viewer)
        assert viewer._span is not None
        spans.append((viewer._span.start, viewer._span.end))
        button(viewer, "Next quote of the answer").click()
    assert spans == [(each.start, each.end) for each in turn.citations]


def test_the_page_is_up_within_150_ms_and_the_window_never_stands_still(
    workbench: Workbench, qtbot: QtBot, turn: Turn
) -> None:
    panel = workbench.panel.open()
    panel.show_turn(turn)
    qtbot.wait(300)  # while the person reads the answer
    gaps = _Gaps()
    began = time.perf_counter()
    panel.open_citation(1)
    qtbot.waitUntil(lambda: panel.viewer.pages is not None and panel.viewer.pages.canvas.has_picture, timeout=WAIT_MS)
    took_ms = (time.perf_counter() - began) * 1000
    assert took_ms < 450 and gaps.longest_ms < 150  # three times the aim, as other tests share the cores


def test_a_wheel_with_ctrl_zooms(page: PageView) -> None:
    before = page.zoom
    place = QPointF(page.area.viewport().rect().center())
    event = QWheelEvent(
        place,
        page.area.viewport().mapToGlobal(place),
        place.toPoint() * 0,
        QPointF(0, 120).toPoint(),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(page.area.viewport(), event)
    assert page.zoom > before


def test_a_span_without_a_page_shows_the_text(workbench: Workbench, qtbot: QtBot, turn: Turn, manual: Path) -> None:
    viewer = workbench.panel.open().viewer
    viewer.open(Span(manual, 0, 5))
    qtbot.waitUntil(lambda: bool(viewer.marked_text()))
    assert not viewer.switch.isVisible()


class _Gaps(QObject):
    """The longest time between two turns of the event loop, measured by a timer of no time."""

    def __init__(self) -> None:
        super().__init__()
        self.longest_ms, self._last = 0.0, time.perf_counter()
        self.startTimer(1)

    def timerEvent(self, event: QEvent) -> None:
        now = time.perf_counter()
        self.longest_ms, self._last = max(self.longest_ms, (now - self._last) * 1000), now

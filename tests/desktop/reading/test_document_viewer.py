"""The text of a source: the right words marked, in view, whatever the file holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.background import Callbacks
from desktop.reading.document_viewer import DocumentViewer
from desktop.reading.text_view import AROUND_CHARACTERS, Span
from desktop.widgets.theme import DARK, LIGHT, Appearance
from desktop.window.workbench import Workbench
from tests.desktop.driver import button, colours_in, shown_tooltip, texts
from tests.desktop.talk import watch

pytestmark = [
    pytest.mark.timeout(40),  # the first to index waits for LanceDB to load
    pytest.mark.qt_log_ignore("This plugin does not support"),
]
Open = Callable[[str, str], DocumentViewer]


@pytest.fixture
def viewer(workbench: Workbench) -> DocumentViewer:
    panel = workbench.panel.open()
    panel.stack.setCurrentWidget(panel.viewer)
    return panel.viewer


@pytest.fixture
def opened(workbench: Workbench, qtbot: QtBot, viewer: DocumentViewer, tmp_path: Path) -> Open:
    """Writes a file, has it indexed, and opens it at some of its words."""

    def make(content: str, words: str) -> DocumentViewer:
        folder = tmp_path / "opened"
        folder.mkdir()
        path = folder / "page.md"
        path.write_bytes(content.encode())
        watch(workbench, qtbot, folder)
        shown: list[str] = []
        workbench._background.run(
            "read", lambda space, _: space.library.document_text(path), workbench, Callbacks(shown.append)
        )
        qtbot.waitUntil(lambda: bool(shown))
        start = shown[0].index(words)
        viewer.open(Span(path, start, start + len(words), "Tea"))
        qtbot.waitUntil(lambda: bool(viewer.marked_text()), timeout=9000)
        return viewer

    return make


@pytest.mark.parametrize(
    "before",
    [
        "Plain text before. ",
        "🍅🌞👩‍👩‍👧 ",
        "한국어 문장입니다. ",
        "Übergrößenträger: ",
        "שלום עולם ",
        "e\u0301 combined ",
        "one\r\ntwo\r\nthree\r\n",
        "tab\tand\u00a0space ",
        "line\u2028separator\u2029paragraph ",
        "form\x0cfeed ",
    ],
)
def test_the_cited_words_are_marked_and_no_others(opened: Open, before: str) -> None:
    viewer = opened(f"# Tea\n\n{before}It is brewed at 80 degrees 🌡, for two minutes.\n", "brewed at 80 degrees 🌡")
    assert viewer.marked_text() == "brewed at 80 degrees 🌡"


def test_marked_words_may_run_over_lines(opened: Open) -> None:
    assert opened("# Tea\n\nfirst line\nsecond line\n", "first line\nsecond line").marked_text() == (
        "first line\nsecond line"
    )


def test_the_marked_words_are_in_view(opened: Open, qtbot: QtBot) -> None:
    text = "\n\n".join(f"Paragraph {n} of many." for n in range(400))
    viewer = opened(text, "Paragraph 300 of many.")
    qtbot.waitUntil(lambda: viewer.text.verticalScrollBar().value() > 100)
    assert viewer.text.rect().contains(viewer.text.cursorRect())


def test_of_a_long_file_the_part_around_the_words_is_shown(opened: Open) -> None:
    filler = "Filler of a line. " * 3 + "\n"
    text = (
        filler * (2 * AROUND_CHARACTERS // len(filler))
        + "The needle.\n"
        + filler * (2 * AROUND_CHARACTERS // len(filler))
    )
    viewer = opened(text, "The needle.")
    assert viewer.marked_text() == "The needle."
    assert "This file is long. Only the part around the passage is shown." in texts(viewer)
    assert len(viewer.text.toPlainText()) <= 2 * AROUND_CHARACTERS + 100
    assert viewer.text.toPlainText().startswith("Filler")


def test_html_in_a_file_is_shown_as_it_is(opened: Open) -> None:
    viewer = opened("# Tea\n\nUse `<b>bold</b>` here.\n", "<b>bold</b>")
    assert viewer.marked_text() == "<b>bold</b>"


def test_a_file_that_is_not_indexed_says_so_and_shows_nothing(viewer: DocumentViewer, qtbot: QtBot) -> None:
    viewer.text.setPlainText("the file before")
    viewer.open(Span(Path("/no/such/file.md"), 0, 5))
    qtbot.waitUntil(lambda: viewer.text.toPlainText() == "")
    assert viewer.marked_text() == ""
    assert any(len(words) > 20 for words in texts(viewer))


def test_the_name_and_the_place_are_told(opened: Open, tmp_path: Path) -> None:
    viewer = opened("# Tea\n\nHot water.\n", "Hot")
    assert texts(viewer)[:2] == ["page.md", "Tea"]


def test_the_place_keeps_the_whole_path_when_the_panel_changes_its_width(opened: Open, tmp_path: Path) -> None:
    viewer = opened("# Tea\n\nHot water.\n", "Hot")
    viewer.resize(viewer.width() + 40, viewer.height())
    assert shown_tooltip(viewer._place.toolTip()) == str(tmp_path / "opened" / "page.md")


def test_the_text_cannot_be_changed(opened: Open) -> None:
    assert opened("# Tea\n\nHot water.\n", "Hot").text.isReadOnly()


def test_the_file_opens_in_its_own_program(opened: Open, opened_addresses: list[str], tmp_path: Path) -> None:
    button(opened("# Tea\n\nHot water.\n", "Hot"), "Open file").click()
    assert opened_addresses == [f"file://{tmp_path}/opened/page.md"]


@pytest.mark.parametrize("name", ["run.py", "run.SH", "evil.desktop"])
def test_the_folder_of_a_program_opens_instead_of_it(
    viewer: DocumentViewer, opened_addresses: list[str], tmp_path: Path, name: str
) -> None:
    viewer.open(Span(tmp_path / name, 0, 1))
    button(viewer, "Open file").click()
    assert opened_addresses == [f"file://{tmp_path}"]


def test_the_mark_follows_dark_mode(opened: Open, appearance: Appearance, qtbot: QtBot) -> None:
    viewer = opened("# Tea\n\nHot water.\n", "Hot water")
    qtbot.waitUntil(lambda: LIGHT.marker in colours_in(viewer.text.viewport()))
    appearance.choose_scheme("dark")
    qtbot.waitUntil(lambda: DARK.marker in colours_in(viewer.text.viewport()))


def test_back_returns_to_the_sources(workbench: Workbench, viewer: DocumentViewer) -> None:
    button(viewer, "Back to the sources").click()
    panel = workbench.panel.open()
    assert panel.stack.currentWidget() is panel.sources

"""What the window remembers from one start to the next, and what it makes of a file that was damaged."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import shiboken6
from PySide6.QtCore import QByteArray, QSettings, QSize
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from assistant.home import Home
from desktop.app import DesktopApp
from desktop.chat.persona_choice import PersonaChoice
from desktop.widgets.theme import LIGHT, ZOOM_STEPS, Appearance
from desktop.window.main_window import SIDEBAR_WIDTH, MainWindow, sidebar_width
from desktop.window.workbench import Workbench
from tests.desktop.driver import colour_at, colours_in

Looks = Callable[[], Appearance]


@pytest.fixture
def appearances(memory: QSettings, qtbot: QtBot) -> Iterator[Looks]:
    """Makes the appearance of another start with the same memory."""
    size = QApplication.font().pointSizeF()
    made: list[Appearance] = []

    def make() -> Appearance:
        font = QApplication.font()
        font.setPointSizeF(size)
        QApplication.setFont(font)
        made.append(Appearance(memory))
        return made[-1]

    yield make
    last = make()
    last.reset_zoom()
    last.choose_scheme("system")
    for appearance in made:
        shiboken6.delete(appearance)


@pytest.mark.parametrize("kept", ["abc", "", "nan", "inf", "-3", "0", "1000"])
def test_a_zoom_that_nobody_can_read_is_the_normal_size(memory: QSettings, appearances: Looks, kept: str) -> None:
    memory.setValue("appearance/zoom", kept)
    assert appearances().zoom == 1.0


def test_a_scheme_that_is_none_follows_the_system(memory: QSettings, appearances: Looks) -> None:
    memory.setValue("appearance/scheme", "purple")
    assert appearances().scheme == "system"


@pytest.mark.parametrize("kept", ["abc", "", "-200", "1e9"])
def test_a_width_of_the_sidebar_that_is_none_is_that_of_the_first_start(memory: QSettings, kept: str) -> None:
    memory.setValue("window/sidebar", kept)
    assert sidebar_width(memory) == SIDEBAR_WIDTH


def test_the_zoom_ends_at_its_largest_and_its_smallest_step(appearances: Looks) -> None:
    appearance = appearances()
    appearance.zoom_by(50)
    assert appearance.zoom == ZOOM_STEPS[-1]
    appearance.zoom_by(-50)
    assert appearance.zoom == ZOOM_STEPS[0]


def test_one_step_in_and_one_out_is_where_one_was(appearances: Looks) -> None:
    appearance = appearances()
    appearance.zoom_by(2)
    appearance.zoom_by(-1)
    appearance.zoom_by(-1)
    assert appearance.zoom == 1.0


def test_every_window_says_when_its_look_changes(appearances: Looks, qtbot: QtBot) -> None:
    appearance = appearances()
    with qtbot.waitSignal(appearance.changed):
        appearance.choose_scheme("dark")
    with qtbot.waitSignal(appearance.changed):
        appearance.zoom_by(1)


@pytest.fixture
def window(memory: QSettings, qtbot: QtBot) -> MainWindow:
    made = MainWindow(memory)
    qtbot.addWidget(made)
    return made


def test_a_window_opens_as_large_as_it_was_closed(window: MainWindow, memory: QSettings, qtbot: QtBot) -> None:
    window.resize(760, 560)
    window.show()
    window.close()
    again = MainWindow(memory)
    qtbot.addWidget(again)
    assert again.size() == QSize(760, 560)


@pytest.mark.parametrize("kept", [QByteArray(b"no geometry"), "words", 7])
def test_a_damaged_place_opens_the_window_as_at_first(memory: QSettings, qtbot: QtBot, kept: object) -> None:
    memory.setValue("window/geometry", kept)
    window = MainWindow(memory)
    qtbot.addWidget(window)
    assert window.size() == QSize(1180, 780).boundedTo(window.screen().availableSize())


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_first_paint_shows_where_the_question_box_and_the_sidebar_will_be(window: MainWindow) -> None:
    window.resize(1000, 700)
    assert colour_at(window, 10, 300) == LIGHT.window
    assert colour_at(window, 900, 300) == LIGHT.base
    assert LIGHT.border in colours_in(window)


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_first_paint_is_said_once(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.painted):
        window.show()
    with qtbot.assertNotEmitted(window.painted, wait=30):
        window.repaint()


def test_the_sidebar_keeps_its_width_for_the_next_start(
    app: DesktopApp, workbench: Workbench, memory: QSettings
) -> None:
    workbench._splitter.setSizes([330, 900])
    app.window.close()
    assert sidebar_width(memory) == workbench.sidebar.width() == 330


def test_a_hidden_sidebar_stays_hidden_at_the_next_start(
    app: DesktopApp, workbench: Workbench, memory: QSettings
) -> None:
    workbench.toggle_sidebar()
    app.window.close()
    assert sidebar_width(memory) == 0


def test_a_chosen_persona_answers_at_the_next_start(workbench: Workbench, memory: QSettings, qtbot: QtBot) -> None:
    workbench.sidebar.persona_chosen.emit("410-llm-engineer")
    again = PersonaChoice(workbench._background, memory, workbench)
    with qtbot.waitSignal(again.chosen):
        again.refresh()
    assert again.current is not None and again.current.id == "410-llm-engineer"


class TestLater:
    """A start with what an earlier one left."""

    @pytest.fixture
    def memory(self, memory: QSettings) -> QSettings:
        memory.setValue("persona", "410-llm-engineer")
        memory.setValue("window/sidebar", 0)
        return memory

    def test_the_persona_of_last_time_answers(self, workbench: Workbench) -> None:
        assert workbench.chat.composer.box.placeholderText() == "Ask LLM engineer…"

    def test_the_sidebar_is_hidden_and_comes_back_with_its_first_width(
        self, workbench: Workbench, qtbot: QtBot
    ) -> None:
        assert workbench.sidebar.isHidden()
        workbench.toggle_sidebar()
        qtbot.waitUntil(lambda: workbench.sidebar.width() >= SIDEBAR_WIDTH - 1)


class TestGone:
    """A persona that was removed since."""

    @pytest.fixture
    def memory(self, memory: QSettings, home: Home) -> QSettings:
        memory.setValue("persona", "999-removed")
        return memory

    def test_the_persona_of_the_settings_answers(self, workbench: Workbench) -> None:
        assert workbench.personas.current is not None
        assert workbench.personas.current.id == "001-reader"

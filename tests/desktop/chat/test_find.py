"""Ctrl+F finds words in the chat, and in a source where the keyboard is there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app import DesktopApp
from desktop.reading.find_bar import FindBar
from desktop.widgets.theme import DARK, LIGHT
from desktop.window.workbench import Workbench
from tests.desktop.driver import button, colours_in, press, settle, write
from tests.desktop.talk import WAIT_MS, ask, use_model, watch

pytestmark = [
    pytest.mark.timeout(40),
    pytest.mark.qt_log_ignore("This plugin does not support"),
]
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ANSWER = """Tomatoes need sun. 🍅 Water the TOMATOES.

> A quoted tomato.

```python
tomato = 1
```

| plant | days |
| --- | --- |
| Tomato | 2 |

""" + "\n\n".join(f"Line {n}." for n in range(60))


def typed(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    target = QApplication.focusWidget()
    assert target is not None
    press(target, key, modifiers)


@pytest.fixture
def chat(app: DesktopApp, workbench: Workbench, qtbot: QtBot, notes: Path, model: Callable[[str], Path]) -> Workbench:
    """A chat about tomatoes, with the keyboard in the question box."""
    watch(workbench, qtbot, notes)
    use_model(workbench, qtbot, model(ANSWER))
    ask(workbench, qtbot, "How much sun do tomatoes need?")
    app.window.activateWindow()
    workbench.chat.composer.setFocus()
    qtbot.waitUntil(workbench.chat.composer.box.hasFocus)
    return workbench


def found(bar: FindBar) -> list[str]:
    units = [(hit.text.toPlainText().encode("utf-16-le"), hit) for hit in bar.hits]
    return [text[2 * hit.start : 2 * hit.end].decode("utf-16-le") for text, hit in units]


def test_every_hit_is_marked_over_the_rendered_text_and_one_is_in_view(chat: Workbench, qtbot: QtBot) -> None:
    bar, view = chat.chat.find_bar, chat.chat.view
    typed(Qt.Key.Key_F, CONTROL)
    assert bar.isVisible() and bar.field.hasFocus()
    write(bar.field, "tomato")
    qtbot.waitUntil(lambda: bar.count.text() == "1 of 6")
    assert found(bar) == ["tomato", "Tomato", "TOMATO", "tomato", "tomato", "Tomato"]
    shades = DARK if DARK.base in colours_in(view) else LIGHT
    assert shades.accent in colours_in(bar.hits[0].text) and shades.accent_soft in colours_in(bar.hits[1].text)
    settle()
    assert view.verticalScrollBar().value() < view.verticalScrollBar().maximum()


def test_enter_goes_round_and_shift_enter_back_and_esc_leaves_no_mark(chat: Workbench, qtbot: QtBot) -> None:
    bar = chat.chat.find_bar
    typed(Qt.Key.Key_F, CONTROL)
    write(bar.field, "Line 5")
    typed(Qt.Key.Key_Return)
    places = [bar.at]
    typed(Qt.Key.Key_Return, SHIFT)
    typed(Qt.Key.Key_Return, SHIFT)
    assert [*places, bar.at] == [1, len(bar.hits) - 1] and len(bar.hits) == 11
    (last,) = {hit.text for hit in bar.hits}
    typed(Qt.Key.Key_Escape)
    assert not bar.isVisible() and not last.extraSelections()
    assert chat.chat.composer.box.hasFocus()


def test_words_that_are_not_there_say_so(chat: Workbench, qtbot: QtBot) -> None:
    typed(Qt.Key.Key_F, CONTROL)
    write(chat.chat.find_bar.field, "rhubarb")
    qtbot.waitUntil(lambda: chat.chat.find_bar.count.text() == "Not found")


def test_in_a_source_its_own_text_is_searched_and_the_citation_stays_marked(chat: Workbench, qtbot: QtBot) -> None:
    panel = chat.panel.open()
    chat.panel.show_sources(chat.session.turns[-1])
    panel.open_passage(panel._passages[0], 1)
    viewer = panel.viewer
    qtbot.waitUntil(lambda: bool(viewer.marked_text()), timeout=WAIT_MS)
    viewer.open_find()
    write(viewer.find_bar.field, "six")
    qtbot.waitUntil(lambda: viewer.find_bar.count.text() == "1 of 1")
    view = viewer.formatted
    assert view is not None
    marks = len(view.extraSelections())
    viewer.find_bar.leave()
    assert marks == 2 and len(view.extraSelections()) == 1
    view.setFocus()
    typed(Qt.Key.Key_F, CONTROL)
    assert viewer.find_bar.isVisible() and not chat.chat.find_bar.isVisible()


def test_the_bar_opens_by_mouse_in_a_source(chat: Workbench, qtbot: QtBot) -> None:
    panel = chat.panel.open()
    panel.stack.setCurrentWidget(panel.viewer)
    button(panel.viewer, "Find in this source (Ctrl+F)").click()
    assert panel.viewer.find_bar.isVisible()

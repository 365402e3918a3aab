"""The question box: how it grows, when it sends, and what it leaves alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.composer.composer import Composer
from desktop.composer.question_box import MAX_LINES
from desktop.widgets.theme import LIGHT, Appearance
from tests.desktop.driver import click, colours_in, drag_over, files, press, write

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # heights that are fixed


@pytest.fixture
def composer(qtbot: QtBot) -> Composer:
    made = Composer()
    qtbot.addWidget(made)
    made.resize(500, 60)
    made.show()
    return made


def compose(composer: Composer, half: str, whole: str = "") -> None:
    """What an input method sends while a syllable is being put together."""
    event = QInputMethodEvent(half, [])
    event.setCommitString(whole)
    QApplication.sendEvent(composer.box, event)


def test_an_empty_box_cannot_be_sent(composer: Composer, qtbot: QtBot) -> None:
    assert not composer.button.isEnabled()
    with qtbot.assertNotEmitted(composer.submitted):
        press(composer.box, Qt.Key.Key_Return)


def test_spaces_alone_are_no_question(composer: Composer, qtbot: QtBot) -> None:
    write(composer.box, "   ")
    assert not composer.button.isEnabled()


def test_a_question_is_sent_without_the_spaces_around_it(composer: Composer, qtbot: QtBot) -> None:
    composer.write("  Why?\n\n")
    with qtbot.waitSignal(composer.submitted) as sent:
        click(composer.button)
    assert sent.args == ["Why?"]
    assert composer.box.toPlainText() == ""


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_both_enter_keys_send(composer: Composer, qtbot: QtBot, key: Qt.Key) -> None:
    composer.write("Why?")
    with qtbot.waitSignal(composer.submitted):
        press(composer.box, key)


def test_enter_ends_a_korean_syllable_and_does_not_send(composer: Composer, qtbot: QtBot) -> None:
    composer.write("안녕")
    compose(composer, "하")
    with qtbot.assertNotEmitted(composer.submitted):
        press(composer.box, Qt.Key.Key_Return)
    compose(composer, "", "하")
    with qtbot.waitSignal(composer.submitted) as sent:
        press(composer.box, Qt.Key.Key_Return)
    assert sent.args == ["안녕하"]


def test_while_an_answer_is_written_enter_keeps_what_was_typed(composer: Composer, qtbot: QtBot) -> None:
    composer.set_busy(True)
    composer.write("And then?")
    with qtbot.assertNotEmitted(composer.submitted):
        press(composer.box, Qt.Key.Key_Return)
    assert composer.box.toPlainText() == "And then?"


def test_while_an_answer_is_written_the_button_stops_it(composer: Composer, qtbot: QtBot) -> None:
    composer.set_busy(True)
    assert composer.button.isEnabled()
    with qtbot.waitSignal(composer.stop_wanted):
        click(composer.button)


def test_after_the_answer_an_empty_box_cannot_be_sent_again(composer: Composer) -> None:
    composer.set_busy(True)
    composer.set_busy(False)
    assert not composer.button.isEnabled()
    assert composer.button.toolTip() == "Send (Enter)"


def test_up_moves_in_a_box_that_is_not_empty(composer: Composer, qtbot: QtBot) -> None:
    composer.write("one\ntwo")
    with qtbot.assertNotEmitted(composer.edit_last_wanted):
        press(composer.box, Qt.Key.Key_Up)
    assert composer.box.textCursor().blockNumber() == 0


def test_the_box_grows_with_the_question_and_shrinks_again(composer: Composer) -> None:
    empty = composer.box.height()
    composer.write("one\ntwo\nthree")
    three = composer.box.height()
    composer.write("one")
    assert three > empty == composer.box.height()


def test_a_very_long_question_scrolls(composer: Composer) -> None:
    composer.write("\n".join("line" for _ in range(MAX_LINES)))
    full = composer.box.height()
    composer.write("\n".join("line" for _ in range(200)))
    assert composer.box.height() == full
    assert composer.box.verticalScrollBar().maximum() > 0


def test_a_long_line_wraps_instead_of_leaving_the_box(composer: Composer, qtbot: QtBot) -> None:
    empty = composer.box.height()
    composer.write("word " * 60)
    qtbot.waitUntil(lambda: composer.box.height() > empty)


def test_the_box_is_one_line_high_at_every_zoom(composer: Composer, appearance: Appearance) -> None:
    before = composer.box.height()
    appearance.zoom_by(4)
    assert composer.box.height() > before
    assert composer.box.height() < 2 * composer.box.fontMetrics().lineSpacing() + 16


def test_tab_leaves_the_box(composer: Composer, qtbot: QtBot) -> None:
    composer.activateWindow()
    composer.write("Why?")
    qtbot.waitUntil(composer.box.hasFocus)
    press(composer.box, Qt.Key.Key_Tab)
    assert composer.box.toPlainText() == "Why?"
    assert composer.button.hasFocus()


def test_the_edge_shows_that_the_box_is_typed_into(composer: Composer, qtbot: QtBot) -> None:
    composer.activateWindow()
    composer.box.setFocus()
    qtbot.waitUntil(lambda: LIGHT.accent in colours_in(composer))
    composer.box.clearFocus()
    assert LIGHT.accent not in colours_in(composer)


def test_pasted_formatting_is_left_behind(composer: Composer) -> None:
    data = QMimeData()
    data.setHtml("<b>bold</b>")
    data.setText("bold")
    QGuiApplication.clipboard().setMimeData(data)
    composer.box.paste()
    assert composer.box.toPlainText() == "bold"


def test_a_tag_that_is_pasted_stays_text(composer: Composer, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText("<b>Why?</b>")
    composer.box.paste()
    with qtbot.waitSignal(composer.submitted) as sent:
        press(composer.box, Qt.Key.Key_Return)
    assert sent.args == ["<b>Why?</b>"]


def test_right_to_left_text_begins_at_the_right(composer: Composer) -> None:
    composer.write("שלום עולם")
    block = composer.box.document().firstBlock()
    assert block.textDirection() == Qt.LayoutDirection.RightToLeft


def test_a_dragged_file_is_taken(composer: Composer) -> None:
    assert drag_over(composer.box.viewport(), files("file:///notes/tea.md"))


def test_dragged_text_is_taken(composer: Composer) -> None:
    data = QMimeData()
    data.setText("some words")
    assert drag_over(composer.box.viewport(), data)


def test_the_box_says_who_is_asked(composer: Composer) -> None:
    composer.name_persona("LLM engineer")
    assert composer.box.placeholderText() == "Ask LLM engineer…"


def test_what_is_typed_is_told_as_it_stands(composer: Composer, qtbot: QtBot) -> None:
    told: list[str] = []
    composer.typed.connect(told.append)
    write(composer.box, "Hi ")
    assert told == ["H", "Hi", "Hi"]


def test_text_put_into_the_box_can_be_typed_on_at_its_end(composer: Composer, qtbot: QtBot) -> None:
    composer.write("Why")
    write(composer.box, "?")
    assert composer.box.toPlainText() == "Why?"


def test_the_window_gives_its_focus_to_the_box(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    composer = Composer(window)
    window.show()
    window.activateWindow()
    composer.setFocus()
    qtbot.waitUntil(composer.box.hasFocus)

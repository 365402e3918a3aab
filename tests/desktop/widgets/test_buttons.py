"""Buttons: what they say, where they react, and how they look when they cannot be pressed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.widgets.buttons import IconButton, RoundButton, TextButton
from desktop.widgets.theme import DARK, LIGHT, Appearance
from tests.desktop.widgets import click, colour_at, colours_in, press


def test_an_icon_tells_its_name_to_eyes_and_screen_readers(qtbot: QtBot) -> None:
    made = IconButton("copy", "Copy code")
    qtbot.addWidget(made)
    assert (made.accessibleName(), made.toolTip()) == ("Copy code", "Copy code")


def test_a_renamed_icon_tells_the_new_name_and_looks_different(qtbot: QtBot) -> None:
    made = IconButton("copy", "Copy code")
    qtbot.addWidget(made)
    before = made.grab().toImage()
    made.rename("Copied", "check")
    assert (made.accessibleName(), made.toolTip()) == ("Copied", "Copied")
    assert made.grab().toImage() != before


@pytest.mark.parametrize("kind", ["plain", "quiet", "primary"])
@pytest.mark.parametrize("words", ["Add folder…", "폴더 추가하기", "Ordner für Überprüfungen hinzufügen"])
def test_a_button_has_room_for_its_words(qtbot: QtBot, kind: str, words: str) -> None:
    made = TextButton(words, "plus", kind=kind)
    qtbot.addWidget(made)
    assert made.sizeHint().width() > made.fontMetrics().horizontalAdvance(words) * 0.9 + 22


def test_new_words_make_a_button_wider(qtbot: QtBot) -> None:
    made = TextButton("Use")
    qtbot.addWidget(made)
    before = made.sizeHint().width()
    made.relabel("Try again", "refresh")
    assert made.sizeHint().width() > before + 20
    assert made.accessibleName() == "Try again"


def test_a_button_grows_with_the_zoom(qtbot: QtBot, look: Appearance) -> None:
    made = TextButton("Folders")
    qtbot.addWidget(made)
    before = made.sizeHint()
    look.zoom_by(4)
    assert made.sizeHint().width() > before.width() * 1.3
    assert made.sizeHint().height() > before.height()


def test_space_presses_the_button_with_the_focus(qtbot: QtBot) -> None:
    made = TextButton("Undo")
    qtbot.addWidget(made)
    made.show()
    made.setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.waitSignal(made.clicked, timeout=500):
        press(made, Qt.Key.Key_Space)


def test_a_disabled_button_does_nothing(qtbot: QtBot) -> None:
    made = TextButton("Download")
    qtbot.addWidget(made)
    made.setEnabled(False)
    made.show()
    with qtbot.assertNotEmitted(made.clicked):
        click(made)


def test_a_mouse_click_leaves_no_focus_ring(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    field, made = QLineEdit(window), TextButton("Undo", parent=window)
    window.show()
    window.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    click(made)
    assert field.hasFocus()


def test_a_primary_button_is_filled_with_the_accent(qtbot: QtBot) -> None:
    made = TextButton("Add", kind="primary")
    qtbot.addWidget(made)
    made.resize(100, 30)
    assert colour_at(made, 5, 15) == LIGHT.accent


def test_a_disabled_primary_button_loses_its_accent(qtbot: QtBot) -> None:
    made = TextButton("Add", kind="primary")
    qtbot.addWidget(made)
    made.setEnabled(False)
    assert LIGHT.accent not in colours_in(made)


def test_a_button_that_no_longer_leads_loses_its_accent(qtbot: QtBot) -> None:
    made = TextButton("Add", kind="primary")
    qtbot.addWidget(made)
    made.restyle("plain")
    assert LIGHT.accent not in colours_in(made)


def test_send_is_filled_only_while_it_can_be_pressed(qtbot: QtBot) -> None:
    made = RoundButton("send", "Send", size=36)
    qtbot.addWidget(made)
    assert LIGHT.accent in colours_in(made)
    made.setEnabled(False)
    assert LIGHT.accent not in colours_in(made)


def test_a_checked_tab_stands_out(qtbot: QtBot) -> None:
    made = TextButton("Sources", kind="quiet")
    qtbot.addWidget(made)
    made.setCheckable(True)
    assert LIGHT.accent_soft not in colours_in(made)
    made.setChecked(True)
    assert LIGHT.accent_soft in colours_in(made)


def test_buttons_follow_dark_mode(qtbot: QtBot, look: Appearance) -> None:
    made = TextButton("Add", kind="primary")
    qtbot.addWidget(made)
    look.choose_scheme("dark")
    qtbot.waitUntil(lambda: DARK.accent in colours_in(made))


def test_words_that_do_not_fit_are_cut_in_the_middle(qtbot: QtBot) -> None:
    made, wide = (TextButton("a model with a name of its own · llama.cpp") for _ in range(2))
    for each in (made, wide):
        qtbot.addWidget(each)
    made.resize(80, 30)
    wide.resize(400, 30)
    assert made.grab().toImage() != wide.grab().toImage().copy(0, 0, 80, 30)


def test_an_ampersand_in_a_models_name_is_shown_and_takes_no_key(qtbot: QtBot) -> None:
    made = TextButton("Q&A model")
    qtbot.addWidget(made)
    assert made.text() == "Q&A model"
    assert made.shortcut().isEmpty()

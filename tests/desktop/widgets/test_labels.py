"""Text on the window: shown as it is, in one line or several, at every zoom."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.widgets.labels import ClickCard, ElidedLabel, Label
from desktop.widgets.theme import LIGHT, Appearance
from tests.desktop.widgets import click, colours_in, hover, press, shown_tooltip

HTML_LIKE = ["<b>bold</b>.md", "<img src='file:///etc/passwd'>", "<i>&lt;kept&gt;</i>", "a & b"]
LONG = "A very long name of a file that goes on and on.md"


@pytest.mark.parametrize("text", HTML_LIKE)
def test_text_that_looks_like_html_is_shown_as_it_is(qtbot: QtBot, text: str) -> None:
    label = Label(text)
    qtbot.addWidget(label)
    assert label.sizeHint().width() >= label.fontMetrics().horizontalAdvance(text)


@pytest.mark.parametrize("text", HTML_LIKE)
def test_a_tooltip_of_text_that_looks_like_html_is_shown_as_it_is(qtbot: QtBot, text: str) -> None:
    label = ElidedLabel(text)
    qtbot.addWidget(label)
    label.resize(5, 20)
    label.show()
    assert shown_tooltip(label.toolTip()) == text


def test_a_long_name_does_not_widen_what_it_stands_in(qtbot: QtBot) -> None:
    around = QWidget()
    qtbot.addWidget(around)
    QVBoxLayout(around).addWidget(ElidedLabel(LONG * 20))
    assert around.minimumSizeHint().width() < 100


def test_a_name_that_is_cut_is_whole_in_its_tooltip(qtbot: QtBot) -> None:
    label = ElidedLabel(LONG)
    qtbot.addWidget(label)
    label.resize(80, 20)
    label.show()
    assert label.toolTip() == LONG


def test_a_name_that_fits_has_no_tooltip(qtbot: QtBot) -> None:
    label = ElidedLabel("tea.md")
    qtbot.addWidget(label)
    label.resize(300, 20)
    label.show()
    assert label.toolTip() == ""


def test_a_new_name_is_cut_and_told_as_the_first_was(qtbot: QtBot) -> None:
    label = ElidedLabel("tea.md")
    qtbot.addWidget(label)
    label.resize(80, 20)
    label.show()
    label.setText(LONG)
    assert label.toolTip() == LONG
    label.setText("tea.md")
    assert label.toolTip() == ""


def test_a_name_that_a_larger_zoom_cuts_gets_its_tooltip(qtbot: QtBot, look: Appearance) -> None:
    label = ElidedLabel("tea and biscuits.md")
    qtbot.addWidget(label)
    label.resize(label.fontMetrics().horizontalAdvance(label.text()) + 4, 20)
    label.show()
    assert label.toolTip() == ""
    look.zoom_by(3)
    assert label.toolTip() == "tea and biscuits.md"


@pytest.mark.parametrize("name", ["한국어 문서.md", "Überprüfung der Straßenbahn.md", "文件说明.md", "מסמך.md"])
def test_names_in_any_language_have_room(qtbot: QtBot, name: str) -> None:
    label = ElidedLabel(name)
    qtbot.addWidget(label)
    label.resize(label.fontMetrics().horizontalAdvance(name), 30)
    label.show()
    assert label.toolTip() == ""


@pytest.mark.parametrize("zoom", [-2, 3])
def test_labels_keep_their_step_of_the_type_scale_at_every_zoom(qtbot: QtBot, look: Appearance, zoom: int) -> None:
    small, large = Label("a", 0.8), Label("a", 1.6)
    for label in (small, large):
        qtbot.addWidget(label)
    look.zoom_by(zoom)
    assert large.font().pointSizeF() == pytest.approx(2 * small.font().pointSizeF(), abs=0.02)
    assert small.font().pointSizeF() == pytest.approx(0.8 * look.zoom * 10, rel=0.35)


def test_a_bold_label_stays_bold_when_zoomed(qtbot: QtBot, look: Appearance) -> None:
    label = Label("a", bold=True)
    qtbot.addWidget(label)
    look.zoom_by(1)
    assert label.font().weight() > Label("a").font().weight()


@pytest.fixture
def card(qtbot: QtBot) -> ClickCard:
    made = ClickCard("Ask: Why?")
    qtbot.addWidget(made)
    made.resize(80, 40)
    made.show()
    return made


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_a_card_is_clicked_by_keyboard_too(card: ClickCard, qtbot: QtBot, key: Qt.Key) -> None:
    with qtbot.waitSignal(card.clicked, timeout=500):
        press(card, key)


def test_other_keys_do_not_click_a_card(card: ClickCard, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(card.clicked):
        press(card, Qt.Key.Key_A)


def test_a_click_is_taken_back_by_letting_go_outside(card: ClickCard, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(card.clicked):
        QTest.mousePress(card, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
        QTest.mouseRelease(card, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))


def test_the_right_button_does_not_click_a_card(card: ClickCard, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(card.clicked):
        click(card, button=Qt.MouseButton.RightButton)


def test_a_card_lights_up_under_the_pointer(card: ClickCard) -> None:
    hover(card, QEvent.Type.HoverLeave)
    assert LIGHT.accent_soft not in colours_in(card)
    hover(card, QEvent.Type.HoverEnter)
    assert LIGHT.accent_soft in colours_in(card)


def test_a_card_is_reached_by_tab(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    cards = [ClickCard(name) for name in "ab"]
    for each in cards:
        each.setParent(window)
    window.show()
    window.activateWindow()
    cards[0].setFocus(Qt.FocusReason.TabFocusReason)
    press(cards[0], Qt.Key.Key_Tab)
    assert window.focusWidget() is cards[1]

"""What the window says beside its contents: notices that stay, and Undo, which passes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.widgets.notices import Notice, NoticeStack, Toast
from desktop.widgets.theme import Appearance
from tests.desktop.widgets import button, texts

LONG_NAME = "a-name-without-any-space-" * 10 + ".md"

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # heights that are fixed


@pytest.fixture
def stack(qtbot: QtBot) -> NoticeStack:
    made = NoticeStack()
    qtbot.addWidget(made)
    made.resize(500, 300)
    return made


def test_a_stack_without_notices_takes_no_room(stack: NoticeStack) -> None:
    assert stack.isHidden()
    stack.show_notice(Notice("danger", "Broken"))
    assert not stack.isHidden()


def test_a_notice_is_there_until_it_is_dismissed(stack: NoticeStack) -> None:
    stack.show_notice(Notice("danger", "Broken", "Mend it."))
    assert texts(stack) == ["Broken", "Mend it."]
    button(stack, "Dismiss").click()
    assert stack.notices() == []
    assert stack.isHidden()


def test_the_same_failure_again_is_said_once(stack: NoticeStack) -> None:
    for _ in range(3):
        stack.show_notice(Notice("danger", "Broken", "Mend it."))
    assert len(stack.notices()) == 1


def test_a_failure_with_another_reason_is_said_beside(stack: NoticeStack) -> None:
    stack.show_notice(Notice("danger", "Broken", "Mend it."))
    stack.show_notice(Notice("danger", "Broken", "Buy another."))
    assert [notice.hint for notice in stack.notices()] == ["Mend it.", "Buy another."]


def test_dismissing_one_notice_leaves_the_others(stack: NoticeStack) -> None:
    first, second = Notice("danger", "First"), Notice("warning", "Second")
    for notice in (first, second):
        stack.show_notice(notice)
    button(first, "Dismiss").click()
    assert stack.notices() == [second]


def test_an_action_acts_and_closes_its_notice(stack: NoticeStack) -> None:
    done: list[str] = []
    notice = Notice("accent", "Open this link?")
    notice.add_action("Open", lambda: done.append("opened"))
    stack.show_notice(notice)
    button(notice, "Open").click()
    assert (done, stack.notices()) == (["opened"], [])


def test_a_notice_is_read_to_screen_readers(stack: NoticeStack) -> None:
    notice = Notice("danger", "Broken", "Mend it.")
    assert (notice.accessibleName(), notice.accessibleDescription()) == ("Broken", "Mend it.")
    notice.deleteLater()


def test_a_reason_that_looks_like_html_is_shown_as_it_is(stack: NoticeStack) -> None:
    stack.show_notice(Notice("danger", "<b>x</b>.md cannot be read", "<script>1</script>"))
    assert texts(stack) == ["<b>x</b>.md cannot be read", "<script>1</script>"]
    labels = stack.findChildren(type(stack.notices()[0]._sign))
    assert {label.textFormat() for label in labels if label.text()} == {Qt.TextFormat.PlainText}


@pytest.mark.parametrize("words", [LONG_NAME, "https://example.org/" + "a" * 400])
def test_a_long_word_is_shown_to_its_end(qtbot: QtBot, words: str) -> None:
    notice = Notice("accent", "Open this link in your browser?", words)
    qtbot.addWidget(notice)
    notice.resize(400, notice.heightForWidth(400))
    notice.show()
    lines = -(-notice.fontMetrics().horizontalAdvance(words) // 400)
    assert notice.heightForWidth(400) > lines * notice.fontMetrics().height()


def test_a_notice_is_tinted_again_in_the_dark(qtbot: QtBot, look: Appearance) -> None:
    notice = Notice("danger", "Broken")
    qtbot.addWidget(notice)
    notice.show()
    light = notice._sign.pixmap().toImage()
    look.choose_scheme("dark")
    qtbot.waitUntil(lambda: notice._sign.pixmap().toImage() != light)


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(800, 600)
    made.show()
    return made


@pytest.fixture
def toast(window: QWidget) -> Toast:
    return Toast(window)


def test_an_offer_is_shown_and_taken_once(toast: Toast) -> None:
    undone: list[str] = []
    toast.offer("“Tea” was deleted", lambda: undone.append("tea"))
    assert toast.isVisible()
    assert texts(toast) == ["“Tea” was deleted"]
    button(toast, "Undo").click()
    assert undone == ["tea"]
    assert toast.isHidden()


def test_an_offer_passes_by_itself(toast: Toast, qtbot: QtBot) -> None:
    toast._timer.setInterval(1)
    toast.offer("“Tea” was deleted", lambda: None)
    qtbot.waitUntil(toast.isHidden, timeout=1000)


def test_only_the_last_offer_is_undone(toast: Toast) -> None:
    undone: list[str] = []
    toast.offer("first", lambda: undone.append("first"))
    toast.offer("second", lambda: undone.append("second"))
    button(toast, "Undo").click()
    assert undone == ["second"]


def test_a_new_offer_has_its_full_time(toast: Toast) -> None:
    toast.offer("first", lambda: None)
    toast._timer.setInterval(100)
    toast.offer("second", lambda: None)
    assert toast._timer.remainingTime() > 50


def test_an_offer_stays_in_the_middle_of_a_resized_window(toast: Toast, window: QWidget, qtbot: QtBot) -> None:
    toast.offer("done", lambda: None)
    window.resize(1000, 700)
    qtbot.waitUntil(lambda: abs(toast.geometry().center().x() - 500) <= 1)
    assert window.rect().contains(toast.geometry())


@pytest.mark.parametrize("words", [LONG_NAME, "“" + "A very long title of a chat " * 10 + "” was deleted"])
def test_undo_is_in_reach_however_long_the_name(toast: Toast, window: QWidget, words: str) -> None:
    toast.offer(words, lambda: None)
    undo = button(toast, "Undo")
    assert window.rect().contains(undo.mapTo(window, undo.rect().bottomRight()))
    assert undo.width() >= undo.sizeHint().width()


def test_a_short_offer_is_not_cut(toast: Toast) -> None:
    toast.offer("tea.md is searchable, 0.4 s after the drop", lambda: None)
    words = toast._words
    assert words.width() >= words.fontMetrics().horizontalAdvance(words.text())


def test_the_words_of_an_offer_are_read_to_screen_readers(toast: Toast) -> None:
    toast.offer("“Tea” was deleted", lambda: None)
    assert toast.accessibleName() == "“Tea” was deleted"

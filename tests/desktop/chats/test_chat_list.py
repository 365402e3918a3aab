"""The list of chats: grouped, marked, renamed in place, filed, deleted, found."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from assistant.values import FoundConversation
from desktop.background import Background, Callbacks
from desktop.chats.chat_list import ChatList
from desktop.chats.chat_rows import chat_rows, period_of, short_date
from desktop.chats.history import History
from desktop.window.workbench import Workbench
from tests.desktop.driver import click, press, texts, write
from tests.desktop.talk import ask, key_of, listed, open_chat, use_model
from tests.desktop.values import SUMMARY

pytestmark = [pytest.mark.timeout(30), pytest.mark.qt_log_ignore("This plugin does not support")]
Model = Callable[[str], Path]
TODAY = date(2026, 11, 30)


@pytest.fixture
def chats(qtbot: QtBot) -> ChatList:
    made = ChatList()
    qtbot.addWidget(made)
    made.resize(280, 500)
    made.show()
    return made


def titles(chats: ChatList) -> list[str]:
    return [row.title for row in chats.list.rows.rows if not row.is_heading]


@pytest.mark.parametrize(
    ("day", "period"),
    [
        (TODAY, "Today"),
        (TODAY + timedelta(days=1), "Today"),  # a clock that was set back
        (TODAY - timedelta(days=1), "Yesterday"),
        (TODAY - timedelta(days=7), "Previous 7 days"),
        (TODAY - timedelta(days=8), "November"),
        (date(2026, 1, 2), "January"),
        (date(2025, 11, 30), "November 2025"),
    ],
)
def test_a_chat_belongs_to_a_period(day: date, period: str) -> None:
    assert period_of(day, TODAY) == period


def test_pinned_chats_come_first_then_folders_then_dates() -> None:
    now = datetime(2026, 11, 30, 12).timestamp()
    kept = (
        replace(SUMMARY, id="new", title="New", updated_at=now),
        replace(SUMMARY, id="filed", title="Filed", updated_at=now, folder="House"),
        replace(SUMMARY, id="other", title="Other", updated_at=now, folder="away"),
        replace(SUMMARY, id="old", title="Old", updated_at=now - 86_400),
        replace(SUMMARY, id="pinned", title="Pinned one", updated_at=now - 9e6, pinned=True, folder="House"),
    )
    rows = [row.title for row in chat_rows(kept, {}, (), TODAY)]
    assert rows == ["Pinned", "Pinned one", "away", "Other", "House", "Filed", "Today", "New", "Yesterday", "Old"]
    assert "Filed" not in [row.title for row in chat_rows(kept, {}, {"House"}, TODAY)]


@pytest.mark.parametrize(("age_days", "form"), [(0, "%H:%M"), (3, "%a"), (90, "{day} %b")])
def test_a_chat_tells_when_it_was_used(chats: ChatList, age_days: int, form: str) -> None:
    then = time.time() - age_days * 86_400
    local = time.localtime(then)
    shown = short_date(then, date.today())
    assert shown == time.strftime(form.replace("{day}", str(local.tm_mday)), local)


def test_without_chats_the_list_says_what_will_be_there(chats: ChatList) -> None:
    chats.show_all(())
    assert "Your chats will appear here." in texts(chats)


def test_a_search_without_a_chat_says_so(chats: ChatList) -> None:
    chats.show_found(())
    assert "No matching chats." in texts(chats)


@pytest.mark.parametrize("title", ["<b>Why?</b>", "왜 그래요?", "Why? " * 100])
def test_a_chat_is_listed_by_its_title_as_it_is(chats: ChatList, title: str) -> None:
    chats.show_all((replace(SUMMARY, title=title),))
    assert titles(chats) == [title]
    assert chats.minimumSizeHint().width() < 280


def test_the_open_chat_is_marked_and_a_new_one_is_not(chats: ChatList) -> None:
    chats.show_all((SUMMARY,))
    chats.mark("c1")
    assert chats.list.marked == "c1"
    chats.mark(None)
    assert chats.list.marked == ""


@pytest.mark.parametrize(
    ("state", "words"),
    [("waiting", "Waiting…"), ("writing", "Writing…"), ("unread", "● New"), ("failed", "Not answered")],
)
def test_a_chat_says_what_its_answer_does(chats: ChatList, state: str, words: str) -> None:
    chats.show_all((SUMMARY,))
    chats.show_states({"c1": state})  # type: ignore[dict-item]
    assert chats.list.rows.rows[1].note == words


def place_of(chats: ChatList, key: str) -> QPoint:
    return chats.list.visualRect(chats.list.rows.place_of(key)).center()


def rename_to(chats: ChatList, title: str) -> None:
    """Press F2 on the chat, type and press Enter."""
    chats.list.setFocus()
    chats.list.setCurrentIndex(chats.list.rows.place_of("c1"))
    press(chats.list, Qt.Key.Key_F2)
    (field,) = chats.list.findChildren(QLineEdit)
    field.selectAll()
    write(field, title)
    press(field, Qt.Key.Key_Return)


def test_f2_renames_in_place_and_spaces_around_are_left_out(chats: ChatList, qtbot: QtBot) -> None:
    chats.show_all((SUMMARY,))
    with qtbot.waitSignal(chats.renamed) as renamed:
        rename_to(chats, "  Tea  ")
    assert renamed.args == ["c1", "Tea"]


@pytest.mark.parametrize("title", ["   ", "Green tea"])
def test_no_title_or_the_same_renames_nothing(chats: ChatList, qtbot: QtBot, title: str) -> None:
    chats.show_all((SUMMARY,))
    with qtbot.assertNotEmitted(chats.renamed):
        rename_to(chats, title)


def test_a_list_that_comes_while_a_title_is_edited_does_not_end_the_edit(chats: ChatList, qtbot: QtBot) -> None:
    chats.show_all((SUMMARY,))
    chats.list.rename("c1")
    chats.show_all((replace(SUMMARY, id="c2", title="Newer"), SUMMARY))
    (field,) = chats.list.findChildren(QLineEdit)
    with qtbot.waitSignal(chats.renamed):
        write(field, "Tea")
        press(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: titles(chats) == ["Newer", "Green tea"])


def test_delete_reports_the_chat_that_the_keys_have_come_to(chats: ChatList, qtbot: QtBot) -> None:
    other = replace(SUMMARY, id="c2", title="Other")
    chats.show_all((SUMMARY, other))
    chats.mark("c1")
    chats.list.setFocus()
    press(chats.list, Qt.Key.Key_Down)
    with qtbot.waitSignal(chats.deleted) as deleted:
        press(chats.list, Qt.Key.Key_Delete)
    assert deleted.args == [other]
    assert chats.list.marked == "c1"


def test_a_heading_of_a_folder_folds_it(chats: ChatList) -> None:
    chats.show_all((replace(SUMMARY, folder="House"), replace(SUMMARY, id="c2", title="Other")))
    click(chats.list.viewport(), place_of(chats, "folder:House"))
    assert titles(chats) == ["Other"]
    click(chats.list.viewport(), place_of(chats, "folder:House"))
    assert titles(chats) == ["Green tea", "Other"]


def menu_of(chats: ChatList, key: str) -> QMenu:
    """Right-click, and return the menu."""
    chats.list.customContextMenuRequested.emit(place_of(chats, key))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def choose(menu: QMenu, *names: str) -> None:
    for name in names[:-1]:
        (action,) = (each for each in menu.actions() if each.text() == name)
        menu = action.menu()  # type: ignore[assignment]
    (action,) = (each for each in menu.actions() if each.text().partition("\t")[0] == names[-1])
    action.trigger()


def test_the_menu_pins_files_and_deletes(chats: ChatList, qtbot: QtBot) -> None:
    told: list[object] = []
    chats.pinned.connect(lambda *values: told.append(values))
    chats.filed.connect(lambda *values: told.append(values))
    chats.deleted.connect(told.append)
    filed = replace(SUMMARY, id="c2", folder="House")
    chats.show_all((SUMMARY, filed))
    for names in (("Pin to the top",), ("Move to folder", "House"), ("Move to folder", "New folder"), ("Delete",)):
        menu = menu_of(chats, "c1")
        choose(menu, *names)
        menu.close()
    assert told == [("c1", True), ("c1", "House"), ("c1", "New folder"), SUMMARY]


def test_a_right_click_marks_no_other_chat_as_open(chats: ChatList) -> None:
    chats.show_all((SUMMARY, replace(SUMMARY, id="c2")))
    chats.mark("c1")
    click(chats.list.viewport(), place_of(chats, "c2"), Qt.MouseButton.RightButton)
    assert chats.list.marked == "c1"
    menu_of(chats, "c2").close()


def test_a_hit_shows_the_words_around_it_and_leads_to_its_turn(chats: ChatList, qtbot: QtBot) -> None:
    chats.show_found((FoundConversation(SUMMARY, "t7", "…a walnut table…"),))
    assert chats.list.rows.rows[0].line == "…a walnut table…"
    with qtbot.waitSignal(chats.chosen) as chosen:
        click(chats.list.viewport(), place_of(chats, "c1"))
    assert chosen.args == ["c1", "t7"]


def test_ten_thousand_chats_are_listed_without_laying_them_all_out(chats: ChatList) -> None:
    many = tuple(replace(SUMMARY, id=f"c{n}", title=f"Chat {n}") for n in range(10_000))
    began = time.perf_counter()
    chats.show_all(many)
    QApplication.processEvents()
    assert time.perf_counter() - began < 1.0  # 0.1 s alone
    assert chats.list.rows.rowCount() < 1000
    chats.mark("c9999")
    assert chats.list.currentIndex().row() == 10_000  # below its heading


def test_only_the_last_search_is_answered(background: Background, qtbot: QtBot) -> None:
    history = History(background)
    answered: list[object] = []
    history.listed.connect(answered.append)
    history.found.connect(answered.append)
    history.search("no such words")
    history.search("")
    history.search("no such words")
    history.search("")
    background.run("read", lambda space, task: None, history, Callbacks(answered.append))
    qtbot.waitUntil(lambda: None in answered)
    assert len(answered) == 3


@pytest.fixture
def two_chats(workbench: Workbench, qtbot: QtBot, model: Model) -> Workbench:
    """A window with two chats, the second of them open."""
    use_model(workbench, qtbot, model("An answer."))
    ask(workbench, qtbot, "What is <b>oak</b>?")
    workbench.start_new()
    ask(workbench, qtbot, "Was ist Größe?")
    qtbot.waitUntil(lambda: len(listed(workbench)) == 2)
    return workbench


def test_the_newest_chat_stands_first(two_chats: Workbench) -> None:
    assert listed(two_chats) == ["Was ist Größe?", "What is <b>oak</b>?"]


def test_a_search_shows_the_chats_with_the_words(two_chats: Workbench, qtbot: QtBot) -> None:
    write(two_chats.sidebar.search, "oak")
    qtbot.waitUntil(lambda: listed(two_chats) == ["What is <b>oak</b>?"])
    two_chats.sidebar.search.clear()
    qtbot.waitUntil(lambda: len(listed(two_chats)) == 2)


def test_a_pinned_chat_moves_to_the_top(two_chats: Workbench, qtbot: QtBot) -> None:
    two_chats.sidebar.chats.pinned.emit(key_of(two_chats, "What is <b>oak</b>?"), True)
    qtbot.waitUntil(lambda: listed(two_chats) == ["What is <b>oak</b>?", "Was ist Größe?"])


def test_a_folder_is_made_renamed_and_removed(two_chats: Workbench, qtbot: QtBot) -> None:
    def headings() -> list[str]:
        return [row.title for row in two_chats.sidebar.chats.list.rows.rows if row.is_heading]

    choose(menu_of(two_chats.sidebar.chats, key_of(two_chats, "Was ist Größe?")), "Move to folder", "New folder")
    qtbot.waitUntil(lambda: headings() == ["New folder", "Today"])
    two_chats.sidebar.chats.list.rename("folder:New folder")
    (field,) = two_chats.sidebar.chats.list.findChildren(QLineEdit)
    write(field, "Haus")
    press(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: headings() == ["Haus", "Today"])
    choose(menu_of(two_chats.sidebar.chats, "folder:Haus"), "Remove folder, keep its chats")
    qtbot.waitUntil(lambda: headings() == ["Today"])
    assert len(listed(two_chats)) == 2


def test_a_title_changed_in_the_list_stands_above_the_chat(two_chats: Workbench, qtbot: QtBot) -> None:
    two_chats.sidebar.chats.list.rename(key_of(two_chats, "Was ist Größe?"))
    (field,) = two_chats.sidebar.chats.list.findChildren(QLineEdit)
    write(field, "Size")
    press(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: two_chats._bar.title == "Size")


def test_deleting_the_open_chat_leaves_an_empty_one(two_chats: Workbench, qtbot: QtBot) -> None:
    two_chats.sidebar.chats.delete(key_of(two_chats, "Was ist Größe?"))
    qtbot.waitUntil(lambda: two_chats.session.turns == ())
    assert two_chats._bar.title == "New chat"


def test_the_offer_names_the_deleted_chat_as_it_is(two_chats: Workbench, qtbot: QtBot) -> None:
    two_chats.sidebar.chats.delete(key_of(two_chats, "What is <b>oak</b>?"))
    qtbot.waitUntil(lambda: two_chats.toast.isVisible())
    assert texts(two_chats.toast) == ["“What is <b>oak</b>?” was deleted"]
    assert [turn.question for turn in two_chats.session.turns] == ["Was ist Größe?"]


def test_arrow_keys_mark_no_other_chat_as_open(two_chats: Workbench, qtbot: QtBot) -> None:
    open_chat(two_chats, qtbot, "What is <b>oak</b>?")
    rows = two_chats.sidebar.chats.list
    rows.setFocus()
    press(rows, Qt.Key.Key_Up)
    assert rows.rows.rows[rows.currentIndex().row()].title == "Was ist Größe?"
    assert rows.marked == key_of(two_chats, "What is <b>oak</b>?")
    press(rows, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: rows.marked == key_of(two_chats, "Was ist Größe?"))


def test_ctrl_z_undoes_one_deletion_after_the_other(two_chats: Workbench, qtbot: QtBot) -> None:
    def has(count: int) -> bool:
        return len(listed(two_chats)) == count

    rows = two_chats.sidebar.chats.list
    for left in (1, 0):
        rows.setFocus()
        rows.setCurrentIndex(rows.rows.index(1))
        press(rows, Qt.Key.Key_Delete)
        qtbot.waitUntil(partial(has, left))
    two_chats.toast.hide()  # the offer has passed
    for there in (1, 2):
        press(rows, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(partial(has, there))


def test_ctrl_z_in_the_empty_box_undoes_the_deletion_and_else_what_was_typed(
    two_chats: Workbench, qtbot: QtBot
) -> None:
    two_chats.sidebar.chats.delete(key_of(two_chats, "What is <b>oak</b>?"))
    qtbot.waitUntil(lambda: len(listed(two_chats)) == 1)
    box = two_chats.chat.composer.box
    box.setFocus()
    write(box, "abc")
    press(box, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert box.toPlainText() == ""
    press(box, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(listed(two_chats)) == 2)

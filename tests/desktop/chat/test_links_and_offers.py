"""What needs a second click or can be taken back: links, deleted chats, folders, copies."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from desktop.folders.drops import DroppedPaths
from desktop.widgets.notices import Toast
from desktop.window.workbench import Workbench
from tests.desktop.driver import button, texts
from tests.desktop.talk import ask, listed, use_model, watch

pytestmark = [
    pytest.mark.timeout(40),
    pytest.mark.qt_log_ignore("This plugin does not support"),
]
Model = Callable[[str], Path]
ADDRESS = "https://example.org/a?b=c&d=%20#e"


def toast(workbench: Workbench) -> Toast:
    assert workbench.toast.isVisible()
    return workbench.toast


def wait_for_chats(workbench: Workbench, qtbot: QtBot, count: int) -> None:
    qtbot.waitUntil(lambda: len(listed(workbench)) == count)


def test_a_link_is_opened_by_a_second_click_only(workbench: Workbench, opened_addresses: list[str]) -> None:
    workbench.chat.view.link_clicked.emit(ADDRESS)
    assert opened_addresses == []
    button(workbench.chat.notices, "Open").click()
    assert opened_addresses == [ADDRESS]
    assert workbench.chat.notices.notices() == []


def test_a_link_can_be_copied_instead(workbench: Workbench, opened_addresses: list[str]) -> None:
    workbench.chat.view.link_clicked.emit(ADDRESS)
    button(workbench.chat.notices, "Copy").click()
    assert QGuiApplication.clipboard().text() == ADDRESS
    assert opened_addresses == []


def test_a_link_can_be_dismissed(workbench: Workbench, opened_addresses: list[str]) -> None:
    workbench.chat.view.link_clicked.emit(ADDRESS)
    button(workbench.chat.notices, "Dismiss").click()
    assert (opened_addresses, workbench.chat.notices.notices()) == ([], [])


def test_a_link_clicked_twice_is_asked_about_once(workbench: Workbench) -> None:
    workbench.chat.view.link_clicked.emit(ADDRESS)
    workbench.chat.view.link_clicked.emit(ADDRESS)
    assert len(workbench.chat.notices.notices()) == 1


@pytest.mark.parametrize(
    "address", ["https://example.org@evil.example/", "https://xn--e1awd7f.example/", "mailto:a@b.c"]
)
def test_the_address_is_shown_as_it_is(workbench: Workbench, address: str) -> None:
    workbench.chat.view.link_clicked.emit(address)
    assert address in texts(workbench.chat.notices)


@pytest.mark.parametrize(
    "address", ["cite:x", "file:///etc/passwd", "javascript:alert(1)", "/etc/passwd", "vscode://open", "notes.md"]
)
def test_an_address_that_is_no_page_can_only_be_copied(
    workbench: Workbench, opened_addresses: list[str], address: str
) -> None:
    workbench.chat.view.link_clicked.emit(address)
    names = [
        each.accessibleName()
        for each in workbench.chat.notices.findChildren(type(button(workbench.chat.notices, "Copy")))
    ]
    assert "Open" not in names
    assert address in texts(workbench.chat.notices)


def test_a_deleted_chat_that_was_brought_back_opens_with_its_turns(
    workbench: Workbench, qtbot: QtBot, model: Model
) -> None:
    use_model(workbench, qtbot, model("An answer."))
    kept = ask(workbench, qtbot, "Why?").conversation_id
    qtbot.waitUntil(lambda: len(listed(workbench)) == 1)
    workbench.sidebar.chats.delete(kept)
    qtbot.waitUntil(lambda: listed(workbench) == [])
    button(toast(workbench), "Undo").click()
    qtbot.waitUntil(lambda: len(listed(workbench)) == 1)
    workbench.open_chat(kept, "")
    qtbot.waitUntil(lambda: [turn.question for turn in workbench.session.turns] == ["Why?"])


def test_an_offer_that_passed_leaves_the_chat_deleted(workbench: Workbench, qtbot: QtBot, model: Model) -> None:
    use_model(workbench, qtbot, model("An answer."))
    kept = ask(workbench, qtbot, "Why?").conversation_id
    qtbot.waitUntil(lambda: len(listed(workbench)) == 1)
    workbench.sidebar.chats.delete(kept)
    qtbot.waitUntil(lambda: workbench.toast.isVisible())
    toast(workbench)._timer.start(1)
    qtbot.waitUntil(toast(workbench).isHidden)
    assert listed(workbench) == []


def test_a_second_deletion_is_the_one_on_offer(workbench: Workbench, qtbot: QtBot, model: Model) -> None:
    use_model(workbench, qtbot, model("An answer."))
    first = ask(workbench, qtbot, "First?").conversation_id
    workbench.start_new()
    second = ask(workbench, qtbot, "Second?").conversation_id
    wait_for_chats(workbench, qtbot, 2)
    workbench.sidebar.chats.delete(first)
    wait_for_chats(workbench, qtbot, 1)
    workbench.sidebar.chats.delete(second)
    wait_for_chats(workbench, qtbot, 0)
    assert [each.isVisible() for each in workbench.findChildren(Toast)] == [True]
    button(toast(workbench), "Undo").click()
    qtbot.waitUntil(lambda: listed(workbench) == ["Second?"])


def test_a_folder_no_longer_watched_is_named_in_the_offer(workbench: Workbench, qtbot: QtBot, notes: Path) -> None:
    watch(workbench, qtbot, notes)
    button(workbench.pages.show_folders(), "Stop watching notes").click()
    assert texts(toast(workbench)) == ["notes is no longer watched"]


def test_undoing_a_dropped_folder_keeps_its_files_on_disk(workbench: Workbench, qtbot: QtBot, notes: Path) -> None:
    with qtbot.waitSignal(workbench.drops.imported, timeout=20_000):
        workbench.drops.add(DroppedPaths((notes,), ()))
    button(toast(workbench), "Undo").click()
    qtbot.waitUntil(lambda: workbench.folders.snapshot.folders == (), timeout=20_000)
    assert {path.name for path in notes.iterdir()} == {"garden.md", "tea.md"}


def test_a_persona_is_asked_with_its_first_question(workbench: Workbench, qtbot: QtBot, model: Model) -> None:
    use_model(workbench, qtbot, model("An answer."))
    with qtbot.waitSignal(workbench.session.answered):
        workbench.chat.view.welcome.starter_chosen.emit("What is in my files?")
    assert workbench.session.turns[-1].question == "What is in my files?"
    assert workbench.chat.view.welcome.isHidden()


@pytest.mark.parametrize("question", ["Was heißt «Größe» auf <b>Koreanisch</b>?", "토마토는\n얼마나 자주?", "מה זה?"])
def test_a_question_in_any_language_is_kept_and_titled_as_it_is(
    workbench: Workbench, qtbot: QtBot, model: Model, question: str
) -> None:
    use_model(workbench, qtbot, model("크기입니다."))
    turn = ask(workbench, qtbot, question)
    assert (turn.question, turn.answer.strip()) == (question, "크기입니다.")
    assert workbench._bar.title == " ".join(question.split())


def test_a_chat_with_a_very_long_first_question_keeps_its_window(
    workbench: Workbench, qtbot: QtBot, model: Model
) -> None:
    use_model(workbench, qtbot, model("An answer."))
    before = workbench.minimumSizeHint().width()
    ask(workbench, qtbot, "Why? " * 400)
    assert workbench.minimumSizeHint().width() == before


def test_answers_of_different_personas_keep_their_names(workbench: Workbench, qtbot: QtBot, model: Model) -> None:
    use_model(workbench, qtbot, model("An answer."))
    ask(workbench, qtbot, "Why?")
    workbench.personas.choose("410-llm-engineer")
    ask(workbench, qtbot, "And how?")
    assert [texts(answer)[0] for answer in workbench.chat.view.answers] == ["Reader", "LLM engineer"]


def test_opening_a_chat_brings_its_persona_back(workbench: Workbench, qtbot: QtBot, model: Model) -> None:
    use_model(workbench, qtbot, model("An answer."))
    kept = ask(workbench, qtbot, "Why?").conversation_id
    workbench.sidebar.persona_chosen.emit("410-llm-engineer")
    assert workbench.chat.composer.box.placeholderText() == "Ask LLM engineer…"
    workbench.open_chat(kept, "")
    qtbot.waitUntil(lambda: workbench.chat.composer.box.placeholderText() == "Ask Reader…")

"""What needs a second click or can be taken back: links, deleted chats, folders, copies."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from desktop.folders.drops import Dropped
from desktop.widgets.notices import Toast
from desktop.window.workbench import Workbench
from tests.desktop.talk import ask, use_model, watch
from tests.desktop.widgets import button, texts

pytestmark = [
    pytest.mark.timeout(40),
    pytest.mark.qt_log_ignore("This plugin does not support"),
]
Model = Callable[[str], Path]
ADDRESS = "https://example.org/a?b=c&d=%20#e"


def toast(bench: Workbench) -> Toast:
    assert bench.offers.toast is not None
    return bench.offers.toast


def wait_for_chats(bench: Workbench, qtbot: QtBot, count: int) -> None:
    qtbot.waitUntil(lambda: len(bench.sidebar.chats.rows.rows) == count)


def test_a_link_is_opened_by_a_second_click_only(bench: Workbench, opened_addresses: list[str]) -> None:
    bench.chat.view.link_clicked.emit(ADDRESS)
    assert opened_addresses == []
    button(bench.chat.notices, "Open").click()
    assert opened_addresses == [ADDRESS]
    assert bench.chat.notices.notices() == []


def test_a_link_can_be_copied_instead(bench: Workbench, opened_addresses: list[str]) -> None:
    bench.chat.view.link_clicked.emit(ADDRESS)
    button(bench.chat.notices, "Copy").click()
    assert QGuiApplication.clipboard().text() == ADDRESS
    assert opened_addresses == []


def test_a_link_can_be_dismissed(bench: Workbench, opened_addresses: list[str]) -> None:
    bench.chat.view.link_clicked.emit(ADDRESS)
    button(bench.chat.notices, "Dismiss").click()
    assert (opened_addresses, bench.chat.notices.notices()) == ([], [])


def test_a_link_clicked_twice_is_asked_about_once(bench: Workbench) -> None:
    bench.chat.view.link_clicked.emit(ADDRESS)
    bench.chat.view.link_clicked.emit(ADDRESS)
    assert len(bench.chat.notices.notices()) == 1


@pytest.mark.parametrize(
    "address", ["https://example.org@evil.example/", "https://xn--e1awd7f.example/", "mailto:a@b.c"]
)
def test_the_address_is_shown_as_it_is(bench: Workbench, address: str) -> None:
    bench.chat.view.link_clicked.emit(address)
    assert address in texts(bench.chat.notices)


@pytest.mark.parametrize(
    "address", ["cite:x", "file:///etc/passwd", "javascript:alert(1)", "/etc/passwd", "vscode://open", "notes.md"]
)
def test_an_address_that_is_no_page_can_only_be_copied(
    bench: Workbench, opened_addresses: list[str], address: str
) -> None:
    bench.chat.view.link_clicked.emit(address)
    names = [
        each.accessibleName() for each in bench.chat.notices.findChildren(type(button(bench.chat.notices, "Copy")))
    ]
    assert "Open" not in names
    assert address in texts(bench.chat.notices)


def test_a_deleted_chat_that_was_brought_back_opens_with_its_turns(
    bench: Workbench, qtbot: QtBot, model: Model
) -> None:
    use_model(bench, qtbot, model("An answer."))
    kept = ask(bench, qtbot, "Why?").conversation_id
    qtbot.waitUntil(lambda: len(bench.sidebar.chats.rows.rows) == 1)
    bench.sidebar.delete(kept)
    qtbot.waitUntil(lambda: bench.sidebar.chats.rows.rows == ())
    button(toast(bench), "Undo").click()
    qtbot.waitUntil(lambda: len(bench.sidebar.chats.rows.rows) == 1)
    bench.sidebar.conversation_chosen.emit(kept)
    qtbot.waitUntil(lambda: [turn.question for turn in bench.session.turns] == ["Why?"])


def test_an_offer_that_passed_leaves_the_chat_deleted(bench: Workbench, qtbot: QtBot, model: Model) -> None:
    use_model(bench, qtbot, model("An answer."))
    kept = ask(bench, qtbot, "Why?").conversation_id
    qtbot.waitUntil(lambda: len(bench.sidebar.chats.rows.rows) == 1)
    bench.sidebar.delete(kept)
    qtbot.waitUntil(lambda: bench.offers.toast is not None)
    toast(bench)._timer.start(1)
    qtbot.waitUntil(toast(bench).isHidden)
    assert bench.sidebar.chats.rows.rows == ()


def test_a_second_deletion_is_the_one_on_offer(bench: Workbench, qtbot: QtBot, model: Model) -> None:
    use_model(bench, qtbot, model("An answer."))
    first = ask(bench, qtbot, "First?").conversation_id
    bench.start_new()
    second = ask(bench, qtbot, "Second?").conversation_id
    wait_for_chats(bench, qtbot, 2)
    bench.sidebar.delete(first)
    wait_for_chats(bench, qtbot, 1)
    bench.sidebar.delete(second)
    wait_for_chats(bench, qtbot, 0)
    assert [each.isVisible() for each in bench.findChildren(Toast)] == [True]
    button(toast(bench), "Undo").click()
    qtbot.waitUntil(lambda: [row.title for row in bench.sidebar.chats.rows.rows] == ["Second?"])


def test_a_folder_no_longer_watched_is_named_in_the_offer(bench: Workbench, qtbot: QtBot, notes: Path) -> None:
    watch(bench, qtbot, notes)
    button(bench.pages.show_folders(), "Stop watching notes").click()
    assert texts(toast(bench)) == ["notes is no longer watched"]


def test_undoing_a_dropped_folder_keeps_its_files_on_disk(bench: Workbench, qtbot: QtBot, notes: Path) -> None:
    with qtbot.waitSignal(bench.intake.arrived, timeout=20_000):
        bench.intake.take(Dropped((notes,), ()))
    button(toast(bench), "Undo").click()
    qtbot.waitUntil(lambda: bench.folders.shelf.folders == (), timeout=20_000)
    assert {path.name for path in notes.iterdir()} == {"garden.md", "tea.md"}


def test_a_persona_is_asked_with_its_first_question(bench: Workbench, qtbot: QtBot, model: Model) -> None:
    use_model(bench, qtbot, model("An answer."))
    with qtbot.waitSignal(bench.session.answered):
        bench.chat.view.welcome.starter_chosen.emit("What is in my files?")
    assert bench.session.turns[-1].question == "What is in my files?"
    assert bench.chat.view.welcome.isHidden()


@pytest.mark.parametrize("question", ["Was heißt «Größe» auf <b>Koreanisch</b>?", "토마토는\n얼마나 자주?", "מה זה?"])
def test_a_question_in_any_language_is_kept_and_titled_as_it_is(
    bench: Workbench, qtbot: QtBot, model: Model, question: str
) -> None:
    use_model(bench, qtbot, model("크기입니다."))
    turn = ask(bench, qtbot, question)
    assert (turn.question, turn.answer.strip()) == (question, "크기입니다.")
    assert bench._bar.title == " ".join(question.split())


def test_a_chat_with_a_very_long_first_question_keeps_its_window(bench: Workbench, qtbot: QtBot, model: Model) -> None:
    use_model(bench, qtbot, model("An answer."))
    before = bench.minimumSizeHint().width()
    ask(bench, qtbot, "Why? " * 400)
    assert bench.minimumSizeHint().width() == before


def test_answers_of_different_personas_keep_their_names(bench: Workbench, qtbot: QtBot, model: Model) -> None:
    use_model(bench, qtbot, model("An answer."))
    ask(bench, qtbot, "Why?")
    bench.personas.choose("410-llm-engineer")
    ask(bench, qtbot, "And how?")
    assert [texts(answer)[0] for answer in bench.chat.view.answers] == ["Reader", "LLM engineer"]


def test_opening_a_chat_brings_its_persona_back(bench: Workbench, qtbot: QtBot, model: Model) -> None:
    use_model(bench, qtbot, model("An answer."))
    kept = ask(bench, qtbot, "Why?").conversation_id
    bench.sidebar.persona_chosen.emit("410-llm-engineer")
    assert bench.chat.composer.box.placeholderText() == "Ask LLM engineer…"
    bench.sidebar.conversation_chosen.emit(kept)
    qtbot.waitUntil(lambda: bench.chat.composer.box.placeholderText() == "Ask Reader…")

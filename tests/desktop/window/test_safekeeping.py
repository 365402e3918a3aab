"""What a person sees of deletion, of removed files and of repairs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from assistant.conversations.conversations import Conversations
from assistant.home import Home
from desktop.panel.sources_panel import FORGOTTEN, SourceCard
from desktop.widgets.notices import Notice
from desktop.window.workbench import Workbench
from tests.assistant.samples import make_passage, make_turn
from tests.desktop.driver import button, texts
from tests.desktop.talk import ask, listed, use_model, watch

pytestmark = pytest.mark.timeout(40)
Model = Callable[[str], Path]
WORD = "zyzzyvamarker"


def left_of(word: str, home: Home) -> list[str]:
    return [p.name for p in home.path.rglob("*") if p.is_file() and word.encode() in p.read_bytes()]


def notice(workbench: Workbench, qtbot: QtBot, words: str) -> Notice:
    def found() -> list[Notice]:
        return [each for each in workbench.chat.notices.notices() if words in each.title]

    qtbot.waitUntil(lambda: bool(found()), timeout=20_000)
    return found()[0]


def delete_chat(workbench: Workbench, qtbot: QtBot, chat: str) -> None:
    qtbot.waitUntil(lambda: chat in [row.key for row in workbench.sidebar.chats.list.rows.rows])
    workbench.sidebar.chats.delete(chat)
    qtbot.waitUntil(lambda: workbench.toast.isVisible())


@pytest.fixture
def no_trash(home: Home) -> None:
    home.settings.write_text("[chats]\ntrash_days = 0\n", "utf-8")


def test_chat_is_gone_once_the_undo_offer_has_ended_where_no_trash_is_kept(
    no_trash: None, workbench: Workbench, qtbot: QtBot, model: Model, home: Home
) -> None:
    use_model(workbench, qtbot, model("An answer."))
    delete_chat(workbench, qtbot, ask(workbench, qtbot, f"What is {WORD}?").conversation_id)
    assert left_of(WORD, home)
    workbench.toast._timer.start(1)
    qtbot.waitUntil(lambda: left_of(WORD, home) == [], timeout=9000)


def test_another_offer_ends_the_one_before(
    no_trash: None, workbench: Workbench, qtbot: QtBot, model: Model, home: Home
) -> None:
    use_model(workbench, qtbot, model("An answer."))
    delete_chat(workbench, qtbot, ask(workbench, qtbot, f"What is {WORD}?").conversation_id)
    workbench.toast.offer_undo("Another thing was done", lambda: None)
    qtbot.waitUntil(lambda: left_of(WORD, home) == [], timeout=9000)


def test_chat_that_was_taken_back_stays(workbench: Workbench, qtbot: QtBot, model: Model, home: Home) -> None:
    use_model(workbench, qtbot, model("An answer."))
    chat = ask(workbench, qtbot, f"What is {WORD}?").conversation_id
    delete_chat(workbench, qtbot, chat)
    button(workbench.toast, "Undo").click()
    workbench.toast.offer_undo("Another thing was done", lambda: None)
    qtbot.waitUntil(lambda: chat in [row.key for row in workbench.sidebar.chats.list.rows.rows])
    assert left_of(WORD, home)


def test_window_offers_to_forget_what_was_quoted_from_a_removed_folder(
    workbench: Workbench, qtbot: QtBot, notes: Path, home: Home
) -> None:
    watch(workbench, qtbot, notes)
    turn = ask(workbench, qtbot, "At how many degrees is green tea brewed?")
    assert "80 degrees" in turn.answer
    button(workbench.pages.show_folders(), "Stop watching notes").click()
    qtbot.waitUntil(lambda: workbench.folders.snapshot.folders == () and not workbench.folders.busy, timeout=9000)
    workbench.toast._timer.start(1)
    button(notice(workbench, qtbot, "still quotes removed files"), "Forget the quotes").click()
    qtbot.waitUntil(lambda: left_of("80 degrees", home) == [], timeout=9000)


def test_window_offers_it_too_when_a_file_is_gone(workbench: Workbench, qtbot: QtBot, notes: Path, home: Home) -> None:
    watch(workbench, qtbot, notes)
    ask(workbench, qtbot, "At how many degrees is green tea brewed?")
    (notes / "tea.md").unlink()
    workbench.folders.sync()
    notice(workbench, qtbot, "still quotes removed files")


def test_forgotten_passage_says_so(qtbot: QtBot) -> None:
    card = SourceCard(1, make_passage("", path="/notes/gone.md"))
    qtbot.addWidget(card)
    assert FORGOTTEN in texts(card)
    card.show_cited("")
    assert FORGOTTEN in texts(card)


@pytest.fixture
def damaged(home: Home) -> None:
    talks = Conversations(home.conversations)
    talks.save(make_turn(1))
    talks.close()
    home.conversations.write_bytes(bytes(16) + home.conversations.read_bytes()[16:])


def test_repair_is_told_once(damaged: None, workbench: Workbench, qtbot: QtBot, home: Home) -> None:
    told = notice(workbench, qtbot, "was damaged, and is repaired")
    assert "Answers restored: 1." in told.hint
    qtbot.waitUntil(lambda: len(listed(workbench)) == 1)
    workbench.folders.sync()
    qtbot.waitUntil(lambda: not workbench.folders.busy)
    assert len([each for each in workbench.chat.notices.notices() if "damaged" in each.title]) == 1

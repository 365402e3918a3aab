"""The left side: personas and chats, found by words, renamed, deleted and brought back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.chat.welcome import Welcome
from desktop.folders.watched_folders import FolderSnapshot
from desktop.widgets.starter_grid import StarterCard
from desktop.widgets.theme import Appearance
from desktop.window.sidebar import Sidebar
from knowledge.ledger.rows import Folder
from knowledge.sync.progress import SyncProgress
from tests.desktop.driver import button, click, texts, write
from tests.desktop.values import HEADER, PERSONA, file_row, snapshot

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
READER = replace(HEADER, id="001-reader", name="Reader", summary="Reads your files.", tags=())
BAKER = replace(HEADER, id="backer", name="Bäcker", summary="Weiß alles über Brot, Größen und Öfen.", tags=())
KOREAN = replace(HEADER, id="520-korean", name="한국어 교사", summary="한국어를 가르칩니다.", tags=())
Model = Callable[[str], Path]


@pytest.fixture
def side(qtbot: QtBot) -> Sidebar:
    made = Sidebar()
    qtbot.addWidget(made)
    made.resize(280, 700)
    made.show_personas((READER, HEADER, BAKER, KOREAN))
    return made


def personas(side: Sidebar) -> list[str]:
    return [row.title for row in side.personas.rows.rows]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("READER", ["Reader"]),
        ("engineer llm", ["LLM engineer"]),
        ("gpu", ["LLM engineer"]),
        ("001", ["Reader"]),
        ("GRÖSSEN", ["Bäcker"]),
        ("weiss", ["Bäcker"]),
        ("한국어", ["한국어 교사"]),
        ("reader gpu", []),
        ("   ", ["Reader", "LLM engineer", "Bäcker", "한국어 교사"]),
    ],
)
def test_personas_are_found_by_name_number_summary_and_tag(side: Sidebar, words: str, found: list[str]) -> None:
    side.search.setText(words)
    assert personas(side) == found


def test_a_search_counts_what_it_found(side: Sidebar) -> None:
    assert "4" in texts(side)
    side.search.setText("reader")
    assert "1 of 4" in texts(side)


def test_only_a_persona_with_a_number_shows_one(side: Sidebar) -> None:
    assert [row.note for row in side.personas.rows.rows] == ["001", "410", "", "520"]


@pytest.mark.parametrize(
    ("passages", "words"), [(0, "Reads your folders only"), (12_345, "12,345 passages of its own")]
)
def test_a_persona_tells_what_it_knows_by_itself(side: Sidebar, passages: int, words: str) -> None:
    side.show_size("410-llm-engineer", passages)
    assert side.personas.rows.rows[1].extra == words


def test_the_one_who_answers_stays_marked_through_a_search(side: Sidebar) -> None:
    side.mark_persona(HEADER)
    side.search.setText("engineer")
    side.search.clear()
    assert side.personas.currentIndex().row() == 1


def test_chats_are_searched_only_after_the_last_key(side: Sidebar, qtbot: QtBot) -> None:
    searched: list[str] = []
    side.searched.connect(searched.append)
    write(side.search, "tea")
    qtbot.waitUntil(lambda: bool(searched))
    assert searched == ["tea"]


@pytest.mark.parametrize(
    ("folders", "words"),
    [
        (FolderSnapshot(), "none yet"),
        (snapshot([Folder(1, Path("/n"), None)], [file_row("/n/a")]), "1 file"),
        (
            snapshot([Folder(1, Path("/n"), None)], [file_row("/n/a"), file_row("/n/b", "failed")]),
            "2 files · 1 failed",
        ),
    ],
)
def test_the_folders_are_summed_up(side: Sidebar, folders: FolderSnapshot, words: str) -> None:
    side.show_folders(folders)
    assert words in texts(side)


def test_the_persona_list_leaves_room_for_the_chats(side: Sidebar) -> None:
    side.show_personas(tuple(replace(HEADER, id=f"{n}-x", name=f"Persona {n}") for n in range(200)))
    side.show()
    assert side.personas.height() < 0.45 * side.height()
    assert side.chats.height() > 0.2 * side.height()


def test_a_larger_zoom_shares_the_height_anew(side: Sidebar, appearance: Appearance, qtbot: QtBot) -> None:
    side.show_personas((READER,))
    side.show()
    before = side.personas.height()
    appearance.zoom_by(3)
    qtbot.waitUntil(lambda: side.personas.height() > before)


@pytest.fixture
def welcome(qtbot: QtBot) -> Welcome:
    made = Welcome()
    qtbot.addWidget(made)
    made.resize(700, 500)
    return made


def test_a_persona_greets_with_its_name_and_what_it_is_for(welcome: Welcome) -> None:
    welcome.introduce(HEADER)
    assert texts(welcome) == ["LLM engineer", "Explains models."]


@pytest.mark.parametrize(("passages", "shown"), [(0, False), (1234, True)])
def test_a_persona_says_what_it_brings_along(welcome: Welcome, passages: int, shown: bool) -> None:
    welcome.introduce(HEADER)
    welcome.show_knowledge(passages)
    assert ("Comes with 1,234 passages of its own knowledge" in texts(welcome)) is shown


def test_a_persona_says_how_far_its_knowledge_is_ready(welcome: Welcome) -> None:
    welcome.show_preparing(SyncProgress(done_files=3, total_files=9))
    assert "Preparing its own knowledge. Read 3 of 9 files" in texts(welcome)


def test_another_persona_takes_the_questions_of_the_last_away(welcome: Welcome) -> None:
    welcome.show_persona(PERSONA)
    welcome.introduce(READER)
    assert [card for card in welcome.findChildren(StarterCard) if not card.isHidden()] == []


def test_a_persona_offers_four_questions_at_most(welcome: Welcome) -> None:
    welcome.show_persona(replace(PERSONA, starters=tuple("abcdef")))
    assert len(welcome.findChildren(StarterCard)) == 4


def test_a_persona_says_which_files_it_reads(welcome: Welcome) -> None:
    welcome.show_persona(replace(PERSONA, where="level <= 2"))
    assert "Reads only files with level <= 2" in " ".join(texts(welcome))
    welcome.show_persona(PERSONA)
    assert welcome.filter.isHidden()


def test_a_question_to_begin_with_is_asked_with_a_click(welcome: Welcome, qtbot: QtBot) -> None:
    welcome.show_persona(replace(PERSONA, starters=("Warum <b>so</b>?", "Why?")))
    welcome.show()
    first = welcome.findChildren(StarterCard)[0]
    qtbot.waitUntil(first.isVisible)
    with qtbot.waitSignal(welcome.starter_chosen) as chosen:
        click(first)
    assert chosen.args == ["Warum <b>so</b>?"]


def test_a_folder_is_asked_for_once_and_until_there_is_one(welcome: Welcome, qtbot: QtBot) -> None:
    welcome.invite_folder(True)
    welcome.invite_folder(True)
    with qtbot.waitSignal(welcome.folder_wanted):
        button(welcome, "Add folder…").click()
    welcome.invite_folder(False)
    qtbot.waitUntil(lambda: "Ask about your own files" not in texts(welcome))

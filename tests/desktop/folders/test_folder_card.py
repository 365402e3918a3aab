"""The card of a watched folder, and the page that lists them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from desktop.background import Background
from desktop.folders.embedder_offer import EmbedderChange
from desktop.folders.folder_card import EVERYTHING, FolderCard
from desktop.folders.folders_page import FoldersPage
from desktop.folders.watched_folders import MISSING, FolderSnapshot, WatchedFolders
from desktop.models.download_list import ModelDownloads
from desktop.window.workbench import Workbench
from knowledge.ledger.rows import Folder
from tests.desktop.driver import button, shown_tooltip, texts, write
from tests.desktop.values import file_row, snapshot

FOLDER = Folder(1, Path("/data/notes"), None)
SHELF = snapshot(
    [FOLDER],
    [
        file_row("/data/notes/a.md", chunks=1200),
        file_row("/data/notes/b.md", "failed", chunks=0, reason="It needs a password."),
        file_row("/data/notes/c.md", "skipped", chunks=0),
        file_row("/data/other/d.md", chunks=7, folder_id=2),
    ],
)


def shown(qtbot: QtBot, folder: Folder = FOLDER, shelf: FolderSnapshot = SHELF) -> FolderCard:
    made = FolderCard(folder, shelf)
    qtbot.addWidget(made)
    made.resize(600, 60)
    return made


def line(card: FolderCard, words: str) -> QAction:
    (found,) = (action for action in card.menu().actions() if action.text() == words)
    return found


def test_a_folder_counts_its_own_files_and_what_is_wrong_with_them(qtbot: QtBot) -> None:
    assert shown(qtbot).state.text() == "3 files  ·  1,200 passages  ·  1 skipped  ·  1 failed"


def test_a_folder_with_one_file_of_one_passage_says_so(qtbot: QtBot) -> None:
    card = shown(qtbot, shelf=snapshot([FOLDER], [file_row("/data/notes/a.md")]))
    assert card.state.text() == "1 file  ·  1 passage"


def test_a_folder_at_home_is_shortened(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/anna")
    assert "~/notes" in texts(shown(qtbot, replace(FOLDER, path=Path("/home/anna/notes"))))


def test_home_itself_is_a_tilde(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/anna")
    assert "~" in texts(shown(qtbot, replace(FOLDER, path=Path("/home/anna"))))


def test_the_root_has_a_name(qtbot: QtBot) -> None:
    assert texts(shown(qtbot, replace(FOLDER, path=Path("/"))))[0] == "/"


def test_a_missing_folder_says_what_still_works(qtbot: QtBot) -> None:
    card = shown(qtbot, shelf=SHELF._replace(problems={FOLDER.path: MISSING}))
    assert card.state.text() == MISSING
    assert not line(card, EVERYTHING).isEnabled()


@pytest.mark.parametrize("name", ["<b>bold<br>", "a & b", "보고서"])
def test_a_folder_is_named_as_it_is(qtbot: QtBot, name: str) -> None:
    card = shown(qtbot, replace(FOLDER, path=Path("/data") / name))
    assert texts(card)[0] == name
    assert shown_tooltip(button(card, f"Stop watching {name}").toolTip()) == f"Stop watching {name}"


def test_a_cross_and_a_menu_stop_the_watching(qtbot: QtBot) -> None:
    card = shown(qtbot)
    with qtbot.waitSignals([card.removed, card.removed]):
        button(card, "Stop watching notes").click()
        line(card, "Stop watching").trigger()


def test_a_folder_can_be_opened_in_the_file_manager(qtbot: QtBot, opened_addresses: list[str]) -> None:
    card = shown(qtbot, replace(FOLDER, path=Path("/data/100% notes #1")))
    line(card, "Open folder").trigger()
    assert opened_addresses == ["file:///data/100%25%20notes%20%231"]


def test_everything_can_be_wanted_and_no_longer(qtbot: QtBot) -> None:
    card = shown(qtbot, replace(FOLDER, everything=True))
    assert card.state.text().endswith("includes hidden and sensitive files")
    everything = line(card, EVERYTHING)
    assert everything.isChecked()
    with qtbot.waitSignal(card.everything_toggled) as wanted:
        everything.trigger()
    assert wanted.args == [FOLDER.path, False]


def test_a_very_long_folder_name_leaves_the_buttons_in_reach(qtbot: QtBot) -> None:
    card = shown(qtbot, replace(FOLDER, path=Path("/data") / ("a-long-name" * 20)))
    assert card.minimumSizeHint().width() < 300


@pytest.fixture
def page(background: Background, qtbot: QtBot) -> FoldersPage:
    made = FoldersPage(WatchedFolders(background), EmbedderChange(background, ModelDownloads(background)))
    qtbot.addWidget(made)
    made.show_folders(SHELF)
    return made


def test_without_folders_the_page_says_how_to_begin(page: FoldersPage) -> None:
    page.show_folders(FolderSnapshot())
    assert "No folders yet. Add one, or drop it onto this window." in texts(page)
    assert page.table.isHidden()


def test_the_states_are_counted(page: FoldersPage) -> None:
    words = [each.text() for each in page.states.values()]
    assert words == ["All 4", "Indexed 2", "Waiting 0", "Skipped 1", "Failed 1"]


def test_a_state_narrows_the_table_and_all_widens_it(page: FoldersPage) -> None:
    page.states["failed"].click()
    assert page.table.files.rowCount() == 1
    page.states[""].click()
    assert page.table.files.rowCount() == 4


def test_typing_narrows_within_the_state(page: FoldersPage) -> None:
    page.states["indexed"].click()
    write(page.search, "other")
    assert page.table.files.rowCount() == 1
    write(page.search, " nothing")
    assert page.table.files.rowCount() == 0


def test_a_page_shows_the_folders_of_now_only(page: FoldersPage) -> None:
    page.show_folders(snapshot([replace(FOLDER, path=Path("/data/new"))]))
    shown_cards = [card for card in page.findChildren(FolderCard) if not card.isHidden()]
    assert [texts(card)[0] for card in shown_cards] == ["new"]


def test_back_returns_to_the_chat(workbench: Workbench) -> None:
    button(workbench.pages.show_folders(), "Back to the chat").click()
    assert workbench.pages.currentWidget() is workbench.chat

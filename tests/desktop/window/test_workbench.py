"""The window as a whole: what is chosen in one place shows in the others."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QPalette
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from desktop.app import Desk
from desktop.widgets.theme import DARK
from desktop.window.workbench import Workbench


def drop(bench: Workbench, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    none = Qt.KeyboardModifier.NoModifier
    bench.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, none))


def test_a_first_start_offers_personas_and_a_folder(bench: Workbench, qtbot: QtBot) -> None:
    assert [row.key for row in bench.sidebar.personas.rows.rows][:1] == ["001-reader"]
    qtbot.waitUntil(lambda: bench.chat.view.welcome._folder_card is not None)


def test_choosing_a_persona_greets_with_its_starters(bench: Workbench, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bench.personas.loaded):
        bench.sidebar.personas.chosen.emit("410-llm-engineer")
    assert bench.chat.view.welcome._title.text() == "LLM engineer"
    assert bench.chat.view.welcome._starters.count() == 4
    assert bench.chat.composer.box.placeholderText() == "Ask LLM engineer…"


def test_search_narrows_personas_by_number_and_words(bench: Workbench, qtbot: QtBot) -> None:
    bench.sidebar.search.setText("410")
    assert [row.key for row in bench.sidebar.personas.rows.rows] == ["410-llm-engineer"]
    bench.sidebar.search.setText("no such thing")
    assert bench.sidebar.personas.rows.rows == ()


def test_a_dropped_folder_is_watched_and_indexed(bench: Workbench, qtbot: QtBot, notes: Path) -> None:
    drop(bench, notes)
    qtbot.waitUntil(lambda: {row.status for row in bench.folders.shelf.files} == {"indexed"})
    table = bench.pages.show_folders().table
    qtbot.waitUntil(lambda: table.filter.rowCount() == 2)
    assert bench.chat.view.welcome._folder_card is None


@pytest.mark.timeout(40)
def test_a_dropped_file_is_searchable_and_says_when(
    bench: Workbench, qtbot: QtBot, notes: Path, model: Callable[[str], Path]
) -> None:
    with qtbot.waitSignal(bench.intake.arrived, timeout=20_000) as arrived:
        drop(bench, notes / "tea.md")
    assert arrived.args[0].words.startswith("tea.md is searchable, ")
    assert [row.path.parent.name for row in bench.folders.shelf.files] == ["Dropped files"]
    with qtbot.waitSignal(bench.session.answered, timeout=20_000):
        bench.chat.ask("At how many degrees is green tea brewed?")
    assert "80 degrees" in bench.session.turns[-1].answer


@pytest.mark.timeout(40)
def test_a_dropped_file_can_be_taken_back(bench: Workbench, qtbot: QtBot, notes: Path) -> None:
    with qtbot.waitSignal(bench.intake.arrived, timeout=20_000):
        drop(bench, notes / "tea.md")
    assert bench.offers.toast is not None
    bench.offers.toast._button.click()
    qtbot.waitUntil(lambda: bench.folders.shelf.files == (), timeout=20_000)
    assert (notes / "tea.md").exists()


@pytest.mark.timeout(40)
def test_a_dropped_file_of_a_watched_folder_is_not_copied(bench: Workbench, qtbot: QtBot, notes: Path) -> None:
    with qtbot.waitSignal(bench.intake.arrived, timeout=20_000):
        drop(bench, notes)
    with qtbot.waitSignal(bench.intake.arrived, timeout=20_000) as again:
        drop(bench, notes / "tea.md")
    assert [row.path for row in again.args[0].rows] == [notes / "tea.md"]
    assert [folder.path for folder in bench.folders.shelf.folders] == [notes]


@pytest.mark.timeout(40)
def test_a_dropped_file_that_cannot_be_read_says_why(bench: Workbench, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "broken.pdf").write_text("not a pdf")
    with qtbot.waitSignal(bench.intake.arrived, timeout=20_000) as arrived:
        drop(bench, tmp_path / "broken.pdf")
    assert arrived.args[0].words.startswith("broken.pdf cannot be searched: ")


def test_a_broken_file_is_a_row_with_a_reason(bench: Workbench, qtbot: QtBot, notes: Path) -> None:
    (notes / "broken.pdf").write_text("not a pdf")
    drop(bench, notes)
    qtbot.waitUntil(lambda: any(row.status == "failed" for row in bench.folders.shelf.files), timeout=8000)
    page = bench.pages.show_folders()
    page.states["failed"].click()
    assert page.table.filter.rowCount() == 1
    assert page.table.filter.index(0, 4).data()


def test_a_removed_folder_can_be_taken_back(bench: Workbench, qtbot: QtBot, notes: Path) -> None:
    with qtbot.waitSignal(bench.intake.arrived, timeout=20_000):  # it has an offer of its own
        drop(bench, notes)
    bench.pages.show_folders()._remove(notes)
    qtbot.waitUntil(lambda: bench.folders.shelf.folders == ())
    assert bench.offers.toast is not None
    bench.offers.toast._button.click()
    qtbot.waitUntil(lambda: len(bench.folders.shelf.folders) == 1)


def test_conversations_are_listed_deleted_and_brought_back(
    bench: Workbench, qtbot: QtBot, model: Callable[[str], Path]
) -> None:
    bench.models.choose(model("An answer."))
    qtbot.waitUntil(lambda: bool(bench.models.state.engine))
    with qtbot.waitSignal(bench.session.answered):
        bench.chat.ask("What is a carrel?")
    qtbot.waitUntil(lambda: len(bench.sidebar.chats.rows.rows) == 1)
    bench.sidebar.delete(bench.sidebar.chats.rows.rows[0].key)
    qtbot.waitUntil(lambda: bench.sidebar.chats.rows.rows == ())
    assert bench.offers.toast is not None
    bench.offers.toast._button.click()
    qtbot.waitUntil(lambda: len(bench.sidebar.chats.rows.rows) == 1)


def test_a_kept_conversation_opens_again(bench: Workbench, qtbot: QtBot, model: Callable[[str], Path]) -> None:
    bench.models.choose(model("An answer."))
    qtbot.waitUntil(lambda: bool(bench.models.state.engine))
    with qtbot.waitSignal(bench.session.answered):
        bench.chat.ask("What is a carrel?")
    kept = bench.session.conversation_id
    bench.start_new()
    assert bench.session.turns == ()
    bench.sidebar.conversation_chosen.emit(kept)
    qtbot.waitUntil(lambda: len(bench.session.turns) == 1)
    assert bench.chat.view.answers[-1].body.markdown.strip() == "An answer."


def test_an_unreadable_model_is_a_notice_and_quotes_stay(bench: Workbench, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(bench.models.failed):
        bench.models.choose(tmp_path / "missing.gguf")
    qtbot.waitUntil(lambda: not bench.models.state.loading)
    assert bench.model_menu.text() == "Quotes, no model"
    assert bench.chat.notices.notices()


def test_choosing_no_model_goes_back_to_quotes(bench: Workbench, qtbot: QtBot, model: Callable[[str], Path]) -> None:
    bench.models.choose(model("An answer."))
    qtbot.waitUntil(lambda: bool(bench.models.state.engine))
    assert bench.model_menu.text() == "scripted · scripted"
    bench.models.choose(None)
    qtbot.waitUntil(lambda: not bench.models.state.loading)
    assert bench.model_menu.text() == "Quotes, no model"


def test_the_performance_panel_shows_a_turns_figures(
    bench: Workbench, qtbot: QtBot, model: Callable[[str], Path]
) -> None:
    bench.models.choose(model("A longer answer of ten words or so, as it goes."))
    qtbot.waitUntil(lambda: bool(bench.models.state.engine))
    bench.panel.show_performance()
    with qtbot.waitSignal(bench.session.answered):
        bench.chat.ask("Fast?")
    panel = bench.panel.open().performance
    qtbot.waitUntil(
        lambda: re.search(r"Reading: [\d,.]+ tokens/s", panel.figures["Reading"].accessibleName()) is not None
    )
    assert "Reused: 0" in panel.tokens.accessibleDescription()
    with qtbot.waitSignal(bench.session.answered):
        bench.chat.ask("Fast?")
    qtbot.waitUntil(lambda: re.search(r"Reused: [1-9]", panel.tokens.accessibleDescription()) is not None)
    qtbot.waitUntil(lambda: "Model weights: 400 MB" in panel.owners.accessibleDescription())


def test_dark_mode_reaches_everything(desk: Desk, bench: Workbench, qtbot: QtBot) -> None:
    bench.panel.open()
    desk.look.choose_scheme("dark")
    role = QPalette.ColorRole
    qtbot.waitUntil(lambda: bench.sidebar.search.palette().color(role.Text).name() == DARK.text)
    assert bench.chat.palette().color(role.Window).name() == DARK.window


def test_every_button_has_a_name(bench: Workbench) -> None:
    bench.panel.open()
    bench.pages.show_folders()
    bench.pages.show_connections()
    bench.pages.show_models()
    ours = [each for each in bench.findChildren(QAbstractButton) if type(each).__module__.startswith("desktop")]
    assert len(ours) > 10
    assert [each for each in ours if not each.accessibleName()] == []


def test_the_size_of_a_personas_knowledge_is_shown(bench: Workbench, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: "001-reader" in bench.sidebar.sizes)
    assert bench.sidebar.personas.rows.rows[0].extra == "Reads your folders only"


def test_a_title_by_a_model_shows_in_the_list_and_above_the_chat(
    bench: Workbench, qtbot: QtBot, model: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.conversations.titles.IDLE_SECONDS", 0.2)
    bench.models.choose(model("A quiet carrel"))
    qtbot.waitUntil(lambda: bool(bench.models.state.engine))
    with qtbot.waitSignal(bench.session.answered):
        bench.chat.ask("What is a carrel?")
    assert bench._bar.title == "What is a carrel?"
    qtbot.waitUntil(lambda: [row.title for row in bench.sidebar.chats.rows.rows] == ["A quiet carrel"])
    assert bench._bar.title == "A quiet carrel"


def test_a_title_that_a_person_gives_shows_above_the_chat(
    bench: Workbench, qtbot: QtBot, model: Callable[[str], Path]
) -> None:
    bench.models.choose(model("An answer."))
    qtbot.waitUntil(lambda: bool(bench.models.state.engine))
    with qtbot.waitSignal(bench.session.answered):
        bench.chat.ask("What is a carrel?")
    assert bench.session.conversation_id is not None
    bench.history.rename(bench.session.conversation_id, "Library desks")
    qtbot.waitUntil(lambda: bench._bar.title == "Library desks")


def test_in_a_narrow_window_the_columns_give_way_to_one_another(desk: Desk, bench: Workbench, qtbot: QtBot) -> None:
    panel = bench.panel.open()
    assert not panel.isHidden() and not bench.sidebar.isHidden()
    desk.window.resize(740, 620)
    qtbot.waitUntil(panel.isHidden)
    bench.panel.open()
    assert bench.sidebar.isHidden() and not panel.isHidden()
    bench._toggle_sidebar()
    assert panel.isHidden() and not bench.sidebar.isHidden()

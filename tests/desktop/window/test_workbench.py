"""The window as a whole: what is chosen in one place shows in the others."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QPalette
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from desktop.app import DesktopApp
from desktop.widgets.theme import DARK
from desktop.window.workbench import Workbench
from tests.desktop.talk import key_of, listed


def drop(workbench: Workbench, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    none = Qt.KeyboardModifier.NoModifier
    workbench.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, none))


def test_a_first_start_offers_personas_and_a_folder(workbench: Workbench, qtbot: QtBot) -> None:
    assert [row.key for row in workbench.sidebar.personas.rows.rows][:1] == ["001-reader"]
    qtbot.waitUntil(lambda: workbench.chat.view.welcome._folder_card is not None)


def test_choosing_a_persona_greets_with_its_starters(workbench: Workbench, qtbot: QtBot) -> None:
    with qtbot.waitSignal(workbench.personas.loaded):
        workbench.sidebar.personas.chosen.emit("410-llm-engineer")
    assert workbench.chat.view.welcome._title.text() == "LLM engineer"
    assert len(workbench.chat.view.welcome.starters.questions) == 4
    assert workbench.chat.composer.box.placeholderText() == "Ask LLM engineer…"


def test_search_narrows_personas_by_number_and_words(workbench: Workbench, qtbot: QtBot) -> None:
    workbench.sidebar.search.setText("410")
    assert [row.key for row in workbench.sidebar.personas.rows.rows] == ["410-llm-engineer"]
    workbench.sidebar.search.setText("no such thing")
    assert workbench.sidebar.personas.rows.rows == ()


def test_a_dropped_folder_is_watched_and_indexed(workbench: Workbench, qtbot: QtBot, notes: Path) -> None:
    drop(workbench, notes)
    qtbot.waitUntil(lambda: {row.state for row in workbench.folders.snapshot.files} == {"indexed"})
    table = workbench.pages.show_folders().table
    qtbot.waitUntil(lambda: table.files.rowCount() == 2)
    assert workbench.chat.view.welcome._folder_card is None


@pytest.mark.timeout(40)
def test_a_dropped_file_is_searchable_and_says_when(
    workbench: Workbench, qtbot: QtBot, notes: Path, model: Callable[[str], Path]
) -> None:
    with qtbot.waitSignal(workbench.drops.imported, timeout=20_000) as arrived:
        drop(workbench, notes / "tea.md")
    assert arrived.args[0].summary.startswith("tea.md is ready to search (")
    assert [row.path.parent.name for row in workbench.folders.snapshot.files] == ["Dropped files"]
    with qtbot.waitSignal(workbench.session.answered, timeout=20_000):
        workbench.chat.ask("At how many degrees is green tea brewed?")
    assert "80 degrees" in workbench.session.turns[-1].answer


@pytest.mark.timeout(40)
def test_a_dropped_file_can_be_taken_back(workbench: Workbench, qtbot: QtBot, notes: Path) -> None:
    with qtbot.waitSignal(workbench.drops.imported, timeout=20_000):
        drop(workbench, notes / "tea.md")
    assert workbench.toast.isVisible()
    workbench.toast._button.click()
    qtbot.waitUntil(lambda: workbench.folders.snapshot.files == (), timeout=20_000)
    assert (notes / "tea.md").exists()


@pytest.mark.timeout(40)
def test_a_dropped_file_of_a_watched_folder_is_not_copied(workbench: Workbench, qtbot: QtBot, notes: Path) -> None:
    with qtbot.waitSignal(workbench.drops.imported, timeout=20_000):
        drop(workbench, notes)
    with qtbot.waitSignal(workbench.drops.imported, timeout=20_000) as again:
        drop(workbench, notes / "tea.md")
    assert [row.path for row in again.args[0].rows] == [notes / "tea.md"]
    assert [folder.path for folder in workbench.folders.snapshot.folders] == [notes]


@pytest.mark.timeout(40)
def test_a_dropped_file_that_cannot_be_read_says_why(workbench: Workbench, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "broken.pdf").write_text("not a pdf")
    with qtbot.waitSignal(workbench.drops.imported, timeout=20_000) as arrived:
        drop(workbench, tmp_path / "broken.pdf")
    assert arrived.args[0].summary.startswith("broken.pdf can't be searched: ")


def test_a_broken_file_is_a_row_with_a_reason(workbench: Workbench, qtbot: QtBot, notes: Path) -> None:
    (notes / "broken.pdf").write_text("not a pdf")
    drop(workbench, notes)
    qtbot.waitUntil(lambda: any(row.state == "failed" for row in workbench.folders.snapshot.files), timeout=8000)
    page = workbench.pages.show_folders()
    page.states["failed"].click()
    assert page.table.files.rowCount() == 1
    assert page.table.files.index(0, 4).data()


def test_a_removed_folder_can_be_taken_back(workbench: Workbench, qtbot: QtBot, notes: Path) -> None:
    with qtbot.waitSignal(workbench.drops.imported, timeout=20_000):  # it has an offer of its own
        drop(workbench, notes)
    workbench.pages.show_folders()._remove(notes)
    qtbot.waitUntil(lambda: workbench.folders.snapshot.folders == ())
    assert workbench.toast.isVisible()
    workbench.toast._button.click()
    qtbot.waitUntil(lambda: len(workbench.folders.snapshot.folders) == 1)


def test_conversations_are_listed_deleted_and_brought_back(
    workbench: Workbench, qtbot: QtBot, model: Callable[[str], Path]
) -> None:
    workbench.models.choose(model("An answer."))
    qtbot.waitUntil(lambda: bool(workbench.models.state.engine))
    with qtbot.waitSignal(workbench.session.answered):
        workbench.chat.ask("What is a carrel?")
    qtbot.waitUntil(lambda: len(listed(workbench)) == 1)
    workbench.sidebar.chats.delete(key_of(workbench, "What is a carrel?"))
    qtbot.waitUntil(lambda: listed(workbench) == [])
    assert workbench.toast.isVisible()
    workbench.toast._button.click()
    qtbot.waitUntil(lambda: len(listed(workbench)) == 1)


def test_a_kept_conversation_opens_again(workbench: Workbench, qtbot: QtBot, model: Callable[[str], Path]) -> None:
    workbench.models.choose(model("An answer."))
    qtbot.waitUntil(lambda: bool(workbench.models.state.engine))
    with qtbot.waitSignal(workbench.session.answered):
        workbench.chat.ask("What is a carrel?")
    kept = workbench.session.conversation_id
    workbench.start_new()
    assert workbench.session.turns == ()
    workbench.open_chat(str(kept), "")
    qtbot.waitUntil(lambda: len(workbench.session.turns) == 1)
    assert workbench.chat.view.answers[-1].body.markdown.strip() == "An answer."


def test_an_unreadable_model_is_a_notice_and_quotes_stay(workbench: Workbench, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(workbench.models.failed):
        workbench.models.choose(tmp_path / "missing.gguf")
    qtbot.waitUntil(lambda: not workbench.models.state.loading)
    assert workbench.model_menu.text() == "Quotes only"
    assert workbench.chat.notices.notices()


def test_choosing_no_model_goes_back_to_quotes(
    workbench: Workbench, qtbot: QtBot, model: Callable[[str], Path]
) -> None:
    workbench.models.choose(model("An answer."))
    qtbot.waitUntil(lambda: bool(workbench.models.state.engine))
    assert workbench.model_menu.text() == "scripted · scripted"
    workbench.models.choose(None)
    qtbot.waitUntil(lambda: not workbench.models.state.loading)
    assert workbench.model_menu.text() == "Quotes only"


def test_the_performance_panel_shows_a_turns_figures(
    workbench: Workbench, qtbot: QtBot, model: Callable[[str], Path]
) -> None:
    workbench.models.choose(model("A longer answer of ten words or so, as it goes."))
    qtbot.waitUntil(lambda: bool(workbench.models.state.engine))
    workbench.panel.show_performance()
    with qtbot.waitSignal(workbench.session.answered):
        workbench.chat.ask("Fast?")
    panel = workbench.panel.open().performance
    qtbot.waitUntil(
        lambda: re.search(r"Prompt: [\d,.]+ tokens/s", panel.figures["Prompt"].accessibleName()) is not None
    )
    assert "Cached: 0" in panel.tokens.accessibleDescription()
    with qtbot.waitSignal(workbench.session.answered):
        workbench.chat.ask("Fast?")
    qtbot.waitUntil(lambda: re.search(r"Cached: [1-9]", panel.tokens.accessibleDescription()) is not None)
    qtbot.waitUntil(lambda: "Model weights: 400 MB" in panel.memory.owners.accessibleDescription())


def test_dark_mode_reaches_everything(app: DesktopApp, workbench: Workbench, qtbot: QtBot) -> None:
    workbench.panel.open()
    app.appearance.choose_scheme("dark")
    role = QPalette.ColorRole
    qtbot.waitUntil(lambda: workbench.sidebar.search.palette().color(role.Text).name() == DARK.text)
    assert workbench.chat.palette().color(role.Window).name() == DARK.window


def test_every_button_has_a_name(workbench: Workbench) -> None:
    workbench.panel.open()
    workbench.pages.show_folders()
    workbench.pages.show_connections()
    workbench.pages.show_models()
    ours = [each for each in workbench.findChildren(QAbstractButton) if type(each).__module__.startswith("desktop")]
    assert len(ours) > 10
    assert [each for each in ours if not each.accessibleName()] == []


def test_the_size_of_a_personas_knowledge_is_shown(workbench: Workbench, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: "001-reader" in workbench.sidebar.sizes)
    assert workbench.sidebar.personas.rows.rows[0].extra == "Reads your folders only"


def test_a_title_by_a_model_shows_in_the_list_and_above_the_chat(
    workbench: Workbench, qtbot: QtBot, model: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.conversations.titles.IDLE_SECONDS", 0.2)
    workbench.models.choose(model("A quiet carrel"))
    qtbot.waitUntil(lambda: bool(workbench.models.state.engine))
    with qtbot.waitSignal(workbench.session.answered):
        workbench.chat.ask("What is a carrel?")
    assert workbench._bar.title == "What is a carrel?"
    qtbot.waitUntil(lambda: listed(workbench) == ["A quiet carrel"])
    assert workbench._bar.title == "A quiet carrel"


def test_a_title_that_a_person_gives_shows_above_the_chat(
    workbench: Workbench, qtbot: QtBot, model: Callable[[str], Path]
) -> None:
    workbench.models.choose(model("An answer."))
    qtbot.waitUntil(lambda: bool(workbench.models.state.engine))
    with qtbot.waitSignal(workbench.session.answered):
        workbench.chat.ask("What is a carrel?")
    assert workbench.session.conversation_id is not None
    workbench.history.rename(workbench.session.conversation_id, "Library desks")
    qtbot.waitUntil(lambda: workbench._bar.title == "Library desks")


def test_in_a_narrow_window_the_columns_give_way_to_one_another(
    app: DesktopApp, workbench: Workbench, qtbot: QtBot
) -> None:
    panel = workbench.panel.open()
    assert not panel.isHidden() and not workbench.sidebar.isHidden()
    app.window.resize(740, 620)
    qtbot.waitUntil(panel.isHidden)
    workbench.panel.open()
    assert workbench.sidebar.isHidden() and not panel.isHidden()
    workbench.toggle_sidebar()
    assert panel.isHidden() and not workbench.sidebar.isHidden()

"""The editor: what it writes, what it refuses, and what it shows of the empty chat."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from assistant.home import Home
from desktop.personas.editor_fields import ChoiceField, FilterField, SwitchField
from desktop.personas.editor_page import EditorPage
from desktop.personas.gallery_page import GalleryPage
from desktop.window.workbench import Workbench
from personas.catalogue import Catalogue
from tests.desktop.driver import click, press, settle, texts
from tests.desktop.personas.conftest import GARDENER, enter
from tests.desktop.talk import use_model, watch

pytestmark = [pytest.mark.timeout(30), pytest.mark.qt_log_ignore("This plugin does not support")]
Edit = Callable[[str], EditorPage]
CTRL = Qt.KeyboardModifier.ControlModifier


def test_a_new_persona_is_written_and_listed_without_a_restart(
    edit: Edit, gallery: GalleryPage, workbench: Workbench, qtbot: QtBot, home: Home
) -> None:
    page = edit("")
    enter(page, "name", "Sea captain")
    enter(page, "summary", "Knows ships.")
    enter(page, "tags", "sea, ships")
    enter(page, "prompt", "You sail.")
    enter(page, "starters", "What is a knot?\nWhat is a berth?")
    enter(page, "passages", "4")
    enter(page, "temperature", "0.5")
    enter(page, "refuse", "dosage, 剂量")
    page.add_knowledge(str(_page(home)))
    click(page.save)
    qtbot.waitUntil(lambda: gallery.list.marked == "501-sea-captain", timeout=9000)
    assert workbench.pages.currentWidget() is gallery
    persona = Catalogue([home.personas]).load("501")
    assert (persona.name, persona.summary, persona.tags) == ("Sea captain", "Knows ships.", ("sea", "ships"))
    assert persona.starters == ("What is a knot?", "What is a berth?")
    assert (persona.passages, persona.temperature, persona.refuse) == (4, 0.5, ("dosage", "剂量"))
    assert (persona.folder / "knowledge" / "knots.md").is_file()
    assert "501-sea-captain" in [row.key for row in workbench.sidebar.personas.rows.rows]


def test_a_change_leaves_what_was_written_by_hand(gardener: Path, edit: Edit, qtbot: QtBot) -> None:
    page = edit("501-gardener")
    assert not page.is_changed
    enter(page, "summary", "Knows all plants.")
    press(page, Qt.Key.Key_S, CTRL)
    file = gardener / "persona.md"
    qtbot.waitUntil(lambda: file.read_text("utf-8") == GARDENER.replace("Knows plants.", "Knows all plants."))


def test_the_preview_follows_what_is_typed(gardener: Path, edit: Edit, qtbot: QtBot) -> None:
    page = edit("501-gardener")
    enter(page, "name", "정원사")
    enter(page, "starters", "Was blüht?\n什么开花？")
    qtbot.waitUntil(lambda: {"정원사", "Knows plants.", "Was blüht?", "什么开花？"} <= set(texts(page.preview)))


@pytest.mark.parametrize(
    ("key", "text", "problem"),
    [
        ("name", " ", "Give it a name."),
        ("passages", "99", "It must be a whole number from 1 to 20."),
        ("temperature", "hot", "It must be a number from 0 to 2."),
        ("prompt", " ", "Write how it answers."),
        ("where", "difficulty =", "is not understood near"),
    ],
)
def test_a_wrong_value_is_named_beside_its_field_and_not_saved(
    gardener: Path, edit: Edit, qtbot: QtBot, key: str, text: str, problem: str
) -> None:
    page = edit("501-gardener")
    enter(page, key, text)
    qtbot.waitUntil(page.fields[key].problem.isVisible)
    assert problem in page.fields[key].problem.text()
    click(page.save)
    settle()
    assert page.isVisible()
    assert (gardener / "persona.md").read_text("utf-8") == GARDENER


def test_a_new_persona_shows_what_is_missing_only_when_it_is_to_be_saved(edit: Edit) -> None:
    page = edit("")
    page.check()
    assert not page.fields["name"].problem.isVisible()
    click(page.save)
    assert page.fields["name"].problem.isVisible()
    assert page.fields["summary"].problem.isVisible()
    assert page.fields["name"].control.hasFocus()


def test_choices_and_switches_are_written(gardener: Path, edit: Edit, qtbot: QtBot, home: Home) -> None:
    page = edit("501-gardener")
    for key, label in (("preset", "Exact"), ("thinking", "1,024 tokens"), ("look_again", "Off")):
        field = page.fields[key]
        assert isinstance(field, ChoiceField)
        menu = field.button.open_menu()
        next(action for action in menu.actions() if action.text() == label).trigger()
        menu.close()
        settle()
    files = page.fields["files"]
    assert isinstance(files, SwitchField)
    click(files.switch)
    click(page.save)
    catalogue = Catalogue([home.personas])
    qtbot.waitUntil(lambda: not catalogue.load("501").files)
    persona = catalogue.load("501")
    assert (persona.preset, persona.thinking, persona.look_again) == ("exact", "1024", "off")


@pytest.mark.timeout(40)
def test_the_filter_offers_the_keys_and_values_of_files(
    gardener: Path, edit: Edit, workbench: Workbench, qtbot: QtBot, notes: Path, home: Home
) -> None:
    (notes / "oak.md").write_text("---\nlevel: easy\nyear: 2024\ntags: [tree]\n---\n# Oak\n\nOaks grow.\n", "utf-8")
    watch(workbench, qtbot, notes)
    page = edit("501-gardener")
    field = page.fields["where"]
    assert isinstance(field, FilterField)
    qtbot.waitUntil(lambda: "level" in field.values, timeout=9000)
    menu = field.open_menu()
    for key, value in (("level", "easy"), ("year", "2024"), ("tags", "tree")):
        below = next(action.menu() for action in menu.actions() if action.text() == key)
        assert isinstance(below, QMenu)
        next(action for action in below.actions() if action.text() == value).trigger()
    menu.close()
    assert field.value == "level has 'easy' AND year = 2024 AND tags has 'tree'"
    click(page.save)
    qtbot.waitUntil(page.isHidden, timeout=9000)
    assert Catalogue([home.personas]).load("501").where == "level has 'easy' AND year = 2024 AND tags has 'tree'"


def test_saving_a_built_in_persona_keeps_an_own_version_and_deleting_returns_to_it(
    edit: Edit, gallery: GalleryPage, qtbot: QtBot, home: Home
) -> None:
    page = edit("410-llm-engineer")
    assert any("comes with Carrel" in text for text in texts(page))
    enter(page, "name", "My engineer")
    click(page.save)
    qtbot.waitUntil(lambda: gallery.list.marked == "410-llm-engineer" and gallery.isVisible(), timeout=9000)
    own = home.personas / "410-llm-engineer"
    assert any((own / "knowledge").iterdir())
    qtbot.waitUntil(gallery.delete.isVisible)
    assert gallery.delete.text() == "Return to the built-in one"
    click(gallery.delete)
    qtbot.waitUntil(lambda: not own.exists())
    qtbot.waitUntil(lambda: "LLM engineer" in [row.title for row in gallery.list.rows.rows])


def test_what_was_left_unsaved_is_there_again_and_can_be_discarded(
    gardener: Path, edit: Edit, gallery: GalleryPage, workbench: Workbench
) -> None:
    page = edit("501-gardener")
    enter(page, "summary", "Half a")
    press(page, Qt.Key.Key_Escape)
    assert workbench.pages.currentWidget() is gallery
    edit("410-llm-engineer")
    press(page, Qt.Key.Key_Escape)
    again = edit("501-gardener")
    assert again.fields["summary"].value == "Half a"
    click(again.discard)
    assert again.fields["summary"].value == "Knows plants."
    assert not again.is_changed


def test_save_and_try_opens_the_chat_of_the_new_persona(
    edit: Edit, workbench: Workbench, qtbot: QtBot, home: Home
) -> None:
    page = edit("")
    enter(page, "name", "Sea captain")
    enter(page, "summary", "Knows ships.")
    click(page.try_it)
    qtbot.waitUntil(lambda: workbench.pages.currentWidget() is workbench.chat, timeout=9000)
    assert workbench.personas.current is not None
    assert workbench.personas.current.id == "501-sea-captain"
    assert workbench.chat.composer.box.placeholderText() == "Ask Sea captain…"


def test_a_starter_of_the_preview_is_saved_and_asked(
    gardener: Path, edit: Edit, workbench: Workbench, qtbot: QtBot, tmp_path: Path, model: Callable[[str], Path]
) -> None:
    use_model(workbench, qtbot, model("A rope."))
    page = edit("501-gardener")
    enter(page, "starters", "What is a knot?")
    qtbot.waitUntil(lambda: "What is a knot?" in texts(page.preview))
    with qtbot.waitSignal(workbench.session.answered, timeout=9000):
        page.preview.starter_chosen.emit("What is a knot?")
    assert workbench.session.turns[-1].persona_id == "501-gardener"
    assert "What is a knot?" in (gardener / "persona.md").read_text("utf-8")


def test_the_chosen_persona_is_introduced_again_when_it_has_changed(
    gardener: Path, edit: Edit, workbench: Workbench, qtbot: QtBot
) -> None:
    workbench.choose_persona("501-gardener")
    workbench.pages.show_personas()
    page = edit("501-gardener")
    enter(page, "summary", "Knows all plants.")
    enter(page, "starters", "When do roses bloom?")
    click(page.save)
    expected = {"Knows all plants.", "When do roses bloom?"}
    qtbot.waitUntil(lambda: expected <= set(texts(workbench.chat.view.welcome)), timeout=9000)


def _page(home: Home) -> Path:
    file = home.path / "knots.md"
    file.write_text("# Knots\n\nA bowline holds.\n", "utf-8")
    return file

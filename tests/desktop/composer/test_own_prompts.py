"""Own prompts in the question box: found after a /, filled in, kept, changed, imported and exported."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from assistant.composing.prompts import OwnPrompt, PromptLibrary
from assistant.composing.reach import Reach
from assistant.home import Home
from desktop.composer.prompt_dialog import PromptDialog
from desktop.window.workbench import Workbench
from tests.desktop.driver import click, press, texts, write
from tests.desktop.talk import ask, watch

pytestmark = [pytest.mark.timeout(30), pytest.mark.qt_log_ignore("This plugin does not support")]


@pytest.fixture
def library(home: Home) -> PromptLibrary:
    library = PromptLibrary(home.prompts)
    library.save(OwnPrompt("Summarise", "Summarise {{file}} in {{number}} sentences."))
    library.save(OwnPrompt("Translate", "Translate: {{selection}}"))
    return library


def rows(workbench: Workbench) -> list[str]:
    shown = workbench.controls.completion.list
    return [row.title for row in shown.list.rows.rows] if shown.isVisible() else []


def filled(dialog: PromptDialog) -> list[str]:
    return [row.title for row in dialog.list.rows.rows]


def test_a_slash_finds_a_prompt_and_enter_inserts_it(
    workbench: Workbench, qtbot: QtBot, library: PromptLibrary
) -> None:
    box = workbench.chat.composer.box
    workbench.controls.reach.choose(Reach(files=(Path("/n/tea.md"),)))
    write(box, "/")
    qtbot.waitUntil(lambda: rows(workbench) == ["Summarise", "Translate", "Edit prompts…"])
    write(box, "summ")
    assert rows(workbench) == ["Summarise", "Edit prompts…"]
    press(box, Qt.Key.Key_Return)
    assert box.toPlainText() == "Summarise tea.md in {{number}} sentences."
    write(box, "three")  # over the placeholder that is left
    assert box.toPlainText() == "Summarise tea.md in three sentences."


def test_selected_words_go_into_the_prompt(
    workbench: Workbench, qtbot: QtBot, library: PromptLibrary, notes: Path
) -> None:
    watch(workbench, qtbot, notes)
    ask(workbench, qtbot, "How is green tea brewed?")
    answer = workbench.chat.view.answers[-1].body.texts()[0]
    answer.selectAll()
    box = workbench.chat.composer.box
    write(box, "/trans")
    qtbot.waitUntil(lambda: rows(workbench) == ["Translate", "Edit prompts…"])
    press(box, Qt.Key.Key_Return)
    assert box.toPlainText().startswith("Translate: Green tea is brewed at 80 degrees")


def test_a_slash_within_a_question_is_a_slash(workbench: Workbench, library: PromptLibrary) -> None:
    write(workbench.chat.composer.box, "and/or")
    assert rows(workbench) == []


def test_prompts_are_added_changed_and_deleted(workbench: Workbench, qtbot: QtBot, library: PromptLibrary) -> None:
    write(workbench.chat.composer.box, "In one line: ")
    dialog = workbench.controls.prompts.open_dialog(workbench.chat.composer.text)
    qtbot.waitUntil(lambda: filled(dialog) == ["Summarise", "Translate"])
    assert dialog.body.toPlainText() == "In one line:"
    write(dialog.name, "Short")
    click(dialog.save_button)
    qtbot.waitUntil(lambda: filled(dialog) == ["Summarise", "Translate", "Short"])
    dialog.list.chosen.emit("Summarise")
    dialog.name.setText("Sum up")
    click(dialog.save_button)
    qtbot.waitUntil(lambda: filled(dialog) == ["Sum up", "Translate", "Short"])
    dialog.list.chosen.emit("Translate")
    click(dialog.delete_button)
    qtbot.waitUntil(lambda: filled(dialog) == ["Sum up", "Short"])
    dialog.close()
    assert [one.name for one in library.all()] == ["Sum up", "Short"]


def test_a_prompt_without_a_name_is_not_saved(workbench: Workbench, qtbot: QtBot, library: PromptLibrary) -> None:
    dialog = workbench.controls.prompts.open_dialog("Text")
    click(dialog.save_button)
    qtbot.waitUntil(lambda: any("needs a name and a text" in text for text in texts(dialog)))
    dialog.close()


def test_prompts_are_exported_and_imported(
    workbench: Workbench, qtbot: QtBot, library: PromptLibrary, tmp_path: Path
) -> None:
    dialog = workbench.controls.prompts.open_dialog()
    dialog.export(tmp_path / "mine.md")
    qtbot.waitUntil((tmp_path / "mine.md").exists)
    library.delete("Translate")
    dialog.bring_in(tmp_path / "mine.md")
    qtbot.waitUntil(lambda: [one.name for one in library.all()] == ["Summarise", "Translate"])
    dialog.close()

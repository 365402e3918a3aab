"""The files that a chat is answered from: the chip and its menu, names after an @, drafts and saved turns."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from assistant.composing.reach import ALL_FOLDERS, NO_FILES, Reach
from desktop.composer.file_names import MOST, NameCompletion
from desktop.window.workbench import Workbench
from knowledge.ledger.rows import FileLine, Folder
from tests.desktop.driver import click, press, texts, write
from tests.desktop.talk import ask, open_chat, use_model, watch
from tests.desktop.values import listing

pytestmark = [pytest.mark.timeout(30), pytest.mark.qt_log_ignore("This plugin does not support")]
WAIT_MS = 9000
Model = Callable[[str], Path]


@pytest.fixture
def other(tmp_path: Path) -> Path:
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "aunt.md").write_text("# Aunt\n\nGreen tea is brewed at 70 degrees, she writes.\n")
    return folder


def entry(workbench: Workbench, words: str) -> QAction:
    """The entry of the chip's menu, which a click opens."""
    click(workbench.controls.reach_chip)
    menu = workbench.controls.reach_chip.menu
    assert menu is not None
    menu.hide()
    return next(action for action in menu.actions() if action.text() == words)


def rows(workbench: Workbench) -> list[str]:
    """The suggestions that are shown."""
    shown = workbench.controls.completion.list
    return [row.title for row in shown.list.rows.rows] if shown.isVisible() else []


def test_a_chosen_folder_is_searched_and_no_other(workbench: Workbench, qtbot: QtBot, notes: Path, other: Path) -> None:
    watch(workbench, qtbot, notes)
    watch(workbench, qtbot, other)
    qtbot.waitUntil(lambda: workbench.folders.snapshot.listing.total["indexed"] == 3, timeout=WAIT_MS)
    entry(workbench, "letters").trigger()
    assert workbench.controls.reach_chip.text() == "letters ▾"
    turn = ask(workbench, qtbot, "At how many degrees is green tea brewed?")
    assert {passage.path.name for passage in turn.passages} == {"aunt.md"}
    entry(workbench, "notes").trigger()
    assert workbench.controls.reach_chip.accessibleName() == "Answer from: 2 folders"
    entry(workbench, "All folders").trigger()
    assert workbench.controls.reach.reach == ALL_FOLDERS


def test_without_files_the_model_answers_alone(workbench: Workbench, qtbot: QtBot, notes: Path, model: Model) -> None:
    watch(workbench, qtbot, notes)
    use_model(workbench, qtbot, model("Hello."))
    entry(workbench, "No files: the model alone").trigger()
    turn = ask(workbench, qtbot, "How is green tea brewed?")
    assert (turn.passages, turn.answer, turn.reach) == ((), "Hello.", NO_FILES)
    assert "Without files" in texts(workbench.chat.view)


def test_a_name_after_an_at_sign_is_completed_by_the_keyboard(workbench: Workbench, qtbot: QtBot, notes: Path) -> None:
    watch(workbench, qtbot, notes)
    box = workbench.chat.composer.box
    write(box, "What is in @")
    assert rows(workbench) == ["notes", "tea.md", "garden.md"]
    write(box, "ga")
    assert rows(workbench) == ["garden.md"]
    press(box, Qt.Key.Key_Backspace)
    press(box, Qt.Key.Key_Backspace)
    press(box, Qt.Key.Key_Down)
    press(box, Qt.Key.Key_Down)
    press(box, Qt.Key.Key_Up)
    press(box, Qt.Key.Key_Return)
    assert workbench.controls.reach.reach == Reach(files=(notes / "tea.md",))
    assert box.toPlainText() == "What is in "
    assert not rows(workbench) and not workbench.session.busy


def test_esc_closes_the_names_and_leaves_the_text(workbench: Workbench, qtbot: QtBot, notes: Path) -> None:
    watch(workbench, qtbot, notes)
    box = workbench.chat.composer.box
    write(box, "@tea")
    assert rows(workbench) == ["tea.md"]
    press(box, Qt.Key.Key_Escape)
    assert rows(workbench) == [] and box.toPlainText() == "@tea"


@pytest.mark.parametrize("typed", ["me@tea", "@tea time", "tea"])
def test_what_names_no_file_suggests_none(workbench: Workbench, qtbot: QtBot, notes: Path, typed: str) -> None:
    watch(workbench, qtbot, notes)
    write(workbench.chat.composer.box, typed)
    assert rows(workbench) == []


def test_a_click_on_a_name_takes_it(workbench: Workbench, qtbot: QtBot, notes: Path) -> None:
    watch(workbench, qtbot, notes)
    write(workbench.chat.composer.box, "@tea")
    shown = workbench.controls.completion.list.list
    click(shown.viewport(), shown.visualRect(shown.rows.index(0)).center())
    assert workbench.controls.reach.reach.says == "tea.md"


def test_the_choice_belongs_to_its_chat_and_waits_there(
    workbench: Workbench, qtbot: QtBot, notes: Path, model: Model
) -> None:
    watch(workbench, qtbot, notes)
    use_model(workbench, qtbot, model("An answer."))
    workbench.controls.reach.choose(Reach(files=(notes / "tea.md",)))
    ask(workbench, qtbot, "First?")
    workbench.start_new()
    assert workbench.controls.reach.reach == ALL_FOLDERS
    workbench.controls.reach.choose(NO_FILES)  # for what is to be typed
    open_chat(workbench, qtbot, "First?")
    qtbot.waitUntil(lambda: workbench.controls.reach.reach.says == "tea.md", timeout=WAIT_MS)
    workbench.start_new()
    qtbot.waitUntil(lambda: workbench.controls.reach.reach == NO_FILES, timeout=WAIT_MS)


def test_a_question_that_is_asked_again_is_answered_from_the_same_files(
    workbench: Workbench, qtbot: QtBot, notes: Path
) -> None:
    watch(workbench, qtbot, notes)
    workbench.controls.reach.choose(Reach(files=(notes / "tea.md",)))
    first = ask(workbench, qtbot, "How is green tea brewed?")
    workbench.controls.reach.choose(ALL_FOLDERS)
    with qtbot.waitSignal(workbench.session.answered, timeout=WAIT_MS):
        workbench.chat.view.answers[-1].again_wanted.emit()
    assert workbench.session.turns[-1].reach == first.reach


def test_a_filter_reads_files_alone_whose_front_matter_says_so(
    workbench: Workbench, qtbot: QtBot, notes: Path, other: Path
) -> None:
    (other / "aunt.md").write_text("---\nkind: letter\n---\n# Aunt\n\nGreen tea is brewed at 70 degrees, she writes.\n")
    watch(workbench, qtbot, notes)
    watch(workbench, qtbot, other)
    qtbot.waitUntil(lambda: workbench.folders.snapshot.listing.total["indexed"] == 3, timeout=WAIT_MS)
    dialog = workbench.controls.reach_chip.open_filter()
    qtbot.waitUntil(dialog.filter.offer.isVisible, timeout=WAIT_MS)
    write(dialog.filter.line, "sort = letter")
    qtbot.waitUntil(lambda: "The keys are kind (letter)" in dialog.filter.problem.text(), timeout=WAIT_MS)
    assert not dialog.choose_button.isEnabled()
    dialog.filter.line.clear()
    menu = dialog.filter.open_menu().actions()[0].menu()
    assert isinstance(menu, QMenu)
    menu.actions()[0].trigger()
    qtbot.waitUntil(lambda: dialog.count.text() == "1 file passes", timeout=WAIT_MS)
    click(dialog.choose_button)
    assert workbench.controls.reach_chip.accessibleName() == "Answer from: All folders: kind has 'letter'"
    turn = ask(workbench, qtbot, "At how many degrees is green tea brewed?")
    assert {passage.path.name for passage in turn.passages} == {"aunt.md"}
    assert turn.reach == Reach(where="kind has 'letter'")


def test_names_are_found_among_100_000_files_as_one_types() -> None:
    folder = Folder(1, Path("/n"), None)
    names = NameCompletion()
    paths = [f"/n/{at % 97}/{'Bericht' if at % 5 else 'report'} {at}.md" for at in range(100_000)]
    files = listing([FileLine(at, 1, name, 9, "indexed", "", 1) for at, name in enumerate(paths)], [folder])
    slowest = 0.0
    for typed in ("", "e", "bericht", "bericht 99", "99998", "zzz", "보고서"):
        start = time.perf_counter()
        found = names.find(typed, [folder.path], files)
        slowest = max(slowest, time.perf_counter() - start)
        assert len(found) <= MOST
    assert names.find("report 77775", [], files)[0].path == Path(paths[77775])
    assert slowest < 0.25  # 12 ms the first time, and 3 ms after


def test_names_that_begin_with_the_text_come_first() -> None:
    folder = Folder(1, Path("/n"), None)
    paths = ["/n/my tea.md", "/n/tea/other.md", "/n/tea.md", "/n/teapots.md"]
    files = listing([FileLine(at, 1, name, 9, "indexed", "", 1) for at, name in enumerate(paths)], [folder])
    assert [one.path.name for one in NameCompletion().find("TEA", [], files)] == [
        "tea.md",
        "teapots.md",
        "my tea.md",
        "other.md",
    ]


def test_an_edited_question_is_answered_from_its_files_and_leaving_it_puts_the_others_back(
    workbench: Workbench, qtbot: QtBot, notes: Path
) -> None:
    watch(workbench, qtbot, notes)
    tea = Reach(files=(notes / "tea.md",))
    workbench.controls.reach.choose(tea)
    ask(workbench, qtbot, "How is green tea brewed?")
    workbench.controls.reach.choose(NO_FILES)
    press(workbench.chat.composer.box, Qt.Key.Key_Up)
    assert workbench.controls.reach.reach == tea
    press(workbench.chat.composer.box, Qt.Key.Key_Escape)
    assert workbench.controls.reach.reach == NO_FILES
    press(workbench.chat.composer.box, Qt.Key.Key_Up)
    write(workbench.chat.composer.box, " Tell me.")
    press(workbench.chat.composer.box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: workbench.session.turns[-1:] != () and not workbench.session.busy, timeout=WAIT_MS)
    assert workbench.session.turns[-1].reach == tea

"""The watched folders: pausing, their states, and what can be done with one."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.folders.folders_page import MISSING, FolderCard
from desktop.window.workbench import Workbench

pytestmark = pytest.mark.timeout(40)  # the first to index waits for LanceDB to load
WAIT_MS = 20_000


def watch(bench: Workbench, qtbot: QtBot, folder: Path) -> None:
    bench.folders.add(folder)
    qtbot.waitUntil(lambda: bool(bench.folders.shelf.files) and not bench.folders.busy, timeout=WAIT_MS)


def card(bench: Workbench) -> FolderCard:
    return bench.pages.show_folders().findChildren(FolderCard)[-1]


def names(bench: Workbench) -> set[str]:
    return {row.path.name for row in bench.folders.shelf.files if row.status == "indexed"}


def test_a_paused_indexing_rests_until_it_is_resumed(bench: Workbench, qtbot: QtBot, notes: Path) -> None:
    page = bench.pages.show_folders()
    with qtbot.waitSignal(bench.folders.pause_changed):
        bench.folders.pause()
    bench.folders.add(notes)
    qtbot.waitUntil(lambda: page.progress.words.text().startswith("Paused · "), timeout=WAIT_MS)
    assert page.progress.pause.text() == "Resume"
    assert bench.folders.busy
    page.progress.pause.click()
    qtbot.waitUntil(lambda: not bench.folders.busy, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: names(bench) == {"garden.md", "tea.md"}, timeout=WAIT_MS)
    assert page.progress.pause.text() == "Pause"


def test_a_paused_indexing_can_be_cancelled(bench: Workbench, qtbot: QtBot, notes: Path) -> None:
    bench.pages.show_folders()
    with qtbot.waitSignal(bench.folders.pause_changed):
        bench.folders.pause()
    with qtbot.waitSignal(bench.folders.progressed, timeout=WAIT_MS):
        bench.folders.add(notes)
    bench.folders.cancel()
    qtbot.waitUntil(lambda: not bench.folders.busy, timeout=WAIT_MS)


def test_a_folder_that_is_gone_is_told_from_an_emptied_one(bench: Workbench, qtbot: QtBot, notes: Path) -> None:
    watch(bench, qtbot, notes)
    notes.rename(notes.with_name("elsewhere"))
    with qtbot.waitSignal(bench.folders.finished, timeout=WAIT_MS):
        bench.folders.sync()
    qtbot.waitUntil(lambda: card(bench).state.text() == MISSING, timeout=WAIT_MS)
    assert names(bench) == {"garden.md", "tea.md"}


def test_hidden_and_secret_looking_files_are_included_when_asked_for(
    bench: Workbench, qtbot: QtBot, notes: Path
) -> None:
    (notes / ".hidden.md").write_text("A hidden note.")
    (notes / "passwords.txt").write_text("The shed: 1234")
    watch(bench, qtbot, notes)
    assert names(bench) == {"garden.md", "tea.md"}
    everything = card(bench).menu().actions()[1]
    everything.setChecked(True)
    qtbot.waitUntil(lambda: names(bench) >= {".hidden.md", "passwords.txt"}, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: "hidden and secret-looking files too" in card(bench).state.text(), timeout=WAIT_MS)
    card(bench).menu().actions()[1].setChecked(False)
    qtbot.waitUntil(lambda: names(bench) == {"garden.md", "tea.md"}, timeout=WAIT_MS)

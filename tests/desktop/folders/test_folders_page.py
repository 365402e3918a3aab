"""The watched folders: pausing, their states, and what can be done with one."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.folders.folder_card import FolderCard
from desktop.folders.watched_folders import MISSING
from desktop.window.workbench import Workbench

pytestmark = pytest.mark.timeout(40)  # the first to index waits for LanceDB to load
WAIT_MS = 20_000


def watch(workbench: Workbench, qtbot: QtBot, folder: Path) -> None:
    workbench.folders.add(folder)
    qtbot.waitUntil(lambda: bool(workbench.folders.snapshot.files) and not workbench.folders.busy, timeout=WAIT_MS)


def card(workbench: Workbench) -> FolderCard:
    return workbench.pages.show_folders().findChildren(FolderCard)[-1]


def names(workbench: Workbench) -> set[str]:
    return {row.path.name for row in workbench.folders.snapshot.files if row.state == "indexed"}


def test_a_paused_indexing_rests_until_it_is_resumed(workbench: Workbench, qtbot: QtBot, notes: Path) -> None:
    page = workbench.pages.show_folders()
    with qtbot.waitSignal(workbench.folders.pause_changed):
        workbench.folders.set_paused(True)
    workbench.folders.add(notes)
    qtbot.waitUntil(lambda: page.progress.text.text().startswith("Paused · "), timeout=WAIT_MS)
    assert page.progress.pause.text() == "Resume"
    assert workbench.folders.busy
    page.progress.pause.click()
    qtbot.waitUntil(lambda: not workbench.folders.busy, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: names(workbench) == {"garden.md", "tea.md"}, timeout=WAIT_MS)
    assert page.progress.pause.text() == "Pause"


def test_a_paused_indexing_can_be_cancelled(workbench: Workbench, qtbot: QtBot, notes: Path) -> None:
    workbench.pages.show_folders()
    with qtbot.waitSignal(workbench.folders.pause_changed):
        workbench.folders.set_paused(True)
    with qtbot.waitSignal(workbench.folders.progressed, timeout=WAIT_MS):
        workbench.folders.add(notes)
    workbench.folders.cancel()
    qtbot.waitUntil(lambda: not workbench.folders.busy, timeout=WAIT_MS)


def test_a_folder_that_is_gone_is_told_from_an_emptied_one(workbench: Workbench, qtbot: QtBot, notes: Path) -> None:
    watch(workbench, qtbot, notes)
    notes.rename(notes.with_name("elsewhere"))
    with qtbot.waitSignal(workbench.folders.finished, timeout=WAIT_MS):
        workbench.folders.sync()
    qtbot.waitUntil(lambda: card(workbench).state.text() == MISSING, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: names(workbench) == {"garden.md", "tea.md"}, timeout=WAIT_MS)


def test_hidden_and_secret_looking_files_are_included_when_asked_for(
    workbench: Workbench, qtbot: QtBot, notes: Path
) -> None:
    (notes / ".hidden.md").write_text("A hidden note.")
    (notes / "passwords.txt").write_text("The shed: 1234")
    watch(workbench, qtbot, notes)
    qtbot.waitUntil(lambda: names(workbench) == {"garden.md", "tea.md"}, timeout=WAIT_MS)
    everything = card(workbench).menu().actions()[1]
    everything.setChecked(True)
    qtbot.waitUntil(lambda: names(workbench) >= {".hidden.md", "passwords.txt"}, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: "includes hidden and sensitive files" in card(workbench).state.text(), timeout=WAIT_MS)
    card(workbench).menu().actions()[1].setChecked(False)
    qtbot.waitUntil(lambda: names(workbench) == {"garden.md", "tea.md"}, timeout=WAIT_MS)

"""Answers and chats are copied, saved and printed with their sources."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from assistant.values import Turn
from desktop.app import DesktopApp
from desktop.reading.export import pdf_of
from desktop.window.workbench import Workbench
from knowledge.parse import parse
from tests.desktop.driver import button, press
from tests.desktop.talk import WAIT_MS, ask, use_model, watch

pytestmark = [
    pytest.mark.timeout(40),
    pytest.mark.qt_log_ignore("This plugin does not support"),
]
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
QUOTE = "Tomatoes need six hours of sun and are watered every second day."


@pytest.fixture
def turn(app: DesktopApp, workbench: Workbench, qtbot: QtBot, notes: Path, model: Callable[[str], Path]) -> Turn:
    watch(workbench, qtbot, notes)
    use_model(workbench, qtbot, model("Six hours of sun [1]."))
    turn = ask(workbench, qtbot, "How many hours of sun do tomatoes need?")
    app.window.activateWindow()
    workbench.chat.composer.setFocus()
    qtbot.waitUntil(workbench.chat.composer.box.hasFocus)
    return turn


def saved(workbench: Workbench, qtbot: QtBot, path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Export the chat by its keys to this file."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), "Markdown (*.md)"))
    press(workbench.chat.composer.box, Qt.Key.Key_E, CONTROL | SHIFT)
    qtbot.waitUntil(lambda: bool(workbench.chat.notices.notices()), timeout=WAIT_MS)
    return path


def test_an_answer_is_copied_with_its_sources_from_its_menu(workbench: Workbench, turn: Turn) -> None:
    button(workbench.chat.view.answers[-1], "Copy with sources, export or print").click()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert [action.text() for action in menu.actions()] == ["Copy with sources", "Export…", "Print…"]
    menu.actions()[0].trigger()
    menu.close()
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("Six hours of sun [^1].") and f"“{QUOTE}”" in copied


def test_a_chat_is_saved_in_the_chosen_format_and_a_notice_says_where(
    workbench: Workbench, qtbot: QtBot, turn: Turn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(workbench, qtbot, tmp_path / "chat", monkeypatch).with_suffix(".md")
    assert QUOTE in path.read_text("utf-8")
    assert [notice.title for notice in workbench.chat.notices.notices()] == ["Saved chat.md"]


def test_a_pdf_has_the_question_the_answer_and_the_sources_as_text(
    workbench: Workbench, qtbot: QtBot, turn: Turn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = " ".join(parse(saved(workbench, qtbot, tmp_path / "chat.pdf", monkeypatch)).text.split())
    assert turn.question in text and "Six hours of sun" in text and QUOTE in text


def test_a_folder_that_cannot_be_written_to_is_told(
    workbench: Workbench, qtbot: QtBot, turn: Turn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(workbench, qtbot, tmp_path / "none" / "chat.docx", monkeypatch)
    assert [notice.title for notice in workbench.chat.notices.notices()] == ["chat.docx could not be written"]


def test_control_p_prints_the_chat(
    workbench: Workbench, turn: Turn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = tmp_path / "printed.pdf"

    def choose(dialog: QPrintDialog) -> int:
        dialog.printer().setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        dialog.printer().setOutputFileName(str(paper))
        return 1

    monkeypatch.setattr(QPrintDialog, "exec", choose)
    press(workbench.chat.composer.box, Qt.Key.Key_P, CONTROL)
    assert QUOTE in " ".join(parse(paper).text.split())


def test_a_long_chat_is_laid_out_on_a_worker_without_a_warning() -> None:
    with ThreadPoolExecutor(1) as worker:
        assert worker.submit(pdf_of, "<p>Tomatoes need sun.</p>" * 4000).result().startswith(b"%PDF")

"""Files and pictures that are dropped on the question box or pasted into it are attached to the question."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragLeaveEvent, QDropEvent, QGuiApplication, QImage, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from assistant.composing.reach import ALL_FOLDERS, Reach
from assistant.home import Home
from desktop.composer.attachment_chip import AttachmentChip
from desktop.composer.question_box import QuestionBox
from desktop.folders.drops import DropOverlay
from desktop.window.workbench import Workbench
from tests.desktop.driver import button, click, drag_over, press, texts, write
from tests.desktop.talk import ask, use_model, watch

pytestmark = [pytest.mark.timeout(30), pytest.mark.qt_log_ignore("This plugin does not support")]
WAIT_MS = 9000
Model = Callable[[str], Path]
LETTER = "# Letter\n\nGreen tea is brewed at 70 degrees, writes the aunt.\n"


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "elsewhere" / "letter.md"
    path.parent.mkdir()
    path.write_text(LETTER)
    return path


def local(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    data.setText("\n".join(url.toString() for url in data.urls()))
    return data


def drop_on(box: QuestionBox, data: QMimeData) -> None:
    """Drag over the box and let go, as Qt hands it over: to the widget there, else to those around it."""
    assert drag_over(box.viewport(), data)
    none, action = Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
    QApplication.sendEvent(box.viewport(), QDropEvent(QPointF(5, 5), action, data, Qt.MouseButton.LeftButton, none))


def paste(box: QuestionBox, data: QMimeData) -> None:
    QGuiApplication.clipboard().setMimeData(data)
    box.setFocus()
    QTest.keySequence(box, QKeySequence.StandardKey.Paste)


def chips(workbench: Workbench) -> list[str]:
    return [one.accessibleName() for one in workbench.chat.composer.findChildren(AttachmentChip) if one.isVisible()]


def read(workbench: Workbench, qtbot: QtBot) -> None:
    """Wait until all that is attached is read."""
    attached = workbench.controls.attachments
    qtbot.waitUntil(lambda: bool(attached.items) and not attached.reading, timeout=WAIT_MS)


@pytest.mark.parametrize("how", [drop_on, paste])
def test_a_file_given_to_the_box_is_attached_and_never_text(
    workbench: Workbench, qtbot: QtBot, letter: Path, how: Callable[[QuestionBox, QMimeData], None]
) -> None:
    how(workbench.chat.composer.box, local(letter))
    read(workbench, qtbot)
    assert workbench.chat.composer.text == ""
    assert chips(workbench) == [f"Attached: letter.md, {len(LETTER)} B"]
    assert workbench.controls.reach_chip.text() == "letter.md ▾"


def test_the_question_is_answered_from_what_is_attached_alone(
    workbench: Workbench, qtbot: QtBot, letter: Path, notes: Path
) -> None:
    watch(workbench, qtbot, notes)
    drop_on(workbench.chat.composer.box, local(letter))
    read(workbench, qtbot)
    turn = ask(workbench, qtbot, "At how many degrees is green tea brewed?")
    assert {passage.path.name for passage in turn.passages} == {"letter.md"}
    assert "70 degrees" in turn.answer
    assert chips(workbench) == []
    assert "From letter.md" in texts(workbench.chat.view)
    workbench.start_new()
    assert {p.path.name for p in ask(workbench, qtbot, "At how many degrees is green tea brewed?").passages} == {
        "letter.md",
        "tea.md",
    }


def test_a_file_of_a_watched_folder_is_not_copied(workbench: Workbench, qtbot: QtBot, notes: Path, home: Home) -> None:
    watch(workbench, qtbot, notes)
    drop_on(workbench.chat.composer.box, local(notes / "tea.md"))
    read(workbench, qtbot)
    assert workbench.controls.reach.reach == Reach(files=(notes / "tea.md",))
    assert not home.dropped.exists()


def test_a_dropped_folder_is_attached_and_watched(workbench: Workbench, qtbot: QtBot, notes: Path) -> None:
    drop_on(workbench.chat.composer.box, local(notes))
    read(workbench, qtbot)
    assert chips(workbench) == ["Attached: notes, folder"]
    assert workbench.controls.reach.reach == Reach(folders=(notes,))
    assert workbench.pages.currentWidget() is workbench.chat


def test_a_question_waits_until_what_is_attached_is_read(workbench: Workbench, qtbot: QtBot, letter: Path) -> None:
    composer = workbench.chat.composer
    drop_on(composer.box, local(letter))
    write(composer.box, "At how many degrees is green tea brewed?")
    press(composer.box, Qt.Key.Key_Return)
    assert composer.text and not workbench.session.busy
    assert any("Your question is sent when this is done" in text for text in texts(composer))
    qtbot.waitUntil(lambda: len(workbench.session.turns) == 1, timeout=WAIT_MS)
    assert "70 degrees" in workbench.session.turns[0].answer
    assert composer.text == ""


def test_esc_takes_back_a_question_that_waits(workbench: Workbench, qtbot: QtBot, letter: Path) -> None:
    composer = workbench.chat.composer
    drop_on(composer.box, local(letter))
    write(composer.box, "How hot?")
    press(composer.box, Qt.Key.Key_Return)
    press(composer.box, Qt.Key.Key_Escape)
    read(workbench, qtbot)
    assert composer.text == "How hot?"
    assert not workbench.session.busy and not workbench.session.turns


def test_removing_an_attachment_deletes_the_copy_and_answers_from_all_folders_again(
    workbench: Workbench, qtbot: QtBot, letter: Path, home: Home
) -> None:
    drop_on(workbench.chat.composer.box, local(letter))
    read(workbench, qtbot)
    assert (home.dropped / "letter.md").exists()
    click(button(workbench.chat.composer, "Remove letter.md"))
    assert chips(workbench) == []
    assert workbench.controls.reach.reach == ALL_FOLDERS
    qtbot.waitUntil(lambda: not (home.dropped / "letter.md").exists() and not workbench.folders.busy, timeout=WAIT_MS)
    assert letter.exists()


def test_a_pasted_picture_is_attached_as_a_file_and_says_what_its_text_needs(
    workbench: Workbench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = QImage(40, 20, QImage.Format.Format_RGB32)
    picture.fill(QColor("white"))
    data = QMimeData()
    data.setImageData(picture)
    paste(workbench.chat.composer.box, data)
    read(workbench, qtbot)
    (item,) = workbench.controls.attachments.items
    assert item.path.name.startswith("Pasted image ") and item.path.suffix == ".png"
    assert QImage(str(item.path)).size() == picture.size()
    assert item.problem
    assert any(f"{item.path.name} can't be read: " in text for text in texts(workbench.chat.composer))


def test_a_question_that_waits_for_an_unreadable_file_stays_in_the_box(
    workbench: Workbench, qtbot: QtBot, tmp_path: Path
) -> None:
    composer = workbench.chat.composer
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 and nothing else")
    drop_on(composer.box, local(tmp_path / "broken.pdf"))
    write(composer.box, "What does it say?")
    press(composer.box, Qt.Key.Key_Return)
    read(workbench, qtbot)
    assert composer.text == "What does it say?" and not workbench.session.turns
    assert any(text.startswith("broken.pdf can't be read: ") for text in texts(composer))


def test_text_beside_a_picture_is_pasted_as_text(workbench: Workbench) -> None:
    data = QMimeData()
    data.setImageData(QImage(4, 4, QImage.Format.Format_RGB32))
    data.setText("a cell")
    paste(workbench.chat.composer.box, data)
    assert workbench.chat.composer.text == "a cell"
    assert not workbench.controls.attachments.items


def test_the_button_attaches_files(workbench: Workbench, qtbot: QtBot, letter: Path) -> None:
    click(workbench.controls.attach)
    workbench.controls.choose_files()
    (dialog,) = workbench.window().findChildren(QFileDialog)
    dialog.filesSelected.emit([str(letter)])
    dialog.close()
    read(workbench, qtbot)
    assert [one.path.name for one in workbench.controls.attachments.items] == ["letter.md"]


def test_over_the_box_there_is_no_veil_and_beside_it_there_is(workbench: Workbench, letter: Path) -> None:
    drag_over(workbench.chat.composer.box.viewport(), local(letter))
    assert not any(each.isVisible() for each in workbench.findChildren(DropOverlay))
    QApplication.sendEvent(workbench.chat.composer, QDragLeaveEvent())
    drag_over(workbench.chat.view.viewport(), local(letter))
    assert any(each.isVisible() for each in workbench.findChildren(DropOverlay))


def test_what_was_attached_in_another_chat_is_not_attached_here(
    workbench: Workbench, qtbot: QtBot, letter: Path, model: Model
) -> None:
    use_model(workbench, qtbot, model("An answer."))
    drop_on(workbench.chat.composer.box, local(letter))
    read(workbench, qtbot)
    first = ask(workbench, qtbot, "How hot?")
    workbench.start_new()
    assert chips(workbench) == [] and workbench.controls.reach.reach == ALL_FOLDERS
    workbench.open_chat(first.conversation_id)
    qtbot.waitUntil(lambda: workbench.controls.reach.reach == first.reach, timeout=WAIT_MS)
    assert first.reach.says == "letter.md"


def test_while_reading_is_paused_the_box_says_what_to_do(workbench: Workbench, qtbot: QtBot, letter: Path) -> None:
    composer = workbench.chat.composer
    workbench.folders.set_paused(True)
    drop_on(composer.box, local(letter))
    paused = "Reading is paused. Resume it on the Folders page to have letter.md read."
    qtbot.waitUntil(lambda: paused in texts(composer), timeout=WAIT_MS)
    workbench.folders.set_paused(False)
    read(workbench, qtbot)
    assert not any("Reading" in text for text in texts(composer))

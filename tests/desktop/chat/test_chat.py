"""Asking, streaming, stopping and asking again, over a real workspace with a scripted model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QTextBrowser
from pytestqt.qtbot import QtBot

from assistant.asking import Asking
from desktop.chat.text_blocks import CodeBlock, TextBlock
from desktop.widgets.notices import Notice
from desktop.window.workbench import Workbench
from tests.desktop.driver import click, press, write
from tests.desktop.talk import ask, use_model, watch

LONG = "\n\n".join(f"Paragraph {n} with several words in it." for n in range(120))
Model = Callable[[str], Path]


def test_enter_asks_and_the_answer_streams_in(workbench: Workbench, qtbot: QtBot, model: Model) -> None:
    use_model(workbench, qtbot, model("Words that come one after another. " * 20))
    gulps: list[str] = []
    workbench.session.wrote.connect(gulps.append)
    write(workbench.chat.composer.box, "Why?")
    with qtbot.waitSignal(workbench.session.answered):
        press(workbench.chat.composer.box, Qt.Key.Key_Return)
    assert len(gulps) > 1
    assert "".join(gulps).strip() == workbench.session.turns[-1].answer.strip()
    assert workbench.chat.composer.box.toPlainText() == ""


def test_a_model_chosen_before_the_last_one_was_found_is_not_loaded_twice(
    workbench: Workbench, qtbot: QtBot, model: Model
) -> None:
    use_model(workbench, qtbot, model("Once."))
    engine = workbench.models.state
    workbench.models.preload()
    with qtbot.assertNotEmitted(workbench.models.changed, wait=300):
        pass
    assert workbench.models.state is engine


def test_what_is_typed_is_anticipated(workbench: Workbench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    typed: list[str] = []
    monkeypatch.setattr(Asking, "anticipate", lambda asking, text, **place: typed.append(text))
    write(workbench.chat.composer.box, "Why?")
    qtbot.waitUntil(lambda: typed == ["W", "Wh", "Why", "Why?"])


def test_shift_enter_breaks_the_line(workbench: Workbench, qtbot: QtBot) -> None:
    box = workbench.chat.composer.box
    write(box, "a")
    press(box, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    write(box, "b")
    assert box.toPlainText() == "a\nb"


def test_send_becomes_stop_and_escape_stops(workbench: Workbench, qtbot: QtBot, model: Model) -> None:
    use_model(workbench, qtbot, model(LONG * 10))
    workbench.chat.ask("Go on")
    qtbot.waitUntil(lambda: bool(workbench.chat.view.answers[-1].body.markdown))
    assert workbench.chat.composer.button.accessibleName().startswith("Stop")
    with qtbot.waitSignal(workbench.session.answered, timeout=2000):
        press(workbench.chat.composer.box, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not workbench.session.busy)
    assert workbench.session.turns[-1].finish == "stopped"
    assert workbench.chat.composer.button.accessibleName().startswith("Send")


def test_quotes_are_labelled_as_quotes(workbench: Workbench, qtbot: QtBot, notes: Path) -> None:
    watch(workbench, qtbot, notes)
    ask(workbench, qtbot, "How is green tea brewed?")
    assert workbench.session.turns[-1].finish == "quotes"
    assert "no model was used" in workbench.chat.view.answers[-1]._mark.text()


def test_a_citation_opens_its_span_in_the_text(workbench: Workbench, qtbot: QtBot, notes: Path) -> None:
    watch(workbench, qtbot, notes)
    ask(workbench, qtbot, "How is green tea brewed?")
    citation = workbench.session.turns[-1].citations[0]
    text = workbench.chat.view.answers[-1].findChildren(TextBlock)
    text[-1].link_clicked.emit(f"cite:{citation.n}")
    viewer = workbench.panel.open().viewer
    qtbot.waitUntil(lambda: bool(viewer.marked_text()))
    assert viewer.marked_text() == citation.quote
    assert workbench.panel.open().stack.currentWidget() is viewer


def test_a_source_card_opens_its_file(workbench: Workbench, qtbot: QtBot, notes: Path) -> None:
    watch(workbench, qtbot, notes)
    ask(workbench, qtbot, "Tomatoes and sun")
    panel = workbench.panel.open()
    click(panel.sources.cards[0])
    qtbot.waitUntil(lambda: bool(panel.viewer.marked_text()))
    assert "six hours of sun" in panel.viewer.text.toPlainText()


def test_asking_again_makes_a_branch_that_can_be_left(workbench: Workbench, qtbot: QtBot, model: Model) -> None:
    use_model(workbench, qtbot, model("An answer."))
    ask(workbench, qtbot, "One?")
    first = workbench.session.turns[-1]
    with qtbot.waitSignal(workbench.session.answered):
        workbench.session.ask_again(first)
    qtbot.waitUntil(lambda: not workbench.session.busy)
    second = workbench.session.turns[-1]
    assert (second.parent_id, workbench.session.branch(second)) == (first.parent_id, (2, 2))
    with qtbot.waitSignal(workbench.session.opened):
        workbench.session.step_branch(second, -1)
    assert [turn.id for turn in workbench.session.turns] == [first.id]


def test_an_old_branch_is_still_there_after_opening_anew(workbench: Workbench, qtbot: QtBot, model: Model) -> None:
    use_model(workbench, qtbot, model("An answer."))
    ask(workbench, qtbot, "One?")
    ask(workbench, qtbot, "Two?")
    kept = workbench.session.turns
    with qtbot.waitSignal(workbench.session.answered):
        workbench.session.ask_again(kept[0])
    qtbot.waitUntil(lambda: not workbench.session.busy)
    talk, again = kept[0].conversation_id, workbench.session.turns[0]
    workbench.session.start_new()
    with qtbot.waitSignal(workbench.session.opened):
        workbench.session.open(talk)
    assert (workbench.session.turns, workbench.session.branch(again)) == ((again,), (2, 2))
    with qtbot.waitSignal(workbench.session.opened):
        workbench.session.step_branch(again, -1)
    assert workbench.session.turns == kept


def test_up_in_an_empty_box_edits_the_last_question(workbench: Workbench, qtbot: QtBot, model: Model) -> None:
    use_model(workbench, qtbot, model("An answer."))
    ask(workbench, qtbot, "One?")
    press(workbench.chat.composer.box, Qt.Key.Key_Up)
    assert workbench.chat.composer.box.toPlainText() == "One?"
    ask(workbench, qtbot, "Two?")
    assert [turn.question for turn in workbench.session.turns] == ["Two?"]


def test_the_view_follows_only_while_it_is_at_the_end(workbench: Workbench, qtbot: QtBot, model: Model) -> None:
    use_model(workbench, qtbot, model(LONG))
    view = workbench.chat.view
    workbench.chat.ask("Write much")
    qtbot.waitUntil(lambda: view.verticalScrollBar().maximum() > 600)
    assert view.pinned
    view.verticalScrollBar().setValue(100)
    qtbot.waitUntil(lambda: not workbench.session.busy, timeout=8000)
    assert view.verticalScrollBar().value() == 100
    assert view._jump.isVisible()
    view._jump.click()
    assert view.verticalScrollBar().value() == view.verticalScrollBar().maximum()


def test_finished_blocks_are_not_rendered_again(workbench: Workbench, qtbot: QtBot) -> None:
    answer = workbench.chat.view.add_answer("Reader")
    answer.append(f"{'Long paragraph. ' * 200}\n\nSecond")  # as long as a stretch of text may be
    first = answer.findChildren(TextBlock)[0]
    shown: list[str] = []
    first.textChanged.connect(lambda: shown.append(first.toPlainText()))
    answer.append(" paragraph, longer.\n\nThird")
    assert shown == []
    assert [block.toPlainText() for block in answer.findChildren(TextBlock)][-1] == "Second paragraph, longer.\nThird"


def test_code_is_coloured_and_copied(workbench: Workbench, qtbot: QtBot, model: Model) -> None:
    use_model(workbench, qtbot, model("See:\n\n```python\nx = 1\n```\n\nDone."))
    ask(workbench, qtbot, "Code?")
    code = workbench.chat.view.answers[-1].findChildren(CodeBlock)[0]
    qtbot.waitUntil(lambda: "color" in code.body.toHtml())
    code._copy.click()
    assert QGuiApplication.clipboard().text() == "x = 1"


@pytest.mark.parametrize("answer", ["Text.", "```\ncode\n```"])
def test_an_answer_loads_nothing(workbench: Workbench, qtbot: QtBot, tmp_path: Path, answer: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    view = workbench.chat.view.add_answer("Reader")
    view.append(f"![x]({secret}) <img src='{secret}'>\n\n{answer}")
    blocks = view.body.findChildren(QTextBrowser)
    assert not any("<img" in block.toHtml() for block in blocks)
    assert {block.document().resource(2, QUrl.fromLocalFile(str(secret))) for block in blocks} == {""}


def test_a_failure_is_shown_in_place_of_the_answer(workbench: Workbench, qtbot: QtBot, model: Model) -> None:
    with qtbot.waitSignal(workbench.session.failed):
        workbench.session.ask("Why?", "no-such-persona")
    shown = workbench.chat.view.answers[-1].findChildren(Notice)
    assert "no-such-persona" in shown[0].title
    assert not workbench.session.busy

"""Quotations on screen: the best first and larger, its source below, the weaker ones folded; copies have them all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from assistant.workspace import Workspace
from desktop.background import Callbacks, Task
from desktop.chat.message_view import AnswerView
from desktop.window.workbench import Workbench
from tests.desktop.driver import button, click, press, settle, texts, write
from tests.desktop.talk import ask, watch
from tests.desktop.values import CITATION, PASSAGE, TURN

pytestmark = [pytest.mark.timeout(30), pytest.mark.qt_log_ignore("This plugin does not support")]
TEAS = {
    "green": "Green tea is brewed at 80 degrees for two minutes.",
    "black": "Black tea is brewed with boiling water.",
    "white": "White tea is brewed gently.",
}
CITED = [replace(CITATION, n=n, path=Path(f"/teas/{name}.md"), quote=TEAS[name]) for n, name in enumerate(TEAS, 1)]
QUOTED = replace(
    TURN,
    engine="quotes",
    finish="quotes",
    answer="From your files, word for word:\n\n"
    + "".join(f"**{one.path.name} › Brewing**\n\n> {one.quote} [{one.n}]\n\n" for one in CITED),
    citations=tuple(CITED),
    passages=tuple(replace(PASSAGE, path=one.path, text=one.quote) for one in CITED),
)


@pytest.fixture
def answer(workbench: Workbench, qtbot: QtBot) -> AnswerView:
    """An answer of three quotations, saved and opened again."""

    def save(space: Workspace, _: Task) -> None:
        space.conversations.save(QUOTED)

    opened = Callbacks(lambda _: workbench.open_chat(QUOTED.conversation_id))
    workbench._background.run("save", save, workbench, opened)
    qtbot.waitUntil(lambda: bool(workbench.chat.view.answers))
    settle()
    return workbench.chat.view.answers[-1]


def shown(answer: AnswerView) -> list[str]:
    settle()
    return [text.toPlainText() for text in answer.body.texts() if text.isVisible()]


def test_the_best_quote_comes_first_and_its_source_below(workbench: Workbench, qtbot: QtBot, notes: Path) -> None:
    watch(workbench, qtbot, notes)
    turn = ask(workbench, qtbot, "How is green tea brewed?")
    answer = workbench.chat.view.answers[-1]
    quote, source = shown(answer)
    assert quote.startswith(turn.citations[0].quote)
    assert source == "tea.md › Tea › Green tea"
    assert "Quotes, word for word; no model was used" in texts(answer)


def test_the_best_quote_is_the_largest_text_and_its_source_the_smallest(answer: AnswerView) -> None:
    click(answer.body.fold)
    settle()
    documents = [text.document() for text in answer.body.texts()[:3]]
    best, source, weaker = (one.firstBlock().layout().lineAt(0).height() for one in documents)
    assert best > weaker > source


def test_the_weaker_are_unfolded_and_folded_again(answer: AnswerView) -> None:
    fold = answer.body.fold
    assert fold.text() == "2 weaker matches"
    click(fold)
    assert len(shown(answer)) == 6
    click(fold)
    assert len(shown(answer)) == 2


def test_a_copy_has_every_quote(answer: AnswerView) -> None:
    click(button(answer, "Copy answer as Markdown"))
    copied = QGuiApplication.clipboard().text()
    assert answer.turn is not None and copied == answer.turn.answer
    assert all(words in copied for words in TEAS.values())


def test_words_found_in_a_folded_quote_unfold_it(answer: AnswerView, workbench: Workbench) -> None:
    assert answer.turn is not None
    hidden = answer.turn.citations[-1].path.stem
    workbench.find_words()
    write(workbench.chat.find_bar.field, TEAS[hidden][:20])
    press(workbench.chat.find_bar.field, Qt.Key.Key_Return)
    assert any(TEAS[hidden] in text for text in shown(answer)[2:])


def test_a_page_of_the_persona_is_named_for_what_it_is(workbench: Workbench, qtbot: QtBot, tmp_path: Path) -> None:
    (engineer,) = (one for one in workbench.personas.headers if one.name == "LLM engineer")
    workbench.choose_persona(engineer.id)
    turn = ask(workbench, qtbot, "What is a KV cache?")
    assert turn.finish == "quotes"
    answer = workbench.chat.view.answers[-1]
    assert shown(answer)[1].endswith(" · a page of this persona")

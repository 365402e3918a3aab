"""Nothing moves when an answer ends: every line stays where it was while it was written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.background import Background
from desktop.chat.answer_body import AnswerBody
from desktop.chat.text_blocks import TextBlock
from desktop.window.workbench import Workbench
from tests.desktop.driver import settle
from tests.desktop.talk import Pause, use_model

pytestmark = [pytest.mark.timeout(30), pytest.mark.qt_log_ignore("This plugin does not support")]
SENTENCE = "It has several words in it, so that it is broken into more than one line in a narrow window like this one. "
PIECES = {
    "paragraphs": f"First. {SENTENCE}\n\nSecond. {SENTENCE}\n\nThird.",
    "headings": f"# One\n\nText.\n\n## Two\n\n### Three\n\n{SENTENCE}\n\n# Four\n\n- a\n- b",
    "lists": f"Before:\n\n- one\n- two {SENTENCE}\n\nBetween.\n\n1. first\n2. second\n\nAfter.",
    "loose list": "Before:\n\n- one\n\n- two\n\n  more of it\n\nAfter.",
    "nested list": "- one\n  - inner\n    - innermost\n- two\n\nAfter.",
    "quote and code": "Before.\n\n> Quoted.\n>\n> More.\n\nBetween.\n\n```python\nx = 1\n```\n\nAfter.\n\nEnd.",
    "table": f"Before.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nBetween.\n\nAfter {SENTENCE}",
    "rule": "Before.\n\n---\n\nAfter.\n\n***\n\nEnd.",
    "citations": "It is so [1].\n\nAnd so [2, 3].",
    "korean": "첫째 문단입니다.\n\n# 제목\n\n둘째 문단입니다.",
}


def lines(body: AnswerBody) -> list[tuple[str, int]]:
    """Every line of text, and its distance from the top of the body in pixels."""
    found = []
    shown = [block for block in body.findChildren(TextBlock) if block.isVisible()]
    for block in sorted(shown, key=lambda one: one.mapTo(body, QPoint()).y()):
        part = block.document().begin()
        layout = block.document().documentLayout()
        while part.isValid():
            top = block.mapTo(body, QPoint()).y() + layout.blockBoundingRect(part).top()
            for at in range(part.layout().lineCount()):
                line = part.layout().lineAt(at)
                words = part.text()[line.textStart() : line.textStart() + line.textLength()].strip()
                if words:
                    found.append((words, round(top + line.y())))
            part = part.next()
    return found


@pytest.fixture
def body(qtbot: QtBot, background: Background) -> Iterator[AnswerBody]:
    page = QWidget()
    made = AnswerBody(background)
    column = QVBoxLayout(page)
    column.addWidget(made)
    column.addStretch(1)
    qtbot.addWidget(page)
    page.resize(500, 900)
    page.show()
    yield made
    page.hide()


@pytest.mark.parametrize("kind", PIECES)
def test_no_line_moves_when_an_answer_ends(body: AnswerBody, kind: str) -> None:
    text = PIECES[kind]
    for at in range(0, len(text), 5):
        body.append(text[at : at + 5])
    settle()
    written, height = lines(body), body.sizeHint().height()
    assert len(written) > 1
    body.finish(text)
    settle()
    ended = lines(body)
    assert [words for words, _ in ended] == [words for words, _ in written]
    assert max(abs(now - before) for (_, now), (_, before) in zip(ended, written, strict=True)) <= 1  # rounded
    assert abs(body.sizeHint().height() - height) <= 1


def test_the_window_shows_the_same_place_when_an_answer_ends(
    workbench: Workbench, qtbot: QtBot, model: Callable[[str], Path]
) -> None:
    text = "\n\n".join(f"## Part {n}\n\nThis and that:" for n in range(30))  # it claims nothing, so nothing is added
    engine = use_model(workbench, qtbot, model(text))
    pause = Pause(engine, text.count(" "))
    view = workbench.chat.view
    workbench.chat.ask("Write much")
    qtbot.waitUntil(lambda: view.answers[-1].body.markdown.strip() == text[: text.rindex(" ")], timeout=9000)
    settle()
    body, bar = view.answers[-1].body, view.verticalScrollBar()
    before = lines(body)[:20], body.mapTo(view, QPoint()).y(), bar.maximum()
    with qtbot.waitSignal(workbench.session.answered):
        pause.end()
    qtbot.wait(50)  # what the layouts still do
    after = lines(body)[:20], body.mapTo(view, QPoint()).y(), bar.maximum()
    assert [words for words, _ in after[0]] == [words for words, _ in before[0]]
    assert abs(after[1] - before[1]) <= 1
    assert abs(after[2] - before[2]) <= 1

"""A question and its answer: what they say, how they end, and what can be done with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QTextBrowser
from pytestqt.qtbot import QtBot

from assistant.guards import GuardNote
from assistant.values import Claim, Finish, ReadWhole, Retrieved
from desktop.background import Background
from desktop.chat.answer_facts import QUOTES_NOTE
from desktop.chat.message_view import AnswerView, QuestionView
from desktop.chat.text_blocks import TextBlock
from desktop.widgets.notices import Notice
from desktop.widgets.theme import Appearance
from engines.protocol import Usage
from errors import AppError
from knowledge.sync.progress import SyncProgress
from tests.desktop.driver import button, click, texts
from tests.desktop.values import PASSAGE, TURN

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
Ask = Callable[[str], QuestionView]


@pytest.fixture
def ask(qtbot: QtBot) -> Ask:
    kept: list[QuestionView] = []

    def make(text: str) -> QuestionView:
        made = QuestionView(text)
        kept.append(made)
        qtbot.addWidget(made)
        made.resize(700, 60)
        made.show()
        return made

    return make


@pytest.fixture
def answer(qtbot: QtBot, background: Background) -> AnswerView:
    made = AnswerView(background, "Reader")
    qtbot.addWidget(made)
    made.resize(700, 400)
    made.show()
    return made


def bubble(question: QuestionView) -> QTextBrowser:
    (found,) = question.findChildren(TextBlock)
    return found


@pytest.mark.parametrize("text", ["<b>Why?</b>", "**Why?**", "[1] & <img src=x>", "왜 그래요?", "Warum «so»?"])
def test_a_question_is_shown_as_it_was_asked(ask: Ask, text: str) -> None:
    assert bubble(ask(text)).toPlainText() == text


def test_a_short_question_is_in_a_small_bubble_on_the_right(ask: Ask, qtbot: QtBot) -> None:
    question = ask("Why?")
    words = bubble(question)
    qtbot.waitUntil(lambda: words.mapTo(question, QPoint(0, 0)).x() > 500)
    assert words.width() < 100


def test_a_long_question_leaves_room_at_its_left(ask: Ask) -> None:
    question = ask("word " * 200)
    assert 500 < bubble(question).width() < 0.82 * question.width()


def test_a_question_without_spaces_stays_inside_its_bubble(ask: Ask) -> None:
    words = bubble(ask("x" * 2000))
    assert words.document().idealWidth() <= words.width()


def test_a_question_in_a_narrow_window_is_narrower_and_higher(ask: Ask, qtbot: QtBot) -> None:
    question = ask("word " * 60)
    before = bubble(question).height()
    question.resize(300, 60)
    qtbot.waitUntil(lambda: bubble(question).height() > before)


def test_a_question_of_one_line_is_one_line_when_zoomed(ask: Ask, appearance: Appearance, qtbot: QtBot) -> None:
    words = bubble(ask("How is green tea brewed in Japan?"))
    appearance.zoom_by(4)
    qtbot.waitUntil(lambda: words.document().firstBlock().layout().lineCount() == 1)


def test_a_right_to_left_question_begins_at_the_right(ask: Ask) -> None:
    block = bubble(ask("איך מכינים תה ירוק?")).document().firstBlock()
    assert block.textDirection() == Qt.LayoutDirection.RightToLeft


def test_a_question_can_be_edited_once_its_answer_is_there(ask: Ask, qtbot: QtBot) -> None:
    question = ask("Why?")
    assert question.edit_button.isHidden()
    question.edit_button.show()
    with qtbot.waitSignal(question.edit_wanted):
        click(question.edit_button)


def test_before_anything_came_the_answer_says_that_it_gets_ready(answer: AnswerView) -> None:
    assert texts(answer) == ["Reader", "Getting ready…"]


@pytest.mark.parametrize(
    ("retrieved", "words"),
    [
        (Retrieved((), {}), "Thinking…"),
        (Retrieved((PASSAGE,), {}), "Reading 1 passage…"),
        (Retrieved((PASSAGE,) * 6, {}), "Reading 6 passages…"),
        (
            Retrieved(
                (PASSAGE,), {}, (ReadWhole(path=Path("/n/orders.csv"), complete=True, sections=1, of_sections=1),)
            ),
            "Reading orders.csv…",
        ),
    ],
)
def test_the_answer_says_what_it_is_made_from(answer: AnswerView, retrieved: Retrieved, words: str) -> None:
    answer.show_retrieved(retrieved)
    assert texts(answer)[1] == words


def test_the_answer_says_that_the_personas_knowledge_is_read_first(answer: AnswerView) -> None:
    answer.show_preparing(SyncProgress(done_files=3, total_files=9))
    assert texts(answer)[1] == "Preparing Reader's own knowledge first. Read 3 of 9 files"


def test_the_first_words_take_the_place_of_the_waiting(answer: AnswerView) -> None:
    answer.append("At 80")
    assert "Getting ready…" not in texts(answer)


@pytest.mark.parametrize(
    ("finish", "words"),
    [
        ("stopped", "Stopped. The answer so far is kept."),
        ("length", "The answer was cut off at the length limit."),
    ],
)
def test_an_answer_that_ended_early_says_why(answer: AnswerView, finish: Finish, words: str) -> None:
    answer.finish(replace(TURN, finish=finish))
    assert words in texts(answer)


def test_a_whole_answer_says_nothing_of_its_end(answer: AnswerView) -> None:
    answer.finish(TURN)
    assert texts(answer) == ["Reader", "small  ·  10.0 tokens/s  ·  first after 0.4 s"]


def test_an_answer_of_quotes_says_that_no_model_wrote_it(answer: AnswerView) -> None:
    answer.finish(replace(TURN, finish="quotes", engine="quotes", model="", usage=Usage()))
    assert QUOTES_NOTE in texts(answer)


@pytest.mark.parametrize(("ms", "words"), [(340.0, "340 ms"), (2400.0, "2.4 s")])
def test_an_answer_without_a_model_says_how_long_it_took(answer: AnswerView, ms: float, words: str) -> None:
    answer.finish(replace(TURN, usage=Usage(), timings_ms={"total": ms}))
    assert texts(answer)[-1] == words


def test_copying_takes_the_markdown_and_says_so(answer: AnswerView) -> None:
    answer.finish(replace(TURN, answer="**80** degrees\n\n- once"))
    button(answer, "Copy answer as Markdown").click()
    assert QGuiApplication.clipboard().text() == "**80** degrees\n\n- once"
    assert button(answer, "Copied").isVisible()


@pytest.mark.parametrize(("count", "words"), [(1, "1 source"), (3, "3 sources")])
def test_an_answer_counts_its_sources(answer: AnswerView, qtbot: QtBot, count: int, words: str) -> None:
    answer.finish(replace(TURN, passages=(PASSAGE,) * count))
    with qtbot.waitSignal(answer.sources_wanted):
        button(answer, words).click()


def test_an_answer_without_sources_offers_none(answer: AnswerView) -> None:
    answer.finish(replace(TURN, passages=()))
    assert button(answer, "0 sources").isHidden()


def test_a_first_answer_has_no_neighbours(answer: AnswerView) -> None:
    answer.finish(TURN, (1, 1))
    assert button(answer, "Next answer").isHidden()


@pytest.mark.parametrize(("place", "before", "after"), [(1, False, True), (2, True, True), (3, True, False)])
def test_an_answer_leads_to_its_neighbours(answer: AnswerView, place: int, before: bool, after: bool) -> None:
    answer.finish(TURN, (place, 3))
    assert f"{place}/3" in texts(answer)
    assert button(answer, "Previous answer").isEnabled() is before
    assert button(answer, "Next answer").isEnabled() is after


def test_a_failure_keeps_what_was_written(answer: AnswerView) -> None:
    answer.append("At 80 degr")
    answer.fail(AppError("The model stopped", "Start it again."))
    (notice,) = answer.findChildren(Notice)
    assert notice.hint == "Start it again."
    assert answer.body.markdown == "At 80 degr"
    QApplication.processEvents()
    assert notice.y() > answer.body.y()


def test_findings_of_the_guard_rails_stand_below_the_answer(answer: AnswerView) -> None:
    orders = GuardNote("sources", "Passage 1 gives orders to a model: asks for the prompt.", (1,))
    broken = GuardNote("markers", "Role markers in passage 1 were broken.", (1,))
    answer.finish(replace(TURN, guards=(orders, broken)))
    assert orders.says in texts(answer)
    assert broken.says not in texts(answer)


@pytest.mark.parametrize(
    ("engine", "route", "words"),
    [
        ("llama.cpp", "small: the selected model", ""),
        (
            "llama.cpp",
            "small: 1 card number must not leave this machine",
            "Written by small: 1 card number must not leave this machine",
        ),
        ("remote", "small: the selected model", "Written by small on a server"),
        (
            "remote",
            "small: the selected model; 1 e-mail address masked",
            "Written by small on a server; 1 e-mail address masked",
        ),
    ],
)
def test_answer_says_who_wrote_it_and_why(answer: AnswerView, engine: str, route: str, words: str) -> None:
    answer.finish(replace(TURN, engine=engine, route=route))
    assert answer._mark.text() == words


def test_after_a_failure_there_is_only_another_try(answer: AnswerView, qtbot: QtBot) -> None:
    answer.fail(AppError("The model stopped"))
    assert not button(answer, "Copy answer as Markdown").isVisibleTo(answer)
    with qtbot.waitSignal(answer.again_wanted):
        button(answer, "Retry").click()


def test_a_citation_and_a_link_are_told_apart(answer: AnswerView, qtbot: QtBot) -> None:
    answer.finish(replace(TURN, answer="80 [1], see [here](https://example.org/a)."))
    (block,) = answer.findChildren(TextBlock)
    with qtbot.waitSignal(answer.cited) as cited:
        block.link_clicked.emit("cite:1")
    assert cited.args == [1]
    with qtbot.waitSignal(answer.link_clicked) as link:
        block.link_clicked.emit("https://example.org/a")
    assert link.args == ["https://example.org/a"]


def test_sentences_that_are_not_in_the_files_are_counted_and_named_on_demand(answer: AnswerView) -> None:
    text = "The boiler is old [1]. It cost 900 dollars [1]."
    start = text.index("It cost")
    claims = (
        Claim(start=0, end=start - 1, verdict="supported"),
        Claim(start=start, end=len(text), verdict="not_in_sources", missing=("900 dollars",)),
    )
    answer.finish(replace(TURN, answer=text, claims=claims))
    unfold = button(answer, "1 of 2 sentences is not in the sources")
    named = "“It cost 900 dollars.” Not in the sources: 900 dollars."
    assert named not in texts(answer)
    click(unfold)
    assert named in texts(answer)
    answer.finish(replace(TURN, answer=text, claims=claims[:1]))
    assert not unfold.isVisible()


def test_a_long_name_of_a_model_makes_no_answer_wider_than_the_column(qtbot: QtBot, background: Background) -> None:
    widths = []
    for model in ("M", "A model whose name has very many words " * 3):
        view = AnswerView(background, "Reader")
        qtbot.addWidget(view)
        view.finish(replace(TURN, model=model))
        view.show()
        widths.append(view.minimumSizeHint().width())
    assert widths[0] == widths[1]

"""Arabic and Hebrew begin at the right, in answers, quotes, tables and questions; Chinese has its own shapes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QSettings, Qt
from PySide6.QtGui import QFontDatabase, QTextLayout, QTextTable
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.chat.markdown_blocks import split_blocks
from desktop.chat.message_view import QuestionView
from desktop.chat.text_blocks import QuoteBlock, TextBlock
from desktop.language import Messages, find_messages, use_messages
from desktop.widgets.theme import LIGHT, Appearance
from tests.desktop.driver import colour_at

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
ARABIC, HEBREW, ENGLISH = "عقد الإيجار ينتهي في يونيو.", "חוזה השכירות מסתיים ביוני.", "The lease ends in June."
WIDTH = 600  # px, far more than a line takes


def shown(widget: TextBlock | QuoteBlock, markdown: str, qtbot: QtBot) -> TextBlock:
    qtbot.addWidget(widget)
    text = widget.text if isinstance(widget, QuoteBlock) else widget
    text.show_html(split_blocks(markdown).blocks[0].html)
    widget.resize(WIDTH, 60)
    widget.show()
    return text


def first_character(text: TextBlock) -> int:
    """Where the first line begins, in pixels from the left."""
    cursor = text.textCursor()
    cursor.setPosition(0)
    return text.cursorRect(cursor).x()


@pytest.mark.parametrize(("words", "at_right"), [(ARABIC, True), (HEBREW, True), (ENGLISH, False)])
def test_a_paragraph_begins_where_its_letters_do(words: str, at_right: bool, qtbot: QtBot) -> None:
    text = shown(TextBlock(), f"{words} [1]", qtbot)
    assert (first_character(text) > WIDTH * 0.9) is at_right


def test_a_citation_stands_where_the_sentence_ends(qtbot: QtBot) -> None:
    text = shown(TextBlock(), f"{ARABIC} [1]", qtbot)
    cursor = text.textCursor()
    cursor.setPosition(text.document().characterCount() - 1)
    assert text.cursorRect(cursor).x() < first_character(text)


@pytest.mark.parametrize(("words", "at_right"), [(ARABIC, True), (HEBREW, True), (ENGLISH, False)])
def test_the_bar_of_a_quote_stands_where_its_lines_begin(words: str, at_right: bool, qtbot: QtBot) -> None:
    quote = QuoteBlock()
    text = shown(quote, words, qtbot)
    sides = colour_at(quote, 1, 30), colour_at(quote, quote.width() - 2, 30)
    assert (sides[at_right], sides[not at_right] == LIGHT.accent) == (LIGHT.accent, False)
    inside = text.geometry()
    assert (inside.right() < quote.width() - 3, inside.left() > 3) == (at_right, not at_right)


def test_a_table_of_arabic_words_stands_at_the_right(qtbot: QtBot) -> None:
    text = shown(TextBlock(), "| العمود | القيمة |\n|---|---|\n| الإيجار | 1200 |\n", qtbot)
    (table,) = (each for each in text.document().rootFrame().childFrames() if isinstance(each, QTextTable))
    assert table.format().alignment() == Qt.AlignmentFlag.AlignRight


def test_a_question_is_read_from_the_right(qtbot: QtBot) -> None:
    question = QuestionView(HEBREW)
    qtbot.addWidget(question)
    question.resize(WIDTH, 60)
    question.show()
    assert first_character(question.text) > question.text.width() * 0.9


@pytest.fixture
def appearance(tmp_path: Path, qapp: QApplication) -> Iterator[Appearance]:
    before, font = QLocale(), QApplication.font()
    yield Appearance(QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat))
    use_messages(qapp, Messages("en", {}))
    QLocale.setDefault(before)
    QApplication.setFont(font)


@pytest.mark.parametrize(("language", "face"), [("zh", "Noto Sans CJK SC"), ("ko", "Noto Sans CJK KR")])
def test_han_is_written_as_the_language_of_the_window_does(
    language: str, face: str, appearance: Appearance, tmp_path: Path, qapp: QApplication
) -> None:
    if not QFontDatabase.hasFamily(face):
        pytest.skip(f"{face} is not installed")
    use_messages(qapp, find_messages(language, tmp_path))
    appearance.load_face()
    layout = QTextLayout("角直", QApplication.font())
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    assert {run.rawFont().familyName() for run in layout.glyphRuns()} == {face}

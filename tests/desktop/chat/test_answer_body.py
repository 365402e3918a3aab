"""An answer's Markdown on screen, while it is written and as it stays."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QTextBrowser
from pytestqt.qtbot import QtBot

from assistant.values import Claim
from desktop.background import Background
from desktop.chat.answer_body import AnswerBody
from desktop.chat.chat_view import ChatView
from desktop.chat.text_blocks import CodeBlock, QuoteBlock, TextBlock
from desktop.widgets.theme import DARK, LIGHT, Appearance
from tests.desktop.driver import button, click, colours_in, settle, texts

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
MIXED = "Intro with [1].\n\n> A quote.\n\n```python\nx = 1\n```\n\n- one\n- two\n\nThe end."


@pytest.fixture
def body(qtbot: QtBot, background: Background) -> AnswerBody:
    made = AnswerBody(background)
    qtbot.addWidget(made)
    made.resize(600, 500)
    made.show()
    return made


def blocks(body: AnswerBody) -> list[TextBlock | QuoteBlock | CodeBlock]:
    """What is shown, from the top."""
    column = body.layout()
    assert column is not None
    items = [column.itemAt(place) for place in range(column.count())]
    widgets = [item.widget() for item in items if item is not None]
    return [each for each in widgets if isinstance(each, TextBlock | QuoteBlock | CodeBlock)]


def words(body: AnswerBody) -> str:
    """The words of all blocks."""
    shown = [each.text if isinstance(each, QuoteBlock) else each for each in blocks(body)]
    return "\n".join(each.source if isinstance(each, CodeBlock) else each.toPlainText() for each in shown)


def html(body: AnswerBody) -> str:
    return "".join(each.toHtml() for each in body.findChildren(TextBlock))


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_an_answer_in_pieces_of_any_size_looks_the_same(body: AnswerBody, size: int) -> None:
    for at in range(0, len(MIXED), size):
        body.append(MIXED[at : at + size])
    assert [type(each) for each in blocks(body)][:3] == [TextBlock, QuoteBlock, CodeBlock]
    written = words(body).split()
    body.finish(MIXED)
    assert words(body).split() == written


def test_paragraphs_are_one_text_so_that_a_selection_runs_through_them(body: AnswerBody) -> None:
    text = "First.\n\nSecond.\n\nThird."
    body.append(text)
    assert len(blocks(body)) == 1
    body.finish(text)
    assert len(blocks(body)) == 1 and words(body) == "First.\nSecond.\nThird."


def test_a_text_that_turns_into_code_becomes_code(body: AnswerBody) -> None:
    body.append("``")
    assert isinstance(blocks(body)[0], TextBlock)
    body.append("`\nx = 1")
    assert [type(each) for each in blocks(body)] == [CodeBlock]


def test_an_answer_replaced_by_a_shorter_one_leaves_nothing_behind(body: AnswerBody) -> None:
    body.append(MIXED)
    body.finish("Short.")
    assert words(body) == "Short."


def test_an_empty_answer_shows_nothing(body: AnswerBody) -> None:
    body.finish("")
    assert blocks(body) == []


def test_emphasis_is_shown_and_not_its_stars(body: AnswerBody) -> None:
    body.finish("It is **very** _hot_.")
    assert words(body) == "It is very hot."
    assert "font-weight:600" in html(body)


@pytest.mark.parametrize("text", ["<b>x</b>", "a < b & c > d", "<img src='file:///etc/passwd'>"])
def test_html_in_an_answer_is_shown_as_text(body: AnswerBody, text: str) -> None:
    body.finish(text)
    assert words(body) == text


@pytest.mark.parametrize(
    "address",
    ["/etc/passwd", "notes.md", "//evil.example", "../../.ssh/id_rsa", "file:///etc/passwd", "FILE:///x", "#a"],
)
def test_a_link_that_leads_to_no_page_is_no_link(body: AnswerBody, address: str) -> None:
    body.finish(f"[click]({address})")
    assert "click" in words(body)
    assert "href" not in html(body)


@pytest.mark.parametrize("address", ["https://example.org/a?b=c#d", "mailto:anna@example.org", "HTTP://EXAMPLE.ORG"])
def test_a_link_to_a_page_or_an_address_is_one(body: AnswerBody, address: str) -> None:
    body.finish(f"[click]({address})")
    assert f'href="{address}"' in html(body)


def test_a_clicked_link_is_reported_and_not_followed(body: AnswerBody, qtbot: QtBot) -> None:
    body.finish("[click](https://example.org/a)")
    (block,) = body.findChildren(TextBlock)
    qtbot.waitUntil(block.isVisible)
    place = block.cursorRect(block.textCursor()).center() + QPoint(8, 0)
    with qtbot.waitSignal(body.link_clicked) as clicked:
        click(block.viewport(), place)
    assert clicked.args == ["https://example.org/a"]
    assert words(body) == "click"


@pytest.mark.parametrize(
    ("written", "reported"),
    [
        ("https://example.org/a%20b?c=%26", "https://example.org/a%20b?c=%26"),
        ("https://example.org/%EC%B0%A8", "https://example.org/%EC%B0%A8"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("mailto:anna@example.org", "mailto:anna@example.org"),
    ],
)
def test_a_link_is_reported_as_it_is_opened(body: AnswerBody, qtbot: QtBot, written: str, reported: str) -> None:
    body.finish(f"[click]({written})")
    (block,) = body.findChildren(TextBlock)
    qtbot.waitUntil(block.isVisible)
    with qtbot.waitSignal(body.link_clicked) as clicked:
        click(block.viewport(), block.cursorRect(block.textCursor()).center() + QPoint(8, 0))
    assert clicked.args == [reported]


def test_links_in_quotes_are_reported_too(body: AnswerBody, qtbot: QtBot) -> None:
    body.finish("> see [1]")
    (quote,) = blocks(body)
    assert isinstance(quote, QuoteBlock)
    with qtbot.waitSignal(body.link_clicked) as clicked:
        quote.text.link_clicked.emit("cite:1")
    assert clicked.args == ["cite:1"]


def test_a_table_is_a_table(body: AnswerBody) -> None:
    body.finish("| a | b |\n| --- | --- |\n| 1 | 2 |")
    assert "<table" in html(body)


@pytest.mark.parametrize("text", ["تحتاج الطماطم إلى الشمس", "עגבניות צריכות שמש"])
def test_right_to_left_paragraphs_begin_at_the_right(body: AnswerBody, text: str) -> None:
    body.finish(text)
    (block,) = body.findChildren(TextBlock)
    assert block.document().firstBlock().textDirection() == Qt.LayoutDirection.RightToLeft


@pytest.mark.parametrize("text", ["토마토는 햇빛이 필요합니다.", "Größe: 5 m²", "番茄需要阳光。", "🍅🌞"])
def test_every_script_is_shown_whole(body: AnswerBody, text: str) -> None:
    for letter in text:
        body.append(letter)
    assert words(body) == text


def test_a_word_without_an_end_stays_inside_the_column(body: AnswerBody) -> None:
    body.finish("x" * 3000)
    (block,) = body.findChildren(TextBlock)
    assert block.document().size().width() <= body.width()


def test_a_block_is_as_high_as_its_text(body: AnswerBody, qtbot: QtBot) -> None:
    body.finish("One line.")
    (block,) = body.findChildren(TextBlock)
    qtbot.waitUntil(block.isVisible)
    one = block.height()
    body.finish("Several lines. " * 60)
    qtbot.waitUntil(lambda: block.height() > 3 * one)
    assert block.verticalScrollBar().maximum() == 0


def test_text_grows_with_the_zoom(body: AnswerBody, appearance: Appearance, qtbot: QtBot) -> None:
    body.finish("One line.")
    (block,) = body.findChildren(TextBlock)
    qtbot.waitUntil(block.isVisible)
    before = block.height()
    appearance.zoom_by(4)
    qtbot.waitUntil(lambda: block.height() > 1.3 * before)


def test_links_follow_dark_mode(body: AnswerBody, appearance: Appearance, qtbot: QtBot) -> None:
    body.finish("[click](https://example.org)")
    assert LIGHT.accent in html(body)
    appearance.choose_scheme("dark")
    qtbot.waitUntil(lambda: DARK.accent in html(body))


def test_code_is_named_by_its_language(body: AnswerBody) -> None:
    body.finish("```python\nx = 1\n```\n\n```\nplain\n```")
    named, plain = (each for each in blocks(body) if isinstance(each, CodeBlock))
    assert (texts(named), texts(plain)) == (["python"], ["code"])


def test_code_is_coloured_once_it_is_whole(body: AnswerBody, qtbot: QtBot) -> None:
    body.append("```python\nimport os\n```\n\nDone")
    (code,) = body.findChildren(CodeBlock)
    (inside,) = code.findChildren(QTextBrowser)
    qtbot.waitUntil(lambda: "color:#" in inside.toHtml())
    assert inside.toPlainText().strip() == "import os"


def test_code_is_coloured_again_in_the_dark(body: AnswerBody, appearance: Appearance, qtbot: QtBot) -> None:
    body.finish("```python\nimport os\n```")
    (code,) = body.findChildren(CodeBlock)
    (inside,) = code.findChildren(QTextBrowser)
    qtbot.waitUntil(lambda: "color:#" in inside.toHtml())
    light = inside.toHtml()
    appearance.choose_scheme("dark")
    qtbot.waitUntil(lambda: "color:#" in inside.toHtml() and inside.toHtml() != light)


def test_copied_code_is_as_it_was_written(body: AnswerBody, qtbot: QtBot) -> None:
    body.finish("```html\n<b>a &amp; b</b>\n\n  end\n```")
    (code,) = body.findChildren(CodeBlock)
    button(code, "Copy code").click()
    assert QGuiApplication.clipboard().text() == "<b>a &amp; b</b>\n\n  end"


def test_the_tick_after_a_copy_passes(body: AnswerBody, qtbot: QtBot) -> None:
    body.finish("```\nx\n```")
    (code,) = body.findChildren(CodeBlock)
    copy = button(code, "Copy code")
    copy.click()
    assert copy.accessibleName() == "Copied"
    qtbot.waitUntil(lambda: copy.accessibleName() == "Copy code", timeout=3000)


def test_long_lines_of_code_are_not_wrapped(body: AnswerBody, qtbot: QtBot) -> None:
    body.finish("```\n" + "x" * 500 + "\n```")
    (code,) = body.findChildren(CodeBlock)
    (inside,) = code.findChildren(QTextBrowser)
    qtbot.waitUntil(lambda: inside.horizontalScrollBar().maximum() > 0)
    qtbot.waitUntil(lambda: code.width() <= body.width())


def wheel(block: QTextBrowser, across: int, down: int) -> None:
    """Turn the wheel over a block."""
    window = block.window()
    place = window.rect().intersected(QRect(block.mapTo(window, QPoint(0, 0)), block.size())).center()
    QTest.wheelEvent(window.windowHandle(), QPointF(place), QPoint(across, down))


@pytest.mark.parametrize("text", ["Text. " * 2000, "```\n" + "x = 1\n" * 200 + "```"])
def test_the_wheel_over_an_answer_scrolls_the_conversation(qtbot: QtBot, background: Background, text: str) -> None:
    view = ChatView(background)
    qtbot.addWidget(view)
    view.resize(600, 300)
    view.show()
    view.add_question("Why?")
    view.add_answer("Reader").append(text)
    bar = view.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 500)
    bar.setValue(100)
    wheel(view.answers[0].body.findChildren(QTextBrowser)[0], 0, -120)
    assert bar.value() > 100


def test_code_scrolls_sideways_under_the_wheel(body: AnswerBody, qtbot: QtBot) -> None:
    body.finish("```\n" + "x" * 500 + "\n```")
    (inside,) = body.findChildren(QTextBrowser)
    qtbot.waitUntil(lambda: inside.isVisible() and inside.horizontalScrollBar().maximum() > 0)
    settle()
    wheel(inside, -120, 0)
    assert inside.horizontalScrollBar().value() > 0


def test_a_quote_has_a_bar_in_the_accent(body: AnswerBody) -> None:
    body.finish("> words")
    (quote,) = blocks(body)
    assert LIGHT.accent in colours_in(quote)


def test_the_menu_of_a_text_offers_to_copy_and_no_address(body: AnswerBody) -> None:
    offered: list[str] = []

    def look_and_close() -> None:
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        offered.extend(action.objectName() for action in menu.actions() if action.isVisible())
        menu.close()

    body.finish("80 [1]")
    (block,) = body.findChildren(TextBlock)
    QTimer.singleShot(0, look_and_close)
    block.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(5, 5), QPoint(5, 5)))
    assert offered == ["edit-copy", "select-all"]


def test_cells_of_a_table_are_copied_in_columns(body: AnswerBody) -> None:
    body.finish("Before.\n\n| a | 🍅 b |\n| --- | --- |\n| 1 | 2 |\n\nAfter.")
    (block,) = blocks(body)
    assert isinstance(block, TextBlock)
    block.selectAll()
    block.copy()
    assert QGuiApplication.clipboard().text() == "Before.\na\t🍅 b\n1\t2\n\nAfter."


def test_some_cells_of_a_table_are_copied_in_columns_too(body: AnswerBody) -> None:
    body.finish("| a | b | c |\n| --- | --- | --- |\n| 1 | 2 | 3 |\n| 4 | 5 | 6 |")
    (block,) = blocks(body)
    assert isinstance(block, TextBlock)
    cursor = block.document().find("2")
    cursor.setPosition(cursor.selectionStart())
    cursor.setPosition(block.document().find("6").selectionEnd(), QTextCursor.MoveMode.KeepAnchor)
    block.setTextCursor(cursor)
    block.copy()
    assert QGuiApplication.clipboard().text() == "2\t3\n5\t6"


LONG = "\n\n".join(
    [
        "# Big\n\nIntro with [1].\n\n## Head\n\nText below.\n\n- one\n- two\n\nAfter.\n\n1. a\n2. b\n\n### Small",
        "| a | b |\n| --- | --- |\n| 1 | 2 |\n\nMore.\n\n> quoted\n\nText.\n\n```\nx\n```\n\nEnd.",
        *(f"## Part {n}\n\n" + "Words of a paragraph. " * 30 for n in range(12)),
    ]
)


def test_nothing_moves_when_an_answer_ends(body: AnswerBody) -> None:
    def places() -> list[tuple[int, int]]:
        settle()
        return [(block.y(), block.height()) for block in blocks(body)]

    body.resize(600, 6000)
    for at in range(0, len(LONG), 37):
        body.append(LONG[at : at + 37])
    before = places()
    said = LONG.index("Text below.")
    claim = Claim(start=said, end=said + len("Text below."), verdict="not_in_sources")
    body.finish(LONG, (claim,))
    assert places() == before and len(before) > 6


def test_a_selection_stays_while_text_is_added(body: AnswerBody) -> None:
    body.append("The first paragraph.\n\nThe sec")
    (block,) = blocks(body)
    assert isinstance(block, TextBlock)
    block.setTextCursor(block.document().find("first"))
    body.append("ond.")
    assert block.textCursor().selectedText() == "first" and "second." in words(body)

import pytest
from PySide6.QtGui import QTextCharFormat
from pytestqt.qtbot import QtBot

from assistant.values import Claim
from desktop.chat.claim_marks import mark_claims, underline
from desktop.chat.markdown_blocks import split_blocks
from desktop.chat.text_blocks import TextBlock, fragments_of

ANSWER = "The **boiler** is old [1]. *It cost 900 dollars [1].* So it was."


def claim_on(answer: str, sentence: str, *missing: str) -> Claim:
    start = answer.index(sentence)
    return Claim(start=start, end=start + len(sentence), verdict="not_in_sources", missing=missing)


def html_of(answer: str, *claims: Claim) -> str:
    (block,) = split_blocks(mark_claims(answer, claims)).blocks
    return underline(block.html, iter([claim.says for claim in claims]))


def test_a_doubtful_sentence_is_underlined_and_says_the_doubt_on_hover(qtbot: QtBot) -> None:
    block = TextBlock()
    qtbot.addWidget(block)
    block.show_html(html_of(ANSWER, claim_on(ANSWER, "It cost 900 dollars [1].", "900 dollars")))
    fragments = fragments_of(block.document().begin())
    marked = [one for one in fragments if one.charFormat().toolTip()]
    assert [one.text().strip() for one in marked] == ["It cost 900 dollars", "."]
    assert {one.charFormat().toolTip() for one in marked} == {"Not in the sources: 900 dollars"}
    assert {one.charFormat().underlineStyle() for one in marked} == {QTextCharFormat.UnderlineStyle.DotLine}
    assert not any(one.charFormat().fontUnderline() for one in fragments)


def test_emphasis_and_citations_stay_as_they_are() -> None:
    html = html_of(ANSWER, claim_on(ANSWER, "It cost 900 dollars [1]."), claim_on(ANSWER, "So it was."))
    assert "<strong>boiler</strong>" in html
    assert "<em><span" in html
    assert [html.count(f'class="{name}"') for name in ("cite", "doubt")] == [1, 1]


def test_bold_text_from_one_sentence_into_the_next_is_marked_in_parts() -> None:
    answer = "The **tree is tall. It is** green."
    html = html_of(answer, claim_on(answer, "It is** green."))
    assert html.count("<span") == 2
    assert html.index("</strong>") > html.index("It is</span>")


def test_an_answer_with_such_brackets_is_left_alone() -> None:
    answer = "See \u2e281\u2e29. It cost 900 dollars."
    assert mark_claims(answer, [claim_on(answer, "It cost 900 dollars.")]) == answer


def test_a_doubt_cannot_smuggle_html_into_the_answer() -> None:
    html = html_of("It cost 900.", claim_on("It cost 900.", "It cost 900.", '"><img src=x>'))
    assert "<img" not in html


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        ("| a | b |\n| --- | --- |\n| 1 | 2 |", "<table>"),
        ("\\[ x^2 = 4 \\]", "<sup>2</sup>"),
        ("$$x^2 = 4$$", "<sup>2</sup>"),
        ("## A heading", "<h2>"),
        ("- [ ] one", "☐"),
        ("1. one", "<ol>"),
    ],
)
def test_a_doubt_does_not_change_what_a_line_is(answer: str, kept: str) -> None:
    marked = mark_claims(answer, [Claim(start=0, end=len(answer), verdict="not_in_sources")])
    html = "".join(block.html for block in split_blocks(marked).blocks)
    assert kept in html and "Not in the sources" in underline(html, iter(["Not in the sources"]))


def test_a_doubtful_row_leaves_its_table_a_table() -> None:
    answer = "| part | price |\n|---|---|\n| boiler | 900 dollars |"
    html = html_of(answer, claim_on(answer, "| boiler | 900 dollars |"))
    assert html.count("<td") == 2
    assert html.count("<span") == 2

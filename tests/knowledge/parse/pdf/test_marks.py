"""A quotation is found among the characters of its page, whatever became of its spaces, hyphens and lines."""

from __future__ import annotations

import pytest

from knowledge.parse.pdf.marks import find_quote


def found(page: str, quote: str, before: str = "") -> list[str]:
    return [page[start:end] for start, end in find_quote(page, quote, before).spans]


@pytest.mark.parametrize(
    ("page", "quote", "marked"),
    [
        ("Tea is  brewed\r\nat 80 degrees.", "brewed at 80 degrees", "brewed\r\nat 80 degrees"),
        ("a hyphen\ufffeated word", "hyphenated word", "hyphen\ufffeated word"),
        ("the ﬁrst oﬃce", "first office", "ﬁrst oﬃce"),
        ("녹차는 80도에서\r\n우린다.", "80도에서 우린다", "80도에서\r\n우린다"),
        ("绿茶用八十度的\r\n水冲泡。", "八十度的水冲泡", "八十度的\r\n水冲泡"),
        ("caf\u00e9 noir", "cafe\u0301 noir", "caf\u00e9 noir"),
    ],
)
def test_the_same_letters_are_the_same_words(page: str, quote: str, marked: str) -> None:
    assert found(page, quote) == [marked]


def test_of_several_occurrences_the_one_after_the_same_words_is_meant() -> None:
    page = "In May: 12 euros. In June: 12 euros. In July: 12 euros."
    (span,) = find_quote(page, "12 euros", "In May: 12 euros. In June: ").spans
    assert page[: span[0]].endswith("In June: ")


def test_lines_that_stand_in_two_columns_are_found_one_by_one() -> None:
    page = "the left column begins   and the right column\r\nand goes on below it     has a line beside it"
    quote = "the left column begins\nand goes on below it"
    assert found(page, quote) == ["the left column begins", "and goes on below it"]


def test_what_is_not_on_this_page_is_left_for_the_next() -> None:
    first = find_quote("…\r\nThe sentence begins here", "The sentence begins here\nand ends on another page.")
    assert first.rest == "and ends on another page."
    assert found("and ends on another page. More.", first.rest) == ["and ends on another page"]


def test_a_short_line_is_not_looked_for_far_away() -> None:
    assert found("of it" + " x" * 900 + " The second line is here", "The second line is here\nof it") == [
        "The second line is here"
    ]


@pytest.mark.parametrize("quote", ["", "***", "Another text altogether"])
def test_nothing_is_marked_where_nothing_is_found(quote: str) -> None:
    assert find_quote("Tea is brewed", quote) == ([], "")

"""Running titles and page numbers are taken off, and sentences go on over the page."""

from __future__ import annotations

import pytest

from knowledge.parse.pdf.pdf import parse_pdf
from knowledge.parse.pdf.running import joined, without_running_lines
from tests.knowledge.parse.pdf_files import pdf


def test_a_sentence_crosses_the_page_without_title_and_number() -> None:
    pages = [
        ["Guide to bees", "The queen is marked with a blue dot and lives in the", "1"],
        ["Guide to bees", "second box from the left of the apiary.", "2"],
    ]
    document = parse_pdf(pdf(pages), "bees")
    said = "The queen is marked with a blue dot and lives in the\nsecond box from the left of the apiary."
    assert document.text == f"Guide to bees\n\n{said}"
    assert document.page_starts == (0, document.text.index("second"))


@pytest.mark.parametrize(
    "number", ["{}", "— {} —", "Page {} of 5", "Seite {}", "{}/5", "第 {} 页", "стр. {}", "- {} -"]
)
def test_page_numbers_of_many_forms_are_taken_off(number: str) -> None:
    pages = [f"Words of page {'abcde'[n]}.\nMore of it.\n{number.format(n + 7)}" for n in range(5)]
    assert without_running_lines(pages) == [f"Words of page {'abcde'[n]}.\nMore of it." for n in range(5)]


def test_lines_that_differ_in_their_numbers_are_kept_once_each() -> None:
    pages = [f"Rate 0.15\nRate 0.35\nWords of page {'abcde'[n]}.\nMore." for n in range(5)]
    left = "\n".join(without_running_lines(pages))
    assert left.count("Rate 0.15") == left.count("Rate 0.35") == 1


def test_titles_that_take_turns_are_taken_off_but_for_the_first() -> None:
    pages = [f"{'Left title' if n % 2 else 'Right title'}\nText number {n} here.\nMore." for n in range(8)]
    left = "\n".join(without_running_lines(pages))
    assert left.count("Left title") == left.count("Right title") == 1
    assert all(f"Text number {n} here." in left for n in range(8))


def test_a_title_with_the_number_beside_it_is_taken_off_but_for_the_last() -> None:
    pages = [f"Words of page {'abcde'[n]}.\nGuide to bees {n + 7}" for n in range(5)]
    assert "\n".join(without_running_lines(pages)).count("Guide to bees") == 1


def test_what_differs_from_page_to_page_stays() -> None:
    pages = [f"INVOICE {1035 + n}\nTotal due: {n} euros.\nThanks." for n in range(6)]
    assert without_running_lines(pages)[3].startswith("INVOICE 1038")
    lessons = [f"Lesson {n + 1}\nText {'abcd'[n]}.\nMore." for n in range(4)]
    assert without_running_lines(lessons) == lessons


def test_copies_of_a_page_stay() -> None:
    assert without_running_lines(["Memo\nTo all.\nBye."] * 2) == ["Memo\nTo all.\nBye."] * 2


def test_a_word_broken_over_the_page_is_whole_and_a_compound_keeps_its_hyphen() -> None:
    assert joined(["It is an exam-", "ple of it."]) == ((0, 13), "It is an example of it.")
    assert joined(["It is well-known. So well-", "known that"])[1] == "It is well-known. So well-\nknown that"


def test_a_page_that_begins_anew_stands_apart() -> None:
    assert joined(["It ends here.", "", "then more"]) == ((0, 15, 15), "It ends here.\n\nthen more")
    assert joined(["No stop here", "A new one"])[1] == "No stop here\n\nA new one"


def test_chinese_goes_on_where_the_line_is_full() -> None:
    assert joined(["这是一个很长的句子它没有", "结束在这一页。"])[1] == "这是一个很长的句子它没有\n结束在这一页。"

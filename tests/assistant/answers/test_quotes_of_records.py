"""Quotations of what is written as lines below headings: contracts, signatures, lists of few characters."""

import pytest

from assistant.answers.quoted import quoted_parts
from assistant.answers.quotes import best_quotes
from knowledge.cutting.place import Place
from knowledge.passage import Passage, StageScores
from tests.assistant.samples import make_passage

LEASES = {
    "Landlord: Rosalind Ferris\nTenant: Anna Webb\nMonthly rent: £1,475 (on the first day)\nDeposit: £1,700": {
        "What is the monthly rent?": "Monthly rent: £1,475 (on the first day)",
        "Who is the landlord?": "Landlord: Rosalind Ferris",
    },
    "임대차 계약서\n임대인: 정해숙\n보증금: 5천만 원\n월세: 65만 원 (매월 25일 지급)\n기간: 2024년부터": {
        "월세는 얼마인가요?": "월세: 65만 원 (매월 25일 지급)",
    },
    "房屋租赁合同\n甲方（出租人）：赵建国\n月租金：人民币4200元，每季度首月五日前支付\n押金：人民币8400元": {
        "押金是多少？": "押金：人民币8400元",
    },
}


def quoted(question: str, passage: Passage) -> list[str]:
    return [quote.citation.quote for quote in best_quotes(question, [passage])]


@pytest.mark.parametrize(
    ("text", "question", "line"),
    [(text, question, line) for text, asked in LEASES.items() for question, line in asked.items()],
)
def test_line_of_a_record_is_quoted_alone(text: str, question: str, line: str) -> None:
    assert quoted(question, make_passage(text)) == [line]


def test_line_of_a_record_ends_where_a_sentence_begins_below_it() -> None:
    text = (
        "Policy: HR-448291-7\nExcess: £150\nBicycles are insured up to £1,500 if they are kept in a cellar at night.\n"
        "Contact: Sabine Webb"
    )
    assert quoted("How high is the excess?", make_passage(text)) == ["Excess: £150"]


def test_wrapped_prose_with_a_colon_stays_whole() -> None:
    text = "The committee came to one end\nand so: the oak desk is sold\nat once, by Miss Ferris."
    assert quoted("Who sold the oak desk?", make_passage(text)) == [text]


def test_heading_of_an_office_file_or_pdf_is_no_quotation_and_no_part_of_one() -> None:
    for gap in ("\n", "\n\n"):
        text = f"Notice period{gap}Either party may end the tenancy by two months' notice in writing."
        passage = make_passage(text, places=(Place(0, ("Tenancy", "Notice period"), 1),))
        assert quoted("What is the notice period of the tenancy?", passage) == [text.partition(gap)[2]]


def test_sentence_that_begins_with_the_words_of_its_heading_is_quoted_whole() -> None:
    text = "Notice period is two months for either party."
    assert quoted("How long is the notice period?", make_passage(text, places=(Place(0, ("Notice period",)),))) == [
        text
    ]


def test_item_of_few_wide_characters_is_quoted() -> None:
    passage = make_passage("- 五花肉 500克\n- 冰糖 30克\n- 八角 两个\n\n小火炒糖色，加入肉块翻炒。")
    assert quoted("红烧肉要放多少冰糖？", passage) == ["冰糖 30克"]


def test_words_that_ask_for_ones_notes_need_not_stand_in_the_quotation() -> None:
    passage = make_passage("Pause running for two weeks.", scores=StageScores(vector_rank=1, meaning=0.158))
    assert quoted("What do my notes say about running?", passage) == [passage.text]


def test_line_without_a_word_of_the_question_is_quoted_only_where_it_is_as_near_in_meaning() -> None:
    passage = make_passage(
        "Rent: 4,200 a month\nLandlord: Zhao\nTenant: Wang\nFlat: 188 Wensan Road", scores=StageScores(meaning=0.5)
    )
    nearness = {"Rent": 0.9, "Landlord": 0.6, "Tenant": 0.6, "Flat": 0.5}
    quotes = best_quotes("多少钱？", [passage], lambda _, texts: [nearness[text.partition(":")[0]] for text in texts])
    assert [quote.citation.quote for quote in quotes] == ["Rent: 4,200 a month"]


def test_links_of_a_wiki_are_shown_as_their_words() -> None:
    passage = make_passage("The contractor is [[People/Marta Kowalska|Marta]] of [[Northside Heating]].")
    shown = "".join(part.markdown for part in quoted_parts(best_quotes("Who is the contractor?", [passage])))
    assert "> The contractor is Marta of Northside Heating. [1]" in shown

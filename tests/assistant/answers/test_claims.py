from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.answers.claims import check_claims
from assistant.values import Claim, PromptContext, ReadWhole
from knowledge import Fact, Passage
from tests.assistant.samples import make_passage

BOILER = make_passage(
    "The boiler was replaced in May 2016 by Klaus Brandt, and cost 4,200 euros. It is checked every March.",
    path="/notes/house.md",
    heading=("Boiler",),
)
TREE = make_passage(
    "The apple tree was planted in 1987. It bears 40 kg of apples in a good year. Marta Lind waters it.",
    path="/notes/garden.md",
)
LEASE = make_passage(
    "Die Kündigungsfrist beträgt drei Monate zum Monatsende. Haustiere sind nicht erlaubt.",
    path="/notes/mietvertrag.md",
)
STATUTE = make_passage("劳动者每年有权休息五天。用人单位应当在三个月内支付加班费2.5万元。", path="/notes/law.md")
ALL = (BOILER, TREE, LEASE, STATUTE)


def claims(answer: str, passages: Sequence[Passage] = ALL, question: str = "") -> list[Claim]:
    return [*check_claims(answer, PromptContext(tuple(passages)), question)]


def verdict(answer: str, passages: Sequence[Passage] = ALL, question: str = "") -> tuple[str, tuple[str, ...]]:
    (claim,) = claims(answer, passages, question)
    return claim.verdict, claim.missing


@pytest.mark.parametrize(
    "answer",
    [
        "The boiler was replaced in May 2016 [1].",
        "It cost 4200 € [1].",
        "Klaus Brandt replaced the boiler on behalf of the owner [1].",
        "Brandt's boiler cost about 4,000 euros [1].",
        "The boiler is checked every March.",
        "The tree bears forty kilos [2].".replace("forty", "40"),
        "Die Kündigungsfrist beträgt 3 Monate [3].",
        "Haustiere sind nach dem Mietvertrag nicht erlaubt [3].",
        "劳动者每年有权休息5天 [4]。",
        "用人单位应当在3个月内支付加班费25000元 [4]。",
    ],
)
def test_what_a_source_says_is_supported(answer: str) -> None:
    assert verdict(answer) == ("supported", ())


@pytest.mark.parametrize(
    ("answer", "missing"),
    [
        ("The boiler was never replaced, and cost 900,000 dollars in 1987 [1].", ("900,000 dollars", "1987")),
        ("The boiler cost 4,300 euros [1].", ("4,300 euros",)),
        ("The boiler cost 4,200 dollars [1].", ("4,200 dollars",)),
        ("The boiler was replaced in June 2016 [1].", ("June",)),
        ("The tree bears 40 g of apples in a good year [2].", ("40 g",)),
        ("The boiler is not checked every March [1].", ("the negation",)),
        ("The boiler was never replaced [1].", ("the negation",)),
        ("Haustiere sind erlaubt [3].", ("the negation",)),
        ("Die Kündigungsfrist beträgt vier Monate [3].", ("vier monate",)),
        ("劳动者每年有权休息八天 [4]。", ("八 天",)),
        ("用人单位应当在三个月内支付加班费3.5万元 [4]。", ("3.5 元",)),
        ("劳动者每年无权休息五天 [4]。", ("the negation",)),
    ],
)
def test_what_a_source_says_otherwise_is_not_in_it(answer: str, missing: tuple[str, ...]) -> None:
    assert verdict(answer) == ("not_in_sources", missing)


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        ("The boiler was replaced by Klaus Meier in May 2016 [1].", "Meier"),
        ("The boiler was replaced by IKEA in May 2016 [1].", "IKEA"),
        ("Marta replaced the boiler in May 2016 [1].", "Marta"),
    ],
)
def test_a_name_that_the_source_does_not_have_is_named(answer: str, name: str) -> None:
    assert verdict(answer) == ("partly", (name,))


def test_a_name_of_the_question_is_known() -> None:
    assert verdict("The boiler was replaced for Ms Olsen in May 2016 [1].", question="When was Ms Olsen's boiler?") == (
        "supported",
        (),
    )


def test_an_invention_is_not_in_the_sources_and_cites_nothing() -> None:
    (claim,) = claims("My neighbour owns a red bicycle [1].")
    assert (claim.verdict, claim.citations) == ("not_in_sources", ())


def test_a_number_without_a_passage_cites_what_is_not_there() -> None:
    (claim,) = claims("The boiler is checked every March [7].")
    assert claim.verdict == "no_such_source"


def test_the_other_passages_are_compared_before_a_claim_is_doubted() -> None:
    (claim,) = claims("The apple tree was planted in 1987 [1].")
    assert (claim.verdict, [citation.n for citation in claim.citations]) == ("supported", [2])


def test_two_sources_bear_out_one_sentence() -> None:
    (claim,) = claims("The boiler was replaced in May 2016 and the apple tree was planted in 1987 [1][2].")
    assert (claim.verdict, {citation.n for citation in claim.citations}) == ("supported", {1, 2})


@pytest.mark.parametrize(
    "answer",
    [
        "When was it replaced?",
        "Here is what I found:",
        "Your files do not say who planted the tree.",
        "Let me know!",
        "—",
    ],
)
def test_what_states_nothing_is_no_claim(answer: str) -> None:
    assert all(claim.verdict == "no_claim" for claim in claims(answer))


def test_headings_code_and_rules_are_not_judged() -> None:
    assert claims("# Costs\n\n---\n\n```\nboiler = 900\n```\n") == []


def test_another_language_is_said_to_be_unchecked() -> None:
    assert verdict("보일러는 새것으로 바뀌었고 매년 점검을 받는다 [1].", (BOILER,)) == ("unchecked", ())


def test_another_number_is_noticed_in_any_language() -> None:
    assert verdict("The boiler costs 9000 euros, wie der Vertrag sagt [1].", (BOILER,))[0] == "not_in_sources"


def test_spans_are_those_of_the_sentences() -> None:
    answer = "- The boiler is checked every March. [1] Nobody waters the roses.\n- It cost 4,200 euros [1]."
    assert [answer[claim.start : claim.end] for claim in claims(answer)] == [
        "The boiler is checked every March. [1]",
        "Nobody waters the roses.",
        "It cost 4,200 euros [1].",
    ]


def test_a_number_that_was_counted_is_in_the_sources() -> None:
    orders = make_passage("| Customer | Amount |\n|---|---|\n| Lind | 40 |", path="/notes/orders.md")
    fact = Fact("17 rows, the sum of Amount is 1,240", (0, len(orders.text)), answers=True)
    read = ReadWhole(path=Path("/notes/orders.md"), complete=True, sections=1, of_sections=1, facts=(fact,))
    context = PromptContext((orders,), (read,))
    said, wrong = check_claims("The sum of the amounts is 1,240 [1]. The sum of the amounts is 1,250 [1].", context)
    assert (said.verdict, wrong.verdict) == ("supported", "not_in_sources")

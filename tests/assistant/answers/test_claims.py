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
TENANCY = make_passage(
    "The tenancy begins on 1 September 2022. In winter the heating runs from 6 am to 10 pm. Half of the deposit was"
    " paid by Peter Hargreaves. About 25% of the flats have a balcony. The house was sold for $1.2 million. Dogs are"
    " not allowed. The rent is £1,250 per month.",
    path="/notes/lease.md",
)
MIETE = make_passage(
    "Der Vertrag beginnt am 12.11.2023. Die Miete beträgt 1.000 € im Monat. Die Hälfte der Kaution zahlte Jonas Weber."
    " Der Mieter muss beim Auszug nicht renovieren.",
    path="/notes/miete.md",
)
DIARY = make_passage(
    "강아지 두 마리를 입양했다. 보리는 세 살이다. 진료비는 4만 5천 원이었다. 작년 매출은 2억 원이다.",
    path="/notes/diary.md",
)
HANDBOOK = make_passage(
    "病假工资为基本工资的百分之八十。优秀员工奖金为两万元。去年销售额达到3.5亿元。2023年11月12日成立。三分之一的员工是女性。",
    path="/notes/handbook.md",
)


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
        ("用人单位应当在三个月内支付加班费3.5万元 [4]。", ("3.5万 元",)),
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


def test_a_heading_denies_nothing() -> None:
    pets = make_passage("No dogs. One cat may be kept with consent.", path="/notes/Lease.md", heading=("Lease", "Pets"))
    assert "the negation" not in verdict("The lease does not allow dogs [1].", (pets,))[1]


def test_a_name_of_the_question_is_known() -> None:
    assert verdict("The boiler was replaced for Ms Olsen in May 2016 [1].", question="When was Ms Olsen's boiler?") == (
        "supported",
        (),
    )


@pytest.mark.parametrize(
    ("passage", "answer"),
    [
        (TENANCY, "The tenancy begins on 2022-09-01 [1]."),
        (TENANCY, "The tenancy begins on 01.09.2022 [1]."),
        (TENANCY, "In winter the heating runs from 6:00 to 22:00 [1]."),
        (TENANCY, "In winter the heating runs from 6 a.m. to 10 p.m. [1]."),
        (TENANCY, "Peter Hargreaves paid 50% of the deposit [1]."),
        (TENANCY, "A quarter of the flats have a balcony [1]."),
        (TENANCY, "The house was sold for $1.2m [1]."),
        (TENANCY, "The rent is GBP 1,250 per month [1]."),
        (TENANCY, "Dogs are prohibited [1]."),
        (MIETE, "Der Vertrag beginnt am 12. November 2023 [1]."),
        (MIETE, "Die Miete beträgt 1000 Euro im Monat [1]."),
        (MIETE, "Die Miete beträgt 1.000,00 EUR im Monat [1]."),
        (MIETE, "Jonas Weber zahlte 50 % der Kaution [1]."),
        (MIETE, "Der Mieter ist beim Auszug vom Renovieren befreit [1]."),
        (DIARY, "강아지 2마리를 입양했습니다 [1]."),
        (DIARY, "보리는 3살입니다 [1]."),
        (DIARY, "진료비는 45,000원이었습니다 [1]."),
        (DIARY, "작년 매출은 200,000,000원이다 [1]."),
        (HANDBOOK, "病假工资是基本工资的80% [1]。"),
        (HANDBOOK, "优秀员工奖金为20000元 [1]。"),
        (HANDBOOK, "去年销售额达到35000万元 [1]。"),
        (HANDBOOK, "公司于2023-11-12成立 [1]。"),
        (HANDBOOK, "1/3的员工是女性 [1]。"),
    ],
)
def test_a_number_written_otherwise_is_the_same(passage: Passage, answer: str) -> None:
    assert verdict(answer, (passage,)) == ("supported", ())


@pytest.mark.parametrize(
    ("passage", "answer"),
    [
        (TENANCY, "The tenancy begins on 2022-09-02 [1]."),
        (TENANCY, "The tenancy begins on 2022-10-01 [1]."),
        (TENANCY, "In winter the heating runs from 7 am to 10 pm [1]."),
        (TENANCY, "In winter the heating runs from 6 am to 10 am [1]."),
        (TENANCY, "Peter Hargreaves paid 60% of the deposit [1]."),
        (TENANCY, "A third of the flats have a balcony [1]."),
        (TENANCY, "The house was sold for $1.2bn [1]."),
        (TENANCY, "The rent is EUR 1,250 per month [1]."),
        (MIETE, "Der Vertrag beginnt am 12. Dezember 2023 [1]."),
        (MIETE, "Jonas Weber zahlte ein Drittel der Kaution [1]."),
        (DIARY, "강아지 세 마리를 입양했다 [1]."),
        (DIARY, "보리는 다섯 살이다 [1]."),
        (DIARY, "진료비는 5만 4천 원이었다 [1]."),
        (HANDBOOK, "病假工资是基本工资的百分之七十 [1]。"),
        (HANDBOOK, "优秀员工奖金为三万元 [1]。"),
        (HANDBOOK, "公司于2023年11月21日成立 [1]。"),
        (HANDBOOK, "三分之二的员工是女性 [1]。"),
    ],
)
def test_another_number_written_otherwise_is_noticed(passage: Passage, answer: str) -> None:
    assert verdict(answer, (passage,))[0] == "not_in_sources"


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
        "Yes.",
        "Nein [1].",
        "아니요.",
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


def test_a_passage_whose_file_is_gone_bears_nothing_out() -> None:
    (claim,) = claims("The boiler is checked every March [1].", (make_passage(""),))
    assert (claim.verdict, claim.citations) == ("not_in_sources", ())


def test_a_german_sentence_that_says_what_can_be_is_negated_like_any_other() -> None:
    garage = make_passage("Der Mieter kann die Garage nutzen.", path="/notes/garage.md")
    assert verdict("Der Mieter kann die Garage nicht nutzen [1].", (garage,)) == ("not_in_sources", ("the negation",))

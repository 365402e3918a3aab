from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from assistant.answers.claims import check_claims, citations_of
from assistant.values import Citation, PromptContext
from knowledge import Passage
from knowledge.cutting.place import Place
from tests.assistant.samples import make_passage

DESK = make_passage(
    "The desk is made of oak from Jutland. A carpenter built it in 1931. It has three drawers.",
    start=100,
    heading=("Desk",),
    page=2,
)
LAMP = make_passage("The lamp is brass. Its bulb draws 7 watts.", path="/notes/b.md")
STATUTE = make_passage("劳动者有权休息。用人单位应当支付加班费。", path="/notes/c.md")


def check_citations(answer: str, passages: Sequence[Passage]) -> tuple[Citation, ...]:
    return citations_of(answer, check_claims(answer, PromptContext(tuple(passages))))


def quotes(answer: str) -> list[tuple[int, str]]:
    return [(citation.n, citation.quote) for citation in check_citations(answer, [DESK, LAMP, STATUTE])]


def test_marker_cites_the_sentence_that_supports_its_claim() -> None:
    assert quotes("A carpenter built the desk in 1931 [1].") == [(1, "A carpenter built it in 1931.")]


def test_span_is_absolute_in_the_document() -> None:
    (citation,) = check_citations("It has three drawers [1].", [DESK])
    at = DESK.text.index("It has")
    assert (citation.start, citation.end) == (100 + at, 100 + at + len("It has three drawers."))
    assert (citation.path, citation.heading, citation.page) == (DESK.path, ("Desk",), 2)


@pytest.mark.parametrize("marker", ["[1, 2]", "[1][2]", "[1-2]", "【1、2】"])
def test_several_numbers_cite_several_passages(marker: str) -> None:
    assert [n for n, _ in quotes(f"The desk is oak and the lamp is brass {marker}.")] == [1, 2]


def test_marker_after_the_full_stop_belongs_to_the_sentence_before() -> None:
    answer = "The bulb draws 7 watts. [2] The desk has three drawers. [1]"
    assert quotes(answer) == [(2, "Its bulb draws 7 watts."), (1, "It has three drawers.")]


def test_unknown_numbers_are_dropped() -> None:
    assert quotes("The lamp is brass [2][9].") == [(2, "The lamp is brass.")]


@pytest.mark.parametrize("answer", ["```\nx = values[1]\n```", "Write `values[1]` there.", "See [1](https://a.b)."])
def test_brackets_of_code_and_links_are_no_markers(answer: str) -> None:
    assert quotes(answer) == []


def test_chinese_claims_find_their_sentence() -> None:
    assert quotes("公司应当支付加班费[3]。") == [(3, "用人单位应当支付加班费。")]


def test_claim_in_another_language_cites_the_passages_first_sentence() -> None:
    (citation,) = check_citations("这张桌子很旧 [1]。", [DESK])
    assert citation.quote == "The desk is made of oak from Jutland."


def test_claim_that_shares_nothing_cites_nothing() -> None:
    assert quotes("Every window of the house was painted blue [1].") == []


def test_same_grounds_are_cited_once() -> None:
    assert len(quotes("The lamp is brass [2]. Yes, the lamp is brass [2].")) == 1


def test_answer_without_markers_gets_citations_by_similarity() -> None:
    assert quotes("The desk was built by a carpenter in 1931. I like it.") == [(1, "A carpenter built it in 1931.")]


def test_answer_without_similar_sentences_gets_no_citations() -> None:
    assert quotes("Paris is the capital of France.") == []


@given(st.text(alphabet=st.sampled_from("a b.[1],2]9\n`*#。[")), st.text(max_size=60))
def test_every_quote_is_the_text_at_its_span(answer: str, text: str) -> None:
    passage = make_passage(text, start=7)
    for citation in check_citations(answer, [passage]):
        assert citation.quote == text[citation.start - 7 : citation.end - 7]


def test_a_citation_has_the_page_and_heading_of_its_first_word() -> None:
    text = "The roof leaks near the chimney. The orchard needs lime in autumn."
    second = text.index("The orchard")
    passage = replace(
        make_passage(text, heading=(), page=1),
        places=(Place(0, ("Roof",), 1), Place(second, ("Orchard",), 4)),
    )
    (citation,) = check_citations("The orchard needs lime [1].", [passage])
    assert (citation.page, citation.heading) == (4, ("Orchard",))
    assert [(c.page, c.heading) for c in check_citations("The roof leaks [1].", [passage])] == [(1, ("Roof",))]

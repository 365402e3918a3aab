from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from assistant.answers.quotes import best_quotes, quote_markdown
from knowledge.cutting.place import Place, Role
from knowledge.passage import Passage, StageScores
from tests.assistant.samples import make_passage

QUESTION = "How do I lower inference latency of a 70B model on A100 GPUs?"
PAGES = [
    make_passage(
        "# Attention\n\nWhat is attention?\n\nFused attention kernels lower latency by 2.1× on A100 GPUs. They keep the"
        " score matrix in fast memory.\n\n[Next](next.md)",
        path="/k/attention.md",
        heading=("Attention",),
    ),
    make_passage(
        "Grouped key-value heads cut the cache of a 70B model by 8×.", path="/k/kv.md", heading=("KV cache", "GQA")
    ),
    make_passage(
        "Tensor parallelism splits a 70B model over GPUs; latency falls.\n\n```\ninference latency 70B GPUs\n```",
        path="/k/parallel.md",
        heading=("Tensor parallelism",),
    ),
    make_passage(
        "| inference | latency | GPUs |\n|---|---|---|\n\nvLLM batches requests and lowers latency under load.",
        path="/k/vllm.md",
        heading=("vLLM",),
    ),
]


def quoted(question: str, passages: list[Passage]) -> list[str]:
    return [quote.citation.quote for quote in best_quotes(question, passages)]


def test_every_page_is_quoted_before_a_second_of_the_same() -> None:
    sources = [quote.citation.heading for quote in best_quotes(QUESTION, PAGES)]
    assert set(sources) == {page.heading for page in PAGES}


def test_quotations_of_one_heading_stand_together() -> None:
    sources = [quote.citation.heading for quote in best_quotes(QUESTION, PAGES)]
    assert sum(a != b for a, b in pairwise(sources)) == len(set(sources)) - 1


def test_headings_tables_code_links_and_questions_are_not_quoted() -> None:
    text = "\n".join(quoted(QUESTION, PAGES))
    assert not any(part in text for part in ("# ", "What is attention?", "|", "```", "next.md"))


def test_neighbouring_sentences_are_one_quotation() -> None:
    passage = make_passage("The desk is oak. The desk was built in 1931. Roses are red flowers of June.")
    assert quoted("When was the oak desk built?", [passage])[0] == "The desk is oak. The desk was built in 1931."


def test_no_sentence_is_quoted_twice_where_passages_overlap() -> None:
    text = "The oak desk is old. The oak desk is dark. The oak desk is tall."
    at = text.index("The oak desk is dark")
    passages = [make_passage(text[: at + 21]), make_passage(text[at:], start=at)]
    assert sorted(quoted("How is the oak desk?", passages)) == sorted(set(quoted("How is the oak desk?", passages)))


def test_nothing_is_quoted_where_nothing_is_near() -> None:
    assert quoted("What is the capital of Mongolia?", PAGES) == []


def test_passage_of_near_meaning_is_quoted_without_common_words() -> None:
    passage = make_passage("Le bureau est en chêne du Jutland.", scores=StageScores(vector_rank=1, vector=0.6))
    assert quoted("What wood is the desk made of?", [passage]) == ["Le bureau est en chêne du Jutland."]


def test_shared_word_of_a_passage_far_off_in_meaning_is_not_enough() -> None:
    passage = make_passage("Capital letters shout at the model.", scores=StageScores(vector_rank=1, vector=0.1))
    assert quoted("What is the capital of Mongolia?", [passage]) == []


def test_chinese_statute_is_quoted_for_a_question_in_chinese() -> None:
    passage = make_passage("第一条 劳动者享有休息的权利。第二条 用人单位应当支付加班费。")
    assert quoted("加班费由谁支付？", [passage])[0].endswith("用人单位应当支付加班费。")


def test_markdown_names_the_source_once_and_ends_with_the_number() -> None:
    passage = make_passage("Oak desks\nlast long.", heading=("Desk *one*",), page=4)
    (quote,) = best_quotes("How long do oak desks last?", [passage])
    assert quote_markdown(quote, None) == "**a.md › Desk \\*one\\* · p. 4**\n\n> Oak desks last long. [1]\n\n"
    assert quote_markdown(quote, quote) == "> Oak desks last long. [1]\n\n"


@given(st.lists(st.text(alphabet=st.sampled_from("desk oak. |`#\n-1?"), max_size=60), max_size=4))
def test_every_quote_is_the_text_at_its_span(texts: list[str]) -> None:
    passages = [make_passage(text, start=5, path=f"/{n}") for n, text in enumerate(texts)]
    for quote in best_quotes("oak desk 1", passages):
        source = passages[quote.citation.n - 1]
        assert quote.citation.quote == source.text[quote.citation.start - 5 : quote.citation.end - 5]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.md", "> Names in __all__ are *public* [1]"), ("a.py", "> Names in \\_\\_all\\_\\_ are \\*public\\* [1]")],
)
def test_signs_stay_signs_unless_the_file_is_markdown(name: str, expected: str) -> None:
    passage = make_passage("Names in __all__ are *public*", path=f"/notes/{name}")
    (quote,) = best_quotes("Which names are public?", [passage])
    assert quote_markdown(quote, quote).strip() == expected


def test_the_header_of_a_mail_and_a_comment_are_not_quoted() -> None:
    text = "From: Ann Boiler <ann@x.org>\n\nThe boiler in the cellar leaks.\n\n%% ask about the boiler in spring %%"
    mail = make_passage(text, path="/m/a.eml")
    starts = (0, text.index("The boiler"), text.index("%%"))
    roles: tuple[Role, ...] = ("header", "body", "comment")
    places = tuple(Place(start, (), None, role) for start, role in zip(starts, roles, strict=True))
    assert quoted("boiler cellar spring", [replace(mail, places=places)]) == ["The boiler in the cellar leaks."]

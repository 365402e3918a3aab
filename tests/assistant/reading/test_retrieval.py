import pytest

from assistant.reading.retrieval import rewrite_query
from tests.assistant.samples import make_turn

EARLIER = make_turn(1, question="How does vLLM schedule requests on A100 GPUs?")


@pytest.mark.parametrize(
    "question", ["Why?", "And its memory use at batch size eight?", "为什么？", "这个规定什么时候生效和施行？"]
)
def test_follow_up_is_searched_with_the_question_before(question: str) -> None:
    assert rewrite_query(question, [EARLIER]) == f"{EARLIER.question}\n{question}"


@pytest.mark.parametrize("question", ["How do I alert on an error budget?", "加班费由谁支付，标准是多少？"])
def test_standalone_question_is_searched_alone(question: str) -> None:
    assert rewrite_query(question, [EARLIER]) == question


def test_short_first_question_is_searched_as_it_is() -> None:
    assert rewrite_query("Why?", []) == "Why?"


def test_follow_ups_in_a_row_use_the_last_standalone_question() -> None:
    assert rewrite_query("And then?", [EARLIER, make_turn(2, question="Why?")]) == f"{EARLIER.question}\nAnd then?"

from assistant.reading.retrieval import in_context
from assistant.values import Turn
from tests.assistant.samples import make_turn

EARLIER = make_turn(1, question="How does vLLM schedule requests on A100 GPUs?", searched_for="")


def follow_up(question: str, *history: Turn, number: int) -> Turn:
    return make_turn(number, question=question, searched_for=in_context(question, history))


def test_question_is_understood_below_the_topic_of_the_one_before() -> None:
    assert in_context("And on two?", [EARLIER]) == "vLLM schedule requests A100 GPUs?\nAnd on two?"


def test_first_question_stands_alone() -> None:
    assert in_context("Why?", []) == ""


def test_follow_ups_in_a_row_keep_the_topic_they_began_with_and_the_last() -> None:
    second = follow_up("And AWQ?", EARLIER, number=2)
    third = follow_up("What does it need?", EARLIER, second, number=3)
    asked = in_context("How fast is it?", [EARLIER, second, third]).splitlines()
    assert (asked[0], asked[-1], len(asked)) == ("vLLM schedule requests A100 GPUs?", "How fast is it?", 3)


def test_a_question_that_stood_alone_begins_a_new_topic() -> None:
    changed = make_turn(2, question="Who founded Warsaw?", searched_for="")
    assert in_context("When?", [EARLIER, changed]) == "founded Warsaw?\nWhen?"

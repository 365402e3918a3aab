import pytest

from knowledge.threshold import is_answerable


@pytest.mark.parametrize(
    ("texts", "cosine", "answerable"),
    [
        ([["kettle", "tea"], ["milk"]], 0.3, True),
        ([["milk"]], 0.7, True),
        ([["milk"]], 0.3, False),
        ([["kettle", "milk"]], None, True),
        ([["milk"]], None, False),
        ([], None, False),
    ],
)
def test_terms_and_nearness_together_answer(texts, cosine, answerable):
    assert is_answerable(["kettle", "tea"], texts, cosine) is answerable


def test_a_question_without_terms_is_let_through():
    assert is_answerable([], [["milk"]], None)

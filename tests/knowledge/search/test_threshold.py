import pytest

from knowledge.search.selection import is_answerable


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
def test_terms_and_nearness_together_answer(texts: list[list[str]], cosine: float | None, answerable: bool) -> None:
    assert is_answerable(["kettle", "tea"], texts, cosine) is answerable


def test_a_question_without_terms_is_let_through() -> None:
    assert is_answerable([], [["milk"]], None)


def test_pairs_of_characters_need_a_smaller_share_than_words() -> None:
    chinese = ["向量", "量检", "检索", "向", "量", "检"]
    assert is_answerable(chinese, [["检索"]], None)
    assert not is_answerable(chinese, [["向", "量", "检"]], None)
    assert not is_answerable(["vector", "search", "index", "memory", "cache", "page"], [["page"]], None)

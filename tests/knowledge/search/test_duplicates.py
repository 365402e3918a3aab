import pytest

from knowledge.search.selection import ShingleFingerprint

PARAGRAPH = " ".join(f"word{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(80))


def near(one: str, other: str) -> bool:
    return ShingleFingerprint.of(one).is_near(ShingleFingerprint.of(other))


def test_a_version_with_one_word_changed_says_the_same() -> None:
    assert near(PARAGRAPH, PARAGRAPH.replace("wordab", "other"))


def test_layout_and_case_make_no_difference() -> None:
    assert near(PARAGRAPH, "> " + PARAGRAPH.upper().replace(" ", "\n"))


@pytest.mark.parametrize("other", ["Paid 12 euros in 2020.", "Paid twelve euros in 2019."])
def test_texts_that_differ_in_a_number_are_no_duplicates(other: str) -> None:
    assert not near(f"Paid 12 euros in 2019. {PARAGRAPH}", f"{other} {PARAGRAPH}")


def test_a_short_text_with_another_name_is_no_duplicate() -> None:
    assert not near("Alice owes Bob the money for the tea.", "Carol owes Bob the money for the tea.")


def test_half_of_a_text_is_not_the_whole() -> None:
    assert not near(PARAGRAPH, PARAGRAPH[: len(PARAGRAPH) // 2])


def test_chinese_is_compared_by_characters() -> None:
    text = "保守国家秘密的工作实行积极防范突出重点依法管理的方针既确保国家秘密安全又便利信息资源合理利用"
    assert near(text, text.replace("的方针", "之方针") + "。") is False
    assert near(text * 3, text * 3 + "也")


def test_texts_of_a_word_or_two_are_the_same_only_if_equal() -> None:
    assert near("kettle", "Kettle!") and not near("kettle", "teapot")

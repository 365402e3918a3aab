"""Fusion: each stage is trusted as far as it can read the question."""

import pytest

from knowledge.search.fuse import NAME_WEIGHT, SAME_SECTION_PENALTY, VECTOR_WEIGHT, fuse, spread


def order(scores: dict[int, float]) -> list[int]:
    return sorted(scores, key=lambda i: -scores[i])


def test_an_embedder_that_cannot_read_the_question_changes_nothing() -> None:
    assert order(fuse({1: 0.1, 2: 0.9, 3: 0.5}, {1: 9.0, 3: 4.0}, coverage=0.0, name_scores={}))[:2] == [1, 3]


def test_a_chunk_that_both_stages_like_comes_first() -> None:
    assert order(fuse({1: 0.6, 2: 0.55}, {2: 9.0, 3: 8.0}, coverage=1.0, name_scores={}))[0] == 2


def test_scores_are_weighed_as_documented() -> None:
    fused = fuse({1: 0.5}, {1: 4.0, 2: 8.0}, coverage=1.0, name_scores={})
    assert fused[1] == pytest.approx(VECTOR_WEIGHT * 0.5 + (1 - VECTOR_WEIGHT) * 0.5)


def test_vectors_stand_alone_when_no_keyword_matched() -> None:
    assert fuse({1: 0.2, 2: 0.4}, {}, coverage=0.3, name_scores={}) == {1: 0.2, 2: 0.4}


def test_keywords_stand_alone_without_an_embedder() -> None:
    assert fuse({}, {1: 2.0, 2: 1.0}, coverage=0.0, name_scores={}) == {1: 1.0, 2: 0.5}


def test_a_file_that_the_question_names_goes_first() -> None:
    fused = fuse({1: 0.6, 2: 0.5}, {1: 9.0, 2: 7.0}, coverage=1.0, name_scores={2: 1.0, 3: 0.5})
    assert order(fused)[0] == 2 and fused[3] == pytest.approx(NAME_WEIGHT * 0.5)


def test_another_section_goes_before_the_second_passage_of_the_same() -> None:
    fused = {1: 0.80, 2: 0.79, 3: 0.79 - SAME_SECTION_PENALTY / 2}
    assert list(spread(fused, {1: 7, 2: 7, 3: 8})) == [1, 3, 2]


def test_a_much_better_passage_of_the_same_section_still_goes_first() -> None:
    fused = {1: 0.80, 2: 0.79, 3: 0.79 - SAME_SECTION_PENALTY * 2}
    assert list(spread(fused, {1: 7, 2: 7, 3: 8})) == [1, 2, 3]


def test_passages_of_one_section_keep_their_order() -> None:
    assert list(spread({1: 0.2, 2: 0.9, 3: 0.5}, {1: 7, 2: 7, 3: 7})) == [2, 3, 1]

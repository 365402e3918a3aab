from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge.index.entry import Restriction
from knowledge.search.cache import CacheLimits, NormalisedQuestion, SearchCache
from knowledge.search.query import Query
from knowledge.terms.analyzer import Analyzer

ANALYZER = Analyzer()
Cache = SearchCache[str]
VECTOR = np.array([1.0, 0.0], np.float32)


def query(question: str, **changes: Any) -> Query:
    return replace(Query(question, Restriction((1,)), k=8), **changes)


def normalised(question: str) -> NormalisedQuestion:
    return NormalisedQuestion.of(question, ANALYZER.question_terms(question))


@pytest.fixture
def cache() -> Cache:
    return Cache()


def keep(cache: Cache, question: str, found: str = "found", state: int = 1, **changes: Any) -> None:
    asked = query(question, **changes)
    cache.same(asked, state)
    cache.store(asked, state, normalised(question), VECTOR, found)


def similar(
    cache: Cache, question: str, vector: NDArray[np.float32] = VECTOR, state: int = 1, **changes: Any
) -> str | None:
    return cache.similar(query(question, **changes), state, normalised(question), vector)


def test_the_same_question_is_answered_again(cache: Cache) -> None:
    keep(cache, "green tea")
    assert cache.same(query("green tea"), 1) == "found"


@pytest.mark.parametrize(
    "changes", [{"k": 4}, {"within": Restriction((2,))}, {"stages": frozenset({"keyword", "cache"})}]
)
def test_another_restriction_count_or_stage_is_another_query(cache: Cache, changes: dict[str, Any]) -> None:
    keep(cache, "green tea")
    assert cache.same(query("green tea", **changes), 1) is None
    assert similar(cache, "green tea", **changes) is None


def test_everything_is_forgotten_when_the_state_moves(cache: Cache) -> None:
    keep(cache, "green tea")
    assert similar(cache, "green tea", state=2) is None
    assert cache.same(query("green tea"), 1) is None


def test_what_a_search_found_in_an_earlier_state_is_not_kept(cache: Cache) -> None:
    cache.same(query("black tea"), 2)
    cache.store(query("green tea"), 1, normalised("green tea"), VECTOR, "found")
    assert cache.same(query("green tea"), 2) is None


def test_a_question_in_other_dress_is_similar(cache: Cache) -> None:
    keep(cache, "How long do I steep green tea?")
    assert similar(cache, "how long should green teas be steeped") == "found"
    assert similar(cache, "green tea: steep how long?") == "found"


def test_a_question_that_is_not_near_enough_is_not(cache: Cache) -> None:
    keep(cache, "steep green tea")
    assert similar(cache, "green tea steep", vector=np.array([0.89, 0.45], np.float32)) is None


@pytest.mark.parametrize(
    ("kept", "asked"),
    [
        ("revenue in 2019", "revenue in 2020"),
        ("Which drugs are safe?", "Which drugs are not safe?"),
        ("letters to Alice", "letters to Bob"),
        ("letters to Alice", "letters from Alice"),
        ("drinks with sugar", "drinks without sugar"),
        ("increase the memory", "decrease the memory"),
    ],
)
def test_numbers_negations_and_names_tell_questions_apart(cache: Cache, kept: str, asked: str) -> None:
    keep(cache, kept)
    assert similar(cache, asked) is None


def test_the_least_recently_used_is_dropped() -> None:
    cache = Cache(CacheLimits(searches=2))
    keep(cache, "one")
    keep(cache, "two")
    cache.same(query("one"), 1)
    keep(cache, "three")
    assert [cache.same(query(q), 1) for q in ("one", "two", "three")] == ["found", None, "found"]


def test_nothing_is_kept_where_no_search_may_be() -> None:
    cache = Cache(CacheLimits(searches=0))
    keep(cache, "green tea")
    assert cache.same(query("green tea"), 1) is None


@pytest.mark.parametrize(("similar_cosine", "found"), [(0.85, "found"), (0.9, None)])
def test_how_near_a_rewording_must_be_can_be_set(similar_cosine: float, found: str | None) -> None:
    cache = Cache(CacheLimits(similar_cosine=similar_cosine))
    keep(cache, "steep green tea")
    assert similar(cache, "green tea steep", vector=np.array([0.89, 0.45], np.float32)) == found

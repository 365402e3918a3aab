"""Filters over metadata."""

import pytest
from hypothesis import given, strategies as st

from knowledge.document import Metadata
from knowledge.index.entry import Both, Either, FactFilter, HasAny, Not, fact_values, metadata_facts
from knowledge.index.where import FilterInvalid, parse_where

PAGE: Metadata = {
    "difficulty": "advanced",
    "model_applicable": ("llama", "qwen"),
    "year": 2024,
    "draft": False,
    "title": "It's KV",
}


@pytest.mark.parametrize(
    ("where", "passes"),
    [
        ("difficulty = 'advanced'", True),
        ("difficulty != 'advanced'", False),
        ("model_applicable has 'llama'", True),
        ("model_applicable has 'lla'", False),
        ("title has 'KV'", True),
        ("title = 'It''s KV'", True),
        ("difficulty=advanced", True),
        ("model_applicable has qwen", True),
        ("draft = true", False),
        ("draft = false", True),
        ("year >= 2024", True),
        ("year < 2024", False),
        ("missing = 'x'", False),
        ("missing != 'x'", True),
        ("NOT difficulty = 'advanced'", False),
        ("difficulty = 'x' AND year = 2024 OR year = 2024", True),
        ("difficulty = 'x' AND (year = 2024 OR year = 2024)", False),
        ("difficulty = 'advanced' and model_applicable HAS 'qwen'", True),
    ],
)
def test_a_filter_means_what_it_says(where: str, passes: bool) -> None:
    assert parse_where(where).test(PAGE) is passes


@pytest.mark.parametrize(
    "where", ["", "difficulty", "difficulty =", "= 'x'", "a = 'x' b", "(a = 'x'", "a ~ 'x'", "a = 'x"]
)
def test_what_is_not_a_filter_is_refused_with_an_example(where: str) -> None:
    with pytest.raises(FilterInvalid) as refusal:
        parse_where(where)
    assert "AND" in refusal.value.hint


def test_a_list_passes_no_comparison_but_has_and_unequal() -> None:
    assert [parse_where(f"model_applicable {o} 'llama'").test(PAGE) for o in ("=", "<", ">", "!=", "has")] == [
        False,
        False,
        False,
        True,
        True,
    ]


def test_the_keys_of_a_filter_are_all_that_it_names() -> None:
    assert parse_where("a = 1 OR NOT (b has 'x' AND a > 2)").keys == {"a", "b"}


def test_a_predicate_names_only_values_that_exist_and_pass() -> None:
    predicate = parse_where("year > 2020").predicate({"year": {"2019", "2021", "2024"}})
    assert predicate == HasAny(("year=2021", "year=2024"))


values = st.one_of(
    st.sampled_from(["a", "b", "ab", "1", "it's"]),
    st.sampled_from([0, 1, 2, 1.5, True]),
    st.lists(st.sampled_from(["a", "b", "1"]), max_size=2).map(tuple),
)
pages = st.lists(st.dictionaries(st.sampled_from(["k", "l"]), values), max_size=6)
comparisons = st.builds(
    "{} {} {}".format,
    st.sampled_from(["k", "l", "missing"]),
    st.sampled_from(["=", "!=", "<", "<=", ">", ">=", "has"]),
    st.sampled_from(["'a'", "'1'", "'it''s'", "1", "1.5"]),
)
filters = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.builds("({} AND {})".format, inner, inner),
        st.builds("({} OR {})".format, inner, inner),
        st.builds("NOT {}".format, inner),
    ),
    max_leaves=5,
)


def passes(predicate: FactFilter, facts: set[str]) -> bool:
    """What the predicate's SQL means."""
    match predicate:
        case HasAny(wanted):
            return not facts.isdisjoint(wanted)
        case Not(inner):
            return not passes(inner, facts)
        case Both(parts):
            return all(passes(part, facts) for part in parts)
        case Either(parts):
            return any(passes(part, facts) for part in parts)
        case _:
            raise AssertionError(f"an unknown filter: {predicate}")


@given(pages, filters)
def test_a_predicate_passes_exactly_the_pages_that_the_filter_does(pages: list[Metadata], text: str) -> None:
    where = parse_where(text)
    known = {key: {v for page in pages for k, v in fact_values(page) if k == key} for key in where.keys}
    predicate = where.predicate(known)
    for page in pages:
        assert passes(predicate, set(metadata_facts(page))) is where.test(page), page

"""Filters over metadata."""

import pytest

from knowledge.where import FilterInvalid, parse_where

PAGE = {"difficulty": "advanced", "model_applicable": ("llama", "qwen"), "year": 2024, "title": "It's KV"}


@pytest.mark.parametrize(
    ("where", "passes"),
    [
        ("difficulty = 'advanced'", True),
        ("difficulty != 'advanced'", False),
        ("model_applicable has 'llama'", True),
        ("model_applicable has 'lla'", False),
        ("title has 'KV'", True),
        ("title = 'It''s KV'", True),
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
def test_a_filter_means_what_it_says(where, passes):
    assert parse_where(where)(PAGE) is passes


@pytest.mark.parametrize(
    "where", ["", "difficulty", "difficulty =", "= 'x'", "a = 'x' b", "(a = 'x'", "a ~ 'x'", "a = 'x"]
)
def test_what_is_not_a_filter_is_refused_with_an_example(where):
    with pytest.raises(FilterInvalid) as refusal:
        parse_where(where)
    assert "AND" in refusal.value.hint

"""Facts: metadata values as texts."""

from knowledge.document import Metadata
from knowledge.index.entry import Both, Either, HasAny, Not, fact_values, metadata_facts, values_of

PAGE: Metadata = {
    "difficulty": "advanced",
    "models": ("llama", "qwen", "llama"),
    "year": 2024,
    "draft": True,
    "title": "It's KV",
}


def test_every_value_is_a_fact_and_every_element_of_a_list_is_one() -> None:
    assert metadata_facts(PAGE) == (
        'difficulty="advanced"',
        'models=["llama"]',
        'models=["qwen"]',
        "year=2024",
        "draft=true",
        'title="It\'s KV"',
    )


def test_a_stored_value_reads_back_as_itself() -> None:
    values: Metadata = {"a": "1", "b": 1, "c": 1.5, "d": True, "e": ("1", "2"), "f": "汉字", "g": 'a,"\n]', "h": "\x00"}
    stored = [value for _, value in fact_values(values)]
    assert values_of(stored) == ["1", 1, 1.5, True, ("1",), ("2",), "汉字", 'a,"\n]', "\x00"]
    assert values_of(()) == []


def test_a_filter_counts_its_facts_over_all_parts() -> None:
    assert Both((HasAny(("a=1", "a=2")), Not(Either((HasAny(("b=1",)), HasAny(())))))).size == 3

"""Relevance: one number from 0 to 1 for what the stages found."""

from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from knowledge.library import Library
from knowledge.search.fuse import LIKENESS_WEIGHT
from knowledge.search.query import Stage
from knowledge.search.relevance import relevances
from tests.embedders import WordsEmbedder
from tests.knowledge.note_files import write

SCORES = st.dictionaries(st.integers(0, 9), st.floats(0, 2), min_size=1)


@given(SCORES, st.dictionaries(st.integers(0, 9), st.floats(allow_nan=False)))
def test_it_is_from_0_to_1_and_orders_as_search_does(fused: dict[int, float], logits: dict[int, float]) -> None:
    logits = {i: logit for i, logit in logits.items() if i in fused}
    found = relevances(fused, 1.4, logits)
    assert found.keys() == fused.keys() and all(0 <= relevance <= 1 for relevance in found.values())
    ordered = [
        *sorted(logits, key=lambda i: -logits[i]),
        *sorted(fused.keys() - logits.keys(), key=lambda i: -fused[i]),
    ]
    assert [found[i] for i in ordered] == sorted(found.values(), reverse=True)


def test_a_reranked_passage_has_the_models_probability() -> None:
    assert relevances({1: 0.1, 2: 1.3}, 1.4, {1: 0.0}) == {1: 0.5, 2: 0.5}


def test_it_is_a_share_of_the_best_that_there_can_be() -> None:
    assert relevances({1: 0.7, 2: 1.9}, 1.4, {}) == {1: 0.5, 2: 1.0}


@pytest.mark.parametrize(("stages", "most"), [({"keyword"}, 1 + LIKENESS_WEIGHT), ({"vector"}, 1.0)])
def test_what_stages_cannot_give_is_not_missed(tmp_path: Path, notes: Path, stages: set[Stage], most: float) -> None:
    write(notes, "a.md", "kettle teapot saucer")
    write(notes, "b.md", "kettle on a stove in a kitchen")
    with closing(Library(tmp_path / "home", lambda name: WordsEmbedder("words", 32))) as library:
        library.add_folder(notes)
        library.sync()
        first, *_ = library.searcher.search("kettle teapot saucer", stages=frozenset(stages)).passages
    assert first.relevance == pytest.approx(first.scores.fused / most) == pytest.approx(1.0)

"""BM25 in memory: a few rows, looked up one by one, score what they score among all."""

from __future__ import annotations

import random

import numpy as np
import pyarrow as pa
import pytest

from knowledge.index.bm25 import Scoring
from knowledge.index.postings import InvertedIndex, term_hashes


@pytest.mark.parametrize("rows", [[], [0], [3, 4, 299], list(range(300))])
def test_a_few_rows_score_what_they_score_among_all(rows: list[int]) -> None:
    pick, words = random.Random(3), [f"w{number}" for number in range(30)]
    texts = [" ".join(pick.choices(words, range(30), k=pick.randrange(0, 40))) for _ in range(300)]
    index = InvertedIndex.of(pa.array(texts))
    single, repeated = index.spans(term_hashes(["w1", "w29", "w15", "nowhere"]))
    scoring = Scoring(index, single, repeated, np.array([3.0, 0.1, 1.7, 9.0]), index.total_length / 300)
    assert scoring.of_rows(np.array(rows, np.intp)).tolist() == scoring.of_every_row()[rows].tolist()
    assert np.count_nonzero(scoring.of_every_row()) > 200

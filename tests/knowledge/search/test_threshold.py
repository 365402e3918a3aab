"""Nothing is found only where nothing answers."""

from pathlib import Path

import numpy as np
import pytest

from knowledge.index.entry import Restriction
from knowledge.ledger.rows import ChunkRow
from knowledge.search.evidence import Evidence, agreement, evidence, unrelated_cosine
from knowledge.search.fuse import CandidatePool, Hits
from knowledge.terms.analyzer import Analyzer

ANALYZER = Analyzer()
ALL = Restriction((1,))


@pytest.mark.parametrize(
    ("meaning", "share", "likeness", "agreement", "is_enough"),
    [
        (0.0, 0.9, 0.9, 0.0, True),  # the words alone
        (0.6, 0.0, 0.0, 0.0, True),  # the meaning alone
        (0.3, 0.3, 0.3, 0.5, True),
        (0.3, 0.3, 0.3, 0.0, False),
        (0.3, 0.3, 0.6, 0.0, True),  # other endings of the words
        (None, 0.3, 0.0, 1.0, True),
        (None, 0.1, 0.9, 1.0, False),
    ],
)
def test_meaning_words_letters_and_agreement_answer(
    meaning: float | None, share: float, likeness: float, agreement: float, is_enough: bool
) -> None:
    assert Evidence(meaning, share, likeness, agreement, is_unspaced=False).is_enough is is_enough


def test_pairs_of_characters_need_a_smaller_share_than_words() -> None:
    assert Evidence(None, 0.15, 0.0, 0.0, is_unspaced=True).is_enough
    assert not Evidence(None, 0.15, 0.0, 0.0, is_unspaced=False).is_enough


def test_the_closest_sentence_speaks_beside_the_nearest_passage() -> None:
    vector = np.array([1.0, 0.0], np.float32)
    pool = CandidatePool({}, {}, {}, [], Hits(vector, [(1, 0.2)], [], {}, 1.0), closest={1: 0.8})
    assert evidence([], None, pool, [], ANALYZER).meaning == pytest.approx(0.5)


def test_passages_that_both_find_early_agree() -> None:
    assert agreement([(1, 0.9), (2, 0.8)], [(1, 7.0)]) == 1.0
    assert agreement([(1, 0.9), (2, 0.8)], [(3, 7.0), (2, 6.0)]) == 0.5
    assert agreement([(1, 0.9)], [(3, 7.0)]) == 0.0


def test_rare_words_of_a_question_count_for_more() -> None:
    text = "The committee settled the matter."
    assert share("settled zeppelin", text, frequencies=[90, 3]) < share("settled zeppelin", text, frequencies=[3, 90])


def test_words_spread_over_sentences_are_less_than_one_sentence_of_them() -> None:
    together, apart = "Rent is due in March. Snow fell.", "Rent is due. Snow fell in March."
    assert share("rent March", together, frequencies=[5, 5]) == 1.0 > share("rent March", apart, frequencies=[5, 5])


def test_headings_tags_and_the_files_name_count_for_each_sentence() -> None:
    assert share("lease notice", "Notice is three months.", frequencies=[5, 5], context="Lease") == 1.0
    assert share("lease notice", "Notice is three months.", frequencies=[5, 5], tags=("lease",)) == 1.0
    assert share("lease notice", "Notice is three months.", frequencies=[5, 5], path="lease.md") == 1.0


@pytest.mark.parametrize(
    ("embedder", "question", "cosine"),
    [
        ("multilingual-e5-small-int8", "When?", 0.765),
        ("multilingual-e5-small", "锅炉什么时候检修？", 0.81),
        ("multilingual-e5-small", "ボイラーは何時に点検されますか", 0.765),
        ("all-MiniLM-L6-v2-int8", "锅炉", 0.04),
        ("another", "When?", 0.0),
    ],
)
def test_cosines_are_measured_from_those_of_unrelated_texts(embedder: str, question: str, cosine: float) -> None:
    assert unrelated_cosine(embedder, question) == cosine


def share(
    question: str,
    text: str,
    *,
    frequencies: list[int],
    context: str = "",
    tags: tuple[str, ...] = (),
    path: str = "notes.md",
) -> float:
    asked = ANALYZER.question_terms(question)
    counted = [n for word, n in zip(asked, frequencies, strict=True) for _ in word.alternatives]
    row = ChunkRow(
        id=1,
        file_id=1,
        folder_id=1,
        path=Path(path),
        metadata={"tags": tags},
        start=0,
        end=len(text),
        heading=(),
        page=None,
        places=(),
        role="body",
        context=context,
        text=text,
        hash=b"",
    )
    pool = CandidatePool({}, {}, {}, [], Hits(None, [], [], {}, 0.0))
    return evidence(asked, (100, counted), pool, [row], ANALYZER).share

from pathlib import Path

import numpy as np
import pytest

from knowledge.encoders.agreement import PASSAGES, QUESTIONS, agreement, check_int8
from knowledge.encoders.encoder_catalogue import find_encoder
from tests.models import tiny_bert, tiny_xlm_roberta

BEHIND = [-1.0, -2.0, -3.0, -4.0, -5.0]
EXACT = np.random.default_rng(0).normal(size=(16, 40)).astype(np.float32)


@pytest.mark.parametrize("strict", [True, False])
def test_equal_scores_agree(strict: bool) -> None:
    found = agreement(EXACT, EXACT * 3 + 1, strict=strict)
    assert (found.agrees, found.ndcg) == (True, 1.0)


@pytest.mark.parametrize("strict", [True, False])
def test_unrelated_scores_do_not_agree(strict: bool) -> None:
    assert not agreement(EXACT, EXACT[:, ::-1], strict=strict).agrees


@pytest.mark.parametrize("strict", [True, False])
def test_small_noise_agrees_and_large_noise_does_not(strict: bool) -> None:
    noise = np.random.default_rng(1).normal(size=EXACT.shape).astype(np.float32)
    assert agreement(EXACT, EXACT + 0.002 * noise, strict=strict).agrees
    assert not agreement(EXACT, EXACT + 0.3 * noise, strict=strict).agrees


def test_passages_that_float32_all_but_ties_may_change_places() -> None:
    exact = np.array([[10, 9, 8, 7, 0.01, 0.0, *BEHIND]], np.float32)
    fast = np.array([[10, 9, 8, 7, 0.0, 0.01, *BEHIND]], np.float32)
    assert agreement(exact, fast, strict=True).agrees


def test_a_passage_far_behind_may_not_enter_the_best() -> None:
    exact = np.array([[10, 9, 8, 7, 3, 0.0, *BEHIND]], np.float32)
    fast = np.array([[10, 9, 8, 7, 0.0, 3, *BEHIND]], np.float32)
    assert not agreement(exact, fast, strict=True).agrees


def test_an_embedder_and_a_reranker_are_read_in_both_precisions(tmp_path: Path) -> None:
    tiny_bert.write_model(tmp_path / "embedder")
    tiny_xlm_roberta.write_reranker(tmp_path / "reranker")
    embedder = check_int8(find_encoder("bge-small-en-v1.5"), tmp_path / "embedder")
    reranker = check_int8(find_encoder("bge-reranker-base"), tmp_path / "reranker")
    assert 0.5 < embedder.ndcg < 1
    assert 0.5 < reranker.ndcg < 1


def test_there_are_enough_texts_to_rank() -> None:
    assert len(set(PASSAGES)) == len(PASSAGES) >= 40
    assert len(set(QUESTIONS)) == len(QUESTIONS) >= 15

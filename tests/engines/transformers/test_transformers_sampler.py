"""The next token is drawn as asked."""

from dataclasses import replace
from typing import Any

import pytest

from engines.protocol import Sampling
from engines.transformers.causal_lm import TokenSampler
from tests.models.tiny_vllm import transformers_installed

pytestmark = [pytest.mark.transformers, pytest.mark.timeout(120), transformers_installed]
LOGITS = [1.0, 3.0, 2.0, -1.0]
PLAIN = Sampling(top_k=0, top_p=1.0, min_p=0.0, temperature=1.0, seed=7)


def drawn(seen: tuple[int, ...] = (), **changes: Any) -> list[int]:
    import torch

    sampler = TokenSampler(torch, replace(PLAIN, **changes), list(seen))
    return [sampler.draw(torch.tensor(LOGITS)) for _ in range(300)]


def test_without_temperature_the_likeliest_is_taken() -> None:
    assert set(drawn(temperature=0.0)) == {1}


def test_nothing_cut_everything_comes() -> None:
    assert set(drawn()) == {0, 1, 2, 3}


@pytest.mark.parametrize(
    ("cut", "left"),
    [
        ({"top_k": 2}, {1, 2}),
        ({"top_p": 0.5}, {1}),
        ({"top_p": 0.7}, {1, 2}),
        ({"min_p": 0.3}, {1, 2}),
        ({"min_p": 1.0}, {1}),
    ],
)
def test_unlikely_ones_are_cut(cut: dict[str, Any], left: set[int]) -> None:
    assert set(drawn(**cut)) == left


def test_seed_makes_draws_repeatable() -> None:
    assert drawn() == drawn()
    assert drawn() != drawn(seed=8)


def test_penalty_makes_seen_tokens_unlikely() -> None:
    assert set(drawn((1, 1), temperature=0.0, repeat_penalty=2.0)) == {2}
    assert drawn((3,), repeat_penalty=9.0).count(3) < drawn().count(3)

"""The order of the examples and the learning rate: decided by the plan and the seed alone."""

from collections import Counter

import pytest
from hypothesis import given, strategies as st

from tuning.batches import Step, learning_rate, plan_steps
from tuning.plan import TrainingPlan


def examples(steps: tuple[Step, ...]) -> list[int]:
    return [one for step in steps for batch in step for row in batch for one in row]


@given(
    st.lists(st.integers(1, 50), min_size=1, max_size=40),
    st.integers(1, 3),
    st.integers(1, 4),
    st.integers(1, 4),
    st.sampled_from([None, 50, 80]),
)
def test_every_epoch_has_every_example_once(
    lengths: list[int], epochs: int, batch: int, accumulated: int, row_tokens: int | None
) -> None:
    training = TrainingPlan(epochs=epochs, batch=batch, gradient_accumulation=accumulated)
    steps = plan_steps(lengths, training, row_tokens)
    assert Counter(examples(steps)) == dict.fromkeys(range(len(lengths)), epochs)
    for step in steps:
        assert len(step) <= accumulated
        for rows in step:
            assert len(rows) <= batch
            assert row_tokens is None or all(sum(lengths[one] for one in row) <= row_tokens for row in rows)


def test_the_seed_decides_the_order_and_epochs_differ() -> None:
    lengths = [1] * 30
    first = examples(plan_steps(lengths, TrainingPlan(epochs=2), None))
    assert first == examples(plan_steps(lengths, TrainingPlan(epochs=2), None))
    assert first != examples(plan_steps(lengths, TrainingPlan(epochs=2, seed=1), None))
    assert first[:30] != first[30:]


def test_steps_count_where_they_are_given() -> None:
    assert len(plan_steps([1] * 5, TrainingPlan(steps=7, gradient_accumulation=2), None)) == 7


def test_short_examples_share_rows_where_they_are_packed() -> None:
    training = TrainingPlan(epochs=1)
    assert sum(map(len, plan_steps([10] * 40, training, 100))) == 4
    assert sum(map(len, plan_steps([10] * 40, training, None))) == 40


@pytest.mark.parametrize(
    ("schedule", "rates"),
    [
        ("constant", [0.5, 1.0, 1.0, 1.0, 1.0]),
        ("linear", [0.5, 1.0, 1.0, 2 / 3, 1 / 3]),
        ("cosine", [0.5, 1.0, 1.0, 0.75, 0.25]),
    ],
)
def test_the_rate_rises_and_follows_its_schedule(schedule: str, rates: list[float]) -> None:
    training = TrainingPlan(learning_rate=1.0, warmup_share=0.4, schedule=schedule)  # type: ignore[arg-type]
    assert [learning_rate(step, 5, training) for step in range(5)] == pytest.approx(rates)

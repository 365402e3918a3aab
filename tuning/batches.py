"""Which examples each step trains on, and how fast it learns: decided by the plan and the seed alone.

As nothing else decides, a run that goes on after a kill sees the same examples in the same order.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence

from tuning.plan import TrainingPlan

Row = tuple[int, ...]
"""The examples that share a row, by their numbers."""
Step = tuple[tuple[Row, ...], ...]
"""The batches of a step, each of several rows."""


def plan_steps(lengths: Sequence[int], training: TrainingPlan, row_tokens: int | None) -> tuple[Step, ...]:
    """Every step of a run. `lengths`: of the examples, in tokens. `row_tokens`: of a packed row; None: no packing."""
    per_step = training.batch * training.gradient_accumulation
    steps, epoch = list[Step](), 0
    while (epoch < training.epochs) if training.steps is None else (len(steps) < training.steps):
        rows = list(_rows(_shuffled(len(lengths), training.seed, epoch), lengths, row_tokens))
        for start in range(0, len(rows), per_step):
            chosen = rows[start : start + per_step]
            steps.append(tuple(tuple(chosen[at : at + training.batch]) for at in range(0, len(chosen), training.batch)))
        epoch += 1
    return tuple(steps[: training.steps])


def learning_rate(step: int, steps: int, training: TrainingPlan) -> float:
    """The rate of step `step`, counted from 0: it rises linearly to its peak, then follows the schedule to zero."""
    warmup = math.ceil(training.warmup_share * steps)
    if step < warmup:
        return training.learning_rate * (step + 1) / warmup
    if training.schedule == "constant":
        return training.learning_rate
    done = (step - warmup) / max(1, steps - warmup)
    return training.learning_rate * (
        (1 - done) if training.schedule == "linear" else (1 + math.cos(math.pi * done)) / 2
    )


def _shuffled(count: int, seed: int, epoch: int) -> list[int]:
    order = list(range(count))
    random.Random(f"{seed} {epoch}").shuffle(order)
    return order


def _rows(order: Sequence[int], lengths: Sequence[int], row_tokens: int | None) -> Iterator[Row]:
    """The examples in rows: each alone, or as many as fit, in their order."""
    row, used = list[int](), 0
    for one in order:
        if row and (row_tokens is None or used + lengths[one] > row_tokens):
            yield tuple(row)
            row, used = [], 0
        row.append(one)
        used += lengths[one]
    if row:
        yield tuple(row)

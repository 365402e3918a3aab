"""Trains a LoRA adapter: every step as planned, with checkpoints, curves and evaluations."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from engines import TokenSequence, measure_answer_loss, usable_cores
from errors import AppError
from tuning.base import BaseUnusable
from tuning.batches import learning_rate, plan_steps
from tuning.checkpoints import Checkpoints
from tuning.curve_picture import draw_curves
from tuning.curves import CurvePoint, Curves
from tuning.example_check import CheckedFile
from tuning.lora_model import LoraModel
from tuning.plan import TunePlan

_COMPARED = 6  # examples
_SAME_NATS, _SAME_SHARE = 0.05, 0.05  # of the loss
ADAPTER, CURVES, PICTURE = "adapter", "curves.csv", "curves.png"


@dataclass(frozen=True, slots=True)
class TrainingProgress:
    """After `step` of `steps`. `loss`, `held_out_loss`: nats per answer token. `seconds_left`: as of now."""

    step: int
    steps: int
    loss: float
    held_out_loss: float | None
    seconds_left: float


@dataclass(frozen=True, slots=True)
class Trained:
    """`adapter`: its folder. `began_at`: the step of the checkpoint that the run went on from."""

    adapter: Path
    steps: int
    began_at: int
    loss: float
    held_out_loss: float | None
    learned_parameters: int
    precision: str


def train(
    plan: TunePlan,
    base: Path,
    data: CheckedFile,
    held_out: CheckedFile | None,
    tell: Callable[[TrainingProgress], None],
) -> Trained:
    """Train, from the newest checkpoint where there is one. Raises TrainingFailed, AppError for a full disk."""
    plan.out.mkdir(parents=True, exist_ok=True)
    checkpoints = Checkpoints(plan.out / "checkpoints", _fingerprint(plan, base, data))
    if checkpoints.of_another_run():
        hint = f"Choose another name in the plan, or delete {plan.out / 'checkpoints'} to begin anew."
        raise AppError("The plan or the examples have changed since this run began", hint)
    model = LoraModel(base, plan.lora, plan.training)
    if base.is_file():
        require_same_model(model, base, data.sequences)
    if plan.data.packing and not model.reads_packed:
        raise AppError("This model cannot learn from packed rows", "Write packing = false under [data].")
    try:
        return _run(plan, model, data, held_out, checkpoints, tell)
    except OSError as error:
        hint = "Make room on the disk, and run the same command again: it goes on from the newest checkpoint."
        raise AppError(f"The run cannot be saved in {plan.out}: {error.strerror}", hint) from error


def require_same_model(model: LoraModel, base: Path, sequences: Sequence[TokenSequence]) -> None:
    """Raises BaseUnusable where torch computes something else from a GGUF file than llama.cpp does.

    transformers knows the shape of a file from a few of its keys only. `model`: the base, before it has learned. Of
    SmolLM2-135M in Q4_1 the two differ by 0.1 %, as llama.cpp rounds what it multiplies with.
    """
    shortest = sorted(sequences, key=len)[:_COMPARED]
    theirs = measure_answer_loss(base, shortest, usable_cores()).loss
    ours = model.evaluate(shortest)
    if abs(ours - theirs) > max(_SAME_NATS, _SAME_SHARE * theirs):
        raise BaseUnusable(
            f"{base.name} is read otherwise by torch than by llama.cpp",
            "What is learned from it would not fit it. Choose the same model as a folder of safetensors for the base.",
        )


def _run(
    plan: TunePlan,
    model: LoraModel,
    data: CheckedFile,
    held_out: CheckedFile | None,
    checkpoints: Checkpoints,
    tell: Callable[[TrainingProgress], None],
) -> Trained:
    training = plan.training
    row_tokens = plan.data.max_tokens if plan.data.packing else None
    steps = plan_steps([len(one) for one in data.sequences], training, row_tokens)
    newest = checkpoints.newest()
    first = newest.step if newest else 0
    if newest:
        model.load_state(newest.path)
    curves, began = Curves(plan.out / CURVES, first), time.monotonic()
    for at in range(first, len(steps)):
        step_began = time.monotonic()
        batches = [[[data.sequences[one] for one in row] for row in batch] for batch in steps[at]]
        rate = learning_rate(at, len(steps), training)
        loss = model.step(batches, rate, training.seed + at)
        seconds, last = time.monotonic() - step_began, at + 1 == len(steps)
        tokens = sum(len(one) for batch in batches for row in batch for one in row)
        point = CurvePoint(at + 1, loss, rate, tokens, seconds)
        if held_out and (last or (at + 1) % training.evaluate_every == 0):
            point = replace(point, held_out_loss=model.evaluate(held_out.sequences))
        curves.add(point)
        if last or (at + 1) % training.checkpoint_every == 0:
            checkpoints.write(at + 1, model.save_state)
            draw_curves(curves.points, plan.out / PICTURE)
        left = (time.monotonic() - began) / (at + 1 - first) * (len(steps) - at - 1)
        tell(TrainingProgress(at + 1, len(steps), loss, point.held_out_loss, left))
    model.save_adapter(plan.out / ADAPTER)
    end = curves.points[-1]
    return Trained(
        plan.out / ADAPTER,
        len(steps),
        first,
        end.loss,
        end.held_out_loss,
        model.learned_parameters,
        model.precision,
    )


def _fingerprint(plan: TunePlan, base: Path, data: CheckedFile) -> str:
    """A digest of all that decides the run: base, examples, adapter and training; not how often it is evaluated."""
    training = asdict(replace(plan.training, evaluate_every=1, checkpoint_every=1))
    decides = [str(base), asdict(plan.lora), training, plan.data.packing, plan.data.max_tokens]
    tokens = hashlib.sha256(repr([(one.tokens, one.in_answer) for one in data.sequences]).encode()).hexdigest()
    return hashlib.sha256(json.dumps([*decides, tokens]).encode()).hexdigest()

"""Compares training with peft and transformers' own loop: the same random model, examples, order and settings.

    python -m benchmarks.tuning --steps 50 --rounds 5

A row for each round: seconds of both for all steps; then the median of the rounds' ratios, and the largest difference
of a step's loss. The two take turns, and begin from the same seed. Needs the extra `tune`.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # for both, as `carrel tune` does

import peft
import torch
import transformers

from engines import TokenSequence
from tuning.lora_model import LoraModel
from tuning.plan import LoraPlan, TrainingPlan

_VOCABULARY, _TOKENS, _ANSWER_TOKENS, _ACCUMULATION, _BATCH = 32_000, 128, 32, 2, 2
_LORA = LoraPlan(rank=8, alpha=16.0, targets=("q_proj", "k_proj", "v_proj", "o_proj"))


@dataclass(frozen=True, slots=True)
class Run:
    """The seconds of all steps, and the loss of each."""

    seconds: float
    losses: tuple[float, ...]


def main() -> None:
    """Train with both in turns, and print what they took and found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    training = TrainingPlan(
        steps=arguments.steps,
        learning_rate=1e-3,
        schedule="constant",
        warmup_share=0.0,
        batch=_BATCH,
        gradient_accumulation=_ACCUMULATION,
        gradient_checkpointing=False,
    )
    transformers.logging.set_verbosity_error()
    examples = _examples(arguments.steps * _BATCH * _ACCUMULATION)
    ratios, differences = [], []
    with tempfile.TemporaryDirectory() as folder:
        base = _write_base(Path(folder) / "base")
        for number in range(arguments.rounds):
            ours, theirs = _ours(base, training, examples), _theirs(base, training, examples, Path(folder))
            ratios.append(theirs.seconds / ours.seconds)
            differences += [abs(a / b - 1) for a, b in zip(ours.losses, theirs.losses, strict=True)]
            last = f"last loss {ours.losses[-1]:.4f} and {theirs.losses[-1]:.4f}"
            print(f"round {number + 1}: {ours.seconds:.2f} s, transformers {theirs.seconds:.2f} s; {last}")
    print(f"tokens/s, times those of transformers' loop: {statistics.median(ratios):.2f} (median)")
    print(f"largest difference of a step's loss: {max(differences):.3%}")


def _ours(base: Path, training: TrainingPlan, examples: list[TokenSequence]) -> Run:
    model, losses = LoraModel(base, _LORA, training), []
    began = time.perf_counter()
    for step in range(training.steps or 0):
        rows = examples[step * _BATCH * _ACCUMULATION : (step + 1) * _BATCH * _ACCUMULATION]
        batches = [[[one] for one in rows[at : at + _BATCH]] for at in range(0, len(rows), _BATCH)]
        losses.append(model.step(batches, training.learning_rate, training.seed + step))
    return Run(time.perf_counter() - began, tuple(losses))


class _InOrder(transformers.Trainer):  # type: ignore[misc]
    """Transformers' loop over the examples in their order."""

    def _get_train_sampler(self, *_: Any) -> Any:
        return torch.utils.data.SequentialSampler(self.train_dataset)


def _theirs(base: Path, training: TrainingPlan, examples: list[TokenSequence], folder: Path) -> Run:
    model = transformers.AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    torch.manual_seed(training.seed)
    config = peft.LoraConfig(
        r=_LORA.rank, lora_alpha=_LORA.alpha, target_modules=list(_LORA.targets), task_type="CAUSAL_LM"
    )
    arguments = transformers.TrainingArguments(
        output_dir=str(folder / "theirs"),
        max_steps=training.steps,
        learning_rate=training.learning_rate,
        lr_scheduler_type="constant",
        weight_decay=0.0,
        max_grad_norm=training.max_gradient_norm,
        per_device_train_batch_size=_BATCH,
        gradient_accumulation_steps=_ACCUMULATION,
        logging_steps=1,
        save_strategy="no",
        report_to=[],
        use_cpu=not torch.cuda.is_available(),
        disable_tqdm=True,
        optim="adamw_torch",
    )
    rows = [
        {
            "input_ids": list(one.tokens),
            "labels": [token if wanted else -100 for token, wanted in zip(one.tokens, one.in_answer, strict=True)],
        }
        for one in examples
    ]
    trainer = _InOrder(
        model=peft.get_peft_model(model, config), args=arguments, train_dataset=rows, data_collator=_collated
    )
    trainer.remove_callback(transformers.PrinterCallback)
    began = time.perf_counter()
    trainer.train()
    seconds = time.perf_counter() - began
    return Run(seconds, tuple(row["loss"] for row in trainer.state.log_history if "loss" in row))


def _collated(rows: list[dict[str, list[int]]]) -> dict[str, Any]:
    """All rows are of one length."""
    return {name: torch.tensor([row[name] for row in rows]) for name in rows[0]}


def _examples(count: int) -> list[TokenSequence]:
    chosen = random.Random(0)
    in_answer = (False,) * (_TOKENS - _ANSWER_TOKENS) + (True,) * _ANSWER_TOKENS
    return [TokenSequence(tuple(chosen.choices(range(500), k=_TOKENS)), in_answer) for _ in range(count)]


def _write_base(folder: Path) -> Path:
    """A Llama of random weights: 10 million in 4 layers, and 16 million in its vocabulary of the usual size."""
    torch.manual_seed(0)
    config = transformers.LlamaConfig(
        vocab_size=_VOCABULARY,
        hidden_size=256,
        intermediate_size=704,
        num_hidden_layers=4,
        num_attention_heads=4,
        num_key_value_heads=2,
    )
    transformers.LlamaForCausalLM(config).save_pretrained(folder)
    return folder


if __name__ == "__main__":
    main()

"""The plan of a tuning: one TOML file with everything that decides its result."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, get_type_hints

from assistant.settings import SettingsInvalid, check_ranges, did_you_mean, read_value
from engines import QUANTISATIONS, ranged
from errors import AppError


class PlanInvalid(AppError):
    """The plan cannot be read, or says something that cannot be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataPlan:
    """`train`, `held_out`: files of conversations, a JSON object a line; without the second there are no evaluations.
    `max_tokens`: of one conversation. `packing`: several short conversations share a row, each blind to the others.
    `personal_data`: `refuse` stops at personal data, `allow` only counts it."""

    train: Path = Path("train.jsonl")
    held_out: Path | None = None
    max_tokens: int = ranged(1024, 16)
    packing: bool = False
    personal_data: Literal["refuse", "allow"] = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoraPlan:
    """`rank`, `alpha`: a change has this rank, and is scaled by alpha / rank. `targets`: the linear layers that change,
    by the end of their names; none: all but the output. `quantised`: QLoRA: the base in NF4 with double quantisation,
    which needs an NVIDIA GPU and bitsandbytes."""

    rank: int = ranged(16, 1, 1024)
    alpha: float = ranged(32.0, 0)
    dropout: float = ranged(0.0, 0, 0.9)
    targets: tuple[str, ...] = ()
    quantised: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPlan:
    """`steps`: of the optimizer; None: as many as `epochs` take. `learning_rate`: its peak, reached after
    `warmup_share` of the steps. `batch`: rows computed at once, `gradient_accumulation`: how often before a step.
    `precision`: `auto`: bfloat16 on a GPU that has it, else float32. `evaluate_every`, `checkpoint_every`: steps.
    `max_gradient_norm`: longer gradients are cut to it."""

    epochs: int = ranged(3, 1)
    steps: int | None = ranged(None, 1)
    learning_rate: float = ranged(2e-4, 0)
    schedule: Literal["cosine", "linear", "constant"] = "cosine"
    warmup_share: float = ranged(0.03, 0, 1)
    weight_decay: float = ranged(0.0, 0)
    batch: int = ranged(1, 1)
    gradient_accumulation: int = ranged(8, 1)
    gradient_checkpointing: bool = True
    max_gradient_norm: float = ranged(1.0, 0)
    precision: Literal["auto", "float32", "bfloat16", "float16"] = "auto"
    seed: int = 0
    evaluate_every: int = ranged(50, 1)
    checkpoint_every: int = ranged(20, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPlan:
    """`quantisations`: of the tuned model, the first of which is put where Carrel finds it. `folder`: everything that
    is written; None: a folder named as the model, beside the plan."""

    quantisations: tuple[str, ...] = ("Q4_K_M",)
    folder: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TunePlan:
    """All of it. `name`: of the tuned model. `base`: a folder of safetensors, a GGUF file, or a model by its name in
    `carrel models list`. Paths count from the plan's folder."""

    name: str
    base: str
    data: DataPlan = field(default_factory=DataPlan)
    lora: LoraPlan = field(default_factory=LoraPlan)
    training: TrainingPlan = field(default_factory=TrainingPlan)
    result: ResultPlan = field(default_factory=ResultPlan)

    @property
    def out(self) -> Path:
        """The folder of everything that is written."""
        assert self.result.folder is not None  # read_plan has set it
        return self.result.folder


def read_plan(file: Path) -> TunePlan:
    """The plan in a TOML file, its paths absolute. Raises PlanInvalid, with the nearest name for an unknown one."""
    try:
        table = tomllib.loads(file.read_bytes().decode("utf-8"))
    except OSError as error:
        raise PlanInvalid(f"The plan {file} cannot be read", error.strerror or "") from error
    except ValueError as error:  # not UTF-8, or not TOML
        raise PlanInvalid(f"The plan {file} is not valid TOML", str(error)) from error
    try:
        plan = _part(TunePlan, table, "")
    except SettingsInvalid as error:
        raise PlanInvalid(f"{file.name}: {error.title}", error.hint) from error
    _check_names(file, plan)
    return _absolute(plan, file.absolute().parent)


def _part(kind: type[Any], table: Mapping[str, Any], name: str) -> Any:
    """A dataclass from its table. Raises SettingsInvalid."""
    hints, values = get_type_hints(kind), dict[str, Any]()
    parts = {part.name: part.default_factory for part in fields(kind)}
    where = f"[{name}] " if name else ""
    for key, value in table.items():
        if key not in hints:
            near = next(iter(get_close_matches(key, hints, n=1, cutoff=0.5)), "")
            raise SettingsInvalid(f"{where}unknown setting “{key}”", did_you_mean(near, hints))
        if isinstance(value, Mapping) != isinstance(parts.get(key), type):
            raise SettingsInvalid(f"{where}{key} must be {'a value' if isinstance(value, Mapping) else 'a table'}")
        values[key] = (
            _part(hints[key], value, key)
            if isinstance(value, Mapping)
            else read_value(hints[key], value, f"{where}{key}")
        )
    for key in ("name", "base"):
        if key in hints and not values.get(key):
            raise SettingsInvalid(f"{key} is missing", f'Write a line such as {key} = "…" before the first table.')
    made = kind(**values)
    check_ranges(made)
    return made


def _check_names(file: Path, plan: TunePlan) -> None:
    """Raises PlanInvalid for a name that is no file name, and an unknown quantisation."""
    if plan.name != Path(plan.name).name or plan.name.startswith("."):
        raise PlanInvalid(f"{file.name}: “{plan.name}” cannot name a file", "Use letters, digits, dots and dashes.")
    for quantisation in plan.result.quantisations:
        if quantisation not in QUANTISATIONS:
            near = next(iter(get_close_matches(quantisation.upper(), QUANTISATIONS, n=1, cutoff=0.5)), "")
            raise PlanInvalid(f"{file.name}: unknown quantisation “{quantisation}”", did_you_mean(near, QUANTISATIONS))


def _absolute(plan: TunePlan, folder: Path) -> TunePlan:
    held_out = folder / plan.data.held_out if plan.data.held_out else None
    data = replace(plan.data, train=folder / plan.data.train, held_out=held_out)
    result = replace(plan.result, folder=folder / (plan.result.folder or plan.name))
    base = folder / Path(plan.base).expanduser()
    return replace(plan, data=data, result=result, base=str(base) if base.exists() else plan.base)

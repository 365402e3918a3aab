"""The steps of a tuning, each of which leaves what the next one begins with."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import tuning
from assistant.home import Home
from engines import (
    AnswerLoss,
    measure_answer_loss,
    offline,
    open_chat_tokens,
    quantise_gguf,
    require_quantising,
    usable_cores,
)
from errors import AppError
from tuning.base import Base, require_libraries, require_room
from tuning.example_check import CheckedFile, check_files, refuse_problems
from tuning.plan import TunePlan

if TYPE_CHECKING:
    from tuning import Trained, TrainingProgress

MERGED = "merged"
_UNQUANTISED = "F16"


class StepMissing(AppError):
    """A step needs what an earlier one writes."""

    def __init__(self, what: Path, step: str) -> None:
        super().__init__(f"{what} is not there", f"Run `carrel tune {step}` first, or all steps by `carrel tune run`.")


@dataclass(frozen=True, slots=True)
class Compared:
    """A file with its loss on the answers held out."""

    name: str
    path: Path
    bytes: int
    measured: AnswerLoss


class Chain:
    """The steps of one plan. `base`: its model."""

    def __init__(self, plan: TunePlan, base: Base) -> None:
        self.plan, self.base = plan, base

    def check(self) -> tuple[CheckedFile, CheckedFile | None]:
        """The examples, those held out, and what is wrong with both. Raises ExamplesUnreadable."""
        with open_chat_tokens(self.base.path) as tokens:
            return check_files(self.plan.data, tokens)

    def train(self, tell: Callable[[TrainingProgress], None]) -> Trained:
        """Train, after everything that could fail later has been looked at. Raises AppError."""
        data, held_out = self.check()
        refuse_problems(data, held_out)
        require_libraries()
        require_room(self.plan, self.base)
        if any(each != _UNQUANTISED for each in self.plan.result.quantisations):
            require_quantising()
        self.plan.out.mkdir(parents=True, exist_ok=True)
        with _libraries():
            tuning.require_convertible(self.base, self.plan.out)
            return tuning.train(self.plan, self.base.path, data, held_out, tell)

    def merge(self) -> Path:
        """The folder of the base with the adapter merged into it. Raises AppError."""
        adapter = self.plan.out / "adapter"
        if not (adapter / "adapter_config.json").exists():
            raise StepMissing(adapter, "train")
        with _libraries():
            return tuning.merge_adapter(self.base.path, adapter, self.plan.out / MERGED)

    def convert(self) -> Path:
        """The GGUF file of the merged model, in 16 bits. Raises AppError."""
        merged = self.plan.out / MERGED
        if not (merged / "config.json").exists():
            raise StepMissing(merged, "merge")
        with _libraries():
            return tuning.export_gguf(self.base, merged, self.gguf(_UNQUANTISED), self.plan.name)

    def quantise(self) -> list[Path]:
        """A GGUF file in each of the plan's quantisations. Raises AppError."""
        whole = self.gguf(_UNQUANTISED)
        if not whole.exists():
            raise StepMissing(whole, "convert")
        kinds = [each for each in self.plan.result.quantisations if each != _UNQUANTISED]
        return [quantise_gguf(whole, self.gguf(kind), kind) for kind in kinds]

    def compare(self) -> Iterator[Compared]:
        """The loss of each file on the answers held out: of the base where it is GGUF, and of each of the results."""
        _, held_out = self.check()
        if held_out is None:
            raise AppError("There is nothing to compare with", "Name a file in held_out under [data].")
        refuse_problems(held_out)
        before = [("before", self.base.path)] if self.base.path.is_file() else []
        kinds = dict.fromkeys((_UNQUANTISED, *self.plan.result.quantisations))
        for name, path in (*before, *((kind, self.gguf(kind)) for kind in kinds)):
            if not path.exists():
                raise StepMissing(path, "quantise")
            measured = measure_answer_loss(path, held_out.sequences, usable_cores())
            yield Compared(name, path, path.stat().st_size, measured)

    def use(self, home: Home) -> Path:
        """The file of the first quantisation, linked or copied into the home's folder of models. Raises AppError."""
        source = self.gguf((*self.plan.result.quantisations, _UNQUANTISED)[0])
        if not source.exists():
            raise StepMissing(source, "quantise")
        home.create().models.mkdir(exist_ok=True)
        target = home.models / source.name
        half = target.with_name(f".{target.name}.half")
        half.unlink(missing_ok=True)
        try:
            try:
                os.link(source, half)  # takes no room
            except OSError:
                shutil.copyfile(source, half)
            half.replace(target)
        except OSError as error:
            raise AppError(f"The model cannot be written to {home.models}", error.strerror or "") from error
        finally:
            half.unlink(missing_ok=True)
        return target

    def gguf(self, kind: str) -> Path:
        """The file of a quantisation."""
        return self.plan.out / f"{self.plan.name}-{kind}.gguf"


@contextmanager
def _libraries() -> Iterator[None]:
    """Load torch and its kin within the block. Raises TuneMissing, AppError for a disk that is full.

    Its threads sleep while they wait: a step took 2.4 s on two cores that other programs used as well, and was not done
    after 100 s where they spun.
    """
    require_libraries()
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # read once, when torch is loaded
    with offline():
        try:
            yield
        except OSError as error:
            hint = "Make room on the disk, and run the same step again."
            raise AppError(f"A file cannot be read or written: {error}", hint) from error

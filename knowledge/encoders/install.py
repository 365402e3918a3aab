"""From files of the hub to an installed model: checked, in the one format that is read, put in its place in one step.

Run in a process of its own: `python -c "…install.main()"` reads the model as JSON from stdin and reports lines of JSON.
"""

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from errors import AppError
from knowledge.encoders.agreement import check_int8
from knowledge.encoders.encoder_catalogue import Model
from knowledge.encoders.encoder_folder import WEIGHTS
from knowledge.encoders.fetch import ModelNotFetched, fetch
from knowledge.encoders.open_encoders import AGREEMENT, PROVENANCE
from knowledge.encoders.torch_file import write_safetensors
from network.connections import Connections, guard_process

Report = Callable[[Mapping[str, object]], None]


def scratch_folder(models: Path, name: str) -> Path:
    """Where a model's files lie until they are whole; kept between tries."""
    return models / f".pulling-{name}"


def install(model: Model, models: Path, report: Report, connections: Connections, endpoint: str | None = None) -> Path:
    """Bring the model into `models` under its name; returns its folder. What is there already is replaced.

    `report` gets `{"total": bytes}` once, then `{"stage": "checking"}`. Raises Offline, ModelNotFetched,
    WeightsUnreadable and ModelDamaged: nothing is then installed, and what was there before stays.
    """
    with _alone(models, model):
        return _install(model, models, report, connections, endpoint)


def _install(model: Model, models: Path, report: Report, connections: Connections, endpoint: str | None) -> Path:
    scratch = scratch_folder(models, model.name)
    fresh = scratch / model.name
    checksums = fetch(model, fresh, lambda total: report({"total": total}), connections, endpoint)
    report({"stage": "checking"})
    if model.weights != WEIGHTS:
        write_safetensors(fresh / model.weights, fresh / WEIGHTS)
    agreement = check_int8(model, fresh)
    (fresh / AGREEMENT).write_text(json.dumps(asdict(agreement)), "utf-8")
    origin = {"repository": model.repository, "revision": model.revision, "checksums": dict(checksums)}
    (fresh / PROVENANCE).write_text(json.dumps(origin), "utf-8")
    if model.weights != WEIGHTS:
        (fresh / model.weights).unlink()
    return _put(fresh, models / model.name, scratch)


@contextmanager
def _alone(models: Path, model: Model) -> Iterator[None]:
    from filelock import FileLock, Timeout

    models.mkdir(parents=True, exist_ok=True)
    lock = FileLock(models / f".pulling-{model.name}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as busy:
        raise ModelNotFetched(f"{model.name} is being brought already.", "Wait for that to end.") from busy
    try:
        yield
    finally:
        lock.release()


def _put(fresh: Path, target: Path, scratch: Path) -> Path:
    for path in fresh.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
    if target.exists():
        old = scratch / "old"
        shutil.rmtree(old, ignore_errors=True)
        target.rename(old)
    fresh.rename(target)
    shutil.rmtree(scratch)
    return target


def main() -> None:
    """What the process does: one model, its progress as lines of JSON on stdout, an expected failure among them."""
    guard_process()
    task = json.load(sys.stdin)
    connections = Connections(Path(task["log_file"]), lambda: bool(task["offline"]))
    lines, sys.stdout = sys.stdout, sys.stderr  # what a library prints is no report

    def report(news: Mapping[str, object]) -> None:
        lines.write(json.dumps(news) + "\n")
        lines.flush()

    try:
        report({"installed": str(install(Model(**task["model"]), Path(task["models"]), report, connections))})
    except AppError as error:
        report({"failed": error.title, "hint": error.hint})
    except OSError as error:
        report({"failed": f"The model cannot be written: {error}", "hint": "Make room and allow writing there."})

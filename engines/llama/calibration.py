"""Finds the fastest threads, batches, attention and KV type: measured once for each model and machine, then cached."""

from __future__ import annotations

import json
import logging
import os
import platform
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from hashlib import blake2b
from itertools import count
from pathlib import Path
from time import monotonic

import psutil

from engines.engine_settings import LlamaSettings, Tuning
from engines.errors import GenerationFailed
from engines.llama.bindings import LlamaLibrary
from engines.llama.context import BatchSlice, LlamaContext
from engines.llama.model import LlamaModel

# A typical turn, whose seconds are minimized: a prompt with some passages, and an answer.
_PROMPT_TOKENS, _ANSWER_TOKENS = 1_000, 250
_PREFILL_S, _DECODE_S = 0.8, 0.6  # of one measurement, at least
_LIMIT_S = 20.0  # for all of them
_WORTH = 0.95  # of the seconds before: a smaller gain may be noise
_WINDOW = 2_048  # tokens


@dataclass(frozen=True, slots=True)
class Speed:
    """Tokens per second."""

    reading: float
    writing: float

    @property
    def turn_seconds(self) -> float:
        """Seconds of a typical turn; smaller is better."""
        return _PROMPT_TOKENS / self.reading + _ANSWER_TOKENS / self.writing


def choose_tuning(
    library: LlamaLibrary, model: LlamaModel, settings: LlamaSettings, on_measuring: Callable[[], None] = lambda: None
) -> Tuning:
    """The settings' own values, and the fastest ones where they are None.

    The first time, a model is measured for at most some 20 seconds, and `on_measuring` is called before. Without a
    `calibration_file` it never is.
    """
    layers = model.gpu_layers
    on_gpu = bool(library.api.llama_supports_gpu_offload() if layers is None else layers)
    default = _override(Tuning(threads=usable_cores(), flash_attention=on_gpu), settings)
    if settings.calibration_file is None or not list(_alternatives(default, settings)):
        return default
    machine = (platform.node(), platform.processor(), platform.machine(), os.cpu_count(), usable_cores())
    build = library.api.llama_print_system_info()
    speeds_depend_on = repr((machine, build, model.description, model.weight_bytes, *((layers,) if layers else ())))
    key = blake2b(speeds_depend_on.encode(), digest_size=16).hexdigest()
    known = _load(settings.calibration_file)
    if key not in known:
        on_measuring()
        best, speed = calibrate(library, model, replace(settings, calibration_file=None), default)
        known[key] = {**asdict(best), **asdict(speed)}
        _save(settings.calibration_file, known)
    cached = replace(default, **{name: known[key][name] for name in asdict(default)})  # type: ignore[arg-type]
    return _override(cached, settings)


def calibrate(
    library: LlamaLibrary, model: LlamaModel, settings: LlamaSettings, default: Tuning
) -> tuple[Tuning, Speed]:
    """Find the fastest tuning from `default` on, changing one thing at a time. Returns it and its speed."""
    until = monotonic() + _LIMIT_S
    best, speed = default, measure_speed(library, model, settings, default)
    for change in _alternatives(default, settings):
        if monotonic() > until:
            break
        tried = replace(best, **change)  # type: ignore[arg-type]
        try:
            found = measure_speed(library, model, settings, tried)
        except (GenerationFailed, MemoryError):
            continue
        if found.turn_seconds < _WORTH * speed.turn_seconds:
            best, speed = tried, found
    logging.getLogger("carrel.llama_cpp").info("calibrated %s: %s, %s", model.name, best, speed)
    return best, speed


def measure_speed(library: LlamaLibrary, model: LlamaModel, settings: LlamaSettings, tuning: Tuning) -> Speed:
    """Measure a model with a tuning, in a second or two, longer where it is slow. Raises MemoryError."""
    context = LlamaContext(library, model, settings, tuning, _WINDOW)
    try:
        _decode_speed(context, tuning.batch_tokens, at_least_s=0.0)  # pages come in, threads start
        reading = _decode_speed(context, tuning.batch_tokens, at_least_s=_PREFILL_S)
        return Speed(reading, _decode_speed(context, 1, at_least_s=_DECODE_S))
    finally:
        context.close()


def usable_cores() -> int:
    """Physical cores that this process may run on; a second thread on a core slows llama.cpp down."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(allowed, psutil.cpu_count(logical=False) or allowed))


def _decode_speed(context: LlamaContext, tokens: int, *, at_least_s: float) -> float:
    """Measure batches of `tokens`, for so long or until the window is full. Returns tokens per second."""
    context.clear()
    begun = monotonic()
    for step in count(1):
        context.decode([BatchSlice(0, [1] * tokens, (step - 1) * tokens, outputs=True)])
        taken = monotonic() - begun
        if taken >= at_least_s or (step + 1) * tokens > _WINDOW:
            break
    return step * tokens / max(taken, 1e-9)


def _alternatives(default: Tuning, settings: LlamaSettings) -> Iterator[dict[str, object]]:
    """Changes of the default that the settings leave open."""
    if settings.threads is None and (logical := os.cpu_count() or 1) != default.threads:
        yield {"threads": logical}
    if settings.flash_attention is None and settings.kv_type != "q8_0":
        yield {"flash_attention": not default.flash_attention}
    if settings.batch_tokens is None:
        yield {"batch_tokens": 2 * default.batch_tokens}
    if settings.kv_type is None and settings.flash_attention is not False:
        yield {"kv_type": "q8_0", "flash_attention": True}


def _override(tuning: Tuning, settings: LlamaSettings) -> Tuning:
    """The tuning with the settings' own values in their place."""
    flash = tuning.flash_attention if settings.flash_attention is None else settings.flash_attention
    kv_type = settings.kv_type or tuning.kv_type
    return Tuning(
        threads=settings.threads or tuning.threads,
        batch_tokens=settings.batch_tokens or tuning.batch_tokens,
        flash_attention=flash or kv_type == "q8_0",
        kv_type=kv_type,
    )


def _load(path: Path) -> dict[str, dict[str, object]]:
    """The cached measurements; none where the file is missing or damaged: they are made again."""
    try:
        known = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    complete = {*Tuning.__dataclass_fields__, *Speed.__dataclass_fields__}
    return {key: value for key, value in known.items() if set(value) == complete} if isinstance(known, dict) else {}


def _save(path: Path, known: dict[str, dict[str, object]]) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps(known, indent=1), "utf-8")
        draft.replace(path)
    except OSError as error:
        logging.getLogger("carrel.llama_cpp").warning("cannot keep the calibration: %s", error)

"""Which threads, batches, attention and KV type are the fastest here: measured once for a model and a machine, kept."""

import json
import logging
import os
import platform
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from hashlib import blake2b
from itertools import count
from pathlib import Path
from time import monotonic

from engines.engine_settings import LlamaSettings, Tuning
from engines.failures import GenerationFailed
from engines.llama.bindings import LlamaLibrary
from engines.llama.context import LlamaContext, Part
from engines.llama.model import LlamaModel

# A turn as it is weighed: reading some passages, writing an answer. Its seconds are what is made small.
_READ_TOKENS, _WRITTEN_TOKENS = 1_000, 250
_READING_S, _WRITING_S = 0.8, 0.6  # of one measurement, at least
_LIMIT_S = 20.0  # for all of them
_WORTH = 0.95  # of the seconds before: less of a gain may be noise, and is no reason to leave the defaults
_WINDOW = 2_048  # tokens


@dataclass(frozen=True, slots=True)
class Speed:
    """Tokens per second."""

    reading: float
    writing: float

    @property
    def turn_seconds(self) -> float:
        """Of a typical turn; smaller is better."""
        return _READ_TOKENS / self.reading + _WRITTEN_TOKENS / self.writing


def tuning_for(library: LlamaLibrary, model: LlamaModel, settings: LlamaSettings) -> Tuning:
    """The settings' own values, and for what they leave open the fastest known here.

    The first time, a model is measured for at most some 20 seconds. Without a `calibration_file` it never is.
    """
    default = _chosen(settings, Tuning(threads=usable_cores(), flash_attention=_on_gpu(library)))
    if settings.calibration_file is None or not list(_others(default, settings)):
        return default
    key = _key(library, model)
    known = _read(settings.calibration_file)
    if key not in known:
        best, speed = calibrate(library, model, replace(settings, calibration_file=None), default)
        known[key] = {**asdict(best), "reading": speed.reading, "writing": speed.writing}
        _write(settings.calibration_file, known)
    return _chosen(settings, _tuning(known[key], default))


def calibrate(
    library: LlamaLibrary, model: LlamaModel, settings: LlamaSettings, default: Tuning
) -> tuple[Tuning, Speed]:
    """The fastest tuning that was found from `default` on, changing one thing at a time, and its speed."""
    until = monotonic() + _LIMIT_S
    best, speed = default, measured(library, model, settings, default)
    for change in _others(default, settings):
        if monotonic() > until:
            break
        tried = replace(best, **change)  # type: ignore[arg-type]
        try:
            found = measured(library, model, settings, tried)
        except (GenerationFailed, MemoryError):
            continue
        if found.turn_seconds < _WORTH * speed.turn_seconds:
            best, speed = tried, found
    logging.getLogger("carrel.llama_cpp").info("calibrated %s: %s, %s", model.name, best, speed)
    return best, speed


def measured(library: LlamaLibrary, model: LlamaModel, settings: LlamaSettings, tuning: Tuning) -> Speed:
    """How fast a model runs with a tuning: a second or two, longer where it is slow. Raises MemoryError."""
    context = LlamaContext(library, model, settings, tuning, _WINDOW)
    try:
        _steps(context, tuning.batch_tokens, at_least_s=0.0)  # pages come in, threads start
        reading = _steps(context, tuning.batch_tokens, at_least_s=_READING_S)
        return Speed(reading, _steps(context, 1, at_least_s=_WRITING_S))
    finally:
        context.close()


def usable_cores() -> int:
    """Physical cores that this process may run on; a second thread on a core slows llama.cpp down."""
    import psutil

    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(allowed, psutil.cpu_count(logical=False) or allowed))


def _steps(context: LlamaContext, tokens: int, *, at_least_s: float) -> float:
    """Tokens per second of steps of `tokens`, for so long or until the window is full."""
    context.clear()
    begun = monotonic()
    for step in count(1):
        context.compute([Part(0, [1] * tokens, (step - 1) * tokens, predict=True)])
        taken = monotonic() - begun
        if taken >= at_least_s or (step + 1) * tokens > _WINDOW:
            break
    return step * tokens / max(taken, 1e-9)


def _others(default: Tuning, settings: LlamaSettings) -> Iterator[dict[str, object]]:
    """What may be tried in place of the defaults, where the settings leave it open."""
    if settings.threads is None and (logical := os.cpu_count() or 1) != default.threads:
        yield {"threads": logical}
    if settings.flash_attention is None and settings.kv_type != "q8_0":
        yield {"flash_attention": not default.flash_attention}
    if settings.batch_tokens is None:
        yield {"batch_tokens": 2 * default.batch_tokens}
    if settings.kv_type is None and settings.flash_attention is not False:
        yield {"kv_type": "q8_0", "flash_attention": True}


def _chosen(settings: LlamaSettings, tuning: Tuning) -> Tuning:
    """`tuning`, with what the settings say in its place."""
    flash = tuning.flash_attention if settings.flash_attention is None else settings.flash_attention
    kv_type = settings.kv_type or tuning.kv_type
    return Tuning(
        threads=settings.threads or tuning.threads,
        batch_tokens=settings.batch_tokens or tuning.batch_tokens,
        flash_attention=flash or kv_type == "q8_0",
        kv_type=kv_type,
    )


def _on_gpu(library: LlamaLibrary) -> bool:
    return bool(library.api.llama_supports_gpu_offload())


def _key(library: LlamaLibrary, model: LlamaModel) -> str:
    """Differs wherever speeds may: by machine, by llama.cpp's build, by the model's shape and quantisation."""
    machine = (platform.node(), platform.processor(), platform.machine(), os.cpu_count(), usable_cores())
    build = library.api.llama_print_system_info()
    return blake2b(repr((machine, build, model.description, model.weight_bytes)).encode(), digest_size=16).hexdigest()


def _tuning(kept: dict[str, object], default: Tuning) -> Tuning:
    return replace(default, **{name: kept[name] for name in asdict(default)})  # type: ignore[arg-type]


def _read(path: Path) -> dict[str, dict[str, object]]:
    """What was measured; nothing where the file is missing or damaged: then it is measured again."""
    try:
        known = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    complete = {*Tuning.__dataclass_fields__, *Speed.__dataclass_fields__}
    return {key: value for key, value in known.items() if set(value) == complete} if isinstance(known, dict) else {}


def _write(path: Path, known: dict[str, dict[str, object]]) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps(known, indent=1), "utf-8")
        draft.replace(path)
    except OSError as error:
        logging.getLogger("carrel.llama_cpp").warning("cannot keep the calibration: %s", error)

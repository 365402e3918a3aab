"""How fast memory can be read on this machine, measured once and remembered.

Writing a token reads all active weights once, so this bounds tokens/s. As in STREAM (McCalpin, 1995) the best of
several passes counts, over arrays larger than the caches.
"""

import json
import os
import threading
import time
from contextlib import suppress
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from engines.models.machine import Machine

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_BYTES = 256 << 20  # larger than the caches of desktop processors
_PASSES = 6
_GPU_BYTES, _GPU_PASSES = 1 << 30, 5
_MAX_CACHE_BYTES = 1 << 16


def with_bandwidth(machine: Machine, remembered: Path) -> Machine:
    """The machine with its bandwidths, from the file `remembered`; else measured now, in about a second, and kept."""
    known = _remembered(machine, remembered)
    if known is None:
        known = (read_bandwidth(machine.cores), gpu_bandwidth() if machine.gpus else None)
        _remember(machine, remembered, known)
    return replace(machine, cpu_bandwidth=known[0], gpu_bandwidth=known[1])


def read_bandwidth(threads: int) -> float:
    """Bytes/s that `threads` threads together read from memory; takes 256 MB of it for the while."""
    import numpy as np

    parts = [np.ones(_BYTES // 4 // threads, dtype=np.float32) for _ in range(threads)]
    return _BYTES / min(_read_seconds(parts) for _ in range(_PASSES))


def gpu_bandwidth() -> float | None:
    """Bytes/s that the first GPU reads from its memory while it copies; None without torch or where it cannot."""
    if find_spec("torch") is None:
        return None
    import torch

    if not torch.cuda.is_available():
        return None
    try:
        source = torch.ones(_GPU_BYTES, dtype=torch.uint8, device="cuda")
        return 2 * _GPU_BYTES / min(_copy_seconds(source) for _ in range(_GPU_PASSES))
    except RuntimeError:  # another process holds its memory
        return None


def _copy_seconds(source: object) -> float:
    import torch

    torch.cuda.synchronize()
    begun = time.perf_counter()
    source.clone()  # type: ignore[attr-defined]
    torch.cuda.synchronize()
    return time.perf_counter() - begun


def _read_seconds(parts: "list[NDArray[np.float32]]") -> float:
    """Seconds until every part was read, each by a thread; numpy leaves the interpreter's lock meanwhile."""
    start = threading.Barrier(len(parts) + 1)

    def read(part: "NDArray[np.float32]") -> None:
        start.wait()
        part.max()

    threads = [threading.Thread(target=read, args=(part,)) for part in parts]
    for thread in threads:
        thread.start()
    start.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    return time.perf_counter() - begun


def _remembered(machine: Machine, file: Path) -> tuple[float, float | None] | None:
    try:
        with file.open("rb") as opened:
            said = json.loads(opened.read(_MAX_CACHE_BYTES))
        cpu, gpu = said["cpu_bytes_per_second"], said["gpu_bytes_per_second"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    sound = isinstance(cpu, float) and cpu > 0 and (gpu is None or (isinstance(gpu, float) and gpu > 0))
    return (cpu, gpu) if sound and said.get("machine") == machine.identity else None


def _remember(machine: Machine, file: Path, known: tuple[float, float | None]) -> None:
    """Keep what was measured; where it cannot be written it is measured again the next time."""
    said = {"machine": machine.identity, "cpu_bytes_per_second": known[0], "gpu_bytes_per_second": known[1]}
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps(said), "utf-8")
        draft.replace(file)

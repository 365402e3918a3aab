"""The memory of the graphics processors, without opening a CUDA context, which itself takes hundreds of megabytes."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class GpuMemory:
    """Bytes of one graphics processor; `free` now, whoever uses the rest."""

    free: int
    total: int


def gpu_memory() -> tuple[GpuMemory, ...]:
    """Of each NVIDIA processor that this process may use, in CUDA's order; empty where there is none."""
    try:
        import pynvml
    except ImportError:
        return ()
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return ()
    try:
        handles = [pynvml.nvmlDeviceGetHandleByIndex(at) for at in _visible(pynvml.nvmlDeviceGetCount())]
        infos = [pynvml.nvmlDeviceGetMemoryInfo(handle) for handle in handles]
        return tuple(GpuMemory(free=info.free, total=info.total) for info in infos)
    except pynvml.NVMLError:
        return ()
    finally:
        pynvml.nvmlShutdown()


def _visible(count: int) -> list[int]:
    """The numbers in CUDA_VISIBLE_DEVICES; all processors where it says nothing, or names them otherwise."""
    said = os.environ.get("CUDA_VISIBLE_DEVICES")
    if said is None:
        return list(range(count))
    names = [name.strip() for name in said.split(",") if name.strip()]
    if not all(name.lstrip("-").isdigit() for name in names):
        return list(range(count))
    numbers = [int(name) for name in names]
    beyond = next((at for at, number in enumerate(numbers) if not 0 <= number < count), len(numbers))
    return numbers[:beyond]  # as CUDA does: what comes after the first impossible one is invisible

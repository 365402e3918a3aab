"""The hardware of this machine, and how fast it reads memory."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_NVIDIA = ("nvidia-smi", "--query-gpu=name,memory.total,memory.free", "--format=csv,noheader,nounits")
_NVIDIA_SECONDS = 10
_CPU_INFO = Path("/proc/cpuinfo")


@dataclass(frozen=True, slots=True)
class Gpu:
    """A graphics processor and its memory."""

    name: str
    memory_bytes: int
    free_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """The hardware for models. `cores`: physical ones that may be used. `instructions`: those that llama.cpp uses.

    `cpu_bandwidth`, `gpu_bandwidth`: bytes/s that can be read from memory; None if not measured. `gpus`: the one with
    most memory first. `llama_gpus`: those that the installed llama.cpp can use, in its order.
    """

    cpu: str
    cores: int
    memory_bytes: int
    available_bytes: int
    instructions: frozenset[str] = frozenset()
    gpus: tuple[Gpu, ...] = ()
    llama_gpus: tuple[Gpu, ...] = ()
    cpu_bandwidth: float | None = None
    gpu_bandwidth: float | None = None

    @property
    def identity(self) -> str:
        """A text that changes when measurements of the machine are out of date."""
        names = ", ".join(gpu.name for gpu in self.gpus)
        return f"{self.cpu}; {self.cores} cores; {round(self.memory_bytes / 2**30)} GiB; {names or 'no GPU'}"


def detect_machine(cores: int) -> Machine:
    """The machine at hand, of which `cores` may be used; measures nothing. Takes seconds where a GPU sleeps."""
    try:
        info = _CPU_INFO.read_text("utf-8", "replace").split("\n\n", 1)[0].splitlines()
    except OSError:
        info = []
    names = [line.partition(":")[2].strip() for line in info if line.startswith("model name")]
    words = {word for line in info if line.startswith(("flags", "Features")) for word in line.split()}
    if not words:  # not Linux: what every machine of its kind has that llama.cpp still runs on
        words = {"asimd", "asimddp", "i8mm"} if platform.machine() == "arm64" else {"avx2"}
    memory = psutil.virtual_memory()
    return Machine(
        cpu=names[0] if names else platform.processor() or platform.machine(),
        cores=cores,
        memory_bytes=memory.total,
        available_bytes=memory.available,
        instructions=frozenset(words & {"avx2", "avx512f", "asimd", "asimddp", "i8mm"}),
        gpus=_list_gpus(),
    )


def _list_gpus() -> tuple[Gpu, ...]:
    """The GPUs that nvidia-smi lists; none where it is not installed or fails."""
    if shutil.which(_NVIDIA[0]) is None:
        return ()
    try:
        listed = subprocess.run(_NVIDIA, capture_output=True, text=True, timeout=_NVIDIA_SECONDS, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return ()
    return read_gpus(listed)


_DRM = Path("/sys/class/drm")  # Linux: a folder for each graphics card
_VENDORS = {"0x10de": "NVIDIA", "0x1002": "AMD"}  # pci.ids; Intel's are mostly parts of the processor, and no faster


def graphics_vendors(drm: Path = _DRM) -> tuple[str, ...]:
    """The makers of this machine's graphics cards, as the system lists them; empty where it does not, or has none."""
    if platform.system() == "Darwin":
        return ("Apple",) if platform.machine() == "arm64" else ()
    found = set()
    for file in drm.glob("card*/device/vendor"):
        with suppress(OSError):
            found.add(_VENDORS.get(file.read_text("utf-8").strip(), ""))
    if shutil.which(_NVIDIA[0]):
        found.add("NVIDIA")
    return tuple(sorted(found - {""}))


def read_gpus(listed: str) -> tuple[Gpu, ...]:
    """The GPUs in nvidia-smi's list of `name, MiB, MiB free`; lines of another form are left out."""
    gpus = []
    for line in listed.splitlines():
        name, *sizes = (part.strip() for part in line.rsplit(",", 2))
        if len(sizes) == 2 and all(size.isdecimal() for size in sizes):
            gpus.append(Gpu(name, int(sizes[0]) << 20, int(sizes[1]) << 20))
    return tuple(sorted(gpus, key=lambda gpu: -gpu.memory_bytes))


@dataclass(frozen=True, slots=True, kw_only=True)
class GpuMemory:
    """Bytes of one GPU; `free` now, whoever uses the rest."""

    free: int
    total: int


def gpu_memory() -> tuple[GpuMemory, ...]:
    """The memory of each NVIDIA GPU that this process may use, in CUDA's order; empty where there is none."""
    try:
        import pynvml
    except ImportError:
        return ()
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return ()
    try:
        handles = [pynvml.nvmlDeviceGetHandleByIndex(at) for at in visible_devices(pynvml.nvmlDeviceGetCount())]
        infos = [pynvml.nvmlDeviceGetMemoryInfo(handle) for handle in handles]
        return tuple(GpuMemory(free=info.free, total=info.total) for info in infos)
    except pynvml.NVMLError:
        return ()
    finally:
        pynvml.nvmlShutdown()


def visible_devices(count: int) -> list[int]:
    """The numbers in CUDA_VISIBLE_DEVICES; all GPUs where it is not set, or names them otherwise."""
    listed = os.environ.get("CUDA_VISIBLE_DEVICES")
    if listed is None:
        return list(range(count))
    names = [name.strip() for name in listed.split(",") if name.strip()]
    if not all(name.lstrip("-").isdigit() for name in names):
        return list(range(count))
    numbers = [int(name) for name in names]
    beyond = next((at for at, number in enumerate(numbers) if not 0 <= number < count), len(numbers))
    return numbers[:beyond]  # as CUDA does: what comes after the first impossible one is invisible


_BYTES = 256 << 20  # larger than the caches of desktop processors
_PASSES = 6
_GPU_BYTES, _GPU_PASSES = 1 << 30, 5
_MAX_CACHE_BYTES = 1 << 16


def with_bandwidth(machine: Machine, cache: Path) -> Machine:
    """The machine with its bandwidths, from the file `cache`; else measured now, in about a second, and cached."""
    known = _load_bandwidth(machine, cache)
    if known is None:
        known = (read_bandwidth(machine.cores), gpu_bandwidth() if machine.gpus else None)
        _save_bandwidth(machine, cache, known)
    return replace(machine, cpu_bandwidth=known[0], gpu_bandwidth=known[1])


def read_bandwidth(threads: int) -> float:
    """Bytes/s that `threads` threads together read from memory; takes 256 MB of it meanwhile."""
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
        source, seconds = torch.ones(_GPU_BYTES, dtype=torch.uint8, device="cuda"), list[float]()
        for _ in range(_GPU_PASSES):
            torch.cuda.synchronize()
            begun = time.perf_counter()
            source.clone()
            torch.cuda.synchronize()
            seconds.append(time.perf_counter() - begun)
    except RuntimeError:  # another process holds its memory
        return None
    return 2 * _GPU_BYTES / min(seconds)


def _read_seconds(parts: list[NDArray[np.float32]]) -> float:
    """Read each part on a thread of its own; numpy releases the interpreter lock. Returns the seconds of all."""
    start = threading.Barrier(len(parts) + 1)

    def read(part: NDArray[np.float32]) -> None:
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


def _load_bandwidth(machine: Machine, file: Path) -> tuple[float, float | None] | None:
    try:
        with file.open("rb") as opened:
            cached = json.loads(opened.read(_MAX_CACHE_BYTES))
        cpu, gpu = cached["cpu_bytes_per_second"], cached["gpu_bytes_per_second"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    sound = isinstance(cpu, float) and cpu > 0 and (gpu is None or (isinstance(gpu, float) and gpu > 0))
    return (cpu, gpu) if sound and cached.get("machine") == machine.identity else None


def _save_bandwidth(machine: Machine, file: Path, known: tuple[float, float | None]) -> None:
    """Cache a measurement; where the file cannot be written it is made again the next time."""
    cached = {"machine": machine.identity, "cpu_bytes_per_second": known[0], "gpu_bytes_per_second": known[1]}
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps(cached), "utf-8")
        draft.replace(file)

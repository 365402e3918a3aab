"""What this machine has for a model to run on."""

import platform
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

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
    """`cores`: physical ones that may be used. `instructions`: of the CPU, of those that matter to llama.cpp.

    `cpu_bandwidth`, `gpu_bandwidth`: bytes/s that can be read from memory; None where it was not measured. `gpus`: the
    one with most memory first.
    """

    cpu: str
    cores: int
    memory_bytes: int
    available_bytes: int
    instructions: frozenset[str] = frozenset()
    gpus: tuple[Gpu, ...] = ()
    cpu_bandwidth: float | None = None
    gpu_bandwidth: float | None = None

    @property
    def identity(self) -> str:
        """The same while what was measured on the machine holds."""
        names = ", ".join(gpu.name for gpu in self.gpus)
        return f"{self.cpu}; {self.cores} cores; {round(self.memory_bytes / 2**30)} GiB; {names or 'no GPU'}"


def this_machine(cores: int) -> Machine:
    """The machine at hand, of which `cores` may be used; nothing is measured. Takes seconds where a GPU sleeps."""
    import psutil

    memory, info = psutil.virtual_memory(), _cpu_info()
    return Machine(
        cpu=_cpu_name(info),
        cores=cores,
        memory_bytes=memory.total,
        available_bytes=memory.available,
        instructions=_instructions(info),
        gpus=_gpus(),
    )


def _cpu_info() -> str:
    try:
        return _CPU_INFO.read_text("utf-8", "replace").split("\n\n", 1)[0]
    except OSError:
        return ""


def _cpu_name(info: str) -> str:
    names = [line.partition(":")[2].strip() for line in info.splitlines() if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _instructions(info: str) -> frozenset[str]:
    """By the names of Linux; elsewhere what every machine of its kind has that llama.cpp still runs on."""
    words = {word for line in info.splitlines() if line.startswith(("flags", "Features")) for word in line.split()}
    if not words:
        words = {"asimd", "asimddp", "i8mm"} if platform.machine() == "arm64" else {"avx2"}
    return frozenset(words & {"avx2", "avx512f", "asimd", "asimddp", "i8mm"})


def _gpus() -> tuple[Gpu, ...]:
    """What NVIDIA's own tool lists; none where it is not installed or fails."""
    if shutil.which(_NVIDIA[0]) is None:
        return ()
    try:
        listed = subprocess.run(_NVIDIA, capture_output=True, text=True, timeout=_NVIDIA_SECONDS, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return ()
    return read_gpus(listed)


def read_gpus(listed: str) -> tuple[Gpu, ...]:
    """The GPUs in what nvidia-smi lists as `name, MiB, MiB free`; lines of another form are left out."""
    gpus = []
    for line in listed.splitlines():
        name, *sizes = (part.strip() for part in line.rsplit(",", 2))
        if len(sizes) == 2 and all(size.isdecimal() for size in sizes):
            gpus.append(Gpu(name, int(sizes[0]) << 20, int(sizes[1]) << 20))
    return tuple(sorted(gpus, key=lambda gpu: -gpu.memory_bytes))

"""The check of llama.cpp: its library, build and devices, and if one compiled for this machine would be faster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.doctor.check_result import Check
from engines import EngineMissing, LlamaDevice, LlamaReport, graphics_vendors, probe_llama

# Times as fast as xllamacpp 2026.10 (AVX2), in the processor's time on one thread, with AVX-512: Q4_K_M and Q4_0.
_READING_GAIN = "1.6 to 2.3"
_NO_FEATURE = frozenset({"LLAMAFILE", "OPENMP", "REPACK"})  # how llama.cpp computes
_CPU_INFO = Path("/proc/cpuinfo")  # Linux; elsewhere nothing is offered
# In Linux's words and in llama.cpp's: what a processor may have beyond what prebuilt libraries use.
_FASTER = {"avx512f": "AVX512", "avx512_vnni": "AVX512_VNNI", "avx_vnni": "AVX_VNNI", "amx_int8": "AMX_INT8"}


# What compiles llama.cpp for the graphics card of each maker; Vulkan runs on all but Apple's.
_BUILDS = {"Apple": "make run LLAMA=metal", "NVIDIA": "make run LLAMA=cuda"}
_OTHER_BUILD = "make run LLAMA=vulkan"


def check_llama(chosen: Path | None, cpu_info: Path = _CPU_INFO, vendors: Sequence[str] | None = None) -> Check:
    """Check that llama.cpp loads, in a process of its own. `chosen`: the file of the settings.

    `vendors`: of the graphics cards here; None: as the system lists them.
    """
    try:
        report = probe_llama(chosen)
    except EngineMissing as error:
        return Check(name="llama.cpp", ok=False, detail=error.title, hint=error.hint)
    used = ", ".join(feature for feature in report.features if feature not in _NO_FEATURE)
    built = f", built for {' and '.join(report.backends)}" if report.backends else ""
    built += f" ({report.processor})" if report.processor else ""
    devices = "".join(f"; {_device_text(gpu)}" for gpu in report.gpus)
    detail = f"{report.version} from {report.package or report.path}{built}, which uses {used}{devices}"
    unused = unused_card(report, graphics_vendors() if vendors is None else vendors)
    return Check(name="llama.cpp", ok=True, detail=detail, hint=str(unused) if unused else _offer(report, cpu_info))


@dataclass(frozen=True, slots=True)
class UnusedCard:
    """A graphics card that llama.cpp does not use. `command`: compiles one that does."""

    maker: str
    command: str

    def __str__(self) -> str:
        """The offer in English."""
        return (
            f"This computer has a graphics card by {self.maker}, and this llama.cpp does not use it. One that does: "
            f"{self.command}"
        )


def find_unused_card(chosen: Path | None) -> UnusedCard | None:
    """The card of this computer that llama.cpp does not use; loads its library in a process of its own.

    `chosen`: the file of the settings. None: there is no card, or it is used, or there is no llama.cpp.
    """
    vendors = graphics_vendors()
    try:
        return unused_card(probe_llama(chosen), vendors) if vendors else None
    except EngineMissing:
        return None


def unused_card(report: LlamaReport, vendors: Sequence[str]) -> UnusedCard | None:
    """The card by one of these makers that the library of the report does not use."""
    if report.gpus or not vendors or not report.backends:
        return None
    maker = next((one for one in ("NVIDIA", "AMD", "Apple") if one in vendors), vendors[0])
    return UnusedCard(maker, _BUILDS.get(maker, _OTHER_BUILD))


def _device_text(gpu: LlamaDevice) -> str:
    free, total = gpu.free_bytes / 2**30, gpu.total_bytes / 2**30
    return f"{gpu.description} ({gpu.name}), {free:.1f} of {total:.1f} GiB free"


def _offer(report: LlamaReport, cpu_info: Path) -> str:
    """The offer to compile, where the processor has what the library does not use; otherwise "".

    A library with a part for each kind of processor is as fast.
    """
    if report.processor:
        return ""
    unused = [ours for theirs, ours in _FASTER.items() if ours not in report.features and theirs in _flags(cpu_info)]
    if not unused:
        return ""
    return (
        f"This processor has {', '.join(unused)} too. Compiled for it, reading is about "
        f"{_READING_GAIN} times as fast: make compile, or pip install 'carrel-desktop[llama]'"
    )


def _flags(cpu_info: Path) -> set[str]:
    """The features of the processor, in Linux's words; empty where they cannot be read."""
    try:
        lines = cpu_info.read_text("utf-8").splitlines()
    except OSError:
        return set()
    return {flag for line in lines if line.startswith("flags") for flag in line.split()}

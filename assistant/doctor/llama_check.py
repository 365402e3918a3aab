"""The check of llama.cpp: which library is used, and if one compiled for this processor would be faster."""

from __future__ import annotations

from pathlib import Path

from assistant.doctor.check_result import Check
from engines import EngineMissing, LlamaReport, probe_llama

# Times as fast as xllamacpp 2026.10 (AVX2), in the processor's time on one thread, with AVX-512: Q4_K_M and Q4_0.
_READING_GAIN = "1.6 to 2.3"
_NO_FEATURE = frozenset({"LLAMAFILE", "OPENMP", "REPACK"})  # how llama.cpp computes
_CPU_INFO = Path("/proc/cpuinfo")  # Linux; elsewhere nothing is offered
# In Linux's words and in llama.cpp's: what a processor may have beyond what prebuilt libraries use.
_FASTER = {"avx512f": "AVX512", "avx512_vnni": "AVX512_VNNI", "avx_vnni": "AVX_VNNI", "amx_int8": "AMX_INT8"}


def check_llama(chosen: Path | None, cpu_info: Path = _CPU_INFO) -> Check:
    """Check that llama.cpp loads, in a process of its own. `chosen`: the file of the settings."""
    try:
        report = probe_llama(chosen)
    except EngineMissing as error:
        return Check(name="llama.cpp", ok=False, detail=error.title, hint=error.hint)
    used = ", ".join(feature for feature in report.features if feature not in _NO_FEATURE)
    detail = f"{report.version} from {report.package or report.path}, which uses {used}"
    return Check(name="llama.cpp", ok=True, detail=detail, hint=_offer(report, cpu_info))


def _offer(report: LlamaReport, cpu_info: Path) -> str:
    """The offer to compile, where the processor has what the library does not use; otherwise ""."""
    unused = [ours for theirs, ours in _FASTER.items() if ours not in report.features and theirs in _flags(cpu_info)]
    if not unused:
        return ""
    return (
        f"This processor has {', '.join(unused)} too. Compiled for it, reading is up to twice as fast: "
        "make compile, or pip install 'carrel-desktop[llama]'"
    )


def _flags(cpu_info: Path) -> set[str]:
    """The features of the processor, in Linux's words; empty where they cannot be read."""
    try:
        lines = cpu_info.read_text("utf-8").splitlines()
    except OSError:
        return set()
    return {flag for line in lines if line.startswith("flags") for flag in line.split()}

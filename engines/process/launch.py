"""Starts Python processes with our own modules and without our secrets."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from engines.errors import EngineMissing
from engines.llama.report import LlamaReport, read_report

# The child gets our own module search path, whatever folder it is started in and however we were started.
PROGRAM = """
import sys
sys.path[:] = sys.argv[1:]
from engines.process.engine_host import serve
serve()
"""
_PROBE = """
import sys
sys.path[:] = sys.argv[1:]
from engines.llama.report import write_report
write_report(sys.stdin.read())
"""
_PROBE_SECONDS = 60.0
_NO_WINDOW: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)
# No key and no password of ours: where programs and files are, the language, and how libraries compute.
_PASSED_ON = frozenset(
    "PATH PATHEXT HOME HOMEDRIVE HOMEPATH USERPROFILE LOCALAPPDATA SYSTEMROOT TMPDIR TMP TEMP LANG LANGUAGE TZ "
    "LD_LIBRARY_PATH NVIDIA_VISIBLE_DEVICES NVIDIA_DRIVER_CAPABILITIES CARREL_OFFLINE".split()
)
_PASSED_ON_PREFIXES = (
    *("LC_", "DYLD_", "OMP_", "GOMP_", "KMP_", "MKL_", "OPENBLAS_"),
    *("GGML_", "CUDA_", "PYTORCH_", "HIP_", "HSA_", "ROCR_", "VK_"),
)


def start_engine_process() -> subprocess.Popen[bytes]:
    """A process that serves an engine over its standard streams. Raises EngineMissing."""
    pipe = subprocess.PIPE
    try:
        return subprocess.Popen(
            _command(PROGRAM), stdin=pipe, stdout=pipe, stderr=pipe, env=_environment(), creationflags=_NO_WINDOW
        )
    except OSError as error:
        raise EngineMissing("The engine's process could not be started", str(error)) from error


def probe_llama(chosen: Path | None = None) -> LlamaReport:
    """Load the library of llama.cpp, the chosen one or the best that is installed, in a process of its own.

    Raises EngineMissing.
    """
    try:
        probed = subprocess.run(
            _command(_PROBE),
            input=str(chosen or ""),
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
            timeout=_PROBE_SECONDS,
            env=_environment(),
            creationflags=_NO_WINDOW,
        )
        report = read_report(probed.stdout)
    except (OSError, subprocess.SubprocessError, ValueError, TypeError, KeyError) as error:
        hint = "Install Carrel again, or: pip install 'carrel-desktop[llama]', which compiles it."
        raise EngineMissing("llama.cpp is not installed, or does not load here", hint) from error
    if report.trouble:
        raise EngineMissing(report.trouble, report.hint)
    return report


def _command(program: str) -> list[str]:
    home = str(Path(__file__).resolve().parents[2])
    search_path = [str(Path(entry).absolute()) for entry in sys.path]
    return [sys.executable, "-P", "-X", "faulthandler", "-c", program, *search_path, *({home} - set(search_path))]


def _environment() -> dict[str, str]:
    names = [name for name in os.environ if name.upper() in _PASSED_ON or name.upper().startswith(_PASSED_ON_PREFIXES)]
    return {name: os.environ[name] for name in names}

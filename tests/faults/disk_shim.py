"""The stand-in for the disk (disk_shim.cpp), from Python: compile it, and arm it in a process that has it loaded."""

import ctypes
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).with_name("disk_shim.cpp")
MOMENTS = ("before", "after", "torn")  # torn: half of a write reaches the file


@dataclass(frozen=True, slots=True)
class KillPoint:
    """The `at`-th time (from 0) that something of this `kind` is done to the disk."""

    kind: str
    at: int
    moment: str = "before"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskFault:
    """What the disk below `root` does to a process. `room_bytes`: what may still be written (None: no limit)."""

    root: Path
    kill: KillPoint | None = None
    room_bytes: int | None = None
    log: Path | None = None


def compile_shim(folder: Path) -> Path | None:
    """The shared library, or None where there is no C++ compiler, or no LD_PRELOAD."""
    compiler = shutil.which("c++") or shutil.which("g++") or shutil.which("clang++")
    target = folder / "disk_shim.so"
    if compiler is None or not Path("/proc/self/fd").exists():
        return None
    command = [compiler, "-std=c++17", "-O2", "-shared", "-fPIC", "-o", str(target), str(SOURCE)]
    return target if subprocess.run(command, capture_output=True, check=False).returncode == 0 else None


class Disk:
    """The stand-in within this process."""

    KINDS = "ctwsrlumdf"  # create, truncate, write, size, rename, link, unlink, mkdir, rmdir, flush

    def __init__(self) -> None:
        self._library = ctypes.CDLL(None)

    def arm(self, fault: DiskFault) -> None:
        call = self._library
        if fault.log:
            call.faults_record(bytes(fault.log))
        if fault.kill:
            moment = MOMENTS.index(fault.kill.moment)
            call.faults_kill(ctypes.c_char(fault.kill.kind.encode()), ctypes.c_long(fault.kill.at), moment)
        self.set_room(fault.room_bytes)
        call.faults_watch(bytes(fault.root))

    def set_room(self, room_bytes: int | None) -> None:
        self._library.faults_room(ctypes.c_long(-1 if room_bytes is None else room_bytes))

    def note(self, text: str) -> None:
        """Write into the log what was promised by now."""
        self._library.faults_note(text.encode())

    def refused(self) -> int:
        """How often there was no space."""
        return int(self._library.faults_refused())

    def counts(self) -> dict[str, int]:
        """How often each kind of thing was done."""
        return {kind: int(self._library.faults_count(ctypes.c_char(kind.encode()))) for kind in self.KINDS}

"""Confines the parser's process on Linux: Landlock for files, seccomp for everything else that reaches out.

Both are asked of the kernel directly, and both last until the process ends. A kernel that lacks one is no error: the
limits on time and memory, the audit hook and the empty environment hold everywhere.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

# System calls 444 and up have one number on every architecture: landlock_create_ruleset, _add_rule, _restrict_self.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION = 1
_PATH_BENEATH = 1
_PR_SET_NO_NEW_PRIVS = 38
# include/uapi/linux/landlock.h: rights over files that each version of Landlock knows, by their number.
_RIGHTS_OF_VERSION = {1: 13, 2: 14, 3: 15, 5: 16}
_NETWORK_FROM_VERSION, _SCOPES_FROM_VERSION = 4, 6
_READ_FILE, _READ_DIRECTORY = 1 << 2, 1 << 3
_O_PATH = getattr(os, "O_PATH", 0)

# What Python and its libraries read, and nothing that a person writes. No folder may be written to, /tmp neither: no
# parser needs one.
_SYSTEM_FOLDERS = ("/usr", "/lib", "/lib64", "/lib32", "/sys/devices/system/cpu", "/proc/self")
_SYSTEM_FILES = (
    "/etc/ld.so.cache", "/etc/localtime", "/dev/urandom", "/dev/null", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat",
    "/proc/sys/vm/overcommit_memory",
)  # fmt: skip
_OUR_CODE = ("knowledge", "network", "errors")

# seccomp: include/uapi/linux/{seccomp,filter,audit}.h, and the tables of system calls of both architectures.
_SECCOMP_SET_MODE_FILTER, _TO_ALL_THREADS = 1, 1
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | 1, 0x80000000  # refused with EPERM, which is 1
_X32 = 0x40000000  # on x86-64, calls of another kind begin here
_AUDIT_X86_64, _AUDIT_AARCH64 = 0xC000003E, 0xC00000B7
# fmt: off
# Connections, other programs, other processes, other namespaces, keys, and ways around this filter. Processes of its
# own (clone) it may have: a thread is one.
_REFUSED = {
    "x86_64": (_AUDIT_X86_64, 317, (
        41, 42, 43, 44, 46, 49, 50, 53, 288, 307,  # socket … sendmmsg
        59, 322, 57, 58,  # execve, execveat, fork, vfork
        62, 129, 200, 297, 424, 434, 438,  # kill, rt_sigqueueinfo, tkill, rt_tgsigqueueinfo, pidfd_*
        101, 310, 311, 312, 298, 321, 323,  # ptrace, process_vm_*, kcmp, perf_event_open, bpf, userfaultfd
        155, 161, 165, 166, 272, 308, 428, 429, 430, 431, 432, 433,  # pivot_root, chroot, mount …, unshare, setns
        248, 249, 250, 425, 426, 427, 105, 106, 117, 119, 319,  # keys, io_uring, set*id, memfd_create
    )),
    "aarch64": (_AUDIT_AARCH64, 277, (
        198, 199, 200, 201, 202, 203, 206, 211, 242, 269,
        221, 281,
        129, 138, 130, 240, 424, 434, 438,
        117, 270, 271, 272, 241, 280, 282,
        41, 51, 40, 39, 97, 268, 428, 429, 430, 431, 432, 433,
        217, 218, 219, 425, 426, 427, 144, 145, 146, 147, 149, 279,
    )),
}
# fmt: on


def enter_sandbox() -> list[str]:
    """Confine this process for good, before it starts a thread; the names of what the kernel could do."""
    if sys.platform != "linux" or ctypes.sizeof(ctypes.c_void_p) != 8:
        return []
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return []
    steps = {"Landlock": _restrict_files, "seccomp": _refuse_calls}
    return [name for name, step in steps.items() if step(libc)]


def _restrict_files(libc: ctypes.CDLL) -> bool:
    """Let this process read the files of Python and its libraries, and write none."""
    version = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION)
    if version < 1:
        return False
    rights = (1 << max(count for since, count in _RIGHTS_OF_VERSION.items() if since <= version)) - 1
    network = 3 if version >= _NETWORK_FROM_VERSION else 0  # bind and connect
    scopes = 3 if version >= _SCOPES_FROM_VERSION else 0  # abstract Unix sockets and signals
    # Earlier kernels want a struct of all zeroes behind the fields that they know.
    attributes = struct.pack("=QQQ", rights, network, scopes)
    ruleset = libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    if ruleset < 0:
        return False
    try:
        for path in _readable():
            _allow(libc, ruleset, path)
        return bool(libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def _readable() -> Iterator[str]:
    yield from _SYSTEM_FOLDERS
    yield from _SYSTEM_FILES
    yield from {sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix}
    home = Path(__file__).resolve().parents[3]
    yield from (str(home / name) for name in _OUR_CODE)
    yield from (entry for entry in sys.path if _has_packages(Path(entry)))


def _has_packages(folder: Path) -> bool:
    """Return True for a folder that packages are installed in: Python's own, or that of `pip install --target`."""
    return folder.name in ("site-packages", "dist-packages") or any(folder.glob("*.dist-info"))


def _allow(libc: ctypes.CDLL, ruleset: int, path: str) -> None:
    with suppress(OSError):  # not every system has each of them
        descriptor = os.open(path, _O_PATH | os.O_CLOEXEC)
        rights = _READ_FILE | (_READ_DIRECTORY if Path(path).is_dir() else 0)
        libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, struct.pack("=Qi", rights, descriptor), 0)
        os.close(descriptor)


def _refuse_calls(libc: ctypes.CDLL) -> bool:
    """Have the kernel answer connections, programs and the like with EPERM."""
    if platform.machine() not in _REFUSED:
        return False
    architecture, call, numbers = _REFUSED[platform.machine()]
    rules = _program(architecture, numbers)
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *rule) for rule in rules))
    program = struct.pack("=H6xQ", len(rules), ctypes.addressof(code))
    return bool(libc.syscall(call, _SECCOMP_SET_MODE_FILTER, _TO_ALL_THREADS, program) == 0)


def _program(architecture: int, numbers: Sequence[int]) -> list[tuple[int, int, int, int]]:
    """The filter as (operation, steps if true, steps if not, value): each number leads to the refusal at the end."""
    refusals = [(_EQUAL, len(numbers) - at, 0, number) for at, number in enumerate(numbers)]
    return [
        (_LOAD, 0, 0, 4),  # the architecture
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),  # the number of the call
        (_AT_LEAST, len(numbers) + 1, 0, _X32),
        *refusals,
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]

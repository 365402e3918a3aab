"""The beginning of a confined process: its pipes, its sandbox and its limits."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import sys
from pathlib import Path
from typing import IO

from knowledge.parse.process.sandbox import enter_sandbox
from knowledge.parse.process.wire import write_frame
from network import guard_process

GRACE_SECONDS = 1.0  # to whoever watches from outside, and can say why it ended
_STATM = Path("/proc/self/statm")
# A tokenizer with a vocabulary of 250,000 pieces takes half of it.
TOKENIZER_BYTES = 512 * 2**20


def begin_serving(memory_bytes: int) -> tuple[IO[bytes], IO[bytes]]:
    """Confine this process for good; the streams of requests and replies. A first frame names what confines it."""
    guard_process()  # it has no reason to open a connection
    # Whatever libraries print goes to standard error instead of between the frames.
    requests, replies = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the application's
    confined = enter_sandbox()
    limit_memory(memory_bytes)
    write_frame(replies, json.dumps(confined).encode())
    return requests, replies


def limit_memory(memory_bytes: int) -> None:
    """Let this process take `memory_bytes` more than it has now, where the system can limit it.

    What it had at its first call, and what a tokenizer may take, is the most that it can ever allow itself.
    """
    if importlib.util.find_spec("resource") and _STATM.exists():
        import resource

        limit = int(_STATM.read_text().split()[0]) * resource.getpagesize() + memory_bytes
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        if hard == resource.RLIM_INFINITY:
            hard = limit + TOKENIZER_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (min(limit, hard), hard))


def end_after(seconds: float) -> None:
    """Have the system end this process after `seconds`; 0 calls it off. Even native code cannot outlast it."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)

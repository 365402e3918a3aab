"""The parser's own process: it answers one path after another until its input ends."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import sys
from pathlib import Path
from typing import BinaryIO

from knowledge.parse import Unreadable, parse
from knowledge.parse.input import NeedsRecognition
from knowledge.parse.pdf.ocr import Recogniser, recognise
from knowledge.parse.process.wire import (
    MAX_FRAME_BYTES,
    OUT_OF_MEMORY,
    READY,
    RECOGNISE,
    document_to_json,
    read_frame,
    write_frame,
)
from network.connections import guard_process

_NICENESS = 5
_STATM = Path("/proc/self/statm")


def serve(limit_seconds: float, memory_bytes: int) -> None:
    """Read paths from standard input and write a document, or why there is none, for each.

    A path that begins with RECOGNISE is that of an image or a scan, whose text is recognised.

    An empty first frame says that it is ready. The process ends with its input, and by itself should one file take
    longer than `limit_seconds` and nobody be there to end it. Memory is limited to what it has now and `memory_bytes`.
    """
    guard_process()  # a parser has nobody to call
    requests, replies = _private_pipes()
    recogniser = Recogniser()
    _behave(memory_bytes)
    write_frame(replies, READY)
    while True:
        try:
            request = read_frame(requests)
        except EOFError:
            return
        _end_after(limit_seconds + 1)
        write_frame(replies, _reply(request, recogniser))
        _end_after(0)


def _reply(request: bytes, recogniser: Recogniser) -> bytes:
    path = Path(os.fsdecode(request.removeprefix(RECOGNISE)))
    try:
        reply = document_to_json(recognise(path, recogniser) if request.startswith(RECOGNISE) else parse(path))
        if len(reply) > MAX_FRAME_BYTES:
            raise Unreadable(f"more than {MAX_FRAME_BYTES // 1_000_000} MB of text and structure", "Split it.")
        return reply
    except NeedsRecognition as error:
        return json.dumps({"unreadable": [error.reason, error.hint], "pages": error.pages}).encode()
    except Unreadable as error:
        return json.dumps({"unreadable": [error.reason, error.hint]}).encode()
    except MemoryError:
        return OUT_OF_MEMORY


def _private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Our ends of the pipes. What libraries print goes to standard error instead of between the frames."""
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return sys.stdin.buffer, replies


def _behave(memory_bytes: int) -> None:
    """Give way to the rest of the machine, leave Ctrl+C to the application, and stay within the memory limit."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    if importlib.util.find_spec("resource") and _STATM.exists():
        import resource

        limit = int(_STATM.read_text().split()[0]) * resource.getpagesize() + memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _end_after(seconds: float) -> None:
    """Have the system end this process after `seconds`; 0 calls it off. Even native code cannot outlast it."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)

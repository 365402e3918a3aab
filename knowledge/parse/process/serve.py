"""The parser's own process: it answers one path after another until its input ends."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import sys
from pathlib import Path

from knowledge.parse import Unreadable, parse
from knowledge.parse.pdf.scans import NeedsRecognition
from knowledge.parse.process.wire import (
    MAX_FRAME_BYTES,
    OUT_OF_MEMORY,
    READY,
    RECOGNISE,
    document_to_json,
    read_frame,
    write_frame,
)
from network import guard_process

_NICENESS = 5
_STATM = Path("/proc/self/statm")


def serve(limit_seconds: float, memory_bytes: int) -> None:
    """Read paths from standard input and write for each a document, or the reason why there is none.

    A path that begins with RECOGNISE is that of an image or a scan, whose text is recognised.

    An empty first frame says that it is ready. The process ends with its input, and by itself should one file take
    longer than `limit_seconds` and nobody be there to end it. Memory is limited to what it has now and `memory_bytes`.
    """
    guard_process()  # a parser has no reason to open a connection
    # Whatever libraries print goes to standard error instead of between the frames.
    requests, replies = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the application's
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    _limit_memory(memory_bytes)
    write_frame(replies, READY)
    while True:
        try:
            request = read_frame(requests)
        except EOFError:
            return
        _end_after(limit_seconds + 1)
        write_frame(replies, _reply(request))
        _end_after(0)


def _reply(request: bytes) -> bytes:
    path = Path(os.fsdecode(request.removeprefix(RECOGNISE)))
    try:
        if request.startswith(RECOGNISE):
            from knowledge.parse.pdf.ocr import recognise  # loads PDFium, which few files need

            document = recognise(path)
        else:
            document = parse(path)
        reply = document_to_json(document)
        if len(reply) > MAX_FRAME_BYTES:
            raise Unreadable(f"more than {MAX_FRAME_BYTES // 1_000_000} MB of text and structure", "Split it.")
        return reply
    except NeedsRecognition as error:
        return json.dumps({"unreadable": [error.reason, error.hint], "pages": error.pages}).encode()
    except Unreadable as error:
        return json.dumps({"unreadable": [error.reason, error.hint]}).encode()
    except MemoryError:
        return OUT_OF_MEMORY


def _limit_memory(memory_bytes: int) -> None:
    """Let this process take `memory_bytes` more than it has now, where the system can limit it."""
    if importlib.util.find_spec("resource") and _STATM.exists():
        import resource

        limit = int(_STATM.read_text().split()[0]) * resource.getpagesize() + memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _end_after(seconds: float) -> None:
    """Have the system end this process after `seconds`; 0 calls it off. Even native code cannot outlast it."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)

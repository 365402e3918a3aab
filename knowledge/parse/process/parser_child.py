"""One process that parses, the pipes to it, and the watch over its time."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections import deque
from pathlib import Path
from typing import IO

from errors import AppError
from knowledge.document import Document
from knowledge.parse import Unreadable
from knowledge.parse.input import NeedsRecognition
from knowledge.parse.process.wire import (
    OUT_OF_MEMORY,
    RECOGNISE,
    FrameTooLarge,
    document_from_json,
    read_frame,
    write_frame,
)

_START_LIMIT_SECONDS = 60.0
_WATCH_SECONDS = 0.25  # how much longer than its limit a file may take, or an idle process stay
_TOO_MUCH = "It is very large or very intricate. Split it into smaller files."
_BROKEN = "It may be damaged. Open it in its own program and save it anew."
_LOGGED_LINES = 40
_LINE_BYTES = 4096
# The child gets our own module search path, whatever folder it is started in and however we were started.
_PROGRAM = """
import sys
limit_seconds, memory_bytes = float(sys.argv[1]), int(sys.argv[2])
sys.path[:] = sys.argv[3:]
from knowledge.parse.process.serve import serve
serve(limit_seconds, memory_bytes)
"""

_log = logging.getLogger(__name__)


class ParserUnavailable(AppError):
    """The parser's process cannot run, whatever the file."""


class ChildFailed(Exception):
    """The child is of no more use. `is_final`: another try would end the same way."""

    def __init__(self, reason: str, hint: str, is_final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint
        self.is_final = is_final


class ParserChild:
    """A process that parses one file at a time, and ends by itself after `idle_seconds` without one."""

    def __init__(self, limit_seconds: float, memory_bytes: int, idle_seconds: float) -> None:
        self.has_parsed = False
        self._limit_seconds, self._idle_seconds = limit_seconds, idle_seconds
        self._said: deque[str] = deque(maxlen=_LOGGED_LINES)
        self._lock = threading.Lock()
        self._is_busy = self._ran_out_of_time = False
        self._until = time.monotonic() + _START_LIMIT_SECONDS
        self._ended = threading.Event()
        self._process = _started(limit_seconds, memory_bytes)
        self._listener = threading.Thread(target=self._listen, name="parser-stderr", daemon=True)
        self._listener.start()
        threading.Thread(target=self._watch, name="parser-watch", daemon=True).start()
        try:
            self._answer()
        except ChildFailed as failure:
            self.end()
            raise ParserUnavailable("The parser could not be started", "\n".join(self._said)) from failure

    def lives(self) -> bool:
        """Whether it can be claimed, most likely."""
        return not self._ended.is_set() and self._process.poll() is None

    def claim(self, limit_seconds: float) -> bool:
        """Whether it lives, and will until the next file was parsed, which may take so long."""
        with self._lock:
            self._limit_seconds = limit_seconds
            self._is_busy = self.lives()
            self._until = time.monotonic() + self._limit_seconds
            return self._is_busy

    def parse(self, path: Path, recognise: bool = False) -> Document:
        """The document at `path`, for whoever claimed it; its text is recognised if that is asked for.

        Raises Unreadable, of it NeedsRecognition for images and scans, and ChildFailed.
        """
        try:
            reply = self._answer((RECOGNISE if recognise else b"") + os.fsencode(path.absolute()))
        finally:
            with self._lock:
                self._is_busy, self._until = False, time.monotonic() + self._idle_seconds
        if reply == OUT_OF_MEMORY:
            raise ChildFailed("the parser ran out of memory", _TOO_MUCH)
        self.has_parsed = True
        return _document(reply)

    def end(self) -> None:
        """Kill the process if it lives, and let go of its pipes."""
        self._ended.set()
        self._process.kill()
        self._process.wait()
        self._listener.join()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            _close(pipe)

    def _answer(self, request: bytes | None = None) -> bytes:
        """The next frame, after `request` if there is one to make."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin and stdout  # both are pipes
        try:
            if request is not None:
                write_frame(stdin, request)
            return read_frame(stdout)
        except FrameTooLarge as error:
            raise ChildFailed("the parser gave too much text", _TOO_MUCH, is_final=True) from error
        except (OSError, EOFError, ValueError) as error:  # a closed pipe is a ValueError
            if self._ran_out_of_time:
                reason = f"the parser ran out of time ({self._limit_seconds:g} s)"
                raise ChildFailed(reason, _TOO_MUCH, is_final=True) from error
            self._log_death()
            raise ChildFailed("the parser crashed", _BROKEN) from error

    def _watch(self) -> None:
        """Kill the process when its time is over: a file's, or the one it may be idle."""
        while not self._ended.wait(_WATCH_SECONDS):
            with self._lock:
                if time.monotonic() > self._until:
                    self._ran_out_of_time = self._is_busy
                    self._ended.set()
                    self._process.kill()

    def _listen(self) -> None:
        assert self._process.stderr
        while line := self._process.stderr.readline(_LINE_BYTES):
            self._said.append(line.decode("utf-8", "replace").rstrip())
            _log.debug("parser: %s", self._said[-1])

    def _log_death(self) -> None:
        self._process.kill()
        self._listener.join()
        _log.warning("The parser died with %s:\n%s", self._process.wait(), "\n".join(self._said))


def _started(limit_seconds: float, memory_bytes: int) -> subprocess.Popen[bytes]:
    home = str(Path(__file__).resolve().parents[3])
    search_path = [str(Path(entry).absolute()) for entry in sys.path]
    program = [sys.executable, "-P", "-X", "faulthandler", "-c", _PROGRAM]
    try:
        return subprocess.Popen(
            [*program, str(limit_seconds), str(memory_bytes), *search_path, *({home} - set(search_path))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as error:
        raise ParserUnavailable("The parser could not be started", str(error)) from error


def _document(reply: bytes) -> Document:
    """What the child found. Raises Unreadable with its reason, and ChildFailed when it talks nonsense."""
    try:
        if reply.startswith(b'{"unreadable"'):
            values = json.loads(reply)
            reason, hint = values["unreadable"]
            raise NeedsRecognition(reason, values["pages"]) if "pages" in values else Unreadable(reason, hint)
        return document_from_json(reply)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ChildFailed("the parser crashed", _BROKEN) from error


def _close(pipe: IO[bytes] | None) -> None:
    """Close our end; what was still unsent to a dead process is lost."""
    try:
        if pipe:
            pipe.close()
    except OSError:
        return

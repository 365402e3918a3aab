"""One process for untrusted files, the pipes to it, and the watch over its time."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import IO, TypeVar

from errors import AppError
from knowledge.parse.process.wire import BLOCK_BYTES, END, FrameTooLarge, read_frame, write_frame

_START_LIMIT_SECONDS = 60.0
_WATCH_SECONDS = 0.25  # how much longer than its limit a file may take, or an idle process stay
TOO_MUCH = "It is very large or very complex. Split it into smaller files."
_BROKEN = "It may be damaged. Open it in its own program and save it again."
_LOGGED_LINES = 40
_LINE_BYTES = 4096
# The child gets our own module search path, whatever folder it is started in and however we were started.
_PROGRAM = """
import sys
from importlib import import_module
module, function, memory_bytes = sys.argv[1], sys.argv[2], int(sys.argv[3])
sys.path[:] = sys.argv[4:]
getattr(import_module(module), function)(memory_bytes)
"""

# All that the child's environment has: no keys, no folders. Words of a language, and paths of libraries.
_ENVIRONMENT = ("LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME", "SYSTEMROOT")
# One thread: each would map 64 MB for its own allocations, which count against the limit.
_SET = {"TOKENIZERS_PARALLELISM": "false", "ORT_DISABLE_TELEMETRY": "1"}

_log = logging.getLogger(__name__)
T = TypeVar("T")


class ParserUnavailable(AppError):
    """The parser's process cannot run, whatever the file."""


class ChildFailed(Exception):
    """The child has to be replaced. `is_final`: another try would end the same way."""

    def __init__(self, reason: str, hint: str, is_final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint
        self.is_final = is_final


class ConfinedChild:
    """A process that works on one file at a time, and ends by itself after `idle_seconds` without one.

    `program`: module and function that serve, as `package.module:serve`; it is called with `memory_bytes`, and first
    writes a frame with the names of what confines it, as JSON.
    """

    def __init__(self, program: str, memory_bytes: int, idle_seconds: float) -> None:
        self._limit_seconds, self._idle_seconds = 0.0, idle_seconds
        self._stderr_lines: deque[str] = deque(maxlen=_LOGGED_LINES)
        self._lock = threading.Lock()
        self._is_busy = self._ran_out_of_time = False
        self._until = time.monotonic() + _START_LIMIT_SECONDS
        self._ended = threading.Event()
        self._process = _start_process(program, memory_bytes)
        self._listener = threading.Thread(target=self._listen, name="parser-stderr", daemon=True)
        self._listener.start()
        threading.Thread(target=self._watch, name="parser-watch", daemon=True).start()
        try:
            self.confined = tuple(self.receive(lambda stream: json.loads(read_frame(stream))))
        except ChildFailed as failure:
            self.end()
            raise ParserUnavailable("The parser could not be started", "\n".join(self._stderr_lines)) from failure

    @property
    def process_id(self) -> int:
        """Its process."""
        return self._process.pid

    def lives(self) -> bool:
        """Tell if it can most likely be claimed."""
        return not self._ended.is_set() and self._process.poll() is None

    @property
    def is_busy(self) -> bool:
        """True from `claim` until the work on a file has ended."""
        return self._is_busy

    def claim(self, limit_seconds: float) -> bool:
        """Reserve it for the next file, which may take so long; False where it has ended."""
        with self._lock:
            self._limit_seconds = limit_seconds
            self._is_busy = self.lives()
            self._until = time.monotonic() + self._limit_seconds
            return self._is_busy

    @contextmanager
    def working(self) -> Iterator[None]:
        """Work on a file, once claimed, while the block runs."""
        try:
            yield
        finally:
            with self._lock:
                self._is_busy, self._until = False, time.monotonic() + self._idle_seconds

    def end(self) -> None:
        """Kill the process if it lives, and close its pipes."""
        self._ended.set()
        self._process.kill()
        self._process.wait()
        self._listener.join()
        for pipe in filter(None, (self._process.stdin, self._process.stdout, self._process.stderr)):
            with suppress(OSError):  # unsent data to a dead process is lost
                pipe.close()

    def send(self, header: bytes, source: IO[bytes]) -> None:
        """Send a header and what `source` holds, whose own OSError is raised as it is."""
        assert self._process.stdin  # a pipe
        for frame in chain([header], iter(lambda: source.read(BLOCK_BYTES), END), [END]):
            with self.failures():
                write_frame(self._process.stdin, frame)

    def receive(self, read: Callable[[IO[bytes]], T]) -> T:
        """Read from its output. Raises ChildFailed."""
        with self.failures():
            assert self._process.stdout  # a pipe
            return read(self._process.stdout)

    @contextmanager
    def failures(self) -> Iterator[None]:
        """Raise ChildFailed for whatever goes wrong between the two processes while the block runs."""
        try:
            yield
        except FrameTooLarge as error:
            raise ChildFailed("the parser produced too much text", TOO_MUCH, is_final=True) from error
        except (OSError, EOFError, ValueError, KeyError, TypeError) as error:  # a closed pipe is a ValueError
            if self._ran_out_of_time:
                reason = f"the parser ran out of time ({self._limit_seconds:.0f} s)"
                raise ChildFailed(reason, TOO_MUCH, is_final=True) from error
            self._process.kill()
            self._listener.join()
            _log.warning("The parser died with %s:\n%s", self._process.wait(), "\n".join(self._stderr_lines))
            raise ChildFailed("the parser crashed", _BROKEN) from error

    def _watch(self) -> None:
        """Kill the process when the time for a file, or for being idle, is over."""
        while not self._ended.wait(_WATCH_SECONDS):
            with self._lock:
                if time.monotonic() > self._until:
                    self._ran_out_of_time = self._is_busy
                    self._ended.set()
                    self._process.kill()

    def _listen(self) -> None:
        assert self._process.stderr
        while line := self._process.stderr.readline(_LINE_BYTES):
            self._stderr_lines.append(line.decode("utf-8", "replace").rstrip())
            _log.debug("parser: %s", self._stderr_lines[-1])


def _start_process(program: str, memory_bytes: int) -> subprocess.Popen[bytes]:
    home = str(Path(__file__).resolve().parents[3])
    search_path = [str(Path(entry).absolute()) for entry in sys.path]
    command = [sys.executable, "-P", "-X", "faulthandler", "-c", _PROGRAM, *program.split(":")]
    try:
        return subprocess.Popen(
            [*command, str(memory_bytes), *search_path, *({home} - set(search_path))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_SET | {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as error:
        raise ParserUnavailable("The parser could not be started", str(error)) from error

"""Parsing in a process of its own: what a hostile or broken file can harm ends with that process."""

import json
import logging
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from errors import AppError
from knowledge.document import Document
from knowledge.parse import Unreadable
from knowledge.parse.wire import OUT_OF_MEMORY, document_from_json, read_frame, write_frame

LIMIT_SECONDS = 20.0
MEMORY_BYTES = 512 * 2**20

_START_LIMIT_SECONDS = 60.0
_TOO_MUCH = "It is very large or very intricate. Split it into smaller files."
_BROKEN = "It may be damaged. Open it in its own program and save it anew."
_LOGGED_LINES = 40
_LINE_BYTES = 4096
# The child gets our own module search path, whatever folder it is started in and however we were started.
_PROGRAM = """
import sys
limit_seconds, memory_bytes = float(sys.argv[1]), int(sys.argv[2])
sys.path[:] = sys.argv[3:]
from knowledge.parse.serve import serve
serve(limit_seconds, memory_bytes)
"""

_log = logging.getLogger(__name__)


class ParserUnavailable(AppError):
    """The parser's process cannot run, whatever the file."""


class ParserDied(Unreadable):
    """The parser's process ended at the file: it crashed, or ran out of time or memory."""


class ParserProcess:
    """Parses files one at a time in a supervised process, started at the first file and again after each death.

    `limit_seconds` is for one file, on the clock; `memory_bytes` is what the process may take beyond its start.
    """

    def __init__(self, limit_seconds: float = LIMIT_SECONDS, memory_bytes: int = MEMORY_BYTES) -> None:
        self._limit_seconds = limit_seconds
        self._memory_bytes = memory_bytes
        self._child: _Child | None = None
        self._closed = False
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        """Itself; the process is closed when the block ends."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close the process."""
        self.close()

    def parse(self, path: Path) -> Document:
        """The document at `path`.

        Raises Unreadable with the parser's reason, or ParserDied; a crash is put down to the file only if it happens in
        a fresh process. Raises ParserUnavailable after `close`.
        """
        while True:
            child = self._running()
            is_fresh = not child.has_parsed
            try:
                return child.parse(path, self._limit_seconds)
            except _ChildFailed as failure:
                child.end()
                if self._closed:
                    raise ParserUnavailable("The parser was closed") from failure
                if is_fresh or failure.is_final:
                    raise ParserDied(failure.reason, failure.hint) from failure

    def close(self) -> None:
        """End the process. Any thread; a parse that is running ends with ParserUnavailable."""
        with self._lock:
            self._closed = True
            if self._child:
                self._child.end()

    def _running(self) -> "_Child":
        with self._lock:
            if self._closed:
                raise ParserUnavailable("The parser was closed")
            if self._child and not self._child.is_alive():
                self._child.end()
                self._child = None
            if not self._child:
                self._child = _Child(self._limit_seconds, self._memory_bytes)
            return self._child


class _ChildFailed(Exception):
    """The child is of no more use. `is_final`: another try would end the same way."""

    def __init__(self, reason: str, hint: str, is_final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint
        self.is_final = is_final


class _Child:
    """One process and the pipes to it."""

    def __init__(self, limit_seconds: float, memory_bytes: int) -> None:
        self.has_parsed = False
        self._said: deque[str] = deque(maxlen=_LOGGED_LINES)
        self._process = _started(limit_seconds, memory_bytes)
        self._listener = threading.Thread(target=self._listen, name="parser-stderr", daemon=True)
        self._listener.start()
        try:
            self._answer(_START_LIMIT_SECONDS)
        except _ChildFailed as failure:
            self.end()
            raise ParserUnavailable("The parser could not be started", "\n".join(self._said)) from failure

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def parse(self, path: Path, limit_seconds: float) -> Document:
        reply = self._answer(limit_seconds, os.fsencode(path.absolute()))
        if reply == OUT_OF_MEMORY:
            raise _ChildFailed("the parser ran out of memory", _TOO_MUCH)
        self.has_parsed = True
        return _document(reply)

    def end(self) -> None:
        """Kill the process if it lives, and let go of its pipes."""
        self._process.kill()
        self._process.wait()
        self._listener.join()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            _close(pipe)

    def _answer(self, limit_seconds: float, request: bytes | None = None) -> bytes:
        """The next frame, after `request` if there is one to make."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin and stdout  # both are pipes
        with self._deadline(limit_seconds) as has_passed:
            try:
                if request is not None:
                    write_frame(stdin, request)
                return read_frame(stdout)
            except (OSError, EOFError, ValueError) as error:  # a closed pipe is a ValueError
                if has_passed.is_set():
                    reason = f"the parser ran out of time ({limit_seconds:g} s)"
                    raise _ChildFailed(reason, _TOO_MUCH, is_final=True) from error
                self._log_death()
                raise _ChildFailed("the parser crashed", _BROKEN) from error

    @contextmanager
    def _deadline(self, limit_seconds: float) -> Iterator[threading.Event]:
        """Kill the process should the block last longer; the event says whether it did."""
        has_passed = threading.Event()

        def kill() -> None:
            has_passed.set()
            self._process.kill()

        timer = threading.Timer(limit_seconds, kill)
        timer.daemon = True
        timer.start()
        try:
            yield has_passed
        finally:
            timer.cancel()

    def _listen(self) -> None:
        assert self._process.stderr
        while line := self._process.stderr.readline(_LINE_BYTES):
            self._said.append(line.decode("utf-8", "replace").rstrip())
            _log.debug("parser: %s", self._said[-1])

    def _log_death(self) -> None:
        self._process.kill()
        self._listener.join()
        _log.warning("The parser died with %s:\n%s", self._process.wait(), "\n".join(self._said))


def _started(limit_seconds: float, memory_bytes: int) -> "subprocess.Popen[bytes]":
    home = str(Path(__file__).resolve().parent.parent)
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
    """What the child found. Raises Unreadable with its reason, and _ChildFailed when it talks nonsense."""
    try:
        if reply.startswith(b'{"unreadable"'):
            reason, hint = json.loads(reply)["unreadable"]
            raise Unreadable(reason, hint)
        return document_from_json(reply)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _ChildFailed("the parser crashed", _BROKEN) from error


def _close(pipe: IO[bytes] | None) -> None:
    """Close our end; what was still unsent to a dead process is lost."""
    try:
        if pipe:
            pipe.close()
    except OSError:
        return

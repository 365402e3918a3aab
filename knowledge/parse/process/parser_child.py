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
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from itertools import chain
from pathlib import Path
from typing import IO, TypeVar

from errors import AppError
from knowledge.chunked_document import ChunkedDocument
from knowledge.parse import Unreadable
from knowledge.parse.input import LooksSecret
from knowledge.parse.pdf.scans import NeedsRecognition
from knowledge.parse.process.wire import (
    BLOCK_BYTES,
    END,
    OUT_OF_MEMORY,
    TOKENIZER,
    FrameTooLarge,
    Request,
    read_document,
    read_frame,
    request_to_json,
    write_frame,
)

_START_LIMIT_SECONDS = 60.0
_WATCH_SECONDS = 0.25  # how much longer than its limit a file may take, or an idle process stay
_TOO_MUCH = "It is very large or very complex. Split it into smaller files."
_BROKEN = "It may be damaged. Open it in its own program and save it again."
_LOGGED_LINES = 40
_LINE_BYTES = 4096
# The child gets our own module search path, whatever folder it is started in and however we were started.
_PROGRAM = """
import sys
memory_bytes = int(sys.argv[1])
sys.path[:] = sys.argv[2:]
from knowledge.parse.process.serve import serve
serve(memory_bytes)
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


class ParserChild:
    """A process that parses one file at a time, and ends by itself after `idle_seconds` without one."""

    def __init__(self, memory_bytes: int, idle_seconds: float) -> None:
        self.has_parsed = False
        self._limit_seconds, self._idle_seconds = 0.0, idle_seconds
        self._stderr_lines: deque[str] = deque(maxlen=_LOGGED_LINES)
        self._lock = threading.Lock()
        self._is_busy = self._ran_out_of_time = False
        self._until = time.monotonic() + _START_LIMIT_SECONDS
        self._ended = threading.Event()
        self._process = _start_process(memory_bytes)
        self._listener = threading.Thread(target=self._listen, name="parser-stderr", daemon=True)
        self._listener.start()
        threading.Thread(target=self._watch, name="parser-watch", daemon=True).start()
        self._tokenizer_file: Path | None = None
        try:
            self.confined = tuple(self._receive(lambda stream: json.loads(read_frame(stream))))
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

    def claim(self, limit_seconds: float) -> bool:
        """Reserve it for the next file, which may take so long; False where it has ended."""
        with self._lock:
            self._limit_seconds = limit_seconds
            self._is_busy = self.lives()
            self._until = time.monotonic() + self._limit_seconds
            return self._is_busy

    def parse(self, file: IO[bytes], request: Request, tokenizer_file: Path | None) -> ChunkedDocument:
        """The document of a file, once claimed, in chunks that `tokenizer_file` counted.

        Raises Unreadable, for images and scans its subclass NeedsRecognition, and ChildFailed.
        """
        try:
            if tokenizer_file and tokenizer_file != self._tokenizer_file:
                self._send_tokenizer(tokenizer_file)
            self._send(request_to_json(request), file)
            header = self._receive(read_frame)
            if header == OUT_OF_MEMORY:
                raise ChildFailed("the parser ran out of memory", _TOO_MUCH)
            self.has_parsed = True
            return self._document(header)
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

    def _send_tokenizer(self, tokenizer_file: Path) -> None:
        try:
            with tokenizer_file.open("rb") as tokenizer:
                self._send(TOKENIZER, tokenizer)
        except OSError as error:
            raise ParserUnavailable("The embedder's tokenizer cannot be read", str(error)) from error
        self._tokenizer_file = tokenizer_file

    def _send(self, header: bytes, source: IO[bytes]) -> None:
        """Send a header and what `source` holds, whose own OSError is raised as it is."""
        assert self._process.stdin  # a pipe
        for frame in chain([header], iter(lambda: source.read(BLOCK_BYTES), END), [END]):
            with self._failures():
                write_frame(self._process.stdin, frame)

    def _receive(self, read: Callable[[IO[bytes]], T]) -> T:
        with self._failures():
            assert self._process.stdout  # a pipe
            return read(self._process.stdout)

    def _document(self, header: bytes) -> ChunkedDocument:
        """The child's document. Raises Unreadable with its reason, and ChildFailed for a malformed reply."""
        if not header.startswith(b'{"unreadable"'):
            return self._receive(partial(read_document, header))
        with self._failures():
            values = json.loads(header)
            reason, hint = map(str, values["unreadable"])
            pages = values.get("pages")
        if values.get("secret"):
            raise LooksSecret(reason)
        raise NeedsRecognition(reason, int(pages)) if pages else Unreadable(reason, hint)

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Raise ChildFailed for whatever goes wrong between the two processes while the block runs."""
        try:
            yield
        except FrameTooLarge as error:
            raise ChildFailed("the parser produced too much text", _TOO_MUCH, is_final=True) from error
        except (OSError, EOFError, ValueError, KeyError, TypeError) as error:  # a closed pipe is a ValueError
            if self._ran_out_of_time:
                reason = f"the parser ran out of time ({self._limit_seconds:.0f} s)"
                raise ChildFailed(reason, _TOO_MUCH, is_final=True) from error
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


def _start_process(memory_bytes: int) -> subprocess.Popen[bytes]:
    home = str(Path(__file__).resolve().parents[3])
    search_path = [str(Path(entry).absolute()) for entry in sys.path]
    program = [sys.executable, "-P", "-X", "faulthandler", "-c", _PROGRAM]
    try:
        return subprocess.Popen(
            [*program, str(memory_bytes), *search_path, *({home} - set(search_path))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_SET | {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as error:
        raise ParserUnavailable("The parser could not be started", str(error)) from error

"""Parsing in a process of its own: what a hostile or broken file can harm ends with that process."""

import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from knowledge.document import Document
from knowledge.parse import Unreadable
from knowledge.parser_child import ChildFailed, ParserChild, ParserUnavailable

__all__ = ["ParserDied", "ParserProcess", "ParserUnavailable"]

LIMIT_SECONDS = 20.0
MEMORY_BYTES = 512 * 2**20
IDLE_SECONDS = 60.0  # longer than most pauses between two saves; the process takes some 50 MB


class ParserDied(Unreadable):
    """The parser's process ended at the file: it crashed, or ran out of time or memory."""


class ParserProcess:
    """Parses files one at a time in a supervised process, started at the first file and again after each death.

    `limit_seconds` is for one file, on the clock; `memory_bytes` is what the process may take beyond its start. It ends
    after `idle_seconds` without a file.
    """

    def __init__(
        self,
        limit_seconds: float = LIMIT_SECONDS,
        memory_bytes: int = MEMORY_BYTES,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._limits = (limit_seconds, memory_bytes, idle_seconds)
        self._child: ParserChild | None = None
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
                return child.parse(path)
            except ChildFailed as failure:
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

    def _running(self) -> ParserChild:
        with self._lock:
            if self._closed:
                raise ParserUnavailable("The parser was closed")
            if self._child and not self._child.claim():
                self._child.end()
                self._child = None
            if not self._child:
                self._child = ParserChild(*self._limits)
                self._child.claim()
            return self._child

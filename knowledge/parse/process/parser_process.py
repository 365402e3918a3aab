"""Parsing in a process of its own: a hostile or broken file can harm nothing but that process."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from knowledge.chunked_document import ChunkedDocument
from knowledge.parse import Unreadable, unsupported_reason
from knowledge.parse.formats import format_of
from knowledge.parse.input import opened_file, printable
from knowledge.parse.pdf.scans import SECONDS_PER_PAGE, NeedsRecognition, seconds_for
from knowledge.parse.process.confined_child import ChildFailed, ParserUnavailable
from knowledge.parse.process.parser_child import ParserChild
from knowledge.parse.process.wire import Request
from knowledge.parse.secrecy import file_use

__all__ = ["ParserDied", "ParserProcess", "ParserUnavailable", "parser_sandbox"]

LIMIT_SECONDS = 20.0  # and, for each million bytes of a file:
# Twice the 1.2 s that sentences of a word or two take while four processes share two cores; a log takes 0.5 s.
SECONDS_PER_MB = 2.5
MEMORY_BYTES = 512 * 2**20
# ONNX Runtime, OpenCV and the models map 1.9 GB for a dense page, of which 1.0 GB is memory.
RECOGNITION_BYTES = 3 * 2**30
IDLE_SECONDS = 60.0  # longer than most pauses between two saves; the process takes some 50 MB


def parser_sandbox() -> tuple[str, ...]:
    """Start a parser, and return what confines it: `Landlock` and `seccomp` where the kernel has them.

    Raises ParserUnavailable.
    """
    with ParserProcess() as parser:
        return parser.sandbox()


class ParserDied(Unreadable):
    """The parser's process ended at the file: it crashed, or ran out of time or memory."""


class ParserProcess:
    """Parses files one at a time in a supervised process, started at the first file and again after each death.

    `limit_seconds` is for one small file, on the clock; a large one has more. `memory_bytes` is what the process may
    take beyond its start. It ends after `idle_seconds` without a file. Images and scans go to a second process, which
    has more of both.
    """

    def __init__(
        self,
        limit_seconds: float = LIMIT_SECONDS,
        memory_bytes: int = MEMORY_BYTES,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._limit_seconds, self._idle_seconds = limit_seconds, idle_seconds
        self._memory_bytes = {False: memory_bytes, True: RECOGNITION_BYTES}
        self._children: dict[bool, ParserChild] = {}  # True: the one for text recognition
        self._closed = False
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        """Return itself; the process is closed when the block ends."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close the process."""
        self.close()

    def parse(
        self,
        path: Path,
        tokenizer_file: Path | None = None,
        *,
        within: Sequence[Path] = (),
        admits_secrets: bool = True,
    ) -> ChunkedDocument:
        """The document at `path`, in chunks of so many tokens of that tokenizer; None: estimated.

        `within`: folders that it must be in; see `opened_file`. Raises Unreadable with the parser's reason, its
        subclass LooksSecret unless secrets are admitted, or ParserDied; a crash is blamed on the file only if it
        happens in a fresh process. Raises ParserUnavailable after `close`.
        """
        if reason := unsupported_reason(path):
            raise Unreadable(reason)
        with opened_file(path, within) as file:
            size_bytes = os.fstat(file.fileno()).st_size
            request = Request(
                suffix=format_of(path),
                name=printable(path.stem),
                recognise=False,
                counts_tokens=bool(tokenizer_file),
                limit_seconds=self._limit_seconds + SECONDS_PER_MB * size_bytes / 1e6,
                judged_as=None if admits_secrets else file_use(path, size_bytes),
            )
            try:
                return self._parsed(file, request, tokenizer_file)
            except NeedsRecognition as needed:
                limit_seconds = seconds_for(needed.pages) + SECONDS_PER_PAGE
                request = replace(request, recognise=True, limit_seconds=limit_seconds)
                return self._parsed(file, request, tokenizer_file)

    def sandbox(self) -> tuple[str, ...]:
        """Names of what confines the process beside its limits, as `Landlock`. Raises ParserUnavailable."""
        self.start()
        return self._children[False].confined

    def _parsed(self, file: IO[bytes], request: Request, tokenizer_file: Path | None) -> ChunkedDocument:
        while True:
            child = self._claimed_child(request)
            is_fresh = not child.has_parsed
            file.seek(0)
            try:
                return child.parse(file, request, tokenizer_file)
            except OSError:  # of the file: the child waits for the rest of it
                child.end()
                raise
            except ChildFailed as failure:
                child.end()
                if self._closed:
                    raise ParserUnavailable("The parser was closed") from failure
                if is_fresh or failure.is_final:
                    raise ParserDied(failure.reason, failure.hint) from failure

    def process_ids(self) -> tuple[int, ...]:
        """The processes that live: one for files, one for scans."""
        with self._lock:
            return tuple(child.process_id for child in self._children.values() if child.lives())

    def start(self) -> None:
        """Start a process for the next file if there is none. Raises ParserUnavailable."""
        with self._lock:
            child = self._children.get(False)
            if not self._closed and not (child and child.lives()):
                if child:
                    child.end()
                self._children[False] = self._new_child(recognise=False)

    def end_waiting(self) -> None:
        """End the processes that have no file in hand; the next file starts one again."""
        with self._lock:
            for child in self._children.values():
                if not child.is_busy:
                    child.end()

    def close(self) -> None:
        """End the process, from any thread; a parse that is running ends with ParserUnavailable."""
        with self._lock:
            self._closed = True
            for child in self._children.values():
                child.end()

    def _claimed_child(self, request: Request) -> ParserChild:
        with self._lock:
            if self._closed:
                raise ParserUnavailable("The parser was closed")
            child = self._children.get(request.recognise)
            if child and not child.claim(request.limit_seconds):
                child.end()
                child = None
            if not child:
                child = self._children[request.recognise] = self._new_child(request.recognise)
                child.claim(request.limit_seconds)
            return child

    def _new_child(self, recognise: bool) -> ParserChild:
        return ParserChild(self._memory_bytes[recognise], self._idle_seconds)

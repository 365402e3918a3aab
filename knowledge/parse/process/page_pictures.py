"""Pictures of a file's pages, drawn in a confined process: a hostile file can harm nothing but that process."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Sequence
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import IO, NamedTuple

from errors import AppError
from knowledge.parse.input import Unreadable, opened_file
from knowledge.parse.process.confined_child import ChildFailed, ConfinedChild, ParserUnavailable
from knowledge.parse.process.page_wire import PagePicture, PictureRequest, read_picture, request_to_json
from knowledge.parse.process.wire import OUT_OF_MEMORY, read_frame

PDF_PAGES = "knowledge.parse.process.serve_pages:serve_pages"
LIMIT_SECONDS = 20.0  # for a page
MEMORY_BYTES = 1024 * 2**20  # a picture of 64 MB, and what its page is drawn from
IDLE_SECONDS = 300.0  # a person reads a page; the process takes some 40 MB
_NO_PICTURE = "This page cannot be shown as a picture"


class PictureUnavailable(AppError):
    """The page cannot be drawn; its text may be readable all the same."""


class QuotedPage(NamedTuple):
    """A page of a file, from 1, and the quotation to mark on it. `before`: the text before the quotation."""

    path: Path
    page: int
    quote: str = ""
    before: str = ""


class PagePictures:
    """Draws pages, one at a time, in a process that is started for the first. Safe to use from any thread."""

    def __init__(self, program: str = PDF_PAGES) -> None:
        """`program`: what serves in the process, as `package.module:serve`."""
        self._program = program
        self._child: ConfinedChild | None = None
        self._sent: tuple[Path, int, int] | None = None  # the file that the process has open
        self._lock = threading.Lock()

    def start(self) -> None:
        """Start the process, as pages are about to be asked for. Raises ParserUnavailable."""
        with self._lock, self._claimed().working():
            pass

    def process_ids(self) -> tuple[int, ...]:
        """The process, where it lives."""
        child = self._child
        return (child.process_id,) if child and child.lives() else ()

    def draw(self, page: QuotedPage, width_px: int, within: Sequence[Path] = ()) -> PagePicture:
        """The page's picture. `within`: folders that the file must be in. Raises PictureUnavailable."""
        with self._lock:
            try:
                with opened_file(page.path, within) as file:
                    return self._drawn(file, page, width_px)
            except Unreadable as error:
                raise PictureUnavailable(f"{_NO_PICTURE}: {error.reason}", error.hint) from error
            except ParserUnavailable as error:
                raise PictureUnavailable(_NO_PICTURE, error.hint) from error
            except ChildFailed as failure:
                self._end()
                raise PictureUnavailable(_NO_PICTURE, failure.hint) from failure

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def _drawn(self, file: IO[bytes], page: QuotedPage, width_px: int) -> PagePicture:
        child, status = self._claimed(), os.fstat(file.fileno())
        identity = page.path, status.st_size, status.st_mtime_ns
        is_new, self._sent = self._sent != identity, None
        request = PictureRequest(
            page=page.page,
            width_px=width_px,
            quote=page.quote,
            before=page.before,
            is_new=is_new,
            limit_seconds=LIMIT_SECONDS,
        )
        with child.working():
            try:
                child.send(request_to_json(request), file if is_new else BytesIO())
            except OSError:  # of the file: the process waits for the rest of it
                self._end()
                raise
            header = child.receive(read_frame)
            if header == OUT_OF_MEMORY:
                raise ChildFailed("out of memory", "It is very large.")
            if header.startswith(b'{"unreadable"'):
                with child.failures():
                    reason, hint = map(str, json.loads(header)["unreadable"])
                raise Unreadable(reason, hint)
            picture = child.receive(partial(read_picture, header))
        self._sent = identity
        return picture

    def _claimed(self) -> ConfinedChild:
        if self._child is None or not self._child.claim(LIMIT_SECONDS):
            self._end()
            self._child = ConfinedChild(self._program, MEMORY_BYTES, IDLE_SECONDS)
            self._child.claim(LIMIT_SECONDS)
        return self._child

    def _end(self) -> None:
        if self._child:
            self._child.end()
        self._child = self._sent = None

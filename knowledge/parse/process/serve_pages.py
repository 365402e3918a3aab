"""The process that draws pages of PDFs: it keeps the last file open, so that turning a page sends no bytes again."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import IO

from pypdfium2 import PdfDocument

from knowledge.parse.input import Unreadable
from knowledge.parse.pdf.page_picture import page_picture
from knowledge.parse.pdf.pdf import opened_pdf
from knowledge.parse.process.page_wire import PictureRequest, picture_frames, picture_request
from knowledge.parse.process.serving import GRACE_SECONDS, begin_serving, end_after
from knowledge.parse.process.wire import OUT_OF_MEMORY, read_frame, read_stream, write_frame


def serve_pages(memory_bytes: int) -> None:
    """Read requests from standard input and write for each a picture, or the reason why there is none."""
    requests, replies = begin_serving(memory_bytes)
    drawer = PageDrawer()
    while True:
        try:
            request, data = picture_request(read_frame(requests)), read_stream(requests)
        except EOFError:
            return
        end_after(request.limit_seconds + GRACE_SECONDS)
        _answer(replies, drawer, request, data)
        end_after(0)


class PageDrawer:
    """Draws pages of one file after another."""

    def __init__(self) -> None:
        self._opened = ExitStack()
        self._pdf: PdfDocument | None = None

    def frames(self, request: PictureRequest, data: bytes) -> tuple[bytes, ...]:
        """The frames of a page's picture. Raises Unreadable."""
        if request.is_new or self._pdf is None:
            self._opened.close()
            self._pdf = None
            pdf = self._opened.enter_context(opened_pdf(data))
            pdf.init_forms()
            self._pdf = pdf
        return picture_frames(page_picture(self._pdf, request))


def _answer(replies: IO[bytes], drawer: PageDrawer, request: PictureRequest, data: bytes) -> None:
    try:
        frames = drawer.frames(request, data)
    except Unreadable as error:
        frames = (json.dumps({"unreadable": [error.reason, error.hint]}).encode(),)
    except MemoryError:
        frames = (OUT_OF_MEMORY,)
    for frame in frames:
        write_frame(replies, frame)

"""The frame of a process that draws pages, whatever draws them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import IO

from knowledge.parse.input import Unreadable
from knowledge.parse.process.page_wire import PagePicture, PictureRequest, picture_frames, picture_request
from knowledge.parse.process.serving import GRACE_SECONDS, begin_serving, end_after
from knowledge.parse.process.wire import OUT_OF_MEMORY, read_frame, read_stream, write_frame

Draw = Callable[[PictureRequest, bytes], PagePicture]


def serve_pictures(memory_bytes: int, draw: Draw) -> None:
    """Read requests from standard input and write for each what `draw` makes of it, or the reason that it raises.

    `draw`: gets the file's bytes where the request says that they are new, and may raise Unreadable.
    """
    requests, replies = begin_serving(memory_bytes)
    while True:
        try:
            request, data = picture_request(read_frame(requests)), read_stream(requests)
        except EOFError:
            return
        end_after(request.limit_seconds + GRACE_SECONDS)
        _answer(replies, draw, request, data)
        end_after(0)


def _answer(replies: IO[bytes], draw: Draw, request: PictureRequest, data: bytes) -> None:
    frames: tuple[bytes, ...]
    try:
        frames = picture_frames(draw(request, data))
    except Unreadable as error:
        frames = (json.dumps({"unreadable": [error.reason, error.hint]}).encode(),)
    except MemoryError:
        frames = (OUT_OF_MEMORY,)
    for frame in frames:
        write_frame(replies, frame)

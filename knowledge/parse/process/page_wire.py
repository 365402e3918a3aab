"""Pictures of pages between the process that draws them and ours: a request with a file's bytes, a picture back."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import IO

from knowledge.parse.process.wire import read_frame

MAX_PIXELS = 15_900_000  # of a picture: 64 MB
MAX_PICTURE_BYTES = 70_000_000
_FIELDS = ("pages", "width_px", "height_px", "stride_bytes", "channels")

Mark = tuple[float, float, float, float]
"""Left, top, right and bottom of a rectangle, in shares of the picture's width and height."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureRequest:
    """A page to draw, from 1, so many pixels wide. `quote`: what to mark on it; `before`: the text before that.

    `is_new`: the file's bytes follow; else it is the last one again. `limit_seconds`: on the clock.
    """

    page: int
    width_px: int
    quote: str
    before: str
    is_new: bool
    limit_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePicture:
    """A page as pixels, in rows of `stride_bytes`: blue, green, red, and with four `channels` one that says nothing.

    `pages`: how many the file has. `marks`: where the quotation stands. `rest`: what of it is on the next page. `text`:
    the rectangle around all text; of a page without text the whole page.
    """

    pages: int
    width_px: int
    height_px: int
    stride_bytes: int
    channels: int
    marks: tuple[Mark, ...] = ()
    rest: str = ""
    text: Mark = (0.0, 0.0, 1.0, 1.0)
    pixels: bytes


def request_to_json(request: PictureRequest) -> bytes:
    """The request as JSON."""
    return json.dumps(asdict(request)).encode()


def picture_request(payload: bytes) -> PictureRequest:
    """The request back."""
    return PictureRequest(**json.loads(payload))


def picture_frames(picture: PagePicture) -> tuple[bytes, bytes]:
    """The frames that carry a picture."""
    values = {name: getattr(picture, name) for name in (*_FIELDS, "marks", "rest", "text")}
    return json.dumps(values).encode(), picture.pixels


def read_picture(header: bytes, stream: IO[bytes]) -> PagePicture:
    """The picture behind its header. Raises ValueError, TypeError, KeyError, EOFError or FrameTooLarge."""
    values = json.loads(header)
    numbers = {name: _count(values[name]) for name in _FIELDS}
    marks = tuple(_mark(mark) for mark in values["marks"])
    pixels = read_frame(stream, MAX_PICTURE_BYTES)
    rows = numbers["width_px"] * numbers["channels"] <= numbers["stride_bytes"]
    if (
        not rows
        or numbers["stride_bytes"] * numbers["height_px"] != len(pixels)
        or numbers["channels"] not in (1, 3, 4)
    ):
        raise ValueError("not a picture")
    return PagePicture(**numbers, marks=marks, rest=str(values["rest"]), text=_mark(values["text"]), pixels=pixels)


def _count(value: object) -> int:
    if type(value) is not int or not 0 < value < 2**31:
        raise ValueError("not a count")
    return value


def _mark(values: object) -> Mark:
    if not isinstance(values, list) or len(values) != 4:
        raise ValueError("not a rectangle")
    left, top, right, bottom = (min(max(float(value), 0.0), 1.0) for value in values)
    return left, top, right, bottom

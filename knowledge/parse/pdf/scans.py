"""Images and scans, which need text recognition: a separate process with more time and memory does it."""

from __future__ import annotations

from importlib.util import find_spec

from knowledge.document import Document
from knowledge.parse.input import Unreadable

SECONDS_PER_PAGE = 60.0  # a dense page takes 10 to 15 s of CPU time; the machine may have other things to do
MAX_SECONDS = 1800.0


class NeedsRecognition(Unreadable):
    """A file of `pages` pictures of text, which a process with more time and memory recognises."""

    def __init__(self, reason: str, pages: int) -> None:
        super().__init__(reason)
        self.pages = pages


def seconds_for(pages: int) -> float:
    """The time limit for recognising so many pages."""
    return min(pages * SECONDS_PER_PAGE, MAX_SECONDS)


def can_recognise() -> bool:
    """Tell if the optional `ocr` extra is installed."""
    return find_spec("rapidocr") is not None


def needs_recognition(noun: str, pages: int) -> Unreadable:
    """The error for `noun`, of so many pages: NeedsRecognition where text can be recognised here."""
    if not can_recognise():
        return Unreadable(f"{noun}: reading it needs text recognition, which `make ocr` installs")
    return NeedsRecognition(f"{noun}: it needs text recognition", pages)


def parse_image(data: bytes, name: str) -> Document:
    """Raise NeedsRecognition, or Unreadable where the `ocr` extra is not installed."""
    raise needs_recognition("an image", pages=1)


def parse_tiff(data: bytes, name: str) -> Document:
    """Raise as `parse_image` does, for an image that may have several pages."""
    raise needs_recognition("an image", pages=10)

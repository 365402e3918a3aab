"""Images and scans: what has to be recognised before it can be read, which a process with more time and memory does."""

from __future__ import annotations

from importlib.util import find_spec

from knowledge.document import Document
from knowledge.parse.input import NeedsRecognition, Unreadable

INSTALL_HINT = 'Install it with: pip install "carrel[ocr]"'


def parse_image(data: bytes, name: str) -> Document:
    """Raises NeedsRecognition, or Unreadable where the extra `ocr` is not installed."""
    raise needs_recognition("an image", pages=1)


def parse_tiff(data: bytes, name: str) -> Document:
    """As `parse_image`, for images that may have several pages: each begins with a directory of its own."""
    raise needs_recognition("an image", pages=10)


def can_recognise() -> bool:
    """Whether the extra `ocr` is installed."""
    return find_spec("rapidocr") is not None


def needs_recognition(noun: str, pages: int) -> Unreadable:
    """The error for `noun`, of so many pages: NeedsRecognition where text can be recognised here."""
    if not can_recognise():
        return Unreadable(f"{noun}: reading it needs the extra `ocr`", INSTALL_HINT)
    return NeedsRecognition(f"{noun}: it needs text recognition", pages)

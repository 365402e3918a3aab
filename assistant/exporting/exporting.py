"""A chat as the bytes of a file; what writes a format, and the libraries it needs, load with its first file."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from errors import AppError

if TYPE_CHECKING:
    from assistant.values import Turn

# File name endings → module and function, within assistant.exporting.
WRITERS = {
    ".md": "chat_markdown:chat_markdown",
    ".html": "chat_html:chat_html",
    ".docx": "chat_word:chat_word",
    ".json": "chat_json:chat_json",
}


def export_chat(path: Path, turns: Sequence[Turn], title: str) -> None:
    """Write a chat with its sources. Raises AppError for another ending, and where the file cannot be written."""
    write_export(path, chat_bytes(path.suffix, turns, title))


def chat_bytes(ending: str, turns: Sequence[Turn], title: str) -> bytes:
    """The chat in the format of a file name's ending. Raises AppError for one that is none of WRITERS."""
    if ending.lower() not in WRITERS:
        raise AppError(
            f"A chat cannot be written to a {ending or 'file without an ending'}", f"Use {', '.join(WRITERS)}."
        )
    module, function = WRITERS[ending.lower()].split(":")
    written: str | bytes = getattr(import_module(f"assistant.exporting.{module}"), function)(turns, title)
    return written if isinstance(written, bytes) else written.encode("utf-8", "replace")


def write_export(path: Path, data: bytes) -> None:
    """Write a file. Raises AppError where that fails."""
    try:
        path.write_bytes(data)
    except OSError as error:
        raise AppError(f"{path.name} could not be written", error.strerror or str(error)) from error

"""Title, author, subject and keywords of a compound file."""

from __future__ import annotations

from olefile import OleFileIO

from knowledge.parse.document_builder import one_line

_NAMES = ("title", "author", "subject", "keywords")


def stated_properties(ole: OleFileIO) -> dict[str, str]:
    """The properties that the file states."""
    stated = ole.get_metadata()
    found = {name: _text(getattr(stated, name), stated.codepage) for name in _NAMES}
    return {name: value for name, value in found.items() if value}


def _text(value: object, code_page: object) -> str:
    """A property as text; one of bytes is in the code page that the file names."""
    if not isinstance(value, bytes):
        return one_line(value) if isinstance(value, str) else ""
    number = code_page % 0x10000 if isinstance(code_page, int) else 1252  # it is kept as a signed number
    try:
        return one_line(value.decode("utf-8" if number == 65001 else f"cp{number}", "replace"))
    except LookupError:
        return one_line(value.decode("cp1252", "replace"))

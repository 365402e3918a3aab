"""Makes control and direction characters of other people's text visible, for the terminal and the window."""

from __future__ import annotations

import re

# A terminal obeys C0 and C1; the embeddings, overrides and isolates of Unicode's bidirectional algorithm (UAX 9)
# reorder what stands around them, so that a name or a command reads as another one.
_OBEYED = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
# Marks are common in Arabic and Hebrew text, and suspicious in a name; separators break a line.
_OBEYED_IN_LINE = re.compile("[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_CONTROL_PICTURES = 0x2400  # U+2400 is the picture of U+0000
_DELETE, _DELETE_PICTURE = "\x7f", "\u2421"
_REPLACEMENT = "\ufffd"


def visible(text: str) -> str:
    """The text with a sign in place of each character that would be obeyed; line breaks and tabs stay.

    As long as before, so that positions in it stay what they are.
    """
    return _OBEYED.sub(_picture, text)


def visible_line(text: str) -> str:
    """The text as one line: line breaks, tabs and direction marks have signs too. For names above all."""
    return _OBEYED_IN_LINE.sub(_picture, text)


def escaped_json(json: str) -> str:
    """JSON of the same value, in which every character that a terminal would obey is escaped."""
    return _OBEYED_IN_LINE.sub(lambda found: f"\\u{ord(found[0]):04x}", json)


def _picture(found: re.Match[str]) -> str:
    character = found[0]
    if character < " ":
        return chr(_CONTROL_PICTURES + ord(character))
    return _DELETE_PICTURE if character == _DELETE else _REPLACEMENT

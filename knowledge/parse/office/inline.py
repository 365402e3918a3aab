"""Text within a line: raised and lowered characters and those of symbol fonts as Unicode, addresses behind links."""

from __future__ import annotations

import re
from collections.abc import Mapping

_PLAIN = "0123456789+-−=()"
_RAISED = {**dict(zip(_PLAIN, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾", strict=True)), "n": "ⁿ", "i": "ⁱ", "–": "⁻"}
_LOWERED = {**dict(zip(_PLAIN, "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎", strict=True)), "–": "₋"}


def raised(text: str) -> str:
    """The text as superscript: in Unicode's characters where all have one, else as `^(2.5)`.

    Words such as the `st` of `1st` and references such as `[1]` stay as they are: they read the same on the line.
    """
    return _shifted(text, _RAISED, "^")


def lowered(text: str) -> str:
    """The text as subscript, alike; `_(2.5)` where Unicode has none."""
    return _shifted(text, _LOWERED, "_")


def _shifted(text: str, forms: Mapping[str, str], mark: str) -> str:
    words = text.strip()
    if not words:
        return text
    if all(character in forms for character in words):
        shifted = "".join(forms[character] for character in words)
    elif words.startswith("[") or not any(map(str.isdigit, words)):
        shifted = words
    else:
        shifted = f"{mark}({words})"
    return text.replace(words, shifted, 1)


# Symbol fonts keep their characters at U+F000 and above (Wingdings, Symbol). Those that mean something in a text:
_SYMBOL_CODE = re.compile("[\uf000-\uf0ff]")
_WINGDINGS = dict(
    zip(
        b"\x6c\x6e\x6f\x70\x71\x72\x76\x9f\xa7\xa8\xd8\xdf\xe0\xe1\xe2\xf0\xfb\xfc\xfd\xfe",
        "●■☐☐☐☐❖•▪☐➢←→↑↓⇨✗✓☒☑",
        strict=True,
    )
)
_SYMBOL = dict(
    zip(
        b"ABGDEZHQIKLMNXOPRSTUFCYW"
        b"abgdezhqiklmnxoprVstufcyw"
        b"\xa3\xa5\xab\xac\xad\xae\xaf\xb0\xb1\xb2\xb3\xb4"
        b"\xb5\xb6\xb7\xb8\xb9\xba\xbb\xc5\xc6\xc7\xc8\xcc\xce\xd1\xd6\xd7\xde\xe5\xf2\x22\x24\x27\x5e",
        "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρςστυφχψω≤∞↔←↑→↓°±″≥×∝∂•÷≠≡≈⊕∅∩∪⊂∈∇√⋅⇒∑∫∀∃∋⊥",
        strict=True,
    )
)


def symbol(code: int, font: str = "") -> str:
    """The character of a symbol font as Unicode has it; "" where it is none that text needs."""
    if not 0xF000 <= code <= 0xF0FF:
        return chr(code) if 0x20 <= code < 0xD800 else ""
    if font.lower().startswith("symbol"):
        return _SYMBOL.get(code & 0xFF, "")
    return _WINGDINGS.get(code & 0xFF, "" if font else _SYMBOL.get(code & 0xFF, ""))


def without_symbol_codes(text: str) -> str:
    """The text with the characters that only a symbol font can show as Unicode, as far as it has them."""
    return text if text.isascii() else _SYMBOL_CODE.sub(lambda found: symbol(ord(found[0])), text)


_LINK_SCHEMES = ("http://", "https://", "ftp://", "mailto:", "tel:")
_MAX_ADDRESS = 2_000  # characters


def with_address(text: str, address: str) -> str:
    """The text of a link with the address behind it, `booking page (https://…)`, unless it shows that itself."""
    address = address.strip()
    shown = address.removeprefix("mailto:").removeprefix("tel:")
    is_told = shown.rstrip("/").partition("://")[2].lower() or shown.lower()
    if not address.lower().startswith(_LINK_SCHEMES) or len(address) > _MAX_ADDRESS or is_told in text.lower():
        return text
    end = len(text.rstrip())
    return f"{text[:end]} ({shown}){text[end:]}" if end else text


def comment(author: str, text: str, place: str = "") -> str:
    """A comment as it is told: `[Comment by Ines on B2: …]`; "" for one without words."""
    by, on = (f" {word} {name.strip()}" if name.strip() else "" for word, name in (("by", author), ("on", place)))
    return f"[Comment{by}{on}: {text}]" if text.strip() else ""

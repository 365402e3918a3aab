"""The compressed RTF in which Outlook keeps a message's text (MS-OXRTFCP)."""

from __future__ import annotations

import struct

from knowledge.parse.input import Unreadable

_HEADER = struct.Struct("<IIII")  # size of what follows the first field, size of the text, kind, checksum
_COMPRESSED, _PLAIN = 0x75465A4C, 0x414C454D  # "LZFu", "MELA"
_DICTIONARY_BYTES = 4096
# What the dictionary holds at first (MS-OXRTFCP 2.1.2.1).
_PRELOADED = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans "
    rb"SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0" + b"\r\n" + rb"\par "
    rb"\pard\plain\f0\fs20\b\i\u\tab\tx"
)
_MAX_BYTES = 50_000_000  # of text; a reference of two bytes stands for at most 17


def decompressed(data: bytes) -> bytes:
    """Return the RTF. Raises Unreadable where the data is not compressed RTF, or too large."""
    if len(data) < _HEADER.size:
        raise Unreadable("damaged Outlook message: its text is cut off")
    _, size, kind, _ = _HEADER.unpack_from(data)
    if size > _MAX_BYTES:
        raise Unreadable("an Outlook message with too much text")
    if kind == _PLAIN:
        return data[_HEADER.size : _HEADER.size + size]
    if kind != _COMPRESSED:
        raise Unreadable("an Outlook message whose text is in an unknown form")
    return _expanded(data[_HEADER.size :], size)


def _expanded(data: bytes, size: int) -> bytes:
    """Expand runs of eight tokens, each a byte or a reference to earlier bytes, announced by a byte of flags."""
    written = bytearray(_PRELOADED)
    at, end = 0, len(_PRELOADED) + size
    while at < len(data) and len(written) < end:
        flags, at = data[at], at + 1
        for bit in range(8):
            if at >= len(data) or len(written) >= end:
                break
            if not flags >> bit & 1:
                written.append(data[at])
                at += 1
                continue
            reference = int.from_bytes(data[at : at + 2], "big")
            at += 2
            if not _copy(written, reference >> 4, (reference & 0xF) + 2):
                return bytes(written[len(_PRELOADED) :])
    return bytes(written[len(_PRELOADED) : end])


def _copy(written: bytearray, position: int, length: int) -> bool:
    """Repeat bytes of the dictionary; False at the reference to its own end, which ends the text."""
    now = len(written) % _DICTIONARY_BYTES
    back = (now - position) % _DICTIONARY_BYTES
    if not back or back > len(written):
        return False
    for _ in range(length):
        written.append(written[-back])
    return True

"""Bytes → text, whatever wrote them."""

import codecs
import re
import unicodedata
from collections.abc import Iterator

from knowledge.parse.legacy import guess_encoding
from knowledge.parse.plausible import plausibility
from knowledge.parse.unreadable import Unreadable

# The UTF-32 marks begin with the UTF-16 ones, so they are tried first.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What a page says it is written in, and what browsers then read it as (WHATWG Encoding Standard, labels).
_LABELS = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "latin1": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
}
# Whatever bytes are valid in these; text in them that is valid UTF-8 as well is UTF-8, declared by mistake.
_SINGLE_BYTE = re.compile(r"(?:iso-?8859|windows-?125|cp125|cp874|koi8|latin|mac)", re.IGNORECASE)
_SAMPLE_CHARACTERS = 20_000
_SAMPLE_BYTES = 200_000
_ISO_2022_JP = re.compile(rb"\x1b\$[@B]")
_MIN_WIDE_PLAUSIBILITY = 0.5
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_UNUSED_IN_UNICODE = frozenset({"Cn", "Co", "Cs"})


def decode(data: bytes, declared: str = "") -> str:
    """The text of `data`, without byte-order mark and with `\\n` newlines, as Python's text mode reads it.

    A byte-order mark decides; then the encoding the file itself declares, but one of single bytes only where the bytes
    are not UTF-8; then UTF-8, UTF-16 and UTF-32; then a guess among the older encodings. Raises Unreadable when these
    bytes are not text.
    """
    text = next(filter(_is_text, _readings(data, declared)), None)
    if text is None:
        raise Unreadable("binary data, not text")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _readings(data: bytes, declared: str) -> Iterator[str]:
    """Ways to read the bytes, the surest first."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            yield data[len(mark) :].decode(encoding, "replace")
            return
    if b"\0" in data:
        yield from _wide_readings(data)
        yield from _wide_guess(data)
        return
    if _ISO_2022_JP.search(data[:_SAMPLE_BYTES]):
        yield from _strict(data, "iso2022_jp_ext")
    stated = _LABELS.get(declared.lower(), declared) or "utf-8"
    for encoding in ("utf-8", stated) if _SINGLE_BYTE.match(stated) else (stated, "utf-8"):
        yield from _strict(data, encoding)
    yield from _mostly_utf8(data)
    yield from _wide_guess(data)
    yield from _legacy(data)


def _strict(data: bytes, encoding: str) -> Iterator[str]:
    try:
        yield data.decode(encoding)
    except (LookupError, ValueError):
        return


def _wide_readings(data: bytes) -> Iterator[str]:
    """UTF-16 and UTF-32 without a mark: zero bytes in places where only these have them."""
    if data.count(0) * 2 > len(data):
        for encoding in ("utf-32-le", "utf-32-be"):
            yield from filter(_is_text, _strict(data, encoding))
    even, odd = data[::2].count(0), data[1::2].count(0)
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    if min(even, odd) * 10 <= max(even, odd):
        yield from filter(_is_text, _strict(data, encoding))


def _wide_guess(data: bytes) -> Iterator[str]:
    """UTF-16 of a script whose letters have few zero bytes or none, where it reads like writing."""
    readings = [text for encoding in ("utf-16-le", "utf-16-be") for text in _strict(data, encoding)]
    best = max(readings, key=plausibility, default="")
    if plausibility(best) >= _MIN_WIDE_PLAUSIBILITY and _is_text(best):
        yield best


def _mostly_utf8(data: bytes) -> Iterator[str]:
    """UTF-8 with a few broken bytes, as a log that was cut or pasted together."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if broken * 20 < sum(not c.isascii() for c in text[:_SAMPLE_CHARACTERS]):
        yield text


def _legacy(data: bytes) -> Iterator[str]:
    """The encodings before Unicode, guessed from a sample that ends with a line."""
    sample = data[:_SAMPLE_BYTES]
    if _CONTROL.search(sample.decode("latin-1")):
        return
    end = sample.rfind(b"\n") + 1 or len(sample)
    yield data.decode(guess_encoding(sample[:end]), "replace")


def _is_text(text: str) -> bool:
    sample = text[:_SAMPLE_CHARACTERS]
    controls = len(_CONTROL.findall(sample))
    if controls * 200 > len(sample):
        return False
    strange = sample.count("\ufffd") + sum(unicodedata.category(c) in _UNUSED_IN_UNICODE for c in sample)
    return strange * 10 <= len(sample)

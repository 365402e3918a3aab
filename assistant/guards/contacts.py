"""Ways to reach a person or a machine, other than by telephone: e-mail, IP and MAC addresses, positions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from ipaddress import ip_address

from assistant.guards.data_labels import DataLabel
from assistant.guards.normal import BEGINS, ENDS

Span = tuple[str, int, int]

_EMAIL = re.compile(r"(?<![\w.+%-])\w[\w.+%'’-]{0,63}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?![\w@])")
_IPV4 = re.compile(rf"{BEGINS}(?<!\.)(?:\d{{1,3}}\.){{3}}\d{{1,3}}(?!\.\d){ENDS}")
_IPV6 = re.compile(r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])")
_SHORTEST_IPV6 = 6  # shorter ones stand in code: `rows[1::2]`
_VERSION = re.compile(
    r"(?i)(?:version|release|build|firmware|driver|rev|revision|section|§|chapter|kapitel|chapitre|abschnitt|capítulo)\W{0,3}$"
)
_MAC = re.compile(
    r"(?<![\w:.-])(?:[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}"
    r"|(?=[\d.]{0,13}[A-Fa-f])[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4})(?![\w:-]|\.\w)"
)
_DEGREES = r"[+-]?\d{1,3}\.\d{%s,12}°?\s?[NSEWOnsew]?"
_TO_LONGITUDE = r"(?:[\s,;/|]{1,3}|[\s,;]{0,3}[\"']?(?:lon|lng|long|longitude|länge)[\"']?\s?[:=]?\s?)"
_PAIR = re.compile(rf"(?<![\w.]){_DEGREES % 2}{_TO_LONGITUDE}{_DEGREES % 2}(?!\w|\.\d)")
_PRECISE = re.compile(rf"{_DEGREES % 4}{_TO_LONGITUDE}{_DEGREES % 4}")
_MINUTES = r"\d{1,3}°\s?\d{1,2}(?:\.\d+)?['′’]\s?(?:\d{1,2}(?:\.\d+)?(?:\"|″|''|”)\s?)?[NSEWOnsewo]"
_SEXAGESIMAL = re.compile(rf"(?<!\w){_MINUTES}[,;\s]{{0,3}}{_MINUTES}(?!\w)")
_IN_CODE = re.compile(r"[\w\]]\s?\(\s*$|[\[{]\s*$|\d\s*,\s*$")
_MORE_NUMBERS = re.compile(r"\s*,\s*[-+.\d]")
_NUMBER = re.compile(r"[+-]?\d{1,3}\.\d+")
_LABEL_GAP = re.compile(r"[\"']?[^\w\n+-]{0,5}")


def find_contacts(text: str, labels: Sequence[DataLabel]) -> Iterator[Span]:
    """E-mail, IP and MAC addresses, and positions on the earth."""
    if "@" in text:
        yield from (("EMAIL", *found.span()) for found in _EMAIL.finditer(text))
    yield from (("MAC", *found.span()) for found in _MAC.finditer(text))
    for found in _IPV4.finditer(text):
        if _is_address(found[0]) and not _VERSION.search(text, max(0, found.start() - 14), found.start()):
            yield "IP", *found.span()
    if "::" in text or text.count(":") > 6:
        long_enough = (found for found in _IPV6.finditer(text) if len(found[0]) >= _SHORTEST_IPV6)
        yield from (("IP", *found.span()) for found in long_enough if _is_address(found[0]))
    yield from _positions(text, labels)


def _positions(text: str, labels: Sequence[DataLabel]) -> Iterator[Span]:
    yield from (("GPS", *found.span()) for found in _SEXAGESIMAL.finditer(text))
    named = {gap.end() for label in labels if label.kind == "GPS" if (gap := _LABEL_GAP.match(text, label.end))}
    for found in _PAIR.finditer(text):
        start, end = found.span()
        north, east = (abs(float(number)) for number in _NUMBER.findall(found[0])[:2])
        if north > 90 or east > 180:
            continue
        in_code = _IN_CODE.search(text, max(0, start - 6), start) or _MORE_NUMBERS.match(text, end)
        precise = "," in found[0] and max(north, east) >= 10 and not in_code and _PRECISE.fullmatch(found[0])
        if start in named or precise or set(found[0]) & set("°NSEW"):
            yield "GPS", start, end


def _is_address(text: str) -> bool:
    """True for an IP address of another machine."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified)

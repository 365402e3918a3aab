"""Excel's date formats: a count of days → the date or time that its cell shows, with English names."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[(?P<elapsed>h+|m+|s+)\]|\[[^\]]*\]|_.|\*.|(?P<half>AM/PM|A/P)'
    r"|(?P<part>y+|m+|d+|h+|s+|e+)|(?P<fraction>\.0+)|(?P<text>.)",
    re.IGNORECASE | re.DOTALL,
)
_DATE_LETTER = re.compile(r"[ymdhs]|e(?![+-])", re.IGNORECASE)
_ANY_LITERAL = re.compile(r'"[^"]*"|\\.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|_.|\*.|General|E[+-]', re.IGNORECASE | re.DOTALL)
_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_SECONDS_A_DAY = 86_400
_LAST_DAY = 2_958_465  # 31 December 9999
_BEFORE_MARCH_1900 = 60  # Excel counts a 29 February 1900 that never was

Token = tuple[str, str]


def shows_date(section: str) -> bool:
    """Whether the section of a format writes a date or a time."""
    return bool(_DATE_LETTER.search(_ANY_LITERAL.sub("", section)))


def date_format(section: str, epoch_1904: bool, otherwise: Callable[[float], str]) -> Callable[[float], str]:
    """What a cell shows for a count of days; `otherwise` writes what is no day of Excel's calendar."""
    tokens = _tokens(section)
    has_half = any(kind == "half" for kind, _ in tokens)
    decimals = max((len(text) - 1 for kind, text in tokens if kind == "fraction"), default=0)

    def show(value: float) -> str:
        if not 0 <= value <= _LAST_DAY:
            return otherwise(value)
        seconds = round(value * _SECONDS_A_DAY, decimals)
        moment = _moment(seconds, epoch_1904)
        return "".join(_written(kind, text, moment, seconds, has_half) for kind, text in tokens).strip()

    return show


def _moment(seconds: float, epoch_1904: bool) -> datetime:
    if epoch_1904:
        return datetime(1904, 1, 1) + timedelta(seconds=seconds)
    shift = int(seconds < _BEFORE_MARCH_1900 * _SECONDS_A_DAY)
    return datetime(1899, 12, 30) + timedelta(days=shift, seconds=seconds)


def _tokens(section: str) -> list[Token]:
    """(kind, text) pairs; an `m` beside hours or seconds is of kind `minute`."""
    found = [
        (match.lastgroup or "text", match[match.lastgroup] if match.lastgroup else "")
        for match in _TOKEN.finditer(section)
    ]
    parts = [number for number, (kind, _) in enumerate(found) if kind in ("part", "elapsed")]
    for place, number in enumerate(parts):
        before = found[parts[place - 1]][1][0].lower() if place else ""
        after = found[parts[place + 1]][1][0].lower() if place + 1 < len(parts) else ""
        if found[number][0] == "part" and found[number][1][0] in "mM" and (before == "h" or after == "s"):
            found[number] = ("minute", found[number][1])
    return found


def _written(kind: str, text: str, moment: datetime, seconds: float, has_half: bool) -> str:
    if kind == "part":
        return _part(text.lower(), moment, has_half)
    if kind == "minute":
        return f"{moment.minute:0{len(text)}d}"
    if kind == "elapsed":
        return f"{int(seconds // {'h': 3600, 'm': 60, 's': 1}[text[0].lower()]):0{len(text)}d}"
    if kind == "half":
        return ("AM" if moment.hour < 12 else "PM")[: len(text.partition("/")[0])]
    if kind == "fraction":
        return f"{moment.microsecond / 1e6:.{len(text) - 1}f}"[1:]
    return text


def _part(text: str, moment: datetime, has_half: bool) -> str:
    letter, length = text[0], len(text)
    if letter in "ye":
        return f"{moment.year % 100:02d}" if letter == "y" and length < 3 else f"{moment.year:04d}"
    if letter == "m" and length > 2:
        name = _MONTHS[moment.month - 1]
        return name[0] if length == 5 else name if length > 3 else name[:3]
    if letter == "d" and length > 2:
        name = _DAYS[moment.weekday()]
        return name if length > 3 else name[:3]
    hour = (moment.hour - 1) % 12 + 1 if has_half else moment.hour
    number = {"m": moment.month, "d": moment.day, "h": hour, "s": moment.second}[letter]
    return f"{number:02d}" if length > 1 else str(number)

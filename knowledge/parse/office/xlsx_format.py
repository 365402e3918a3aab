"""Excel's number formats: a number → the text that its cell shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from typing import NamedTuple

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
NumberFormat = Callable[[float], str]  # a number → its text


def shows_date(section: str) -> bool:
    """Tell if the section of a format writes a date or a time."""
    return bool(_DATE_LETTER.search(_ANY_LITERAL.sub("", section)))


def date_format(section: str, epoch_1904: bool, otherwise: NumberFormat) -> NumberFormat:
    """The format of a count of days; `otherwise` writes numbers outside of Excel's calendar."""
    tokens = _tokens(section)
    has_half = any(kind == "half" for kind, _ in tokens)
    decimals = max((len(text) - 1 for kind, text in tokens if kind == "fraction"), default=0)

    def show(value: float) -> str:
        if not 0 <= value <= _LAST_DAY:
            return otherwise(value)
        seconds = round(value * _SECONDS_A_DAY, decimals)
        if epoch_1904:
            start = datetime(1904, 1, 1)
        else:
            start = datetime(1899, 12, 30) + timedelta(days=seconds < _BEFORE_MARCH_1900 * _SECONDS_A_DAY)
        moment = start + timedelta(seconds=seconds)
        return "".join(_token_text(kind, text, moment, seconds, has_half) for kind, text in tokens).strip()

    return show


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


def _token_text(kind: str, text: str, moment: datetime, seconds: float, has_half: bool) -> str:
    if kind == "part":
        return _date_part(text.lower(), moment, has_half)
    if kind == "minute":
        return f"{moment.minute:0{len(text)}d}"
    if kind == "elapsed":
        return f"{int(seconds // {'h': 3600, 'm': 60, 's': 1}[text[0].lower()]):0{len(text)}d}"
    if kind == "half":
        return ("AM" if moment.hour < 12 else "PM")[: len(text.partition("/")[0])]
    if kind == "fraction":
        return f"{moment.microsecond / 1e6:.{len(text) - 1}f}"[1:]
    return text


def _date_part(text: str, moment: datetime, has_half: bool) -> str:
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


# The formats that files name by number only (ECMA-376 part 1, 18.8.30). What follows the reader's country is ISO 8601.
_BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm",
    21: "h:mm:ss", 22: "yyyy-mm-dd h:mm", 37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)", 39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;(#,##0.00)", 41: "#,##0;-#,##0", 42: "#,##0;-#,##0", 43: "#,##0.00;-#,##0.00",
    44: "#,##0.00;-#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
    32: "h:mm", 33: "h:mm:ss",
    **dict.fromkeys((27, 28, 29, 30, 31, 34, 35, 36, *range(50, 59)), "yyyy-mm-dd"),
}  # fmt: skip
_SECTION_END = re.compile(r"""((?:[^;"\\\[]|\\.|"[^"]*"|\[[^\]]*\])*)(;|\Z)""", re.DOTALL)
_CONDITION = re.compile(r"\[[<>=]")
# Anything but digits: quoted text, an escaped character, a currency, other brackets, a character's width, a fill.
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|_.|\*.', re.DOTALL)
_DIGITS = re.compile(r"[0#?](?:[0#?,. ]*[0#?])?,*(?:\.(?![0#?]))?")
_MASK_PLACE = re.compile(r"[0#?]")
_EXPONENT = re.compile(r"[Ee][+-]?[0#?]+")
_FRACTION = re.compile(r"([0#?]*)( ?)([0#?]+)/([0#?]+|[1-9][0-9]*)")
_PLACE = "\ue000"  # stands for the number among the literals around it
_MAX_PLACES = 15
_MAX_CODE_CHARACTERS = 255  # as in Excel
_MAX_EXACT = 1e15


def format_code(number: int, custom: dict[int, str]) -> str:
    """The format's code: `custom` ones by their number, else the built-in one; "" is General."""
    return custom.get(number, _BUILT_IN.get(number, ""))[:_MAX_CODE_CHARACTERS]


def number_format(code: str, epoch_1904: bool = False) -> NumberFormat:
    """The format of this code. `epoch_1904`: days count from 1904, as on old Macs.

    A code with conditions is shown as General.
    """
    sections = [found[1] for found in _SECTION_END.finditer(code) if found[1] or found[2]]
    if not sections or _CONDITION.search(code):
        return general
    if shows_date(sections[0]):
        return date_format(sections[0], epoch_1904, general)
    shows = [_section(section) for section in sections[:3]]

    def show(value: float) -> str:
        if value < 0 and len(shows) > 1:
            return shows[1](-value)
        return shows[2](value) if value == 0 and len(shows) > 2 else shows[0](value)

    return show


def general(value: float) -> str:
    """The number with up to twelve digits, and a whole one with all of its digits."""
    return str(int(value)) if value == int(value) and abs(value) < _MAX_EXACT else f"{value:.12g}"


class _Digits(NamedTuple):
    """The layout of a number: its least whole digits, least and most decimals, thousands apart, times `scale`."""

    whole: int
    least: int
    most: int
    grouped: bool
    scale: Decimal

    def text(self, value: float) -> str:
        """The number in this layout."""
        try:
            exact = Decimal(repr(value)) * self.scale
            rounded = exact.quantize(Decimal(1).scaleb(-self.most), ROUND_HALF_UP)
        except (InvalidOperation, OverflowError):
            return general(value)
        text = f"{rounded:,f}" if self.grouped else f"{rounded:f}"
        optional = self.most - self.least
        while optional and text.endswith("0"):
            text, optional = text[:-1], optional - 1
        text = text.removesuffix(".")
        if not self.whole:
            return text.removeprefix("0")
        return text if self.grouped else text.zfill(self.whole + len(text) - len(text.partition(".")[0]))


def _section(code: str) -> NumberFormat:
    literals: list[str] = []

    def hold(found: re.Match[str]) -> str:
        literals.append(next((group for group in found.groups() if group is not None), ""))
        return chr(ord(_PLACE) + len(literals))

    bare = _LITERAL.sub(hold, code)
    pattern, show = _pattern(bare)

    def around(value: float) -> str:
        text = pattern.replace(_PLACE, show(abs(value)))
        for number, literal in enumerate(literals, 1):
            text = text.replace(chr(ord(_PLACE) + number), literal)
        return f"-{text}".strip() if value < 0 and re.search(r"[1-9]", text) else text.strip()

    return around


def _pattern(bare: str) -> tuple[str, NumberFormat]:
    """The section with a place for its number, and the format of the number itself."""
    if found := _FRACTION.search(bare):
        return _put_place(bare, found), _fraction(found)
    found = _DIGITS.search(bare)
    if not found:
        return re.sub("General|@", _PLACE, bare, flags=re.IGNORECASE), general
    exponent = _EXPONENT.match(bare, found.end())
    if "." not in bare and _MASK_PLACE.search(bare, found.end()) and not exponent:
        return _PLACE, lambda value: _masked(value, bare)
    whole, _, decimals = found[0].partition(".")
    places = re.sub(r"[^0#?]", "", decimals)[:_MAX_PLACES]
    thousands = len(found[0]) - len(found[0].rstrip(","))
    digits = _Digits(
        whole=whole.count("0"),
        least=len(places.rstrip("#?")),
        most=len(places),
        grouped="," in whole.rstrip(","),
        scale=Decimal(10) ** (2 * bare.count("%") - 3 * thousands),
    )
    if exponent:
        return bare[: found.start()] + _PLACE + bare[exponent.end() :], lambda v: f"{v:.{digits.most}E}"
    return _put_place(bare, found), digits.text


def _put_place(bare: str, found: re.Match[str]) -> str:
    rest = bare[found.end() :]
    return bare[: found.start()] + _PLACE + re.sub(r"[0#?]", "", rest)


def _masked(value: float, mask: str) -> str:
    """Digits put into the places of a mask such as `000-00-0000`, from its end on."""
    digits = str(round(value))
    places = len(_MASK_PLACE.findall(mask))
    filled = iter(digits.rjust(places)[-places:])
    text = _MASK_PLACE.sub(lambda place: next(filled).replace(" ", "0" if place[0] == "0" else ""), mask)
    return digits[:-places] + text


def _fraction(found: re.Match[str]) -> NumberFormat:
    whole_wanted, bottom = bool(found[1]), found[4]

    def show(value: float) -> str:
        if bottom.isdecimal() and bottom.strip("0"):
            fraction_of = int(bottom)
            top = round(value * fraction_of)
        else:
            near = Fraction(value).limit_denominator(10 ** len(bottom) - 1)
            top, fraction_of = near.numerator, near.denominator
        whole, rest = divmod(top, fraction_of) if whole_wanted else (0, top)
        parts = [str(whole)] if whole or not rest else []
        return " ".join([*parts, f"{rest}/{fraction_of}"] if rest else parts)

    return show

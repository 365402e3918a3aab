"""Automatic numbers of lists and clauses, counted as the program that shows them counts: `2.3`, `(b)`, `iv.`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

LEVELS = 9  # of a list, in Word and OpenDocument
_PLACE = re.compile(r"%([1-9])")
_MAX_NUMBER = 1_000_000_000
_MAX_LETTERS = 20  # of the letter that Word repeats: 27 is `aa`, 53 is `aaa`
_MAX_ROMAN = 3_999

# Names of formats are those of WordprocessingML (ECMA-376 part 1, 17.18.59).
BULLET, NONE = "bullet", "none"


@dataclass(frozen=True, slots=True)
class Level:
    """A level of a list.

    `pattern`: the number as it is shown, %1 to %9 standing for the numbers of the levels. `restarts_below`: it begins
    anew after an item of any of so many outermost levels. `is_legal`: all its numbers are decimal.
    """

    format: str = "decimal"
    pattern: str = ""
    start: int = 1
    restarts_below: int = LEVELS
    is_legal: bool = False


@dataclass(slots=True)
class ListCounter:
    """The numbers of a list so far."""

    _counts: list[int | None] = field(default_factory=lambda: [None] * LEVELS)

    def restart(self, level: int, start: int) -> None:
        """Let the next item of the level have this number."""
        self._counts[level] = min(start, _MAX_NUMBER) - 1

    def next(self, level: int, levels: Mapping[int, Level]) -> str:
        """The number of the next item of the level, as it is shown; "" where it has a bullet or none."""
        current = levels.get(level, Level())
        count = self._counts[level]
        self._counts[level] = min(current.start if count is None else count + 1, _MAX_NUMBER)
        for below in range(level + 1, LEVELS):
            if level < levels.get(below, Level()).restarts_below:
                self._counts[below] = None
        if current.format in (BULLET, NONE):
            return "" if current.format == BULLET else _PLACE.sub("", current.pattern).strip()
        return _PLACE.sub(lambda place: self._shown(int(place[1]) - 1, levels, current), current.pattern).strip()

    def _shown(self, level: int, levels: Mapping[int, Level], current: Level) -> str:
        of = levels.get(level, Level())
        count = self._counts[level]
        number_format = "decimal" if current.is_legal else of.format
        return shown_number(of.start if count is None else count, number_format)


def shown_number(number: int, number_format: str) -> str:
    """The number in a format; in decimal digits where it has no such form."""
    if number_format in (BULLET, NONE):
        return ""
    if number_format in _ALPHABETS:
        return _lettered(number, _ALPHABETS[number_format])
    return _FORMS[number_format](number) if number_format in _FORMS else str(number)


_LATIN = "abcdefghijklmnopqrstuvwxyz"
_RUSSIAN = "абвгдежзиклмнопрстуфхцчшщэюя"
_ALPHABETS: Mapping[str, str] = {
    "lowerLetter": _LATIN, "upperLetter": _LATIN.upper(), "russianLower": _RUSSIAN, "russianUpper": _RUSSIAN.upper(),
    "ganada": "가나다라마바사아자차카타파하", "chosung": "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ",
    "aiueoFullWidth": "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン",
    "irohaFullWidth": "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセス",
    "arabicAlpha": "أبتثجحخدذرزسشصضطظعغفقكلمنهوي", "arabicAbjad": "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ",
    "thaiLetters": "กขคงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ", "ideographTraditional": "甲乙丙丁戊己庚辛壬癸",
}  # fmt: skip
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
    (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_CHINESE = "〇一二三四五六七八九"


def _lettered(number: int, letters: str) -> str:
    if number < 1:
        return str(number)
    times, place = divmod(number - 1, len(letters))
    return letters[place] * (times + 1) if times < _MAX_LETTERS else str(number)


def _roman(number: int) -> str:
    if not 0 < number <= _MAX_ROMAN:
        return str(number)
    text = ""
    for value, digits in _ROMAN:
        times, number = divmod(number, value)
        text += digits * times
    return text


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _counted_in_chinese(number: int) -> str:
    """The number as it is counted, as `二十三`, up to 99; its digits beyond."""
    if not 0 < number < 100:
        return _digits(number, _CHINESE)
    tens, ones = divmod(number, 10)
    return (("" if tens == 1 else _CHINESE[tens]) + "十" if tens else "") + (_CHINESE[ones] if ones else "")


def _digits(number: int, digits: str) -> str:
    return "".join(digits[int(digit)] if digit.isdecimal() else digit for digit in str(number))


_FORMS: Mapping[str, Callable[[int], str]] = {
    "decimalZero": lambda number: f"{number:02d}",
    "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(),
    "ordinal": _ordinal,
    "decimalEnclosedCircle": lambda number: chr(0x2460 + number - 1) if 0 < number <= 20 else str(number),
    "decimalFullWidth": lambda number: _digits(number, "０１２３４５６７８９"),
    **dict.fromkeys(
        ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting",
         "taiwaneseCountingThousand"),
        _counted_in_chinese,
    ),
    **dict.fromkeys(
        ("ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital"),
        lambda number: _digits(number, _CHINESE),
    ),
    "koreanDigital": lambda number: _digits(number, "영일이삼사오육칠팔구"),
    "hindiNumbers": lambda number: _digits(number, "०१२३४५६७८९"),
    "thaiNumbers": lambda number: _digits(number, "๐๑๒๓๔๕๖๗๘๙"),
}  # fmt: skip

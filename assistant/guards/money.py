"""Money: account numbers with a checksum, cards, wallets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import bitcoin, iban

from assistant.guards.normal import BEGINS, ENDS

Span = tuple[str, int, int]

_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11,30}")
# Groups as they are printed: fours, or 4-6-5 of American Express and 4-6-4 of Diners Club.
_CARD = re.compile(
    rf"{BEGINS}(?<![.,+])(?:[2-6]\d{{12,18}}"
    r"|[2-6]\d{3}([ -])(?:\d{4}\1\d{4}\1\d{1,4}(?:\1\d{1,3})?|\d{6}\1\d{4,5}))(?![.,]\d)" + ENDS
)
_ISSUER = re.compile(r"4|5[0-8]|2(?:2[2-9]|[3-6]\d|7[01]|720)|3[0456789]|6")
_DOUBLED = {str(digit): digit * 2 - 9 * (digit > 4) for digit in range(10)}
_BITCOIN = re.compile(
    r"(?<![\w/])(?:[13][1-9A-HJ-NP-Za-km-z]{25,34}|(?:bc1|BC1)[ac-hj-np-zAC-HJ-NP-Z02-9]{11,71})(?!\w)"
)
_ETHEREUM = re.compile(r"(?<![\w/])0x[0-9a-fA-F]{40}(?!\w)")


def find_money(text: str) -> Iterator[Span]:
    """IBANs, wallets and card numbers."""
    for found in _IBAN.finditer(text):
        if end := _iban_end(text, found.start(), found.end()):
            yield "IBAN", found.start(), end
    for found in _BITCOIN.finditer(text):
        if found[0].lower().startswith("bc1") or bitcoin.is_valid(found[0]):
            yield "CRYPTO", *found.span()
    for found in _ETHEREUM.finditer(text):
        yield "CRYPTO", *found.span()
    for found in _CARD.finditer(text):
        if _is_card(found[0]):
            yield "CARD", *found.span()


def _iban_end(text: str, start: int, end: int) -> int:
    """The end of the longest beginning with a right checksum, as words may follow a number; 0 for none.

    ISO 13616: between 15 and 34 characters, 1 modulo 97 once the first four stand last and letters are numbers.
    """
    found = remainder = size = 0
    head = int("".join(str(int(c, 36)) for c in text[start : start + 4]))
    shift = pow(10, len(str(head)), 97)
    for at in range(start + 4, end):
        if text[at] in " -":
            continue
        value = int(text[at], 36)
        remainder = (remainder * (10 if value < 10 else 100) + value) % 97
        size += 1
        ends = not text[at + 1 : at + 2].isalnum()
        if ends and 11 <= size <= 30 and (remainder * shift + head) % 97 == 1:
            found = at + 1
    number = text[start:found]
    # Words in small letters are written alike; a library knows each country's length.
    return found if number.upper() == number or iban.is_valid(number) else 0


def _is_card(text: str) -> bool:
    """ISO/IEC 7812: 13 to 19 digits of an issuer of cards, 0 modulo 10 by Luhn's sum."""
    digits = re.sub("[ -]", "", text)
    total = sum(map(int, digits[::-1][::2])) + sum(map(_DOUBLED.__getitem__, digits[-2::-1][::2]))
    return total % 10 == 0 and len(set(digits)) > 1 and _ISSUER.match(text) is not None

"""Finds personal data in text and masks it with placeholders that can be replaced again.

Data with a recognisable form is found: e-mail and IP addresses, numbers with a checksum, keys. Names and postal
addresses have none and stay.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address

_GROUPED = r"[ .-]?"
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+%-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?![\w@])")
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}(?![a-z0-9])")
_CARD = re.compile(r"(?<![\w.,+])[2-6](?:[ -]?\d){11,17}[ -]?\d(?![\w]|[.,]\d)")
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)")
_IPV6 = re.compile(r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])")
_PHONE = re.compile(
    rf"(?<![\w.,+-])(?:"
    rf"(?:\+|00)[1-9]\d{{0,2}}[ ./-]?(?:\(0?\d{{1,4}}\)[ ./-]?)?\d(?:[ ./-]?\d){{5,12}}"  # +49 (0)30 1234567
    rf"|\(0?\d{{2,4}}\)[ ./-]?\d{{3,4}}(?:{_GROUPED}\d{{2,4}}){{1,3}}"  # (020) 7946 0958
    rf"|0\d{{1,4}}[ /-]\d{{3,}}(?:[ -]?\d{{2,}}){{0,4}}"  # 030 1234567
    rf"|\d{{3}}[.-]\d{{3}}[.-]\d{{4}}"  # 555-123-4567
    rf"|1[3-9]\d{{9}}"  # a mobile number in China
    rf")(?![\w]|[.,-]\d)"
)
_PHONE_DIGITS = range(9, 16)  # the most that E.164 allows is 15
_SECRET = re.compile(
    r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]{0,8000}?-----END [A-Z ]{0,40}PRIVATE KEY-----"
    r"|(?<![\w-])(?:(?:sk|pk|rk)[-_][\w-]{16,200}|gh[pousr]_\w{30,200}|github_pat_\w{20,200}|glpat-[\w-]{16,100}"
    r"|xox[abeoprs]-[\w-]{10,200}|hf_[A-Za-z0-9]{20,100}|A(?:KIA|SIA)[0-9A-Z]{16}|AIza[\w-]{35}"
    r"|eyJ[\w-]{8,2000}\.eyJ[\w-]{8,4000}\.[\w-]{8,2000})(?![\w-])"
)
_IS = r"\b[\"']?\s{0,3}[:=：]\s{0,3}[\"']?"
_NAMED_SECRET = re.compile(
    # A password may be a word; a key or a token must have a digit, as documents use these words in other ways.
    rf"(?i)\b(?:(?:password|passwort|passwd|pwd|mot de passe|密码|密碼){_IS}"
    rf"|(?:api[_ -]?key|access[_ -]?key|secret|token){_IS}(?=\S{{0,200}}\d))"
    r"([^\s\"',;<>]{8,200})"
)
_PLACEHOLDER = re.compile(r"<([A-Z]{2,8})_(\d{1,6})>")
_LONGEST_PLACEHOLDER = 8 + 6 + 3

WORDS: Mapping[str, str] = {
    "SECRET": "key or password",
    "EMAIL": "e-mail address",
    "IBAN": "account number",
    "CARD": "card number",
    "IP": "IP address",
    "PHONE": "phone number",
}


@dataclass(frozen=True, slots=True)
class PersonalData:
    """A piece of personal data. `kind`: a key of WORDS; `text[start:end]`: the data."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Masked:
    """Texts with placeholders such as `<EMAIL_1>`; `values`: the data behind each placeholder."""

    texts: tuple[str, ...]
    values: Mapping[str, str]

    @property
    def summary(self) -> str:
        """The number of values of each kind, for people: `2 e-mail addresses, 1 phone number`; "" for nothing."""
        return summary(placeholder[1:].rsplit("_", 1)[0] for placeholder in self.values)


def find_personal(text: str) -> list[PersonalData]:
    """The personal data in a text, in its order, without overlaps: at the same place, the first kind of WORDS wins."""
    found: list[PersonalData] = []
    for kind, find in _FINDERS:
        found += [
            PersonalData(kind, start, end)
            for start, end in find(text)
            if not any(other.start < end and start < other.end for other in found)
        ]
    return sorted(found, key=lambda one: one.start)


def mask(texts: Sequence[str]) -> Masked:
    """The texts of one prompt with a placeholder for each different value, the same one wherever the value occurs.

    Placeholders are numbered in the order of the texts, so that a prompt that continues another one has the same. A
    placeholder that the texts already contain is not used.
    """
    taken = {match[0] for text in texts for match in _PLACEHOLDER.finditer(text)}
    placeholders: dict[tuple[str, str], str] = {}
    numbers: Counter[str] = Counter()

    def placeholder(kind: str, value: str) -> str:
        if (kind, value) not in placeholders:
            numbers[kind] += 1
            while (name := f"<{kind}_{numbers[kind]}>") in taken:
                numbers[kind] += 1
            placeholders[kind, value] = name
        return placeholders[kind, value]

    masked = []
    for text in texts:
        parts, at = [], 0
        for one in find_personal(text):
            parts += [text[at : one.start], placeholder(one.kind, text[one.start : one.end])]
            at = one.end
        masked.append("".join([*parts, text[at:]]))
    return Masked(tuple(masked), {name: value for (_, value), name in placeholders.items()})


def summary(kinds: Iterator[str]) -> str:
    """The number of each kind, for people."""
    counted = Counter(kinds)
    plural = {
        "key or password": "keys or passwords",
        "e-mail address": "e-mail addresses",
        "IP address": "IP addresses",
    }
    words = [(counted[kind], word) for kind, word in WORDS.items() if counted[kind]]
    return ", ".join(f"{n} {word if n == 1 else plural.get(word, f'{word}s')}" for n, word in words)


class Restorer:
    """Replaces placeholders in text that arrives in pieces; a piece that may begin one waits for the next."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self._pending = ""

    def feed(self, text: str) -> str:
        """Return the text that is ready to show."""
        text = self._pending + text
        start = text.rfind("<", max(0, len(text) - _LONGEST_PLACEHOLDER))
        tail = text[start:] if start >= 0 else ""
        unfinished = tail and any(name.startswith(tail) and name != tail for name in self._values)
        self._pending = tail if unfinished else ""
        return self._restored(text.removesuffix(self._pending))

    def flush(self) -> str:
        """Return the text still waiting, at the end."""
        pending, self._pending = self._pending, ""
        return self._restored(pending)

    def _restored(self, text: str) -> str:
        return _PLACEHOLDER.sub(lambda found: self._values.get(found[0], found[0]), text)


def _spans(pattern: re.Pattern[str], accepts: Callable[[str], bool] = bool) -> Callable[[str], list[tuple[int, int]]]:
    return lambda text: [match.span() for match in pattern.finditer(text) if accepts(match[0])]


def _secrets(text: str) -> list[tuple[int, int]]:
    shaped = [match.span() for match in _SECRET.finditer(text)]
    named = [match.span(1) for match in _NAMED_SECRET.finditer(text)]
    return shaped + [(a, b) for a, b in named if not any(c < b and a < d for c, d in shaped)]


def _ibans(text: str) -> list[tuple[int, int]]:
    """Account numbers: of each match the longest beginning with a right checksum, as capitals may follow a number."""
    spans = []
    for match in _IBAN.finditer(text):
        ends = [at for at in range(match.end(), match.start() + 14, -1) if text[at - 1] != " "]
        if end := next((at for at in ends if _is_iban(text[match.start() : at])), 0):
            spans.append((match.start(), end))
    return spans


def _is_iban(text: str) -> bool:
    """ISO 13616: between 15 and 34 characters, 1 modulo 97 once the first four stand last and letters are numbers."""
    plain = text.replace(" ", "")
    return 15 <= len(plain) <= 34 and int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


def _is_card(text: str) -> bool:
    """ISO/IEC 7812: 13 to 19 digits, 0 modulo 10 by Luhn's sum."""
    digits = [int(c) for c in text if c.isdigit()]
    doubled = [digit if at % 2 == 0 else digit * 2 - 9 * (digit > 4) for at, digit in enumerate(reversed(digits))]
    return 13 <= len(digits) <= 19 and len(set(digits)) > 1 and sum(doubled) % 10 == 0


def _is_address(text: str) -> bool:
    """True for an IP address of another machine."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified)


_FINDERS: tuple[tuple[str, Callable[[str], list[tuple[int, int]]]], ...] = (
    ("SECRET", _secrets),
    ("EMAIL", _spans(_EMAIL)),
    ("IBAN", _ibans),
    ("CARD", _spans(_CARD, _is_card)),
    ("IP", _spans(_IPV4, _is_address)),
    ("IP", _spans(_IPV6, _is_address)),
    ("PHONE", _spans(_PHONE, lambda text: sum(c.isdigit() for c in text) in _PHONE_DIGITS)),
)

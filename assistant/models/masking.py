"""Masks personal data with placeholders that can be replaced again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant import guards
from assistant.settings import GuardSettings, ServerSettings

_PLACEHOLDER = re.compile(r"<([A-Z]{2,8})_(\d{1,6})>")
_LONGEST_PLACEHOLDER = 8 + 6 + 3
_REMEMBERED = 512  # texts: a turn masks the same ones to route, to count and to send


@dataclass(frozen=True, slots=True)
class Masked:
    """Texts with placeholders such as `<EMAIL_1>`; `values`: the data behind each placeholder."""

    texts: tuple[str, ...]
    values: Mapping[str, str]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kind of each value, a key of `guards.KINDS`."""
        return tuple(placeholder[1:].rsplit("_", 1)[0] for placeholder in self.values)

    @property
    def summary(self) -> str:
        """The number of values of each kind, for people: `2 e-mail addresses, 1 phone number`; "" for nothing."""
        return guards.summary(self.kinds)


@lru_cache(_REMEMBERED)
def find_personal(text: str) -> tuple[guards.PersonalData, ...]:
    """The personal data in a text, as `guards.find_personal` finds it; the last texts are remembered."""
    return guards.find_personal(text)


def mask(texts: Sequence[str], allowed: Collection[str] = ()) -> Masked:
    """The texts of one prompt with a placeholder for each different value, the same one wherever the value occurs.

    Placeholders are numbered in the order of the texts, so that a prompt that continues another one has the same. A
    placeholder that the texts already contain is not used. `allowed`: kinds that stay as they are.
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
            if one.kind not in allowed:
                parts += [text[at : one.start], placeholder(one.kind, text[one.start : one.end])]
                at = one.end
        masked.append("".join([*parts, text[at:]]))
    return Masked(tuple(masked), {name: value for (_, value), name in placeholders.items()})


def privacy_policy(remote: ServerSettings, guard: GuardSettings) -> guards.Policy:
    """The policy that the settings describe; `personal_data = "refuse"` blocks whatever they do not allow."""
    singles: dict[str, guards.Measure] = {
        **{kind.upper(): "allow" for kind in guard.allow},
        **{kind.upper(): "mask" for kind in guard.mask},
        **{kind.upper(): "block" for kind in guard.block},
    }
    if remote.personal_data == "refuse":
        return guards.Policy(high="block", low="block", kinds={k: m for k, m in singles.items() if m == "allow"})
    return guards.Policy(high=guard.high_risk, low=guard.low_risk, kinds=singles)


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

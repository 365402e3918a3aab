"""The kinds of personal data, the risk of each, and what may leave this machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Risk = Literal["high", "low"]
Measure = Literal["block", "mask", "allow"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of personal data, in words for people. `risk`: high where its loss costs money or an identity."""

    word: str
    risk: Risk
    plural: str = ""


KINDS: Mapping[str, Kind] = {
    "SECRET": Kind("key or password", "high", "keys or passwords"),
    "IBAN": Kind("account number", "high"),
    "BANK": Kind("bank account", "high"),
    "CARD": Kind("card number", "high"),
    "CRYPTO": Kind("wallet address", "high", "wallet addresses"),
    "ID": Kind("identity number", "high"),
    "TAX": Kind("tax number", "high"),
    "HEALTH": Kind("health number", "high"),
    "PASSPORT": Kind("passport number", "high"),
    "LICENCE": Kind("licence number", "high"),
    "EMAIL": Kind("e-mail address", "low", "e-mail addresses"),
    "PHONE": Kind("phone number", "low"),
    "IP": Kind("IP address", "low", "IP addresses"),
    "MAC": Kind("network card", "low"),
    "GPS": Kind("position", "low"),
    "ADDRESS": Kind("postal address", "low", "postal addresses"),
    "NAME": Kind("name", "low"),
    "PLACE": Kind("place", "low"),
}


@dataclass(frozen=True, slots=True)
class PersonalData:
    """A piece of personal data. `kind`: a key of KINDS; `text[start:end]`: the data."""

    kind: str
    start: int
    end: int


def summary(kinds: Iterable[str]) -> str:
    """The number of values of each kind, for people: `2 e-mail addresses, 1 phone number`; "" for nothing."""
    counted = Counter(kinds)
    words = [(counted[name], kind) for name, kind in KINDS.items() if counted[name]]
    return ", ".join(f"{n} {kind.word if n == 1 else kind.plural or f'{kind.word}s'}" for n, kind in words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """`high`, `low`: the measure for each risk. `kinds`: measures of single kinds, by key of KINDS."""

    high: Measure = "block"
    low: Measure = "mask"
    kinds: Mapping[str, Measure] = field(default_factory=dict)

    def measure(self, kind: str) -> Measure:
        """The measure for a kind."""
        by_risk: Mapping[Risk, Measure] = {"high": self.high, "low": self.low}
        return self.kinds.get(kind) or by_risk[KINDS[kind].risk]

    @property
    def allowed(self) -> frozenset[str]:
        """The kinds that may leave this machine as they are."""
        return frozenset(kind for kind in KINDS if self.measure(kind) == "allow")

    def blocked(self, found: Iterable[PersonalData]) -> tuple[PersonalData, ...]:
        """Those finds that must stay on this machine."""
        return tuple(one for one in found if self.measure(one.kind) == "block")

    def masked(self, found: Iterable[PersonalData]) -> str:
        """The number of finds of each kind that are masked, for people; "" for none."""
        return summary(one.kind for one in found if self.measure(one.kind) == "mask")

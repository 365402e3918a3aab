"""Recognises questions about a whole document: those that count, list, compare or summarise its contents.

The cues are regular expressions, a file for each language in `cues/`. A cue alone routes nothing: `whole.py` reads a
document in full only where the question, or what was found for it, identifies one.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

IntentKind = Literal["count", "list", "compare", "summarise"]
_PRECEDENCE: tuple[IntentKind, ...] = ("count", "compare", "summarise", "list")
_LANGUAGES = ("en", "de", "fr", "es", "zh", "ja")  # where the cues of two match at one place, the first wins
_QUALIFIERS = r"^\s*(?:more |other |total |square |cubic |million |billion )*"


@dataclass(frozen=True, slots=True)
class Intent:
    """`rest`: the question without its cue."""

    kind: IntentKind
    rest: str


def whole_intent(question: str) -> Intent | None:
    """Return the kind of a question about a whole document; None for one that a few passages can answer.

    The first kind that matches decides, in the order count, compare, summarise, list. A quantity that is measured, as
    in `how many years`, is not counted.
    """
    rules, measures = _rules()
    line = " ".join(question.split())
    for kind, rule in rules.items():
        if match := rule.search(line):
            rest = f"{line[: match.start()]} {line[match.end() :]}".strip()
            if kind == "count" and measures.match(line[match.end() :]):
                return None
            return Intent(kind, rest)
    return None


@cache
def _rules() -> tuple[dict[IntentKind, re.Pattern[str]], re.Pattern[str]]:
    """Compile the rule of each kind, and the rule of measured units."""
    folder = Path(__file__).parent / "cues"
    cues = [tomllib.loads((folder / f"{language}.toml").read_text("utf-8")) for language in _LANGUAGES]

    def pattern(key: str) -> str:
        return "|".join(cue for language in cues for cue in language[key])

    rules = {kind: re.compile(pattern(kind), re.IGNORECASE) for kind in _PRECEDENCE}
    return rules, re.compile(rf"{_QUALIFIERS}(?:{pattern('measures')})\b", re.IGNORECASE)

"""Reads questions on networks and service levels."""

from __future__ import annotations

import re
from typing import Any

from assistant.tools.questions.wording import COUNT, NUMBER, count, find, given, number

_CIDR = re.compile(r"(?<![\w.:])((?:\d{1,3}\.){3}\d{1,3}/\d{1,2}|[0-9a-fA-F:]*::?[0-9a-fA-F:]*/\d{1,3})(?![\w/])")
_NETWORK = re.compile(
    r"\b(?:hosts?|addresses|address|broadcast|net\s?mask|mask|range|subnets?|split|divide|usable|how\sbig|size)\b"
    r"|호스트|주소|서브넷|主机|地址|子网",
    re.IGNORECASE,
)
_NOT_NETWORK = re.compile(
    r"\b(?:route\w*|reach\w*|peer\w*|overlap\w*|private|security|firewall|allows?|pod)\b", re.IGNORECASE
)


def read_subnet(text: str) -> dict[str, Any] | None:
    """The arguments of `subnet`."""
    networks = set(_CIDR.findall(text))
    if len(networks) != 1 or not _NETWORK.search(text) or _NOT_NETWORK.search(text):
        return None
    parts = find(rf"\b{COUNT} (?:equal )?(?:subnets|parts|networks)\b", _CIDR.sub(" ", text))
    return {"network": networks.pop(), **given(parts=count(parts[1]) if parts else None)}


_NINES = {"two": 99.0, "three": 99.9, "four": 99.99, "five": 99.999, "six": 99.9999}
_BUDGET = re.compile(
    r"\b(?:error\s?budget|budget|down\s?time|burn\s?rate|be\sdown|were\sdown)\b|에러\s?버짓|다운타임|停机|错误预算",
    re.IGNORECASE,
)
_NOT_BUDGET = re.compile(r"\b(?:alert\w*|polic\w*|window|define\w*|enough)\b", re.IGNORECASE)
_SPANS = {"week": 7, "quarter": 90, "year": 365}


def read_slo(text: str) -> dict[str, Any] | None:
    """The arguments of `slo_budget`."""
    objective = number(find(rf"{NUMBER} %", text))
    if nines := find(r"\b(two|three|four|five|six) nines\b", text):
        objective = _NINES[nines[1].lower()]
    if objective is None or not 50 <= objective < 100 or not _BUDGET.search(text) or _NOT_BUDGET.search(text):
        return None
    return {"objective": objective, **given(days=_days(text), bad_minutes=_bad(text), elapsed_days=_elapsed(text))}


def _days(text: str) -> int | float | None:
    if value := number(
        find(rf"(?:over|in|within|for|per|window of) (?:the )?(?:last )?{NUMBER} days(?! in ?(?:[,;:.]|$))", text)
    ):
        return value
    if value := number(find(rf"{NUMBER} (?:일|天)", text)):
        return value
    span = find(r"\b(?:per|a|an|over a|in a|this) (week|quarter|year)\b", text)
    return _SPANS[span[1].lower()] if span else None


def _elapsed(text: str) -> int | float | None:
    return number(
        find(rf"after {NUMBER} days", text)
        or find(rf"{NUMBER} days (?:in(?= ?(?:[,;:.]|and\b|$))|are over|have passed|elapsed)", text)
    )


def _bad(text: str) -> int | float | None:
    """Bad minutes."""
    hours = number(
        find(rf"down for {NUMBER} (?:hours|h)\b", text) or find(rf"{NUMBER} (?:hours|h) of (?:downtime|outage)", text)
    )
    if hours is not None:
        return hours * 60
    patterns = (
        rf"{NUMBER} (?:bad minutes|minutes (?:of )?(?:downtime|outage|lost|down|bad))",
        rf"down for {NUMBER} (?:minutes|min)",
    )
    return next((value for pattern in patterns if (value := number(find(pattern, text)))), None)

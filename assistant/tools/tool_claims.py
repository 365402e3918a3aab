"""Sentences that state what a tool computed: their numbers are judged by the tool's figures, not by the passages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.tools.tool_use import ToolUse
from assistant.values import Claim

_NUMBER = re.compile(r"(?<![\w.])\d{1,3}(?:,\d{3})+(?:\.\d+)?|(?<![\w.])\d+(?:\.\d+)?")
_ROUNDED = 0.03  # 2.7 for 2.684; more is another figure


def judge_computed(answer: str, claims: Sequence[Claim], uses: Sequence[ToolUse]) -> tuple[Claim, ...]:
    """The verdicts, in which a doubtful sentence is supported where each of its numbers is one that tools were given or
    computed, and it has any."""
    known = [number for use in uses if not use.failed for number in _numbers(use.told)]
    return tuple(
        replace(claim, verdict="supported", missing=())
        if claim.is_doubtful
        and claim.verdict != "no_such_source"
        and _all_known(answer[claim.start : claim.end], known)
        else claim
        for claim in claims
    )


def _all_known(sentence: str, known: Sequence[float]) -> bool:
    said = _numbers(re.sub(r"\[\d+(?:, ?\d+)*\]", " ", sentence))
    return bool(said) and all(any(abs(one - number) <= _ROUNDED * abs(number) for number in known) for one in said)


def _numbers(text: str) -> list[float]:
    return [float(found.replace(",", "")) for found in _NUMBER.findall(text)]

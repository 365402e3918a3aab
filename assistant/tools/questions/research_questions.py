"""Reads questions on samples, scores and notes."""

from __future__ import annotations

import re
from typing import Any

from assistant.tools.questions.wording import NUMBER, find, given, number

_SAMPLE = re.compile(
    r"\b(?:sample|survey\w*|respondents|responses|participants|testers|test\swith|people|margin|users)\b|표본|样本",
    re.IGNORECASE,
)
_NOT_SAMPLE = re.compile(r"\b(?:recruit\w*|enough|stakeholders|a day|per day|downtime)\b", re.IGNORECASE)


def read_sample(text: str) -> dict[str, Any] | None:
    """The arguments of `sample_size`; at least one must be named."""
    if not _SAMPLE.search(text) or _NOT_SAMPLE.search(text):
        return None
    margin = (
        find(rf"{NUMBER} (?:%|points|percent) margin", text)
        or find(rf"margin(?: of error)?(?: of| is|:)? {NUMBER} (?:%|points)", text)
        or find(rf"(?:±|\+/-|plus or minus|within) {NUMBER} (?:%|points|percent)", text)
        or find(rf"(?:오차범위|오차 범위|误差(?:为|范围)?) {NUMBER} %", text)
    )
    problem = find(
        rf"(?:affects|hits|meets|that|of) {NUMBER} % of (?:the |our )?(?:users|people|participants|customers)", text
    )
    sure = find(rf"{NUMBER} % (?:confidence|probability|certainty)", text) or find(
        rf"(?:신뢰수준|置信度) {NUMBER} %", text
    )
    share = find(rf"share of {NUMBER} %", text)
    people = find(rf"population of {NUMBER}", text) or find(
        rf"out of {NUMBER} (?:customers|users|people|employees)", text
    )
    found = given(
        margin_percent=number(margin),
        confidence_percent=number(sure),
        share_percent=number(share),
        population=number(people),
        problem_percent=number(problem),
    )
    return found if found and (set(found) != {"confidence_percent"} or find("sample size", text)) else None


_SUS = re.compile(r"\bSUS\b|system\susability\sscale", re.IGNORECASE)
_TEN = re.compile(r"(?<![\d.])[1-5](?:[\s,;]+[1-5]){9,}(?![\d.])")


def read_sus(text: str) -> dict[str, Any] | None:
    """The arguments of `sus_score`: ten answers of each person."""
    found = _TEN.search(text)
    answers = re.findall(r"[1-5]", found[0]) if found and _SUS.search(text) else []
    if not answers or len(answers) % 10:
        return None
    return {"answers": "; ".join(" ".join(answers[at : at + 10]) for at in range(0, len(answers), 10))}


_GROUPING = re.compile(r"\b(?:groups?|cluster|affinity|sort)\b|분류|그룹|分组|归类", re.IGNORECASE)
_LIST_MARK = re.compile(r"^\s*(?:[-*+•–]|\d{1,3}[.)])\s+")
_LEAST_NOTES = 3
_LONGEST_REQUEST = 12  # words before the notes


def read_affinity(question: str) -> dict[str, Any] | None:
    """The arguments of `affinity`: a request, and below it or behind its colon the notes."""
    lines = [line for line in question.splitlines() if line.strip()]
    request, notes = (lines[0], lines[1:]) if len(lines) > 1 else ("", [])
    if len(lines) == 1:
        request, colon, behind = lines[0].partition(":")
        notes = behind.split(";") if colon else []
    notes = [_LIST_MARK.sub("", note).strip() for note in notes if note.strip()]
    is_request = _GROUPING.search(request) and len(request.split()) <= _LONGEST_REQUEST and "?" not in request
    return {"notes": "\n".join(notes)} if is_request and len(notes) >= _LEAST_NOTES else None

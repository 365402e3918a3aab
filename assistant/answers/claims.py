"""A verdict for every sentence of an answer: do its sources say what it says?"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.answers.citations import is_foreign_to
from assistant.answers.claim_words import NO_CLAIM, YES_OR_NO
from assistant.answers.details import Statement, missing_dates, missing_names, negates
from assistant.answers.quantities import missing_numbers
from assistant.answers.support import Sources, Support
from assistant.values import Citation, Claim, PromptContext, Verdict
from knowledge import signs_of, split_sentences

# `Support.share`, from which on a source says what a claim does, and from which on it says a part of it. Chosen on half
# of SciFact's training claims and XQuAD's sentences (`python -m benchmarks.verdicts`).
SUPPORTED = 0.27
PARTLY = 0.2

_MARKER = re.compile(r"[\[【](\d{1,3}(?:\s*[,;、，–-]\s*\d{1,3})*)[\]】](?![(:])")
_NUMBER = re.compile(r"(\d+)(?:\s*[–-]\s*(\d+))?")
_ITEM = re.compile(r"\A\s*\d{1,3}[.)]\s+")  # a number that small models write twice
_INLINE_CODE = re.compile(r"(?<!`)(`++)[^`\n]++\1(?!`)")
_WORST_LAST: tuple[Verdict, ...] = ("supported", "partly", "not_in_sources")


@dataclass(frozen=True, slots=True)
class _Stated:
    """A sentence of an answer: its span, its words without markers, and the numbers in these."""

    start: int
    end: int
    words: str
    numbers: tuple[int, ...]


def check_claims(answer: str, context: PromptContext, question: str = "") -> tuple[Claim, ...]:
    """Return the sentences of an answer in their order, each with its verdict and what it rests on.

    A sentence is compared with the passages that it cites, then with the others. What differs from a source in a
    number, a unit, a date, a name or a negation is not supported by it, however alike the rest is. Names that the
    question has are known. Takes some 26 ms of one core for 300 words and 10 passages.
    """
    judge = _Judge(context, question)
    return tuple(judge.claim(stated) for stated in _stated(answer))


def citations_of(answer: str, claims: Sequence[Claim]) -> tuple[Citation, ...]:
    """Return what the sentences with markers cite, each once; in an answer without any, what supports its sentences."""
    marked = [claim for claim in claims if claim.citations and _MARKER.search(answer, claim.start, claim.end)]
    grounds = marked or [claim for claim in claims if claim.verdict == "supported"]
    return tuple(dict.fromkeys(citation for claim in grounds for citation in claim.citations))


class _Judge:
    """Compares the sentences of one answer with the same evidence."""

    def __init__(self, context: PromptContext, question: str) -> None:
        self._sources = Sources(context)
        self._all = range(1, len(context.passages) + 1)
        self._asked = Statement(question)
        self._passages = context.passages

    def claim(self, stated: _Stated) -> Claim:
        """The verdict on a sentence."""
        cited = [n for n in stated.numbers if n in self._all]
        found = Claim(start=stated.start, end=stated.end, verdict="no_claim")
        if not _states_nothing(stated):
            statement = Statement(stated.words)
            found = self._compared(found, statement, cited)
            if cited and found.verdict != "supported":
                found = min(found, self._compared(found, statement, ()), key=_by_verdict)
            if found.verdict == "not_in_sources" and not found.missing and is_foreign_to(stated.words, self._passages):
                found = replace(found, verdict="unchecked")
        found = replace(found, citations=self._citations(stated, cited, found))
        return replace(found, verdict="no_such_source") if len(cited) < len(stated.numbers) else found

    def _citations(self, stated: _Stated, cited: Collection[int], found: Claim) -> tuple[Citation, ...]:
        """What the sentence cites, as far as it has anything to do with it, then what else it rests on."""
        is_judged = found.verdict in ("supported", "partly", "not_in_sources")
        own = [self._sources.likest_in(n, stated.words) for n in cited]
        citations = [source.citation for source, share in own if source and (share >= PARTLY or not is_judged)]
        return tuple(dict.fromkeys((*citations, *found.citations)))

    def _compared(self, claim: Claim, statement: Statement, cited: Collection[int]) -> Claim:
        """The best verdict that the cited passages give, or those of all that are likest."""
        found = [self._verdict(claim, statement, support) for support in self._sources.supports(statement.text, cited)]
        return min(found, key=_by_verdict, default=replace(claim, verdict="not_in_sources"))

    def _verdict(self, claim: Claim, statement: Statement, support: Support) -> Claim:
        if support.share < PARTLY:
            return replace(claim, verdict="not_in_sources")
        if not statement.spoken:
            statement = Statement(statement.text, support.passage.language)
        verdict: Verdict = "supported" if support.share >= SUPPORTED else "partly"
        if missing := _differences(statement, support):
            verdict = "not_in_sources"
        elif missing := self._missing_names(statement, support):
            verdict = "partly"
        citations = tuple(source.citation for source in support.sources)
        return replace(claim, verdict=verdict, citations=citations, missing=tuple(missing))

    def _missing_names(self, statement: Statement, support: Support) -> list[str]:
        missing = missing_names(statement, support.passage, self._sources.names)
        return [name for name in missing if not self._asked.has(name)]


def _differences(statement: Statement, support: Support) -> list[str]:
    near, passage = support.near, support.passage
    missing = missing_numbers(statement.quantities, near.quantities, passage.quantities)
    missing += missing_dates(statement, near)
    return missing or ["the negation"] * negates(statement, support.said)


def _by_verdict(claim: Claim) -> int:
    return _WORST_LAST.index(claim.verdict)


def _states_nothing(stated: _Stated) -> bool:
    words = stated.words.strip(" \t\n*_>")
    if not signs_of(words) or words[-1] in ":?：？" or YES_OR_NO.fullmatch(words):
        return True
    return not stated.numbers and NO_CLAIM.search(words) is not None


def _stated(answer: str) -> list[_Stated]:
    """The sentences of an answer but its code; markers behind a full stop belong to the sentence before."""
    found: list[_Stated] = []
    for part in split_sentences(answer):
        if part.kind in ("code", "rule", "heading"):
            continue
        text = answer[part.start : part.end]
        code = [match.span() for match in _INLINE_CODE.finditer(text)]
        markers = [m for m in _MARKER.finditer(text) if not any(a <= m.start() < b for a, b in code)]
        leading = 0
        while found and leading < len(markers) and not _MARKER.sub("", text[: markers[leading].end()]).strip():
            leading += 1
        start = part.start
        if leading:
            start += markers[leading - 1].end()
            last = found[-1]
            found[-1] = replace(last, end=start, numbers=last.numbers + _numbers(markers[:leading]))
        words = _ITEM.sub("", _MARKER.sub(" ", answer[start : part.end]))
        if words.strip() or markers[leading:]:
            start += len(answer[start : part.end]) - len(answer[start : part.end].lstrip())
            found.append(_Stated(start, part.end, words, _numbers(markers[leading:])))
    return found


def _numbers(markers: Iterable[re.Match[str]]) -> tuple[int, ...]:
    found: list[int] = []
    for marker in markers:
        for first, last in _NUMBER.findall(marker.group(1)):
            found += range(int(first), int(last or first) + 1)
    return tuple(dict.fromkeys(found))

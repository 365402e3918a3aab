"""Scores of answers, one by one and over a set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from assistant.evaluation.matching import declines, holds, token_f1, without_markers
from assistant.evaluation.questions import GoldQuestion
from assistant.values import Citation, Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One answer. `correct`: a gold answer stands in it, or there is none and it says so.

    `cited`: how many different places it cites; `cited_right`: how many of these are the gold source. `claims`: its
    sentences that state something and were checked; `supported`: those that the sources bear out. `usefulness`: a
    model's rating from 1 to 5, None without a judge.
    """

    gold: GoldQuestion
    answer: str
    correct: bool
    token_f1: float
    declined: bool
    cited: int
    cited_right: int
    claims: int
    supported: int
    seconds: float
    prompt_tokens: int
    output_tokens: int
    usefulness: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Means over a set. Shares from 0 to 1, None where nothing could be measured.

    `citation_precision`: the share of an answer's cited places that are the gold source, over the answers that cite;
    `citation_recall`: the share of questions with a gold source that is cited; `supported`: of all claims;
    `declined_rightly`: of the questions without an answer; `declined_wrongly`: of those with one (lower is better).
    `usefulness`: from 1 to 5, as a model judges. Seconds and tokens are those of an answer.
    """

    questions: int
    correct: float
    token_f1: float
    citation_precision: float | None
    citation_recall: float | None
    supported: float | None
    declined_rightly: float | None
    declined_wrongly: float | None
    seconds: float
    prompt_tokens: float
    output_tokens: float
    usefulness: float | None


def score(gold: GoldQuestion, turn: Turn) -> Scored:
    """Score one answer against its gold answers and source."""
    text = without_markers(turn.answer)
    declined = turn.finish == "nothing" or not text.strip() or declines(text)
    places = {(citation.path, citation.heading): citation for citation in turn.citations}.values()
    checked = [claim for claim in turn.claims if claim.verdict not in ("no_claim", "unchecked")]
    return Scored(
        gold=gold,
        answer=turn.answer,
        correct=holds(text, gold.answers) if gold.is_answerable else declined,
        token_f1=token_f1(text, gold.answers) if gold.is_answerable else float(declined),
        declined=declined,
        cited=len(places),
        cited_right=_from_source(gold, places),
        claims=len(checked),
        supported=sum(claim.verdict == "supported" for claim in checked),
        seconds=turn.timings_ms["total"] / 1000,
        prompt_tokens=turn.usage.prompt_tokens,
        output_tokens=turn.usage.output_tokens,
    )


def summarise(scored: Sequence[Scored]) -> Scores:
    """The means over the answers, at least one."""
    sourced = [one for one in scored if one.gold.source]
    claims = sum(one.claims for one in scored)
    return Scores(
        questions=len(scored),
        correct=fmean(one.correct for one in scored),
        token_f1=fmean(one.token_f1 for one in scored),
        citation_precision=_mean(one.cited_right / one.cited for one in sourced if one.cited),
        citation_recall=_mean(one.cited_right > 0 for one in sourced),
        supported=sum(one.supported for one in scored) / claims if claims else None,
        declined_rightly=_mean(one.declined for one in scored if not one.gold.is_answerable),
        declined_wrongly=_mean(one.declined for one in scored if one.gold.is_answerable),
        seconds=fmean(one.seconds for one in scored),
        prompt_tokens=fmean(one.prompt_tokens for one in scored),
        output_tokens=fmean(one.output_tokens for one in scored),
        usefulness=_mean(one.usefulness for one in scored if one.usefulness is not None),
    )


def _from_source(gold: GoldQuestion, places: Iterable[Citation]) -> int:
    return sum(gold.is_from_source(place.path, place.heading) for place in places) if gold.source else 0


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return fmean(found) if found else None

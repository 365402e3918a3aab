"""Extractive answers without a model: the best parts of the best passages, quoted and cited."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.answers.citations import TermWeights, cite, is_foreign_to
from assistant.answers.quotable import Quotable, after_heading, asks_for_code, names_in, quotables, telling_signs, width
from assistant.values import Citation
from knowledge import Passage, StageScores, Topic, clause_numbers, dates_in, is_clause, signs_of

_MAX_QUOTES = 5
_MIN_SIGNS = 4  # of a part: those of a word of four letters; each wide character counts as one more
# A part's score is the share of the question that it has in common with it and how near it and its passage are to it in
# meaning, each 1 at most, and with these weights what its headings have in common with it and its passage's rank.
_HEADING_WEIGHT = 0.25
_RANK_WEIGHT = 0.4  # 0.4 for the first, 0.2 for the second, …
_COMPARED_PASSAGES = 2  # the best; with a third it is the same on XQuAD, and takes half as long again
_QUOTED_ROLES = ("body", "properties")
_COMPARED_KINDS = ("prose", "item", "list")
# A part is e⁵ times as likely to answer as one whose score is lower by 1. A quotation goes on until it is this likely
# to hold what its passage answers, or as long as a paragraph; the parts beside the best have a score this near to its.
# Of XQuAD's questions the first quotation then answers 90 to 94 % in five languages, with 340 characters on average; of
# 420 columns at most, and always filled, it was 84 to 93 % with 290 (`python -m benchmarks.quotes`).
_SHARPNESS = 5.0
_LIKELY = 0.9
_MAX_PARAGRAPH = 640  # columns, see `width`
_COMPLETE_OVERLAP = 0.8  # a sentence with this much of the question stands alone
_GAP = 0.6
_GAP_BY_MEANING = 0.15  # where it has none of the question's words: half as likely to answer
# The least that a part must have in common with the question: nothing if its passage is near in meaning; most of it
# if it is far, where a shared word is likely to mean something else. A part's own meaning would let as many wrong
# passages of XQuAD in as right ones.
_MIN_OVERLAP = 0.12
_MIN_OVERLAP_FAR = 0.6
# `StageScores.meaning` of a passage. Under all-MiniLM-L6-v2 94 % of 240 English questions of XQuAD have 0.38 with their
# own paragraph, 12 % with any of another article; under multilingual-e5-small 94 % have 0.19, and of others half 0.15
# and 5 % 0.28.
_NEAR = 0.3
_FAR = 0.17
# The same of a question in another language than the passages: under multilingual-e5-small German, Russian, Chinese and
# Turkish questions of XQuAD have it with 83, 48, 57 and 74 % of their own English paragraphs, 2 % with any of another
# article (35, 15, 8 and 17 % have 0.3).
_NEAR_ACROSS = 0.15
# A line of front matter that is asked for by its key goes before the text. Of the signs of a word some may differ, as
# in `birthdays`.
_PROPERTY_WEIGHT, _SAID_SHARE = 0.25, 0.6
_DATE_WEIGHT = 3.0  # of what is of the day that a question names: more than words and meaning together
_SPELLED_OUT = 1.0  # `StageScores.name` of a file that the question names with its ending or by its date
# Of the best's score a part beside it has at least half, or most where the best is strong: where no meaning is known,
# scores lie nearer together. So it is with what a row or an item has in common with the question.
_STRONG_OVERLAP = 0.6
_SHARE_OF_STRONG = 0.7
_SHARE_OF_WEAK = 0.5

Meanings = Callable[[str, Sequence[str]], Sequence[float]]
"""A question and texts → how near each is to it in meaning, 0 for unrelated texts and 1 for equal ones; none for any
where that is not known."""


def no_meanings(question: str, texts: Sequence[str]) -> list[float]:
    """Return none, where no embedder reads the texts."""
    return []


@dataclass(frozen=True, slots=True)
class Quote:
    """A stretch of a passage, its kind, and how well it answers: higher is better.

    `header`: of the table that it is a row of.
    """

    citation: Citation
    score: float
    kind: str
    header: str = ""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Part number `at` of passage `n`. `is_near`: it has enough of the question; `is_named`: its numbers and codes.

    `overlap`: the share of the question in it and the names of its columns, from 0 to 1; `own_overlap`: without these.
    """

    n: int
    passage: Passage
    at: int
    part: Quotable
    own_overlap: float
    overlap: float
    score: float
    is_named: bool
    is_near: bool

    def overlaps(self, others: Sequence[_Candidate]) -> bool:
        """True if it has a part of the file in common with any of the others."""
        start, end = self.passage.start + self.part.start, self.passage.start + self.part.end
        return any(
            self.passage.path == other.passage.path
            and start < other.passage.start + other.part.end
            and other.passage.start + other.part.start < end
            for other in others
        )


def best_quotes(question: str, passages: Sequence[Passage], meanings: Meanings = no_meanings) -> list[Quote]:
    """The quotations that answer best, best first, those under one heading together; none when nothing is near.

    `meanings`: asked for each of the best passages.
    """
    parts = sorted(_candidates(question, passages, meanings), key=lambda one: -one.score)
    near = [one for one in parts if one.is_near]
    chosen: list[list[_Candidate]] = []
    for one in near:
        taken = [part for group in chosen for part in group]
        if len(chosen) == _MAX_QUOTES:
            break
        if _is_good_beside(one, near[0]) and not one.overlaps(taken):
            chosen.append(
                _with_neighbours(one, [part for part in parts if part.n == one.n and not part.overlaps(taken)])
            )
    quotes = [_quote(group) for group in chosen]
    sources = list(dict.fromkeys(source_of(quote.citation) for quote in quotes))
    return sorted(quotes, key=lambda quote: sources.index(source_of(quote.citation)))


def source_of(citation: Citation) -> tuple[object, ...]:
    """File and heading, or file and page where there is no heading."""
    return citation.path, citation.heading or citation.page


def _is_good_beside(one: _Candidate, best: _Candidate) -> bool:
    # Rows of a table have its columns in common, items their heading, and both their rank: what they say must do too.
    share = _SHARE_OF_STRONG if best.overlap >= _STRONG_OVERLAP else _SHARE_OF_WEAK
    answers = one.own_overlap >= share * best.own_overlap and one.is_named >= best.is_named
    least = min(best.score, share * best.score)  # of far passages scores are below 0
    is_likely = one.score >= max(best.score - _GAP, least)
    if not one.own_overlap:
        return is_likely and one.score >= best.score - _GAP_BY_MEANING
    return is_likely and (answers or one.part.kind == "prose")


def _quote(group: Sequence[_Candidate]) -> Quote:
    first, last = group[0], group[-1]
    start = after_heading(first.passage, first.part.start, last.part.end)
    citation = cite(first.n, first.passage, start, last.part.end)
    return Quote(citation, max(one.score for one in group), first.part.kind, first.part.header)


def _candidates(question: str, passages: Sequence[Passage], meanings: Meanings) -> Iterator[_Candidate]:
    asked, telling, code = signs_of(question), telling_signs(Topic.of(question).judged), asks_for_code(question)
    dates = frozenset(dates_in(question.lower()))
    names = frozenset(name for name in names_in(telling) if not any(name.strip() in date for date in dates))
    clauses = clause_numbers(question)
    parts = [
        (n, at, part, meaning)
        for n, passage in enumerate(passages, 1)
        for at, part, meaning in _parts(question, n, passage, code, meanings)
    ]
    signs = [signs_of(passages[n - 1].text[part.start : part.end]) for n, _, part, _ in parts]
    told = _told(parts, signs)
    nearest = _NEAR_ACROSS if is_foreign_to(question, passages) else _NEAR
    weights = TermWeights(signs)
    asked_weight = weights.of(asked)

    def share(signs: frozenset[str]) -> float:
        return weights.of(asked & signs) / asked_weight if asked else 0.0

    for (n, at, part, meaning), own in zip(parts, signs, strict=True):
        passage = passages[n - 1]
        text = passage.text[part.start : part.end]
        columns = signs_of(part.header) if asked & own else frozenset[str]()  # which all rows have in common
        own_overlap, overlap = share(own), len(telling & (own | columns)) / (len(telling) or 1)
        is_dated = not dates.isdisjoint(dates_in(f"{passage.path.stem}\n{text}".lower())) if dates else bool(names)
        is_named = (is_dated and names <= own) or is_clause(text, clauses)
        is_long = len(own) + width(text) - len(text) >= _MIN_SIGNS
        is_near = is_named or (is_long and overlap >= _min_overlap(passage.scores, nearest))
        above = _HEADING_WEIGHT * share(signs_of(" ".join(passage.place_at(part.start).heading))) + _RANK_WEIGHT / n
        score = share(own | columns) + meaning + (passage.scores.meaning or 0.0) + above
        if part.kind == "property":
            is_near = _is_asked(part, question, own | _signs_above(passage), told[n])
            score += _PROPERTY_WEIGHT
        elif dates and is_named:
            score += _DATE_WEIGHT
        yield _Candidate(n, passage, at, part, own_overlap, overlap, score, is_named, is_near)


def _told(parts: Sequence[tuple[int, int, Quotable, float]], signs: Sequence[frozenset[str]]) -> dict[int, set[str]]:
    """Number of a passage → the signs of its text without front matter."""
    told = {n: set[str]() for n, *_ in parts}
    for (n, _, part, _), own in zip(parts, signs, strict=True):
        if part.kind != "property":
            told[n] |= own
    return told


def _is_asked(part: Quotable, question: str, own: frozenset[str], told: Collection[str]) -> bool:
    """True if a question asks for a line of front matter: with its key, and with no other word that the text says.

    `own`: the signs of the line and of what its file is about; `told`: of the file's text.
    """
    words = [signs_of(word) for word in Topic.of(question).judged.split()]
    is_told = any(_says(told, word) and not _says(own, word) for word in words)
    return _says(frozenset().union(*words), signs_of(part.header)) and not is_told


def _says(signs: Collection[str], word: frozenset[str]) -> bool:
    return bool(word) and len(word.intersection(signs)) >= _SAID_SHARE * len(word)


def _signs_above(passage: Passage) -> frozenset[str]:
    titles = " ".join(title for place in passage.places for title in place.heading)
    return signs_of(f"{passage.path.stem} {titles} {passage.metadata.get('title', '')}")


def _parts(
    question: str, n: int, passage: Passage, code: bool, meanings: Meanings
) -> Iterator[tuple[int, Quotable, float]]:
    """The parts of passage `n` with their numbers, and how near each is in meaning: its own words, or the passage's."""
    parts = [
        (at, part)
        for at, part in enumerate(quotables(passage, code=code))
        if passage.place_at(part.start).role in _QUOTED_ROLES
    ]
    near = passage.scores.meaning or 0.0
    found = dict[int, float]()
    if n <= _COMPARED_PASSAGES and near:
        texts = {at: passage.text[part.start : part.end] for at, part in parts if part.kind in _COMPARED_KINDS}
        found = dict(zip(texts, meanings(question, [*texts.values()]), strict=False))
    for at, part in parts:
        yield at, part, found.get(at, near)


def _min_overlap(scores: StageScores, nearest: float) -> float:
    """`nearest`: the meaning from which on a passage is near."""
    meaning = scores.meaning
    if scores.name is not None and scores.name >= _SPELLED_OUT:
        return 0.0
    if meaning is None:
        return _MIN_OVERLAP
    return 0.0 if meaning >= nearest else _MIN_OVERLAP if meaning >= _FAR else _MIN_OVERLAP_FAR


def _with_neighbours(best: _Candidate, free: Sequence[_Candidate]) -> list[_Candidate]:
    """The part with the sentences around it, the likelier side first, until it is likely to hold the answer."""
    by_place = {one.at: one for one in free if one.part.kind == "prose"}
    group, enough = [best], _LIKELY * _likelihood(free, best)
    can_grow = best.part.kind == "prose" and best.overlap < _COMPLETE_OVERLAP
    while can_grow and _likelihood(group, best) < enough:
        sides = [by_place[at] for at in (group[0].at - 1, group[-1].at + 1) if at in by_place]
        grown = [sorted([*group, side], key=lambda one: one.at) for side in sorted(sides, key=lambda one: -one.score)]
        fitting = next((larger for larger in grown if _is_paragraph(larger)), None)
        if fitting is None:
            break
        group = fitting
    return group


def _likelihood(parts: Sequence[_Candidate], best: _Candidate) -> float:
    """How likely one of the parts is to answer, as a multiple of `best`."""
    return sum(math.exp(_SHARPNESS * (one.score - best.score)) for one in parts)


def _is_paragraph(group: Sequence[_Candidate]) -> bool:
    """True if nothing but white space, and no blank line, parts the sentences, and they are not too long."""
    text = group[0].passage.text
    gaps = [text[one.part.end : after.part.start] for one, after in pairwise(group)]
    is_short = width(text[group[0].part.start : group[-1].part.end]) <= _MAX_PARAGRAPH
    return is_short and not any(gap.strip() or gap.count("\n") > 1 for gap in gaps)

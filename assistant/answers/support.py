"""The sentences of an answer's passages, and those of them that a claim may rest on."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import nlargest

from assistant.answers.citations import ANALYZER, cite, rarity
from assistant.answers.details import Statement
from assistant.values import Citation, PromptContext
from knowledge import Passage, Sentence, signs_of, split_sentences

_CITABLE = ("prose", "item", "table", "code")
_COMPARED = 8  # sentences whose neighbours are looked at too: the likest
_AS_LIKE = 0.9  # of the best passage's share, that another must have to be compared too
_WORD = re.compile(r"[^\W_]+")
_SMALL = re.compile(r"(?<!\w)[^\W\d_A-Z]+")
_UNSPACED = 0x0E00  # the first letter of scripts without spaces; two characters of theirs are about a word
_ADDS = 0.15  # of a claim, that a second sentence must say


@dataclass(frozen=True, slots=True)
class SourceSentence:
    """A sentence of passage `n`, or a line that was counted in its document; `signs`: see `knowledge.signs_of`."""

    n: int
    passage: Passage
    sentence: Sentence
    text: str
    signs: frozenset[str]

    @property
    def citation(self) -> Citation:
        """What a claim that rests on it cites."""
        return cite(self.n, self.passage, self.sentence.start, self.sentence.end)


@dataclass(frozen=True, slots=True)
class Support:
    """The sentences that are likest to a claim. `share`: of the claim, from 0 to 1; higher is better.

    It is the mean of the weighted share of the claim's signs in the sentences, and in them, their neighbours and
    headings. `said`: the text of all these but headings, which deny nothing; `near`: of all these; `passage`: of the
    whole passages.
    """

    sources: tuple[SourceSentence, ...]
    share: float
    said: Statement
    near: Statement
    passage: Statement


class Sources:
    """The sentences of the passages, each sign weighted by its rarity among them as BM25 weighs terms."""

    def __init__(self, context: PromptContext) -> None:
        self._sentences = list(_sentences(context))
        self._above = {n: above(passage) for n, passage in enumerate(context.passages, 1)}
        self._claims: dict[str, dict[str, float]] = {}
        self._near_signs: dict[int, frozenset[str]] = {}
        self._passages: dict[int, Statement] = {}
        self._where = defaultdict[str, list[int]](list)
        for at, source in enumerate(self._sentences):
            for sign in source.signs:
                self._where[sign].append(at)

    def supports(self, claim: str, cited: Collection[int] = ()) -> list[Support]:
        """What supports a claim best, best first: in the cited passages together, or in each of the likest of all.

        A second sentence joins the first where it says what that leaves out.
        """
        weights = self._weights(claim)
        likest = self._likest(weights, cited or self._above)
        groups = [frozenset(cited)] if cited else [frozenset((n,)) for n in self._numbers(likest)]
        found = [self._support(weights, likest, group) for group in groups] if likest else []
        best = max((support.share for support in found), default=0.0)
        return [support for support in found if support.share >= _AS_LIKE * best]

    def likest_in(self, n: int, claim: str) -> tuple[SourceSentence | None, float]:
        """The likest sentence of a passage, and its share of a claim; the first where they have nothing in common.

        None of a passage without words, as one whose file is gone.
        """
        weights = self._weights(claim)
        likest = self._likest(weights, (n,))[:1]
        if not likest:
            return next((one for one in self._sentences if one.n == n), None), 0.0
        share = self._weight_near(weights, likest[0]) / sum(weights.values())
        return self._sentences[likest[0]], share

    @cached_property
    def names(self) -> frozenset[str]:
        """The words that all passages write with a capital alone, but at the beginning of sentences."""
        passages = [self._passage(n) for n in self._above]
        small = frozenset(word for passage in passages for word in _SMALL.findall(passage.text))
        return frozenset(name for one in passages for name in one.names if name.lower() not in small)

    def _support(self, weights: Mapping[str, float], likest: Sequence[int], group: Collection[int]) -> Support:
        first = next(at for at in likest if self._sentences[at].n in group)
        rest = {sign: weight for sign, weight in weights.items() if sign not in self._signs_near(first)}
        second = self._likest(rest, group)[:1]
        total = sum(weights.values())
        chosen = [first, *(at for at in second if self._weight_near(rest, at) >= _ADDS * total)]
        own = frozenset[str]().union(*(self._sentences[at].signs for at in chosen))
        around = frozenset[str]().union(*map(self._signs_near, chosen))
        share = sum(weight * ((sign in own) + (sign in around)) / 2 for sign, weight in weights.items()) / total
        (n, *others) = self._numbers(chosen)
        passage = self._passage(n)
        said = Statement("\n".join(one.text for at in chosen for one in self._near(at)), passage.language)
        above = "\n".join(self._above[number] for number in (n, *others))
        near = Statement(f"{above}\n{said.text}", passage.language)
        if others:
            passage = Statement("\n".join(self._passage(number).text for number in (n, *others)))
        return Support(tuple(self._sentences[at] for at in chosen), share, said, near, passage)

    def _likest(self, weights: Mapping[str, float], among: Collection[int]) -> list[int]:
        """The sentences with most of the weight, they and their neighbours together, best first."""
        found: dict[int, float] = defaultdict(float)
        for sign, weight in weights.items():
            for at in self._where.get(sign, ()):
                if self._sentences[at].n in among:
                    found[at] += weight
        best = nlargest(_COMPARED, found, key=found.__getitem__)
        return sorted(best, key=lambda at: -found[at] - self._weight_near(weights, at))

    def _weight_near(self, weights: Mapping[str, float], at: int) -> float:
        near = self._signs_near(at)
        return sum(weight for sign, weight in weights.items() if sign in near)

    def _signs_near(self, at: int) -> frozenset[str]:
        if at not in self._near_signs:
            self._near_signs[at] = signs_of(self._above[self._sentences[at].n]).union(
                *(one.signs for one in self._near(at))
            )
        return self._near_signs[at]

    def _near(self, at: int) -> list[SourceSentence]:
        return [one for one in self._sentences[max(at - 1, 0) : at + 2] if one.n == self._sentences[at].n]

    def _numbers(self, sentences: Sequence[int]) -> list[int]:
        return [*dict.fromkeys(self._sentences[at].n for at in sentences)]

    def _passage(self, n: int) -> Statement:
        if n not in self._passages:
            lines = [self._above[n], *(one.text for one in self._sentences if one.n == n)]
            self._passages[n] = Statement("\n".join(lines))
        return self._passages[n]

    def _weights(self, claim: str) -> dict[str, float]:
        """Sign → weight: a word's is spread over its signs, so that a long one counts no more than a short one.

        Common words count only where there are no others.
        """
        if claim in self._claims:
            return self._claims[claim]
        weights = self._claims[claim] = defaultdict[str, float](float)
        language, words = ANALYZER.language(claim), _WORD.findall(claim)
        for word in [word for word in words if ANALYZER.terms(word, language)] or words:
            signs = signs_of(word)
            for sign in signs:
                weights[sign] += self._rarity(sign) / (2 if ord(word[0]) > _UNSPACED else len(signs))
        return weights

    def _rarity(self, sign: str) -> float:
        return rarity(len(self._where.get(sign, ())), len(self._sentences))


def above(passage: Passage) -> str:
    """What stands above a passage: the file's name, headings, the header of a table, front matter."""
    values = (value if isinstance(value, tuple) else (value,) for value in passage.metadata.values())
    words = [str(one) for value in values for one in value]
    return "\n".join([passage.path.stem, *passage.heading, passage.table_header, *words])


def _sentences(context: PromptContext) -> Iterator[SourceSentence]:
    for n, passage in enumerate(context.passages, 1):
        parts = split_sentences(passage.text)
        for part in [part for part in parts if part.kind in _CITABLE] or parts:
            text = passage.text[part.start : part.end]
            yield SourceSentence(n, passage, part, text, signs_of(text))
        yield from _counted(n, passage, context)


def _counted(n: int, passage: Passage, context: PromptContext) -> Iterator[SourceSentence]:
    """The facts that were counted in the passage's document, at the passage where what was counted begins."""
    for read in context.read_whole:
        for fact in read.facts if read.path == passage.path else ():
            if passage.start <= fact.span[0] < passage.end:
                start = fact.span[0] - passage.start
                end = min(fact.span[1], passage.end) - passage.start
                yield SourceSentence(n, passage, Sentence(start, end, "table"), fact.text, signs_of(fact.text))

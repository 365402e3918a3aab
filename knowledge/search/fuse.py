"""Fuses the rankings of the stages, each weighted by how far it could read the question."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Protocol

from knowledge.index.entry import Hit
from knowledge.ledger.rows import ChunkLocation
from knowledge.passage import StageScores
from knowledge.search.relevance import relevances
from knowledge.search_index import SearchIndex

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

# Chosen on SciFact train (nDCG@10 0.743, 0.736 at 0.4, 0.5; reciprocal rank fusion 0.719) and XQuAD in five languages
# (right paragraph first 0.948, 0.950, 0.951 at 0.4, 0.5, 0.6; cosines as they are 0.926).
VECTOR_WEIGHT = 0.5
# For a question in another language than all that is searched: names and numbers are all that words can match.
FOREIGN_WEIGHT = 0.9
# Cosines are told apart over at least this share of the way from unrelated texts to equal ones: among a few texts that
# are all far from the question, or all near to it, small differences mean nothing. One question in 200 of XQuAD has
# less between its best paragraph and the mean of all.
LEAST_SPAN = 0.2
# A file that the question names goes before all but the best of the others: several times the distance between the
# first and the tenth passage of a typical question.
NAME_WEIGHT = 0.5
# Of likeness in the best of the fused passages. On XQuAD (en, zh, de, ru, tr) the right paragraph comes first in 0.961,
# 0.954, 0.941, 0.944, 0.932 without it, 0.964, 0.956, 0.954, 0.951, 0.941 at 0.4, and no more from there on.
LIKENESS_WEIGHT = 0.4
# Of the meaning of the best passages' closest sentences, [0, 1]. On XQuAD (en, zh, de, ru, tr) the right paragraph
# comes first in 0.964, 0.956, 0.945, 0.950, 0.940 without it, 0.970, 0.971, 0.955, 0.953, 0.947 at 0.8; 0.5 to 1.3
# differ by less than 0.003.
CLOSEST_WEIGHT = 0.8
# A second passage of a section mostly repeats the first: four sections say more than four passages of one. Other
# sections of the file are as good as another file's: of a statute it is often several articles that answer. In units of
# the fused score, about the distance between the first and the third passage of a question.
SAME_SECTION_PENALTY = 0.05


def fuse(
    nearness: Mapping[int, float],
    bm25: Mapping[int, float],
    coverage: float,
    name_scores: Mapping[int, float],
    vector_weight: float = VECTOR_WEIGHT,
) -> dict[int, float]:
    """Return a score in [0, 1 + NAME_WEIGHT] per chunk; higher is better.

    w · nearness + (1 - w) · BM25 / best BM25 + NAME_WEIGHT · name score, with w = `vector_weight` · `coverage`,
    the tokenizer's of the question, in [0, 1]. A chunk that keyword search did not find has BM25 0; `nearness` holds
    every candidate if vectors are in use at all; `name_scores` those whose file the question names, in (0, 1].
    """
    weight = (vector_weight * coverage if bm25 or name_scores else 1.0) if nearness else 0.0
    best = max(bm25.values(), default=0.0) or 1.0
    return {
        c: weight * nearness.get(c, 0.0)
        + (1 - weight) * bm25.get(c, 0.0) / best
        + NAME_WEIGHT * name_scores.get(c, 0.0)
        for c in nearness.keys() | bm25.keys() | name_scores.keys()
    }


def nearness(cosines: Mapping[int, float], unrelated: float) -> dict[int, float]:
    """Return cosines scaled to [0, 1]: from the lowest among them to the highest, or LEAST_SPAN of all there is.

    `unrelated`: the embedder's cosine of texts that have nothing in common.
    """
    if not cosines:
        return {}
    low, high = min(cosines.values()), max(cosines.values())
    span = max(high - low, LEAST_SPAN * (1 - unrelated))
    return {chunk_id: (cosine - low) / span for chunk_id, cosine in cosines.items()}


def spread(fused: Mapping[int, float], section_of: Mapping[int, Hashable]) -> Iterator[int]:
    """Yield chunks, best first, each penalised by SAME_SECTION_PENALTY for every earlier one of its section."""
    used: Counter[Hashable] = Counter()
    queue = [(-score, chunk_id) for chunk_id, score in fused.items() if chunk_id in section_of]
    heapify(queue)
    while queue:
        listed, chunk_id = heappop(queue)
        cost = SAME_SECTION_PENALTY * used[section_of[chunk_id]] - fused[chunk_id]
        if cost > listed:
            heappush(queue, (cost, chunk_id))
        else:
            used[section_of[chunk_id]] += 1
            yield chunk_id


READ_ROLES = frozenset({"body", "header", "properties"})  # of chunks that may answer any question
# The vectors of this many of the best chunks that only keyword search found are read: on SciFact and XQuAD the rest
# never came among the first ten.
EXACT_COSINES = 40


@dataclass(frozen=True, slots=True)
class Hits:
    """Hits of each stage, best first. `name_scores`: chunk id → certainty that the question names its file, in (0, 1].

    `vector`: the question's; None where vectors were not searched. `coverage`: the tokenizer's of the question and of
    what its words found, in [0, 1]. `unrelated`: the embedder's cosine of texts that have nothing in common.
    `is_foreign`: the question is in a language that no searched file is in; `is_translated`: some of its words were
    searched for as the files have them.
    """

    vector: npt.NDArray[np.float32] | None
    by_vector: Sequence[Hit]
    by_terms: Sequence[Hit]
    name_scores: Mapping[int, float]
    coverage: float
    unrelated: float = 0.0
    is_foreign: bool = False
    is_translated: bool = False

    def meaning(self, cosine: float) -> float:
        """Return a cosine from 0 for unrelated texts to 1 for equal ones."""
        return (cosine - self.unrelated) / (1 - self.unrelated)


@dataclass(frozen=True, slots=True)
class CandidatePool:
    """The chunks found that are still in the ledger. `order`: ids, best first, spread over sections.

    `highest`: the fused score of a chunk that every stage has first, without its file's name. `likeness`
    (`knowledge.search.likeness`), and `closest`, the meaning of the closest sentence, from 0 for unrelated texts to 1:
    of the few that were compared so.
    """

    locations: Mapping[int, ChunkLocation]
    fused: Mapping[int, float]
    cosines: Mapping[int, float]
    order: Sequence[int]
    hits: Hits
    rerank: Mapping[int, float] = field(default_factory=dict)
    likeness: Mapping[int, float] = field(default_factory=dict)
    closest: Mapping[int, float] = field(default_factory=dict)
    highest: float = 1.0

    def raised(self, likeness: Mapping[int, float]) -> CandidatePool:
        """Add LIKENESS_WEIGHT of each likeness, in [0, 1], to the fused scores, and order anew."""
        raised = self._raised({i: LIKENESS_WEIGHT * share for i, share in likeness.items()})
        return replace(raised, likeness=likeness, highest=self.highest + LIKENESS_WEIGHT)

    def compared(self, closest: Mapping[int, float]) -> CandidatePool:
        """Raise the compared passages by CLOSEST_WEIGHT of the meaning that each has before the least of them.

        `closest`: id → cosine of the passage's closest sentence.
        """
        meanings = {i: self.hits.meaning(cosine) for i, cosine in closest.items()}
        least = min(meanings.values(), default=0.0)
        raised = self._raised({i: CLOSEST_WEIGHT * (meaning - least) for i, meaning in meanings.items()})
        return replace(raised, closest=meanings)

    def _raised(self, by: Mapping[int, float]) -> CandidatePool:
        fused = {i: score + by.get(i, 0.0) for i, score in self.fused.items()}
        order = list(spread(fused, {i: location.section for i, location in self.locations.items()}))
        return replace(self, fused=fused, order=order)

    def reranked(self, scores: Mapping[int, float]) -> CandidatePool:
        """Put the scored chunks first, by score; the others keep their order."""
        first = sorted((i for i in self.order if i in scores), key=lambda i: -scores[i])
        order = [*first, *(i for i in self.order if i not in scores)]
        return replace(self, order=order, rerank=scores)

    def without_lists(self) -> CandidatePool:
        """Leave lists of references, of links and of contents, and comments, out of the order."""
        body = [i for i in self.order if self.locations[i].role in READ_ROLES]
        return self if len(body) == len(self.order) else replace(self, order=body)

    def scores(self) -> dict[int, StageScores]:
        """Return the scores and ranks, from 1, of every chunk."""
        vector_ranks, keyword_ranks = _ranks(self.hits.by_vector), _ranks(self.hits.by_terms)
        fused_ranks = {i: n for n, i in enumerate(sorted(self.fused, key=lambda i: -self.fused[i]), 1)}
        rerank_ranks = {i: n for n, i in enumerate(sorted(self.rerank, key=lambda i: -self.rerank[i]), 1)}
        bm25 = dict(self.hits.by_terms)
        relevance = relevances(self.fused, self.highest, self.rerank)
        return {
            i: StageScores(
                vector_rank=vector_ranks.get(i),
                vector=self.cosines.get(i),
                meaning=self.hits.meaning(self.cosines[i]) if i in self.cosines else None,
                keyword_rank=keyword_ranks.get(i),
                keyword=bm25.get(i),
                name=self.hits.name_scores.get(i),
                fused_rank=fused_ranks[i],
                fused=self.fused[i],
                rerank_rank=rerank_ranks.get(i),
                rerank=self.rerank.get(i),
                relevance=relevance[i],
            )
            for i in self.locations
        }


def candidate_pool(index: SearchIndex, hits: Hits) -> CandidatePool:
    """Fuse the hits; chunks that the ledger no longer has are left out."""
    bm25, cosines = dict(hits.by_terms), dict(hits.by_vector)
    floor = min(cosines.values(), default=0.0)
    found = index.ledger.chunks.locations(list(cosines.keys() | bm25.keys() | hits.name_scores.keys()))
    if hits.vector is not None and hits.coverage:
        wanted = [i for i, _ in hits.by_terms if i not in cosines][:EXACT_COSINES]
        cosines |= exact_cosines(
            index, hits.vector, [*wanted, *(hits.name_scores.keys() - cosines.keys() - set(wanted))]
        )
    likely = {i: cosines.get(i, floor) for i in found} if hits.vector is not None else {}
    near = nearness(likely, hits.unrelated)
    weight = FOREIGN_WEIGHT if hits.is_foreign and not hits.is_translated else VECTOR_WEIGHT
    fused = fuse(near, bm25, hits.coverage, hits.name_scores, weight)
    fused = {i: fused[i] for i in found}
    order = list(spread(fused, {i: location.section for i, location in found.items()}))
    return CandidatePool(found, fused, cosines, order, hits)


def exact_cosines(index: SearchIndex, vector: npt.NDArray[np.float32], ids: Collection[int]) -> dict[int, float]:
    """Return the exact similarity of chunks that vector search did not find."""
    import numpy as np

    if index.embedder is None or not ids:
        return {}
    stored = index.ledger.chunks.vectors_by_chunk(index.embedder.name, list(ids))
    if not stored:  # all of them gone from the ledger meanwhile
        return {}
    matrix = np.frombuffer(b"".join(stored.values()), dtype=np.float32).reshape(len(stored), -1)
    return dict(zip(stored, (matrix @ vector).tolist(), strict=True))


def _ranks(hits: Sequence[Hit]) -> dict[int, int]:
    return {chunk_id: rank for rank, (chunk_id, _) in enumerate(hits, start=1)}


# Measured on English prose, questions and scientific claims (99 % of them cost at most 3.3 bits) and on manuals in 19
# languages of the Latin alphabet (99 % of their ten-word openings cost at least 3.2, half of them more than 4.5).
FLUENT_BITS = 3.0
FOREIGN_BITS = 3.6
MIN_COVERAGE = 0.5  # from here on cosines mean something

_UNKNOWN_BITS = 15.0  # per character that no piece can write: a little over the rarest piece of 30,000
# A long term of chemistry says little about the language around it. Other alphabets are not spared: there, a run of
# letters may be a whole sentence.
_MAX_BITS_OF_LATIN_WORD = 45.0
_WORD = re.compile(r"\b[^\W\d_]+\b")  # of letters alone: `CX3CR1` is written alike in any language


class Vocabulary(Protocol):
    """The part of an embedder that knows its vocabulary."""

    def piece_ranks(self, words: Sequence[str]) -> list[list[int]] | None:
        """For each word its pieces' ranks by frequency, from 1; empty where it cannot be written. None: not ranked."""
        ...


def tokenizer_coverage(text: str, vocabulary: Vocabulary) -> float:
    """Return a share in [0, 1]: 1 for the language the vocabulary was made of, 0 for another or a text without words.

    Measured in bits per character that the vocabulary needs. An unranked vocabulary is taken to cover everything.
    """
    words = _WORD.findall(text)
    ranks = vocabulary.piece_ranks(words)
    if ranks is None:
        return 1.0
    bits = 0.0
    for word, pieces in zip(words, ranks, strict=True):
        needed = sum(map(math.log2, pieces)) if pieces else _UNKNOWN_BITS * len(word)
        bits += min(needed, _MAX_BITS_OF_LATIN_WORD) if pieces and word.isascii() else needed
    per_character = bits / sum(map(len, words)) if words else FOREIGN_BITS
    return min(1.0, max(0.0, (FOREIGN_BITS - per_character) / (FOREIGN_BITS - FLUENT_BITS)))

"""Rankings made one, each trusted as far as it could read the question."""

from collections import Counter
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

from knowledge.index.entry import Hit
from knowledge.passage import StageScores
from knowledge.search.candidates import Place, places
from knowledge.search_index import SearchIndex

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

# Chosen on SciFact train (nDCG@10 0.733, 0.739, 0.742 at 0.5, 0.6, 0.7; reciprocal rank fusion 0.712) and XQuAD.
VECTOR_WEIGHT = 0.6
# A file that the question names goes before all but the best of the others: several times the distance between the
# first and the tenth passage of a typical question.
NAME_WEIGHT = 0.5
# A second passage of a section mostly repeats the first: four sections say more than four passages of one. Other
# sections of the file are as good as another file's: of a statute it is often several articles that answer. In units of
# the fused score, about the distance between the first and the third passage of a question.
SAME_SECTION_PENALTY = 0.05


def fuse(
    cosines: Mapping[int, float], bm25: Mapping[int, float], readability: float, named: Mapping[int, float]
) -> dict[int, float]:
    """A score in [-1, 1 + NAME_WEIGHT] per chunk; higher is better.

    w · cosine + (1 - w) · BM25 / best BM25 + NAME_WEIGHT · named, with w = VECTOR_WEIGHT · `readability`, the
    embedder's ability in [0, 1] to read the question. Scores are summed rather than ranks because an embedder that
    cannot read a text puts every chunk at nearly the same cosine: that adds nothing here, while its ranks would look
    like any other's. A chunk that keyword search did not find has BM25 0; `cosines` holds every candidate if vectors
    are in use at all; `named` those whose file the question names, in (0, 1].
    """
    weight = (VECTOR_WEIGHT * readability if bm25 else 1.0) if cosines else 0.0
    best = max(bm25.values(), default=0.0) or 1.0
    return {
        c: weight * cosines.get(c, 0.0) + (1 - weight) * bm25.get(c, 0.0) / best + NAME_WEIGHT * named.get(c, 0.0)
        for c in cosines.keys() | bm25.keys() | named.keys()
    }


def spread(fused: Mapping[int, float], section_of: Mapping[int, Hashable]) -> Iterator[int]:
    """Chunks, best first, each counting SAME_SECTION_PENALTY less for every one before it from its section."""
    taken: Counter[Hashable] = Counter()
    queue = [(-score, chunk_id) for chunk_id, score in fused.items() if chunk_id in section_of]
    heapify(queue)
    while queue:
        listed, chunk_id = heappop(queue)
        cost = SAME_SECTION_PENALTY * taken[section_of[chunk_id]] - fused[chunk_id]
        if cost > listed:
            heappush(queue, (cost, chunk_id))
        else:
            taken[section_of[chunk_id]] += 1
            yield chunk_id


# Of what only keyword search found, so many of the best have their vectors read: on SciFact and XQuAD the rest never
# came among the first ten.
EXACT_COSINES = 40


@dataclass(frozen=True, slots=True)
class Hits:
    """What each stage found, best first. `named`: chunk id → how surely the question names its file.

    `vector`: the question's; None where vectors were not searched. `readability`: how well the embedder reads what was
    asked and what was found by its words, in [0, 1].
    """

    vector: "npt.NDArray[np.float32] | None"
    by_vector: Sequence[Hit]
    by_terms: Sequence[Hit]
    named: Mapping[int, float]
    readability: float


@dataclass(frozen=True, slots=True)
class Pool:
    """Every chunk found, that is still in the ledger. `order`: ids, best first, spread over sections."""

    places: Mapping[int, Place]
    fused: Mapping[int, float]
    cosines: Mapping[int, float]
    order: Sequence[int]
    hits: Hits
    rerank: Mapping[int, float] = field(default_factory=dict)

    def reranked(self, scores: Mapping[int, float]) -> "Pool":
        """The same with these scores; what was scored comes first, by score, and what was not keeps its order."""
        first = sorted((i for i in self.order if i in scores), key=lambda i: -scores[i])
        order = [*first, *(i for i in self.order if i not in scores)]
        return Pool(self.places, self.fused, self.cosines, order, self.hits, scores)

    def scores(self) -> dict[int, StageScores]:
        """What each stage said of each chunk; ranks from 1."""
        vector_ranks, keyword_ranks = _ranks(self.hits.by_vector), _ranks(self.hits.by_terms)
        fused_ranks = {i: n for n, i in enumerate(sorted(self.fused, key=lambda i: -self.fused[i]), 1)}
        rerank_ranks = {i: n for n, i in enumerate(sorted(self.rerank, key=lambda i: -self.rerank[i]), 1)}
        bm25 = dict(self.hits.by_terms)
        return {
            i: StageScores(
                vector_rank=vector_ranks.get(i),
                vector=self.cosines.get(i),
                keyword_rank=keyword_ranks.get(i),
                keyword=bm25.get(i),
                name=self.hits.named.get(i),
                fused_rank=fused_ranks[i],
                fused=self.fused[i],
                rerank_rank=rerank_ranks.get(i),
                rerank=self.rerank.get(i),
            )
            for i in self.places
        }


def pooled(index: SearchIndex, hits: Hits) -> Pool:
    """The hits with their places and fused scores; what the ledger no longer has is left out."""
    bm25, cosines = dict(hits.by_terms), dict(hits.by_vector)
    floor = min(cosines.values(), default=0.0)
    found = places(index.ledger, list(cosines.keys() | bm25.keys() | hits.named.keys()))
    if hits.vector is not None and hits.readability:
        wanted = [i for i, _ in hits.by_terms if i not in cosines][:EXACT_COSINES]
        cosines |= _cosines(index, hits.vector, [*wanted, *(hits.named.keys() - cosines.keys() - set(wanted))])
    likely = {i: cosines.get(i, floor) for i in found} if hits.vector is not None else {}
    fused = fuse(likely, bm25, hits.readability, hits.named)
    fused = {i: fused[i] for i in found}
    order = list(spread(fused, {i: place.section for i, place in found.items()}))
    return Pool(found, fused, cosines, order, hits)


def _cosines(index: SearchIndex, vector: "npt.NDArray[np.float32]", ids: Collection[int]) -> dict[int, float]:
    """Exact similarity of chunks that vector search did not find."""
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

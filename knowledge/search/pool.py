"""All that the stages found for one question, scored on one scale."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from knowledge.holdings import Holdings
from knowledge.index.entry import Hit
from knowledge.passage import StageScores
from knowledge.search.fuse import fuse, spread
from knowledge.search.places import Place, places

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

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


def pooled(holdings: Holdings, hits: Hits) -> Pool:
    """The hits with their places and fused scores; what the ledger no longer has is left out."""
    bm25, cosines = dict(hits.by_terms), dict(hits.by_vector)
    floor = min(cosines.values(), default=0.0)
    found = places(holdings.ledger, list(cosines.keys() | bm25.keys() | hits.named.keys()))
    if hits.vector is not None and hits.readability:
        wanted = [i for i, _ in hits.by_terms if i not in cosines][:EXACT_COSINES]
        cosines |= _cosines(holdings, hits.vector, [*wanted, *(hits.named.keys() - cosines.keys() - set(wanted))])
    likely = {i: cosines.get(i, floor) for i in found} if hits.vector is not None else {}
    fused = fuse(likely, bm25, hits.readability, hits.named)
    fused = {i: fused[i] for i in found}
    order = list(spread(fused, {i: place.section for i, place in found.items()}))
    return Pool(found, fused, cosines, order, hits)


def _cosines(holdings: Holdings, vector: "npt.NDArray[np.float32]", ids: Collection[int]) -> dict[int, float]:
    """Exact similarity of chunks that vector search did not find."""
    import numpy as np

    if holdings.embedder is None or not ids:
        return {}
    stored = holdings.ledger.chunk_vectors(holdings.embedder.name, list(ids))
    if not stored:  # all of them gone from the ledger meanwhile
        return {}
    matrix = np.frombuffer(b"".join(stored.values()), dtype=np.float32).reshape(len(stored), -1)
    return dict(zip(stored, (matrix @ vector).tolist(), strict=True))


def _ranks(hits: Sequence[Hit]) -> dict[int, int]:
    return {chunk_id: rank for rank, (chunk_id, _) in enumerate(hits, start=1)}

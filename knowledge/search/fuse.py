"""Rankings made one, each trusted as far as it could read the question."""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from heapq import heapify, heappop, heappush

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

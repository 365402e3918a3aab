"""Two rankings made one, each trusted as far as it could read the question."""

from collections.abc import Mapping

# Chosen on SciFact train and XQuAD (docs/results.md): nDCG@10 is flat within 0.003 of its best from 0.5 to 0.7.
VECTOR_WEIGHT = 0.6


def fuse(cosines: Mapping[int, float], bm25: Mapping[int, float], readability: float) -> dict[int, float]:
    """A score in [-1, 1] per chunk; higher is better.

    w · cosine + (1 - w) · BM25 / best BM25, with w = VECTOR_WEIGHT · `readability`, the embedder's ability in [0, 1] to
    read the question. Scores are summed rather than ranks because an embedder that cannot read a text puts every chunk
    at nearly the same cosine: that adds nothing here, while its ranks would look like any other's. A chunk that keyword
    search did not find has BM25 0; `cosines` holds every candidate if vectors are in use at all.
    """
    weight = (VECTOR_WEIGHT * readability if bm25 else 1.0) if cosines else 0.0
    best = max(bm25.values(), default=0.0) or 1.0
    candidates = cosines.keys() | bm25.keys()
    return {c: weight * cosines.get(c, 0.0) + (1 - weight) * bm25.get(c, 0.0) / best for c in candidates}

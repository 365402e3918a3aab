"""What was found → what is returned: fused, reranked, copies out, neighbours joined, nothing where nothing answers."""

from knowledge.holdings import Holdings
from knowledge.passage import Passage
from knowledge.search.candidates import Candidate
from knowledge.search.finder import Search
from knowledge.search.pool import Hits, Pool, pooled
from knowledge.search.selection import passages, select
from knowledge.search.threshold import JUDGED_PASSAGES, READS, SURELY_NAMED, is_answerable

RERANKED = 50  # the likeliest; as many as the stage's budget lets it read

Sifted = tuple[tuple[Passage, ...], tuple[Candidate, ...]]
"""The passages, best first, and every candidate in order, the passages among them."""


def sift(holdings: Holdings, search: Search, hits: Hits) -> Sifted:
    """At most as many passages as the query wants, and why each other candidate is none."""
    with search.watch.of("fuse"):
        pool = pooled(holdings, hits)
    pool = _reranked(holdings, search, pool)
    with search.watch.of("select"):
        selection = select(holdings.ledger, pool, search.query.k)
        if "threshold" in search.query.stages and not _is_answered(holdings, search, pool):
            selection = selection.empty()
        scores = pool.scores()
        chosen = passages(holdings.ledger, selection, scores)
    candidates = (
        Candidate(chunk_id=i, place=pool.places[i], scores=scores[i], cut=selection.cuts.get(i)) for i in pool.order
    )
    return chosen, tuple(candidates)


def _reranked(holdings: Holdings, search: Search, pool: Pool) -> Pool:
    stage, likeliest = holdings.rerank, pool.order[:RERANKED]
    if stage is None or "rerank" not in search.query.stages:
        return pool
    with search.watch.of("rerank"):
        rows = holdings.ledger.chunks(likeliest)
        scores = stage.scores(
            search.query.question, [(rows[i].hash, rows[i].embedded_text) for i in likeliest if i in rows]
        )
        return pool.reranked({i: scores[row.hash] for i, row in rows.items() if row.hash in scores})


def _is_answered(holdings: Holdings, search: Search, pool: Pool) -> bool:
    if max(pool.hits.named.values(), default=0.0) >= SURELY_NAMED:
        return True
    reads = pool.hits.vector is not None and pool.hits.readability >= READS
    best = pool.order[:JUDGED_PASSAGES]
    rows = holdings.ledger.chunks(best)
    texts = (holdings.analyzer.terms(f"{rows[i].path.stem}\n{rows[i].embedded_text}") for i in best if i in rows)
    return is_answerable(search.terms, texts, max(pool.cosines.values(), default=0.0) if reads else None)

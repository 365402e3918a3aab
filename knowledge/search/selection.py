"""From candidates in order to passages: copies collapse, neighbours join, the rest says why it was cut."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from knowledge.ledger.ledger import Ledger
from knowledge.ledger.rows import ChunkRow
from knowledge.passage import Passage, StageScores
from knowledge.search.duplicates import Print
from knowledge.search.neighbours import adjoin, goes_on, may_go_on
from knowledge.search.places import Place, following
from knowledge.search.pool import Pool

ROWS_PER_READ = 8
# A result of more passages is read to measure retrieval, not to answer: from there on copies stay in it.
COMPARED_PASSAGES = 50
# A BGE reranker's logit for pairs that it is sure have nothing to do with each other: 0.0003 as a probability.
LEAST_LOGIT = -8.0
BELOW_THRESHOLD = "below the threshold: too little of the question stands in any passage"


@dataclass(slots=True)
class Kept:
    """A passage to be. `best` is the chunk that was found first, `last` the one that stands last in what was joined."""

    best: ChunkRow
    print: Print | None
    place: Place
    last: ChunkRow
    page: int | None

    def join(self, row: ChunkRow, place: Place) -> None:
        """Take in a neighbour."""
        if place.start < self.place.start:
            self.page = row.page
        else:
            self.last = row
        start, end = min(self.place.start, place.start), max(self.place.end, place.end)
        self.place = replace(self.place, start=start, end=end)


@dataclass(slots=True)
class Selection:
    """The passages chosen, best first, and by chunk id why each other candidate was cut."""

    kept: list[Kept] = field(default_factory=list)
    cuts: dict[int, str] = field(default_factory=dict)

    def empty(self) -> "Selection":
        """Nothing, as nothing here answers the question."""
        return Selection([], {kept.best.id: BELOW_THRESHOLD for kept in self.kept} | self.cuts)


def select(ledger: Ledger, pool: Pool, k: int) -> Selection:
    """The first `k` of the pool's order that say something new, each with what it was cut off from."""
    selection = Selection()
    for row in _rows(ledger, pool.order, k):
        if pool.rerank.get(row.id, 0.0) < LEAST_LOGIT:
            selection.cuts[row.id] = "below the reranker's threshold"
            continue
        mark = Print.of(row.text) if len(selection.kept) < COMPARED_PASSAGES else None
        if mark and (cut := _redundant(selection.kept, row, pool.places[row.id], mark)):
            selection.cuts[row.id] = cut
        elif len(selection.kept) == k:
            break
        else:
            selection.kept.append(Kept(row, mark, pool.places[row.id], row, row.page))
    _go_on(ledger, selection)
    _explain_rest(selection, pool, k)
    return selection


def passages(ledger: Ledger, selection: Selection, scores: dict[int, StageScores]) -> tuple[Passage, ...]:
    """The passages chosen, with the scores of the best chunk of each."""
    return tuple(_passage(ledger, kept, scores[kept.best.id]) for kept in selection.kept)


def _rows(ledger: Ledger, order: Sequence[int], k: int) -> Iterator[ChunkRow]:
    """The chunks in order, read from the ledger as they are needed: first as many as are likely to be."""
    size = k + ROWS_PER_READ
    for start in range(0, len(order), size):
        some = order[start : start + size]
        rows = ledger.chunks(some)
        yield from (rows[i] for i in some if i in rows)


def _redundant(kept: list[Kept], row: ChunkRow, place: Place, mark: Print) -> str | None:
    """Why the chunk is no passage of its own, after joining it where it belongs."""
    for n, passage in enumerate(kept, 1):
        if passage.best.hash == row.hash or (passage.print and passage.print.is_near(mark)):
            return f"near-duplicate of #{n}"
    for n, passage in enumerate(kept, 1):
        if adjoin(passage.place, place) or adjoin(place, passage.place):
            passage.join(row, place)
            return f"joined into #{n}"
    return None


def _go_on(ledger: Ledger, selection: Selection) -> None:
    """Add to a passage that ends in a table, a list, code or a sentence the chunk that this goes on in."""
    cut_short = [(n, kept) for n, kept in enumerate(selection.kept, 1) if kept.print and may_go_on(kept.last.text)]
    next_ids = {n: following(ledger, kept.place) for n, kept in cut_short}
    taken = {kept.best.id for kept in selection.kept} | selection.cuts.keys()
    rows = ledger.chunks([i for i in next_ids.values() if i is not None and i not in taken])
    for n, kept in cut_short:
        row = rows.get(next_ids[n] or 0)
        if row is None or not goes_on(kept.last.text, row.text):
            continue
        place = replace(kept.place, start=row.start, end=row.end)
        if adjoin(kept.place, place):
            kept.join(row, place)
            selection.cuts[row.id] = f"joined into #{n}"


def _explain_rest(selection: Selection, pool: Pool, k: int) -> None:
    chosen = {kept.best.id for kept in selection.kept}
    sections = {pool.places[i].section for i in chosen}
    least = min((pool.fused[i] for i in chosen), default=0.0)
    for i, place in pool.places.items():
        if i in chosen or i in selection.cuts:
            continue
        passed_over = not pool.rerank and place.section in sections and pool.fused[i] > least
        selection.cuts[i] = "another passage of the same section" if passed_over else f"beyond the {k} asked for"


def _passage(ledger: Ledger, kept: Kept, scores: StageScores) -> Passage:
    row, place = kept.best, kept.place
    text, start, end, page = row.text, row.start, row.end, row.page
    if (place.start, place.end) != (start, end):
        whole = ledger.text(row.path) or ""
        if whole[start:end] == text:  # else the file was indexed anew a moment ago
            text, start, end, page = whole[place.start : place.end], place.start, place.end, kept.page
    return Passage(
        chunk_id=row.id,
        path=row.path,
        text=text,
        start=start,
        end=end,
        heading=row.heading,
        page=page,
        metadata=row.metadata,
        scores=scores,
    )

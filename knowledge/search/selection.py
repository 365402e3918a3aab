"""From candidates in order to passages: copies collapse, neighbours join, the rest says why it was cut."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from knowledge.ledger.ledger import Ledger
from knowledge.ledger.rows import ChunkRow
from knowledge.passage import Passage, StageScores
from knowledge.search.candidates import Place, following
from knowledge.search.fuse import Pool

_WORD = re.compile(r"[\u3040-\u9fff\uac00-\ud7af]|[^\W_]+")
SHINGLE_WORDS = 3
# Of the shingles of both. One word changed in a paragraph of sixty leaves 0.90 of them; two paragraphs of one subject
# share a few percent.
NEAR = 0.9


@dataclass(frozen=True, slots=True)
class Print:
    """What a text is compared by. Texts whose numbers differ, as two months' invoices, never say the same."""

    shingles: frozenset[tuple[str, ...]]
    numbers: frozenset[str]

    @classmethod
    def of(cls, text: str) -> "Print":
        """Three words in a row, and the words with a digit. A Chinese character counts as a word."""
        words = _WORD.findall(text.lower())
        rows = zip(*(words[n:] for n in range(SHINGLE_WORDS)), strict=False)
        shingles = frozenset(rows) or frozenset({tuple(words)})
        return cls(shingles, frozenset(word for word in words if any(map(str.isdigit, word))))

    def is_near(self, other: "Print") -> bool:
        """Whether at least NEAR of all shingles are in both (Jaccard's index), and the same numbers."""
        fewer, more = sorted((len(self.shingles), len(other.shingles)))
        if fewer < NEAR * more or self.numbers != other.numbers:
            return False
        common = len(self.shingles & other.shingles)
        return common >= NEAR * (fewer + more - common)


# Two chunks of 240 tokens, in English; more would crowd out the other passages of an answer.
JOINED_CHARS = 2_400
_WIDEST_GAP_CHARS = 8  # white space between two chunks; what else may stand there is not looked up
_FENCE = re.compile(r"^\s{0,3}(?:```|~~~)", re.MULTILINE)
_ROW = re.compile(r"\s*\|")
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s")
_SENTENCE_END = re.compile(r"[.!?…:。！？：；।][\"'”’»」』）)\]*_`]*$")


def adjoin(before: Place, after: Place) -> bool:
    """Whether `after` begins where `before` ends, in one section of one file, and both are short enough to join."""
    return (
        before.section == after.section
        and 0 <= after.start - before.end <= _WIDEST_GAP_CHARS
        and after.end - before.start <= JOINED_CHARS
    )


def may_go_on(text: str) -> bool:
    """Whether the text looks cut: it ends in a table, a list, a code block or within a sentence."""
    last = text.rstrip().rpartition("\n")[2]
    in_code = len(_FENCE.findall(text)) % 2 == 1
    return bool(in_code or _ROW.match(last) or _ITEM.match(last) or not _SENTENCE_END.search(last))


def goes_on(text: str, after: str) -> bool:
    """Whether `after` is the rest of what `text` ends in: rows after a row, items after an item, code, a sentence."""
    last, first = text.rstrip().rpartition("\n")[2], after.lstrip().partition("\n")[0]
    if len(_FENCE.findall(text)) % 2 == 1:
        return True
    for kind in (_ROW, _ITEM):
        if kind.match(last) or kind.match(first):
            return bool(kind.match(last) and kind.match(first))
    return not _SENTENCE_END.search(last) and first[:1].islower()


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
        rows = ledger.chunks.get(some)
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
    rows = ledger.chunks.get([i for i in next_ids.values() if i is not None and i not in taken])
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
        whole = ledger.files.text(row.path) or ""
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

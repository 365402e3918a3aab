"""Selects passages from ranked candidates: near-duplicates collapse, neighbours join, every other cut has a reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from knowledge.cutting.place import Place, moved
from knowledge.ledger.ledger import Ledger
from knowledge.ledger.rows import ChunkLocation, ChunkRow
from knowledge.passage import Passage, StageScores
from knowledge.search.fuse import CandidatePool
from knowledge.search.relevance import logistic

JUDGED_PASSAGES = 5
CERTAINLY_NAMED = 0.3  # a file named with at least this certainty (`knowledge.search.names`) answers in any case
LIST = "a list of references, links or contents, or a comment: shown where it is asked for"
BELOW_THRESHOLD = "below the threshold: too little of the question stands in any passage"


# Front matter at the head of a file, and what of its first section's text stands above: a heading.
_FRONT_MATTER = re.compile(r"---[ \t]*\n.{1,2000}?\n(?:---|\.\.\.)[ \t]*\n(?=(?:[ \t]*\n|#[^\n]*\n)*\Z)", re.DOTALL)
_MAX_ABOVE_CHARACTERS = 3_000
_WORD = re.compile(r"[\u3040-\u9fff\uac00-\ud7af]|[^\W_]+")
SHINGLE_WORDS = 3
# Of the shingles of both. One word changed in a paragraph of sixty leaves 0.90 of them; two paragraphs of one subject
# share a few percent.
NEAR = 0.9


@dataclass(frozen=True, slots=True)
class ShingleFingerprint:
    """Finds near-duplicates. Texts whose numbers differ, as two months' invoices, never are."""

    shingles: frozenset[tuple[str, ...]]
    numbers: frozenset[str]

    @classmethod
    def of(cls, text: str) -> ShingleFingerprint:
        """Take every three words in a row, and the words with a digit. A Chinese character counts as a word."""
        words = _WORD.findall(text.lower())
        rows = zip(*(words[n:] for n in range(SHINGLE_WORDS)), strict=False)
        shingles = frozenset(rows) or frozenset({tuple(words)})
        return cls(shingles, frozenset(word for word in words if any(map(str.isdigit, word))))

    def is_near(self, other: ShingleFingerprint) -> bool:
        """True when both have the same numbers, and at least NEAR of all shingles (Jaccard's index)."""
        fewer, more = sorted((len(self.shingles), len(other.shingles)))
        if fewer < NEAR * more or self.numbers != other.numbers:
            return False
        common = len(self.shingles & other.shingles)
        return common >= NEAR * (fewer + more - common)


# Two chunks of 240 tokens, in English; more would crowd out the other passages of an answer.
JOINED_CHARS = 2_400
_MAX_GAP_CHARS = 8  # white space between two chunks; other text in the gap is not looked up
_FENCE = re.compile(r"^\s{0,3}(?:```|~~~)", re.MULTILINE)
_ROW = re.compile(r"\s*\|")
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s")
_LEADS = re.compile(r"[:：][*_`]*$")
_SENTENCE_END = re.compile(r"[.!?…:。！？：；।][\"'”’»」』）)\]*_`]*$")


def are_adjacent(before: ChunkLocation, after: ChunkLocation) -> bool:
    """True when `after` begins where `before` ends, in one section of one file, and both are short enough to join."""
    return (
        before.section == after.section
        and 0 <= after.start - before.end <= _MAX_GAP_CHARS
        and after.end - before.start <= JOINED_CHARS
    )


def looks_cut(text: str) -> bool:
    """True when the text ends in a table, a list, a code block, within a sentence or with what leads to any of them."""
    last = text.rstrip().rpartition("\n")[2]
    in_code = len(_FENCE.findall(text)) % 2 == 1
    in_rows = _ROW.match(last) or _ITEM.match(last)
    return bool(in_code or in_rows or _LEADS.search(last) or not _SENTENCE_END.search(last))


def is_continued(text: str, after: str) -> bool:
    """True when `after` continues the end of `text`: a row after a row, an item after an item, code, a sentence."""
    last, first = text.rstrip().rpartition("\n")[2], after.lstrip().partition("\n")[0]
    if len(_FENCE.findall(text)) % 2 == 1 or _LEADS.search(last):
        return True
    for kind in (_ROW, _ITEM):
        if kind.match(last) or kind.match(first):
            return bool(kind.match(last) and kind.match(first))
    return not _SENTENCE_END.search(last) and first[:1].islower()


ROWS_PER_READ = 8
# More passages than this are wanted to measure retrieval, not to answer: beyond it near-duplicates stay.
COMPARED_PASSAGES = 50


@dataclass(slots=True)
class SelectedPassage:
    """A passage in the making. `best`: the chunk that ranked highest; `rows`: all of its chunks, in order."""

    best: ChunkRow
    fingerprint: ShingleFingerprint | None
    location: ChunkLocation
    rows: list[ChunkRow]

    @property
    def last(self) -> ChunkRow:
        """The chunk that ends the joined stretch."""
        return self.rows[-1]

    @property
    def places(self) -> tuple[Place, ...]:
        """The places of all of the stretch."""
        first = self.rows[0].start
        return tuple(place for row in self.rows for place in moved(row.places, row.start - first))

    def join(self, row: ChunkRow, location: ChunkLocation) -> None:
        """Extend the passage by a neighbouring chunk."""
        self.rows.insert(0 if location.start < self.location.start else len(self.rows), row)
        start, end = min(self.location.start, location.start), max(self.location.end, location.end)
        self.location = replace(self.location, start=start, end=end)


@dataclass(slots=True)
class Selection:
    """The passages chosen, best first, and by chunk id the reason why each other candidate was cut."""

    selected: list[SelectedPassage] = field(default_factory=list)
    cuts: dict[int, str] = field(default_factory=dict)

    def below_threshold(self) -> Selection:
        """Select nothing, as nothing here answers the question."""
        return Selection([], {passage.best.id: BELOW_THRESHOLD for passage in self.selected} | self.cuts)


def select(ledger: Ledger, pool: CandidatePool, k: int, least_relevance: float = 0.0) -> Selection:
    """Choose the first `k` of the pool's order that are no near-duplicates, each joined with what it was cut from.

    `least_relevance`: of reranked chunks, in [0, 1].
    """
    selection = Selection()
    for row in _rows(ledger, pool.order, k):
        if row.id in pool.rerank and logistic(pool.rerank[row.id]) < least_relevance:
            selection.cuts[row.id] = "below the reranker's threshold"
            continue
        fingerprint = ShingleFingerprint.of(row.text) if len(selection.selected) < COMPARED_PASSAGES else None
        if fingerprint and (cut := _redundant(selection.selected, row, pool.locations[row.id], fingerprint)):
            selection.cuts[row.id] = cut
        elif len(selection.selected) == k:
            break
        else:
            selection.selected.append(SelectedPassage(row, fingerprint, pool.locations[row.id], [row]))
    _join_continuations(ledger, selection)
    _explain_rest(selection, pool, k)
    return selection


def passages(ledger: Ledger, selection: Selection, scores: dict[int, StageScores]) -> tuple[Passage, ...]:
    """Return the selected passages, each with the scores of its best chunk."""
    found = (_passage(ledger, selected, scores[selected.best.id]) for selected in selection.selected)
    return tuple(_with_front_matter(ledger, passage) for passage in found)


def _rows(ledger: Ledger, order: Sequence[int], k: int) -> Iterator[ChunkRow]:
    """Yield the chunks in order, read as they are needed: at first as many as are likely to be."""
    size = k + ROWS_PER_READ
    for start in range(0, len(order), size):
        batch = order[start : start + size]
        rows = ledger.chunks.get(batch)
        yield from (rows[i] for i in batch if i in rows)


def _redundant(
    selected: list[SelectedPassage], row: ChunkRow, location: ChunkLocation, fingerprint: ShingleFingerprint
) -> str | None:
    """Return why the chunk is no passage of its own, having joined it to a neighbour; None when it is one."""
    for n, passage in enumerate(selected, 1):
        if passage.best.hash == row.hash or (passage.fingerprint and passage.fingerprint.is_near(fingerprint)):
            return f"near-duplicate of #{n}"
    for n, passage in enumerate(selected, 1):
        if are_adjacent(passage.location, location) or are_adjacent(location, passage.location):
            passage.join(row, location)
            return f"joined into #{n}"
    return None


def _join_continuations(ledger: Ledger, selection: Selection) -> None:
    """Join to a passage that ends in a table, a list, code or a sentence the chunk that continues it."""
    cut = [(n, one) for n, one in enumerate(selection.selected, 1) if one.fingerprint and looks_cut(one.last.text)]
    next_ids = {n: ledger.chunks.next_in_section(one.location) for n, one in cut}
    used = {one.best.id for one in selection.selected} | selection.cuts.keys()
    rows = ledger.chunks.get([i for i in next_ids.values() if i is not None and i not in used])
    for n, one in cut:
        row = rows.get(next_ids[n] or 0)
        if row is None or not is_continued(one.last.text, row.text):
            continue
        location = replace(one.location, start=row.start, end=row.end)
        if are_adjacent(one.location, location):
            one.join(row, location)
            selection.cuts[row.id] = f"joined into #{n}"


def _explain_rest(selection: Selection, pool: CandidatePool, k: int) -> None:
    chosen, ordered = {one.best.id for one in selection.selected}, frozenset(pool.order)
    sections = {pool.locations[i].section for i in chosen}
    least = min((pool.fused[i] for i in chosen), default=0.0)
    for i, location in pool.locations.items():
        if i in chosen or i in selection.cuts:
            continue
        if i not in ordered:
            selection.cuts[i] = LIST
            continue
        passed_over = not pool.rerank and location.section in sections and pool.fused[i] > least
        selection.cuts[i] = "another passage of the same section" if passed_over else f"beyond the {k} asked for"


def _with_front_matter(ledger: Ledger, passage: Passage) -> Passage:
    """Begin the passage that a file begins with at its front matter, which is found with it and says more of it."""
    if not passage.metadata or not 0 < passage.start <= _MAX_ABOVE_CHARACTERS:
        return passage
    document = ledger.files.text(passage.path) or ""
    found = _FRONT_MATTER.match(document[: passage.start])
    if not found or document[passage.start : passage.end] != passage.text:
        return passage
    own = passage.places or (Place(0, passage.heading, passage.page),)
    places = (Place(0, role="properties"), *moved(own, passage.start))
    return replace(passage, start=0, text=document[: passage.end], places=places)


def _passage(ledger: Ledger, selected: SelectedPassage, scores: StageScores) -> Passage:
    row, location = selected.best, selected.location
    text, start, end, page, places = row.text, row.start, row.end, row.page, row.places
    if (location.start, location.end) != (start, end):
        document = ledger.files.text(row.path) or ""
        if document[start:end] == text:  # else the file was indexed anew a moment ago
            start, end, page, places = location.start, location.end, selected.rows[0].page, selected.places
            text = document[start:end]
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
        places=places,
        table_header=selected.rows[0].table_header if start == selected.rows[0].start else row.table_header,
    )

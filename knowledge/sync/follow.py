"""Makes an index follow the ledger: every chunk that is pending is written, or removed if it is gone.

Batches are small, and doing one again does no harm: a kill costs one of them.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from knowledge.index.entry import Entry, metadata_facts
from knowledge.index.index import IndexUnwritable
from knowledge.ledger.indexes import Pending
from knowledge.ledger.rows import ChunkRow
from knowledge.search_index import SearchIndex
from knowledge.sync.progress import Work
from knowledge.sync.verify import Seal, after, following, is_ours

log = logging.getLogger(__name__)

CHUNKS_PER_COMMIT = 512
TEXTS_PER_EMBED = 128  # about 2 s of work on two cores: how long a cancel may wait, and what a kill may lose

T = TypeVar("T")


class Follower:
    """One index and what it has still to follow. The caller holds the writer's lock."""

    def __init__(self, index: SearchIndex, seal: Seal, work: Work) -> None:
        self._index, self._seal, self._work = index, seal, work
        self._ledger, self._embedder = index.ledger, index.embedder
        self._checked = False
        self._written_at = time.monotonic()

    def is_done(self) -> bool:
        """Whether there is nothing to do. Costs two look-ups; the index itself is not opened."""
        row = self._ledger.indexes.all()[self._index.name]
        sealed = not row.seal or self._seal.standing(row.seal) != "foreign"
        return sealed and not self._ledger.indexes.has_pending(row.name)

    def follow(self) -> bool:
        """Write what is pending. Whether all of it was: stopped, it ends after the batch in hand."""
        if self.is_done():
            return True
        self._check()
        while batch := self._ledger.indexes.pending(self._index.name, CHUNKS_PER_COMMIT):
            self._follow(batch)
            if self._work.stopped():
                return False
        return True

    def follow_full_batches(self, patience_s: float) -> None:
        """Write what makes a whole batch, and what does not once the last batch is `patience_s` seconds ago."""
        while not self._work.stopped():
            batch = self._ledger.indexes.pending(self._index.name, CHUNKS_PER_COMMIT)
            is_due = time.monotonic() - self._written_at > patience_s
            if len(batch) < CHUNKS_PER_COMMIT and not (batch and is_due):
                return
            self._check()
            self._follow(batch)

    def wants_upkeep(self) -> bool:
        """Whether `tidy` has something to do; costs next to nothing."""
        return self._index.table.wants_upkeep()

    def tidy(self) -> None:
        """Optimise the index."""
        self._check()
        self._sealed(self._index.table.optimise, [])

    def _check(self) -> None:
        """Begin anew with an index that is not the one the ledger knows."""
        if self._checked:
            return
        row = self._ledger.indexes.all()[self._index.name]
        if not is_ours(self._index, self._seal, "none"):
            self._index.table.quarantine()
            if row.seal:
                log.warning("The index %s is not as it was left, and is built again.", row.name)
                self._ledger.indexes.restart(row.name)
        self._checked = True

    def _follow(self, batch: Sequence[Pending]) -> None:
        chunks = self._ledger.chunks.get([pending.chunk_id for pending in batch])
        vectors = self._vectors(list(chunks.values()))
        entries = [self._entry(c, vectors) for c in chunks.values() if self._embedder is None or c.hash in vectors]
        written = {entry.id for entry in entries}
        removed = [pending.chunk_id for pending in batch if pending.chunk_id not in chunks]
        done = [pending for pending in batch if pending.chunk_id in written or pending.chunk_id not in chunks]
        if done:
            self._sealed(lambda: self._index.table.write(entries, removed), done)
            self._ledger.files.mark_indexed(list({entry.file_id for entry in entries}))
            self._work.tally.written_chunks += len(entries)
        self._written_at = time.monotonic()

    def _sealed(self, change: Callable[[], None], done: Sequence[Pending]) -> None:
        """Change the index, and note it in the ledger, such that a kill in between is understood."""
        row = self._ledger.indexes.all()[self._index.name]
        transition = following(row.seal)
        self._ledger.indexes.note_seal(row.name, transition)
        try:
            self._seal.begin(transition)
        except OSError as error:
            hint = "Make room on the disk, or let Carrel write there; then index again. Nothing is lost."
            raise IndexUnwritable(f"The search index cannot be written: {error}", hint) from error
        change()
        written = replace(row, version=self._index.table.version(), seal=after(transition))
        self._ledger.indexes.mark_followed(
            written, done, self._index.table.files(self._ledger.indexes.file_sums(row.name))
        )

    def _entry(self, c: ChunkRow, vectors: Mapping[bytes, bytes]) -> Entry:
        terms = self._index.analyzer.terms(c.embedded_text)
        return Entry(c.id, c.folder_id, c.file_id, terms, vectors.get(c.hash), metadata_facts(c.metadata))

    def _vectors(self, chunks: Sequence[ChunkRow]) -> dict[bytes, bytes]:
        """A vector for each chunk by its hash: from the ledger if its text was ever embedded, else from the embedder.

        Stopped, it leaves out what was not embedded by then.
        """
        tally = self._work.tally
        if self._embedder is None:
            tally.add(ready=len(chunks))
            return {}
        texts = {c.hash: c.embedded_text for c in chunks}
        known = self._ledger.chunks.vectors(self._embedder.name, list(texts))
        # Texts of like length together: the embedder works on equal lengths.
        new = sorted((h for h in texts if h not in known), key=lambda h: len(texts[h]))
        tally.add(ready=len(chunks) - len(new))
        worked_s = 0.0
        for some in batches(new, TEXTS_PER_EMBED):
            self._work.wait(worked_s)
            if self._work.stopped():
                break
            began = time.monotonic()
            rows = self._embedder.embed([texts[h] for h in some])
            made = {h: row.tobytes() for h, row in zip(some, rows, strict=True)}
            self._ledger.chunks.add_vectors(self._embedder.name, made)
            known |= made
            tally.add(ready=len(made), embedded=len(made))
            worked_s = time.monotonic() - began
        return known


def batches(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The values in lists of `size`, the last one shorter."""
    for start in range(0, len(values), size):
        yield values[start : start + size]

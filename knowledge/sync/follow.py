"""Makes an index follow the ledger: every pending chunk is written, or removed if it is gone.

Batches are small, and doing one again does no harm: a kill costs one of them.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from knowledge.index.entry import Entry, metadata_facts
from knowledge.index.index import IndexUnwritable
from knowledge.ledger.indexes import Pending
from knowledge.ledger.rows import ChunkRow
from knowledge.search_index import SearchIndex
from knowledge.sync.order import SMALL_CHUNKS
from knowledge.sync.progress import Work
from knowledge.sync.verify import Seal, matches_ledger, next_transition, token_after

log = logging.getLogger(__name__)

CHUNKS_PER_COMMIT = 512
TEXTS_PER_EMBED = 128  # about 2 s of work on two cores: the longest that a cancel waits, the most that a kill loses

YIELD_AFTER_S = 2.0  # at most so often, notes have the batch of a book written early

T = TypeVar("T")


class Follower:
    """One index and its pending chunks. The caller holds the writer's lock."""

    def __init__(self, index: SearchIndex, seal: Seal, work: Work) -> None:
        self._index, self._seal, self._work = index, seal, work
        self._ledger, self._embedder = index.ledger, index.embedder
        self._checked = self._is_first = False
        small = (row["id"] for row in self._ledger.files.unembedded() if row["chunks"] <= SMALL_CHUNKS)
        work.first.add(small)
        self._written_at, self._first_written_at = time.monotonic(), 0.0

    def is_done(self) -> bool:
        """True when nothing is pending. Costs two look-ups; the index itself is not opened."""
        row = self._ledger.indexes.all()[self._index.name]
        sealed = not row.seal or self._seal.standing(row.seal) != "foreign"
        return sealed and not self._ledger.indexes.has_pending(row.name)

    def follow(self) -> bool:
        """Write everything that is pending; False if stopped, after the batch in hand."""
        if self.is_done():
            return True
        self._check()
        while batch := self._next():
            self._follow(batch)
            if self._work.stopped():
                return False
        return True

    def follow_full_batches(self, patience_s: float) -> None:
        """Write full batches, and a partial one once the last batch is `patience_s` seconds ago."""
        while not self._work.stopped():
            batch = self._next()
            since = self._first_written_at if self._is_first else self._written_at
            is_due = time.monotonic() - since > patience_s
            if len(batch) < CHUNKS_PER_COMMIT and not (batch and is_due):
                batch = self._pending()
                if len(batch) < CHUNKS_PER_COMMIT:
                    return
            self._check()
            self._follow(batch)

    def count_unready(self) -> int:
        """Count the chunks that are still to be written."""
        return self._ledger.indexes.count_unready(self._index.name)

    def _next(self) -> list[Pending]:
        """Return a batch of pending chunks: of the files that come first, else the oldest."""
        first, files = self._work.first, self._ledger.files
        if first.is_asked_anew:
            first.add_named((row["id"], Path(row["path"])) for row in files.unembedded())
        while file_ids := first.ids():
            batch = self._ledger.indexes.pending_of(self._index.name, file_ids, CHUNKS_PER_COMMIT)
            if batch:
                self._is_first = True
                return batch
            first.discard(file_ids)
        return self._pending()

    def _pending(self) -> list[Pending]:
        self._is_first = False
        return self._ledger.indexes.pending(self._index.name, CHUNKS_PER_COMMIT)

    def wants_upkeep(self) -> bool:
        """True when `tidy` has something to do; costs next to nothing."""
        return self._index.table.wants_upkeep()

    def tidy(self) -> None:
        """Optimise the index."""
        self._check()
        self._sealed(self._index.table.optimise, [])

    def erase_removed(self) -> None:
        """Leave nothing in the index of chunks that were removed."""
        self._check()
        self._sealed(self._index.table.erase_removed, [])

    def _check(self) -> None:
        """Restart an index that is not the one that the ledger records."""
        if self._checked:
            return
        row = self._ledger.indexes.all()[self._index.name]
        if not matches_ledger(self._index, self._seal, "none"):
            self._index.table.quarantine()
            if row.seal:
                if not self._index.table.is_in_memory:
                    log.warning("The index %s is not as it was left, and is built again.", row.name)
                self._ledger.indexes.restart(row.name)
        self._checked = True

    def _follow(self, batch: Sequence[Pending]) -> None:
        chunks = self._ledger.chunks.get([pending.chunk_id for pending in batch])
        vectors = self._vectors(list(chunks.values()))
        analyzer = self._index.analyzer
        languages = {c.id: analyzer.language(c.searched_text) for c in chunks.values()}
        entries = [
            Entry(
                c.id,
                c.folder_id,
                c.file_id,
                analyzer.index_terms(c.searched_text, languages[c.id]),
                vectors.get(c.hash),
                metadata_facts(c.metadata),
            )
            for c in chunks.values()
            if self._embedder is None or c.hash in vectors
        ]
        spoken = ((c.file_id, analyzer.spoken(c.text) or languages[c.id]) for c in chunks.values())
        self._ledger.files.note_languages((file_id, language) for file_id, language in spoken if language)
        written = {entry.id for entry in entries}
        removed = [pending.chunk_id for pending in batch if pending.chunk_id not in chunks]
        done = [pending for pending in batch if pending.chunk_id in written or pending.chunk_id not in chunks]
        if done:
            self._sealed(lambda: self._index.table.write(entries, removed), done)
            written_files = list({entry.file_id for entry in entries})
            self._ledger.files.mark_indexed(written_files)
            self._work.counter.note_changed(written_files)
            self._work.counter.written_chunks += len(entries)
        self._written_at = time.monotonic()
        if self._is_first:
            self._first_written_at = self._written_at

    def _sealed(self, change: Callable[[], None], done: Sequence[Pending]) -> None:
        """Change the index and record it in the ledger, so that a kill in between is noticed."""
        row = self._ledger.indexes.all()[self._index.name]
        transition = next_transition(row.seal)
        self._ledger.indexes.note_seal(row.name, transition)
        try:
            self._seal.begin(transition)
        except OSError as error:
            hint = "Free some disk space, or allow Carrel to write there, then index again. Nothing is lost."
            raise IndexUnwritable(f"The search index cannot be written: {error}", hint) from error
        change()
        written = replace(row, version=self._index.table.version(), seal=token_after(transition))
        self._ledger.indexes.mark_followed(
            written, done, self._index.table.files(self._ledger.indexes.file_sums(row.name))
        )

    def _vectors(self, chunks: Sequence[ChunkRow]) -> dict[bytes, bytes]:
        """Return vectors by chunk hash, from the ledger if the text was ever embedded, else from the embedder.

        Stopped, or when files come that go first, it leaves out the texts that were not embedded by then.
        """
        counter = self._work.counter
        if self._embedder is None:
            counter.add(ready=len(chunks))
            return {}
        texts = {c.hash: c.embedded_text for c in chunks}
        known = self._ledger.chunks.vectors(self._embedder.name, list(texts))
        # Texts of like length together: the embedder works on equal lengths.
        new = sorted((h for h in texts if h not in known), key=lambda h: len(texts[h]))
        counter.add(ready=len(chunks) - len(new))
        worked_s = 0.0
        for batch in batches(new, TEXTS_PER_EMBED):
            self._work.wait(worked_s)
            if self._work.stopped() or self._is_to_yield():
                break
            began = time.monotonic()
            rows = self._embedder.embed([texts[h] for h in batch])
            made = {h: row.tobytes() for h, row in zip(batch, rows, strict=True)}
            self._ledger.chunks.add_vectors(self._embedder.name, made)
            known |= made
            counter.add(ready=len(made), embedded=len(made))
            worked_s = time.monotonic() - began
        return known

    def _is_to_yield(self) -> bool:
        """True while a batch of large files holds up others that come first."""
        return (
            not self._is_first and self._work.first.wait and time.monotonic() - self._first_written_at > YIELD_AFTER_S
        )


def batches(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yield the values in lists of `size`, the last one shorter."""
    for start in range(0, len(values), size):
        yield values[start : start + size]

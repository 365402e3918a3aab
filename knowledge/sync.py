"""Makes ledger and index equal the folders; killed at any moment, the next run carries on from what is durable."""

import hashlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TypeVar

from knowledge.chunk import chunk, estimate_tokens
from knowledge.document import Document
from knowledge.facts import metadata_facts
from knowledge.holdings import Holdings
from knowledge.index import Entry
from knowledge.parse import MAX_FILE_BYTES, Unreadable, supported
from knowledge.parser_process import ParserProcess
from knowledge.rows import ChunkRow, FileRow, Folder, Refusal
from knowledge.walk import FolderMissing, Found, walk

# Headings included. 256 is what MiniLM reads; the rest is room for special tokens counted once per paragraph.
CHUNK_TOKENS = 240
CHUNKS_PER_COMMIT = 512
TEXTS_PER_EMBED = 128  # about 2 s of work on two cores: how long a cancel may wait, and what a kill may lose
SECONDS_PER_COMMIT = 5.0
HASH_BLOCK_BYTES = 1 << 20


T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncProgress:
    """How far a run is. Of the `chunks` that were read, `ready` have their vectors; `embedded` counts texts that were
    really embedded, not found in the ledger."""

    done_files: int = 0
    total_files: int = 0
    current: Path | None = None
    chunks: int = 0
    ready: int = 0
    embedded: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """What a run did, in files, except `chunks` (written), `embedded` (texts) and `seconds`."""

    indexed: int = 0
    unchanged: int = 0
    skipped: int = 0
    failed: int = 0
    removed: int = 0
    chunks: int = 0
    embedded: int = 0
    seconds: float = 0.0
    failures: tuple[tuple[Path, str], ...] = ()


@dataclass(slots=True)
class _Run:
    """The counts of the run under way."""

    progress: SyncProgress = field(default_factory=SyncProgress)
    report: SyncReport = field(default_factory=SyncReport)
    failures: list[tuple[Path, str]] = field(default_factory=list)

    def count(self, outcome: str, by: int = 1) -> None:
        self.report = replace(self.report, **{outcome: getattr(self.report, outcome) + by})

    def refused(self, path: Path, status: str, reason: str) -> None:
        self.count(status)
        self.failures.append((path, reason))


class _Skip(Exception):
    """The file is not for indexing, for this reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Sync:
    """One run over some folders. Only one may run at a time over a ledger: the caller holds the lock."""

    def __init__(
        self,
        holdings: Holdings,
        parser: ParserProcess,
        on_progress: Callable[[SyncProgress], None],
        cancelled: threading.Event,
    ) -> None:
        self._ledger, self._index = holdings.ledger, holdings.index
        self._embedder, self._analyzer = holdings.embedder, holdings.analyzer
        self._parser, self._on_progress, self._cancelled = parser, on_progress, cancelled
        self._run = _Run()

    def run(self, folders: Sequence[Folder]) -> SyncReport:
        """Walk, read what changed, index it. Cancelling ends the run after the batch in hand; nothing is lost."""
        started = time.perf_counter()
        self._reconcile()
        for folder in folders:
            self._sync_folder(folder)
        self._index.optimise()
        return replace(self._run.report, seconds=time.perf_counter() - started, failures=tuple(self._run.failures))

    def _sync_folder(self, folder: Folder) -> None:
        try:
            found = list(walk(folder.path, self._nested(folder)))
        except FolderMissing as error:
            self._run.failures.append((folder.path, error.title))
            return
        known = {row.path: row for row in self._ledger.files(folder.id)}
        changed = [f for f in found if not _is_unchanged(f, known.get(f.path))]
        same = {f.path for f in found} - {f.path for f in changed}
        closed = {f.path for f in found if f.is_folder}  # what is in them may still be there
        missing = known.keys() - {f.path for f in found}
        gone = {path: known[path] for path in missing if closed.isdisjoint(path.parents)}
        self._count_unchanged(known[path] for path in sorted(same))
        if changed:
            self._announce(replace(self._run.progress, total_files=self._run.progress.total_files + len(changed)))
        self._read(folder, changed, known, gone)
        if not self._cancelled.is_set():
            self._ledger.remove_files(row.id for row in gone.values())
            self._run.count("removed", len(gone))
        if changed or gone:
            self._reconcile()

    def _count_unchanged(self, rows: Iterable[FileRow]) -> None:
        for row in rows:
            if row.status in ("skipped", "failed"):
                self._run.refused(row.path, row.status, row.reason)
            else:
                self._run.count("unchanged")

    def _nested(self, folder: Folder) -> frozenset[Path]:
        return frozenset(f.path for f in self._ledger.folders() if f.path != folder.path)

    def _read(
        self, folder: Folder, changed: Sequence[Found], known: dict[Path, FileRow], gone: dict[Path, FileRow]
    ) -> None:
        """Bring each changed file's row up to date, and the index with them every so often."""
        committed = time.monotonic()
        for found in changed:
            if self._cancelled.is_set():
                return
            self._announce(replace(self._run.progress, current=found.path))
            self._read_file(folder, found, known.get(found.path), gone)
            self._announce(replace(self._run.progress, done_files=self._run.progress.done_files + 1))
            if time.monotonic() - committed > SECONDS_PER_COMMIT:
                self._reconcile()
                committed = time.monotonic()

    def _read_file(self, folder: Folder, found: Found, row: FileRow | None, gone: dict[Path, FileRow]) -> None:
        content: bytes | None = None
        try:
            content = self._content_hash(found)
            if row and row.content_hash == content and row.status in ("indexed", "waiting"):
                self._ledger.touch(row.id, found.stat)
                self._run.count("unchanged")
            elif moved := _same_content(gone, content):
                self._ledger.move(gone.pop(moved).id, found.path, found.stat)
                self._run.count("unchanged")
            else:
                self._store(folder, found, content, self._parser.parse(found.path))
        except _Skip as skip:
            self._refuse(folder, found, "skipped", skip.reason, content)
        except Unreadable as error:
            self._refuse(folder, found, "failed", error.reason, content)

    def _content_hash(self, found: Found) -> bytes:
        if found.reason:
            raise _Skip(found.reason)
        if not supported(found.path):
            raise _Skip(f"format not supported: {found.path.suffix or 'no file ending'}")
        if found.stat.size_bytes == 0:
            raise _Skip("empty file")
        if found.stat.size_bytes > MAX_FILE_BYTES:
            raise _Skip(f"larger than {MAX_FILE_BYTES // 1_000_000} MB")
        return _hash_file(found.path)

    def _store(self, folder: Folder, found: Found, content: bytes, document: Document) -> None:
        count = self._embedder.token_counts if self._embedder else estimate_tokens
        chunks = chunk(_named(document, found.path), count, CHUNK_TOKENS)
        if not chunks:
            raise _Skip("no text in it")
        self._ledger.store(folder.id, found.path, found.stat, content, document, chunks)
        self._run.count("indexed")
        self._announce(replace(self._run.progress, chunks=self._run.progress.chunks + len(chunks)))

    def _refuse(self, folder: Folder, found: Found, status: Refusal, reason: str, content: bytes | None) -> None:
        self._ledger.refuse(folder.id, found.path, found.stat, status, reason, content)
        self._run.refused(found.path, status, reason)

    def _reconcile(self) -> None:
        """Make the index hold exactly the ledger's chunks, unless cancelled before."""
        wanted, present = self._ledger.chunk_ids(), self._index.ids()
        self._index.write([], present - wanted)
        for ids in _batches(sorted(wanted - present), CHUNKS_PER_COMMIT):
            self._index_chunks(list(self._ledger.chunks(ids).values()))
            if self._cancelled.is_set():
                return
        self._ledger.mark_indexed()

    def _index_chunks(self, chunks: Sequence[ChunkRow]) -> None:
        vectors = self._vectors(chunks)
        ready = [c for c in chunks if self._embedder is None or c.hash in vectors]
        self._index.write([self._entry(c, vectors) for c in ready])
        self._run.count("chunks", len(ready))

    def _entry(self, c: ChunkRow, vectors: Mapping[bytes, bytes]) -> Entry:
        terms, facts = self._analyzer.terms(c.embedded_text), metadata_facts(c.metadata)
        return Entry(c.id, c.folder_id, c.file_id, terms, vectors.get(c.hash), facts)

    def _vectors(self, chunks: Sequence[ChunkRow]) -> dict[bytes, bytes]:
        """A vector for each chunk by its hash: from the ledger if its text was ever embedded, else from the embedder.

        Cancelled, it leaves out what was not embedded by then.
        """
        if self._embedder is None:
            self._count_ready(len(chunks))
            return {}
        texts = {c.hash: c.embedded_text for c in chunks}
        known = self._ledger.vectors(self._embedder.name, list(texts))
        # Texts of like length together: the embedder works on equal lengths.
        new = sorted((h for h in texts if h not in known), key=lambda h: len(texts[h]))
        self._count_ready(len(chunks) - len(new))
        for some in _batches(new, TEXTS_PER_EMBED):
            if self._cancelled.is_set():
                break
            rows = self._embedder.embed([texts[h] for h in some])
            made = {h: row.tobytes() for h, row in zip(some, rows, strict=True)}
            self._ledger.add_vectors(self._embedder.name, made)
            self._run.count("embedded", len(made))
            known |= made
            self._count_ready(len(made), embedded=len(made))
        return known

    def _count_ready(self, chunks: int, embedded: int = 0) -> None:
        at = self._run.progress
        self._announce(replace(at, ready=at.ready + chunks, embedded=at.embedded + embedded))

    def _announce(self, progress: SyncProgress) -> None:
        self._run.progress = progress
        self._on_progress(progress)


def _is_unchanged(found: Found, row: FileRow | None) -> bool:
    if row is None or row.status == "waiting" or (row.status == "failed" and row.content_hash is None):
        return False  # a file that could not be opened may be readable now: a new permission leaves no other trace
    return row.stat == found.stat and found.stat.mtime_ns != -1


def _same_content(gone: dict[Path, FileRow], content: bytes) -> Path | None:
    return next((p for p, row in gone.items() if row.content_hash == content and row.status == "indexed"), None)


def _hash_file(path: Path) -> bytes:
    digest = hashlib.blake2b(digest_size=16)
    try:
        with path.open("rb") as file:
            while block := file.read(HASH_BLOCK_BYTES):
                digest.update(block)
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}") from error
    return digest.digest()


def _named(document: Document, path: Path) -> Document:
    """The document, titled only if its title says more than the file's name does: a rename must change no chunk."""
    return replace(document, title="") if document.title == path.stem else document


def _batches(values: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(values)
    while batch := list(islice(iterator, size)):
        yield batch

"""Reads files that changed into the ledger: hash, parse, chunk, store."""

import hashlib
import os
import stat as modes
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from knowledge.chunk import Chunk, TokenCounts, chunk
from knowledge.document import Document
from knowledge.ledger.ledger import Ledger
from knowledge.ledger.rows import Known, Move, Refused, Source, Stat
from knowledge.parse import MAX_FILE_BYTES, Unreadable, unsupported_reason
from knowledge.parse.process.parser_process import ParserDied, ParserProcess
from knowledge.sync.changes import PARSER_DEATHS, Change, Changes, Readers, keeps_text
from knowledge.sync.progress import Work
from knowledge.sync.secrecy import secret_reason
from knowledge.sync.walk import UNSETTLED, settled

# Headings included. 256 is what MiniLM reads; the rest is room for special tokens counted once per paragraph.
CHUNK_TOKENS = 240
HASH_BLOCK_BYTES = 1 << 20
FILES_PER_COMMIT = 200  # a commit costs as much as parsing some small files
SECONDS_PER_COMMIT = 0.5


class _Skip(Exception):
    """The file is not for indexing, for this reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Tools:
    """What reading needs: where it is kept, what parses, and how long a text is to the embedder."""

    ledger: Ledger
    parser: ParserProcess
    count_tokens: TokenCounts
    readers: Readers


@dataclass(slots=True)
class Reader:
    """Reads one run's changes. What a file came to is kept together with that of others, in one transaction."""

    tools: Tools
    work: Work
    changes: Changes
    _gone: dict[bytes, list[Known]] = field(default_factory=dict)
    _outcomes: list[Callable[[], None]] = field(default_factory=list)
    _kept_at: float = field(default_factory=time.monotonic)

    def read_all(self) -> None:
        """Bring the row of each changed file up to date, until stopped."""
        for known in self.changes.gone.values():
            self._gone.setdefault(known.content_hash or b"", []).append(known)
        for change in [*self.changes.to_read, *self.changes.outdated]:
            self.work.wait()
            if self.work.stopped():
                self.changes.unsettled.add(change.place)
                continue
            self.work.tally.begin(change.found.path)
            self._read(change)
            self.work.tally.add(done=1)
            if len(self._outcomes) >= FILES_PER_COMMIT or time.monotonic() - self._kept_at > SECONDS_PER_COMMIT:
                self._keep()
        self._keep()

    def _keep(self) -> None:
        with self.tools.ledger.transaction():
            for outcome in self._outcomes:
                outcome()
        self._outcomes.clear()
        self._kept_at = time.monotonic()

    def _read(self, change: Change) -> None:
        source = Source(change.folder.id, change.found.path, change.found.stat, None)
        try:
            _refuse_unread(change)
            source = _hashed(source)
            self._outcomes.append(self._outcome(change, source))
        except _Skip as skip:
            self._refuse(source, Refused("skipped", skip.reason))
        except FileNotFoundError:
            self._vanished(change)
        except ParserDied as died:
            self._died(change, source, died)
        except Unreadable as error:
            if source.content is None:
                self.changes.unsettled.add(change.place)
            self._refuse(source, Refused("failed", error.reason))

    def _outcome(self, change: Change, source: Source) -> Callable[[], None]:
        known, ledger = change.known, self.tools.ledger
        is_same = known and known.content_hash == source.content
        if known and is_same and self.tools.readers.made(known) and not _is_worth_reading(known):
            return partial(ledger.files.touch, known.id, source.stat)
        if moved := self._moved(source):
            move = Move(moved.id, source.folder_id, str(source.path), source.stat)
            return partial(ledger.files.move, [move])
        document = self.tools.parser.parse(source.path)
        chunks = chunk(_named(document, source.path), self.tools.count_tokens, CHUNK_TOKENS)
        if not chunks:
            raise _Skip("no text in it")
        source = replace(source, stat=_unless_changed(source), reader=self.tools.readers.read)
        if source.stat.mtime_ns == UNSETTLED:
            self.changes.unsettled.add(change.place)
        return partial(self._store, source, document, chunks)

    def _store(self, source: Source, document: Document, chunks: list[Chunk]) -> None:
        new = self.tools.ledger.files.store(source, document, chunks)
        self.work.tally.indexed += 1
        self.work.tally.add(chunks=new)

    def _refuse(self, source: Source, refused: Refused) -> None:
        source = replace(source, reader=self.tools.readers.refused)
        self._outcomes.append(partial(self.tools.ledger.files.refuse, source, refused))

    def _died(self, change: Change, source: Source, died: ParserDied) -> None:
        """Once it is tried again; who ends the parser twice is left alone until the content changes."""
        known = change.known
        before = known.parser_deaths if known and known.content_hash == source.content else 0
        deaths = before + 1
        if deaths < PARSER_DEATHS:
            self.changes.unsettled.add(change.place)
        reason = died.reason if deaths < PARSER_DEATHS else f"{died.reason}, twice: it is left alone until it changes"
        self._refuse(source, Refused("failed", reason, deaths))

    def _vanished(self, change: Change) -> None:
        """Gone between the walk and now; the next walk finds it if it only moved."""
        self.changes.unsettled.add(change.place)
        gone = [change.known.id] if change.known else []
        self._outcomes.append(partial(self.tools.ledger.files.remove, gone))

    def _moved(self, source: Source) -> Known | None:
        """A file that is gone elsewhere and had the same content; it is no longer gone."""
        candidates = self._gone.get(source.content or b"", [])
        found = next((known for known in candidates if source.content and keeps_text(known, source.path)), None)
        if found:
            candidates.remove(found)
            del self.changes.gone[found.id]
        return found


def _refuse_unread(change: Change) -> None:
    """Raises _Skip for what need not be opened to be refused."""
    found = change.found
    if found.reason:
        raise _Skip(found.reason)
    if not change.folder.everything and (secret := secret_reason(found.path)):
        raise _Skip(secret)
    if unsupported := unsupported_reason(found.path):
        raise _Skip(unsupported)
    if found.stat.size_bytes == 0:
        raise _Skip("empty file")
    if found.stat.size_bytes > MAX_FILE_BYTES:
        raise _Skip(f"larger than {MAX_FILE_BYTES // 1_000_000} MB")


def _hashed(source: Source) -> Source:
    """With the hash of its bytes, and its stat as it was when they were read.

    Raises Unreadable, and FileNotFoundError for a file that is gone.
    """
    digest = hashlib.blake2b(digest_size=16)
    try:
        # Without O_NONBLOCK, a pipe that took the file's place since the walk would be waited for.
        descriptor = os.open(source.path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(file.fileno())
            if not modes.S_ISREG(status.st_mode):
                raise Unreadable("not a regular file")
            while block := file.read(HASH_BLOCK_BYTES):
                digest.update(block)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}") from error
    return replace(source, stat=_stat(status), content=digest.digest())


def _stat(status: os.stat_result) -> Stat:
    mtime_ns = settled(status.st_mtime_ns, time.time_ns())
    return Stat(size_bytes=status.st_size, mtime_ns=mtime_ns, inode=status.st_ino)


def _unless_changed(source: Source) -> Stat:
    """The stat, unsettled if the file is no longer what was hashed: what was parsed may be something in between."""
    try:
        now = _stat(source.path.stat())
    except OSError:
        now = replace(source.stat, mtime_ns=UNSETTLED)
    same = now.size_bytes == source.stat.size_bytes and now.inode == source.stat.inode
    unmoved = source.stat.mtime_ns in (now.mtime_ns, UNSETTLED)
    return source.stat if same and unmoved else replace(source.stat, mtime_ns=UNSETTLED)


def _is_worth_reading(known: Known) -> bool:
    """Whether the same content may come to something else this time."""
    return known.status not in ("indexed", "waiting") and known.parser_deaths < PARSER_DEATHS


def _named(document: Document, path: Path) -> Document:
    """The document, titled only if its title says more than the file's name does: a rename must change no chunk."""
    return replace(document, title="") if document.title == path.stem else document

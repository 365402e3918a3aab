"""Reads files that changed into the ledger: hash, parse, chunk, store."""

from __future__ import annotations

import hashlib
import os
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from knowledge.chunked_document import ChunkedDocument
from knowledge.ledger.ledger import Ledger
from knowledge.ledger.rows import LEFT_OUT, Move, RecordedFile, Refusal, Source, Stat
from knowledge.parse import MAX_FILE_BYTES, Unreadable, unsupported_reason
from knowledge.parse.input import NO_TEXT, LooksSecret, open_within
from knowledge.parse.process.parser_process import ParserDied, ParserProcess
from knowledge.parse.secrecy import left_out, secret_by_path
from knowledge.sync.changes import PARSER_DEATHS, Change, Changes, ReaderVersions
from knowledge.sync.in_hand import FileInHand
from knowledge.sync.order import SMALL_CHUNKS, bytes_to_read, reading_order
from knowledge.sync.progress import Work
from knowledge.sync.walk import UNSETTLED, settled

HASH_BLOCK_BYTES = 1 << 20
FILES_PER_COMMIT = 200  # a commit costs as much as parsing some small files
SECONDS_PER_COMMIT = 0.5


class _Skip(Exception):
    """The file is not indexed, for this reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ReaderTools:
    """Everything that reading needs: ledger, parser, the embedder's tokenizer, and what to record: versions, the file
    in hand."""

    ledger: Ledger
    parser: ParserProcess
    tokenizer_file: Path | None
    versions: ReaderVersions
    in_hand: FileInHand


@dataclass(slots=True)
class Reader:
    """Reads the changes of one run. The outcomes of several files are committed in one transaction."""

    tools: ReaderTools
    work: Work
    changes: Changes
    _gone_by_hash: dict[bytes, list[RecordedFile]] = field(default_factory=dict)
    _outcomes: list[Callable[[], None]] = field(default_factory=list)
    _paths: list[Path] = field(default_factory=list)
    _small: list[Path] = field(default_factory=list)
    _committed_at: float = field(default_factory=time.monotonic)

    def read_all(self) -> None:
        """Bring the row of each changed file up to date, until stopped."""
        for recorded in self.changes.gone.values():
            self._gone_by_hash.setdefault(recorded.content_hash or b"", []).append(recorded)
        try:
            in_order = [*reading_order(self.changes.to_read), *reading_order(self.changes.outdated)]
            self._read_each(self._suspect_last(in_order))
        finally:
            self.tools.in_hand.end()

    def _suspect_last(self, changes: list[Change]) -> list[Change]:
        """The changes, with a death counted against the file that was in hand when the last process died."""
        suspect = self.tools.in_hand.suspect()
        at = next((at for at, change in enumerate(changes) if suspect and change.found.path == suspect.path), None)
        if suspect is None or at is None:
            return changes
        change = changes.pop(at)
        source = Source(change.folder.id, change.found.path, change.found.stat, suspect.content)
        deaths = _deaths(change.recorded, suspect.content) + 1
        reason = "Carrel ended while reading it"
        self._refuse(source, Refusal("failed", _counted(reason, deaths), deaths))
        self._commit()
        recorded = self.tools.ledger.files.in_directory(change.folder.id, str(change.found.path.parent))
        return [*changes, replace(change, recorded=recorded.get(str(change.found.path)))]

    def _read_each(self, changes: Sequence[Change]) -> None:
        left, naming = deque(changes), None
        while left:
            self.work.wait()
            if naming is not (naming := self.work.first.asked.naming) and naming:
                left = deque(sorted(left, key=lambda change: not naming.names(change.found.path)))
            change = left.popleft()
            if self.work.stopped():
                self.changes.unsettled.add(change.directory)
                continue
            self.work.counter.begin(change.found.path)
            self._read(change)
            self.work.counter.add(done=1, done_bytes=bytes_to_read(change))
            if len(self._outcomes) >= FILES_PER_COMMIT or time.monotonic() - self._committed_at > SECONDS_PER_COMMIT:
                self._commit()
        self._commit()

    def _commit(self) -> None:
        with self.tools.ledger.transaction():
            for outcome in self._outcomes:
                outcome()
        ledger_files = self.tools.ledger.files
        self.work.first.add(ledger_files.ids_at(self._small))
        self.work.counter.note_changed(ledger_files.ids_at(self._paths))
        for done in (self._outcomes, self._small, self._paths):
            done.clear()
        self._committed_at = time.monotonic()

    def _read(self, change: Change) -> None:
        self._paths.append(change.found.path)
        source = Source(change.folder.id, change.found.path, change.found.stat, None)
        try:
            _refuse_unread(change)
            source = _hashed(source, self.changes.within)
            self._outcomes.append(self._outcome(change, source))
        except _Skip as skip:
            self._refuse(source, Refusal("skipped", skip.reason))
        except FileNotFoundError:  # gone since the walk; the next walk finds it if it only moved
            self.changes.unsettled.add(change.directory)
            self._outcomes.append(partial(self._remove, change.found.path))
        except LooksSecret as secret:
            self._refuse(source, Refusal("skipped", secret.reason))
        except ParserDied as died:
            self._died(change, source, died)
        except Unreadable as error:
            if source.content is None:
                self.changes.unsettled.add(change.directory)
            self._refuse(source, Refusal("skipped" if error.reason == NO_TEXT else "failed", error.reason))

    def _outcome(self, change: Change, source: Source) -> Callable[[], None]:
        recorded, ledger = change.recorded, self.tools.ledger
        is_same = recorded and recorded.content_hash == source.content
        if recorded and is_same and self.tools.versions.are_current(recorded):
            is_final = recorded.status in ("indexed", "waiting") or recorded.parser_deaths >= PARSER_DEATHS
            if is_final:
                return partial(ledger.files.keep, recorded, source.stat)
        if moved := self._moved(change, source):
            move = Move(moved.id, source.folder_id, str(source.path), source.stat)
            return partial(ledger.files.move, [move])
        if source.content:
            self.tools.in_hand.begin(source.path, source.content)
        document = self.tools.parser.parse(
            source.path,
            self.tools.tokenizer_file,
            within=self.changes.within,
            admits_secrets=change.folder.everything,
        )
        if not document.chunks:
            raise _Skip(NO_TEXT)
        source = replace(source, stat=_unless_changed(source), reader=self.tools.versions.read)
        if source.stat.mtime_ns == UNSETTLED:
            self.changes.unsettled.add(change.directory)
        return partial(self._store, source, document)

    def _remove(self, path: Path) -> None:
        files = self.tools.ledger.files
        files.remove(files.ids_at([path]))

    def _store(self, source: Source, document: ChunkedDocument) -> None:
        if len(document.chunks) <= SMALL_CHUNKS:
            self._small.append(source.path)
        new = self.tools.ledger.files.store(source, document)
        self.work.counter.indexed += 1
        self.work.counter.add(chunks=new)

    def _refuse(self, source: Source, refused: Refusal) -> None:
        source = replace(source, reader=self.tools.versions.refused)
        self._outcomes.append(partial(self.tools.ledger.files.refuse, source, refused))

    def _died(self, change: Change, source: Source, died: ParserDied) -> None:
        """Try the file once more at the next sync, then leave it alone until its content changes."""
        deaths = _deaths(change.recorded, source.content) + 1
        if deaths < PARSER_DEATHS:
            self.changes.unsettled.add(change.directory)
        self._refuse(source, Refusal("failed", _counted(died.reason, deaths), deaths))

    def _moved(self, change: Change, source: Source) -> RecordedFile | None:
        """Find a file of the same content that is gone elsewhere, and count it as moved."""
        candidates = self._gone_by_hash.get(source.content or b"", [])
        found = next((one for one in candidates if source.content and self.changes.may_take_over(one, change)), None)
        if found:
            candidates.remove(found)
            del self.changes.gone[found.id]
        return found


def _deaths(recorded: RecordedFile | None, content: bytes | None) -> int:
    """The processes that this content has ended so far."""
    return recorded.parser_deaths if recorded and recorded.content_hash == content else 0


def _counted(reason: str, deaths: int) -> str:
    return reason if deaths < PARSER_DEATHS else f"{reason}, twice: it is left alone until it changes"


def _refuse_unread(change: Change) -> None:
    """Raise _Skip for a file that can be refused without opening it."""
    found = change.found
    if found.reason:
        raise _Skip(found.reason)
    if change.recorded and change.recorded.is_left_out:
        raise _Skip(LEFT_OUT)
    if not change.folder.everything and (noun := secret_by_path(found.path)):
        raise _Skip(left_out(noun))
    if unsupported := unsupported_reason(found.path):
        raise _Skip(unsupported)
    if found.stat.size_bytes == 0:
        raise _Skip("empty file")
    if found.stat.size_bytes > MAX_FILE_BYTES:
        raise _Skip(f"larger than {MAX_FILE_BYTES // 1_000_000} MB")


def _hashed(source: Source, within: Sequence[Path]) -> Source:
    """Add the hash of the file's bytes, and its stat as it was when they were read. `within`: see `open_within`.

    Raises Unreadable, and FileNotFoundError for a file that is gone.
    """
    digest = hashlib.blake2b(digest_size=16)
    try:
        with open_within(source.path, within) as file:
            status = os.fstat(file.fileno())
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
    """Return the stat, unsettled if the file changed since it was hashed: the parsed text may be of neither version."""
    try:
        now = _stat(source.path.stat())
    except OSError:
        now = replace(source.stat, mtime_ns=UNSETTLED)
    same = now.size_bytes == source.stat.size_bytes and now.inode == source.stat.inode
    unmoved = source.stat.mtime_ns in (now.mtime_ns, UNSETTLED)
    return source.stat if same and unmoved else replace(source.stat, mtime_ns=UNSETTLED)

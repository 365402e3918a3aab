"""Writes ledger and indexes, one run at a time over all processes."""

from __future__ import annotations

import logging
import re
import secrets
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from errors import AppError
from knowledge.embed import Embedder
from knowledge.index.index import IN_MEMORY, IndexDamaged, IndexTable
from knowledge.ledger.indexes import KEYWORDS
from knowledge.ledger.ledger import Ledger
from knowledge.ledger.rows import Folder
from knowledge.parse.process.parser_process import ParserProcess
from knowledge.search_index import SearchIndex
from knowledge.sync.changes import reader_versions
from knowledge.sync.follow import Follower
from knowledge.sync.in_hand import FileInHand
from knowledge.sync.kept_rows import KeptRows
from knowledge.sync.order import Asked, FirstFiles
from knowledge.sync.pace import Pace
from knowledge.sync.progress import ProgressCounter, SyncProgress, SyncReport, Work
from knowledge.sync.reading import ReaderTools
from knowledge.sync.sync import Sync
from knowledge.sync.verify import Contents, Seal, SealInMemory, matches_ledger
from knowledge.terms.analyzer import ANALYZER_VERSION, Analyzer

ERASE_AFTER_S = 86_400.0  # all rows are written anew for it: 2.9 s for 50,000

log = logging.getLogger(__name__)


class LibraryBusy(AppError):
    """Another process, or another thread of this one, is indexing."""


@contextmanager
def file_lock(path: Path, busy_title: str, *, wait: bool) -> Iterator[None]:
    """Hold a lock between processes while the block runs. Raises LibraryBusy while it is taken, if not to `wait`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    try:
        lock.acquire(timeout=-1 if wait else 0)
    except Timeout as busy:
        raise LibraryBusy(busy_title, "Try again when it is done.") from busy
    try:
        yield
    finally:
        lock.release()


def folder_name(index_name: str) -> str:
    """Return the folder's name: another after every change of the terms, so that the index is built anew."""
    return f"{index_name}.terms-{ANALYZER_VERSION}"


class Indexing:
    """Owns the parser's process, the pace, and the writer's lock of one home.

    `index_uri`: a LanceDB URI for the indexes of this home alone, or `IN_MEMORY`; "": they are in the home.
    """

    def __init__(self, home: Path, ledger: Ledger, index_uri: Callable[[], str]) -> None:
        self.pace = Pace()
        self._home, self._ledger, self._index_uri = home, ledger, index_uri
        self._analyzer = Analyzer()
        self._parser = ParserProcess()
        self.asked = Asked(self._analyzer)
        self._seals_in_memory: dict[str, Seal] = {}
        self._claimed = set[str]()  # places in a store that are known to be ours

    def close(self) -> None:
        """End the parser's process; a sync that is running ends with ParserUnavailable."""
        self._parser.close()

    def start_parser(self) -> None:
        """Start the parser's process, if it is not running."""
        self._parser.start()

    def end_waiting_parsers(self) -> None:
        """End the parser's processes that have no file in hand."""
        self._parser.end_waiting()

    def parser_ids(self) -> tuple[int, ...]:
        """The processes that read files now."""
        return self._parser.process_ids()

    def search_index(self, embedder: Embedder | None) -> SearchIndex:
        """Return the index of an embedder; None: the one without vectors."""
        name = embedder.name if embedder else KEYWORDS
        table = IndexTable(self._location(name), embedder.dimensions if embedder else None)
        return SearchIndex(self._ledger, table, embedder, self._analyzer)

    def seal(self, name: str) -> Seal:
        """Return the seal of an index."""
        folder = self._home / "index" / folder_name(name)
        if self._index_uri() == IN_MEMORY:
            return self._seals_in_memory.setdefault(name, SealInMemory(folder))
        return Seal(folder)

    def work(self, on_progress: Callable[[SyncProgress], None], cancelled: threading.Event | None) -> Work:
        """Return the means of a new run."""
        stopped = (cancelled or threading.Event()).is_set
        return Work(self.pace, stopped, ProgressCounter(on_progress), FirstFiles(self.asked))

    def urgent_work(self) -> Work:
        """Return the means of a run that an answer waits for: it never pauses."""
        pace = Pace(battery=lambda: None)
        return Work(pace, lambda: False, ProgressCounter(lambda progress: None), FirstFiles(self.asked))

    def sync(
        self,
        index: SearchIndex,
        folders: Sequence[Folder],
        work: Work,
        listed: Callable[[Sequence[Folder]], None] = lambda folders: None,
    ) -> SyncReport:
        """Make the index equal these folders. The caller holds the lock.

        `listed`: called once every file of the folders has a row.
        """
        tokenizer_file = index.embedder.tokenizer_file if index.embedder else None
        in_hand = FileInHand(self._home / "in-hand.json")
        tools = ReaderTools(self._ledger, self._parser, tokenizer_file, reader_versions(), in_hand)
        self._ledger.recover_vectors()
        try:
            report = Sync(tools, self._follower(index, work), work, listed).run(folders)
        except IndexDamaged:
            self.discard(index)
            report = Sync(tools, self._follower(index, work), work, listed).run(folders)
        self._erase_removed(index, work)
        return report

    def follow(self, index: SearchIndex, work: Work) -> bool:
        """Make an index follow the ledger; False if stopped before the end. The caller holds the lock."""
        follower = self._follower(index, work)
        try:
            return follower.follow()
        except IndexDamaged:
            self.discard(index)
            return follower.follow()

    def tidy(self, index: SearchIndex, work: Work) -> None:
        """Optimise an index. The caller holds the lock."""
        self._follower(index, work).tidy()

    def matches_ledger(self, index: SearchIndex, contents: Contents = "small") -> bool:
        """True when an index is what the ledger records, see `knowledge.sync.verify.matches_ledger`."""
        return matches_ledger(index, self.seal(index.name), contents)

    def restart_if_lost(self, index: SearchIndex) -> None:
        """Have an index built again that does not match the ledger. The caller holds the lock. Raises IndexTaken."""
        self._claim(index)
        self._restore(index)
        if not self.matches_ledger(index):
            index.table.quarantine()  # an older copy of it would pass for one whose first write was cut short
            self._ledger.indexes.restart(index.name)

    def discard(self, index: SearchIndex) -> None:
        """Quarantine a damaged index, and have it built again from the ledger. The caller holds the lock."""
        self._claim(index)
        log.warning("The index %s was damaged and is built again.", index.name)
        index.table.quarantine()
        self._ledger.indexes.restart(index.name)

    def remove_unknown_folders(self) -> None:
        """Delete the folders of indexes that the ledger no longer knows. The caller holds the lock."""
        known = {folder_name(name) for name in self._ledger.indexes.all()}
        root = self._home / "index"
        for folder in root.iterdir() if root.is_dir() else ():
            if re.sub(r"\.(damaged|rows|seal)$", "", folder.name) not in known:
                shutil.rmtree(folder, ignore_errors=True)
                with suppress(OSError):
                    folder.unlink()  # kept rows

    def lock(self, *, wait: bool = True) -> AbstractContextManager[None]:
        """Hold the writer's lock while the block runs. Raises LibraryBusy while it is taken, if not to `wait`."""
        return file_lock(self._home / "index.lock", "Carrel is already indexing.", wait=wait)

    def _erase_removed(self, index: SearchIndex, work: Work) -> None:
        """Leave nothing of files that are gone, in any index; of what was edited out of a file, after a day."""
        removals = self._ledger.removals()
        if self._ledger.indexes.has_pending(index.name) or not (removals or index.table.holds_removed(ERASE_AFTER_S)):
            return
        self._follower(index, work).erase_removed()
        if kept := self._kept_rows(index):
            kept.delete()
        for row in self._ledger.indexes.all().values():
            if row.state == "previous":  # built again from the ledger's vectors, should the person return to it
                IndexTable(self._location(row.name), None).quarantine()
                self._ledger.indexes.restart(row.name)
        for aside in (self._home / "index").glob("*.damaged"):
            shutil.rmtree(aside, ignore_errors=True)
        self._ledger.erase_removed(removals)

    def _location(self, name: str) -> Path | str:
        uri = self._index_uri()
        return f"{uri.rstrip('/')}/{folder_name(name)}" if uri else self._home / "index" / folder_name(name)

    def keep(self, index: SearchIndex) -> None:
        """Keep the rows of an index in memory for the next process, encrypted. Raises OSError."""
        if kept := self._kept_rows(index):
            kept.keep(index, self.seal(index.name))

    def _restore(self, index: SearchIndex) -> None:
        seal, row = self.seal(index.name), self._ledger.indexes.all().get(index.name)
        if (kept := self._kept_rows(index)) and row and seal.standing(row.seal) == "foreign":
            kept.restore(index, seal)

    def _kept_rows(self, index: SearchIndex) -> KeptRows | None:
        key = self._ledger.key if index.table.is_in_memory else None
        return KeptRows(self._home / "index" / f"{folder_name(index.name)}.rows", key) if key else None

    def _claim(self, index: SearchIndex) -> None:
        """Raises IndexTaken where the index's place in a store is another home's."""
        place = str(self._location(index.name))
        if place in self._claimed or self._index_uri() in ("", IN_MEMORY):
            return
        note = self._home / "index-owner"
        if not note.exists():
            fresh = note.with_suffix(".new")
            fresh.write_text(secrets.token_hex(16), "ascii")
            fresh.replace(note)
        index.table.claim(note.read_text("ascii"))
        self._claimed.add(place)

    def _follower(self, index: SearchIndex, work: Work) -> Follower:
        self._claim(index)
        self._restore(index)
        return Follower(index, self.seal(index.name), work)

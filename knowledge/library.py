"""Everything a person keeps in watched folders, and how to ask it."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from errors import AppError
from knowledge.embed import Embedder
from knowledge.holdings import Holdings
from knowledge.index import Index, IndexDamaged, Restriction
from knowledge.ledger import Ledger
from knowledge.parser_process import ParserProcess
from knowledge.retrieve import ALL_STAGES, Retrieval, Retriever, Stage
from knowledge.rows import FileRow, Folder
from knowledge.sync import Sync, SyncProgress, SyncReport
from knowledge.terms import Analyzer
from knowledge.watch import Watcher
from knowledge.where import parse_where


class FolderRefused(AppError):
    """The folder cannot be watched."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where to look: `folders` of the person's own (None: all of them), and one persona's own knowledge."""

    folders: tuple[Path, ...] | None = None
    persona_id: str | None = None


class LibraryBusy(AppError):
    """Another process, or another thread of this one, is indexing."""


class Library:
    """Watched folders and their index. Safe to use from any thread; made without opening anything."""

    def __init__(self, home: Path, open_embedder: Callable[[], Embedder | None]) -> None:
        self._home = home
        self._open_embedder = open_embedder
        self._ledger = Ledger(home / "ledger.db")
        self._analyzer = Analyzer()
        self._opening = threading.Lock()
        self._opened: _Opened | None = None

    def folders(self) -> list[Folder]:
        """Every folder, the personas' own among them."""
        return self._ledger.folders()

    def add_folder(self, path: Path, *, persona_id: str | None = None) -> Folder:
        """Keep a folder indexed from the next sync on. One inside another's is covered by that: the outer is returned.

        Raises FolderRefused when it is missing or not a folder.
        """
        folder = path.expanduser().resolve()
        if not folder.is_dir():
            problem = "is a file, not a folder" if folder.exists() else "does not exist"
            raise FolderRefused(f"{folder} {problem}.", "Name a folder; every file in it is then kept indexed.")
        covering = [f for f in self.folders() if f.persona_id == persona_id and folder.is_relative_to(f.path)]
        return covering[0] if covering else self._ledger.add_folder(folder, persona_id)

    def remove_folder(self, path: Path) -> None:
        """Forget a folder; its files stay where they are. Raises FolderRefused when it is not watched."""
        folder = path.expanduser().resolve()
        for known in self.folders():
            if known.path == folder:
                self._ledger.remove_folder(known.id)
                return
        raise FolderRefused(f"{folder} is not watched.", "`carrel folders list` shows the ones that are.")

    def sync(
        self,
        folders: Sequence[Path] | None = None,
        *,
        on_progress: Callable[[SyncProgress], None] = lambda progress: None,
        cancelled: threading.Event | None = None,
        wait: bool = True,
    ) -> SyncReport:
        """Make the index equal these folders (None: every folder).

        While another process is at it, waits for its end, or raises LibraryBusy if not to `wait`.
        """
        chosen = [f for f in self.folders() if folders is None or f.path in {p.resolve() for p in folders}]
        stop = cancelled or threading.Event()
        opened = self._open()
        with self._writer_lock(wait), ParserProcess() as parser:

            def run() -> SyncReport:
                return Sync(opened.holdings, parser, on_progress, stop).run(chosen)

            try:
                return run()
            except IndexDamaged:
                opened.holdings.index.quarantine()
                return run()

    def files(self, folder: Path | None = None) -> list[FileRow]:
        """The ledger's row of every file, by path."""
        if folder is None:
            return self._ledger.files()
        inside = folder.expanduser().resolve()
        return [row for row in self._ledger.files() if row.path.is_relative_to(inside)]

    def chunk_count(self, scope: Scope) -> int:
        """Chunks within a scope."""
        return self._ledger.count_chunks(self._restriction(scope, None).folder_ids)

    def search(
        self,
        question: str,
        *,
        scope: Scope = Scope(),
        k: int = 8,
        where: str | None = None,
        stages: frozenset[Stage] = ALL_STAGES,
    ) -> Retrieval:
        """The `k` best passages for a question, best first."""
        restriction = self._restriction(scope, where)
        opened = self._open()
        try:
            if opened.holdings.index.is_empty() and self._ledger.chunk_ids():
                self.sync([])  # another embedder than the last time: its index is not there yet
            return opened.retriever.search(question, restriction, k, stages)
        except IndexDamaged:
            self._rebuild(opened)
            return opened.retriever.search(question, restriction, k, stages)

    def document_text(self, path: Path) -> str:
        """A document's text as it was indexed, which is what spans point into."""
        text = self._ledger.text(path.expanduser().resolve())
        if text is None:
            raise AppError(f"{path} is not indexed.", "`carrel status --files` says why.")
        return text

    def watch(self, on_change: Callable[[], None]) -> Watcher:
        """Begin to watch every folder of now."""
        return Watcher([f.path for f in self.folders()], on_change)

    def close(self) -> None:
        """Close what was opened."""
        with self._opening:
            if self._opened:
                self._opened.close()
                self._opened = None
        self._ledger.close()

    def _open(self) -> "_Opened":
        with self._opening:
            if self._opened is None:
                embedder = self._open_embedder()
                index = Index(
                    self._home / "index" / (embedder.name if embedder else "keywords"),
                    embedder.dimensions if embedder else None,
                )
                holdings = Holdings(self._ledger, index, embedder, self._analyzer)
                self._opened = _Opened(holdings, Retriever(holdings))
            return self._opened

    def _rebuild(self, opened: "_Opened") -> None:
        """The index anew from the ledger: nothing is parsed, and nothing embedded that ever was."""
        with self._writer_lock(wait=True):
            opened.holdings.index.quarantine()
        self.sync([])

    @contextmanager
    def _writer_lock(self, wait: bool) -> Iterator[None]:
        from filelock import FileLock, Timeout

        self._home.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._home / "index.lock")
        try:
            lock.acquire(timeout=-1 if wait else 0)
        except Timeout as busy:
            raise LibraryBusy("Carrel is indexing already.", "Ask again when it is done.") from busy
        try:
            yield
        finally:
            lock.release()

    def _restriction(self, scope: Scope, where: str | None) -> Restriction:
        test = parse_where(where).test if where else None
        own = [f for f in self.folders() if f.persona_id is None]
        shared = [f.id for f in self.folders() if f.persona_id and f.persona_id == scope.persona_id]
        if scope.folders is None:
            whole, parts = [f.id for f in own], []
        else:
            wanted = [p.expanduser().resolve() for p in scope.folders]
            whole = [f.id for f in own if any(f.path.is_relative_to(p) for p in wanted)]
            parts = [p for p in wanted if any(p != f.path and p.is_relative_to(f.path) for f in own)]
        folder_ids = tuple(dict.fromkeys([*whole, *shared]))
        if not parts and test is None:
            return Restriction(folder_ids)
        return Restriction(folder_ids, self._ledger.file_ids(folder_ids, parts, test))


@dataclass(frozen=True, slots=True)
class _Opened:
    holdings: Holdings
    retriever: Retriever

    def close(self) -> None:
        self.retriever.close()
        if self.holdings.embedder:
            self.holdings.embedder.close()

"""Everything a person keeps in watched folders, and how to ask it."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from errors import AppError
from knowledge.embed import Embedder
from knowledge.holdings import Holdings
from knowledge.index.index import IndexDamaged, load_lancedb
from knowledge.ledger.indexes import KEYWORDS
from knowledge.ledger.ledger import Ledger
from knowledge.ledger.rows import FileRow, Folder
from knowledge.rerank import Reranker, RerankStage
from knowledge.search.finder import Abandoned
from knowledge.search.lookahead import Lookahead
from knowledge.search.open_index import OpenedIndex
from knowledge.search.query import ALL_STAGES, EVERYWHERE, Query, Scope, Stage, restriction
from knowledge.search.retrieve import Retrieval
from knowledge.sync.indexing import Indexing, LibraryBusy
from knowledge.sync.pace import Pace
from knowledge.sync.progress import SyncProgress, SyncReport, Work
from knowledge.sync.shadow import Shadow
from knowledge.sync.verify import Scrub
from knowledge.sync.watch import Watcher

__all__ = ["FolderRefused", "Library", "LibraryBusy", "NoWayBack", "Scope"]


HEAL_POLL_S = 0.1  # how often a damaged index is tried to be built again, while another writes


class FolderRefused(AppError):
    """The folder cannot be watched."""


@dataclass(frozen=True, slots=True)
class EmbedderNames:
    """The embedder that search goes by, the one before it, and the one whose index is being built; None: none.

    `keywords` stands for an index without vectors. `previous_pending`: passages that came, went or changed since the
    previous index was left, which does not follow along: going back writes them, and embeds what it has not seen.
    """

    active: str | None
    previous: str | None
    building: str | None
    previous_pending: int = 0


class NoWayBack(AppError):
    """There is no earlier embedder to go back to."""


def no_reranker() -> Reranker | None:
    """Nothing to rerank with: the fused order stands."""
    return None


def in_home() -> str:
    """The indexes are kept in the home."""
    return ""


class Library:
    """Watched folders and their index. Safe to use from any thread; made without opening anything.

    `open_embedder` is given the name of the embedder whose index is searched, or None for the default; what it returns
    is closed by the library. `index_uri`: where the indexes are kept, as `s3://bucket/path`; "": in the home. No other
    home may use the same.
    """

    def __init__(
        self,
        home: Path,
        open_embedder: Callable[[str | None], Embedder | None],
        open_reranker: Callable[[], Reranker | None] = no_reranker,
        index_uri: Callable[[], str] = in_home,
    ) -> None:
        self._open_embedder, self._open_reranker = open_embedder, open_reranker
        self._ledger = Ledger(home / "ledger.db")
        self._indexing = Indexing(home, self._ledger, index_uri)
        self._shadow = Shadow(self._indexing, self._ledger, home)
        self._lookahead = Lookahead()
        self._scrub = Scrub()
        self._opening = threading.RLock()
        self._opened: OpenedIndex | None = None

    @property
    def pace(self) -> Pace:
        """When indexing may work."""
        return self._indexing.pace

    def folders(self) -> list[Folder]:
        """Every folder, the personas' own among them."""
        return self._ledger.folders.all()

    def add_folder(self, path: Path, *, persona_id: str | None = None, everything: bool = False) -> Folder:
        """Keep a folder indexed from the next sync on. One inside another's is covered by that: the outer is returned.

        `everything`: hidden files and those that look like secrets too. Raises FolderRefused when it is missing or not
        a folder.
        """
        folder = path.expanduser().resolve()
        if not folder.is_dir():
            problem = "is a file, not a folder" if folder.exists() else "does not exist"
            raise FolderRefused(f"{folder} {problem}.", "Name a folder; every file in it is then kept indexed.")
        for known in self.folders():
            if known.persona_id == persona_id and known.everything >= everything and folder.is_relative_to(known.path):
                return known
        return self._ledger.folders.add(folder, persona_id, everything)

    def remove_folder(self, path: Path) -> None:
        """Forget a folder; its files stay where they are. Raises FolderRefused when it is not watched."""
        folder = path.expanduser().resolve()
        for known in self.folders():
            if known.path == folder:
                self._ledger.folders.remove(known.id)
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
        work = self._indexing.work(on_progress, cancelled)
        with self._using() as opened, self._indexing.lock(wait=wait):
            report = self._indexing.sync(opened.holdings, chosen, work)
            self._begin_scrub(opened)
        self._resume_change(work)
        return report

    def embedders(self) -> EmbedderNames:
        """Which embedders' indexes there are."""
        active, previous = self._ledger.indexes.active(), self._ledger.indexes.previous()
        pending = self._ledger.indexes.count_pending(previous) if previous else 0
        return EmbedderNames(active.name if active else None, previous, self._ledger.indexes.building(), pending)

    def change_embedder(
        self,
        embedder: Embedder,
        on_progress: Callable[[SyncProgress], None] = lambda progress: None,
        cancelled: threading.Event | None = None,
    ) -> bool:
        """Whether search goes by this embedder now, which the library closes in the end; False only if `cancelled`.

        Until its index is complete, the one of now answers and is kept current; afterwards that is the way back. Raises
        LibraryBusy while another change is going on.
        """
        return self._change(embedder, self._indexing.work(on_progress, cancelled))

    def revert_embedder(
        self,
        on_progress: Callable[[SyncProgress], None] = lambda progress: None,
        cancelled: threading.Event | None = None,
    ) -> bool:
        """Go back to the embedder before the last change, as `change_embedder`; only what changed since is embedded.

        Raises NoWayBack when there is none, or it is no longer installed.
        """
        previous = self._ledger.indexes.previous()
        embedder = self._open_embedder(previous) if previous else None
        if embedder is None or embedder.name != previous:
            if embedder:
                embedder.close()
            raise NoWayBack(
                f"The embedder {previous} is not installed." if previous else "No other embedder was used before.",
                "`carrel models` shows what can be used.",
            )
        return self.change_embedder(embedder, on_progress, cancelled)

    def forget_previous(self) -> None:
        """Free the index and the vectors of the embedder before the last change; there is no way back then."""
        if previous := self._ledger.indexes.previous():
            self._shadow.forget(previous)

    def files(self, folder: Path | None = None) -> list[FileRow]:
        """The ledger's row of every file, by path."""
        if folder is None:
            return self._ledger.files.all()
        inside = folder.expanduser().resolve()
        return [row for row in self._ledger.files.all() if row.path.is_relative_to(inside)]

    def chunk_count(self, scope: Scope) -> int:
        """Chunks within a scope."""
        return self._ledger.chunks.count(restriction(self._ledger, scope, None).folder_ids)

    def search(
        self,
        question: str,
        *,
        scope: Scope = EVERYWHERE,
        k: int = 8,
        where: str | None = None,
        stages: frozenset[Stage] = ALL_STAGES,
    ) -> Retrieval:
        """The `k` best passages for a question, best first; none where nothing in the scope answers it."""
        with self._lookahead, self._using() as opened:
            return self._searched(opened, Query(question, restriction(self._ledger, scope, where), k, stages))

    def anticipate(
        self,
        half_typed: str,
        *,
        scope: Scope = EVERYWHERE,
        k: int = 8,
        stages: frozenset[Stage] = ALL_STAGES,
        found: Callable[[Retrieval], None] = lambda retrieval: None,
    ) -> None:
        """Search in the background for what may be asked next, so that `search` has it done. Returns at once.

        A later call, or a search, takes the place of what is not done by then. `found`: told the result, on a worker.
        """

        def look(give_up: Callable[[], bool]) -> None:
            with self._using() as opened, suppress(Abandoned):
                if opened.is_complete:
                    query = Query(half_typed, restriction(self._ledger, scope, None), k, stages)
                    found(opened.retriever.search(query, give_up))

        self._lookahead.anticipate(look)

    def _searched(self, opened: OpenedIndex, query: Query) -> Retrieval:
        try:
            self._complete(opened)
            return opened.retriever.search(query)
        except IndexDamaged:
            with self._indexing.lock():
                self._indexing.discard(opened.holdings)
                self._indexing.sync(opened.holdings, [], self._indexing.urgent_work())
            return opened.retriever.search(query)

    def prepare(self) -> None:
        """Open the index, so that the first search and the first changed file need not wait for it."""
        load_lancedb()
        if not self._ledger.chunks.exist():
            return
        with self._using() as opened, suppress(IndexDamaged):  # a search builds it again
            self._complete(opened)
            opened.holdings.index.is_empty()

    def expect_files(self) -> None:
        """Have the parser's process ready, as files are about to come. It ends by itself when none do."""
        self._indexing.start_parser()

    def document_text(self, path: Path) -> str:
        """A document's text as it was indexed, which is what spans point into."""
        text = self._ledger.files.text(path.expanduser().resolve())
        if text is None:
            raise AppError(f"{path} is not indexed.", "`carrel status --files` says why.")
        return text

    def watch(self, on_change: Callable[[], None]) -> Watcher:
        """Begin to watch every folder of now."""
        return Watcher([f.path for f in self.folders()], on_change)

    def memory(self) -> Mapping[str, int]:
        """Bytes by owner: `index`, what of it is kept in memory."""
        opened = self._opened
        return {"index": opened.holdings.index.memory_bytes if opened else 0}

    def close(self) -> None:
        """Close what was opened."""
        self._lookahead.close()
        self._scrub.close()
        self._indexing.close()
        with self._opening:
            if self._opened:
                self._opened.retire()
                self._opened = None
        self._ledger.close()

    @contextmanager
    def _using(self) -> Iterator[OpenedIndex]:
        with ExitStack() as stack:
            with self._opening:
                if self._opened is None:
                    self._opened = self._open()
                opened = stack.enter_context(self._opened.used())
            yield opened

    def _open(self) -> OpenedIndex:
        indexes = self._ledger.indexes.all().values()
        active = next((row.name for row in indexes if row.active), KEYWORDS)
        # An index without vectors stands in for one whose embedder was missing: is that there again?
        wanted = active if active != KEYWORDS else self._ledger.indexes.previous()
        holdings = self._indexing.holdings(self._open_embedder(wanted))
        if holdings.name != active or not indexes:
            self._ledger.indexes.add(holdings.name, "ready")
            self._ledger.indexes.activate(holdings.name)
        return OpenedIndex(self._with_reranker(holdings))

    def _with_reranker(self, holdings: Holdings) -> Holdings:
        reranker = self._open_reranker()
        return replace(holdings, rerank=RerankStage(reranker) if reranker else None)

    def _change(self, embedder: Embedder, work: Work) -> bool:
        holdings = self._indexing.holdings(embedder)
        try:
            changed = self._shadow.build(holdings, work)
        except BaseException:
            embedder.close()
            raise
        if not changed:
            embedder.close()
            return False
        with self._opening:
            old, self._opened = self._opened, OpenedIndex(self._with_reranker(holdings))
            if old:
                old.retire()
        return True

    def _resume_change(self, work: Work) -> None:
        """Carry on with a change of embedder that a kill ended."""
        building = self._ledger.indexes.building()
        if building is None or work.stopped() or self._shadow.is_changing():
            return
        embedder = self._open_embedder(building)
        if embedder and embedder.name == building:
            self._change(embedder, work)
            return
        self._shadow.forget(building)
        if embedder:
            embedder.close()

    def _complete(self, opened: OpenedIndex) -> None:
        """Build the index from the ledger, where another embedder than the last time is used or it was lost."""
        if opened.is_complete:
            return
        holdings = opened.holdings
        if not self._indexing.is_ours(holdings) and self._ledger.chunks.exist():
            try:
                with self._indexing.lock(wait=False):
                    self._indexing.restart_if_lost(holdings)
                    self._indexing.sync(holdings, [], self._indexing.urgent_work())
            except LibraryBusy:
                return  # whoever is indexing completes it
        opened.is_complete = True
        self._begin_scrub(opened)

    def _begin_scrub(self, opened: OpenedIndex) -> None:
        using = ExitStack()
        using.enter_context(opened.used())
        self._scrub.begin(opened.holdings, using, lambda stop: self._heal(opened.holdings, stop))

    def _heal(self, holdings: Holdings, stop: threading.Event) -> None:
        while not stop.wait(HEAL_POLL_S):
            with suppress(LibraryBusy), self._indexing.lock(wait=False):
                if holdings.name in self._ledger.indexes.all() and not self._indexing.is_ours(holdings, "all"):
                    self._indexing.discard(holdings)
                    self._indexing.follow(holdings, self._indexing.work(lambda progress: None, stop))
                return

"""A person's watched folders, kept indexed and searchable."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from errors import AppError
from knowledge.embed import Embedder
from knowledge.embedders import Embedders
from knowledge.index.where import parse_where
from knowledge.ledger.file_topics import FileTopics, recent_topics
from knowledge.ledger.ledger import Ledger
from knowledge.ledger.rows import FileLine, FileRow, Folder, UnreadFiles
from knowledge.ledger.vector_file import read_vectors
from knowledge.open_index import CurrentIndex, Scrubber
from knowledge.parse.input import real_path
from knowledge.parse.process.page_pictures import PagePictures, QuotedPage
from knowledge.parse.process.page_wire import PagePicture
from knowledge.rerank import Reranker
from knowledge.search.query import EVERYWHERE, Scope, encodable, folders_within, restriction
from knowledge.search_index import SearchLimits
from knowledge.searcher import Searcher
from knowledge.sqlite.database_file import Repair
from knowledge.sync.indexing import Indexing
from knowledge.sync.progress import SyncProgress, SyncReport
from knowledge.sync.watch import Watcher

if TYPE_CHECKING:
    from knowledge.sqlite.encrypted import DatabaseKey


class FolderRefused(AppError):
    """The folder cannot be watched."""


class Library:
    """Owns a home's ledger, its open index and its list of folders. Safe to use from any thread.

    `searcher` answers questions, `embedders` changes the embedder, `pace` says when indexing may work. Made without
    opening anything.
    """

    def __init__(
        self,
        home: Path,
        open_embedder: Callable[[str | None], Embedder | None],
        open_reranker: Callable[[], Reranker | None] = lambda: None,
        index_uri: Callable[[], str] = lambda: "",
        key: Callable[[], DatabaseKey | None] = lambda: None,
        limits: Callable[[], SearchLimits] = SearchLimits,
    ) -> None:
        """`open_embedder`: gets the name of the embedder whose index is searched, None for the default; the library
        closes what it returns. `index_uri`: where the indexes are kept, as `s3://bucket/path`, for this home alone;
        "": in the home; `IN_MEMORY`: nowhere, each process has its own. `key`: of an encrypted ledger, asked for
        whenever it is opened. `limits`: asked for when an index is opened."""
        self._ledger = Ledger(home / "ledger.db", key)
        self._indexing = Indexing(home, self._ledger, index_uri)
        self._current = CurrentIndex(self._indexing, self._ledger, open_embedder, open_reranker, limits)
        self._scrubber = Scrubber(self._indexing)
        self.searcher = Searcher(self._ledger, self._indexing, self._current, self._scrubber)
        self.embedders = Embedders(home, self._ledger, self._indexing, self._current, open_embedder)
        self.pace = self._indexing.pace
        self._page_pictures = PagePictures()
        self._digested: tuple[int, str] | None = None
        self._unlisted: set[int] = set()  # ids of folders that were added and that no sync has looked through yet

    def folders(self) -> list[Folder]:
        """Return every folder, those of the personas among them."""
        return self._ledger.folders.all()

    def add_folder(self, path: Path, *, persona_id: str | None = None, everything: bool = False) -> Folder:
        """Index a folder from the next sync on; one inside another is covered by that, and the outer is returned.

        `everything`: hidden files and those that look like secrets too. Raises FolderRefused when it is missing, not a
        folder, or has a name in another encoding.
        """
        folder = real_path(path.expanduser())
        if not folder.is_dir():
            problem = "is a file, not a folder" if folder.exists() else "does not exist"
            raise FolderRefused(f"{folder} {problem}.", "Name a folder; every file in it is then indexed.")
        if encodable(str(folder)) != str(folder):
            raise FolderRefused(f"{folder} has a name that is not text.", "Rename it, and add it again.")
        for known in self.folders():
            if known.persona_id == persona_id and known.everything >= everything and folder.is_relative_to(known.path):
                return known
        added = self._ledger.folders.add(folder, persona_id, everything)
        self._unlisted.add(added.id)
        return added

    def remove_folder(self, path: Path) -> None:
        """Stop indexing a folder; its files stay where they are. Raises FolderRefused when it is not watched."""
        folder = real_path(path.expanduser())
        for known in self.folders():
            if known.path == folder:
                self._ledger.folders.remove(known.id)
                return
        raise FolderRefused(f"{folder} is not watched.", "`carrel folders list` shows the ones that are.")

    def add_vectors(self, file: Path) -> None:
        """Take over the vectors that come with a folder (`ledger/vector_file.py`), if the embedder in use made them."""
        with self._current.use() as current:
            embedder = current.index.embedder
        if embedder and (vectors := read_vectors(file, embedder.name)):
            self._ledger.chunks.add_vectors(embedder.name, vectors)

    def watch(self, on_change: Callable[[], None]) -> Watcher:
        """Begin to watch the present folders."""
        return Watcher([f.path for f in self.folders()], on_change)

    def sync(
        self,
        folders: Sequence[Path] | None = None,
        *,
        on_progress: Callable[[SyncProgress], None] = lambda progress: None,
        cancelled: threading.Event | None = None,
        wait: bool = True,
    ) -> SyncReport:
        """Make the index equal these folders (None: every folder).

        While another process is indexing, waits for it, or raises LibraryBusy if not to `wait`.
        """
        chosen = [f for f in self.folders() if folders is None or f.path in {real_path(p) for p in folders}]
        work = self._indexing.work(on_progress, cancelled)
        with self._current.use() as current, self._indexing.lock(wait=wait):
            report = self._indexing.sync(current.index, chosen, work, self._note_listed)
            self._scrubber.begin(current)
        self.embedders.resume(work)
        return report

    def _note_listed(self, folders: Sequence[Folder]) -> None:
        self._unlisted -= {folder.id for folder in folders}

    def unread(self, folders: Sequence[Path] | None = None) -> UnreadFiles:
        """Count the person's files, in these folders or in all, that cannot be searched yet as they are now."""
        within, parts = folders_within(self._ledger, Scope(None if folders is None else tuple(folders)))
        counts = [self._ledger.files.count_unread(within), self._ledger.files.unread_inside(parts)]
        unread, known = (sum(column) for column in zip(*counts, strict=True))
        return UnreadFiles(unread, known, len(self._unlisted.intersection(within)))

    def read_first(self, question: str) -> None:
        """Have the files that a question names read and embedded before all others that wait."""
        self._indexing.asked.ask(encodable(question))

    def expect_files(self) -> None:
        """Start the parser's process, as files are about to come. It ends by itself when none do."""
        self._indexing.start_parser()

    def files(self, folder: Path | None = None) -> list[FileRow]:
        """Return every file in the ledger, or those inside a folder, by path."""
        if folder is None:
            return self._ledger.files.all()
        inside = real_path(folder.expanduser())
        return [row for row in self._ledger.files.all() if row.path.is_relative_to(inside)]

    def file_lines(self, folder_ids: Collection[int]) -> Iterator[Sequence[FileLine]]:
        """Yield every file of these folders, in slices."""
        return self._ledger.files.all_lines(folder_ids)

    def lines_of(self, file_ids: Sequence[int]) -> list[FileLine]:
        """Return these files; one that is gone is left out."""
        return self._ledger.files.lines(file_ids)

    def lines_at(self, paths: Sequence[Path]) -> list[FileLine]:
        """Return the files at these paths; one that is not known is left out."""
        return self._ledger.files.lines(self._ledger.files.ids_at(paths))

    def read_again(self, paths: Sequence[Path]) -> None:
        """Have the next sync read these files, though they did not change; those that were left out too."""
        self._ledger.files.expire([str(path) for path in paths])

    def leave_out(self, paths: Sequence[Path]) -> None:
        """Take files out of the index, and leave them out until they are to be read again. They stay on the disk."""
        self._ledger.files.leave_out([str(path) for path in paths])

    def files_passing(self, where: str | None) -> list[FileRow]:
        """Return the files whose metadata pass a filter, by path; None: every file. Raises FilterInvalid."""
        if not where:
            return self.files()
        passing = set(self._ledger.files.ids([f.id for f in self.folders()], [], parse_where(where).test))
        return [row for row in self.files() if row.id in passing]

    def count_passing(self, where: str) -> int:
        """Count the person's files that pass a filter. Raises FilterInvalid, FilterKeyUnknown."""
        restriction(self._ledger, EVERYWHERE, where)
        return len(self._ledger.files.ids([f.id for f in self.folders()], [], parse_where(where).test))

    def recent_topics(self, files: int) -> tuple[FileTopics, ...]:
        """Return the topics of the person's own files that changed last."""
        return recent_topics(self._ledger, files)

    def metadata_values(self, most: int) -> dict[str, tuple[object, ...]]:
        """Return the keys of front matter that filters can name, each with its values, sorted, `most` at the most."""
        return self._ledger.files.metadata_values(most)

    @property
    def repair(self) -> Repair | None:
        """What to tell the person, where the ledger was damaged or gone and is made anew."""
        return self._ledger.repair

    def chunk_count(self, scope: Scope) -> int:
        """Count the chunks within a scope."""
        return self._ledger.chunks.count(restriction(self._ledger, scope, None).folder_ids)

    def digest(self) -> str:
        """Return a digest of all that is searched: the same, in every process, until a file or a folder changes."""
        version = self._ledger.data_version()
        if self._digested is None or self._digested[0] != version:
            self._digested = version, self._ledger.digest()
        return self._digested[1]

    def document_text(self, path: Path) -> str:
        """Return a document's text as it was indexed, which spans point into."""
        path = path.expanduser()
        text = self._ledger.files.text(real_path(path.parent) / path.name)  # which may be a link
        if text is None:
            raise AppError(f"{path} is not indexed.", "`carrel status --files` says why.")
        return text

    def expect_pages(self) -> None:
        """Start the process that draws pages, as some are about to be shown. It ends by itself when none are."""
        self._page_pictures.start()

    def page_picture(self, page: QuotedPage, width_px: int) -> PagePicture:
        """Return a page of a PDF in a watched folder, drawn so wide. Raises PictureUnavailable."""
        return self._page_pictures.draw(page, width_px, [folder.path for folder in self.folders()])

    def memory(self) -> Mapping[str, int]:
        """Return bytes by owner: `index`, the rows in memory."""
        return {"index": self._current.memory_bytes}

    def parser_ids(self) -> tuple[int, ...]:
        """Return the processes that read files and draw pages now."""
        return self._indexing.parser_ids() + self._page_pictures.process_ids()

    def end_waiting_parsers(self) -> None:
        """End the processes that read files and draw pages, unless they are at work; each starts again when needed."""
        self._indexing.end_waiting_parsers()
        self._page_pictures.close()

    def close(self) -> None:
        """Close everything that was opened."""
        self._page_pictures.close()
        self.searcher.close()
        self._scrubber.close()
        self._indexing.close()
        self._current.close()
        self._ledger.close()

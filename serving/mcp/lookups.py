"""Read-only look-ups in a library, within what a key may see: what the tools and resources answer from."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from operator import itemgetter
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from assistant.guards import Rails
from assistant.looking.tools import questions_to_count
from assistant.workspace import Workspace
from errors import AppError
from knowledge import Fact, FileRow, Folder, Passage, Retrieval, Scope, all_filters, read_around, read_whole
from personas import Persona
from serving.access import ApiKey
from serving.mcp.framed_text import harmless
from serving.mcp.results import (
    CountedFact,
    CountedFile,
    CountResult,
    DocumentResult,
    DocumentsResult,
    FolderResult,
    FoundPassage,
    ListedDocument,
    ListedFile,
    ListedPersona,
    ListResult,
    OpenResult,
    PersonasResult,
    ReadResult,
    SearchResult,
)
from serving.mcp.tool_arguments import (
    CountArguments,
    DocumentArguments,
    DocumentsArguments,
    ListArguments,
    OpenArguments,
    PersonasArguments,
    ReadArguments,
    SearchArguments,
)
from serving.mcp.visible_files import VisibleFiles, state_of

RESOURCE_PAGE, RESOURCE_CHARACTERS = 100, 400_000
_MOST_FACTS = 40  # of a file: some 1,000 tokens
_COUNTED_PASSAGES = 8  # that tell which file a count is about, as in a turn


class Lookups:
    """Looks things up for one key. Blocks; for any thread. `persona_id`: finds a persona and indexes its knowledge."""

    def __init__(self, workspace: Workspace, key: ApiKey, persona_id: Callable[[str], str]) -> None:
        self._workspace, self._key, self._persona_id = workspace, key, persona_id
        self._library, self._files = workspace.library, VisibleFiles(workspace.library, key)
        self._rails = Rails(sources=workspace.settings.guard.sources)

    def search(self, asked: SearchArguments) -> SearchResult:
        """Passages for a question, best first. Raises AccessRefused, FilterInvalid, PersonaNotFound."""
        folders = self._files.within(asked.folders)
        found = self._found(asked.question, asked.persona, folders, asked.where, asked.passages)
        unread = self._library.unread(folders).files
        return SearchResult(question=asked.question, passages=self._views(found.passages), unread_files=unread)

    def open_passage(self, asked: OpenArguments) -> OpenResult:
        """A passage and what stands around it. Raises AppError for a place that the document does not have."""
        path = self._files.indexed_file(Path(asked.path))
        text = self._library.document_text(path)
        if not asked.start < asked.end <= len(text):
            raise AppError(
                f"{path.name} has no passage from {asked.start} to {asked.end}",
                f"It has {len(text):,} characters; give `start` and `end` as search gave them.",
            )
        passage = Passage(chunk_id=0, path=path, text=text[asked.start : asked.end], start=asked.start, end=asked.end)
        around = sorted((*read_around(self._library, passage), passage), key=lambda one: one.start)
        return OpenResult(path=harmless(str(path)), total_characters=len(text), passages=self._views(around))

    def read_document(self, asked: ReadArguments) -> ReadResult:
        """A page of a document's text, which ends with a line where that is possible."""
        path = self._files.indexed_file(Path(asked.path))
        text = self._library.document_text(path)
        end = min(asked.offset + asked.characters, len(text))
        if end < len(text) and (line := text.rfind("\n", asked.offset + asked.characters // 2, end)) >= 0:
            end = line + 1
        page = text[asked.offset : end]
        return ReadResult(
            path=harmless(str(path)),
            offset=asked.offset,
            total_characters=len(text),
            next_offset=end if end < len(text) else None,
            text=harmless(page),
            orders=bool(self._ordering([page])),
        )

    def list_files(self, asked: ListArguments) -> ListResult:
        """Watched folders with the number of files in each state, and files. Raises AccessRefused, FilterInvalid."""
        folders = self._files.within(asked.folders)
        rows = list(self._files.rows(asked.where, folders))
        words = asked.name.casefold().split()
        wanted = [
            row
            for row in rows
            if asked.status in ("", state_of(row))
            and (not words or any(word in row.path.name.casefold() for word in words))
        ]
        end = asked.offset + asked.files
        return ListResult(
            folders=[_folder_view(folder, rows) for folder in self._files.folders(folders)],
            total_files=len(wanted),
            next_offset=end if end < len(wanted) else None,
            files=[_file_view(row) for row in wanted[asked.offset : end]],
        )

    def count(self, asked: CountArguments) -> CountResult:
        """Counts made in whole files. Raises as `search` does."""
        folders, persona = self._files.within(asked.folders), self._persona(asked.persona)
        where = all_filters((persona.where if persona else None, asked.where))
        found = self._found(asked.question, asked.persona, folders, asked.where, _COUNTED_PASSAGES).passages
        scope = Scope(_scoped(folders), persona.id if persona else None)
        for question in questions_to_count(asked.question):
            reading = read_whole(self._library, scope, question, question, found, where=where)
            counted = [
                CountedFile(path=harmless(str(document.path)), facts=facts)
                for document in (reading.documents if reading else ())
                if (facts := _facts(document.answers or document.facts))
            ]
            if reading and counted:
                return CountResult(question=asked.question, total=harmless(reading.total), files=counted)
        return CountResult(question=asked.question, total="", files=[])

    def personas(self, asked: PersonasArguments) -> PersonasResult:
        """The personas that may be asked."""
        words = asked.words.casefold().split()
        known = [
            one
            for one in self._workspace.catalogue.headers()
            if (not self._key.personas or one.id in self._key.personas)
            and all(word in " ".join((one.id, one.name, one.summary, *one.tags)).casefold() for word in words)
        ]
        end = asked.offset + asked.personas
        views = [
            ListedPersona(id=one.id, name=one.name, summary=one.summary, tags=list(one.tags), reads_files=one.files)
            for one in known[asked.offset : end]
        ]
        return PersonasResult(total_personas=len(known), next_offset=end if end < len(known) else None, personas=views)

    def documents(self, asked: DocumentsArguments) -> DocumentsResult:
        """A page of the documents that can be read, from behind the cursor."""
        cursor = asked.cursor
        found = [(row.path.as_uri(), row) for row in self._files.rows("", None) if row.chunks]
        found.sort(key=itemgetter(0))
        first = bisect_right(found, cursor, key=itemgetter(0)) if cursor else 0
        page = found[first : first + RESOURCE_PAGE]
        documents = [
            ListedDocument(uri=uri, name=harmless(row.path.name), size_bytes=row.size_bytes) for uri, row in page
        ]
        is_last = first + RESOURCE_PAGE >= len(found)
        return DocumentsResult(documents=documents, next_cursor="" if is_last else page[-1][0])

    def document(self, asked: DocumentArguments) -> DocumentResult:
        """The text of a document by its address, cut where it is too long. Raises AppError for any other address."""
        parts = urlsplit(asked.uri)
        if parts.scheme != "file" or parts.netloc not in ("", "localhost") or not parts.path:
            raise AppError(f"{asked.uri:.200} is no address of a document", "resources/list has the addresses.")
        path = self._files.indexed_file(Path(url2pathname(parts.path)))
        text = self._library.document_text(path)
        rest = len(text) - RESOURCE_CHARACTERS
        more = f"\n[{rest:,} more characters: read_document has them, from offset {RESOURCE_CHARACTERS}]"
        return DocumentResult(text=harmless(text[:RESOURCE_CHARACTERS]) + (more if rest > 0 else ""))

    def _found(self, question: str, persona: str, folders: list[Path] | None, where: str, passages: int) -> Retrieval:
        chosen = self._persona(persona)
        return self._library.searcher.search(
            question,
            scope=Scope(_scoped(folders), chosen.id if chosen else None),
            k=passages,
            where=all_filters((chosen.where if chosen else None, where)),
            also=chosen.synonyms.words_for(question) if chosen else "",
        )

    def _persona(self, wanted: str) -> Persona | None:
        return self._workspace.catalogue.load(self._persona_id(wanted)) if wanted else None

    def _views(self, passages: Sequence[Passage]) -> list[FoundPassage]:
        ordering = self._ordering([passage.text for passage in passages])
        return [
            FoundPassage(
                source=harmless(passage.source),
                path=harmless(str(passage.path)),
                heading=harmless(" › ".join(passage.heading)),
                page=passage.page,
                start=passage.start,
                end=passage.end,
                score=passage.relevance,
                text=harmless(passage.text),
                orders=n in ordering,
            )
            for n, passage in enumerate(passages, 1)
        ]

    def _ordering(self, texts: Sequence[str]) -> frozenset[int]:
        """The numbers, from 1, of the texts that give orders to a model."""
        return frozenset(n for note in self._rails.of_sources(texts) if note.layer == "sources" for n in note.passages)


def _folder_view(folder: Folder, rows: Sequence[FileRow]) -> FolderResult:
    states = Counter(state_of(row) for row in rows if row.folder_id == folder.id)
    return FolderResult(
        path=harmless(str(folder.path)),
        indexed=states["indexed"],
        waiting=states["waiting"],
        skipped=states["skipped"],
        failed=states["failed"],
    )


def _file_view(row: FileRow) -> ListedFile:
    return ListedFile(
        path=harmless(str(row.path)),
        status=state_of(row),
        reason=harmless(row.reason),
        passages=row.chunks,
        size_bytes=row.size_bytes,
    )


def _facts(facts: Sequence[Fact]) -> list[CountedFact]:
    return [CountedFact(text=harmless(fact.text), answers=fact.answers) for fact in facts[:_MOST_FACTS]]


def _scoped(folders: list[Path] | None) -> tuple[Path, ...] | None:
    return None if folders is None else tuple(folders)

"""Answers questions about whole documents: chooses the documents, splits their text into passages, counts in them.

Five passages of a table cannot be counted, and five of a report are no summary of it. A document is read in full only
where the question names it, or where the things it asks to count or list can be counted in it; else the passages serve.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from knowledge.document import Metadata
from knowledge.library import Library
from knowledge.parse.input import real_path
from knowledge.passage import NO_CHUNK, Passage, StageScores
from knowledge.search.query import Scope
from knowledge.whole.outline import Section, outline, whole_passages
from knowledge.whole.outline_facts import outline_facts
from knowledge.whole.phrases import is_generic, phrase_of, remove_phrase, words_of
from knowledge.whole.question import Intent, NamedFiles, named_files, whole_intent
from knowledge.whole.table_facts import table_facts
from knowledge.whole.tables import Fact, find_tables

_MOST_DOCUMENTS = 4
_MOST_CANDIDATES = 6  # files that are searched for the things to count
_MOST_TABLES = 20
# The share of the passages found that one file must have to be meant when nothing is named.
_DOMINANT_SHARE = 0.6
# A file that is not named but found most is added to the passages where it fits: never, when longer than this.
_MAX_UNNAMED_CHARACTERS = 30_000


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeDocument:
    """`passages`, and `sections` below their headings, each cover the document without gaps, in reading order.

    `meant`: the question names it, or asks for things that are counted in it. Else it is only likely, or the file found
    most, to be added where there is room.
    """

    path: Path
    passages: tuple[Passage, ...]
    sections: tuple[Section, ...]
    facts: tuple[Fact, ...] = ()
    meant: bool = True

    @property
    def text(self) -> str:
        """The text of the document, which every span points into."""
        return "".join(passage.text for passage in self.passages)

    @property
    def answers(self) -> tuple[Fact, ...]:
        """The facts that are exactly what the question asks for."""
        return tuple(fact for fact in self.facts if fact.answers)


@dataclass(frozen=True, slots=True)
class WholeReading:
    """The intent of a question, and the documents that it is about, at least one."""

    intent: Intent
    documents: tuple[WholeDocument, ...]


def read_whole(
    library: Library, scope: Scope, question: str, context: str, found: Sequence[Passage], *, where: str | None = None
) -> WholeReading | None:
    """Return the documents that the question is about as a whole; None where passages answer it.

    `context`: the question with the earlier one that it refers to, in which a document may be named. `found`: the
    passages retrieved for it, best first. `where`: a filter over metadata. Raises FilterInvalid.
    """
    intent = whole_intent(question)
    if intent is None:
        return None
    files = _Files(library, scope, found, where)
    named = named_files(context, [*files.own, *files.shared], files.titles)
    documents = _Choice(library, intent, question, files).documents(named)
    return WholeReading(intent, tuple(documents)) if documents else None


class _Files:
    """The indexed files within a scope, the person's own and the persona's; titles and ranks of those found."""

    def __init__(self, library: Library, scope: Scope, found: Sequence[Passage], where: str | None) -> None:
        personas = {folder.id: folder.persona_id for folder in library.folders()}
        inside = None if scope.folders is None else [real_path(folder.expanduser()) for folder in scope.folders]
        rows = [row for row in library.files_passing(where) if row.status == "indexed"]
        self.own = [
            row.path
            for row in rows
            if personas.get(row.folder_id) is None and (inside is None or any(map(row.path.is_relative_to, inside)))
        ]
        self.shared = [row.path for row in rows if scope.persona_id and personas.get(row.folder_id) == scope.persona_id]
        self.by_rank = list(dict.fromkeys(passage.path for passage in found))
        self.metadata: dict[Path, Metadata] = {passage.path: passage.metadata for passage in found}
        self.titles = {
            passage.path: [*passage.heading[:1], str(passage.metadata.get("title", ""))] for passage in found
        }
        self.shares = {path: n / len(found) for path, n in Counter(passage.path for passage in found).items()}

    def rank(self, path: Path) -> int:
        """Return the rank of its first passage, from 0."""
        return self.by_rank.index(path) if path in self.by_rank else len(self.by_rank)


@dataclass(frozen=True, slots=True)
class _Choice:
    library: Library
    intent: Intent
    question: str
    files: _Files

    def documents(self, named: NamedFiles) -> list[WholeDocument]:
        """Choose documents by the kind of the question."""
        likely = sorted(named.likely, key=self.files.rank)
        match self.intent.kind:
            case "compare":
                both = [*named.sure, *likely][:_MOST_DOCUMENTS]
                return [self._document(path) for path in both] if len(both) > 1 else []
            case "summarise":
                chosen = [*named.sure] or likely[:1] or (self._only if self._is_generic() else [])
                return [self._document(path) for path in chosen[:_MOST_DOCUMENTS]] or self._likely([])
            case _:
                about = [self._document(path) for path in named.sure[:_MOST_DOCUMENTS]]
                if not about:
                    return self._countable(likely) or self._likely(likely)
                return [replace(document, meant=named.in_full or bool(document.answers)) for document in about]

    @property
    def _only(self) -> list[Path]:
        """The only file, if there is but one: `Summarise this document`."""
        return self.files.own if len(self.files.own) == 1 else []

    def _is_generic(self) -> bool:
        return all(map(is_generic, words_of(self.intent.rest)))

    def _countable(self, likely: Sequence[Path]) -> list[WholeDocument]:
        """Return the documents in which exactly the things asked for can be counted."""
        candidates = [*dict.fromkeys([*likely, *self.files.by_rank, *self._only])][:_MOST_CANDIDATES]
        read = [self._document(path) for path in candidates]
        if self._is_generic() and len(read) > 1:  # `How many rows are there?`: of which of them?
            return []
        return [document for document in read if document.answers][:_MOST_DOCUMENTS]

    def _likely(self, likely: Sequence[Path]) -> list[WholeDocument]:
        """Return the document that the question may mean: likely named, or found most."""
        path, share = max(self.files.shares.items(), key=lambda item: item[1], default=(Path(), 0.0))
        found_most = [path] if share >= _DOMINANT_SHARE else []
        meant = self.intent.kind == "summarise" and self._is_generic()
        return [
            replace(self._document(path), meant=meant)
            for path in [*likely[:1], *found_most][:1]
            if meant or len(self.library.document_text(path)) <= _MAX_UNNAMED_CHARACTERS
        ]

    def _document(self, path: Path) -> WholeDocument:
        text = self.library.document_text(path)
        sections = outline(text)
        metadata, scores = self.files.metadata.get(path, {}), StageScores(relevance=1.0)
        blank = Passage(chunk_id=NO_CHUNK, path=path, text="", start=0, end=0, metadata=metadata, scores=scores)
        return WholeDocument(
            path=path,
            passages=tuple(whole_passages(text, sections, blank)),
            sections=tuple(sections),
            facts=tuple(self._facts(path, text, sections)),
        )

    def _is_mentioned(self, name: str) -> bool:
        """True when the question has at least half of a name's letters: `民法典` names no interpretation of it."""
        words = [word for word in words_of(Path(name).stem) if not word.isdecimal() and not is_generic(word)]
        phrase = phrase_of(self.intent.rest)
        mentioned = sum(len(word) for word in words if remove_phrase(phrase_of(word), phrase) is not None)
        return 2 * mentioned >= sum(map(len, words))

    def _facts(self, path: Path, text: str, sections: Sequence[Section]) -> list[Fact]:
        if self.intent.kind == "compare":
            return []
        names = [name for name in (path.name, *self.files.titles.get(path, ())) if self._is_mentioned(name)]
        tables = list(islice(find_tables(text), _MOST_TABLES))
        facts = [
            fact if len(tables) == 1 else replace(fact, text=f"{table.name or 'table'}: {fact.text}")
            for table in tables
            for fact in table_facts(self.intent.rest, table, names)
        ]
        counts = self.intent.kind in ("count", "list")
        if counts and not any(fact.answers for fact in facts):
            facts += outline_facts(self.question, self.intent.rest, text, sections, names)
        cut = self.files.metadata.get(path, {}).get("truncated")
        noted = [replace(fact, text=f"{fact.text} ({cut})" if cut else fact.text) for fact in facts]
        return sorted((f if counts else replace(f, answers=False) for f in noted), key=lambda f: not f.answers)

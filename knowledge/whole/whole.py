"""Answers questions about whole documents: chooses the documents, splits their text into passages, counts in them.

Five passages of a table cannot be counted, and five of a report are no summary of it. A document is read in full only
where the question names it, or where the things it asks to count or list can be counted in it; else the passages serve.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from knowledge.document import Metadata, Span
from knowledge.library import Library
from knowledge.parse.input import real_path
from knowledge.passage import NO_CHUNK, Passage, StageScores
from knowledge.search.query import Scope
from knowledge.whole.across import AcrossQuestion, across_question, read_across
from knowledge.whole.outline import Section, outline, whole_passages
from knowledge.whole.outline_facts import outline_facts
from knowledge.whole.question import Intent, NamedFiles, named_files, whole_intent
from knowledge.whole.records import MAIL_SUFFIXES, find_records
from knowledge.whole.table_facts import table_facts
from knowledge.whole.tables import Fact, Spans, Table, find_tables, joined_tables
from knowledge.whole.words.phrases import is_generic, is_unspaced, phrase_of, remove_phrase, words_of
from knowledge.whole.words.words import Words, asks_to_compute, has_bound, row_group, words_for

_MOST_DOCUMENTS = 4
_MOST_CANDIDATES = 6  # files that are searched for the things to count
_MOST_TABLES = 20
_MOST_FILES_ALL_READ = (
    40  # a folder of so few is searched for the things to count also where no word of theirs is asked
)
_MOST_CHARACTERS = 30_000_000  # of files that are counted together
_MOST_SIBLINGS = 300  # files that are read for a count over all of them
_TABLE_SUFFIXES = frozenset(".csv .tsv .xlsx .xlsm .xls .xlsb .ods .numbers .parquet".split())
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
    """The intent of a question, and the documents that it is about, at least one.

    `total`: what the question asks for over all of them, and over those that are not shown; "" where each is alone.
    """

    intent: Intent
    documents: tuple[WholeDocument, ...]
    total: str = ""


def read_whole(
    library: Library, scope: Scope, question: str, context: str, found: Sequence[Passage], *, where: str | None = None
) -> WholeReading | None:
    """Return the documents that the question is about as a whole; None where passages answer it.

    `context`: the question with the earlier one that it refers to, in which a document may be named. `found`: the
    passages retrieved for it, best first. `where`: a filter over metadata. Raises FilterInvalid.
    """
    intent, across = whole_intent(question), across_question(question)
    if intent is None and has_bound(question):
        intent = Intent("list", question)
    if intent is None and asks_to_compute(question, ("who", "which", "count")):
        intent = Intent("compute", question)
    if intent is None and across is None:
        return None
    files = _Files(library, scope, found, where)
    named = named_files(context, [*files.own, *files.shared], files.titles)
    choice = _Choice(library, intent or Intent("list", question), question, files)
    if across and (reading := choice.across(across, named)):
        return reading
    if intent is None:
        return None
    likely = sorted(named.likely, key=files.rank)
    if intent.kind not in ("compare", "summarise") and not named.sure and (reading := choice.together(likely)):
        return reading
    documents = choice.documents(named)
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
        self.sizes = {row.path: row.size_bytes for row in rows}
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
                computes = self.intent.kind == "compute"
                about = [self._document(path) for path in named.sure[:_MOST_DOCUMENTS]]
                if not about:
                    return self._countable(likely) or ([] if computes else self._likely(likely))
                meant = [replace(document, meant=named.in_full or bool(document.answers)) for document in about]
                return [document for document in meant if document.meant or not computes]

    @property
    def _only(self) -> list[Path]:
        """The only file, if there is but one: `Summarise this document`."""
        return self.files.own if len(self.files.own) == 1 else []

    @property
    def _mails(self) -> list[Path]:
        """The files of messages, where the question is about messages: their text need not have a word of it."""
        asked = any(row_group(word) == "message" for word in words_of(self.question))
        return [path for path in self.files.own if path.suffix.lower() in MAIL_SUFFIXES] if asked else []

    def _is_generic(self) -> bool:
        return all(map(is_generic, words_of(self.intent.rest)))

    def _countable(self, likely: Sequence[Path]) -> list[WholeDocument]:
        """Return the documents in which exactly the things asked for can be counted or computed."""
        candidates = self._candidates(likely)
        if len(self.files.own) <= _MOST_FILES_ALL_READ:
            candidates += [path for path in self.files.own if path not in candidates and self._is_small(path)]
        if self._is_generic() and len(candidates) > 1:  # `How many rows are there?`: of which of them?
            return []
        read = {path: self._facts(path) for path in candidates if not self._is_one_of_many(path)}
        answering = [path for path, facts in read.items() if any(fact.answers for fact in facts)]
        named = [path for path in answering if self._is_named_for_its_rows(path)]
        if self.intent.kind == "compute" and len(answering) > 1 and not named:  # `The highest?`: of which of them?
            return []
        chosen = (named or answering)[:_MOST_DOCUMENTS]
        return [replace(self._outlined(path), facts=tuple(read[path])) for path in chosen]

    def _candidates(self, likely: Sequence[Path]) -> list[Path]:
        return [*dict.fromkeys([*likely, *self.files.by_rank, *self._only, *self._mails])][:_MOST_CANDIDATES]

    def together(self, likely: Sequence[Path]) -> WholeReading | None:
        """The answer over files that hold the same kind of rows, as those of several years do, or messages."""
        seen: set[Path] = set()
        for path in self._candidates(likely):
            alike = [path] if path in seen else [other for other in self.files.own if _are_alike(path, other)]
            seen.update(alike)
            if 1 < len(alike) <= _MOST_SIBLINGS and (reading := self._over(alike)):
                return reading
        return None

    def _over(self, paths: Sequence[Path]) -> WholeReading | None:
        starts, tables, end = list[int](), list[Table](), 0
        for path in paths:
            text = self.library.document_text(path)
            starts.append(end)
            own = self._tables(path) or find_records(text, outline(text), path.suffix.lower())
            tables += [table.moved(end) for table in own]
            end += len(text) + 1
            if end > _MOST_CHARACTERS:
                return None
        whole = joined_tables(tables)
        facts = (
            table_facts(self.question, whole[0], [path.name for path in paths], self._words) if len(whole) == 1 else []
        )
        if not facts or not facts[0].answers:
            return None
        rows: dict[int, list[Span]] = {}
        for span in facts[0].items:
            at = bisect_right(starts, span[0]) - 1
            rows.setdefault(at, []).append((span[0] - starts[at], span[1] - starts[at]))
        documents = [self._with_rows(paths[at], rows[at], whole[0].unit) for at in list(rows)[:_MOST_DOCUMENTS]]
        total = facts[0].text
        return WholeReading(self.intent, tuple(documents), total) if documents else None

    def _with_rows(self, path: Path, rows: Sequence[Span], unit: str) -> WholeDocument:
        words = f"{len(rows):,} {unit if len(rows) != 1 else unit.removesuffix('s')}"
        fact = Fact(words, (rows[0][0], rows[-1][1]), Spans(rows), answers=True, listed=True)
        return replace(self._outlined(path), facts=(fact,))

    def _is_one_of_many(self, path: Path) -> bool:
        """True for a file that is only a part of what is to be counted: a message, or one of very many alike."""
        most = 1 if path.suffix.lower() in MAIL_SUFFIXES else _MOST_SIBLINGS
        alike = (other for other in self.files.own if _are_alike(path, other))
        return sum(1 for _ in islice(alike, most + 1)) > most

    def _is_small(self, path: Path) -> bool:
        return path.suffix.lower() in _TABLE_SUFFIXES or self.files.sizes.get(path, 0) <= _MAX_UNNAMED_CHARACTERS

    def _is_named_for_its_rows(self, path: Path) -> bool:
        """True for a file whose name says what the question counts: invoices of invoices-2024.csv."""
        asked, own = words_of(self.question), set(words_of(path.stem))
        groups = {row_group(word) for word in own} - {""}
        return any(
            word in own or row_group(word) in groups or (is_unspaced(word) and any(o in word for o in own))
            for word in asked
        )

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

    def across(self, asked: AcrossQuestion, named: NamedFiles) -> WholeReading | None:
        """Read what is asked of the files that are named, or of all of them."""
        paths = [path for path in named.sure if named.in_full] or self.files.own
        found = read_across(self.library, asked, paths)
        documents = [replace(self._outlined(path), facts=(fact,)) for path, fact in (found.facts if found else ())]
        intent = replace(self.intent, kind="list" if asked.lists else "count")
        return WholeReading(intent, tuple(documents), found.total) if found and documents else None

    @property
    def _words(self) -> Words:
        return words_for(unicodedata.normalize("NFKC", self.question).casefold())

    def _outlined(self, path: Path) -> WholeDocument:
        text = self.library.document_text(path)
        sections = outline(text)
        metadata, scores = self.files.metadata.get(path, {}), StageScores(relevance=1.0)
        blank = Passage(chunk_id=NO_CHUNK, path=path, text="", start=0, end=0, metadata=metadata, scores=scores)
        return WholeDocument(path=path, passages=tuple(whole_passages(text, sections, blank)), sections=tuple(sections))

    def _document(self, path: Path) -> WholeDocument:
        return replace(self._outlined(path), facts=tuple(self._facts(path)))

    def _is_mentioned(self, name: str) -> bool:
        """True when the question has at least half of a name's letters: `民法典` names no interpretation of it."""
        words = [word for word in words_of(Path(name).stem) if not word.isdecimal() and not is_generic(word)]
        phrase = phrase_of(self.intent.rest)
        mentioned = sum(len(word) for word in words if remove_phrase(phrase_of(word), phrase) is not None)
        return 2 * mentioned >= sum(map(len, words))

    def _tables(self, path: Path) -> list[Table]:
        return joined_tables(list(islice(find_tables(self.library.document_text(path)), _MOST_TABLES)))

    def _facts(self, path: Path) -> list[Fact]:
        if self.intent.kind == "compare":
            return []
        text = self.library.document_text(path)
        names = [path.name, *filter(self._is_mentioned, self.files.titles.get(path, ()))]
        tables = self._tables(path)
        facts = self._of_tables(tables, names)
        counts, sections = self.intent.kind in ("count", "list"), list[Section]()
        if self.intent.kind != "summarise" and not any(fact.answers for fact in facts):
            sections = outline(text)
            facts += [
                f for f in self._of_tables(list(find_records(text, sections, path.suffix.lower())), names) if f.answers
            ]
        if counts and not any(fact.answers for fact in facts):
            mentioned = [name for name in names if self._is_mentioned(name)]
            facts += outline_facts(self.question, self.intent.rest, text, sections, mentioned)
        cut = self.files.metadata.get(path, {}).get("truncated")
        noted = [replace(fact, text=f"{fact.text} ({cut})" if cut else fact.text) for fact in facts]
        answers = self.intent.kind != "summarise"
        return sorted((f if answers else replace(f, answers=False) for f in noted), key=lambda f: not f.answers)

    def _of_tables(self, tables: Sequence[Table], names: Sequence[str]) -> list[Fact]:
        return [
            fact if len(tables) == 1 else replace(fact, text=f"{table.name or 'table'}: {fact.text}")
            for table in tables[:_MOST_TABLES]
            for fact in table_facts(self.question, table, names, self._words)
        ]


def _are_alike(one: Path, other: Path) -> bool:
    """True for files of one folder and kind whose names differ in numbers only, and for any two of messages."""
    if {one.suffix.lower(), other.suffix.lower()} <= MAIL_SUFFIXES:
        return True
    if one.parent != other.parent or one.suffix.lower() != other.suffix.lower():
        return False
    telling = [[word for word in words_of(path.stem) if not word.isdecimal()] for path in (one, other)]
    return telling[0] == telling[1] and bool(telling[0])

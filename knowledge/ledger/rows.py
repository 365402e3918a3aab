"""Rows of the ledger: folders, files, indexes and chunks."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from knowledge.chunk import embedded_text
from knowledge.cutting.place import Place, Role, places_from, role_from
from knowledge.document import Metadata

MAX_SEARCHED_VALUE = 200  # characters; a longer one is a text of its own

LEFT_OUT = "left out by you"
"""The reason of a file that the person does not want indexed; it stands until the file is to be read again."""

FileStatus = Literal["indexed", "waiting", "skipped", "failed"]


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that is kept indexed; `persona_id` None: the person's own.

    `everything`: hidden files and those that look like secrets are indexed too.
    """

    id: int
    path: Path
    persona_id: str | None
    everything: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stat:
    """A cheap sign that a file has changed; `mtime_ns` -1 never equals a file's."""

    size_bytes: int
    mtime_ns: int
    inode: int


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was found and read: `content` is the hash of its bytes, None where they could not be read.

    `reader`: the version that read or refused it.
    """

    folder_id: int
    path: Path
    stat: Stat
    content: bytes | None
    reader: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The reason, for people, why a file is not indexed. `parser_deaths`: of the parser's process by this content."""

    status: Literal["skipped", "failed"]
    reason: str
    parser_deaths: int = 0


@dataclass(frozen=True, slots=True)
class RecordedFile:
    """A file in the ledger, as a sync compares it with the folder."""

    id: int
    folder_id: int
    path: str
    stat: Stat
    status: FileStatus
    content_hash: bytes | None
    parser_deaths: int
    reader: str
    is_left_out: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """A file that has another path now."""

    file_id: int
    folder_id: int
    path: str
    stat: Stat


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """A file as the ledger knows it. `reason`: for people, why it is not indexed, or what of an indexed one was lost.

    `is_unread`: it was found, and is not read yet as it is now. Time: seconds since the epoch.
    """

    id: int
    folder_id: int
    path: Path
    stat: Stat
    status: FileStatus
    reason: str
    chunks: int
    indexed_at: float | None
    content_hash: bytes | None
    is_unread: bool = False

    @property
    def size_bytes(self) -> int:
        """The file's size when it was last looked at."""
        return self.stat.size_bytes


@dataclass(frozen=True, slots=True)
class UnreadFiles:
    """How many of the person's files cannot be searched yet as they are now: `files` of `of_files`.

    `folders`: how many were added and not looked through yet, so that their files are not even counted.
    """

    files: int = 0
    of_files: int = 0
    folders: int = 0

    def __bool__(self) -> bool:
        """True while something is unread."""
        return bool(self.files or self.folders)

    @property
    def says(self) -> str:
        """`12 of 243 files are still unread`, for people; "" where all are read."""
        if self.files:
            verb = "is" if self.files == 1 else "are"
            return f"{self.files:,} of {self.of_files:,} file{'s' if self.of_files != 1 else ''} {verb} still unread"
        if self.folders:
            new = "a new folder" if self.folders == 1 else f"{self.folders:,} new folders"
            return f"The files in {new} are still unread"
        return ""


class FileLine(NamedTuple):
    """A file for a list: texts and numbers, cheap to make by the 100,000.

    `state`: the status for people: a file that is not read yet is waiting, whatever was known of it before.
    """

    id: int
    folder_id: int
    raw_path: str
    size_bytes: int
    state: FileStatus
    reason: str
    chunks: int

    @property
    def path(self) -> Path:
        """The file."""
        return Path(self.raw_path)


IndexState = Literal["ready", "building", "previous"]


@dataclass(frozen=True, slots=True)
class IndexRow:
    """An index that follows the ledger, named after its embedder. `version` and `seal`: see `knowledge.sync.verify`.

    `building`: not complete yet, and not searched; `previous`: active before the present one. `scrubbed_at`: when all
    its files were last verified, in seconds since the epoch; 0: never.
    """

    name: str
    version: int
    seal: str
    state: IndexState
    active: bool
    scrubbed_at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkLocation:
    """A chunk's file, span, heading and role, and the hash of its text. `raw_`: as it is stored, since few are read.

    `start`, `end`: characters of the document's text.
    """

    file_id: int
    raw_path: str
    raw_heading: str
    start: int
    end: int
    hash: bytes
    role: Role = "body"

    @property
    def path(self) -> Path:
        """The file."""
        return Path(self.raw_path)

    @property
    def heading(self) -> tuple[str, ...]:
        """Titles from the outermost to the innermost."""
        return tuple(json.loads(self.raw_heading))

    @property
    def section(self) -> tuple[int, str]:
        """A key that is the same for chunks under one heading of one file."""
        return self.file_id, self.raw_heading


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkRow:
    """A chunk with the file it came from. `places`: at least one."""

    id: int
    file_id: int
    folder_id: int
    path: Path
    metadata: Metadata
    start: int
    end: int
    heading: tuple[str, ...]
    page: int | None
    places: tuple[Place, ...]
    role: Role
    context: str
    text: str
    hash: bytes

    @property
    def embedded_text(self) -> str:
        """The text that the embedder reads."""
        return embedded_text(self.context, self.text)

    @property
    def table_header(self) -> str:
        """The header row of the table that the text goes on with; "" where it begins otherwise."""
        above, first = self.context.rpartition("\n")[2], self.text.partition("\n")[0]
        return above if "|" in above and above.count("|") == first.count("|") else ""

    @property
    def above(self) -> str:
        """The text that stands over the chunk's own: headings, and the tags, aliases and the like of its file."""
        return "\n".join((*metadata_texts(self.metadata), self.context))

    @property
    def judged_above(self) -> str:
        """`above` with the file's name and the keys of its metadata, by which a question may ask for their values."""
        return "\n".join((self.path.stem, *self.metadata, self.above))

    @property
    def searched_text(self) -> str:
        """The text that keyword search matches."""
        return f"{self.above}\n{self.text}"


def metadata_texts(metadata: Metadata) -> list[str]:
    """The values of metadata that say what a file is about: its tags, aliases, category, not what it links to."""
    values = (v if isinstance(v, tuple) else (v,) for key, v in metadata.items() if key != "links")
    return [word for some in values for word in some if isinstance(word, str) and len(word) <= MAX_SEARCHED_VALUE]


def folder_row(row: sqlite3.Row) -> Folder:
    """A row of `folders`."""
    return Folder(row["id"], Path(row["path"]), row["persona_id"], bool(row["everything"]))


def recorded_file_row(row: sqlite3.Row) -> RecordedFile:
    """A row of `files`, as a sync needs it."""
    stat = Stat(size_bytes=row["size_bytes"], mtime_ns=row["mtime_ns"], inode=row["inode"])
    return RecordedFile(
        row["id"],
        row["folder_id"],
        row["path"],
        stat,
        row["status"],
        row["content_hash"],
        row["parser_deaths"],
        row["reader"],
        row["reason"] == LEFT_OUT,
    )


def file_row(row: sqlite3.Row) -> FileRow:
    """A row of `files`."""
    return FileRow(
        id=row["id"],
        folder_id=row["folder_id"],
        path=Path(row["path"]),
        stat=Stat(size_bytes=row["size_bytes"], mtime_ns=row["mtime_ns"], inode=row["inode"]),
        status=row["status"],
        reason=row["reason"],
        chunks=row["chunks"],
        indexed_at=row["indexed_at"],
        content_hash=row["content_hash"],
        is_unread=not row["reader"],
    )


def chunk_row(row: sqlite3.Row) -> ChunkRow:
    """A row of `chunks` joined with `files`."""
    heading = tuple(json.loads(row["heading"]))
    return ChunkRow(
        id=row["id"],
        file_id=row["file_id"],
        folder_id=row["folder_id"],
        path=Path(row["path"]),
        metadata=metadata_of(row["metadata"]),
        start=row["start"],
        end=row["end"],
        heading=heading,
        page=row["page"],
        places=places_from(json.loads(row["places"])) or (Place(0, heading, row["page"]),),
        role=role_from(row["role"]),
        context=row["context"],
        text=row["text"],
        hash=row["hash"],
    )


def metadata_of(stored: str) -> Metadata:
    """Metadata from the JSON that the ledger keeps; lists are tuples again."""
    return {k: tuple(v) if isinstance(v, list) else v for k, v in json.loads(stored).items()}

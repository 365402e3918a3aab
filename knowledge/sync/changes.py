"""Differences between folders and the ledger: files to read, files that moved, files that are gone."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.chunk import CHUNKER_VERSION
from knowledge.ledger.ledger import Ledger
from knowledge.ledger.rows import Folder, Move, RecordedFile, Stat
from knowledge.parse import PARSER_VERSION, can_recognise
from knowledge.parse.input import real_path
from knowledge.parse.secrecy import secret_by_path
from knowledge.sync.walk import UNKNOWN, UNSETTLED, DirectoryListing, FoundFile, list_directories

REREAD_FILES = 1_000  # at each sync: notes take 3 s, long PDFs a minute


@dataclass(frozen=True, slots=True)
class ReaderVersions:
    """The versions that are recorded now with files that were read, and with those that were refused."""

    read: str
    refused: str

    def are_current(self, recorded: RecordedFile) -> bool:
        """True for a file that the present version read or refused."""
        return recorded.reader == (self.read if recorded.status in ("indexed", "waiting") else self.refused)


def reader_versions() -> ReaderVersions:
    """Return those of this installation: with the extra `ocr`, files that were refused without it may be read."""
    version = f"{PARSER_VERSION}.{CHUNKER_VERSION}"
    return ReaderVersions(f"read-{version}", f"refused-{version}{'-ocr' if can_recognise() else ''}")


PARSER_DEATHS = 2  # a file that ended the parser's process so often is left alone until its content changes

DirectoryKey = tuple[int, str]
"""A folder's id, and a directory in it."""


@dataclass(frozen=True, slots=True)
class Change:
    """A file to be read. `recorded`: its row so far, None for a new one."""

    folder: Folder
    found: FoundFile
    recorded: RecordedFile | None

    @property
    def directory(self) -> DirectoryKey:
        """The directory that the file is in."""
        return self.folder.id, str(self.found.path.parent)


@dataclass(slots=True)
class Changes:
    """All differences of some folders, found before any is acted on: a file may have moved from one to another.

    `fingerprints`: of the directories that changed; `unsettled`: those of them that have to be looked at again; `lost`:
    directories that are gone. `gone`: files by id, without those in `moves`. `outdated`: files that did not change, but
    are to be read again. `within`: the watched folders, where every file must be; `unjudged`: the ids of those among
    the compared ones in which secrets are indexed too.
    """

    to_read: list[Change] = field(default_factory=list)
    outdated: list[Change] = field(default_factory=list)
    gone: dict[int, RecordedFile] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)
    fingerprints: dict[DirectoryKey, bytes] = field(default_factory=dict)
    unsettled: set[DirectoryKey] = field(default_factory=set)
    lost: list[DirectoryKey] = field(default_factory=list)
    within: tuple[Path, ...] = ()
    unjudged: set[int] = field(default_factory=set)

    def may_take_over(self, recorded: RecordedFile, change: Change) -> bool:
        """True when the file of a row that is gone may be what was found: it would be read, and judged, the same."""
        is_judged = change.folder.everything or recorded.folder_id not in self.unjudged
        return is_judged and keeps_text(recorded, change.found.path)


class Comparison:
    """Compares folders with the ledger, one after the other."""

    def __init__(self, ledger: Ledger, versions: ReaderVersions) -> None:
        self._ledger, self._versions = ledger, versions
        self.changes = Changes(within=tuple(real_path(folder.path) for folder in ledger.folders.all()))

    def add(self, folder: Folder, skip: frozenset[Path]) -> None:
        """Compare one folder. Raises FolderMissing, and then finds no difference in it."""
        room = REREAD_FILES - len(self.changes.outdated)
        outdated = self._ledger.files.outdated(folder.id, (self._versions.read, self._versions.refused), room)
        before = self._ledger.folders.directories(folder.id) | {str(path.parent): None for path in outdated}
        seen: set[str] = set()
        different: dict[str, DirectoryListing] = {}
        unlistable: list[DirectoryListing] = []
        if folder.everything:
            self.changes.unjudged.add(folder.id)
        watched = self.changes.within
        for listing in list_directories(folder.path, skip, hidden=folder.everything, watched=watched):
            seen.add(listing.path)
            if listing.reason:
                unlistable.append(listing)
            elif (listing.names or listing.path in before) and before.get(listing.path) != listing.fingerprint():
                different[listing.path] = listing
        for parent in {closed.parent for closed in unlistable} - different.keys():  # where each of them is a row
            different[parent] = next(list_directories(Path(parent), hidden=folder.everything, watched=watched))
        for listing in different.values():
            self._compare(folder, listing, unlistable)
        for path in sorted(before.keys() - seen):
            if not any(path.startswith(closed.path + os.sep) or path == closed.path for closed in unlistable):
                self.changes.lost.append((folder.id, path))
                rows = self._ledger.files.in_directory(folder.id, path)
                self.changes.gone |= {recorded.id: recorded for recorded in rows.values()}

    def _compare(self, folder: Folder, listing: DirectoryListing, unlistable: list[DirectoryListing]) -> None:
        rows = self._ledger.files.in_directory(folder.id, listing.path)
        directory = (folder.id, listing.path)
        self.changes.fingerprints[directory] = listing.fingerprint()
        closed = [FoundFile(Path(c.path), UNKNOWN, c.reason) for c in unlistable if c.parent == listing.path]
        for found in [*listing.found(), *closed]:
            recorded = rows.pop(str(found.path), None)
            if recorded is None or not is_unchanged(found, recorded):
                self.changes.to_read.append(Change(folder, found, recorded))
            elif not self._versions.are_current(recorded):
                if len(self.changes.outdated) < REREAD_FILES:
                    self.changes.outdated.append(Change(folder, found, recorded))
                else:
                    self.changes.unsettled.add(directory)
            if not found.reason and found.stat.mtime_ns == UNSETTLED:
                self.changes.unsettled.add(directory)
        if closed:
            self.changes.unsettled.add(directory)
        self.changes.gone |= {recorded.id: recorded for recorded in rows.values()}


def is_unchanged(found: FoundFile, recorded: RecordedFile) -> bool:
    """True for a file that need not be read again."""
    if found.reason:
        return recorded.status == "skipped" and recorded.stat == found.stat
    if recorded.status == "failed" and (recorded.content_hash is None or 0 < recorded.parser_deaths < PARSER_DEATHS):
        return False  # a file that could not be opened may be readable now: a new permission leaves no other trace
    return recorded.stat == found.stat and found.stat.mtime_ns != UNSETTLED


def find_moves(changes: Changes) -> None:
    """Turn pairs of `to_read` and `gone` with one inode, size and modification time into `moves`.

    A file that may not be indexed at its new path stays in both. A move across file systems, or of a file just written,
    is recognised later, by its content.
    """
    movable = [recorded for recorded in changes.gone.values() if recorded.stat.inode]
    gone = {_identity(recorded.stat): recorded for recorded in movable if recorded.stat.mtime_ns != UNSETTLED}
    remaining: list[Change] = []
    for change in changes.to_read:
        path = change.found.path
        recorded = gone.get(_identity(change.found.stat)) if not change.found.reason else None
        is_named = not change.folder.everything and secret_by_path(path)
        if recorded and changes.may_take_over(recorded, change) and not is_named:
            del gone[_identity(recorded.stat)], changes.gone[recorded.id]
            changes.moves.append(Move(recorded.id, change.folder.id, str(path), change.found.stat))
        else:
            remaining.append(change)
    changes.to_read = remaining


def keeps_text(recorded: RecordedFile, path: Path) -> bool:
    """True when the file would be read the same at this path: its parser depends on the name's ending."""
    return recorded.status in ("indexed", "waiting") and Path(recorded.path).suffix.lower() == path.suffix.lower()


def _identity(stat: Stat) -> tuple[int, int, int]:
    return stat.inode, stat.size_bytes, stat.mtime_ns

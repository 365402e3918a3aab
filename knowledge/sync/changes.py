"""What differs between folders and the ledger: files to read, files that moved, files that are gone."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.chunk import CHUNKER_VERSION
from knowledge.ledger.ledger import Ledger
from knowledge.ledger.rows import Folder, Known, Move, Stat
from knowledge.parse import PARSER_VERSION, can_recognise
from knowledge.sync.walk import UNKNOWN, UNSETTLED, Found, Listing, list_directories

REREAD_FILES = 1_000  # at each sync: notes take 3 s, long PDFs a minute


@dataclass(frozen=True, slots=True)
class Readers:
    """What today's rows say of files that were read, and of those that were refused."""

    read: str
    refused: str

    def made(self, known: Known) -> bool:
        """Whether the row is of today."""
        return known.reader == (self.read if known.status in ("indexed", "waiting") else self.refused)


def readers_of_now() -> Readers:
    """The readers of this installation: with the extra `ocr`, what was refused without may be read."""
    version = f"{PARSER_VERSION}.{CHUNKER_VERSION}"
    return Readers(f"read-{version}", f"refused-{version}{'-ocr' if can_recognise() else ''}")


PARSER_DEATHS = 2  # a file that ended the parser's process so often is left alone until its content changes

Place = tuple[int, str]
"""A folder's id, and a directory in it."""


@dataclass(frozen=True, slots=True)
class Change:
    """A file to be read. `known`: its row of until now, None for a new one."""

    folder: Folder
    found: Found
    known: Known | None

    @property
    def place(self) -> Place:
        """Where the file is."""
        return self.folder.id, str(self.found.path.parent)


@dataclass(slots=True)
class Changes:
    """All differences of some folders, found before any is acted on: a file may have moved from one to another.

    `fingerprints`: of the directories that are not as they were; `unsettled`: those of them that have to be looked at
    again; `lost`: directories that are gone. `gone`: files by id, of which `moves` are no longer part. `outdated`:
    files that did not change, but are to be read again.
    """

    to_read: list[Change] = field(default_factory=list)
    outdated: list[Change] = field(default_factory=list)
    gone: dict[int, Known] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)
    fingerprints: dict[Place, bytes] = field(default_factory=dict)
    unsettled: set[Place] = field(default_factory=set)
    lost: list[Place] = field(default_factory=list)


class Comparison:
    """Compares folders with the ledger, one after the other."""

    def __init__(self, ledger: Ledger, readers: Readers) -> None:
        self._ledger, self._readers = ledger, readers
        self.changes = Changes()

    def add(self, folder: Folder, skip: frozenset[Path]) -> None:
        """Compare one folder. Raises FolderMissing, and then finds no difference in it."""
        before = self._ledger.folders.directories(folder.id) | self._outdated_directories(folder)
        seen: set[str] = set()
        different: dict[str, Listing] = {}
        closed: list[Listing] = []
        for listing in list_directories(folder.path, skip, hidden=folder.everything):
            seen.add(listing.path)
            if listing.reason:
                closed.append(listing)
            elif (listing.names or listing.path in before) and before.get(listing.path) != listing.fingerprint():
                different[listing.path] = listing
        self._add_parents(folder, closed, different)
        for listing in different.values():
            self._compare(folder, listing, closed)
        self._lose(folder, before.keys() - seen, closed)

    def _outdated_directories(self, folder: Folder) -> dict[str, None]:
        room = REREAD_FILES - len(self.changes.outdated)
        paths = self._ledger.files.outdated(folder.id, (self._readers.read, self._readers.refused), room)
        return {str(path.parent): None for path in paths}

    def _add_parents(self, folder: Folder, closed: list[Listing], different: dict[str, Listing]) -> None:
        """A directory that cannot be listed is a row of the one it is in."""
        for parent in {shut.parent for shut in closed} - different.keys():
            different[parent] = next(list_directories(Path(parent), hidden=folder.everything))

    def _compare(self, folder: Folder, listing: Listing, closed: list[Listing]) -> None:
        rows = self._ledger.files.in_directory(folder.id, listing.path)
        place = (folder.id, listing.path)
        self.changes.fingerprints[place] = listing.fingerprint()
        shut = [Found(Path(c.path), UNKNOWN, c.reason) for c in closed if c.parent == listing.path]
        for found in [*listing.found(), *shut]:
            known = rows.pop(str(found.path), None)
            if known is None or not is_same(found, known):
                self.changes.to_read.append(Change(folder, found, known))
            elif not self._readers.made(known):
                self._read_again(Change(folder, found, known))
            if not found.reason and found.stat.mtime_ns == UNSETTLED:
                self.changes.unsettled.add(place)
        if shut:
            self.changes.unsettled.add(place)
        self.changes.gone |= {known.id: known for known in rows.values()}

    def _read_again(self, change: Change) -> None:
        if len(self.changes.outdated) < REREAD_FILES:
            self.changes.outdated.append(change)
        else:
            self.changes.unsettled.add(change.place)

    def _lose(self, folder: Folder, missing: set[str], closed: list[Listing]) -> None:
        for path in sorted(missing):
            if not any(path.startswith(shut.path + os.sep) or path == shut.path for shut in closed):
                self.changes.lost.append((folder.id, path))
                self.changes.gone |= {
                    known.id: known for known in self._ledger.files.in_directory(folder.id, path).values()
                }


def is_same(found: Found, known: Known) -> bool:
    """Whether a file need not be read again."""
    if found.reason:
        return known.status == "skipped" and known.stat == found.stat
    if known.status == "failed" and (known.content_hash is None or 0 < known.parser_deaths < PARSER_DEATHS):
        return False  # a file that could not be opened may be readable now: a new permission leaves no other trace
    return known.stat == found.stat and found.stat.mtime_ns != UNSETTLED


def find_moves(changes: Changes, is_welcome: Callable[[Change], bool]) -> None:
    """Move from `to_read` and `gone` to `moves` what is surely one file: same inode, size and time of its content.

    `is_welcome`: whether what stands at the new place may be indexed at all. A move across file systems, or of a file
    just written, is recognised later, by its content.
    """
    gone = {_identity(known.stat): known for known in changes.gone.values() if _is_telling(known.stat)}
    left: list[Change] = []
    for change in changes.to_read:
        known = gone.get(_identity(change.found.stat)) if not change.found.reason else None
        if known and keeps_text(known, change.found.path) and is_welcome(change):
            del gone[_identity(known.stat)], changes.gone[known.id]
            changes.moves.append(Move(known.id, change.folder.id, str(change.found.path), change.found.stat))
        else:
            left.append(change)
    changes.to_read = left


def keeps_text(known: Known, path: Path) -> bool:
    """Whether the file's text would be read the same at this path: what parses it goes by the name's ending."""
    return known.status in ("indexed", "waiting") and Path(known.path).suffix.lower() == path.suffix.lower()


def _identity(stat: Stat) -> tuple[int, int, int]:
    return stat.inode, stat.size_bytes, stat.mtime_ns


def _is_telling(stat: Stat) -> bool:
    return stat.inode != 0 and stat.mtime_ns != UNSETTLED

"""Lists the files that are in a folder right now."""

from __future__ import annotations

import errno
import hashlib
import os
import stat as modes
import time
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from errors import AppError
from knowledge.ledger.rows import Stat
from knowledge.parse.input import real_path

# A file changed this recently may change again within its timestamp's resolution: it is not taken for unchanged.
TIMESTAMP_RESOLUTION_NS = 20_000_000
# Clocks are corrected by less than this while they run. A time that lies further ahead was written so, or the clock
# was wrong; either way the next change gives another.
CLOCK_STEP_NS = 2_000_000_000
UNSETTLED = -1
UNKNOWN = Stat(size_bytes=0, mtime_ns=UNSETTLED, inode=0)

_FIELDS = 4  # of each file: size, modification time, inode, mode
# In the place of a mode: an error's number, negated, or one of these.
_LINK_OUTSIDE, _LINK_TO_FOLDER, _LINK_TO_HIDDEN = -100_001, -100_002, -100_003
_NOT_FOLLOWED = {
    -errno.ENOENT: "a link to a file that is not there",
    _LINK_OUTSIDE: "a link that leads out of your folders: it is not followed",
    _LINK_TO_FOLDER: "a link to a folder: add that folder itself to index it",
    _LINK_TO_HIDDEN: "a link to a hidden file: it is not followed",
}


class FolderMissing(AppError):
    """A watched folder is missing: perhaps unmounted, which is not the same as emptied."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file in a folder, or a folder that could not be listed. `reason`: why it cannot be read, else empty."""

    path: Path
    stat: Stat
    reason: str = ""


@dataclass(slots=True)
class DirectoryListing:
    """One directory: the names of its files, and four numbers for each in `stats`. Links are among them.

    Plain lists, as mostly only the fingerprint is computed. `reason`: why it could not be listed.
    """

    path: str
    names: list[str] = field(default_factory=list)
    stats: list[int] = field(default_factory=list)
    reason: str = ""

    @property
    def parent(self) -> str:
        """The directory that this one is in."""
        return str(Path(self.path).parent)

    def fingerprint(self) -> bytes:
        """Sixteen bytes that change whenever a name, size, time, inode or mode in it does."""
        digest = hashlib.blake2b("\0".join(self.names).encode("utf-8", "surrogateescape"), digest_size=16)
        try:
            digest.update(array("q", self.stats))
        except OverflowError:  # some file systems number files beyond 63 bits
            digest.update(repr(self.stats).encode())
        return digest.digest()

    def found(self) -> Iterator[FoundFile]:
        """Each file, by name."""
        now = time.time_ns()
        for name, i in sorted((name, i) for i, name in enumerate(self.names)):
            size, mtime_ns, inode, mode = self.stats[i * _FIELDS : (i + 1) * _FIELDS]
            if not _is_unicode(name):
                shown = os.fsencode(Path(self.path, name)).decode("utf-8", "replace")
                yield FoundFile(Path(shown), UNKNOWN, "its name is not valid Unicode")
            elif mode < 0:
                reason = _NOT_FOLLOWED.get(mode) or f"cannot be read: {os.strerror(-mode)}"
                yield FoundFile(Path(self.path, name), UNKNOWN, reason)
            else:
                stat = Stat(size_bytes=size, mtime_ns=settled(mtime_ns, now), inode=inode)
                reason = "" if modes.S_ISREG(mode) else "not a regular file"
                yield FoundFile(Path(self.path, name), stat, reason)


def settled(mtime_ns: int, now_ns: int) -> int:
    """The time itself, or UNSETTLED for a file that may change again without its time showing it."""
    return UNSETTLED if -CLOCK_STEP_NS < now_ns - mtime_ns <= TIMESTAMP_RESOLUTION_NS else mtime_ns


def list_directories(
    folder: Path, skip: frozenset[Path] = frozenset(), *, hidden: bool = False, watched: Iterable[Path] = ()
) -> Iterator[DirectoryListing]:
    """Yield every directory from `folder` down; links to folders are not followed, nor `skip` entered.

    `hidden`: include names that begin with a dot. `watched`: the folders into which links to files may lead, beside
    `folder`. Raises FolderMissing when the folder itself cannot be listed.
    """
    skipped = frozenset(map(str, skip))
    within = (folder, *watched)
    waiting = [str(folder)]
    while waiting:
        listing = DirectoryListing(waiting.pop())
        try:
            below = _list(listing, hidden, within)
        except OSError as error:
            listing.reason = f"{listing.path} cannot be read: {error.strerror}"
            if listing.path == str(folder):
                raise FolderMissing(
                    f"{folder} cannot be read: {error.strerror}", "What was indexed of it is kept until it is back."
                ) from error
        else:
            waiting += [path for path in below if path not in skipped]
        yield listing


def _list(listing: DirectoryListing, hidden: bool, within: tuple[Path, ...]) -> list[str]:
    """Fill in a listing and return the directories below it. This loop is the cost of a sync without changes."""
    below: list[str] = []
    names, stats = listing.names, listing.stats
    with os.scandir(listing.path) as entries:
        for entry in entries:
            name = entry.name
            if name[0] == "." and not hidden:
                continue
            if entry.is_dir(follow_symlinks=False) and _is_unicode(name):
                below.append(entry.path)
                continue
            names.append(name)
            try:
                status, mode = entry.stat(follow_symlinks=False), 0
                if modes.S_ISLNK(status.st_mode):
                    status = entry.stat()
                    mode = _judged(Path(entry.path), status.st_mode, hidden, within)
                stats += (status.st_size, status.st_mtime_ns, status.st_ino, mode or status.st_mode)
            except OSError as error:
                stats += (0, 0, 0, -(error.errno or errno.EIO))
    return below


def _judged(link: Path, mode: int, hidden: bool, within: tuple[Path, ...]) -> int:
    """Return why a link with a target of this mode is not followed; 0 when it is."""
    if modes.S_ISDIR(mode):
        return _LINK_TO_FOLDER
    target = real_path(link)
    below = [target.relative_to(folder) for folder in within if target.is_relative_to(folder)]
    if not below:
        return _LINK_OUTSIDE
    is_hidden = all(any(part.startswith(".") for part in path.parts) for path in below)
    return _LINK_TO_HIDDEN if is_hidden and not hidden else 0


def _is_unicode(name: str) -> bool:
    """True for a name that is text: on Unix a name is any bytes."""
    return name.isascii() or not any("\ud800" <= character <= "\udfff" for character in name)

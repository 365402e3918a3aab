"""Tells whether an index is the one that the ledger records, and consists of the very files that were written.

The ledger keeps the size and CRC-32 of every file of an index from the moment that it was flushed. Whoever opens the
index, to search it or to write, compares which files there are and how large they are, at the cost of a stat each.
Contents are read before the first answer if they are `READ_AT_ONCE_BYTES` or less, else in the background: once a day,
and at once if a file has another time than it was written at, as a copy has. An index that differs is quarantined and
built again from the ledger. An index in a store has no files here: the store answers for its integrity. One in memory
is kept for the next process (`kept_rows`), and is built anew after another has written its own: the ledger records one.
"""

from __future__ import annotations

import logging
import os
import secrets
from pathlib import Path
from typing import Literal

from knowledge.search_index import SearchIndex

log = logging.getLogger(__name__)

READ_AT_ONCE_BYTES = 64 << 20  # 25 ms

Contents = Literal["none", "small", "all"]
"""Indexes whose contents are read: none, those of `READ_AT_ONCE_BYTES` or less, all."""

Standing = Literal["complete", "interrupted", "foreign"]


class Seal:
    """The file `seal` in the folder of an index: a token shared with the ledger, which shows that they belong together.

    Before a write, first the ledger and then the seal record the present token with the one after the write; once the
    write is done, the ledger keeps the new token alone. A ledger that records both, as the seal does, was killed during
    that write and repeats it. Any other mismatch means that the index is lost, or that one of the two is another copy.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self, transition: str) -> None:
        """Record the tokens before and after a write, from `next_transition`. Durable on return."""
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = self.folder / "seal.new"
        with unfinished.open("w", encoding="ascii") as file:
            file.write(transition)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self.folder / "seal")

    def standing(self, held: str) -> Standing:
        """Compare the index with a ledger that holds a token, or the two of a write."""
        try:
            return _compared((self.folder / "seal").read_text("ascii"), held)
        except (OSError, ValueError):
            return "foreign"


class SealInMemory(Seal):
    """The seal of an index in memory: nobody else has it, and it ends with the process."""

    sealed = ""

    def begin(self, transition: str) -> None:
        """Record the tokens before and after a write."""
        self.sealed = transition

    def standing(self, held: str) -> Standing:
        """Compare the index with a ledger that holds a token, or the two of a write."""
        return _compared(self.sealed, held) if self.sealed else "foreign"


def _compared(sealed: str, held: str) -> Standing:
    if sealed == held and " " in held:
        return "interrupted"
    return "complete" if token_after(sealed) == held.split(" ")[0] else "foreign"


def next_transition(held: str) -> str:
    """Return the tokens before and after the next write of a ledger with this token; an interrupted one is repeated."""
    return held if " " in held else f"{held} {secrets.token_hex(8)}"


def token_after(transition: str) -> str:
    """Return the token after a write."""
    return transition.split(" ")[-1]


def matches_ledger(index: SearchIndex, seal: Seal, contents: Contents) -> bool:
    """True when the index holds what the ledger records of it, apart from an interrupted write that is still pending.

    Without the writer's lock, False may also mean that a write is going on.
    """
    row = index.ledger.indexes.all()[index.name]
    standing = seal.standing(row.seal)
    if standing == "foreign" or _is_damaged(index, standing == "interrupted", contents):
        return False
    if index.table.is_in_memory:  # nobody else has it
        return True
    version = index.table.version()
    return version == row.version if standing == "complete" else version >= row.version


def _is_damaged(index: SearchIndex, may_lack: bool, contents: Contents) -> bool:
    checksums, known = index.table.checksums, index.ledger.indexes.file_sums(index.name)
    if checksums is None:
        return False
    found = None if may_lack else checksums.missing(known)  # an interrupted write may have dropped some
    is_small = sum(of.size_bytes for of in known.values()) <= READ_AT_ONCE_BYTES
    if found is None and (contents == "all" or (contents == "small" and is_small)):
        found = checksums.changed(known)
    if found:
        log.warning("The file %s of the index %s is not as it was written.", found, index.name)
    return found is not None

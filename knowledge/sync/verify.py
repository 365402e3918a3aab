"""Tells whether an index is the one that the ledger knows, and consists of the very files that were written.

The ledger keeps the size and CRC-32 of every file of an index from the moment that it was flushed. Whoever opens the
index, to search it or to write, compares which files are there and how large they are: a look at each. Contents are
read before the first answer if they are `READ_AT_ONCE_BYTES` or less, else in the background while answers are given
already: once a day, and at once if a file has another time than it was written at, as a copy has. Both are compared
with what the ledger says, and an index that differs is set aside and built again from the ledger. An index in a store
has no files here: the store answers for what it keeps.
"""

import logging
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from knowledge.search_index import SearchIndex

Standing = Literal["whole", "cut short", "foreign"]


@dataclass(frozen=True, slots=True)
class Seal:
    """The file `seal` in the folder of an index."""

    folder: Path

    def begin(self, transition: str) -> None:
        """Record the tokens before and after a write, as `following` made them. Durable on return."""
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = self.folder / "seal.new"
        with unfinished.open("w", encoding="ascii") as file:
            file.write(transition)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self.folder / "seal")

    def standing(self, held: str) -> Standing:
        """This index as seen by a ledger that holds a token, or the two of a write."""
        try:
            sealed = (self.folder / "seal").read_text("ascii")
        except (OSError, ValueError):
            return "foreign"
        if sealed == held and " " in held:
            return "cut short"
        return "whole" if after(sealed) == held.split(" ")[0] else "foreign"


def following(held: str) -> str:
    """The tokens before and after the next write of a ledger that holds `held`; one cut short is repeated."""
    return held if " " in held else f"{held} {secrets.token_hex(8)}"


def after(transition: str) -> str:
    """The token after a write."""
    return transition.split(" ")[-1]


log = logging.getLogger(__name__)

READ_AT_ONCE_BYTES = 64 << 20  # 25 ms

Contents = Literal["none", "small", "all"]
"""Which contents are read: of no index, of one of `READ_AT_ONCE_BYTES` or less, of any."""


def is_ours(index: SearchIndex, seal: Seal, contents: Contents) -> bool:
    """Whether the index holds what the ledger says of it, but for a write that was cut short and is still pending.

    Without the writer's lock, False may mean that somebody writes just now.
    """
    row = index.ledger.indexes.all()[index.name]
    standing = seal.standing(row.seal)
    if standing == "foreign" or _is_damaged(index, standing == "cut short", contents):
        return False
    version = index.table.version()
    return version == row.version if standing == "whole" else version >= row.version


def _is_damaged(index: SearchIndex, may_lack: bool, contents: Contents) -> bool:
    checksums, known = index.table.checksums, index.ledger.indexes.file_sums(index.name)
    if checksums is None:
        return False
    found = None if may_lack else checksums.missing(known)  # a write that was cut short may have dropped some
    is_small = sum(of.size_bytes for of in known.values()) <= READ_AT_ONCE_BYTES
    if found is None and (contents == "all" or (contents == "small" and is_small)):
        found = checksums.changed(known)
    if found:
        log.warning("The file %s of the index %s is not as it was written.", found, index.name)
    return found is not None

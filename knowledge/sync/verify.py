"""Tells whether an index is the one that the ledger knows, and consists of the very files that were written.

The ledger keeps the size and CRC-32 of every file of an index from the moment that it was flushed. Whoever opens the
index, to search it or to write, compares which files are there and how large they are: a look at each. Contents are
read before the first answer if they are `READ_AT_ONCE_BYTES` or less, else in the background while answers are given
already: once a day, and at once if a file has another time than it was written at, as a copy has. Both are compared
with what the ledger says, and an index that differs is set aside and built again from the ledger. An index in a store
has no files here: the store answers for what it keeps.
"""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Literal

from errors import AppError
from knowledge.holdings import Holdings
from knowledge.index.seal import Seal

log = logging.getLogger(__name__)

READ_AT_ONCE_BYTES = 64 << 20  # 25 ms
SCRUB_EVERY_S = 86_400.0

Contents = Literal["none", "small", "all"]
"""Which contents are read: of no index, of one of `READ_AT_ONCE_BYTES` or less, of any."""


def is_ours(holdings: Holdings, seal: Seal, contents: Contents) -> bool:
    """Whether the index holds what the ledger says of it, but for a write that was cut short and is still pending.

    Without the writer's lock, False may mean that somebody writes just now.
    """
    row = holdings.ledger.indexes.all()[holdings.name]
    standing = seal.standing(row.seal)
    if standing == "foreign" or _is_damaged(holdings, standing == "cut short", contents):
        return False
    version = holdings.index.version()
    return version == row.version if standing == "whole" else version >= row.version


def _is_damaged(holdings: Holdings, may_lack: bool, contents: Contents) -> bool:
    checksums, known = holdings.index.checksums, holdings.ledger.indexes.file_sums(holdings.name)
    if checksums is None:
        return False
    found = None if may_lack else checksums.missing(known)  # a write that was cut short may have dropped some
    is_small = sum(of.size_bytes for of in known.values()) <= READ_AT_ONCE_BYTES
    if found is None and (contents == "all" or (contents == "small" and is_small)):
        found = checksums.changed(known)
    if found:
        log.warning("The file %s of the index %s is not as it was written.", found, holdings.name)
    return found is not None


class Scrub:
    """Reads an index whole when it is time to, on a thread of its own."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self, holdings: Holdings, using: ExitStack, on_damage: Callable[[threading.Event], None]) -> None:
        """Read the index if it is time to. `using` keeps it open and is closed in the end; `on_damage` is called on the
        thread, with what is set when it has to end."""
        if (self._thread and self._thread.is_alive()) or not self._is_due(holdings):
            using.close()
            return
        self._thread = threading.Thread(target=self._run, args=(holdings, using, on_damage), name="scrub", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End it. What it has read will be read again."""
        self._stop.set()
        if self._thread:
            self._thread.join()

    def _is_due(self, holdings: Holdings) -> bool:
        checksums, row = holdings.index.checksums, holdings.ledger.indexes.all().get(holdings.name)
        if checksums is None or row is None:
            return False
        if not 0 <= time.time() - row.scrubbed_at < SCRUB_EVERY_S:
            return True
        is_first = self._thread is None
        return is_first and bool(checksums.touched(holdings.ledger.indexes.file_sums(holdings.name)))

    def _run(self, holdings: Holdings, using: ExitStack, on_damage: Callable[[threading.Event], None]) -> None:
        checksums, ledger, began = holdings.index.checksums, holdings.ledger, time.time()
        with using:
            known = ledger.indexes.file_sums(holdings.name)
            if checksums is None:
                return
            touched = checksums.touched(known)
            damaged = checksums.changed(known, self._stop.is_set)
            try:
                if damaged:
                    on_damage(self._stop)
                elif not self._stop.is_set():
                    ledger.indexes.note_scrubbed(holdings.name, began, touched)
            except AppError as error:  # a full disk, or no leave to write: the next time is soon enough
                log.warning("The index %s could not be checked: %s", holdings.name, error)

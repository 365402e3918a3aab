"""The order of indexing: the files that a question names, then small and recent ones. A book holds up no note."""

from __future__ import annotations

import threading
import time
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from pathlib import Path

from knowledge.parse import MAX_FILE_BYTES, unsupported_reason
from knowledge.search.names import Naming
from knowledge.sync.changes import Change
from knowledge.sync.walk import UNSETTLED
from knowledge.terms.analyzer import Analyzer

SIZE_CLASSES_BYTES = (64_000, 1_000_000, 8_000_000)  # most notes; most letters and articles; most books
RECENT_NS = 86_400_000_000_000  # a file that changed within a day is read with those of the next smaller class
SMALL_CHUNKS = 64  # passages: about a second of embedding on two cores
FILES_AT_ONCE = 5_000  # enough notes to fill a batch of passages


def reading_order(changes: Iterable[Change]) -> list[Change]:
    """Return the changes in the order in which to read them: what is refused unread, then small and recent files."""
    now_ns = time.time_ns()
    return sorted(changes, key=lambda change: _rank(change, now_ns))


def bytes_to_read(change: Change) -> int:
    """Return the file's size; 0 for one that is refused unread."""
    size_bytes = change.found.stat.size_bytes
    return 0 if size_bytes > MAX_FILE_BYTES or _is_refused(change) else size_bytes


def _is_refused(change: Change) -> bool:
    return bool(change.found.reason or unsupported_reason(change.found.path))


def _rank(change: Change, now_ns: int) -> tuple[int, int]:
    found = change.found
    changed_ns = now_ns if found.stat.mtime_ns == UNSETTLED else found.stat.mtime_ns
    if _is_refused(change):
        return -1, -changed_ns
    size_class = bisect_right(SIZE_CLASSES_BYTES, found.stat.size_bytes)
    return max(size_class - (now_ns - changed_ns < RECENT_NS), 0), -changed_ns


class Asked:
    """The question that was asked last: the files that it names come first. Safe to use from any thread."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self.naming: Naming | None = None

    def ask(self, question: str) -> None:
        """Have the files that this question names read and embedded before all others."""
        self.naming = Naming(self._analyzer, question)


class FirstFiles:
    """Files that were read, and whose passages are embedded before others'. Safe to use from any thread."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self._lock = threading.Lock()
        self._small: dict[int, None] = {}
        self._named: dict[int, None] = {}
        self._seen: Naming | None = None

    def add(self, file_ids: Iterable[int]) -> None:
        """Add small files."""
        with self._lock:
            self._small |= dict.fromkeys(file_ids)

    def add_named(self, waiting: Iterable[tuple[int, Path]]) -> None:
        """Add those of the waiting files, each with its id, that the last question names."""
        naming = self.asked.naming
        with self._lock:
            self._seen = naming
            if naming:
                self._named |= dict.fromkeys(file_id for file_id, path in waiting if naming.names(path))

    @property
    def is_asked_anew(self) -> bool:
        """True when a question was asked since `add_named`."""
        return self.asked.naming is not self._seen

    @property
    def wait(self) -> bool:
        """True while there are such files."""
        return bool(self._named or self._small) or self.is_asked_anew

    def ids(self) -> Sequence[int]:
        """Return the files to embed now, those that the question names alone."""
        with self._lock:
            return tuple(self._named or self._small)[:FILES_AT_ONCE]

    def discard(self, file_ids: Iterable[int]) -> None:
        """Remove files that have no passage left to embed."""
        with self._lock:
            for file_id in file_ids:
                self._named.pop(file_id, None)
                self._small.pop(file_id, None)

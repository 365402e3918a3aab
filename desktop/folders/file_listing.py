"""The files of the watched folders, ready to be listed, sought and counted: made on a worker, changed file by file."""

from __future__ import annotations

import heapq
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.language import mark
from knowledge import FileLine, FileStatus

if TYPE_CHECKING:
    from knowledge import Folder

FILES_PER_SLICE = 2_000  # sorted in about 1 ms: a longer sort would hold up the window's thread
STATES: tuple[FileStatus, ...] = ("indexed", "waiting", "skipped", "failed")
STATE_NAMES: Mapping[str, str] = {
    "indexed": mark("Indexed"),
    "waiting": mark("Waiting"),
    "skipped": mark("Skipped"),
    "failed": mark("Failed"),
}
COUNTED: Mapping[str, str] = {
    "indexed": mark("{count} indexed"),
    "waiting": mark("{count} waiting"),
    "skipped": mark("{count} skipped"),
    "failed": mark("{count} failed"),
    "removed": mark("{count} removed"),
}
PASSAGES = "passages"


@dataclass(frozen=True, slots=True)
class FileListing:
    """Columns of files in the order of their paths, whatever the letters. A place is a number of a file in it.

    Columns hold texts and numbers alone, which the garbage collector need not visit: it would take 100 ms for the rows
    of 100,000 files. `folded`: paths for comparisons. `by_size`: places, the smallest file first. `places`: by a
    file's id. `folded_reasons`: by place, where there is one. `counts`: of states and passages, by folder id. `roots`:
    by folder id, how much of a path names the folder, and the folder's name before the rest of it.
    """

    ids: Sequence[int] = ()
    folder_ids: Sequence[int] = ()
    paths: Sequence[str] = ()
    folded: Sequence[str] = ()
    sizes: Sequence[int] = ()
    states: Sequence[FileStatus] = ()
    passages: Sequence[int] = ()
    reasons: Sequence[str] = ()
    by_size: Sequence[int] = ()
    places: Mapping[int, int] = field(default_factory=dict)
    folded_reasons: Mapping[int, str] = field(default_factory=dict)
    counts: Mapping[int, Counter[str]] = field(default_factory=dict)
    roots: Mapping[int, tuple[int, str]] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return the number of files."""
        return len(self.ids)

    @property
    def total(self) -> Counter[str]:
        """The counts of all folders."""
        total: Counter[str] = Counter()
        for count in self.counts.values():
            total.update(count)
        return total

    def file(self, at: int) -> FileLine:
        """Return the file at a place."""
        place = self.ids[at], self.folder_ids[at], self.paths[at], self.sizes[at]
        return FileLine(*place, self.states[at], self.reasons[at], self.passages[at])

    def name(self, at: int) -> str:
        """Return a file's path from its folder on, with the folder's name where there are several."""
        cut, folder = self.roots.get(self.folder_ids[at], (0, ""))
        return folder + self.paths[at][cut:]

    def matches(self, text: str, state: str) -> list[int]:
        """Return the places of the files whose path or reason contains a text and that are in a state; "" is any."""
        sought, states = folded_text(text), self.states
        if not sought:
            return [at for at, one in enumerate(states) if one == state] if state else list(range(len(states)))
        found = [at for at, path in enumerate(self.folded) if sought in path]
        if explained := {at for at, reason in self.folded_reasons.items() if sought in reason}:
            found = sorted(explained.union(found))
        return [at for at in found if states[at] == state] if state else found

    def sorted(self, found: list[int], column: Sequence[Any]) -> list[int]:
        """Return places in the order of a column's values, equal ones by path.

        100,000 sizes take 100 ms to sort, so that has been done; of other values there are few, and they are grouped.
        """
        if column is self.sizes:
            wanted = set(found)
            return [at for at in self.by_size if at in wanted] if len(found) < len(self) else list(self.by_size)
        groups: dict[Any, list[int]] = {}
        for at in found:
            groups.setdefault(column[at], []).append(at)
        return [at for value in sorted(groups) for at in groups[value]]

    def inside(self, paths: Iterable[Path]) -> tuple[FileLine, ...]:
        """Return the files at these paths, and those below them."""
        wanted = [str(path) for path in paths]
        below = tuple(f"{path}/" for path in wanted)
        return tuple(self.file(at) for at, path in enumerate(self.paths) if path.startswith(below) or path in wanted)

    def with_files(self, changed: Iterable[FileLine]) -> FileListing:
        """Return the listing with other states of files that it has."""
        states, passages, reasons = list(self.states), list(self.passages), list(self.reasons)
        sizes, folded_reasons = list(self.sizes), dict(self.folded_reasons)
        counts = {folder_id: Counter(count) for folder_id, count in self.counts.items()}
        for line in changed:
            at = self.places.get(line.id)
            if at is None or self.paths[at] != line.raw_path:
                continue
            _count(counts[line.folder_id], states[at], passages[at], -1)
            _count(counts[line.folder_id], line.state, line.chunks, 1)
            states[at], passages[at], reasons[at], sizes[at] = line.state, line.chunks, line.reason, line.size_bytes
            folded_reasons.pop(at, None)
            if line.reason:
                folded_reasons[at] = folded_text(line.reason)
        return replace(
            self,
            states=states,
            passages=passages,
            reasons=reasons,
            sizes=sizes,
            folded_reasons=folded_reasons,
            counts=counts,
        )


def list_files(slices: Iterable[Sequence[FileLine]], folders: Sequence[Folder]) -> FileListing:
    """List the files, in steps so short that the window's thread gets its turns meanwhile."""
    counts: dict[int, Counter[str]] = {folder.id: Counter() for folder in folders}
    ids, folder_ids, sizes, passages = (list[int]() for _ in range(4))
    paths, states, reasons = list[str](), list[FileStatus](), list[str]()
    for lines in slices:
        ids += [line.id for line in lines]
        folder_ids += [line.folder_id for line in lines]
        paths += [line.raw_path for line in lines]
        sizes += [line.size_bytes for line in lines]
        states += [line.state for line in lines]
        reasons += [line.reason for line in lines]
        passages += [line.chunks for line in lines]
        for line in lines:
            _count(counts.setdefault(line.folder_id, Counter()), line.state, line.chunks, 1)
    folded = [folded_text(path) for path in paths]
    order = _order(folded)
    sizes = [sizes[at] for at in order]
    return FileListing(
        ids=[ids[at] for at in order],
        folder_ids=[folder_ids[at] for at in order],
        paths=[paths[at] for at in order],
        folded=[folded[at] for at in order],
        sizes=sizes,
        by_size=_order(sizes),
        states=[states[at] for at in order],
        passages=[passages[at] for at in order],
        reasons=[reasons[at] for at in order],
        places={ids[at]: place for place, at in enumerate(order)},
        folded_reasons={place: folded_text(reasons[at]) for place, at in enumerate(order) if reasons[at]},
        counts=counts,
        roots=_roots(folders),
    )


def folded_text(text: str) -> str:
    """Return the text for comparisons: case folded, accents and syllables composed (NFC)."""
    return text.casefold() if text.isascii() else unicodedata.normalize("NFC", text).casefold()


def _order(values: Sequence[Any]) -> list[int]:
    """Return the places of values in their order; sorted in slices, as a sort lets no other thread run."""
    starts, key = range(0, len(values), FILES_PER_SLICE), values.__getitem__
    slices = [sorted(range(at, min(at + FILES_PER_SLICE, len(values))), key=key) for at in starts]
    return list(heapq.merge(*slices, key=key))


def _roots(folders: Sequence[Folder]) -> dict[int, tuple[int, str]]:
    several = len(folders) > 1
    return {f.id: (len(str(f.path).rstrip("/")) + 1, f"{f.path.name}/" if several else "") for f in folders}


def _count(count: Counter[str], state: str, passages: int, one: int) -> None:
    count[state] += one
    count[PASSAGES] += one * passages

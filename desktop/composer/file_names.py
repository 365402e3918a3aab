"""Names of files and folders, completed while they are typed."""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, islice
from pathlib import Path
from typing import NamedTuple

from desktop.folders.file_listing import FileListing, folded_text

MOST = 8  # names shown: more are not looked through, one types on
_COMPARED = 1_000  # files: ranking these takes 1 ms; a letter or two are in every path


class NamedPath(NamedTuple):
    """A file or a folder whose name was found."""

    path: Path
    is_folder: bool


class NameCompletion:
    """Finds names in one text of all paths, which is made once for each list of files: 100,000 take 10 ms."""

    def __init__(self) -> None:
        self._paths: Sequence[str] = ()
        self._text = ""
        self._starts: Sequence[int] = ()  # of each path in the text

    def find(self, typed: str, folders: Sequence[Path], listing: FileListing) -> list[NamedPath]:
        """Return watched folders and files whose names have the text: those first whose name begins with it.

        After them come files with the text in the rest of their paths.
        """
        if self._paths is not listing.folded:
            self._paths, self._text = listing.folded, "\n".join(["", *listing.folded, ""])
            self._starts = list(accumulate((len(path) + 1 for path in listing.folded), initial=1))
        sought = folded_text(typed)
        found = [NamedPath(path, True) for path in folders if sought in folded_text(path.name)]
        likely = dict.fromkeys(islice(self._places(f"/{sought}"), _COMPARED))
        if len(likely) < MOST:
            likely |= dict.fromkeys(islice(self._places(sought), _COMPARED))
        best = heapq.nsmallest(MOST, (self._rank(sought, at) for at in likely))
        return [*found, *(NamedPath(listing.file(at).path, False) for *_, at in best)][:MOST]

    def _places(self, sought: str) -> Iterator[int]:
        """Yield the places of paths that have the text."""
        hit = self._text.find(sought, 1)
        while hit >= 0 and self._paths:
            at = bisect_right(self._starts, hit) - 1
            if at >= len(self._paths):
                return
            yield at
            hit = self._text.find(sought, self._starts[at + 1])

    def _rank(self, sought: str, at: int) -> tuple[int, int, int]:
        """Names that begin with the text, names that have it, and paths that have it; short names first."""
        path = self._paths[at]
        name = path[path.rfind("/") + 1 :]
        return (0 if name.startswith(sought) else 1 if sought in name else 2), len(name), at

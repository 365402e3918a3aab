"""Values that go into an index and come out of it: entries, restrictions, hits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.index.facts import FactFilter

Hit = tuple[int, float]
"""A chunk's id and its score; higher is better."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row. `terms`: from the analyzer, with repetitions; `facts`: of its file, from `metadata_facts`.

    `vector`: float32 of length 1, or None in an index without vectors.
    """

    id: int
    folder_id: int
    file_id: int
    terms: Sequence[str]
    vector: bytes | None
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Restriction:
    """The rows that a search may find: those of these files (None: of these folders) that pass the filter."""

    folder_ids: tuple[int, ...]
    file_ids: tuple[int, ...] | None = None
    facts: FactFilter | None = None

    @property
    def sql(self) -> str:
        """The restriction as a LanceDB predicate."""
        column, ids = ("folder_id", self.folder_ids) if self.file_ids is None else ("file_id", self.file_ids)
        place = _any_of(column, ids)
        return place if self.facts is None else f"({place}) AND ({self.facts.sql})"


def _any_of(column: str, ids: Iterable[int]) -> str:
    """A predicate with ranges for consecutive ids, as files found together have: faster than a list."""
    runs: list[list[int]] = []
    for i in sorted(set(ids)):
        if runs and runs[-1][-1] == i - 1:
            runs[-1].append(i)
        else:
            runs.append([i])
    ranges = [f"{column} BETWEEN {run[0]} AND {run[-1]}" for run in runs if len(run) > 2]
    single = ", ".join(str(i) for run in runs if len(run) <= 2 for i in run)
    return " OR ".join([*ranges, *([f"{column} IN ({single})"] if single else [])]) or "false"

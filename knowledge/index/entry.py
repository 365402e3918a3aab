"""Values that go into an index and come out of it: rows with their facts, restrictions, hits."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Protocol

from knowledge.document import Metadata

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from knowledge.index.postings import RowFacts


class FactFilter(Protocol):
    """A filter over rows by their facts."""

    @property
    def sql(self) -> str:
        """A LanceDB predicate on the column `facts`; never null."""
        ...

    @property
    def size(self) -> int:
        """The number of facts in the filter."""
        ...

    def passing(self, rows: RowFacts) -> npt.NDArray[np.bool_]:
        """bool (rows,): True for the rows that pass, the same as by `sql`."""
        ...


@dataclass(frozen=True, slots=True)
class HasAny:
    """Rows that have any of these facts; no row where there are none."""

    facts: tuple[str, ...]

    @property
    def sql(self) -> str:
        """See `FactFilter.sql`."""
        quoted = ["'" + fact.replace("'", "''") + "'" for fact in self.facts]
        return f"array_has_any(facts, [{', '.join(quoted)}])" if quoted else "false"

    @property
    def size(self) -> int:
        """See `FactFilter.size`."""
        return len(self.facts)

    def passing(self, rows: RowFacts) -> npt.NDArray[np.bool_]:
        """See `FactFilter.passing`."""
        return rows.having_any(self.facts)


@dataclass(frozen=True, slots=True)
class Not:
    """Rows that fail the other filter."""

    inner: FactFilter

    @property
    def sql(self) -> str:
        """See `FactFilter.sql`."""
        return f"NOT ({self.inner.sql})"

    @property
    def size(self) -> int:
        """See `FactFilter.size`."""
        return self.inner.size

    def passing(self, rows: RowFacts) -> npt.NDArray[np.bool_]:
        """See `FactFilter.passing`."""
        return ~self.inner.passing(rows)


@dataclass(frozen=True, slots=True)
class Both:
    """Rows that pass every part."""

    parts: tuple[FactFilter, ...]

    @property
    def sql(self) -> str:
        """See `FactFilter.sql`."""
        return " AND ".join(f"({part.sql})" for part in self.parts)

    @property
    def size(self) -> int:
        """See `FactFilter.size`."""
        return sum(part.size for part in self.parts)

    def passing(self, rows: RowFacts) -> npt.NDArray[np.bool_]:
        """See `FactFilter.passing`."""
        return reduce(and_, (part.passing(rows) for part in self.parts))


@dataclass(frozen=True, slots=True)
class Either:
    """Rows that pass any part."""

    parts: tuple[FactFilter, ...]

    @property
    def sql(self) -> str:
        """See `FactFilter.sql`."""
        return " OR ".join(f"({part.sql})" for part in self.parts)

    @property
    def size(self) -> int:
        """See `FactFilter.size`."""
        return sum(part.size for part in self.parts)

    def passing(self, rows: RowFacts) -> npt.NDArray[np.bool_]:
        """See `FactFilter.passing`."""
        return reduce(or_, (part.passing(rows) for part in self.parts))


def fact_values(metadata: Metadata) -> tuple[tuple[str, str], ...]:
    """Return (key, value) for each value and each element of a list, without duplicates, as the ledger keeps them.

    Values are JSON, an element in a list of its own: `"advanced"`, `2024`, `true`, `["llama"]`.
    """
    each = ((k, [[v] for v in value] if isinstance(value, tuple) else [value]) for k, value in metadata.items())
    pairs = ((key, json.dumps(value, ensure_ascii=False)) for key, values in each for value in values)
    return tuple(dict.fromkeys(pairs))


def metadata_facts(metadata: Metadata) -> tuple[str, ...]:
    """Return the facts of a file's metadata, as the index keeps them."""
    return tuple(fact(key, value) for key, value in fact_values(metadata))


def fact(key: str, value: str) -> str:
    """Return a key and a value of `fact_values` as one text."""
    return f"{key}={value}"


def values_of(stored: Collection[str]) -> list[object]:
    """Return the metadata values that `fact_values` wrote, in order; an element of a list is a tuple of one."""
    values = json.loads(f"[{','.join(stored)}]")  # all at once: one by one, 50,000 take 70 ms longer
    return [tuple(value) if isinstance(value, list) else value for value in values]


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
        files = _any_of(column, ids)
        return files if self.facts is None else f"({files}) AND ({self.facts.sql})"


def _any_of(column: str, ids: Iterable[int]) -> str:
    """Return a predicate with ranges for consecutive ids, as files found together have: faster than a list."""
    runs: list[list[int]] = []
    for i in sorted(set(ids)):
        if runs and runs[-1][-1] == i - 1:
            runs[-1].append(i)
        else:
            runs.append([i])
    ranges = [f"{column} BETWEEN {run[0]} AND {run[-1]}" for run in runs if len(run) > 2]
    single = ", ".join(str(i) for run in runs if len(run) <= 2 for i in run)
    return " OR ".join([*ranges, *([f"{column} IN ({single})"] if single else [])]) or "false"

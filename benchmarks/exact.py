"""How much of what comparing every vector finds the index finds too."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge.index.entry import Restriction, fact_values
from knowledge.index.index import IndexTable
from knowledge.index.where import parse_where
from knowledge.search.query import Scope

if TYPE_CHECKING:
    import numpy.typing as npt

ROWS_AT_ONCE = 20_000
CANDIDATES = 100  # as many as a search asks of the index


class Exact:
    """The library of a home, read beside it."""

    def __init__(self, home: Path) -> None:
        self._ledger = sqlite3.connect(f"file:{home / 'ledger.db'}?mode=ro", uri=True)
        self._files = [
            (
                number,
                folder,
                Path(path),
                {k: tuple(v) if isinstance(v, list) else v for k, v in json.loads(data).items()},
            )
            for number, folder, path, data in self._ledger.execute("SELECT id, folder_id, path, metadata FROM files")
        ]
        (self._folder,) = (path for path in (home / "index").iterdir() if path.is_dir())

    def recall_at_10(
        self, questions: "npt.NDArray[np.float32]", parts: Sequence[tuple[Scope, str | None]]
    ) -> list[tuple[float, float]]:
        """For each part the mean share of the 10 nearest chunks that the index gives first, from disk and from memory;
        higher is better.

        `questions`: float32 (questions, dimensions) of length 1.
        """
        index = IndexTable(self._folder, questions.shape[1])
        nearest = self._nearest(questions, [self._passing(*part) for part in parts])
        withins = [self._restriction(*part) for part in parts]
        from_disk = [_recall(index, questions, *each) for each in zip(withins, nearest, strict=True)]
        index.warm()
        from_memory = [_recall(index, questions, *each) for each in zip(withins, nearest, strict=True)]
        return list(zip(from_disk, from_memory, strict=True))

    def _restriction(self, scope: Scope, where: str | None) -> Restriction:
        folders = tuple({folder for _, folder, _, _ in self._files})
        files = None if scope.folders is None else tuple(self._passing(scope, None))
        if where is None:
            return Restriction(folders, files)
        values: dict[str, set[str]] = {}
        for _, _, _, metadata in self._files:
            for key, value in fact_values(metadata):
                values.setdefault(key, set()).add(value)
        return Restriction(folders, files, parse_where(where).predicate(values))

    def _passing(self, scope: Scope, where: str | None) -> list[int]:
        test = parse_where(where).test if where else lambda metadata: True
        return [
            number
            for number, _, path, metadata in self._files
            if test(metadata) and (scope.folders is None or any(path.is_relative_to(f) for f in scope.folders))
        ]

    def _nearest(self, questions: "npt.NDArray[np.float32]", parts: Sequence[list[int]]) -> list[list[set[int]]]:
        none: npt.NDArray[Any] = np.empty(0)
        best = [[(none, none) for _ in questions] for _ in parts]
        for ids, files, vectors in self._slices():
            cosines = questions @ vectors.T
            for part, kept in zip(parts, best, strict=True):
                inside = np.isin(files, part)
                for n, row in enumerate(cosines[:, inside]):
                    scores = np.concatenate([kept[n][0], row])
                    names = np.concatenate([kept[n][1], ids[inside]])
                    order = np.argsort(-scores)[:10]
                    kept[n] = (scores[order], names[order])
        return [[set(names.astype(int).tolist()) for _, names in kept] for kept in best]

    def _slices(self) -> Iterator[tuple["npt.NDArray[np.int64]", "npt.NDArray[np.int64]", "npt.NDArray[np.float32]"]]:
        sql = (
            "SELECT chunks.id, file_id, vector FROM chunks JOIN vectors"
            " ON vectors.model = (SELECT model FROM vectors LIMIT 1) AND vectors.hash = chunks.hash"
            " WHERE chunks.id > ? ORDER BY chunks.id LIMIT ?"
        )
        last = 0
        while rows := self._ledger.execute(sql, (last, ROWS_AT_ONCE)).fetchall():
            last = rows[-1][0]
            vectors = np.frombuffer(b"".join(r[2] for r in rows), np.float32).reshape(len(rows), -1)
            yield np.array([r[0] for r in rows]), np.array([r[1] for r in rows]), vectors


def _recall(
    index: IndexTable, questions: "npt.NDArray[np.float32]", within: Restriction, nearest: list[set[int]]
) -> float:
    found = [{i for i, _ in index.by_vector(question, CANDIDATES, within)[:10]} for question in questions]
    return float(np.mean([len(f & best) / len(best) for f, best in zip(found, nearest, strict=True) if best]))
